package org.liuhen.intake;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/**
 * Enrolment over Secure Transport (RFC 7030): how a device gets its certificate and renews it. HTTP Basic carries the serial
 * number and the one-time code (§3.2.3); a renewal is authenticated by the present certificate (§4.2.2).
 */
public final class Est {
    private static final String PATH = "/.well-known/est/";
    private static final int REQUEST_BYTES_MAX = 16 << 10;

    private final DeviceAuthority authority;
    private final Devices devices;
    private final Senders senders;

    /** Speaks EST for this authority. */
    public Est(DeviceAuthority authority, Devices devices, Senders senders) {
        this.authority = authority;
        this.devices = devices;
        this.senders = senders;
    }

    /** Adds the addresses below {@code /.well-known/est}. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.get(PATH + "cacerts", context -> answer(context, authority.root()));
        routes.post(PATH + "simpleenroll", this::enrol);
        routes.post(PATH + "simplereenroll", this::renew);
    }

    private void enrol(Context context) throws IOException, FeedUnavailableException, Problem {
        String header = context.header("Authorization");
        String[] words = new String[0];
        if (header != null && header.startsWith("Basic ")) {
            try {
                byte[] plain = Base64.getDecoder().decode(header.substring("Basic ".length()));
                words = new String(plain, StandardCharsets.UTF_8).split(":", 2);
            } catch (IllegalArgumentException notBase64) {
                words = new String[0];
            }
        }
        if (words.length != 2) {
            context.header("WWW-Authenticate", "Basic realm=\"serial number and one-time code\"");
            throw new Problem(401, "IN-124", "Send the serial number and the one-time code by HTTP Basic");
        }
        try {
            answer(context, devices.enrol(words[0], words[1].split("[.]", 2)[0], request(context)));
        } catch (Problem refused) {
            throw senders.recordRefusal(context, Sender.CLAIMED, null, refused);
        }
    }

    private void renew(Context context) throws IOException, FeedUnavailableException, Problem {
        Sender sender = senders.identify(context);
        if (!sender.isDevice()) {
            throw senders.recordRefusal(
                    context, sender, null, new Problem(403, "IN-120", "Only a device renews a certificate"));
        }
        answer(context, devices.renew(sender, request(context)));
    }

    private static byte[] request(Context context) throws IOException, Problem {
        byte[] body = context.bodyInputStream().readNBytes(REQUEST_BYTES_MAX + 1);
        if (body.length > REQUEST_BYTES_MAX) {
            throw new Problem(
                    413, "DA-103", "A certification request has at most " + REQUEST_BYTES_MAX + " bytes here");
        }
        String text = new String(body, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----", "");
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, "DA-103", "The request is the Base64 of a PKCS#10 (RFC 7030 §4.2.1)");
        }
    }

    /** The certificate as a CMS message that holds nothing else (RFC 7030 §4.2.3). */
    private static void answer(Context context, X509Certificate certificate) throws IOException {
        try {
            CMSSignedDataGenerator message = new CMSSignedDataGenerator();
            message.addCertificates(new JcaCertStore(List.of(certificate)));
            byte[] der = message.generate(new CMSAbsentContent()).getEncoded();
            context.contentType("application/pkcs7-mime; smime-type=certs-only")
                    .header("Content-Transfer-Encoding", "base64")
                    .result(Base64.getMimeEncoder().encode(der));
        } catch (CMSException | CertificateEncodingException impossible) {
            throw new IOException("a certificate could not be written", impossible);
        }
    }
}
