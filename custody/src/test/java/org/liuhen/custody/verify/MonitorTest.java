package org.liuhen.custody.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.Tiles;

class MonitorTest {
    private static final LogName LOG = new LogName("site-1");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final Signer signer = new Signer(LOG.origin(), key());
    private final Signer witness = new Signer("w.example/1", Algorithm.COSIGNATURE_V1, key());
    private final Policy policy =
            Policy.parse("log " + signer.verifier() + "\nwitness w " + witness.verifier() + "\nquorum w\n");
    private final MemoryLogStore store = new MemoryLogStore();

    @TempDir
    Path folder;

    private static Ed25519PrivateKeyParameters key() {
        return new Ed25519PrivateKeyParameters(new SecureRandom());
    }

    /** A chain of probes; {@code word} is what an insider would change in all of them. */
    private static List<byte[]> entries(int count, String word) {
        List<byte[]> entries = new ArrayList<>();
        Sha256Digest previous = null;
        for (int i = 0; i < count; i++) {
            EventContext context = EventContext.of(
                    EventContext.idFor(LockProbed.class, "probe " + i),
                    null,
                    NOW,
                    Actor.component("door"),
                    null,
                    "test");
            byte[] event = CanonicalJson.encode(new LockProbed(context, word, true, List.of()));
            byte[] entry = Entry.encode(event, i, previous, NOW);
            previous = Sha256Digest.ofRaw(Merkle.leafHash(entry));
            entries.add(entry);
        }
        return entries;
    }

    private SignedNote publish(MemoryLogStore in, int size, String word) throws Exception {
        new LogPublisher(in, LOG, signer).publish(0, entries(size, word));
        return SignedNote.parse(in.files.get(Tiles.CHECKPOINT));
    }

    private Monitor monitor() {
        return new Monitor(store, policy, folder.resolve("head"));
    }

    private static List<String> codes(Monitor.Look look) {
        return look.faults().stream().map(Fault::code).distinct().toList();
    }

    @Test
    void followsAGrowingLogEntryByEntry() throws Exception {
        Monitor monitor = monitor();
        for (int size : new int[] {1, 200, 256, 257, 600}) {
            SignedNote head = publish(store, size, "s3");
            assertEquals(List.of(), monitor.look().faults());
            store.write(
                    Tiles.WITNESSED,
                    head.with(List.of(head.cosign(witness, NOW))).bytes());
            Monitor.Look look = monitor.look();
            assertEquals(List.of(), look.faults());
            assertEquals(size, look.head().size());
            assertEquals(size, look.witnessedSize());
        }
    }

    @Test
    void findsAPastThatWasRewrittenWithTheRightKeyWhileItWasAway() throws Exception {
        publish(store, 300, "s3");
        assertEquals(List.of(), monitor().look().faults());
        store.files.clear();
        publish(store, 301, "other");
        assertEquals(List.of("VF-114"), codes(monitor().look()));
        assertEquals(List.of("VF-114"), codes(monitor().look()), "and it does not forget what it saw first");
    }

    @Test
    void findsItOnItsFirstLookWhereAWitnessHasSeenThePast() throws Exception {
        SignedNote head = publish(store, 300, "s3");
        byte[] witnessed = head.with(List.of(head.cosign(witness, NOW))).bytes();
        store.files.clear();
        publish(store, 301, "other");
        store.write(Tiles.WITNESSED, witnessed);
        assertEquals(List.of("VF-114"), codes(monitor().look()));
    }

    @Test
    void takesALogThatGrowsWhileItLooksForNoFault() throws Exception {
        publish(store, 3, "s3");
        int[] size = {3};
        Monitor monitor = new Monitor(
                path -> {
                    Optional<byte[]> file = store.read(path);
                    if (path.startsWith("checkpoint")) { // between any two heads the log goes on
                        try {
                            SignedNote head = publish(store, ++size[0], "s3");
                            store.write(
                                    Tiles.WITNESSED,
                                    head.with(List.of(head.cosign(witness, NOW)))
                                            .bytes());
                        } catch (Exception broken) {
                            throw new IOException(broken);
                        }
                    }
                    return file;
                },
                policy,
                folder.resolve("head"));
        for (int i = 0; i < 5; i++) {
            assertEquals(List.of(), monitor.look().faults());
        }
    }

    @Test
    void findsALogThatWasCut() throws Exception {
        publish(store, 300, "s3");
        monitor().look();
        store.files.clear();
        publish(store, 299, "s3");
        assertEquals(List.of("VF-112"), codes(monitor().look()));
    }

    @Test
    void findsAnEntryThatWasChangedBehindTheHead() throws Exception {
        publish(store, 3, "s3");
        Monitor monitor = monitor();
        monitor.look();
        publish(store, 5, "s3");
        byte[] bundle = store.files.get("tile/entries/000.p/5");
        bundle[bundle.length - 3] ^= 1;
        assertTrue(codes(monitor.look()).contains("VF-103"));
    }

    @Test
    void findsAHeadThatNobodyTrustedSigned() throws Exception {
        new LogPublisher(store, LOG, new Signer(LOG.origin(), key())).publish(0, entries(3, "s3"));
        assertEquals(List.of("VF-101"), codes(monitor().look()));
    }

    @Test
    void doesNotBeginAnewWhereItsMemoryIsDamaged() throws Exception {
        publish(store, 3, "s3");
        Files.writeString(folder.resolve("head"), "damaged");
        assertThrows(IOException.class, () -> monitor().look());
    }
}
