package org.liuhen.station;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.liuhen.custody.log.DurableFile;

/**
 * The key by which the parts of one station know each other. Kafka and Flink listen on loopback, where every user of the machine may
 * connect; they take and show this one certificate alone (TLS 1.3, both sides). It is made anew at each start.
 */
final class OwnCertificate {
    private static final String ADDRESS = "127.0.0.1";
    private static final Duration VALID = Duration.ofDays(20 * 365); // a station is not restarted for it
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

    private final KeyPair pair;
    private final X509Certificate certificate;

    private OwnCertificate(KeyPair pair, X509Certificate certificate) {
        this.pair = pair;
        this.certificate = certificate;
    }

    /** A new key, ECDSA on P-256, with a certificate for {@code 127.0.0.1}. */
    static OwnCertificate create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=parts of a station");
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(127, new SecureRandom()),
                    Date.from(now.minus(CLOCKS_DIFFER)),
                    Date.from(now.plus(VALID)),
                    name,
                    pair.getPublic());
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.iPAddress, ADDRESS)));
            return new OwnCertificate(
                    pair,
                    new JcaX509CertificateConverter()
                            .getCertificate(builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))));
        } catch (GeneralSecurityException | OperatorCreationException | IOException impossible) {
            throw new IllegalStateException("Every Java platform has ECDSA on P-256", impossible);
        }
    }

    /** Kafka's settings {@code ssl.*}, the same for a broker and a client (KIP-651). */
    Map<String, String> kafka() {
        String chain = pem("CERTIFICATE", encoded());
        return Map.of(
                "ssl.protocol", "TLSv1.3",
                "ssl.enabled.protocols", "TLSv1.3",
                "ssl.keystore.type", "PEM",
                "ssl.keystore.key", pem("PRIVATE KEY", pair.getPrivate().getEncoded()),
                "ssl.keystore.certificate.chain", chain,
                "ssl.truststore.type", "PEM",
                "ssl.truststore.certificates", chain);
    }

    /** A key store in a file, for what cannot be given a key otherwise. */
    record StoredKey(Path file, String password) {}

    /** Writes key and certificate (PKCS#12) to a file that only this user can read, and replaces the one of the last start. */
    StoredKey store(Path file) throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("key", pair.getPrivate(), password.toCharArray(), new Certificate[] {certificate});
            store.setCertificateEntry("trusted", certificate);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, password.toCharArray());
            Files.deleteIfExists(file);
            DurableFile.createSecret(file, bytes.toByteArray());
            return new StoredKey(file, password);
        } catch (GeneralSecurityException impossible) {
            throw new IOException("Every Java platform has PKCS#12", impossible);
        }
    }

    private byte[] encoded() {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("A certificate that was made can be written", impossible);
        }
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der)
                + "\n-----END " + what + "-----\n";
    }
}
