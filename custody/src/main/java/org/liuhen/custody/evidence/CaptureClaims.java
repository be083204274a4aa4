package org.liuhen.custody.evidence;

import java.time.Instant;
import java.util.List;

/**
 * What the sender says about how a recording came to be. Claims, each kept as it was made, none of them a fact yet.
 *
 * @param incidentNo the number of the incident report (警情), or null
 * @param officerNo the officer who recorded it, or null
 * @param unitCode that officer's unit, or null
 * @param deviceSerial the device that recorded it, or null
 * @param captureStart when the recording began by the device's clock, or null
 * @param captureEnd when it ended by the device's clock, or null
 * @param sequence the device's own number of the recording, 0 to {@link #SEQUENCE_MAX}, or null
 * @param recordingId the name of the recording that this file is a segment of, the same for all of them, or null
 * @param segment which segment of the recording this is, from 1 on, or null
 * @param segmentCount how many segments the recording has, or null where the device does not know
 * @param marked true where the officer marked the recording as important (重点标记) on the device, else null
 * @param others what else the sender said, under names that have no meaning here, in the order sent; null where that is nothing
 */
public record CaptureClaims(
        @Nullable String incidentNo,
        @Nullable String officerNo,
        @Nullable String unitCode,
        @Nullable String deviceSerial,
        @Nullable Instant captureStart,
        @Nullable Instant captureEnd,
        @Nullable Long sequence,
        @Nullable String recordingId,
        @Nullable Integer segment,
        @Nullable Integer segmentCount,
        @Nullable Boolean marked,
        @Nullable List<OtherClaim> others) {
    /** The largest sequence number: the largest integer that every JSON reader reads exactly (RFC 8259 §6, RFC 7493 §2.2). */
    public static final long SEQUENCE_MAX = (1L << 53) - 1;

    /** The largest number of segments of a recording. */
    public static final int SEGMENTS_MAX = 10_000;

    /** The longest claim, in characters (Unicode code points). */
    public static final int CHARACTERS_MAX = 128;

    /** The longest value of an other claim, in characters (Unicode code points). */
    public static final int OTHER_MAX = 256;

    /**
     * One more claim, kept as it came.
     *
     * @param name as the sender named it
     * @param value what the sender said, or null where the name is all
     */
    public record OtherClaim(String name, @Nullable String value) {
        public OtherClaim {
            check("the name of a claim", name);
            if (value != null && (Text.length(value) > OTHER_MAX || Text.hasHidden(value))) {
                throw new IllegalArgumentException(name + " has at most " + OTHER_MAX
                        + " characters, none of them control or direction marks; got " + value.length());
            }
        }
    }

    public CaptureClaims {
        check("incidentNo", incidentNo);
        check("officerNo", officerNo);
        check("unitCode", unitCode);
        check("deviceSerial", deviceSerial);
        RecordTime.require("captureStart", captureStart);
        RecordTime.require("captureEnd", captureEnd);
        if (captureStart != null && captureEnd != null && captureEnd.isBefore(captureStart)) {
            throw new IllegalArgumentException("captureEnd is before captureStart");
        }
        if (sequence != null && (sequence < 0 || sequence > SEQUENCE_MAX)) {
            throw new IllegalArgumentException("seq is a number from 0 to 2^53 - 1");
        }
        check("recordingId", recordingId);
        if ((recordingId == null) != (segment == null) || (segmentCount != null && recordingId == null)) {
            throw new IllegalArgumentException("A segment has both recordingId and segment, and may have segmentCount");
        }
        int last = segmentCount == null ? SEGMENTS_MAX : segmentCount;
        if (segment != null && (segment < 1 || segment > last || last > SEGMENTS_MAX)) {
            throw new IllegalArgumentException(
                    "segment is a number from 1 to segmentCount, which is at most " + SEGMENTS_MAX);
        }
        others = others == null ? null : List.copyOf(others);
    }

    /** Of a recording in one file. */
    public CaptureClaims(
            String incidentNo,
            String officerNo,
            String unitCode,
            String deviceSerial,
            Instant captureStart,
            Instant captureEnd,
            Long sequence) {
        this(
                incidentNo,
                officerNo,
                unitCode,
                deviceSerial,
                captureStart,
                captureEnd,
                sequence,
                null,
                null,
                null,
                null,
                null);
    }

    private static void check(String name, String value) {
        if (value != null
                && (value.isBlank()
                        || Text.length(value) > CHARACTERS_MAX
                        || value.codePoints().anyMatch(Text::isHidden))) {
            throw new IllegalArgumentException(name + " has 1 to " + CHARACTERS_MAX
                    + " characters, none of them control or direction marks; got " + value.length());
        }
    }
}
