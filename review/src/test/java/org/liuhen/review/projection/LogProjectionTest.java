package org.liuhen.review.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.liuhen.access.Person;
import org.liuhen.access.Role;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CaseEvent.CaseAssigned;
import org.liuhen.custody.event.CaseEvent.Protection;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DeviceEvent.ReceivedAgain;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.event.SupervisionEvent.HandoverWithdrawn;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswer;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswered;
import org.liuhen.custody.event.SupervisionEvent.ReviewOpened;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;

/** What the read model makes of a log, new or old: from its entries alone. */
class LogProjectionTest {
    private static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");
    private static final EvidenceId ONE = new EvidenceId("01jdb3kz0r0000000000000000");
    private static final EvidenceId TWO = new EvidenceId("01jdb3kz0r0000000000000001");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);
    private static final CaseId CASE = new CaseId("C-1");

    private final LogProjection documents = new LogProjection(new HashMap<>(), new HashMap<>(), new HashMap<>());
    private final Map<String, Long> lengths = new HashMap<>();
    private long size;

    private void add(CustodyEvent event) {
        EvidenceId about = event.context().evidenceId();
        String chain = about == null ? Entry.LOG_CHAIN : about.value();
        long sequence = lengths.merge(chain, 1L, Long::sum) - 1;
        Entry entry = new Entry(event, sequence, sequence == 0 ? null : DIGEST, NOW);
        documents.add(entry, EntryRow.of(new LogName("site-1"), size++, CanonicalJson.encode(event), entry));
    }

    private EventContext by(EvidenceId about, Actor actor, String onBehalfOf) {
        String id = EventContext.idFor(Declared.class, "cause " + size);
        EventContext.Clock clock = new EventContext.Clock("host", null);
        return new EventContext(
                id, about, NOW, clock, actor, onBehalfOf, null, null, new EventContext.Instrument("test", "1"));
    }

    private EventContext by(EvidenceId about, Actor actor) {
        return by(about, actor, null);
    }

    private static Actor officer(String id, String unit) {
        return new Actor(Actor.Kind.OFFICER, id, unit, "password");
    }

    private static Actor device(String id, String unit) {
        return new Actor(Actor.Kind.DEVICE, id, unit, "mtls 00");
    }

    private static CaptureClaims claims(String officer, String unit) {
        return new CaptureClaims(null, officer, unit, null, null, null, null);
    }

    private void declared(EvidenceId id, Actor by, String onBehalfOf, CaptureClaims claims) {
        add(new Declared(by(id, by, onBehalfOf), new FileName("a.mp4"), null, DIGEST, 1, List.of(CASE), claims));
    }

    private void linked(EvidenceId id, Basis basis) {
        add(new LinkedToCase(by(id, Actor.component("attach")), CASE, basis));
    }

    private void assigned(Actor by, Protection protection, List<String> officers, String unit) {
        add(new CaseAssigned(by(null, by), CASE, protection, officers, unit));
    }

    private ObjectNode item(EvidenceId id) {
        return ItemJson.write(documents.items().get(id.value()));
    }

    private List<String> words(EvidenceId id) {
        return SearchTerms.of(documents.items().get(id.value()));
    }

    private CaseFile file() {
        return documents.cases().getOrDefault(CASE.value(), CaseFile.NOTHING);
    }

    private static Person person(String unit) {
        return new Person("1", unit, Set.of(Role.LEGAL_OFFICER), "password");
    }

    @Test
    void aClaimIsKeptAsAClaimAndTheItemIsItsSendersUnits() {
        declared(ONE, device("DSJ-1", "110105"), "110023", claims("110999", "110106"));
        assertEquals("[\"110105\"]", item(ONE).get("units").toString());
        assertEquals("110105", item(ONE).get("unitCode").asText());
        assertEquals("[\"DSJ-1\",\"110023\"]", item(ONE).get("owners").toString());
        assertEquals(2, item(ONE).get("claims").size(), item(ONE).toString());
        List<String> words = SearchTerms.of(documents.items().get(ONE.value()));
        assertTrue(words.containsAll(List.of("u:110105", "w:110023", "o:110999")), "found by its claim, too: " + words);
        assertFalse(words.contains("u:110106") || words.contains("w:110999"), words.toString());

        declared(TWO, device("DSJ-2", null), null, claims("110999", "110106"));
        assertFalse(item(TWO).has("units"), "an item of no unit is the site's, whatever unit it claims");
        assertEquals(2, item(TWO).get("claims").size());
    }

    private void viewed(String who, String purpose) {
        EventContext its = by(ONE, officer(who, "110105"));
        add(new Viewed(new EventContext(
                its.eventId(), ONE, NOW, its.clock(), its.actor(), null, purpose, null, its.instrument())));
    }

    @Test
    void whoeverANoteNamesIsAwaitedUntilHeOpensTheItem() {
        declared(ONE, officer("110023", "110105"), null, null);
        add(new NoteAdded(by(ONE, officer("110023", "110105")), "@044001 @044002 @110023 look", null));
        assertEquals("[\"044001\",\"044002\"]", item(ONE).get("named").toString(), "nobody names himself");
        viewed("044001", "preview");
        viewed("110023", null);
        assertEquals(2, item(ONE).get("named").size(), "a thumbnail shows no note");
        viewed("044001", null);
        assertEquals("[\"044002\"]", item(ONE).get("named").toString());
        add(new NoteAdded(by(ONE, officer("044002", "110105")), "I do, @044001", 12L));
        assertEquals("[\"044001\"]", item(ONE).get("named").toString(), "whoever answers has read it");
        viewed("044001", "custody");
        assertFalse(item(ONE).has("named"));
    }

    @Test
    void withoutSignInWhatIsClaimedIsAllThereIs() {
        declared(ONE, new Actor(Actor.Kind.OFFICER, "110023", "110105", "claimed"), null, claims("110023", "110105"));
        assertEquals("[\"110105\"]", item(ONE).get("units").toString());
        assertFalse(item(ONE).has("claims"));
    }

    @Test
    void whoSendsTheSameBytesAgainHasTheItemToo() {
        declared(ONE, officer("110666", "110106"), null, null);
        add(new ReceivedAgain(
                by(ONE, device("DSJ-1", "110105"), "110023"),
                TWO,
                1,
                DIGEST,
                new FileName("b.mp4"),
                claims("110023", null)));
        assertEquals("[\"110106\",\"110105\"]", item(ONE).get("units").toString());
        assertEquals(
                "[\"110666\",\"DSJ-1\",\"110023\"]", item(ONE).get("owners").toString());
        assertTrue(SearchTerms.of(documents.items().get(ONE.value()))
                .containsAll(List.of("u:110105", "u:110106", "w:110023", "w:110666")));
    }

    @Test
    void aCaseBelongsToTheUnitOfItsFirstItemAndNobodyElseDecides() {
        declared(ONE, officer("110023", "110105"), null, null);
        declared(TWO, officer("110666", "110106"), null, null);
        linked(ONE, Basis.OFFICER);
        linked(TWO, Basis.DECLARED);
        assertEquals("110105", file().unit());
        assertFalse(item(ONE).has("foreignCases"));
        assertEquals("[\"C-1\"]", item(TWO).get("foreignCases").toString(), "by its sender's word alone");
        assigned(officer("legal-b", "110106"), Protection.SEALED, List.of("110666"), null);
        assertNull(file().protection(), "as an old log may have it: on the record, and for nothing");
        assertEquals(List.of(), file().officers());
        assigned(officer("legal-a", "110105"), Protection.SEALED, List.of("110023"), null);
        assertEquals(new CaseFile("110105", "SEALED", "110105", List.of("110023"), false), file());
        assertTrue(file().belongsTo(person("110105"))
                && file().belongsTo(person("110100"))
                && file().belongsTo(person("")));
        assertFalse(file().belongsTo(person("110106")) || file().belongsTo(person("11010501")));
        assertFalse(file().isOpenTo(person("110105")), "a protected case takes nothing from whom it does not name");

        assigned(officer("site", null), null, List.of("1"), "110106");
        assertTrue(file().belongsTo(person("110106")) && !file().belongsTo(person("110105")));
        assertTrue(file().isOpenTo(person("110105")), "its unit named him: that is its consent");
        add(new UnlinkedFromCase(by(TWO, officer("110666", "110106")), CASE));
        assertFalse(item(TWO).has("foreignCases"));
    }

    @Test
    void anItemOfNoUnitMakesNoCaseItsOwn() {
        declared(ONE, device("DSJ-1", null), null, claims(null, "110106"));
        linked(ONE, Basis.DECLARED);
        assertEquals(CaseFile.NOTHING, file());
        declared(TWO, officer("110023", "110105"), null, null);
        linked(TWO, Basis.RULE);
        assertEquals("110105", file().unit());
    }

    @Test
    void anAnswerOpensTheReviewAgainAndKeepsWhatWasFound() {
        declared(ONE, officer("110023", "110105"), null, null);
        add(new ReviewOpened(by(ONE, officer("legal", "110105")), "r1"));
        add(new ReviewReturned(by(ONE, officer("legal", "110105")), "r1", "no signature"));
        assertEquals("returned", item(ONE).at("/lastReview/outcome").asText());
        assertFalse(item(ONE).has("reviews"));
        add(new ReviewAnswered(by(ONE, officer("110023", "110105")), "r1", ReviewAnswer.OBJECTED, "it is there"));
        assertEquals("answered", item(ONE).at("/lastReview/outcome").asText());
        assertEquals("no signature", item(ONE).at("/lastReview/words").asText());
        assertEquals("OBJECTED", item(ONE).at("/reviews/r1/answer").asText());
        assertEquals("it is there", item(ONE).at("/reviews/r1/words").asText());
        add(new ReviewSigned(by(ONE, officer("legal", "110105")), "r1", "so it is"));
        assertFalse(item(ONE).has("reviews"));
        assertEquals("signed", item(ONE).at("/lastReview/outcome").asText());
    }

    @Test
    void anAnswerToAnEarlierReviewLeavesTheLastOne() {
        declared(ONE, officer("110023", "110105"), null, null);
        add(new ReviewReturned(by(ONE, officer("legal", "110105")), "r1", "no signature"));
        add(new ReviewSigned(by(ONE, officer("legal", "110105")), "r2", "good"));
        add(new ReviewAnswered(by(ONE, officer("110023", "110105")), "r1", ReviewAnswer.RECTIFIED, "mended"));
        assertEquals("signed", item(ONE).at("/lastReview/outcome").asText());
        assertEquals("RECTIFIED", item(ONE).at("/reviews/r1/answer").asText());
    }

    @Test
    void anOfferThatIsTakenBackTakesNoOlderHandoverBack() {
        declared(ONE, officer("110023", "110105"), null, null);
        add(new HandoverOffered(by(ONE, officer("110023", "110105")), "h1", "jcy"));
        add(new HandoverWithdrawn(by(ONE, officer("110024", "110105")), "h1", "wrong name"));
        assertFalse(item(ONE).has("handedTo") || item(ONE).has("handover"));
        assertEquals("withdrawn", item(ONE).at("/lastHandover/outcome").asText());
        add(new HandoverOffered(by(ONE, officer("110023", "110105")), "h2", "jcy"));
        add(new HandoverAccepted(by(ONE, officer("jcy", null)), "h2"));
        add(new HandoverOffered(by(ONE, officer("110023", "110105")), "h3", "jcy"));
        add(new HandoverWithdrawn(by(ONE, officer("110023", "110105")), "h3", "said twice"));
        assertEquals("[\"jcy\"]", item(ONE).get("handedTo").toString());
    }

    @Test
    void whatIsOfferedToAnOfficeIsFoundByItUntilItIsAnsweredAndThenByWhoTookIt() {
        declared(ONE, officer("110023", "110105"), null, null);
        add(new HandoverOfferedToUnit(by(ONE, officer("110023", "110105")), "h1", "130100"));
        assertFalse(item(ONE).has("handedTo") || item(ONE).at("/handover").has("to"));
        assertEquals("130100", item(ONE).at("/handover/toUnit").asText());
        assertTrue(words(ONE).contains("h:1301"));
        add(new HandoverRefused(by(ONE, officer("jcy-2", "130101")), "h1", "not ours"));
        assertFalse(item(ONE).has("handover") || item(ONE).has("handedTo"));
        assertFalse(words(ONE).contains("h:1301"));
        assertEquals("130100", item(ONE).at("/lastHandover/toUnit").asText());
        assertEquals("jcy-2", item(ONE).at("/lastHandover/by").asText());
        assertEquals("[\"110023\"]", item(ONE).get("named").toString(), "who offered it is told");
        add(new HandoverOfferedToUnit(by(ONE, officer("110023", "110105")), "h2", "130100"));
        assertFalse(item(ONE).has("named"));
        add(new HandoverAccepted(by(ONE, officer("jcy-1", "130100")), "h2"));
        assertFalse(item(ONE).has("handover"));
        assertEquals("[\"jcy-1\"]", item(ONE).get("handedTo").toString());
        assertFalse(words(ONE).contains("h:1301"));
        add(new HandoverOfferedToUnit(by(ONE, officer("110023", "110105")), "h3", "130100"));
        add(new HandoverWithdrawn(by(ONE, officer("110023", "110105")), "h3", "said twice"));
        assertEquals("[\"jcy-1\"]", item(ONE).get("handedTo").toString(), "what was taken over stays");
    }

    private void received(EvidenceId id, String device) {
        CaptureClaims claims = new CaptureClaims(null, null, null, device, null, null, null);
        declared(id, officer("110023", "110105"), null, claims);
        add(new Received(
                by(id, officer("110023", "110105")),
                new StoredObject("evidence", "key", null),
                1,
                DIGEST,
                DIGEST,
                new FileName("a.mp4"),
                List.of(),
                claims));
    }

    private void recorded(EvidenceId id, String earliest, Clock clock) {
        Instant from = Instant.parse(earliest);
        CaptureTime time = new CaptureTime(from, from.plusSeconds(4), null, clock, "the name", "capture-time/1");
        add(new Described(by(id, Actor.component("describe")), DIGEST, "video/mp4", null, null, time));
    }

    private void measured(String device, long offsetMillis) {
        add(new ClockMeasured(by(null, device("dock-1", null)), device, offsetMillis, 500L, null, "file"));
    }

    @Test
    void theLastMeasurementBeforeAnItemCorrectsItsTime() {
        measured("DSJ-1", 60_000);
        measured("DSJ-1", 90_000);
        received(ONE, "DSJ-1");
        measured("DSJ-1", 5_000);
        recorded(ONE, "2026-11-27T01:00:00Z", Clock.DEVICE);
        assertEquals("2026-11-27T00:58:30Z", item(ONE).get("recordedFrom").asText());
        assertEquals(90_000, item(ONE).at("/deviceClock/offsetMillis").asLong());
        assertEquals(500, item(ONE).at("/deviceClock/uncertaintyMillis").asLong());
        assertEquals("dock-1", item(ONE).at("/deviceClock/measuredBy").asText());
        assertEquals(
                "2026-11-27T01:00:00Z", item(ONE).at("/captureTime/earliest").asText(), "what is claimed stays");
        assertEquals(
                "2026-11-27T00:58:34Z",
                item(ONE).at("/captureTime/corrected/latest").asText());
        recorded(ONE, "2026-11-27T02:00:00Z", Clock.SATELLITE);
        assertEquals("2026-11-27T02:00:00Z", item(ONE).get("recordedFrom").asText(), "satellites need no correction");
        assertFalse(item(ONE).at("/captureTime").has("corrected"));
    }

    @Test
    void theFirstMeasurementCorrectsWhatCameBeforeItAndNoLaterOne() {
        received(ONE, "DSJ-1");
        recorded(ONE, "2026-11-27T01:00:00Z", Clock.DEVICE);
        received(TWO, "DSJ-2");
        recorded(TWO, "2026-11-27T01:00:00Z", Clock.DEVICE);
        assertEquals("2026-11-27T01:00:00Z", item(ONE).get("recordedFrom").asText());
        measured("DSJ-1", -30_000);
        measured("DSJ-1", 7_000);
        assertEquals("2026-11-27T01:00:30Z", item(ONE).get("recordedFrom").asText());
        assertEquals("2026-11-27T01:00:00Z", item(TWO).get("recordedFrom").asText(), "another device");
        assertFalse(item(TWO).has("deviceClock"));
    }

    @Test
    void aMeasurementThatLeadsOutOfTheYearsOfTheRecordCorrectsNothing() {
        measured("DSJ-1", 1L << 52);
        received(ONE, "DSJ-1");
        recorded(ONE, "2026-11-27T01:00:00Z", Clock.DEVICE);
        assertEquals("2026-11-27T01:00:00Z", item(ONE).get("recordedFrom").asText());
        assertTrue(item(ONE).has("deviceClock"));
    }
}
