package org.liuhen.custody.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.witness.WitnessClient.RefusedException;
import org.liuhen.custody.witness.WitnessClient.UnavailableException;

/** A witness that answers on loopback, and a log that asks it. */
class WitnessClientTest {
    private static final LogName LOG = new LogName("site-1");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir
    Path folder;

    private final Signer log = new Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
    private final Signer key =
            new Signer("w1", Algorithm.COSIGNATURE_V1, new Ed25519PrivateKeyParameters(new SecureRandom()));
    private final MemoryLogStore store = new MemoryLogStore();
    private final List<Integer> statuses = new ArrayList<>();
    private Witness witness;
    private HttpServer server;
    private Witness.Answer instead;

    @BeforeEach
    void serve() throws Exception {
        witness = new Witness(folder, key, Policy.of(log.verifier()), Map.of(), Clock.fixed(NOW, ZoneOffset.UTC));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/w/add-checkpoint", exchange -> {
            byte[] asked = exchange.getRequestBody().readAllBytes();
            Witness.Answer answer = instead == null ? witness.addCheckpoint(asked) : instead;
            statuses.add(answer.status());
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop(0);
        witness.close();
    }

    private WitnessClient client() {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/w/");
        return new WitnessClient(new Policy.Witness(key.verifier(), url));
    }

    private SignedNote head(MemoryLogStore to, int from, int size) throws Exception {
        List<byte[]> entries = IntStream.range(from, size)
                .mapToObj(i -> ("entry " + i).getBytes(StandardCharsets.UTF_8))
                .toList();
        new LogPublisher(to, LOG, log).publish(from, entries);
        return SignedNote.parse(to.files.get("checkpoint"));
    }

    private Optional<Instant> cosigned(WitnessClient client, SignedNote head, MemoryLogStore from, int size)
            throws Exception {
        SignedNote.Signature signature = client.cosign(head, new Tiles(from, size));
        return head.with(List.of(signature)).cosignedAt(key.verifier());
    }

    @Test
    void eachHeadIsProvenToContinueTheOneBefore() throws Exception {
        WitnessClient client = client();
        assertEquals(Optional.of(NOW), cosigned(client, head(store, 0, 3), store, 3));
        assertEquals(Optional.of(NOW), cosigned(client, head(store, 3, 10), store, 10));
        assertEquals(List.of(200, 200), statuses, "the client knows what the witness saw last");
        assertEquals(Optional.of(NOW), cosigned(client(), head(store, 10, 11), store, 11));
        assertEquals(List.of(200, 200, 409, 200), statuses, "a new client is told");
        assertEquals(Optional.of(NOW), cosigned(client(), head(store, 11, 11), store, 11));
    }

    @Test
    void aShorterLogAndAnotherHistoryAreRefused() throws Exception {
        cosigned(client(), head(store, 0, 5), store, 5);
        MemoryLogStore shorter = new MemoryLogStore();
        SignedNote cut = head(shorter, 0, 4);
        RefusedException refused =
                assertThrows(RefusedException.class, () -> client().cosign(cut, new Tiles(shorter, 4)));
        assertTrue(refused.getMessage().startsWith("WT-102 w1 has seen a head of 5 entries, and this one has 4"));
        MemoryLogStore other = new MemoryLogStore();
        new LogPublisher(other, LOG, log)
                .publish(
                        0,
                        List.of(
                                new byte[] {1},
                                new byte[] {2},
                                new byte[] {3},
                                new byte[] {4},
                                new byte[] {5},
                                new byte[] {6}));
        SignedNote fork = SignedNote.parse(other.files.get("checkpoint"));
        RefusedException another =
                assertThrows(RefusedException.class, () -> client().cosign(fork, new Tiles(other, 6)));
        assertTrue(another.getMessage().startsWith("WT-102 w1 answered 422: The proof does not show"));
    }

    @Test
    void onlyTheWitnesssOwnSignatureIsTaken() throws Exception {
        SignedNote head = head(store, 0, 3);
        Signer other = new Signer("w1", Algorithm.COSIGNATURE_V1, new Ed25519PrivateKeyParameters(new SecureRandom()));
        instead = new Witness.Answer(200, "text/plain", head.cosign(other, NOW) + "\n");
        RefusedException refused =
                assertThrows(RefusedException.class, () -> client().cosign(head, new Tiles(store, 3)));
        assertEquals("WT-102 w1 answered with a signature that is not its own", refused.getMessage());
        instead = new Witness.Answer(409, "text/plain", "not a size\n");
        assertEquals(
                "WT-102 w1 answered 409: not a size",
                assertThrows(RefusedException.class, () -> client().cosign(head, new Tiles(store, 3)))
                        .getMessage());
        for (String none : List.of("", "<html>a proxy</html>", "\u2014 w1 notBase64!\n")) {
            instead = new Witness.Answer(200, "text/plain", none);
            assertThrows(RefusedException.class, () -> client().cosign(head, new Tiles(store, 3)), none);
        }
    }

    @Test
    void aWitnessThatDoesNotWorkHasRefusedNothing() throws Exception {
        SignedNote head = head(store, 0, 3);
        for (int status : List.of(302, 408, 429, 500, 502, 503)) {
            instead = new Witness.Answer(status, "text/plain", "not now\n");
            UnavailableException away =
                    assertThrows(UnavailableException.class, () -> client().cosign(head, new Tiles(store, 3)));
            assertEquals("WT-103 w1 answered " + status + ": not now", away.getMessage());
        }
        for (int status : List.of(400, 403, 404, 422)) {
            instead = new Witness.Answer(status, "text/plain", "no\n");
            assertThrows(RefusedException.class, () -> client().cosign(head, new Tiles(store, 3)));
        }
    }

    @Test
    void aWitnessThatStallsInItsAnswerHoldsNobody() throws Exception {
        SignedNote head = head(store, 0, 3);
        try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> {
                try (Socket asked = slow.accept()) {
                    asked.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    asked.getOutputStream().flush();
                    asked.getInputStream().transferTo(OutputStream.nullOutputStream()); // until the client goes
                } catch (IOException gone) {
                    // the test is over
                }
            });
            answers.start();
            WitnessClient client = new WitnessClient(
                    new Policy.Witness(key.verifier(), URI.create("http://127.0.0.1:" + slow.getLocalPort())));
            UnavailableException away =
                    assertThrows(UnavailableException.class, () -> client.cosign(head, new Tiles(store, 3)));
            assertTrue(away.getMessage().contains("has not answered in full within"), away.getMessage());
            answers.join(10_000);
            assertFalse(answers.isAlive(), "the connection is closed");
        }
    }

    @Test
    void anAnswerWithoutEndIsNotRead() throws Exception {
        SignedNote head = head(store, 0, 3);
        instead = new Witness.Answer(200, "text/plain", "x".repeat(1 << 20));
        assertTrue(assertThrows(UnavailableException.class, () -> client().cosign(head, new Tiles(store, 3)))
                .getMessage()
                .contains("longer than"));
    }
}
