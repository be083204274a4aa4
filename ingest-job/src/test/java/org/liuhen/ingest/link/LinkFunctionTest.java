package org.liuhen.ingest.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DeviceEvent.DeviceAssigned;
import org.liuhen.custody.event.DeviceEvent.ReceivedAgain;
import org.liuhen.custody.event.DispatchEvent.LinkProposed;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Parts;
import org.liuhen.job.FeedRecord;

class LinkFunctionTest {
    private static final Instant TEN = Instant.parse("2026-11-25T10:00:00Z");
    private static final Actor OFFICER = new Actor(Actor.Kind.OFFICER, "110023", null, "bearer");
    private static final Actor DOCK = new Actor(Actor.Kind.DEVICE, "DOCK-1", null, "mtls");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);

    private final EvidenceId id = EvidenceId.create(TEN, new SecureRandom());
    private int number;

    @Test
    void takesALinkBackWhenASecondDispatchMatchesAndProposesBoth() throws Exception {
        List<CustodyEvent> said = run(
                dispatch("JQ-1", 0, "110023", 0, 30),
                recording("110023", null, 10),
                dispatch("JQ-2", 0, "110023", 5, 60));
        assertEquals("JQ-1", ((LinkedToCase) said.get(0)).caseId().value());
        UnlinkedFromCase back = (UnlinkedFromCase) said.get(1);
        assertEquals(
                "dispatch-window 3: 2 dispatch records match now",
                back.context().purpose());
        LinkProposed proposed = (LinkProposed) said.get(2);
        assertEquals(2, proposed.rule().matches());
        assertEquals("officer 110023", proposed.rule().candidates().get(1).matchedBy());
        assertEquals(3, said.size());
    }

    @Test
    void aRevisionTakesALinkBackAndAnOlderOneChangesNothing() throws Exception {
        List<CustodyEvent> said = run(
                recording("110023", null, 10),
                dispatch("JQ-1", 1, "110023", 0, 30),
                dispatch("JQ-1", 2, "110024", 0, 30),
                dispatch("JQ-1", 1, "110023", 0, 30));
        assertEquals(2, said.size());
        assertEquals(
                "dispatch-window 3: the recording and the dispatch record do not match any more",
                said.get(1).context().purpose());
    }

    @Test
    void theMarginIsFiveMinutesOnEachSide() throws Exception {
        assertEquals(
                1,
                run(dispatch("JQ-1", 0, "110023", 0, 30), recording("110023", null, -5))
                        .size());
        assertEquals(
                1,
                run(dispatch("JQ-1", 0, "110023", 0, 30), recording("110023", null, 35))
                        .size());
        assertEquals(
                0,
                run(dispatch("JQ-1", 0, "110023", 0, 30), recording("110023", null, -6))
                        .size());
        assertEquals(
                0,
                run(dispatch("JQ-1", 0, "110023", 0, 30), recording("110023", null, 36))
                        .size());
        assertEquals(
                0,
                run(dispatch("JQ-1", 0, "110024", 0, 30), recording("110023", null, 10))
                        .size());
    }

    @Test
    void theDevicesClockIsCorrectedByWhatTheDockMeasured() throws Exception {
        ClockMeasured ahead =
                new ClockMeasured(context(ClockMeasured.class, null, DOCK), "DSJ-1", 3_600_000, 500L, null, "mtime");
        List<CustodyEvent> said = run(ahead, dispatch("JQ-1", 0, "110023", 0, 30), recording("110023", "DSJ-1", 70));
        LinkedToCase linked = (LinkedToCase) said.get(0);
        assertEquals(3_600_000L, linked.rule().clockOffsetMillis());
        assertEquals(TEN.plusSeconds(600), linked.rule().recordedFrom());
    }

    @Test
    void aRecordingThatNamesNoOfficerIsOfTheOneWhoCarriesTheDevice() throws Exception {
        DeviceAssigned assigned = new DeviceAssigned(context(DeviceAssigned.class, null, OFFICER), "DSJ-1", "110023");
        assertEquals(
                1,
                run(assigned, recording(null, "DSJ-1", 10), dispatch("JQ-1", 0, "110023", 0, 30))
                        .size());
        assertEquals(
                0,
                run(recording(null, "DSJ-1", 10), dispatch("JQ-1", 0, "110023", 0, 30))
                        .size());
    }

    /** Who carries a camera is said by the list of devices; a claim does not take a recording away from his incident. */
    @Test
    void theListOfDevicesCountsMoreThanWhatASenderClaims() throws Exception {
        DeviceAssigned assigned = new DeviceAssigned(context(DeviceAssigned.class, null, OFFICER), "DSJ-1", "110023");
        List<CustodyEvent> said = run(
                assigned,
                dispatch("JQ-1", 0, "110023", 0, 30),
                dispatch("JQ-2", 0, "110024", 0, 30),
                recording("110024", "DSJ-1", 10));
        assertEquals(1, said.size(), said.toString());
        assertEquals("JQ-1", ((LinkedToCase) said.get(0)).caseId().value());
    }

    /** Whoever sends the same bytes first and leaves out when they were recorded keeps them from no incident. */
    @Test
    void whatTheSecondSenderSaysOfTheSameBytesCountsWhereTheFirstSaidNothing() throws Exception {
        Received silent = silent();
        Received claims = recording("110023", "DSJ-1", 10);
        ReceivedAgain again = new ReceivedAgain(
                context(ReceivedAgain.class, id, DOCK),
                EvidenceId.create(TEN, new SecureRandom()),
                0,
                DIGEST,
                new FileName("a.mp4"),
                claims.capture());
        List<CustodyEvent> said = run(dispatch("JQ-1", 0, "110023", 0, 30), silent, again);
        assertEquals(1, said.size(), said.toString());
        assertEquals(id, said.get(0).context().evidenceId());
        assertEquals(1, run(dispatch("JQ-1", 0, "110023", 0, 30), claims, again).size(), "it is said once");
    }

    @Test
    void whatAnOfficerDecidedStands() throws Exception {
        LinkedToCase chosen =
                new LinkedToCase(context(LinkedToCase.class, id, OFFICER), new CaseId("JQ-2"), Basis.OFFICER);
        List<CustodyEvent> said = run(
                dispatch("JQ-1", 0, "110023", 0, 30),
                dispatch("JQ-2", 0, "110023", 0, 30),
                recording("110023", null, 10),
                chosen,
                dispatch("JQ-1", 1, "110023", 500, 600)); // only JQ-2 is left, and linked already
        assertEquals(1, said.size(), said.toString());
        UnlinkedFromCase wrong = new UnlinkedFromCase(context(UnlinkedFromCase.class, id, OFFICER), new CaseId("JQ-1"));
        said = run(
                dispatch("JQ-1", 0, "110023", 0, 30),
                recording("110023", null, 10),
                wrong,
                dispatch("JQ-2", 0, "110023", 0, 30));
        assertEquals(1, said.size(), said.toString());
    }

    @Test
    void aLinkToWhatTheRuleDoesNotKnowYetIsNotMadeTwice() throws Exception {
        LinkedToCase early =
                new LinkedToCase(context(LinkedToCase.class, id, OFFICER), new CaseId("JQ-1"), Basis.OFFICER);
        assertEquals(List.of(), run(recording("110023", null, 10), early, dispatch("JQ-1", 0, "110023", 0, 30)));
    }

    @Test
    void whatCannotBeSaidOfARecordingIsNotGuessed() throws Exception {
        Received noTime = new Received(
                context(Received.class, id, OFFICER),
                new StoredObject("vault", "k", null),
                0,
                DIGEST,
                DIGEST,
                new FileName("a.pdf"),
                List.of(),
                null);
        assertEquals(List.of(), run(dispatch("JQ-1", 0, "110023", 0, 30), noTime));
        LinkedToCase linked =
                (LinkedToCase) run(dispatch("JQ-1", 0, "110023", 0, null), recording("110023", null, 23 * 60))
                        .get(0);
        assertNull(linked.rule().candidates().get(0).clearedAt());
    }

    /** Of an upload whose sender said nothing of its time, as by page and command line: the file says when, and the officer is who sent it. */
    @Test
    void whatAFileSaysOfItselfLinksARecordingWhoseSenderSaidNoTime() throws Exception {
        List<CustodyEvent> said = run(dispatch("JQ-1", 0, "110023", 0, 30), silent(), described(10, 2, Clock.DEVICE));
        assertEquals("JQ-1", ((LinkedToCase) said.get(0)).caseId().value());
        assertEquals(TEN.plusSeconds(600), ((LinkedToCase) said.get(0)).rule().recordedFrom());
        assertEquals(
                1,
                run(silent(), described(10, 2, Clock.DEVICE), dispatch("JQ-1", 0, "110023", 0, 30))
                        .size());
        assertEquals(
                List.of(),
                run(dispatch("JQ-1", 0, "110023", 0, 30), silent(), described(10, 8 * 3_600, Clock.DEVICE)),
                "a local time that may be UTC says no incident");
        assertEquals(
                List.of(),
                run(dispatch("JQ-1", 0, "110023", 0, 30), described(10, 2, Clock.DEVICE)),
                "an item that was never received");
        LinkedToCase early =
                new LinkedToCase(context(LinkedToCase.class, id, OFFICER), new CaseId("JQ-1"), Basis.OFFICER);
        assertEquals(
                List.of(),
                run(silent(), early, described(10, 2, Clock.DEVICE), dispatch("JQ-1", 0, "110023", 0, 30)),
                "an officer linked it before it was described");
    }

    /** The sender's word was wrong by hours, as the positions in the file show: what followed from it is taken back. */
    @Test
    void whatAFileSaysOfItselfCorrectsItsSender() throws Exception {
        List<CustodyEvent> said = run(
                dispatch("JQ-1", 0, "110023", 0, 30),
                dispatch("JQ-2", 0, "110023", 300, 330),
                recording("110023", "DSJ-1", 10),
                described(310, 60, Clock.SATELLITE));
        assertEquals(3, said.size(), said.toString());
        assertEquals("JQ-1", ((LinkedToCase) said.get(0)).caseId().value());
        assertEquals("JQ-1", ((UnlinkedFromCase) said.get(1)).caseId().value());
        assertEquals("JQ-2", ((LinkedToCase) said.get(2)).caseId().value());
    }

    /** A dock that reads a clock for the first time after the recordings came in, and satellites that need no reading. */
    @Test
    void aReadingOfTheClockThatComesLateCorrectsWhatCameBefore() throws Exception {
        ClockMeasured ahead =
                new ClockMeasured(context(ClockMeasured.class, null, DOCK), "DSJ-1", 3_600_000, 500L, null, "mtime");
        List<CustodyEvent> said = run(dispatch("JQ-1", 0, "110023", 0, 30), recording("110023", "DSJ-1", 70), ahead);
        assertEquals(1, said.size(), said.toString());
        assertEquals(3_600_000L, ((LinkedToCase) said.get(0)).rule().clockOffsetMillis());
        ClockMeasured back =
                new ClockMeasured(context(ClockMeasured.class, null, DOCK), "DSJ-1", 0, 500L, null, "mtime");
        assertEquals(
                1,
                run(dispatch("JQ-1", 0, "110023", 0, 30), recording("110023", "DSJ-1", 70), ahead, back)
                        .size(),
                "a later reading is of another time");
        assertEquals(
                List.of(),
                run(
                        dispatch("JQ-1", 0, "110023", 0, 30),
                        recording("110023", "DSJ-1", 70),
                        described(70, 60, Clock.SATELLITE),
                        ahead),
                "the satellites confirm the time, and need no reading");
        said = run(
                dispatch("JQ-1", 0, "110023", 0, 30),
                recording("110023", "DSJ-1", 70),
                described(10, 60, Clock.SATELLITE),
                ahead);
        assertEquals(1, said.size(), said.toString());
        assertNull(((LinkedToCase) said.get(0)).rule().clockOffsetMillis());
    }

    /** What is described anew years later is corrected by the reading of its own time, not by the newest one. */
    @Test
    void aLaterReadingDoesNotMoveWhatIsDescribedAgain() throws Exception {
        ClockMeasured then =
                new ClockMeasured(context(ClockMeasured.class, null, DOCK), "DSJ-1", 0, 500L, null, "mtime");
        ClockMeasured later =
                new ClockMeasured(context(ClockMeasured.class, null, DOCK), "DSJ-1", 3_600_000, 500L, null, "mtime");
        List<CustodyEvent> said = run(
                dispatch("JQ-1", 0, "110023", 0, 30),
                then,
                recording("110023", "DSJ-1", 10),
                later,
                described(11, 2, Clock.DEVICE));
        assertEquals(1, said.size(), said.toString());
        assertEquals("JQ-1", ((LinkedToCase) said.get(0)).caseId().value());
    }

    private Received silent() {
        return new Received(
                context(Received.class, id, OFFICER),
                new StoredObject("vault", "k", null),
                0,
                DIGEST,
                DIGEST,
                new FileName("a.mp4"),
                List.of(),
                null);
    }

    private Described described(int minute, int secondsApart, Clock clock) {
        Instant middle = TEN.plusSeconds(minute * 60L);
        CaptureTime time = new CaptureTime(
                middle.minusSeconds(secondsApart / 2),
                middle.plusSeconds(secondsApart / 2),
                60_000L,
                clock,
                "test",
                "test/1");
        return new Described(context(Described.class, id, OFFICER), DIGEST, "video/mp4", null, null, time);
    }

    private CustodyEvent dispatch(
            String incidentNo, long revision, String officerNo, int fromMinute, Integer toMinute) {
        return DispatchRecords.event(
                new DispatchRecord(
                        new CaseId(incidentNo),
                        revision,
                        "京朝",
                        List.of(officerNo),
                        List.of(),
                        TEN.plusSeconds(fromMinute * 60L),
                        toMinute == null ? null : TEN.plusSeconds(toMinute * 60L)),
                OFFICER,
                "test");
    }

    private Received recording(String officerNo, String deviceSerial, int minute) {
        CaptureClaims claims =
                new CaptureClaims(null, officerNo, null, deviceSerial, TEN.plusSeconds(minute * 60L), null, null);
        return new Received(
                context(Received.class, id, DOCK),
                new StoredObject("vault", "k", null),
                0,
                DIGEST,
                DIGEST,
                new FileName("a.mp4"),
                List.of(),
                claims);
    }

    private EventContext context(Class<? extends CustodyEvent> type, EvidenceId about, Actor actor) {
        return EventContext.of(EventContext.idFor(type, "cause " + number++), about, TEN, actor, null, "test");
    }

    @SuppressWarnings("try") // closing may be interrupted, and then the test is
    private static List<CustodyEvent> run(CustodyEvent... events) throws Exception {
        List<CustodyEvent> said = new ArrayList<>();
        try (var operator = new KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord>(
                new KeyedProcessOperator<>(new LinkFunction()), FeedRecord::log, Types.STRING)) {
            operator.open();
            for (CustodyEvent event : events) {
                operator.processElement(new FeedRecord("site-1", CanonicalJson.encode(event), 0, Parts.UNSIGNED), 0);
            }
            for (FeedRecord fed : operator.extractOutputValues()) {
                said.add(CanonicalJson.decode(fed.bytes()));
            }
        }
        return said;
    }
}
