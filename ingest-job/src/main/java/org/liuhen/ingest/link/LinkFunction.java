package org.liuhen.ingest.link;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DeviceEvent.DeviceAssigned;
import org.liuhen.custody.event.DeviceEvent.DeviceReturned;
import org.liuhen.custody.event.DeviceEvent.ReceivedAgain;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.DispatchEvent.LinkProposed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.LinkRule;
import org.liuhen.custody.event.LinkRule.Candidate;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.CaseKind;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.custody.feed.Part;
import org.liuhen.ingest.feed.FeedFunction;
import org.liuhen.ingest.feed.ToFeed;
import org.liuhen.job.FeedRecord;

/**
 * The rule {@code dispatch-window}: a recording belongs to an incident if an officer or device of the dispatch made it and it begins
 * between {@link #MARGIN_MILLIS} before the dispatch and as long after it was cleared. One match is a link, several are
 * candidates among which an officer chooses. Records and recordings may come late and in any order, and a record may be
 * revised: a link of the rule that no longer holds is taken back. A decision of an officer stands.
 *
 * <p>It is keyed by log: it processes a site in the order of its feed, and all its events follow from that order.
 */
public final class LinkFunction extends FeedFunction {
    /** The kinds of event that count here. */
    public static final List<String> KINDS = List.of(
            "received",
            "receivedAgain",
            "described",
            "dispatchRecorded",
            "clockMeasured",
            "deviceAssigned",
            "deviceReturned",
            "linkedToCase",
            "unlinkedFromCase");

    static final String RULE = "dispatch-window";
    static final int VERSION = 3;
    static final long MARGIN_MILLIS = 5 * 60_000;

    /** The most recordings of a device that wait for a reading of its clock; of more, the oldest do not. */
    static final int UNCLOCKED_MAX = 1_000;

    private static final Actor LINKER = Actor.component("link");

    private transient MapState<String, Recording> recordings;
    private transient MapState<String, Incident> incidents;
    private transient MapState<String, List<String>> recordingsAt;
    private transient MapState<String, List<String>> incidentsAt;
    private transient MapState<String, Long> clocks;
    private transient MapState<String, String> carriers;

    /** Recordings without a capture time yet, by the ID of their item. */
    private transient MapState<String, Recording> untimed;

    /** The recordings of a device whose clock was not measured yet. */
    private transient MapState<String, List<String>> unclocked;

    /** For all logs. */
    public LinkFunction() {
        super("link", KINDS);
    }

    @Override
    public void open(OpenContext context) {
        super.open(context);
        recordings = state("recordings", TypeInformation.of(Recording.class));
        incidents = state("incidents", TypeInformation.of(Incident.class));
        recordingsAt = state("recordings-at", Types.LIST(Types.STRING));
        incidentsAt = state("incidents-at", Types.LIST(Types.STRING));
        clocks = state("clocks", Types.LONG);
        carriers = state("carriers", Types.STRING);
        untimed = state("untimed", TypeInformation.of(Recording.class));
        unclocked = state("unclocked", Types.LIST(Types.STRING));
    }

    @Override
    protected void process(CustodyEvent event, FeedRecord fed, Context context, Collector<FeedRecord> out)
            throws Exception {
        if (event instanceof Received received) {
            List<String> cases = received.cases().stream().map(CaseId::value).toList();
            received(received.context(), received.capture(), cases, fed.log(), out);
        } else if (event instanceof ReceivedAgain again
                && again.context().evidenceId() != null
                && recordings.get(again.context().evidenceId().value()) == null) {
            received(again.context(), again.capture(), List.of(), fed.log(), out); // the first sender gave no time
        } else if (event instanceof Described described) {
            described(described, fed.log(), out);
        } else if (event instanceof DispatchRecorded recorded) {
            dispatched(recorded, fed.log(), out);
        } else if (event instanceof ClockMeasured measured) {
            measured(measured, fed.log(), out);
        } else if (event instanceof DeviceAssigned assigned) {
            carriers.put(assigned.deviceSerial(), assigned.officerNo());
        } else if (event instanceof DeviceReturned returned) {
            carriers.remove(returned.deviceSerial());
        } else if (event instanceof LinkedToCase linked && linked.basis() == Basis.OFFICER) {
            decided(linked.context(), linked.caseId(), true, linked.kind() == CaseKind.INCIDENT);
        } else if (event instanceof UnlinkedFromCase unlinked
                && unlinked.context().actor().kind() != Actor.Kind.COMPONENT) {
            decided(unlinked.context(), unlinked.caseId(), false, false);
        }
    }

