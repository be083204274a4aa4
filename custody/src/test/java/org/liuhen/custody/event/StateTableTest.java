package org.liuhen.custody.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRefused;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.ExportWithdrawn;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.PeopleEvent.CredentialResetApproved;
import org.liuhen.custody.event.PeopleEvent.CredentialResetProposed;
import org.liuhen.custody.event.PeopleEvent.CredentialResetRefused;
import org.liuhen.custody.event.PeopleEvent.RoleChangeApproved;
import org.liuhen.custody.event.PlayEvent.EndedBy;
import org.liuhen.custody.event.PlayEvent.PlayOpened;
import org.liuhen.custody.event.PlayEvent.Played;
import org.liuhen.custody.event.PlayEvent.Shown;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalProposed;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.event.RetentionEvent.HoldPlaced;
import org.liuhen.custody.event.RetentionEvent.HoldReleased;
import org.liuhen.custody.event.RetentionEvent.RetentionExtended;
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
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;

class StateTableTest {
    private static final Path PAGE = Path.of("../docs/formats/states.md");
    private static final EvidenceId ID = new EvidenceId("01jdb3kz0r0000000000000000");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);
    private static final StoredObject OBJECT = new StoredObject("vault", "site-1/2026/11/" + ID, "1");
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    private static int acts;

    private static EventContext by(String officer) {
        return of(officer, null);
    }

    private static EventContext of(String officer, String unitCode) {
        String id = EventContext.idFor(Declared.class, "act " + acts++);
        Actor actor = new Actor(Actor.Kind.OFFICER, officer, unitCode, "mtls");
        return EventContext.of(id, ID, NOW, actor, "test", "test");
    }

    private static ItemState after(CustodyEvent... events) {
        ItemState state = ItemState.NOTHING;
        for (CustodyEvent event : events) {
            Decision decision = StateTable.apply(state, event);
            assertTrue(decision.accepted(), event.typeName() + ": " + decision);
            state = decision.next();
        }
        return state;
    }

    private static ItemState sealed() {
        return after(
                new Declared(by("1"), new FileName("a.mp4"), null, DIGEST, 0, List.of(), null),
                new Received(by("1"), OBJECT, 0, DIGEST, null, new FileName("a.mp4"), List.of(), null),
                new Verified(by("1"), OBJECT, 0, DIGEST),
                new Sealed(by("1"), OBJECT, 0, DIGEST, NOW, "s3"));
    }

    private static String code(ItemState state, CustodyEvent event) {
        return StateTable.apply(state, event).code();
    }

    private static ItemState next(ItemState state, CustodyEvent event) {
        Decision decision = StateTable.apply(state, event);
        assertTrue(decision.accepted(), event.typeName() + ": " + decision);
        return decision.next();
    }

    @Test
    void everyKindOfEventHasARule() {
        Set<String> kinds =
                EventKinds.all().stream().map(CustodyEvent::typeName).collect(Collectors.toSet());
        assertEquals(new TreeSet<>(kinds), new TreeSet<>(StateTable.TABLE.kinds()));
    }

    /** Verifiers that read the table find the key of an act under the name that the table gives. */
    @Test
    void theTableNamesTheFieldThatIsTheKey() {
        List<CustodyEvent> keyed = List.of(
                new CustodyEvent.LinkedToCase(
                        by("1"), new org.liuhen.custody.evidence.CaseId("C-1"), CustodyEvent.Basis.OFFICER),
                new HoldPlaced(by("1"), "h"),
                new ReviewOpened(by("1"), "r"),
                new PlayOpened(by("1"), "p"),
                new Played(by("1"), "p", null, null, null, EndedBy.STOP),
                new HandoverOffered(by("1"), "o", "2"),
                new HandoverOfferedToUnit(by("1"), "o", "110105"),
                new ExportRequested(by("1"), "e", "court", 1, DIGEST));
        for (CustodyEvent event : keyed) {
            JsonNode rule = StreamSupport.stream(StateTable.json().get("rules").spliterator(), false)
                    .filter(candidate -> candidate.get("event").asText().equals(event.typeName()))
                    .findFirst()
                    .orElseThrow();
            JsonNode tree = CanonicalJson.mapper().valueToTree(event);
            assertEquals(event.key(), tree.get(rule.get("key").asText()).asText());
            assertFalse(event.key().isEmpty());
        }
    }

    @Test
    void anExportIsApprovedByAnotherPersonAndHappensOnce() {
        ExportRequested request = new ExportRequested(by("1"), "x", "court", 1, DIGEST);
        ItemState requested = next(sealed(), request);
        assertEquals("ST-124", code(requested, request));
        assertEquals("ST-127", code(requested, new ExportApproved(by("1"), "x")));
        assertEquals("ST-126", code(requested, new ExportApproved(by("2"), "y")));
        Exported exported = new Exported(by("3"), "x", "court", 1, DIGEST, DIGEST);
        assertEquals("ST-128", code(requested, exported));
        ItemState approved = next(requested, new ExportApproved(by("2"), "x"));
        assertEquals("ST-128", code(next(approved, exported), exported));
        assertEquals("ST-125", code(ItemState.NOTHING, request));
    }

    @Test
    void anExportIsRefusedByAnotherPersonOrWithdrawnByTheOneWhoAsked() {
        ItemState requested = next(sealed(), new ExportRequested(by("1"), "x", "court", 1, DIGEST));
        assertEquals("ST-151", code(requested, new ExportRefused(by("1"), "x", "no")));
        assertEquals("ST-126", code(requested, new ExportRefused(by("2"), "y", "no")));
        assertEquals("ST-152", code(requested, new ExportWithdrawn(by("2"), "x", "no")));
        assertEquals("ST-126", code(requested, new ExportWithdrawn(by("1"), "y", "no")));
        ItemState approved = next(requested, new ExportApproved(by("2"), "x"));
        ItemState refused = next(requested, new ExportRefused(by("2"), "x", "too much"));
        ItemState withdrawn = next(requested, new ExportWithdrawn(by("1"), "x", "wrong recipient"));
        for (ItemState over : List.of(refused, withdrawn, approved)) {
            assertEquals("ST-126", code(over, new ExportRefused(by("2"), "x", "no")));
            assertEquals("ST-126", code(over, new ExportWithdrawn(by("1"), "x", "no")));
            assertEquals("ST-126", code(over, new ExportApproved(by("3"), "x")));
        }
        for (ItemState over : List.of(refused, withdrawn)) {
            assertEquals("ST-128", code(over, new Exported(by("3"), "x", "court", 1, DIGEST, DIGEST)));
            assertEquals(sealed().toText(), over.toText());
        }
    }

    @Test
    void aHoldStopsADisposalAtEachStep() {
        ItemState proposed = next(sealed(), new DisposalProposed(by("1"), "over"));
        ItemState held = next(proposed, new HoldPlaced(by("9"), "h"));
        assertEquals("ST-133", code(proposed, new DisposalApproved(by("1"))));
        assertEquals("ST-134", code(held, new DisposalApproved(by("2"))));
        ItemState approved = next(proposed, new DisposalApproved(by("2")));
        Disposed disposed = new Disposed(by("3"), OBJECT, DIGEST);
        assertEquals("ST-134", code(next(approved, new HoldPlaced(by("9"), "h")), disposed));
        assertEquals("ST-135", code(proposed, disposed));
        assertEquals("ST-116", code(approved, new HoldReleased(by("9"), "h")));
        ItemState gone = next(approved, disposed);
        assertEquals("ST-110", code(gone, new CustodyEvent.Downloaded(by("1"), 0, 1)));
        assertTrue(StateTable.apply(gone, new CustodyEvent.Viewed(by("1"))).accepted());
        assertEquals("ST-113", code(gone, new RetentionExtended(by("1"), OBJECT, NOW, "s3")));
    }

    @Test
    void aReviewThatCameBackIsAnsweredByAnotherPersonAndThenOpenAgain() {
        ItemState open = next(sealed(), new ReviewOpened(by("9"), "r"));
        ReviewAnswered answer = new ReviewAnswered(by("1"), "r", ReviewAnswer.RECTIFIED, "signed now");
        assertEquals("ST-145", code(open, answer));
        ItemState returned = next(open, new ReviewReturned(by("9"), "r", "no signature"));
        assertEquals("ST-119", code(returned, new ReviewSigned(by("9"), "r", "good")));
        assertEquals("ST-145", code(returned, new ReviewAnswered(by("1"), "s", ReviewAnswer.OBJECTED, "no")));
        assertEquals("ST-146", code(returned, new ReviewAnswered(by("9"), "r", ReviewAnswer.RECTIFIED, "mine")));
        ItemState answered = next(returned, answer);
        assertEquals("ST-145", code(answered, answer));
        assertEquals("ST-147", code(answered, new ReviewSigned(by("1"), "r", "good")));
        assertEquals("ST-147", code(answered, new ReviewReturned(by("1"), "r", "no")));
        assertEquals("ST-117", code(answered, new ReviewOpened(by("8"), "r")));
        ItemState again = next(answered, new ReviewReturned(by("9"), "r", "still none"));
        ItemState signed = next(next(again, answer), new ReviewSigned(by("8"), "r", "good"));
        assertEquals(sealed().toText(), signed.toText());
        assertEquals("ST-145", code(signed, answer));
    }

    @Test
    void aNoteChangesNothingAndIsAboutAMomentThatCanBe() {
        NoteAdded note = new NoteAdded(by("1"), "a knife in the left hand", 12_000L);
        assertEquals("ST-110", code(ItemState.NOTHING, note));
        assertEquals(sealed(), next(sealed(), note));
        assertThrows(IllegalArgumentException.class, () -> new NoteAdded(by("1"), "before it began", -1L));
    }

    @Test
    void aPlayingIsOpenedOnceAndEndedOnceByTheSamePerson() {
        PlayOpened opening = new PlayOpened(by("1"), "p");
        Played end = new Played(by("1"), "p", List.of(new Shown(0, 3_000)), null, null, EndedBy.PLAYER);
        assertEquals("ST-110", code(ItemState.NOTHING, opening));
        assertEquals("ST-149", code(sealed(), end));
        ItemState playing = next(sealed(), opening);
        assertEquals("ST-148", code(playing, opening));
        assertEquals("ST-150", code(playing, new Played(by("2"), "p", null, null, null, EndedBy.PLAYER)));
        assertEquals(sealed(), next(playing, end));
        assertEquals("ST-149", code(next(playing, end), end));
    }

    @Test
    void onlyTheOneToWhomItIsOfferedTakesAnItemOver() {
        ItemState offered = next(sealed(), new HandoverOffered(by("1"), "o", "2"));
        assertEquals("ST-120", code(offered, new HandoverOffered(by("1"), "p", "3")));
        assertEquals("ST-123", code(offered, new HandoverAccepted(by("1"), "o")));
        assertEquals("ST-122", code(offered, new HandoverAccepted(by("2"), "q")));
        next(next(offered, new HandoverAccepted(by("2"), "o")), new HandoverOffered(by("2"), "p", "3"));
    }

    @Test
    void somebodyOfTheOfficeAnswersWhatWasOfferedToIt() {
        ItemState offered = next(sealed(), new HandoverOfferedToUnit(of("1", "110105"), "o", "110105"));
        assertEquals("ST-120", code(offered, new HandoverOffered(by("1"), "p", "3")));
        assertEquals("ST-120", code(offered, new HandoverOfferedToUnit(by("1"), "p", "110106")));
        ItemState toAPerson = next(sealed(), new HandoverOffered(by("1"), "o", "2"));
        assertEquals("ST-120", code(toAPerson, new HandoverOfferedToUnit(by("1"), "p", "110106")));
        assertEquals("ST-123", code(toAPerson, new HandoverAccepted(of("3", "110105"), "o")));
        for (String other : new String[] {null, "", "00", "1101", "110106", "11010"}) {
            assertEquals("ST-123", code(offered, new HandoverAccepted(of("2", other), "o")), other);
            assertEquals("ST-123", code(offered, new HandoverRefused(of("2", other), "o", "no")), other);
        }
        assertEquals("ST-122", code(offered, new HandoverAccepted(of("2", "110105"), "q")));
        assertEquals("ST-153", code(offered, new HandoverAccepted(of("1", "110105"), "o")));
        assertEquals("ST-153", code(offered, new HandoverRefused(of("1", "110105"), "o", "no")));
        for (String own : List.of("110105", "11010500", "1101050000", "11010501")) {
            ItemState taken = next(offered, new HandoverAccepted(of("2", own), "o"));
            assertEquals(sealed().toText(), taken.toText());
            assertEquals("ST-122", code(taken, new HandoverAccepted(of("3", own), "o")), "one of them, once");
            ItemState back = next(offered, new HandoverRefused(of("2", own), "o", "not ours"));
            assertEquals(sealed().toText(), back.toText());
            assertEquals("ST-122", code(back, new HandoverAccepted(of("3", own), "o")));
        }
        ItemState withdrawn = next(offered, new HandoverWithdrawn(by("1"), "o", "the wrong office"));
        assertEquals(sealed().toText(), withdrawn.toText());
        assertEquals("ST-122", code(withdrawn, new HandoverAccepted(of("2", "110105"), "o")));
        ItemState toAll = next(sealed(), new HandoverOfferedToUnit(by("1"), "o", "0000"));
        assertEquals("ST-123", code(toAll, new HandoverAccepted(of("2", "110105"), "o")), "the site is no office");
    }

    @Test
    void anOfferThatNobodyAnsweredYetCanBeTakenBack() {
        ItemState offered = next(sealed(), new HandoverOffered(by("1"), "o", "2"));
        assertEquals("ST-122", code(offered, new HandoverWithdrawn(by("3"), "p", "wrong name")));
        ItemState back = next(offered, new HandoverWithdrawn(by("3"), "o", "wrong name"));
        assertEquals("ST-122", code(back, new HandoverAccepted(by("2"), "o")));
        ItemState taken = next(next(back, new HandoverOffered(by("1"), "p", "2")), new HandoverAccepted(by("2"), "p"));
        assertEquals("ST-122", code(taken, new HandoverWithdrawn(by("1"), "p", "too late")));
    }

    @Test
    void whoeverProposedAChangeOfPeopleOrIsConcernedDoesNotApproveIt() {
        ItemState proposed = next(ItemState.NOTHING, new CredentialResetProposed(by("1"), "c", "9", "110105", false));
        assertEquals("ST-141", code(proposed, new CredentialResetProposed(by("2"), "c", "9", "110105", false)));
        assertEquals("ST-143", code(proposed, new CredentialResetApproved(by("1"), "c", "9", "110105")));
        assertEquals("ST-144", code(proposed, new CredentialResetApproved(by("9"), "c", "9", "110105")));
        assertEquals("ST-142", code(proposed, new CredentialResetApproved(by("2"), "d", "9", "110105")));
        assertEquals("ST-142", code(proposed, new RoleChangeApproved(by("2"), "c", "9", "110105")));
        ItemState done = next(proposed, new CredentialResetApproved(by("2"), "c", "9", "110105"));
        assertEquals(ItemState.NOTHING, done);
        assertEquals("ST-142", code(done, new CredentialResetApproved(by("3"), "c", "9", "110105")));
        assertEquals(ItemState.NOTHING, next(proposed, new CredentialResetRefused(by("1"), "c", "9", "110105")));
    }

    @Test
    void aReviewThatWasSignedIsClosed() {
        ItemState open = next(sealed(), new ReviewOpened(by("5"), "r"));
        ItemState closed = next(open, new ReviewSigned(by("5"), "r", "complete"));
        assertEquals("ST-119", code(closed, new ReviewSigned(by("5"), "r", "complete")));
    }

    /** With {@code -Dliuhen.write=true} the page is written anew. */
    @Test
    void thePageSaysWhatTheTableSays() throws Exception {
        if (Boolean.getBoolean("liuhen.write")) {
            Files.writeString(PAGE, page());
        }
        assertEquals(page(), Files.readString(PAGE), "mvn test -pl custody -Dtest=StateTableTest -Dliuhen.write=true");
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # What may happen to an item, and when

                The state machine is one table, [`states.json`](../../custody/src/main/resources/org/liuhen/custody/event/states.json); this page
                is made from it by a test. The record job applies it to each event: what is not allowed becomes `refused`, with the code. Each
                verifier applies it again.

                A state is a *phase* and *registers*. A register holds keys (a case, a hold, an export), each with the one who may go on with
                it: the actor of the event that put it there, or the person or the unit that the event names. Conditions are asked in this order; the first that
                does not hold gives the code. One unit is below another where its code begins with the other's, pairs of zeros at the end left out; a code of
                zeros alone, or none, is the whole site, which is no unit.

                | event | key | must hold, else | then |
                |---|---|---|---|
                """);
        for (JsonNode rule : StateTable.json().get("rules")) {
            page.append("| `")
                    .append(rule.get("event").asText())
                    .append("` | ")
                    .append(rule.path("key").asText("–"))
                    .append(" | ");
            StreamSupport.stream(rule.get("checks").spliterator(), false)
                    .map(StateTableTest::words)
                    .reduce((one, two) -> one + "; " + two)
                    .ifPresentOrElse(page::append, () -> page.append("always"));
            page.append(" | ");
            StreamSupport.stream(rule.get("then").spliterator(), false)
                    .map(StateTableTest::effect)
                    .reduce((one, two) -> one + "; " + two)
                    .ifPresentOrElse(page::append, () -> page.append("–"));
            page.append(" |\n");
        }
        return page.toString();
    }

    private static String words(JsonNode check) {
        String conditions = check.has("any")
                ? StreamSupport.stream(check.get("any").spliterator(), false)
                        .map(StateTableTest::condition)
                        .collect(Collectors.joining(", or "))
                : condition(check);
        return conditions + " (" + check.get("code").asText() + ": "
                + check.get("reason").asText() + ")";
    }

    private static String condition(JsonNode check) {
        if (check.has("phase")) {
            return StreamSupport.stream(check.get("phase").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(", "));
        }
        for (Map.Entry<String, String> words : Map.of(
                        "present", "key in *%s*",
                        "absent", "key not in *%s*",
                        "empty", "*%s* is empty",
                        "otherThan", "actor is not the one in *%s*",
                        "sameAs", "actor is the one in *%s*",
                        "within", "actor is of the unit in *%s* or of one below it")
                .entrySet()) {
            if (check.has(words.getKey())) {
                return words.getValue().replace("%s", check.get(words.getKey()).asText());
            }
        }
        throw new AssertionError("no words for " + check);
    }

    private static String effect(JsonNode effect) {
        return effect.has("phase")
                ? "phase " + effect.get("phase").asText()
                : effect.has("put")
                        ? "into *" + effect.get("put").asText() + "*"
                                + (effect.get("value").asText().equals("actor")
                                        ? ""
                                        : " with " + effect.get("value").asText())
                        : "out of *" + effect.get("remove").asText() + "*";
    }
}
