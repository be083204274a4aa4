package org.liuhen.custody.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.Tiles;

class CompletenessTest {
    private static final LogName LOG = new LogName("site-1");
    private static final Instant DAY = Instant.parse("2026-11-24T00:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Signer log = new Signer(LOG.origin(), key());
    private final Signer export = new Signer("liuhen.org/export/site-1", key());
    private final Policy policy =
            Policy.parse("log " + log.verifier() + "\nexport " + export.verifier() + "\nquorum none\n");
    private final MemoryLogStore store = new MemoryLogStore();
    private final List<byte[]> entries = new ArrayList<>();
    private final Completeness.Question device = new Completeness.Question(null, "DSJ-7", DAY, DAY.plusSeconds(86_400));

    private static Ed25519PrivateKeyParameters key() {
        return new Ed25519PrivateKeyParameters(new SecureRandom());
    }

    private void declare(String officer, String serial, long sequence, long secondOfDay) {
        Instant at = DAY.plusSeconds(secondOfDay);
        EvidenceId id = EvidenceId.create(at, new SecureRandom());
        EventContext context = EventContext.of(
                EventContext.idFor(Declared.class, id.value()),
                id,
                at.plusSeconds(60),
                new Actor(Actor.Kind.DEVICE, serial, null, "mtls"),
                null,
                "test");
        byte[] event = CanonicalJson.encode(new Declared(
                context,
                new FileName("a.mp4"),
                null,
                Sha256Digest.of(new byte[0]),
                0,
                List.of(),
                new CaptureClaims(null, officer, null, serial, at, at.plusSeconds(5), sequence)));
        entries.add(Entry.encode(event, 0, null, at.plusSeconds(61)));
    }

    @BeforeEach
    void aDayOfTwoOfficersAndTwoDevices() throws Exception {
        for (int i = 0; i < 300; i++) {
            declare(i % 2 == 0 ? "110023" : "110024", i % 3 == 0 ? "DSJ-7" : "DSJ-8", i == 30 ? 1_000 : i, i * 100L);
        }
        declare("110023", "DSJ-7", 300, 90_000); // the next day
        new LogPublisher(store, LOG, log).publish(0, entries);
    }

    private byte[] statement(Completeness.Question question) throws Exception {
        return Completeness.state(store, SignedNote.parse(store.files.get(Tiles.CHECKPOINT)), question, export);
    }

    private List<String> codes(byte[] statement, MemoryLogStore log) throws Exception {
        return Completeness.verify(statement, policy, log).faults().stream()
                .map(Fault::code)
                .distinct()
                .toList();
    }

    @Test
    void listsAllItemsOfADeviceAndTheHolesInItsNumbers() throws Exception {
        Completeness.Result result = Completeness.verify(statement(device), policy, store);
        assertEquals(List.of(), result.faults());
        assertEquals(100, result.items());
        assertEquals("DSJ-7: 1-2", result.holes().get(0), "this device has every third number");
        Completeness.Question officer = new Completeness.Question("110024", null, DAY, DAY.plusSeconds(86_400));
        assertEquals(150, Completeness.verify(statement(officer), policy, store).items());
        Completeness.Question nobody = new Completeness.Question("nobody", null, DAY, DAY.plusSeconds(86_400));
        assertEquals(0, Completeness.verify(statement(nobody), policy, store).items());
    }

    @Test
    void aStatementThatLeavesAnItemOutIsFoundInTheLogEvenWithTheRightKey() throws Exception {
        List<byte[]> all = List.copyOf(entries);
        // The signer scans a log of his that lacks one item, and lists that log's proofs against the true head.
        ObjectNode statement = (ObjectNode) JSON.readTree(statement(device));
        ((ArrayNode) statement.get("proofs")).remove(10);
        statement.remove("note");
        String digest = Sha256Digest.of(CanonicalJson.canonical(statement)).hex();
        assertEquals(List.of("VF-116"), codes(sign(statement, digest), null), "the holes do not fit any more");
        ArrayNode holes = (ArrayNode) statement.get("holes");
        List<String> fitting =
                Completeness.verify(sign(statement, digest), policy, null).holes();
        holes.removeAll();
        fitting.forEach(holes::add);
        statement.remove("note");
        byte[] consistent = sign(
                statement, Sha256Digest.of(CanonicalJson.canonical(statement)).hex());
        assertEquals(List.of(), codes(consistent, null), "alone it seems whole, with one more hole named");
        assertEquals(List.of("VF-117"), codes(consistent, store));
        assertEquals(301, all.size());
    }

    private byte[] sign(ObjectNode statement, String digest) throws Exception {
        ObjectNode signed = statement.deepCopy();
        signed.put(
                "note",
                SignedNote.sign("liuhen.org/completeness/v1\n" + digest + "\n", export)
                        .toString());
        return JSON.writeValueAsBytes(signed);
    }

    @Test
    void aStatementThatWasChangedDoesNotHold() throws Exception {
        String good = new String(statement(device), java.nio.charset.StandardCharsets.UTF_8);
        for (String[] change : new String[][] {
            {"DSJ-7: 1-2", "DSJ-7: 1-1"}, {"DSJ-7", "DSJ-8"}, {"2026-11-25", "2026-11-24T12"}, {"index 3", "index 4"}
        }) {
            byte[] changed = good.replaceFirst(change[0], change[1]).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            assertEquals(false, codes(changed, null).isEmpty(), change[0]);
        }
        assertEquals(List.of("VF-116"), codes("nonsense".getBytes(java.nio.charset.StandardCharsets.UTF_8), null));
        assertThrows(
                IllegalArgumentException.class, () -> new Completeness.Question("a", "b", DAY, DAY.plusSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new Completeness.Question("a", null, DAY, DAY));
    }
}
