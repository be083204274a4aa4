package org.liuhen.ingest.link;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.DispatchEvent.LinkProposed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.GapEvent.GapKind;
import org.liuhen.custody.event.GapEvent.TimePassed;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.custody.feed.Part;
import org.liuhen.ingest.feed.FeedFunction;
import org.liuhen.ingest.feed.ToFeed;
import org.liuhen.job.FeedRecord;

/**
 * Finds recordings and items that should be there and are not, a day after they should have been. Time is what the broker wrote on the events
 * of the feed: what is due is looked at before the first event that was appended later, so all findings follow from the feed and are the same
 * whenever the feed is read. Where nothing happens, a timer puts a {@code timePassed} event into the feed.
 *
 * <p>A recording counts for an incident if it is linked to it or proposed for it.
 */
public final class GapFunction extends FeedFunction {
    /** The kinds of event that count here; {@code timePassed} is this operator's own, which its source has to let through. */
    public static final List<String> KINDS = List.of(
            "declared",
            "withdrawn",
            "received",
            "described",
            "clockMeasured",
            "dispatchRecorded",
            "linkedToCase",
            "unlinkedFromCase",
            "linkProposed",
            "timePassed");

    static final long DAY_MILLIS = DispatchRecord.RECORDED_WITHIN.toMillis();

    /** An incident that is recorded late is looked at this long after that: its links come after it. */
    static final long GRACE_MILLIS = DispatchRecord.LINKED_WITHIN.toMillis();

    /** The feed is quiet when nothing came for this long. */
    static final long QUIET_MILLIS = 60_000;

    private static final String INCIDENT = "incident ";
    private static final String ITEM = "item ";

    private transient Agenda agenda;
    private transient MapState<String, Incident> incidents;
    private transient MapState<String, Boolean> judged;
    private transient MapState<String, List<String>> recordingsOf;
    private transient MapState<String, List<String>> proposedFor;
    private transient MapState<String, Long> clocks;
    private transient MapState<String, Long> ends;
    private transient MapState<String, Long> announced;

    /** When an item was received, by how much its device's clock was ahead then (or nothing), and which device, with blanks between. */
    private transient MapState<String, String> arrivals;

    private transient OpenGaps gaps;

    /** When the newest event of each log came, in milliseconds; the logs of one subtask are not quiet together. */
    private transient Map<String, Long> lastCame;

    /** For all logs. */
    public GapFunction() {
        super("gaps", KINDS);
    }

    @Override
    public void open(OpenContext context) {
        super.open(context);
        agenda = new Agenda(getRuntimeContext());
        incidents = state("incidents", TypeInformation.of(Incident.class));
        judged = state("judged", Types.BOOLEAN);
        recordingsOf = state("recordings-of", Types.LIST(Types.STRING));
        proposedFor = state("proposed-for", Types.LIST(Types.STRING));
        clocks = state("clocks", Types.LONG);
        ends = state("ends", Types.LONG);
        announced = state("announced", Types.LONG);
        arrivals = state("arrivals", Types.STRING);
        gaps = new OpenGaps(state("open", Types.BOOLEAN));
        lastCame = new HashMap<>();
    }

    /** The event that is being processed, and its place in the feed; no event ID where something is due before it. */
    private record Now(FeedRecord fed, String eventId, Context context, Collector<FeedRecord> out) {
        long millis() {
            return fed.appendedMillis();
        }
    }

    @Override
    public void processElement(FeedRecord fed, Context context, Collector<FeedRecord> out) throws Exception {
        lastCame.put(context.getCurrentKey(), context.timerService().currentProcessingTime());
        lookAtWhatIsDue(fed, context, out);
        super.processElement(fed, context, out);
    }

    @Override
    protected void process(CustodyEvent event, FeedRecord fed, Context context, Collector<FeedRecord> out)
            throws Exception {
        Now now = new Now(fed, event.context().eventId(), context, out);
        EvidenceId item = event.context().evidenceId();
        if (event instanceof DispatchRecorded recorded) {
            dispatched(Incident.of(recorded), now);
        } else if (event instanceof ClockMeasured measured) {
            clocks.put(measured.deviceSerial(), measured.offsetMillis());
        } else if (item != null) {
            about(item, event, now);
        }
    }

    private void about(EvidenceId item, CustodyEvent event, Now now) throws Exception {
        String id = item.value();
        if (event instanceof Declared) {
            announced.put(id, now.millis());
            lookLater(ITEM + id, now.millis() + DAY_MILLIS, now);
        } else if (event instanceof Withdrawn) {
            arrived(id); // a gap that was found before stays
        } else if (event instanceof Received received) {
            received(item, received, now);
        } else if (event instanceof Described described) {
            described(item, described.captureTime(), now);
        } else if (event instanceof LinkedToCase linked) {
            String caseId = linked.caseId().value();
            if (linked.basis() == Basis.RULE || at(proposedFor, id).contains(caseId)) {
                propose(id, List.of(caseId), now); // the choice is made
                proposedFor.remove(id);
            } else {
                count(id, caseId, now);
            }
        } else if (event instanceof UnlinkedFromCase unlinked) {
            discount(id, unlinked.caseId().value(), now);
        } else if (event instanceof LinkProposed proposed) {
            propose(
                    id,
                    proposed.rule().candidates().stream()
                            .map(candidate -> candidate.incidentNo().value())
                            .toList(),
                    now);
        }
    }

