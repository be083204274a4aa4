package org.liuhen.custody.log;

import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote.BadNoteException;

/**
 * What an authority outside says of when a head existed (RFC 3161): a signed time over SHA-256 of the head's text. Anybody
 * can check it with {@code openssl ts -verify}.
 *
 * @param time when, by the authority's clock
 * @param certificate SHA-256 of the certificate (DER) that signed it
 */
public record Timestamp(Instant time, Sha256Digest certificate) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** The timestamp in this response, after it was found to be for this head and signed by the certificate in it. */
    public static Timestamp verify(byte[] response, String headText) throws BadNoteException {
        try {
            TimeStampToken token = new TimeStampResponse(response).getTimeStampToken();
            if (token == null) {
                throw new BadNoteException("The authority did not grant a timestamp");
            }
            byte[] digest =
                    Sha256Digest.of(headText.getBytes(StandardCharsets.UTF_8)).bytes();
            if (!token.getTimeStampInfo().getMessageImprintAlgOID().equals(NISTObjectIdentifiers.id_sha256)
                    || !MessageDigest.isEqual(token.getTimeStampInfo().getMessageImprintDigest(), digest)) {
                throw new BadNoteException("The timestamp is for another head");
            }
            @SuppressWarnings("unchecked")
            Collection<X509CertificateHolder> signers = token.getCertificates().getMatches(token.getSID());
            if (signers.size() != 1) {
                throw new BadNoteException("The timestamp does not hold the certificate that signed it");
            }
            X509CertificateHolder signer = signers.iterator().next();
            token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
            return new Timestamp(
                    token.getTimeStampInfo().getGenTime().toInstant(), Sha256Digest.of(signer.getEncoded()));
        } catch (TSPException
                | IOException
                | org.bouncycastle.operator.OperatorCreationException
                | java.security.cert.CertificateException
                | RuntimeException wrong) {
            throw new BadNoteException("Not a good timestamp: " + wrong.getMessage());
        }
    }

    /** Asks an authority for a timestamp of this head. What it answers is checked before it is given back. */
    public static byte[] request(Policy.Authority authority, String headText)
            throws IOException, InterruptedException, BadNoteException {
        try {
            TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
            generator.setCertReq(true);
            TimeStampRequest request = generator.generate(
                    NISTObjectIdentifiers.id_sha256,
                    Sha256Digest.of(headText.getBytes(StandardCharsets.UTF_8)).bytes(),
                    new BigInteger(64, new SecureRandom()));
            HttpResponse<byte[]> answer = HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    .build()
                    .send(
                            HttpRequest.newBuilder(authority.url())
                                    .timeout(TIMEOUT)
                                    .header("Content-Type", "application/timestamp-query")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(request.getEncoded()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException(authority.url() + " answered " + answer.statusCode());
            }
            new TimeStampResponse(answer.body()).validate(request);
            if (!verify(answer.body(), headText).certificate().equals(authority.certificate())) {
                throw new BadNoteException("Another certificate signed than the policy names");
            }
            return answer.body();
        } catch (TSPException wrong) {
            throw new BadNoteException("Not a good timestamp: " + wrong.getMessage());
        }
    }
}
