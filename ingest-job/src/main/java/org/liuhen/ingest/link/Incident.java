package org.liuhen.ingest.link;

import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.LinkRule.Candidate;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.DispatchRecord;

/**
 * The newest dispatch record of an incident, as Flink state. Savepoints name this class. All times are in milliseconds since 1970.
 *
 * @param incidentNo its number
 * @param eventId the ID of the event that reported it
 * @param revision the revision of the record
 * @param officerNos the officers who were sent
 * @param deviceSerials the devices that they carried
 * @param dispatchedMillis when they were sent
 * @param clearedMillis when the call was cleared, or null
 * @param untilMillis until when the call counts as open
 */
public record Incident(
        String incidentNo,
        String eventId,
        long revision,
        List<String> officerNos,
        List<String> deviceSerials,
        long dispatchedMillis,
        Long clearedMillis,
        long untilMillis) {

    static Incident of(DispatchRecorded recorded) {
        DispatchRecord dispatch = recorded.dispatch();
        return new Incident(
                dispatch.incidentNo().value(),
                recorded.context().eventId(),
                dispatch.revision(),
                dispatch.officerNos(),
                dispatch.deviceSerials(),
                dispatch.dispatchedAt().toEpochMilli(),
                dispatch.clearedAt() == null ? null : dispatch.clearedAt().toEpochMilli(),
                dispatch.until().toEpochMilli());
    }

    /** Whether this is the later record. Between two of one revision the greater event ID wins, so the order of arrival does not matter. */
    boolean replaces(Incident other) {
        return other == null
                || revision > other.revision
                || (revision == other.revision && eventId.compareTo(other.eventId) > 0);
    }

    /** The officer or device that the recording and the dispatch have in common; null where the recording does not fit. */
    String matchedBy(Recording recording, long marginMillis) {
        if (recording.fromMillis() < dispatchedMillis - marginMillis
                || recording.fromMillis() > untilMillis + marginMillis) {
            return null;
        }
        if (recording.officerNo() != null && officerNos.contains(recording.officerNo())) {
            return "officer " + recording.officerNo();
        }
        return recording.deviceSerial() != null && deviceSerials.contains(recording.deviceSerial())
                ? "device " + recording.deviceSerial()
                : null;
    }

    Candidate candidate(String matchedBy) {
        return new Candidate(
                new CaseId(incidentNo),
                eventId,
                Instant.ofEpochMilli(dispatchedMillis),
                clearedMillis == null ? null : Instant.ofEpochMilli(clearedMillis),
                matchedBy);
    }

    /** The keys of the index under which fitting recordings are found. */
    NavigableSet<String> places(long marginMillis) {
        NavigableSet<String> places = new TreeSet<>();
        for (long hour = Recording.hour(dispatchedMillis - marginMillis);
                hour <= Recording.hour(untilMillis + marginMillis);
                hour++) {
            for (String officerNo : officerNos) {
                places.add(Recording.ofOfficer(officerNo, hour));
            }
            for (String deviceSerial : deviceSerials) {
                places.add(Recording.ofDevice(deviceSerial, hour));
            }
        }
        return places;
    }
}
