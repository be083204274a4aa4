package org.liuhen.custody.evidence;

import java.time.Instant;

/**
 * The times that the record can hold: the years 1970 to 9999, in UTC. RFC 3339 (§5.6) writes years with four digits; within these
 * bounds milliseconds since 1970 are exact and arithmetic with them cannot overflow.
 */
public final class RecordTime {
    /** 1970-01-01T00:00:00Z. */
    public static final Instant MIN = Instant.EPOCH;

    /** 9999-12-31T23:59:59.999999999Z. */
    public static final Instant MAX = Instant.ofEpochSecond(253_402_300_799L, 999_999_999);

    private RecordTime() {}

    /** Whether the record can hold this time. */
    public static boolean holds(Instant time) {
        return !time.isBefore(MIN) && !time.isAfter(MAX);
    }

    /** Whether the record can hold this time, in milliseconds since 1970. */
    public static boolean holds(long millis) {
        return millis >= MIN.toEpochMilli() && millis <= MAX.toEpochMilli();
    }

    /**
     * The time, if the record can hold it; null stays null.
     *
     * @param name what to call it in the message of the {@link IllegalArgumentException} that refuses it
     */
    public static Instant require(String name, Instant time) {
        if (time != null && !holds(time)) {
            throw new IllegalArgumentException(name + " is a time in the years 1970 to 9999 (UTC)");
        }
        return time;
    }
}
