package org.liuhen.ingest.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DispatchEvent.LinkProposed;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.LinkRule;
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

class GapFunctionTest {
    private static final Instant TEN = Instant.parse("2026-11-25T10:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Actor OFFICER = new Actor(Actor.Kind.OFFICER, "110023", null, "bearer");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);

    private final EvidenceId id = EvidenceId.create(TEN, new SecureRandom());
    private final List<FeedRecord> feed = new ArrayList<>();
    private KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord> operator;
    private int number;

    @BeforeEach
    void open() throws Exception {
        operator = harness();
        operator.setProcessingTime(TEN.toEpochMilli());
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord> harness() throws Exception {
        var opened = new KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord>(
                new KeyedProcessOperator<>(new GapFunction()), FeedRecord::log, Types.STRING);
        opened.open();
        return opened;
    }

    @AfterEach
    void close() throws Exception {
        operator.close();
    }

    @Test
    void aDispatchWithoutARecordingIsFoundADayAfterItWasClearedAndClosedByALateOne() throws Exception {
        feed(TEN, dispatch("JQ-1", 0, 30));
        feed(TEN.plus(DAY).plusSeconds(29 * 60), viewed());
        assertEquals(List.of(), said());
        feed(TEN.plus(DAY).plusSeconds(31 * 60), viewed());
        assertEquals(List.of("gapFound DISPATCH_WITHOUT_RECORDING JQ-1"), said());
        feed(TEN.plus(DAY).plusSeconds(60 * 60), linked("JQ-1"));
        assertEquals("gapClosed DISPATCH_WITHOUT_RECORDING JQ-1", said().get(1));
        againIsTheSame();
    }

    @Test
    void whatIsLinkedOrProposedInTimeIsNoGapAndWhatIsTakenBackIsOne() throws Exception {
        feed(TEN, dispatch("JQ-1", 0, 30), dispatch("JQ-2", 0, 30), linked("JQ-1"), proposed("JQ-2", "JQ-3"));
        feed(TEN.plus(DAY).plusSeconds(3_600), viewed());
        assertEquals(List.of(), said());
        UnlinkedFromCase back = new UnlinkedFromCase(context(UnlinkedFromCase.class, id), new CaseId("JQ-1"));
        feed(TEN.plus(DAY).plusSeconds(4_000), back, proposed());
        feed(TEN.plus(DAY).plusSeconds(4_000 + 11 * 60), viewed());
        assertEquals(
                List.of("gapFound DISPATCH_WITHOUT_RECORDING JQ-1", "gapFound DISPATCH_WITHOUT_RECORDING JQ-2"),
                said());
        againIsTheSame();
    }

    @Test
    void aRecordThatIsToldLateIsLookedAtOnceItsLinksAreThere() throws Exception {
        feed(TEN.plus(DAY.multipliedBy(3)), dispatch("JQ-1", 0, 30));
        feed(TEN.plus(DAY.multipliedBy(3)).plusSeconds(5 * 60), viewed());
        assertEquals(List.of(), said());
        feed(TEN.plus(DAY.multipliedBy(3)).plusSeconds(11 * 60), viewed());
        assertEquals(1, said().size());
    }

    @Test
    void aRecordingThatEndsBeforeTheCallWasClearedIsFound() throws Exception {
        feed(
                TEN,
                dispatch("JQ-1", 0, 60),
                declared(),
                received(TEN.plusSeconds(600), TEN.plusSeconds(1_200)),
                linked("JQ-1"));
        feed(TEN.plus(DAY).plusSeconds(3_700), viewed());
        assertEquals(List.of("gapFound ENDS_BEFORE_CLEARED JQ-1"), said());
    }

    @Test
    void whatWasDeclaredAndNeverCameIsFoundAndAWithdrawalDoesNotHideIt() throws Exception {
        feed(TEN, declared());
        feed(TEN.plus(DAY).plusSeconds(120), viewed());
        String gap = "DECLARED_NOT_RECEIVED " + id;
        assertEquals(List.of("gapFound " + gap), said());
        feed(TEN.plus(DAY).plusSeconds(180), new Withdrawn(context(Withdrawn.class, id), 0));
        assertEquals(1, said().size());
        feed(TEN.plus(DAY).plusSeconds(240), received(null, null));
        assertEquals("gapClosed " + gap, said().get(1));
        assertEquals(
                id,
                CanonicalJson.decode(operator.extractOutputValues().get(1).bytes())
                        .context()
                        .evidenceId());
    }

    @Test
    void aLateUploadIsFoundAtOnce() throws Exception {
        feed(TEN.plus(DAY.multipliedBy(2)), declared(), received(TEN, TEN.plusSeconds(60)));
        assertEquals(List.of("gapFound LATE_UPLOAD " + id), said());
    }

    /** Of senders who say no time: the file says when the recording ended. */
    @Test
    void whatAFileSaysOfItsEndFindsALateUploadAndAnEndBeforeTheCallWasCleared() throws Exception {
        Instant late = TEN.plus(DAY.multipliedBy(2));
        feed(TEN, dispatch("JQ-1", 0, 90));
        feed(late, declared(), received(null, null), described(TEN, 60, Clock.DEVICE), linked("JQ-1"));
        feed(late.plusSeconds(3_600), viewed());
        assertEquals(
                List.of(
                        "gapFound DISPATCH_WITHOUT_RECORDING JQ-1",
                        "gapFound LATE_UPLOAD " + id,
                        "gapClosed DISPATCH_WITHOUT_RECORDING JQ-1",
                        "gapFound ENDS_BEFORE_CLEARED JQ-1"),
                said());
        againIsTheSame();
    }

    @Test
    void aClockThatWasWrongMakesNoLateUpload() throws Exception {
        CaptureClaims claims = new CaptureClaims(null, "110023", null, "DSJ-1", null, null, null);
        feed(
                TEN,
                new ClockMeasured(
                        context(ClockMeasured.class, null),
                        "DSJ-1",
                        -DAY.multipliedBy(3).toMillis(),
                        500L,
                        null,
                        "mtime"),
                received(claims),
                described(TEN.minus(DAY.multipliedBy(3)), 60, Clock.DEVICE));
        assertEquals(List.of(), said());
        feed(TEN, described(TEN.minus(DAY.multipliedBy(3)), 60, Clock.SATELLITE));
        assertEquals(List.of("gapFound LATE_UPLOAD " + id), said());
    }

    private CustodyEvent described(Instant begun, int seconds, Clock clock) {
        return new Described(
                context(Described.class, id),
                DIGEST,
                "video/mp4",
                null,
                null,
                new CaptureTime(begun, begun.plusSeconds(2), seconds * 1_000L, clock, "test", "test/1"));
    }

    @Test
    void whereNothingHappensTheFeedIsToldThatTimePassed() throws Exception {
        feed(TEN, dispatch("JQ-1", 0, 30));
        operator.setProcessingTime(TEN.plus(DAY).plusSeconds(45 * 60).toEpochMilli());
        operator.setProcessingTime(TEN.plus(DAY).plusSeconds(48 * 60).toEpochMilli());
        List<FeedRecord> out = operator.extractOutputValues();
        assertEquals(1, out.size(), said().toString());
        CustodyEvent passed = CanonicalJson.decode(out.get(0).bytes());
        assertEquals("timePassed", passed.typeName());
        assertTrue(
                out.get(0).decoded(FeedRecord.marks(GapFunction.KINDS)).isPresent(),
                "the source drops what has no mark");
        feed(passed.context().occurredAt(), passed);
        assertTrue(said().contains("gapFound DISPATCH_WITHOUT_RECORDING JQ-1"), said().toString());
    }

    /**
     * A record that came late is looked at ten minutes after it came, at the end of the minute after that one; where the job was started again
     * meanwhile, one minute later, in which it may have to catch up.
     */
    @Test
    void aRestartDoesNotBeginTheWaitingAnew() throws Exception {
        Instant came = TEN.plus(DAY).plus(DAY);
        operator.setProcessingTime(came.toEpochMilli());
        feed(came, dispatch("JQ-1", 0, 30));
        var snapshot = operator.snapshot(1, 1);
        var again = new KeyedOneInputStreamOperatorTestHarness<String, FeedRecord, FeedRecord>(
                new KeyedProcessOperator<>(new GapFunction()), FeedRecord::log, Types.STRING);
        again.setProcessingTime(came.plusSeconds(9 * 60).toEpochMilli());
        again.initializeState(snapshot);
        again.open();
        for (int seconds = 9 * 60; seconds <= 12 * 60; seconds += 30) {
            assertEquals(List.of(), again.extractOutputValues(), seconds + " s");
            again.setProcessingTime(came.plusSeconds(seconds).toEpochMilli());
        }
        again.setProcessingTime(came.plusSeconds(13 * 60).toEpochMilli());
        List<FeedRecord> out = again.extractOutputValues();
        assertEquals(1, out.size());
        assertEquals("timePassed", CanonicalJson.decode(out.get(0).bytes()).typeName());
        again.close();
    }

    @Test
    void aQuietLogIsToldThatTimePassedWhileAnotherOneIsBusy() throws Exception {
        feed(TEN, dispatch("JQ-1", 0, 30));
        Instant now = TEN.plus(DAY);
        for (int halfMinutes = 0; halfMinutes < 120; halfMinutes++) {
            now = now.plusSeconds(30);
            operator.setProcessingTime(now.toEpochMilli());
            operator.processElement(
                    new FeedRecord("site-2", CanonicalJson.encode(viewed()), now.toEpochMilli(), Parts.UNSIGNED), 0);
        }
        List<FeedRecord> out = operator.extractOutputValues();
        assertEquals(
                List.of("site-1"), out.stream().map(FeedRecord::log).distinct().toList());
        assertEquals("timePassed", CanonicalJson.decode(out.get(0).bytes()).typeName());
    }

    @Test
    void whatIsSaidOnceMoreLaterCountsOnce() throws Exception {
        CustodyEvent announced = declared();
        CustodyEvent link = linked("JQ-1");
        feed(TEN, dispatch("JQ-1", 0, 30), announced, received(null, null), link);
        feed(TEN, new UnlinkedFromCase(context(UnlinkedFromCase.class, id), new CaseId("JQ-1")), link, announced);
        feed(TEN.plus(DAY).plusSeconds(3_600), viewed());
        assertEquals(List.of("gapFound DISPATCH_WITHOUT_RECORDING JQ-1"), said());
    }

    @Test
    void nothingIsSaidWhereAllCame() throws Exception {
        feed(TEN, declared(), received(null, null));
        operator.setProcessingTime(TEN.plus(DAY).plusSeconds(3_600).toEpochMilli());
        operator.setProcessingTime(TEN.plus(DAY).plusSeconds(7_200).toEpochMilli());
        assertEquals(List.of(), said());
    }

    /** Read again from its beginning, and with a crash in the middle, the feed leads to the same events with the same IDs. */
    private void againIsTheSame() throws Exception {
        List<String> before = ids(operator.extractOutputValues());
        List<String> again = new ArrayList<>();
        var first = harness();
        var rest = harness();
        rest.close();
        int half = feed.size() / 2;
        for (FeedRecord fed : feed.subList(0, half)) {
            first.processElement(fed, 0);
        }
        var snapshot = first.snapshot(1, 1);
        again.addAll(ids(first.extractOutputValues()));
        first.close();
        rest = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new GapFunction()), FeedRecord::log, Types.STRING);
        rest.initializeState(snapshot);
        rest.open();
        for (FeedRecord fed : feed.subList(half, feed.size())) {
            rest.processElement(fed, 0);
        }
        again.addAll(ids(rest.extractOutputValues()));
        rest.close();
        assertEquals(before, again);
    }

