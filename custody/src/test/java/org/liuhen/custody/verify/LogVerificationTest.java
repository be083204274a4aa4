package org.liuhen.custody.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogPublisher.ForkException;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.SignedNote;

/** A log of 300 items and 900 entries, published in uneven steps, and then attacked. */
class LogVerificationTest {
    private static final LogName LOG = new LogName("site-1");
    private static final SignedNote.Signer SIGNER =
            new SignedNote.Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
    private static final int ITEMS = 300;

    private final MemoryLogStore store = new MemoryLogStore();
    private List<byte[]> entries;

    @BeforeEach
    void publish() throws Exception {
        entries = build();
        LogPublisher publisher = new LogPublisher(store, LOG, SIGNER);
        for (int from = 0, step = 1; from < entries.size(); step = step * 3 + 1) {
            int to = Math.min(entries.size(), from + step);
            publisher.publish(from, entries.subList(from, to));
            from = to;
        }
    }

    @Test
    void holdsWhenNothingWasTouched() throws Exception {
        LogVerification.Result result = verify();
        assertEquals(List.of(), result.faults());
        assertEquals(3 * ITEMS, result.checkpoint().size());
        assertEquals(ITEMS, result.chains());
    }

    @Test
    void publishesTheSameEntriesAgainWithoutAChange() throws Exception {
        Map<String, byte[]> before = new HashMap<>(store.files);
        new LogPublisher(store, LOG, SIGNER).publish(100, entries.subList(100, 900));
        assertEquals(before.keySet(), store.files.keySet());
        assertTrue(verify().holds());
    }

    @Test
    void signsNoForkAndNoGap() throws Exception {
        LogPublisher publisher = new LogPublisher(store, LOG, SIGNER);
        List<byte[]> other = new ArrayList<>(entries.subList(100, 900));
        other.set(5, entries.get(0));
        other.add(entries.get(1));
        byte[] head = store.files.get("checkpoint");
        assertThrows(ForkException.class, () -> publisher.publish(100, other));
        assertThrows(ForkException.class, () -> publisher.publish(901, entries.subList(0, 1)));
        assertEquals(head, store.files.get("checkpoint"));
    }

    @Test
    void signsNothingOnTopOfADamagedTile() {
        flip("tile/0/003.p/132", 40);
        assertThrows(
                ForkException.class, () -> new LogPublisher(store, LOG, SIGNER).publish(900, entries.subList(0, 1)));
    }

    @Test
    void namesTheEntryThatWasAltered() throws Exception {
        String bundle = "tile/entries/001";
        flip(bundle, indexOf(store.files.get(bundle), "body-") + 6);
        List<Fault> faults = verify().faults();
        assertTrue(faults.get(0) instanceof Fault.AlteredEntry altered && altered.index() / 256 == 1, "" + faults);
        assertEquals(1, faults.size(), "" + faults);
    }

    @Test
    void namesTheTileThatWasAltered() throws Exception {
        flip("tile/0/002", 7 * 32 + 1);
        assertEquals(List.of(new Fault.AlteredTile(0, 2, 7)), verify().faults());
    }

    @Test
    void namesTheUpperTileThatWasAltered() throws Exception {
        flip("tile/1/000.p/3", 32);
        assertEquals(List.of(new Fault.AlteredTile(1, 0, 1)), verify().faults());
    }

    @Test
    void namesTheBundleThatIsMissing() throws Exception {
        store.files.remove("tile/entries/002");
        assertTrue(verify().faults().get(0) instanceof Fault.DamagedFile damaged
                && damaged.message().equals("tile/entries/002 is missing"));
    }

    @Test
    void refusesACheckpointOfAnotherKey() throws Exception {
        SignedNote.Signer insider =
                new SignedNote.Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
        List<Fault> faults =
                LogVerification.verify(store, LOG, insider.verifier()).faults();
        assertTrue(faults.get(0) instanceof Fault.BadCheckpoint);
    }

    @Test
    void findsAnEntryThatWasLeftOutBeforeSigning() throws Exception {
        MemoryLogStore forged = new MemoryLogStore();
        List<byte[]> shortened = new ArrayList<>(entries);
        shortened.remove(ITEMS + 7); // the "received" of item 7
        new LogPublisher(forged, LOG, SIGNER).publish(0, shortened);
        List<Fault> faults =
                LogVerification.verify(forged, LOG, SIGNER.verifier()).faults();
        assertEquals(
                List.of("VF-107", "VF-108"), faults.stream().map(Fault::code).toList());
    }

    private LogVerification.Result verify() throws Exception {
        return LogVerification.verify(store, LOG, SIGNER.verifier());
    }

    private void flip(String path, int at) {
        store.files.get(path)[at] ^= 1;
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
    }

    /** First every item is declared, then every item is received, then every item is verified. */
    private static List<byte[]> build() {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        List<byte[]> entries = new ArrayList<>();
        Map<Integer, Sha256Digest> last = new HashMap<>();
        Sha256Digest digest = Sha256Digest.of(new byte[0]);
        StoredObject object = new StoredObject("vault", "site-1/2026/01/x", "v1");
        for (int step = 0; step < 3; step++) {
            for (int item = 0; item < ITEMS; item++) {
                EvidenceId id = new EvidenceId(String.format("%026d", item));
                String cause = id + "/" + step;
                FileName name = new FileName("body-" + item + ".mp4");
                List<CaseId> cases = List.of(new CaseId("（2022）京0105刑初123号"));
                CustodyEvent event =
                        switch (step) {
                            case 0 ->
                                new CustodyEvent.Declared(
                                        context(CustodyEvent.Declared.class, cause, id, at),
                                        name,
                                        "video/mp4",
                                        digest,
                                        0,
                                        cases,
                                        null);
                            case 1 ->
                                new CustodyEvent.Received(
                                        context(CustodyEvent.Received.class, cause, id, at),
                                        object,
                                        0,
                                        digest,
                                        digest,
                                        name,
                                        cases,
                                        null);
                            default ->
                                new CustodyEvent.Verified(
                                        context(CustodyEvent.Verified.class, cause, id, at), object, 0, digest);
                        };
                byte[] entry = Entry.encode(CanonicalJson.encode(event), step, last.get(item), at);
                last.put(item, Sha256Digest.ofRaw(Merkle.leafHash(entry)));
                entries.add(entry);
            }
        }
        return entries;
    }

    private static EventContext context(Class<? extends CustodyEvent> type, String cause, EvidenceId id, Instant at) {
        return EventContext.of(EventContext.idFor(type, cause), id, at, Actor.component("test"), null, "test");
    }
}
