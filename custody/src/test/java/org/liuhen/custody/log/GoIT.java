package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signer;

/**
 * The Go checksum database's own code (golang.org/x/mod/sumdb, Debian's golang-golang-x-mod-dev) reads our log: signatures,
 * tiles of three levels, consistency between two heads, inclusion of every entry, a receipt.
 */
class GoIT {
    private static final Path PROGRAM = Path.of("target/verify_log").toAbsolutePath();
    private static final LogName LOG = new LogName("site-1");
    private static final int WITNESSED = 40_001;
    private static final int SIZE = 66_000; // more than 256 × 256: three levels of tiles
    private static final int RECEIPT = 12_345;

    private final Signer signer = new Signer(LOG.origin(), key(1));
    private final Signer witness = new Signer("jcy.example/w1", Algorithm.COSIGNATURE_V1, key(3));
    private final List<byte[]> entries = new ArrayList<>();

    @TempDir
    Path folder;

    private static Ed25519PrivateKeyParameters key(int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        return new Ed25519PrivateKeyParameters(bytes, 0);
    }

    @BeforeEach
    void makeALog() throws Exception {
        for (int i = 0; i < SIZE; i++) {
            entries.add(("entry " + i + " 留痕").getBytes(StandardCharsets.UTF_8));
        }
        MemoryLogStore store = new MemoryLogStore();
        LogPublisher publisher = new LogPublisher(store, LOG, signer);
        publisher.publish(0, entries.subList(0, 1));
        publisher.publish(1, entries.subList(1, WITNESSED));
        SignedNote head = SignedNote.parse(store.files.get(Tiles.CHECKPOINT));
        SignedNote cosigned = head.with(List.of(head.cosign(witness, Instant.parse("2026-11-24T08:00:00Z"))));
        store.write(Tiles.WITNESSED, cosigned.bytes());
        store.write(
                "receipt",
                TlogProof.of(new Tiles(store, WITNESSED), RECEIPT, entries.get(RECEIPT), cosigned)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
        publisher.publish(WITNESSED, entries.subList(WITNESSED, SIZE));
        for (Map.Entry<String, byte[]> file : store.files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    private record Answer(int exit, String text) {}

    private Answer ask() throws Exception {
        return run(new ProcessBuilder(
                PROGRAM.toString(),
                folder.toString(),
                signer.verifier().toString(),
                witness.verifier().toString()));
    }

    private static Answer run(ProcessBuilder command) throws Exception {
        Path out = Files.createTempFile("go", ".out");
        Process process =
                command.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        return new Answer(process.exitValue(), Files.readString(out));
    }

    @BeforeAll
    static void build() throws Exception {
        ProcessBuilder go = new ProcessBuilder("go", "build", "-o", PROGRAM.toString(), "src/test/go/verify_log.go");
        go.environment().putAll(Map.of("GO111MODULE", "off", "GOPATH", "/usr/share/gocode", "GOFLAGS", ""));
        assertEquals(new Answer(0, ""), run(go));
    }

    @Test
    void readsOurLog() throws Exception {
        assertEquals(new Answer(0, """
                        the head of 66000 continues the witnessed head of 40001
                        66000 entries are the leaves of the signed tree
                        the receipt proves entry 12345 of 40001
                        """), ask());
    }

    @Test
    void refusesWhatWasAltered() throws Exception {
        for (String file : List.of(
                "checkpoint", "checkpoint.witnessed", "receipt", "tile/0/100", "tile/1/000", "tile/entries/200")) {
            Path path = folder.resolve(file);
            byte[] good = Files.readAllBytes(path);
            byte[] bad = good.clone();
            bad[bad.length / 2] ^= 1;
            Files.write(path, bad);
            assertNotEquals(0, ask().exit(), file);
            Files.write(path, good);
        }
    }
}