    private static List<String> ids(List<FeedRecord> out) throws Exception {
        List<String> ids = new ArrayList<>();
        for (FeedRecord fed : out) {
            ids.add(CanonicalJson.decode(fed.bytes()).context().eventId());
        }
        return ids;
    }

    private void feed(Instant appended, CustodyEvent... events) throws Exception {
        for (CustodyEvent event : events) {
            FeedRecord fed =
                    new FeedRecord("site-1", CanonicalJson.encode(event), appended.toEpochMilli(), Parts.UNSIGNED);
            feed.add(fed);
            operator.processElement(fed, 0);
        }
    }

    private List<String> said() throws Exception {
        List<String> said = new ArrayList<>();
        for (FeedRecord fed : operator.extractOutputValues()) {
            CustodyEvent event = CanonicalJson.decode(fed.bytes());
            said.add(event.typeName() + " " + event.key());
        }
        return said;
    }

    private CustodyEvent dispatch(String incidentNo, int fromMinute, int toMinute) {
        return DispatchRecords.event(
                new DispatchRecord(
                        new CaseId(incidentNo),
                        0,
                        null,
                        List.of("110023"),
                        List.of(),
                        TEN.plusSeconds(fromMinute * 60L),
                        TEN.plusSeconds(toMinute * 60L)),
                OFFICER,
                "test");
    }

