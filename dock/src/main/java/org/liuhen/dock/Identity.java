package org.liuhen.dock;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.HttpCall;

/**
 * The dock's own key and certificate, in files {@code identity-N} of its folder, the newest of which counts: PKCS#8 and X.509 in
 * PEM in one file, so that they always belong together. The key is made here and never leaves the dock.
 */
final class Identity {
    private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String END_KEY = "-----END PRIVATE KEY-----";
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final X509Certificate authority;

    private Identity(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
        this.key = key;
        this.certificate = certificate;
        this.authority = authority;
    }

    /** The newest identity in the folder. */
    static Identity read(Path home) throws IOException {
        Path newest = newest(home)
                .orElseThrow(() -> new IOException("DK-104 this dock has no key yet. Enrol it: liuhen dock enrol"));
        try {
            String pem = Files.readString(newest);
            int end = pem.indexOf(END_KEY);
            byte[] pkcs8 =
                    Base64.getMimeDecoder().decode(pem.substring(pem.indexOf(BEGIN_KEY) + BEGIN_KEY.length(), end));
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            X509Certificate own =
                    certificate(pem.substring(end + END_KEY.length()).getBytes(StandardCharsets.US_ASCII));
            return new Identity(key, own, certificate(Files.readAllBytes(home.resolve("authority.crt"))));
        } catch (GeneralSecurityException | RuntimeException damaged) {
            throw new IOException("DK-105 " + newest + " is damaged. Enrol again with a new one-time code", damaged);
        }
    }

    private static Optional<Path> newest(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.filter(file -> file.getFileName().toString().matches("identity-[0-9]+"))
                    .max(Comparator.comparingInt(Identity::number));
        }
    }

    private static int number(Path file) {
        return Integer.parseInt(file.getFileName().toString().substring("identity-".length()));
    }

    private static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    /**
     * Gets the dock its first certificate (RFC 7030 §4.2.1).
     *
     * @param code {@code code.pin} as the administrator gave it; the pin is the digest of the right authority's key
     */
    static Identity enrol(Path home, URI intake, String serial, String code) throws IOException, InterruptedException {
        String[] parts = code.strip().split("[.]", -1);
        if (parts.length != 2) {
            throw new IOException("DK-106 a one-time code reads CODE.PIN. Copy the whole of it");
        }
        Files.createDirectories(home);
        try {
            HttpClient untrusting = client(tls(null, new TrustManager[] {new AnyServer()}));
            X509Certificate authority =
                    certificateOf(ask(untrusting, HttpRequest.newBuilder(intake.resolve("/.well-known/est/cacerts"))));
            String pin = Sha256Digest.of(authority.getPublicKey().getEncoded()).hex();
            if (!pin.equals(parts[1])) {
                throw new IOException("DK-107 at " + intake
                        + " answers another authority than the one that the code names. Nothing was"
                        + " sent there; ask the administrator for the address");
            }
            String basic =
                    Base64.getEncoder().encodeToString((serial + ":" + parts[0]).getBytes(StandardCharsets.UTF_8));
            Identity made = certified(
                    home,
                    client(tls(null, trusting(authority))),
                    HttpRequest.newBuilder(intake.resolve("/.well-known/est/simpleenroll"))
                            .header("Authorization", "Basic " + basic),
                    authority,
                    new X500Principal("CN=" + serial.replaceAll("[^A-Za-z0-9_-]", "_")));
            return made;
        } catch (GeneralSecurityException | OperatorCreationException impossible) {
            throw new IOException("no key could be made", impossible);
        }
    }

    /** Renews the certificate when a third of its time is left. */
    static Identity renewed(Path home, Identity present, URI intake) throws IOException, InterruptedException {
        Instant from = present.certificate.getNotBefore().toInstant();
        Instant to = present.certificate.getNotAfter().toInstant();
        if (Instant.now().isBefore(to.minus(Duration.between(from, to).dividedBy(3)))) {
            return present;
        }
        try {
            return certified(
                    home,
                    present.client(),
                    HttpRequest.newBuilder(intake.resolve("/.well-known/est/simplereenroll")),
                    present.authority,
                    present.certificate.getSubjectX500Principal()); // RFC 7030 §4.2.2: the same as before
        } catch (GeneralSecurityException | OperatorCreationException impossible) {
            throw new IOException("no key could be made", impossible);
        }
    }

    private static Identity certified(
            Path home, HttpClient client, HttpRequest.Builder request, X509Certificate authority, X500Principal subject)
            throws IOException, InterruptedException, GeneralSecurityException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] asked = new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                .getEncoded();
        X509Certificate own = certificateOf(ask(
                client,
                request.header("Content-Type", "application/pkcs10")
                        .header("Content-Transfer-Encoding", "base64")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                Base64.getMimeEncoder().encodeToString(asked)))));
        own.verify(authority.getPublicKey());
        DurableFile.replace(home.resolve("authority.crt"), authority.getEncoded());
        int next = newest(home).map(Identity::number).orElse(0) + 1;
        String pem = BEGIN_KEY + "\n" + base64(pair.getPrivate().getEncoded()) + "\n" + END_KEY
                + "\n-----BEGIN CERTIFICATE-----\n" + base64(own.getEncoded()) + "\n-----END CERTIFICATE-----\n";
        DurableFile.createSecret(home.resolve("identity-" + next), pem.getBytes(StandardCharsets.US_ASCII));
        return new Identity(pair.getPrivate(), own, authority);
    }

    private static String base64(byte[] bytes) {
        return Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    }

    private static HttpResponse<byte[]> ask(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HttpCall.send(client, request.build(), ANSWER_WITHIN, ANSWER_BYTES_MAX);
    }

    private static X509Certificate certificateOf(HttpResponse<byte[]> answer)
            throws IOException, GeneralSecurityException {
        if (answer.statusCode() != 200) {
            throw new IOException("the intake refused: " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        byte[] message = Base64.getMimeDecoder().decode(answer.body());
        Collection<? extends Certificate> found =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(message));
        if (found.isEmpty()) {
            throw new IOException("the intake sent no certificate");
        }
        return (X509Certificate) found.iterator().next();
    }

    /** TLS to the intake: the dock's key, and trust in the device authority alone. */
    SSLContext tls() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("dock", key, new char[0], new Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            return tls(keys.getKeyManagers(), trusting(authority));
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("A key that was read can be used", impossible);
        }
    }

    /** An HTTP client for short requests. */
    HttpClient client() {
        return client(tls());
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    private static TrustManager[] trusting(X509Certificate authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }

    private static SSLContext tls(KeyManager[] keys, TrustManager[] trust) throws GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys, trust, new SecureRandom());
        return tls;
    }

    /** When the certificate ends. */
    Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /** Trusts any server, only for the request of the authority's certificate, which is then compared with the pin in the one-time code. */
    private static final class AnyServer extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new IllegalStateException("a dock is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new IllegalStateException("a dock is no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("a dock is no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** The certificate in lines for a person. */
    static List<String> about(Identity identity) {
        return List.of(
                "certificate " + Sha256Digest.of(encoded(identity.certificate)).hex(),
                "valid until " + identity.notAfter());
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("A certificate that was read can be written", impossible);
        }
    }
}