    private void received(
            EventContext context, CaptureClaims claims, List<String> cases, String log, Collector<FeedRecord> out)
            throws Exception {
        EvidenceId id = context.evidenceId();
        if (id == null) {
            return;
        }
        Actor sender = context.actor();
        String claimedDevice = claims == null ? null : claims.deviceSerial();
        String device = claimedDevice != null || sender.kind() != Actor.Kind.DEVICE ? claimedDevice : sender.id();
        String officer = device == null ? null : carriers.get(device); // counts more than what a sender claims
        if (officer == null && claims != null) {
            officer = claims.officerNo();
        }
        if (officer == null && sender.kind() == Actor.Kind.OFFICER) {
            officer = sender.id();
        }
        String incidentNo = claims == null ? null : claims.incidentNo();
        Long offset = device == null ? null : clocks.get(device);
        Recording recording = new Recording(0, offset, officer, device, incidentNo, cases, List.of(), false);
        if (claims != null && claims.captureStart() != null) {
            place(context.eventId(), id, recording, claims.captureStart().toEpochMilli(), Clock.DEVICE, log, out);
        } else if (untimed.get(id.value()) == null) {
            untimed.put(id.value(), recording); // its description may hold the time
        }
    }

    /** The capture time of a description replaces what the sender stated, which it takes into account. */
    private void described(Described described, String log, Collector<FeedRecord> out) throws Exception {
        EvidenceId id = described.context().evidenceId();
        CaptureTime time = described.captureTime();
        if (id == null) {
            return;
        }
        Recording known = recordings.get(id.value());
        if (known == null) {
            known = untimed.get(id.value());
            if (time == null) {
                return; // it may be described again
            }
        }
        if (known == null || time == null || !time.isUsable()) {
            return;
        }
        place(described.context().eventId(), id, known, time.middleMillis(), time.clock(), log, out);
    }

    /** The first reading of a device's clock corrects what was received before it: a dock may read it late. */
    private void measured(ClockMeasured measured, String log, Collector<FeedRecord> out) throws Exception {
        String device = measured.deviceSerial();
        clocks.put(device, measured.offsetMillis());
        for (String name : at(unclocked, device)) {
            Recording known = recordings.get(name);
            if (known != null && known.clockOffsetMillis() == null) {
                place(
                        measured.context().eventId(),
                        new EvidenceId(name),
                        known,
                        known.fromMillis(),
                        Clock.DEVICE,
                        log,
                        out);
            }
        }
        unclocked.remove(device);
    }

    /**
     * Indexes a recording by its time, and feeds the changes of its links.
     *
     * @param cause the ID of the event that has the time
     * @param known the recording so far; its time is replaced. The clock reading that counted when it was received still counts, however late
     *     it is described
     * @param begunMillis when it began, by this clock
     */
    private void place(
            String cause,
            EvidenceId id,
            Recording known,
            long begunMillis,
            Clock clock,
            String log,
            Collector<FeedRecord> out)
            throws Exception {
        String device = known.deviceSerial();
        Long offset = device == null || clock != Clock.DEVICE
                ? null
                : known.clockOffsetMillis() != null ? known.clockOffsetMillis() : clocks.get(device);
        long from = begunMillis - (offset == null ? 0 : offset);
        if (!RecordTime.holds(from)) {
            return; // by its clock it was recorded before 1970 or after 9999: its time is not known
        }
        if (device != null && offset == null) {
            waitForClock(device, id.value(), clock == Clock.DEVICE);
        }
        Recording before = recordings.get(id.value());
        if (before != null && before.fromMillis() == from) {
            return;
        }
        if (before != null) {
            for (String place : before.places()) {
                remove(recordingsAt, place, id.value());
            }
        }
        untimed.remove(id.value());
        Recording recording = known.at(from, offset);
        NavigableSet<String> matches = new TreeSet<>();
        for (String place : recording.places()) {
            add(recordingsAt, place, id.value());
            for (String incident : at(incidentsAt, place)) {
                if (incidents.get(incident).matchedBy(recording, MARGIN_MILLIS) != null) {
                    matches.add(incident);
                }
            }
        }
        Recording now = recording.with(matches);
        recordings.put(id.value(), now);
        feedChanges(cause, log, id, before == null ? recording : before, now, out);
    }

    private void waitForClock(String device, String id, boolean waits) throws Exception {
        List<String> waiting = new ArrayList<>(at(unclocked, device));
        if (waiting.remove(id) || waits) {
            if (waits) {
                waiting.add(id);
            }
            unclocked.put(
                    device, List.copyOf(waiting.subList(Math.max(0, waiting.size() - UNCLOCKED_MAX), waiting.size())));
        }
    }

