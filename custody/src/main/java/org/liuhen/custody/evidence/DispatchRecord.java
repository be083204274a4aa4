package org.liuhen.custody.evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/**
 * One dispatch (接处警) as the command centre tells it: who was sent to which incident, from when to when. What is known of an
 * incident grows, so a record of a higher revision takes the place of the earlier ones.
 *
 * @param incidentNo the number of the incident report (警情编号)
 * @param revision counts the versions of this record, 0 or more, such as the second at which it was changed
 * @param unitCode the unit that was sent, or null
 * @param officerNos the officers who were sent, sorted, each once
 * @param deviceSerials the devices that they carry, sorted, each once
 * @param dispatchedAt when they were sent
 * @param clearedAt when the call was cleared, or null while it is open
 */
public record DispatchRecord(
        CaseId incidentNo,
        long revision,
        @Nullable String unitCode,
        List<String> officerNos,
        List<String> deviceSerials,
        Instant dispatchedAt,
        @Nullable Instant clearedAt) {
    /** A call that nobody has cleared counts as open for this long. */
    public static final Duration OPEN_MAX = Duration.ofHours(24);

    /** The longest call. */
    public static final Duration CALL_MAX = Duration.ofDays(7);

    /** A recording of the call is missing where none is there so long after it ended. */
    public static final Duration RECORDED_WITHIN = Duration.ofDays(1);

    /** A record that comes later than that is looked at so long after it came: its links come after it. */
    public static final Duration LINKED_WITHIN = Duration.ofMinutes(10);

    private static final int PARTIES_MAX = 64;

    /** The longest name of a unit, an officer or a device, in characters (Unicode code points). */
    public static final int CHARACTERS_MAX = 128;

    public DispatchRecord {
        if (incidentNo == null) {
            throw new IllegalArgumentException("incidentNo is missing");
        }
        if (revision < 0 || revision > 1L << 53) {
            throw new IllegalArgumentException("revision is a number from 0 to 2^53");
        }
        officerNos = parties("officerNos", officerNos);
        deviceSerials = parties("deviceSerials", deviceSerials);
        if (officerNos.isEmpty() && deviceSerials.isEmpty()) {
            throw new IllegalArgumentException("A dispatch names at least one of officerNos and deviceSerials");
        }
        if (dispatchedAt == null) {
            throw new IllegalArgumentException("dispatchedAt is missing");
        }
        RecordTime.require("dispatchedAt", dispatchedAt);
        RecordTime.require("the end of the call", dispatchedAt.plus(CALL_MAX));
        if (clearedAt != null && (clearedAt.isBefore(dispatchedAt) || clearedAt.isAfter(dispatchedAt.plus(CALL_MAX)))) {
            throw new IllegalArgumentException(
                    "clearedAt is neither before dispatchedAt nor more than " + CALL_MAX.toDays() + " days after it");
        }
        if (unitCode != null) {
            check("unitCode", unitCode);
        }
    }

    private static List<String> parties(String name, List<String> given) {
        List<String> parties = given == null ? List.of() : List.copyOf(new TreeSet<>(given));
        if (parties.size() > PARTIES_MAX) {
            throw new IllegalArgumentException(name + " has at most " + PARTIES_MAX + "; got " + parties.size());
        }
        parties.forEach(party -> check(name, party));
        return parties;
    }

    private static void check(String name, String value) {
        if (value.isBlank() || Text.length(value) > CHARACTERS_MAX || Text.hasHidden(value)) {
            throw new IllegalArgumentException(name + " has 1 to " + CHARACTERS_MAX
                    + " characters each, none of them control or direction marks; got " + value.length());
        }
    }

    /** When the call ended, or until when it counts as open. */
    public Instant until() {
        return clearedAt == null ? dispatchedAt.plus(OPEN_MAX) : clearedAt;
    }
}
