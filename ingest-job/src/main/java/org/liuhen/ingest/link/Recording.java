package org.liuhen.ingest.link;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A recording with the result of the rule, as Flink state. Savepoints name this class.
 *
 * @param fromMillis when it began, in milliseconds since 1970
 * @param clockOffsetMillis how far the device's clock was ahead, by which {@code fromMillis} is corrected; null where the clock was not measured
 * @param officerNo the officer who recorded it, or null
 * @param deviceSerial the device that recorded it, or null
 * @param incidentNo the incident that the sender named, or null
 * @param cases the cases to which the sender or an officer linked it
 * @param matches the incidents that match now, in the order of their numbers
 * @param decided whether an officer has linked or unlinked it: from then on the rule does nothing
 */
public record Recording(
        long fromMillis,
        Long clockOffsetMillis,
        String officerNo,
        String deviceSerial,
        String incidentNo,
        List<String> cases,
        List<String> matches,
        boolean decided) {

    /** The incident that the rule links the recording to, or null. The number that the sender named decides among several. */
    String linked() {
        if (linkedByOthers()) {
            return null;
        }
        return matches.size() == 1
                ? matches.get(0)
                : incidentNo != null && matches.contains(incidentNo) ? incidentNo : null;
    }

    /** Whether an officer has to choose. */
    boolean open() {
        return !linkedByOthers() && linked() == null && !matches.isEmpty();
    }

    /** Whether the sender or an officer has linked it to an incident that matches: then the rule adds nothing. */
    private boolean linkedByOthers() {
        return cases.stream().anyMatch(matches::contains);
    }

    /** The same at another time, which nothing matches yet. */
    Recording at(long itsFromMillis, Long offsetMillis) {
        return new Recording(
                itsFromMillis, offsetMillis, officerNo, deviceSerial, incidentNo, cases, List.of(), decided);
    }

    Recording with(NavigableSet<String> nowMatching) {
        return with(cases, List.copyOf(nowMatching), decided);
    }

    private Recording with(List<String> itsCases, List<String> itsMatches, boolean isDecided) {
        return new Recording(
                fromMillis, clockOffsetMillis, officerNo, deviceSerial, incidentNo, itsCases, itsMatches, isDecided);
    }

    Recording with(String incident, boolean matching) {
        NavigableSet<String> now = new TreeSet<>(matches);
        if (matching) {
            now.add(incident);
        } else {
            now.remove(incident);
        }
        return with(now);
    }

    /** After an officer linked it to this case, or took that link back. */
    Recording decided(String caseId, boolean linkedNow, boolean forGood) {
        NavigableSet<String> now = new TreeSet<>(cases);
        if (linkedNow) {
            now.add(caseId);
        } else {
            now.remove(caseId);
        }
        return with(List.copyOf(now), matches, decided || forGood);
    }

    /** The keys of the index under which fitting incidents are found. */
    NavigableSet<String> places() {
        NavigableSet<String> places = new TreeSet<>();
        long hour = hour(fromMillis);
        if (officerNo != null) {
            places.add(ofOfficer(officerNo, hour));
        }
        if (deviceSerial != null) {
            places.add(ofDevice(deviceSerial, hour));
        }
        return places;
    }

    static String ofOfficer(String officerNo, long hour) {
        return "officer " + hour + " " + officerNo;
    }

    static String ofDevice(String deviceSerial, long hour) {
        return "device " + hour + " " + deviceSerial;
    }

    /** The hour since 1970 of a time. */
    static long hour(long millis) {
        return Math.floorDiv(millis, 3_600_000L);
    }
}