    private void dispatched(DispatchRecorded recorded, String log, Collector<FeedRecord> out) throws Exception {
        Incident now = Incident.of(recorded);
        Incident before = incidents.get(now.incidentNo());
        if (!now.replaces(before)) {
            return;
        }
        NavigableSet<String> near = new TreeSet<>();
        for (String place : before == null ? new TreeSet<String>() : before.places(MARGIN_MILLIS)) {
            remove(incidentsAt, place, now.incidentNo());
            near.addAll(at(recordingsAt, place));
        }
        for (String place : now.places(MARGIN_MILLIS)) {
            add(incidentsAt, place, now.incidentNo());
            near.addAll(at(recordingsAt, place));
        }
        incidents.put(now.incidentNo(), now);
        for (String id : near) {
            Recording recording = recordings.get(id);
            Recording after = recording.with(now.incidentNo(), now.matchedBy(recording, MARGIN_MILLIS) != null);
            if (!after.equals(recording)) {
                recordings.put(id, after);
                feedChanges(recorded.context().eventId(), log, new EvidenceId(id), recording, after, out);
            }
        }
    }

    /** An officer linked a recording or took a link back. A decision about the recording's incident ends the rule's part in it. */
    private void decided(EventContext context, CaseId caseId, boolean linkedNow, boolean incident) throws Exception {
        String id = context.evidenceId() == null ? "" : context.evidenceId().value();
        MapState<String, Recording> in = recordings.contains(id) ? recordings : untimed;
        Recording recording = in.get(id);
        if (recording != null) {
            boolean forGood = incident || recording.matches().contains(caseId.value());
            in.put(id, recording.decided(caseId.value(), linkedNow, forGood));
        }
    }

    /**
     * Feeds the changes of one recording.
     *
     * @param cause the ID of the event that changed the recording: each event does so once, so the IDs of the fed events follow from it
     */
    private void feedChanges(
            String cause, String log, EvidenceId id, Recording before, Recording now, Collector<FeedRecord> out)
            throws Exception {
        if (now.decided()) {
            return;
        }
        String linkedBefore = before.linked();
        String linked = now.linked();
        if (linkedBefore != null && !linkedBefore.equals(linked)) {
            String why = RULE + " " + VERSION + ": "
                    + (now.matches().contains(linkedBefore)
                            ? now.matches().size() + " dispatch records match now"
                            : "the recording and the dispatch record do not match any more");
            out.collect(fed(
                    log,
                    new UnlinkedFromCase(
                            context(UnlinkedFromCase.class, cause, id, linkedBefore, why), new CaseId(linkedBefore))));
        }
        if (linked != null && !linked.equals(linkedBefore)) {
            out.collect(fed(
                    log,
                    new LinkedToCase(
                            context(LinkedToCase.class, cause, id, linked, null),
                            new CaseId(linked),
                            Basis.RULE,
                            CaseKind.INCIDENT,
                            rule(now))));
        } else if (now.open() || (before.open() && linked == null)) {
            out.collect(fed(
                    log,
                    new LinkProposed(
                            context(LinkProposed.class, cause, id, "", null),
                            rule(now.open() ? now : now.with(new TreeSet<>())))));
        }
    }

    private LinkRule rule(Recording recording) throws Exception {
        List<Candidate> candidates = new ArrayList<>();
        for (String match : recording.matches()) {
            if (candidates.size() < LinkRule.CANDIDATES_MAX) {
                Incident incident = incidents.get(match);
                candidates.add(incident.candidate(incident.matchedBy(recording, MARGIN_MILLIS)));
            }
        }
        return new LinkRule(
                RULE,
                VERSION,
                MARGIN_MILLIS / 1_000,
                Instant.ofEpochMilli(recording.fromMillis()),
                recording.clockOffsetMillis(),
                recording.matches().size(),
                candidates);
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, String cause, EvidenceId id, String caseId, String purpose) {
        return EventContext.of(
                EventContext.idFor(type, cause + "\n" + id + "\n" + caseId),
                id,
                Instant.now(),
                LINKER,
                purpose,
                Part.INGEST_JOB.id());
    }

    private static FeedRecord fed(String log, CustodyEvent event) {
        return ToFeed.record(log, event);
    }

    private static void add(MapState<String, List<String>> index, String place, String name) throws Exception {
        List<String> there = new ArrayList<>(at(index, place));
        there.add(name);
        index.put(place, there);
    }

    private static void remove(MapState<String, List<String>> index, String place, String name) throws Exception {
        List<String> there = new ArrayList<>(at(index, place));
        there.remove(name);
        if (there.isEmpty()) {
            index.remove(place);
        } else {
            index.put(place, there);
        }
    }
}
