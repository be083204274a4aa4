package org.liuhen.custody.witness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.SignedNote.Verifier;
import org.liuhen.custody.log.Tiles;

class WitnessTest {
    private static final LogName LOG = new LogName("site-1");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final Signer log = new Signer(LOG.origin(), key());
    private final Signer witnessKey = new Signer("procuratorate.example/w1", Algorithm.COSIGNATURE_V1, key());
    private final MemoryLogStore store = new MemoryLogStore();

    @TempDir
    Path folder;

    private Witness witness;

    private static Ed25519PrivateKeyParameters key() {
        return new Ed25519PrivateKeyParameters(new SecureRandom());
    }

    @BeforeEach
    void open() throws Exception {
        witness = witness();
    }

    private Witness witness() throws Exception {
        return witness(Policy.of(log.verifier()), Map.of());
    }

    private Witness witness(Policy logs, Map<Verifier, String> origins) throws Exception {
        close();
        return new Witness(folder, witnessKey, logs, origins, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void close() throws Exception {
        if (witness != null) {
            witness.close();
        }
    }

    private SignedNote head(MemoryLogStore in, int size, String word) throws Exception {
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add((word + i).getBytes(StandardCharsets.UTF_8));
        }
        return new LogPublisher(in, LOG, log).publish(0, entries).sign(log);
    }

    private Witness.Answer ask(long old, SignedNote head, MemoryLogStore tiles) throws Exception {
        long size = Checkpoint.parse(head.text()).size();
        StringBuilder body = new StringBuilder("old " + old + "\n");
        for (byte[] hash : Merkle.consistencyProof(old, size, new Tiles(tiles, size))) {
            body.append(Base64.getEncoder().encodeToString(hash)).append('\n');
        }
        return witness.addCheckpoint(body.append('\n').append(head).toString().getBytes(StandardCharsets.UTF_8));
    }

    private Witness.Answer raw(String body) throws Exception {
        return witness.addCheckpoint(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void cosignsHeadsThatContinueEachOther() throws Exception {
        for (int size : new int[] {1, 7, 256, 700}) {
            long old = witness.last(LOG.origin()).map(Checkpoint::size).orElse(0L);
            SignedNote head = head(store, size, "entry ");
            Witness.Answer answer = ask(old, head, store);
            assertEquals(200, answer.status(), answer.body());
            SignedNote cosigned =
                    SignedNote.parse((head.text() + "\n" + answer.body()).getBytes(StandardCharsets.UTF_8));
            assertEquals(Optional.of(NOW), cosigned.cosignedAt(witnessKey.verifier()));
        }
    }

    /** The bytes under the signature as C2SP tlog-cosignature writes them, checked with the JDK's own Ed25519. */
    @Test
    void signsWhatTheSpecificationSays() throws Exception {
        SignedNote head = head(store, 3, "entry ");
        String line = ask(0, head, store).body();
        byte[] bytes = Base64.getDecoder().decode(line.strip().split(" ", -1)[2]);
        byte[] spki = ByteBuffer.allocate(44)
                .put(HexFormat.of().parseHex("302a300506032b6570032100"))
                .put(witnessKey.publicKey().getEncoded())
                .array();
        Signature ed25519 = Signature.getInstance("Ed25519");
        ed25519.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
        ed25519.update(
                ("cosignature/v1\ntime " + NOW.getEpochSecond() + "\n" + head.text()).getBytes(StandardCharsets.UTF_8));
        assertEquals(NOW.getEpochSecond(), ByteBuffer.wrap(bytes, 4, 8).getLong());
        assertTrue(ed25519.verify(Arrays.copyOfRange(bytes, 12, 76)));
    }

    @Test
    void neverCosignsTwoHeadsOfOneSizeOrAHeadThatWasRewritten() throws Exception {
        assertEquals(200, ask(0, head(store, 5, "entry "), store).status());
        MemoryLogStore rewritten = new MemoryLogStore();
        assertEquals(422, ask(5, head(rewritten, 5, "other "), rewritten).status());
        assertEquals(422, ask(5, head(rewritten, 9, "other "), rewritten).status());
        assertEquals(200, ask(5, head(store, 9, "entry "), store).status());
    }

    @Test
    void remembersAfterARestart() throws Exception {
        ask(0, head(store, 5, "entry "), store);
        witness = witness();
        Witness.Answer cut = ask(0, head(new MemoryLogStore(), 4, "entry "), store);
        assertEquals(409, cut.status());
        assertEquals("5\n", cut.body());
        assertEquals("text/x.tlog.size", cut.contentType());
    }

    @Test
    void saysWhichHeadItSawLastWhereTheOldSizeIsAnother() throws Exception {
        ask(0, head(store, 5, "entry "), store);
        Witness.Answer answer = ask(4, head(store, 9, "entry "), store);
        assertEquals(409, answer.status());
        assertEquals("5\n", answer.body());
    }

    @Test
    void refusesWhatItDoesNotKnowOrCannotRead() throws Exception {
        SignedNote head = head(store, 5, "entry ");
        Signer stranger = new Signer(LOG.origin(), key());
        SignedNote forged = SignedNote.sign(head.text(), stranger);
        assertEquals(403, ask(0, forged, store).status());
        SignedNote other = SignedNote.sign(head.text().replace("site-1", "site-2"), log);
        assertEquals(404, ask(0, other, store).status());
        assertEquals(400, raw("old 6\n\n" + head).status());
        assertEquals(400, raw("old -1\n\n" + head).status());
        assertEquals(400, raw("old 0\nAAAA\n\n" + head).status());
        assertEquals(
                422,
                raw("old 0\n" + Base64.getEncoder().encodeToString(new byte[32]) + "\n\n" + head)
                        .status());
        assertEquals(400, raw("old 0\n\nno note").status());
        assertEquals(400, raw("").status());
        assertEquals(Optional.empty(), witness.last(LOG.origin()), "nothing of this was remembered");
    }

    @Test
    void refusesARevokedKeyBeyondItsLastHead() throws Exception {
        Policy revoked = Policy.parse("log " + log.verifier() + "\nrevoked " + log.verifier() + " 5\nquorum none\n");
        witness = witness(revoked, Map.of());
        assertEquals(200, ask(0, head(store, 5, "entry "), store).status());
        assertEquals(403, ask(5, head(store, 6, "entry "), store).status());
    }

    @Test
    void aDamagedMemoryIsAnErrorAndNotAFreshStart() throws Exception {
        ask(0, head(store, 5, "entry "), store);
        try (var files = Files.list(folder)) {
            Files.writeString(
                    files.filter(file -> !file.endsWith("lock")).findFirst().orElseThrow(), "damaged");
        }
        assertThrows(java.io.IOException.class, () -> ask(0, head(store, 5, "entry "), store));
    }

    @Test
    void aPolicyCountsItsWitnesses() throws Exception {
        Signer second = new Signer("court.example/w2", Algorithm.COSIGNATURE_V1, key());
        String keys = "log " + log.verifier() + "\nwitness one " + witnessKey.verifier()
                + " http://127.0.0.1:1\nwitness two " + second.verifier() + "\n";
        SignedNote head = head(store, 5, "entry ");
        SignedNote one = head.with(List.of(head.cosign(witnessKey, NOW)));
        SignedNote both = one.with(List.of(head.cosign(second, NOW.plusSeconds(1))));
        Policy any = Policy.parse(keys + "group some any one two\nquorum some\n");
        Policy all = Policy.parse(keys + " \t# both\ngroup all all one two\nquorum all\n");
        assertFalse(any.isWitnessed(head));
        assertTrue(any.isWitnessed(one));
        assertFalse(all.isWitnessed(one));
        assertTrue(all.isWitnessed(both));
        assertEquals(Map.of("one", NOW, "two", NOW.plusSeconds(1)), all.cosignatures(both));
        assertEquals(all.toString(), Policy.parse(all.toString()).toString());
        assertTrue(Policy.of(log.verifier()).isWitnessed(head));
    }

    /** C2SP tlog-witness, add-checkpoint and monitor retrieval, what is said of signatures, sizes and origins. */
    @Test
    void followsTheClausesOfTheSpecification() throws Exception {
        SignedNote head = head(store, 5, "entry ");
        String hash =
                Sha256Digest.of(LOG.origin().getBytes(StandardCharsets.UTF_8)).hex();
        assertEquals(404, witness.latest(hash).status(), "it never cosigned");
        assertEquals(404, witness.latest("../witness.pem").status());
        SignedNote bad = SignedNote.sign("something else\n", log);
        assertEquals(403, ask(0, head.with(bad.signatures()), store).status(), "one of two lines of a known key fails");
        assertEquals(
                400,
                raw("old 0\n\n" + SignedNote.sign(head.text() + "\nx\n", log)).status(),
                "an empty line");
        assertEquals(
                200,
                raw("old 0\n\n" + SignedNote.sign(head.text() + "x\n", log)).status(),
                "an extension");
        List<SignedNote.Signature> large = new ArrayList<>();
        for (int i = 0; i < 15; i++) { // as large as those of post-quantum keys
            large.add(new SignedNote.Signature(
                    "other.example/" + i, Base64.getEncoder().encodeToString(new byte[5000])));
        }
        SignedNote many = head(store, 9, "entry ").with(large);
        Witness.Answer answer = ask(5, many, store);
        assertEquals(200, answer.status(), answer.body());
        SignedNote latest = SignedNote.parse(witness.latest(hash).body().getBytes(StandardCharsets.UTF_8));
        assertEquals(many.text(), latest.text());
        assertEquals(2, latest.signatures().size(), "those that were checked, and its own");
        assertTrue(latest.isSignedBy(log.verifier()));
        assertEquals(answer.body(), latest.signatures().get(1) + "\n");
        assertEquals(
                422,
                raw("old 9\n\n" + new Checkpoint(LOG.origin(), 9, Sha256Digest.ofRaw(new byte[32])).sign(log))
                        .status());
    }

    @Test
    void anEmptyLogHasTheRootOfTheEmptyTree() throws Exception {
        Sha256Digest empty = Sha256Digest.of(new byte[0]);
        Sha256Digest other = Sha256Digest.ofRaw(new byte[32]);
        assertEquals(
                422,
                raw("old 0\n\n" + new Checkpoint(LOG.origin(), 0, other).sign(log))
                        .status());
        assertEquals(
                200,
                raw("old 0\n\n" + new Checkpoint(LOG.origin(), 0, empty).sign(log))
                        .status());
        assertEquals(200, ask(0, head(store, 5, "entry "), store).status());
    }

    /** The Go checksum database signs as sum.golang.org, and its origin is "go.sum database tree". */
    @Test
    void aLogIsFoundByItsOriginWhateverTheNameOfItsKey() throws Exception {
        Signer key = new Signer("sum.example", key());
        witness = witness(Policy.of(key.verifier()), Map.of(key.verifier(), "a database tree"));
        SignedNote head =
                SignedNote.sign(head(store, 5, "entry ").text().replace(LOG.origin(), "a database tree"), key);
        assertEquals(200, raw("old 0\n\n" + head).status());
        SignedNote byName = SignedNote.sign(head.text().replace("a database tree", "sum.example"), key);
        assertEquals(404, raw("old 0\n\n" + byName).status());
    }

    @Test
    void twoOfThemNeverShareAFolder() throws Exception {
        String refused = assertThrows(
                        java.io.IOException.class,
                        () -> new Witness(folder, witnessKey, Policy.of(log.verifier()), Map.of(), Clock.systemUTC()))
                .getMessage();
        assertTrue(refused.startsWith("WT-104 "), refused);
        witness = witness();
        assertEquals(200, ask(0, head(store, 5, "entry "), store).status());
    }

    @Test
    void aCosignatureOnAnotherHeadDoesNotCount() throws Exception {
        SignedNote small = head(store, 5, "entry ");
        SignedNote large = head(store, 6, "entry ");
        SignedNote moved = large.with(List.of(small.cosign(witnessKey, NOW)));
        assertEquals(Optional.empty(), moved.cosignedAt(witnessKey.verifier()));
        assertArrayEquals(moved.bytes(), SignedNote.parse(moved.bytes()).bytes());
    }

    @Test
    void aPolicyWithALineThatItDoesNotUnderstandIsRefused() {
        String log = "log " + this.log.verifier() + "\n";
        for (String bad : new String[] {
            log,
            log + "quorum two\n",
            log + "witnes one x\nquorum none\n",
            log + "witness one " + this.log.verifier() + "\nquorum none\n",
            log + "group g 1 nobody\nquorum none\n",
            log + "quorum none\nquorum none\n",
            log + log + "quorum none\n",
            log + "quorum none # a comment\n",
            log + "quorum none\r\n",
            log + "# a comment \u0007\nquorum none\n",
            "log nonsense\nquorum none\n"
        }) {
            assertThrows(IllegalArgumentException.class, () -> Policy.parse(bad), bad);
        }
    }
}
