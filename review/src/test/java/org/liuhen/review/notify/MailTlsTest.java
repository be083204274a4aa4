package org.liuhen.review.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.review.model.Notification;

/**
 * STARTTLS with a mail server that is not ours: Debian's aiosmtpd with OpenSSL. Each message is sent by a Java process of its own, which trusts the
 * authorities that it was started with, as a station does.
 */
class MailTlsTest {
    private static final String SERVER = """
            import asyncio, ssl, sys
            from aiosmtpd.smtp import SMTP

            class Keep:
                async def handle_DATA(self, server, session, envelope):
                    print("taken", envelope.rcpt_tos[0], session.ssl is not None, flush=True)
                    return "250 OK"

            context = None
            if len(sys.argv) > 1:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(sys.argv[1] + ".pem", sys.argv[1] + ".key")
            loop = asyncio.new_event_loop()
            make = lambda: SMTP(Keep(), tls_context=context, require_starttls=context is not None, loop=loop)
            server = loop.run_until_complete(loop.create_server(make, "127.0.0.1", 0))
            print(server.sockets[0].getsockname()[1], flush=True)
            loop.run_forever()
            """;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void make() throws Exception {
        Files.writeString(folder.resolve("empty.cnf"), "[req]\ndistinguished_name=dn\n[dn]\n");
        Files.writeString(folder.resolve("server.py"), SERVER);
        certificate("ours", "/CN=Authority", "basicConstraints=critical,CA:TRUE");
        certificate("theirs", "/CN=Another authority", "basicConstraints=critical,CA:TRUE");
        certificate("good", "/CN=mail", "subjectAltName=DNS:localhost", "-CA", "ours.pem", "-CAkey", "ours.key");
        certificate(
                "elsewhere",
                "/CN=localhost",
                "subjectAltName=DNS:mail.example",
                "-CA",
                "ours.pem",
                "-CAkey",
                "ours.key");
        run(
                System.getProperty("java.home") + "/bin/keytool",
                "-importcert",
                "-noprompt",
                "-file",
                "ours.pem",
                "-keystore",
                "trust.p12",
                "-storepass",
                "changeit");
    }

    private static void certificate(String name, String subject, String extension, String... issuer) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-config", "empty.cnf"));
        command.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"));
        command.addAll(List.of("-subj", subject, "-addext", extension));
        command.addAll(List.of("-keyout", name + ".key", "-out", name + ".pem"));
        command.addAll(List.of(issuer));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    /** Sends one message; the program of a process of its own. */
    static final class Program {
        private Program() {}

        /**
         * Says that it was taken, or why not.
         *
         * @param arguments the mail server's name and its port
         */
        public static void main(String[] arguments) throws Exception {
            Mail mail = new Mail(
                    new Mail.Settings(
                            arguments[0],
                            Integer.parseInt(arguments[1]),
                            true,
                            null,
                            null,
                            "liuhen@mail.example",
                            "{person}@mail.example",
                            "zh"),
                    URI.create("https://liuhen.example/"));
            try {
                mail.send(
                        List.of(new Notification("msg_1", "note.named", "044001", "", Instant.now(), "#/item/x", "")));
                mail.rest();
                System.out.println("sent");
            } catch (IOException failed) {
                System.out.println(failed.getMessage());
            }
        }
    }

    /**
     * What the program says of a message to a server with this certificate, and then what the server has taken.
     *
     * @param certificate null for a server without TLS
     * @param trusts what the program is told to trust
     */
    private static List<String> send(String certificate, String host, String... trusts) throws Exception {
        List<String> serves = new ArrayList<>(List.of("/usr/bin/python3", "server.py"));
        if (certificate != null) {
            serves.add(certificate);
        }
        Path taken = Files.createTempFile(folder, "taken", "");
        Process server = new ProcessBuilder(serves)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(taken.toFile())
                .start();
        try {
            while (server.isAlive() && !Files.readString(taken).endsWith("\n")) {
                Thread.sleep(50);
            }
            String port = Files.readString(taken).strip();
            assertTrue(port.matches("[0-9]+"), "Debian's python3-aiosmtpd has to be there: " + port);
            List<String> sends = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
            sends.addAll(List.of(trusts));
            sends.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName(), host, port));
            Process program = new ProcessBuilder(sends)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            List<String> said = new ArrayList<>();
            said.add(new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            assertTrue(program.waitFor(60, TimeUnit.SECONDS));
            Files.readAllLines(taken).stream()
                    .filter(line -> line.startsWith("taken"))
                    .forEach(said::add);
            return said;
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static final String[] OURS = {
        "-Djavax.net.ssl.trustStore=trust.p12", "-Djavax.net.ssl.trustStorePassword=changeit"
    };

    @Test
    void aServerWithATrustedCertificateForItsNameGetsIt() throws Exception {
        assertEquals(List.of("sent", "taken 044001@mail.example True"), send("good", "localhost", OURS));
    }

    @Test
    void anAuthorityThatIsNotTrustedGetsNothing() throws Exception {
        List<String> said = send("good", "localhost");
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.get(0).contains("localhost comes from an authority that Java does not trust"), said.get(0));
    }

    @Test
    void aCertificateOfItsOwnMakingGetsNothing() throws Exception {
        List<String> said = send("theirs", "localhost", OURS);
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.get(0).contains("from an authority that Java does not trust"), said.get(0));
    }

    @Test
    void aCertificateForAnotherNameGetsNothing() throws Exception {
        for (String host : List.of("localhost", "127.0.0.1")) { // what stands in the subject alone does not count
            List<String> said = send("elsewhere", host, OURS);
            assertEquals(1, said.size(), said.toString());
            assertTrue(said.get(0).contains("is not for the name " + host), said.get(0));
        }
    }

    @Test
    void aServerThatOffersNoStartTlsGetsNothing() throws Exception {
        List<String> said = send(null, "localhost", OURS);
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.get(0).contains("localhost offers no STARTTLS"), said.get(0));
    }

    @Test
    void aCertificateThatIsOverGetsNothing() throws Exception {
        run(
                "faketime",
                "2020-01-01",
                "openssl",
                "req",
                "-x509",
                "-config",
                "empty.cnf",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=mail",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                "over.key",
                "-out",
                "over.pem",
                "-CA",
                "ours.pem",
                "-CAkey",
                "ours.key");
        List<String> said = send("over", "localhost", OURS);
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.get(0).contains("localhost is not valid today"), said.get(0));
    }
}