    /** The item is not awaited any more. */
    private void arrived(String id) throws Exception {
        Long since = announced.get(id);
        if (since != null) {
            announced.remove(id);
            agenda.remove(ITEM + id, Agenda.minute(since + DAY_MILLIS));
        }
    }

    private void dispatched(Incident incident, Now now) throws Exception {
        if (incident.replaces(incidents.get(incident.incidentNo()))) {
            incidents.put(incident.incidentNo(), incident);
            judged.remove(incident.incidentNo()); // it is due anew
            lookLater(INCIDENT + incident.incidentNo(), incident.untilMillis() + DAY_MILLIS, now);
        }
    }

    private void received(EvidenceId item, Received received, Now now) throws Exception {
        String gapId = OpenGaps.id(GapKind.DECLARED_NOT_RECEIVED, item.value());
        arrived(item.value());
        close(gapId, item, "received", now.eventId(), now);
        CaptureClaims claims = received.capture();
        Actor sender = received.context().actor();
        String device = claims != null && claims.deviceSerial() != null
                ? claims.deviceSerial()
                : sender.kind() == Actor.Kind.DEVICE ? sender.id() : "";
        Long offset = clocks.get(device);
        arrivals.put(item.value(), now.millis() + " " + (offset == null ? "" : offset) + " " + device);
        if (claims != null && claims.captureEnd() != null) {
            ended(item, claims.captureEnd().toEpochMilli(), Clock.DEVICE, now);
        }
    }

    /** The capture time of a description replaces what the sender stated, which it takes into account. */
    private void described(EvidenceId item, CaptureTime time, Now now) throws Exception {
        if (time != null && time.isUsable() && time.lengthMillis() != null && arrivals.contains(item.value())) {
            ended(item, time.middleMillis() + time.lengthMillis(), time.clock(), now);
        }
    }

    private void ended(EvidenceId item, long endMillis, Clock clock, Now now) throws Exception {
        String[] arrival = arrivals.get(item.value()).split(" ", 3);
        Long offset =
                clock != Clock.DEVICE ? null : arrival[1].isEmpty() ? clocks.get(arrival[2]) : Long.valueOf(arrival[1]);
        long end = endMillis - (offset == null ? 0 : offset);
        if (!RecordTime.holds(end) || !RecordTime.holds(end + DAY_MILLIS)) {
            return; // when it ended is not known
        }
        ends.put(item.value(), end);
        long receivedMillis = Long.parseLong(arrival[0]);
        if (receivedMillis > end + DAY_MILLIS) {
            find(
                    GapKind.LATE_UPLOAD,
                    item.value(),
                    item,
                    end + DAY_MILLIS,
                    "received " + (receivedMillis - end) / 3_600_000 + " hours after the recording ended",
                    now.eventId(),
                    now);
        }
    }

    /** A recording is proposed for these incidents, and no longer for others. */
    private void propose(String id, List<String> incidentNos, Now now) throws Exception {
        List<String> before = at(proposedFor, id);
        for (String incidentNo : before) {
            if (!incidentNos.contains(incidentNo)) {
                discount(id, incidentNo, now);
            }
        }
        for (String incidentNo : incidentNos) {
            count(id, incidentNo, now);
        }
        proposedFor.put(id, incidentNos);
    }

    private void count(String id, String incidentNo, Now now) throws Exception {
        List<String> recordings = new ArrayList<>(at(recordingsOf, incidentNo));
        if (!recordings.contains(id)) {
            recordings.add(id);
            recordingsOf.put(incidentNo, recordings);
            if (judged.contains(incidentNo)) {
                judge(incidents.get(incidentNo), now.eventId(), now);
            }
        }
    }

    /** A recording does not count any more. What takes its place comes after it, so the incident is judged again a little later. */
    private void discount(String id, String incidentNo, Now now) throws Exception {
        List<String> recordings = new ArrayList<>(at(recordingsOf, incidentNo));
        if (recordings.remove(id)) {
            recordingsOf.put(incidentNo, recordings);
            if (judged.contains(incidentNo)) {
                lookLater(INCIDENT + incidentNo, now.millis(), now);
            }
        }
    }

    private void lookLater(String name, long dueMillis, Now now) throws Exception {
        long minute = Agenda.minute(Math.max(dueMillis, now.millis() + GRACE_MILLIS));
        agenda.add(name, minute);
        now.context().timerService().registerProcessingTimeTimer(Agenda.endMillis(minute) + QUIET_MILLIS);
    }

