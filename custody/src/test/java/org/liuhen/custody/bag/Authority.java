package org.liuhen.custody.bag;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.List;
import org.liuhen.custody.evidence.Sha256Digest;

/** A timestamp authority of our own for tests, made and run with openssl. */
public final class Authority implements AutoCloseable {
    private final Path folder;
    private HttpServer server;

    /** Makes its key and certificate in this folder. */
    public Authority(Path folder) throws Exception {
        this.folder = folder;
        Files.writeString(folder.resolve("tsa.cnf"), """
                [req]
                distinguished_name = dn
                x509_extensions = ext
                prompt = no
                [dn]
                CN = time.example
                [ext]
                basicConstraints = CA:FALSE
                keyUsage = critical, digitalSignature
                extendedKeyUsage = critical, timeStamping
                [tsa]
                default_tsa = tsa1
                [tsa1]
                dir = .
                serial = ./serial
                crypto_device = builtin
                signer_cert = ./tsa.pem
                signer_key = ./tsa.key
                signer_digest = sha256
                default_policy = 1.2.3.4.1
                digests = sha256
                accuracy = secs:1
                ordering = yes
                tsa_name = yes
                ess_cert_id_chain = no
                ess_cert_id_alg = sha256
                """);
        String usual = Files.readString(folder.resolve("tsa.cnf"));
        Files.writeString(folder.resolve("twice.cnf"), usual + "certs = ./tsa.pem\n");
        Files.writeString(folder.resolve("serial"), "01\n");
        openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-config",
                "tsa.cnf",
                "-keyout",
                "tsa.key",
                "-out",
                "tsa.pem",
                "-days",
                "30");
    }

    /** Answers requests over HTTP (RFC 3161 §3.4) on loopback, until it is closed. */
    public URI serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try {
                byte[] reply = reply(exchange.getRequestBody().readAllBytes());
                exchange.getResponseHeaders().add("Content-Type", "application/timestamp-reply");
                exchange.sendResponseHeaders(200, reply.length);
                exchange.getResponseBody().write(reply);
            } catch (Exception failed) {
                exchange.sendResponseHeaders(500, -1);
            } finally {
                exchange.close();
            }
        });
        server.start();
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private synchronized byte[] reply(byte[] query) throws Exception {
        Files.write(folder.resolve("asked.tsq"), query);
        openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-out", "answer.tsr");
        return Files.readAllBytes(folder.resolve("answer.tsr"));
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
    }

    /** A granted response over SHA-256 of this text. */
    byte[] stamp(String text) throws Exception {
        return stamp(text, "tsa.cnf");
    }

    /** The same with the certificate that signed in it twice, as authorities send it that add their chain with its own beginning. */
    byte[] stampWithItsCertificateTwice(String text) throws Exception {
        return stamp(text, "twice.cnf");
    }

    private byte[] stamp(String text, String config) throws Exception {
        Path file = Files.writeString(folder.resolve("text"), text, StandardCharsets.UTF_8);
        openssl("ts", "-query", "-data", file.toString(), "-sha256", "-cert", "-out", "query.tsq");
        openssl("ts", "-reply", "-config", config, "-queryfile", "query.tsq", "-out", "reply.tsr");
        return Files.readAllBytes(folder.resolve("reply.tsr"));
    }

    /** What openssl itself says of a response. */
    public boolean verifies(byte[] response, String text) throws Exception {
        Files.write(folder.resolve("check.tsr"), response);
        Files.writeString(folder.resolve("check"), text);
        return run("ts", "-verify", "-in", "check.tsr", "-data", "check", "-CAfile", "tsa.pem") == 0;
    }

    /** The digest of its certificate, as a policy names it. */
    public Sha256Digest certificate() throws IOException, CertificateException {
        try (var in = Files.newInputStream(folder.resolve("tsa.pem"))) {
            return Sha256Digest.of(CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getEncoded());
        }
    }

    private void openssl(String... arguments) throws Exception {
        if (run(arguments) != 0) {
            throw new IOException(
                    "openssl " + Arrays.toString(arguments) + ": " + Files.readString(folder.resolve("log")));
        }
    }

    private int run(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start()
                .waitFor();
    }
}
