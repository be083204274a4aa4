package org.liuhen.custody.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote.Signer;

/** The limits of the members of events and entries, and the texts that are made for them. */
class EventWordsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    private static final EvidenceId ITEM = new EvidenceId("01jdb3kz0r0000000000000000");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);

    private static EventContext context(EvidenceId item, String purpose) {
        return EventContext.of("0123456789abcdef".repeat(2), item, NOW, Actor.component("test"), purpose, "test");
    }

    private static void refused(String said, Executable act) {
        String message = assertThrows(IllegalArgumentException.class, act).getMessage();
        assertTrue(message.contains(said), message);
    }

    @Test
    void aContextHasAnIdOf32HexadecimalCharacters() {
        EventContext good = context(ITEM, "京".repeat(1_000));
        refused("A purpose has at most", () -> context(ITEM, "x".repeat(1_001)));
        for (String id :
                new String[] {null, "", "0".repeat(31), "0".repeat(33), "G" + "0".repeat(31), "0".repeat(31) + "/"}) {
            refused("32 hexadecimal", () -> EventContext.of(id, ITEM, NOW, good.actor(), null, "test"));
        }
        for (String id : new String[] {":", "`", "g", "A"}) {
            refused("32 hexadecimal", () -> EventContext.of(id + "0".repeat(31), ITEM, NOW, good.actor(), null, "t"));
        }
        refused("names its time", () -> EventContext.of("0".repeat(32), ITEM, null, good.actor(), null, "t"));
        refused("names its time", () -> EventContext.of("0".repeat(32), ITEM, NOW, null, null, "t"));
    }

    @Test
    void anItemHasASizeOfAtMost5Tebibytes() {
        FileName name = new FileName("a");
        long most = 5L << 40;
        assertEquals(
                most,
                new CustodyEvent.Declared(context(ITEM, null), name, null, DIGEST, most, List.of(), null).sizeBytes());
        for (long bad : new long[] {-1, most + 1}) {
            refused(
                    "5 TiB",
                    () -> new CustodyEvent.Declared(context(ITEM, null), name, null, DIGEST, bad, List.of(), null));
            refused(
                    "5 TiB",
                    () -> new CustodyEvent.Received(
                            context(ITEM, null), null, bad, DIGEST, null, name, List.of(), null));
            refused(
                    "5 TiB",
                    () -> new CustodyEvent.DescriptionRequested(
                            context(ITEM, null), null, bad, name, Actor.component("x"), null, List.of()));
        }
        assertEquals(
                "metadata/" + DIGEST.hex(),
                new CustodyEvent.Described(context(ITEM, null), DIGEST, "a/b", null, null, null).metadataPath());
        assertNull(new CustodyEvent.Described(context(ITEM, null), DIGEST, "a/b", null, null, null).tools());
    }

    @Test
    void namesOfGapsAndCategoriesAreBounded() {
        assertEquals(
                400,
                new GapEvent.GapClosed(context(null, null), "京".repeat(400))
                        .key()
                        .length());
        assertEquals("g", new GapEvent.GapFound(context(null, null), "g", null, NOW, "f").key());
        for (String bad : new String[] {null, "x".repeat(401)}) {
            refused("A gap has a name", () -> new GapEvent.GapClosed(context(null, null), bad));
            refused("A gap has a name", () -> new GapEvent.GapFound(context(null, null), bad, null, NOW, "f"));
        }
        for (Integer good : new Integer[] {null, 0, 36_525}) {
            assertEquals(
                    good, new RetentionEvent.Categorised(context(ITEM, null), "京".repeat(128), good).retentionDays());
        }
        for (int bad : new int[] {-1, 36_526}) {
            refused("Retention is 0 to", () -> new RetentionEvent.Categorised(context(ITEM, null), "c", bad));
            refused(
                    "Retention is 0 to",
                    () -> new RetentionEvent.RetentionRuleProposed(context(null, null), "r", "c", bad, "g"));
        }
        for (String bad : new String[] {null, "x".repeat(129)}) {
            refused("A category's name", () -> new RetentionEvent.Categorised(context(ITEM, null), bad, 1));
        }
        refused("caseId is missing", () -> new CaseEvent.CaseClosed(context(null, null), null));
        refused("caseId is missing", () -> new CaseEvent.CaseReopened(context(null, null), null));
        refused("caseId is missing", () -> new CaseEvent.CaseAssigned(context(null, null), null, null, List.of()));
        refused("dispatch is missing", () -> new DispatchEvent.DispatchRecorded(context(null, null), null));
        refused("rule is missing", () -> new DispatchEvent.LinkProposed(context(ITEM, null), null));
        refused("incidentNo is missing", () -> new LinkRule.Candidate(null, "e", NOW, null, "officer 1"));
    }

    @Test
    void anEventHasAtMost16KibibytesAndAnEntryNamesWhatIsWrong() throws Exception {
        int rest = CanonicalJson.EVENT_BYTES_MAX - CanonicalJson.encode(failed("")).length;
        byte[] most = CanonicalJson.encode(failed("x".repeat(rest)));
        assertEquals(16_384, most.length);
        assertEquals(failed("x".repeat(rest)), CanonicalJson.decode(most));
        assertEquals(
                failed("x".repeat(rest)),
                Entry.decode(Entry.encode(most, 0, null, NOW)).event());
        refused("at most 16384 bytes; got 16385", () -> CanonicalJson.encode(failed("x".repeat(rest + 1))));
        byte[] more = new String(most, StandardCharsets.UTF_8)
                .replace("\"reason\":\"x", "\"reason\":\"xx")
                .getBytes(StandardCharsets.UTF_8);
        assertThrows(MalformedEventException.class, () -> CanonicalJson.decode(more));
        assertThrows(MalformedEventException.class, () -> Entry.decode(Entry.encode(more, 0, null, NOW)));
        String said = assertThrows(
                        MalformedEventException.class,
                        () -> CanonicalJson.decode("{}".getBytes(StandardCharsets.UTF_8)))
                .getMessage();
        assertEquals("Not a custody event: an event says its schemaVersion, 1 or later", said);
    }

    private static CustodyEvent failed(String reason) {
        return new CustodyEvent.StepFailed(context(ITEM, null), "verify", "IJ-101", reason);
    }

    @Test
    void anEntryHasItsPlaceInItsChain() throws Exception {
        byte[] event = CanonicalJson.encode(failed("r"));
        byte[] second = Entry.encode(event, 1, DIGEST, NOW);
        assertEquals(
                "{\"event\":" + new String(event, StandardCharsets.UTF_8) + ",\"itemSequence\":1,\"previous\":\""
                        + DIGEST.hex() + "\",\"recordedAt\":\"2026-11-24T08:00:00Z\"}",
                new String(second, StandardCharsets.UTF_8));
        Entry entry = Entry.decode(second);
        assertEquals(ITEM.value(), entry.chain());
        assertArrayEquals(event, entry.eventIn(second));
        assertEquals("log", new Entry(new GapEvent.TimePassed(context(null, null)), 0, null, NOW).chain());
        refused("number 0", () -> new Entry(failed("r"), -1, DIGEST, NOW));
        refused("number 0", () -> new Entry(failed("r"), 0, DIGEST, NOW));
        refused("number 0", () -> new Entry(failed("r"), 1, null, NOW));
        refused("An entry has", () -> new Entry(null, 0, null, NOW));
        refused("An entry has", () -> new Entry(failed("r"), 0, null, null));
        String later = new String(second, StandardCharsets.UTF_8).replace(",\"previous\"", ",\"later\":1,\"previous\"");
        byte[] ofLater = later.getBytes(StandardCharsets.UTF_8);
        assertEquals(entry, Entry.decode(ofLater));
        assertThrows(MalformedEventException.class, () -> entry.eventIn(ofLater));
        assertThrows(MalformedEventException.class, () -> entry.eventIn(new byte[10]));
        assertThrows(MalformedEventException.class, () -> Entry.decode((later + " ").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aReasonCanAlwaysBeWritten() {
        assertEquals("no reason was given", Reason.of((String) null, 100));
        assertEquals("no reason was given", Reason.of(" \n", 100));
        assertEquals("a\n\tb\ufffd\ufffd\ufffd", Reason.of("a\n\tb\r\ud83d\u0085", 100));
        assertEquals("ab", Reason.of("abc", 2));
        assertEquals("abc", Reason.of("abc", 3));
        assertEquals("a", Reason.of("a😀", 2));
        assertEquals("a😀", Reason.of("a😀", 3));
        assertEquals("abc", Reason.cut("abc", 3));
        assertEquals("ab", Reason.cut("abc", 2));
        assertEquals("a", Reason.cut("a😀b", 2));
        assertEquals("a😀", Reason.cut("a😀b", 3));
        assertEquals("IllegalStateException: no", Reason.of(new IllegalStateException("no"), 100));
        assertEquals("IllegalStateException", Reason.of(new IllegalStateException(), 100));
    }

    private static DispatchRecord dispatch(String json) {
        return DispatchRecords.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDispatchRecordIsReadAsACommandCentreSendsIt() {
        DispatchRecord all = dispatch(
                "{'incidentNo':'JQ1','revision':3,'unitCode':'u','officerNos':['2','1'],"
                        + "'deviceSerials':['d'],'dispatchedAt':'2026-11-25T08:00:00+08:00','clearedAt':'2026-11-25T01:00:00Z'}");
        assertEquals(
                new DispatchRecord(
                        new CaseId("JQ1"),
                        3,
                        "u",
                        List.of("1", "2"),
                        List.of("d"),
                        Instant.parse("2026-11-25T00:00:00Z"),
                        Instant.parse("2026-11-25T01:00:00Z")),
                all);
        String least = "'incidentNo':'JQ1','officerNos':['1'],'dispatchedAt':'2026-11-25T08:00:00Z'";
        assertEquals(0, dispatch("{" + least + "}").revision());
        assertEquals(
                3,
                dispatch("{" + least + ",'revision':3.0,'unitCode':null,'clearedAt':null}")
                        .revision());
        refused("Not JSON", () -> dispatch("{"));
        refused("is a JSON object", () -> dispatch("[]"));
        refused("is a JSON object", () -> DispatchRecords.read((com.fasterxml.jackson.databind.JsonNode) null));
        refused("no member x", () -> dispatch("{" + least + ",'x':1}"));
        refused("deviceSerials is a list", () -> dispatch("{" + least + ",'deviceSerials':'d'}"));
        refused("deviceSerials is a list", () -> dispatch("{" + least + ",'deviceSerials':[1]}"));
        refused("unitCode is a text", () -> dispatch("{" + least + ",'unitCode':1}"));
        refused("revision is a whole", () -> dispatch("{" + least + ",'revision':0.5}"));
        refused("revision is a whole", () -> dispatch("{" + least + ",'revision':'1'}"));
        refused("revision is a whole", () -> dispatch("{" + least + ",'revision':99999999999999999999}"));
        refused("incidentNo is missing", () -> dispatch("{'officerNos':['1']}"));
        refused("incidentNo is missing", () -> dispatch("{'incidentNo':null,'officerNos':['1']}"));
        refused("dispatchedAt is a time", () -> dispatch("{" + least.replace("08:00:00Z", "08:00") + "}"));
        Actor actor = Actor.component("test");
        DispatchEvent.DispatchRecorded event = DispatchRecords.event(all, actor, "test");
        assertEquals(all, event.dispatch());
        assertEquals(
                event.context().eventId(),
                DispatchRecords.event(all, actor, "x").context().eventId());
        assertNull(event.context().evidenceId());
    }

    private static ReviewSigned signed(String purpose, PersonalSignature signature) {
        return new ReviewSigned(context(ITEM, purpose), "r", "good", signature);
    }

    @Test
    void aPersonSignsTheEventAndWhatWasSeen() {
        Signer person = new Signer("p", new Ed25519PrivateKeyParameters(new SecureRandom()));
        String key = Base64.getEncoder().encodeToString(person.publicKey().getEncoded());
        byte[] statement = PersonalStatement.bytes(signed("why", null), DIGEST);
        assertEquals(
                "liuhen.org/personal-signature/v1\n{\"actor\":\"test\",\"event\":{\"eventType\":\"reviewSigned\","
                        + "\"opinion\":\"good\",\"reviewId\":\"r\",\"schemaVersion\":1},\"evidenceId\":\"" + ITEM
                        + "\",\"purpose\":\"why\",\"seen\":\"" + DIGEST.hex() + "\"}",
                new String(statement, StandardCharsets.UTF_8));
        String value = Base64.getEncoder().encodeToString(person.signing().sign(statement));
        PersonalSignature good = new PersonalSignature(key, DIGEST, value);
        ReviewSigned event = signed("why", good);
        assertTrue(PersonalStatement.isSigned(event, good));
        byte[] entry = Entry.encode(CanonicalJson.encode(event), 1, DIGEST, NOW);
        assertTrue(PersonalStatement.isSignedIn(entry, good));
        assertFalse(PersonalStatement.isSigned(signed("other", good), good));
        assertFalse(PersonalStatement.isSigned(signed(null, good), good));
        byte[] other = Entry.encode(CanonicalJson.encode(signed("other", good)), 1, DIGEST, NOW);
        assertFalse(PersonalStatement.isSignedIn(other, good));
        for (PersonalSignature bad : List.of(
                new PersonalSignature(null, DIGEST, value),
                new PersonalSignature(key, null, value),
                new PersonalSignature(key, DIGEST, null),
                new PersonalSignature("AAAA", DIGEST, value),
                new PersonalSignature(key, Sha256Digest.of(new byte[1]), value))) {
            assertFalse(PersonalStatement.isSigned(event, bad), bad.toString());
        }
        assertArrayEquals(person.publicKey().getEncoded(), PersonalStatement.key(key));
        refused("has 32 bytes; got 3", () -> PersonalStatement.key("AAAA"));
        refused("large prime order", () -> PersonalStatement.key("A".repeat(43) + "="));
    }

    @Test
    void aWholeNumberOfAnEntryIsExact() {
        assertEquals(1L << 53, new CanonicalReader("9007199254740992".getBytes(StandardCharsets.UTF_8)).integer());
        assertEquals(0, new CanonicalReader("0".getBytes(StandardCharsets.UTF_8)).integer());
        assertEquals(905, new CanonicalReader("905".getBytes(StandardCharsets.UTF_8)).integer());
        for (String bad : new String[] {"9007199254740994", "-1", "0.5", "1e+30", "\"1\""}) {
            refused("whole number of 0 to 2^53", () -> new CanonicalReader(bad.getBytes(StandardCharsets.UTF_8))
                    .integer());
        }
    }
}
