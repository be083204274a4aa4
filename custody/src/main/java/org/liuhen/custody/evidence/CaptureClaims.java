package org.liuhen.custody.evidence;

import java.time.Instant;

/**
 * What the sender says about how a recording came to be. Claims, each kept as it was made, none of them a fact yet.
 *
 * @param incidentNo the number of the incident report (警情), or null
 * @param officerNo the officer who recorded it, or null
 * @param unitCode that officer's unit, or null
 * @param deviceSerial the device that recorded it, or null
 * @param captureStart when the recording began by the device's clock, or null
 * @param captureEnd when it ended by the device's clock, or null
 * @param sequence the device's own number of the recording, 0 or more, or null
 */
public record CaptureClaims(
        String incidentNo,
        String officerNo,
        String unitCode,
        String deviceSerial,
        Instant captureStart,
        Instant captureEnd,
        Long sequence) {
    private static final int CHARACTERS_MAX = 128;

    public CaptureClaims {
        check("incidentNo", incidentNo);
        check("officerNo", officerNo);
        check("unitCode", unitCode);
        check("deviceSerial", deviceSerial);
        if (captureStart != null && captureEnd != null && captureEnd.isBefore(captureStart)) {
            throw new IllegalArgumentException("captureEnd is before captureStart");
        }
        if (sequence != null && sequence < 0) {
            throw new IllegalArgumentException("seq is a number of 0 or more");
        }
    }

    private static void check(String name, String value) {
        if (value != null
                && (value.isBlank()
                        || value.length() > CHARACTERS_MAX
                        || value.codePoints().anyMatch(Text::isHidden))) {
            throw new IllegalArgumentException(name + " has 1 to " + CHARACTERS_MAX
                    + " characters, none of them control or direction marks; got " + value.length());
        }
    }
}
