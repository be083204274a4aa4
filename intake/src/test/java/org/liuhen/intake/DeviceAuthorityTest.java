package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.web.Problem;

/** What requests for certificates the authority takes. */
class DeviceAuthorityTest {
    private static final Duration VALID = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final KeyPair pair = pair();

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private PKCS10CertificationRequestBuilder request(String name) {
        return new JcaPKCS10CertificationRequestBuilder(new X500Principal(name), pair.getPublic());
    }

    private byte[] signed(PKCS10CertificationRequestBuilder request) throws Exception {
        return request.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                .getEncoded();
    }

    @Test
    void namesInARequestCountForNothing() throws Exception {
        DeviceAuthority authority = DeviceAuthority.readOrCreate(folder, new LogName("site-1"));
        var certificate = authority.certify(signed(request("CN=somebody else")), "BC-1", VALID);
        assertEquals(pair.getPublic(), certificate.getPublicKey());
        assertTrue(certificate.getSubjectX500Principal().getName().contains("CN=BC-1"));
    }

    /** RFC 7030 §3.5: whoever takes a request with this attribute must have verified it. */
    @Test
    void aLinkToASessionThatCannotBeVerifiedIsNotPassedOver() throws Exception {
        DeviceAuthority authority = DeviceAuthority.readOrCreate(folder, new LogName("site-1"));
        byte[] linked = signed(request("CN=BC-1")
                .addAttribute(
                        PKCSObjectIdentifiers.pkcs_9_at_challengePassword, new DERUTF8String("AAECAwQFBgcICQoL")));
        Problem refused = assertThrows(Problem.class, () -> authority.certify(linked, "BC-1", VALID));
        assertEquals("DA-103", refused.code());
        assertTrue(refused.getMessage().contains("challengePassword"), refused.getMessage());
    }
}