    private CustodyEvent viewed() {
        return new Viewed(context(Viewed.class, id));
    }

    private CustodyEvent linked(String incidentNo) {
        return new LinkedToCase(context(LinkedToCase.class, id), new CaseId(incidentNo), Basis.OFFICER);
    }

    private CustodyEvent proposed(String... incidentNos) {
        List<LinkRule.Candidate> candidates = new ArrayList<>();
        for (String incidentNo : incidentNos) {
            candidates.add(new LinkRule.Candidate(new CaseId(incidentNo), "0".repeat(32), TEN, null, "officer 110023"));
        }
        return new LinkProposed(
                context(LinkProposed.class, id),
                new LinkRule("dispatch-window", 1, 300, TEN, null, candidates.size(), candidates));
    }

    private CustodyEvent declared() {
        return new Declared(context(Declared.class, id), new FileName("a.mp4"), null, DIGEST, 0, List.of(), null);
    }

    private CustodyEvent received(Instant start, Instant end) {
        return received(new CaptureClaims(null, "110023", null, null, start, end, null));
    }

    private CustodyEvent received(CaptureClaims claims) {
        return new Received(
                context(Received.class, id),
                new StoredObject("vault", "k", null),
                0,
                DIGEST,
                DIGEST,
                new FileName("a.mp4"),
                List.of(),
                claims);
    }

    private EventContext context(Class<? extends CustodyEvent> type, EvidenceId about) {
        return EventContext.of(EventContext.idFor(type, "cause " + number++), about, TEN, OFFICER, null, "test");
    }
}