    /** Looks at all that was due in the minutes before this event. */
    private void lookAtWhatIsDue(FeedRecord fed, Context context, Collector<FeedRecord> out) throws Exception {
        long thisMinute = Agenda.minute(fed.appendedMillis());
        for (long past : agenda.dueMinutes(thisMinute)) {
            for (String name : agenda.take(past)) {
                try {
                    look(name, past, new Now(fed, null, context, out));
                } catch (RuntimeException | StackOverflowError broken) {
                    putAside("minute " + past + " " + name, null, broken, fed.log(), out);
                }
            }
        }
        agenda.reach(thisMinute);
    }

    private void look(String name, long minute, Now now) throws Exception {
        String cause = "minute " + minute;
        if (name.startsWith(ITEM)) {
            EvidenceId item = new EvidenceId(name.substring(ITEM.length()));
            Long since = announced.get(item.value());
            if (since != null) {
                String finding = "declared and not received within a day";
                find(GapKind.DECLARED_NOT_RECEIVED, item.value(), item, since + DAY_MILLIS, finding, cause, now);
            }
            return;
        }
        Incident incident = incidents.get(name.substring(INCIDENT.length()));
        if (Agenda.minute(incident.untilMillis() + DAY_MILLIS)
                <= minute) { // else it was revised, and is due again later
            judged.put(incident.incidentNo(), true);
            judge(incident, cause, now);
        }
    }

    private void judge(Incident incident, String cause, Now now) throws Exception {
        List<String> recordings = at(recordingsOf, incident.incidentNo());
        Long lastEnd = recordings.isEmpty() ? null : Long.MIN_VALUE;
        for (String id : recordings) {
            Long end = ends.get(id);
            lastEnd = end == null || lastEnd == null ? null : Long.valueOf(Math.max(lastEnd, end));
        }
        boolean endsBefore = lastEnd != null
                && incident.clearedMillis() != null
                && lastEnd < incident.clearedMillis() - LinkFunction.MARGIN_MILLIS;
        String with = "; dispatched to: " + parties(incident);
        set(
                GapKind.DISPATCH_WITHOUT_RECORDING,
                incident,
                recordings.isEmpty(),
                "no recording is linked to the incident or proposed for it" + with,
                cause,
                now);
        set(
                GapKind.ENDS_BEFORE_CLEARED,
                incident,
                endsBefore,
                endsBefore
                        ? "the last recording ends at " + Instant.ofEpochMilli(lastEnd) + ", the call was cleared at "
                                + Instant.ofEpochMilli(incident.clearedMillis()) + with
                        : null,
                cause,
                now);
    }

    private static String parties(Incident incident) {
        List<String> parties = new ArrayList<>(incident.officerNos());
        parties.addAll(incident.deviceSerials());
        return String.join(", ", parties);
    }

    private void set(GapKind kind, Incident incident, boolean gap, String finding, String cause, Now now)
            throws Exception {
        if (gap) {
            find(kind, incident.incidentNo(), null, incident.untilMillis() + DAY_MILLIS, finding, cause, now);
        } else {
            close(
                    OpenGaps.id(kind, incident.incidentNo()),
                    null,
                    "recordings of the incident are there now",
                    cause,
                    now);
        }
    }

    private void find(GapKind kind, String subject, EvidenceId item, long since, String finding, String cause, Now now)
            throws Exception {
        gaps.find(kind, subject, item, since, finding, cause).ifPresent(found -> feed(found, now));
    }

    private void close(String gapId, EvidenceId item, String why, String cause, Now now) throws Exception {
        gaps.close(gapId, item, why, cause).ifPresent(closed -> feed(closed, now));
    }

    private static void feed(CustodyEvent event, Now now) {
        now.out().collect(ToFeed.record(now.fed().log(), event));
    }

    /** Feeds {@code timePassed} if something is due and the feed was quiet for a while. */
    @Override
    public void onTimer(long at, OnTimerContext context, Collector<FeedRecord> out) throws Exception {
        long now = context.timerService().currentProcessingTime();
        String log = context.getCurrentKey();
        long quietSince =
                lastCame.computeIfAbsent(log, started -> now); // it has just started, and may have to catch up
        if (now < quietSince + QUIET_MILLIS) {
            context.timerService().registerProcessingTimeTimer(quietSince + QUIET_MILLIS);
            return;
        }
        if (!agenda.hasDue(Agenda.minute(now))) {
            return;
        }
        lastCame.put(log, now); // once is enough: the event comes back from the feed
        TimePassed passed = new TimePassed(EventContext.of(
                EventContext.idFor(TimePassed.class, log + "\n" + Agenda.minute(now)),
                null,
                Instant.ofEpochMilli(now),
                OpenGaps.FINDER,
                null,
                Part.INGEST_JOB.id()));
        out.collect(ToFeed.record(log, passed));
    }
}
