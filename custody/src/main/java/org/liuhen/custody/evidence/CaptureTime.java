package org.liuhen.custody.evidence;

import java.time.Duration;
import java.time.Instant;

/**
 * When something was recorded, worked out from all that was claimed of it: it began between {@code earliest} and {@code latest}, by the clock that
 * is named. The exact claims are in the metadata.
 *
 * @param earliest it began then or later
 * @param latest it began then or earlier
 * @param lengthMillis how long it lasts, in milliseconds, 0 for a picture, or null where nobody knows
 * @param clock whose time it is
 * @param source the claims that decided, in words
 * @param rule the rule by which it was worked out, with its version, such as {@code capture-time/1}
 */
public record CaptureTime(
        Instant earliest, Instant latest, @Nullable Long lengthMillis, Clock clock, String source, String rule) {
    /** The longest length, in milliseconds: 366 days. */
    public static final long LENGTH_MILLIS_MAX = Duration.ofDays(366).toMillis();

    /** The longest {@code source}, in characters (Unicode code points). */
    public static final int SOURCE_CHARACTERS_MAX = 400;

    /** The longest {@code rule}, in characters. */
    public static final int RULE_CHARACTERS_MAX = 64;

    /** Beyond this, the time is too uncertain to say by itself to which incident a recording belongs. */
    private static final Duration USABLE = Duration.ofMinutes(10);

    /** Whose time a capture time is. */
    public enum Clock {
        /** The recording device's own, of which a dock may have measured how wrong it is. */
        DEVICE,
        /** That of navigation satellites. */
        SATELLITE
    }

    public CaptureTime {
        RecordTime.require("earliest", earliest);
        RecordTime.require("latest", latest);
        if (earliest.isAfter(latest)) {
            throw new IllegalArgumentException("earliest is after latest");
        }
        if (lengthMillis != null && (lengthMillis < 0 || lengthMillis > LENGTH_MILLIS_MAX)) {
            throw new IllegalArgumentException("lengthMillis is from 0 to " + LENGTH_MILLIS_MAX);
        }
        check("source", source, SOURCE_CHARACTERS_MAX);
        check("rule", rule, RULE_CHARACTERS_MAX);
    }

    private static void check(String name, String value, int charactersMax) {
        if (value.isBlank()
                || Text.length(value) > charactersMax
                || value.codePoints().anyMatch(Text::isHidden)) {
            throw new IllegalArgumentException(
                    name + " has 1 to " + charactersMax + " characters, none of them control or direction marks");
        }
    }

    /** Whether it is known to ten minutes. */
    public boolean isUsable() {
        return Duration.between(earliest, latest).compareTo(USABLE) <= 0;
    }

    /** The middle of what is possible, in milliseconds since 1970. */
    public long middleMillis() {
        return earliest.toEpochMilli() + Duration.between(earliest, latest).toMillis() / 2;
    }
}
