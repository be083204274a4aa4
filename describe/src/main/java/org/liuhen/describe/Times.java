package org.liuhen.describe;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the times that files state mean: whether their zone is known, and whether a clock was set at all. */
final class Times {
    /** ISO 8601 with its extended and its basic offsets, and the forms of Exif and of subtitles. */
    private static final Pattern TIME = Pattern.compile("([0-9]{4})[-:./]([0-9]{2})[-:./]([0-9]{2})(?:T| +)"
            + "([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9})[0-9]*)?)? ?(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?");

    /** What cameras make of the form that Exif prescribes: other separators, spaces for zeros, no seconds. */
    private static final Pattern EXIF = Pattern.compile("([0-9]{4})[-:/.] ?([0-9]{1,2})[-:/.] ?([0-9]{1,2})[ T:]+"
            + "([0-9]{1,2}): ?([0-9]{1,2})(?:: ?([0-9]{1,2})([.,Z+-].*)?)?\\s*");

    private static final int FIRST_GPS_YEAR = 80; // its time begins in 1980; two digits below that are of this century

    private Times() {}

    /**
     * A time of Exif in the form of ISO 8601; a text that has the digits of a day and is in no form that is known, as it stands; else an
     * empty text.
     */
    static String ofExif(String text) {
        String bare = text == null ? "" : text.replace('\0', ' ').strip();
        Matcher time = EXIF.matcher(bare);
        if (!time.matches()) {
            boolean readable = bare.matches("[\\p{L}\\p{N} .,:/+-]+") && !bare.startsWith("0000");
            return readable && bare.replaceAll("[^0-9]", "").length() >= 8 ? bare : "";
        }
        StringBuilder iso = new StringBuilder(time.group(1));
        String[] before = {"-", "-", "T", ":", ":"};
        for (int i = 2; i <= 6 && time.group(i) != null; i++) {
            iso.append(before[i - 2])
                    .append(time.group(i).length() == 1 ? "0" : "")
                    .append(time.group(i));
        }
        return iso + (time.group(7) == null ? "" : time.group(7));
    }

    /** {@code utc} or {@code offset} where the text has a zone, else {@code unknown}. */
    static String zone(String text) {
        Matcher time = TIME.matcher(text.strip());
        if (!time.matches() || time.group(8) == null) {
            return "unknown";
        }
        return time.group(8).startsWith("Z") || time.group(8).equals("UTC") ? "utc" : "offset";
    }

    /** The instant of a time that has a zone. */
    static Optional<Instant> instant(String text) {
        Matcher time = TIME.matcher(text.strip());
        if (!time.matches() || time.group(8) == null) {
            return Optional.empty();
        }
        String zone = time.group(8).equals("UTC") ? "Z" : time.group(8);
        try {
            return local(time).map(local -> local.toInstant(ZoneOffset.of(zone)));
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    /** The day and time of day in a text, whatever its zone. */
    static Optional<LocalDateTime> local(String text) {
        Matcher time = TIME.matcher(text.strip());
        return time.matches() ? local(time) : Optional.empty();
    }

    private static Optional<LocalDateTime> local(Matcher time) {
        try {
            String fraction = time.group(7) == null ? "" : time.group(7);
            return Optional.of(LocalDateTime.of(
                    Integer.parseInt(time.group(1)),
                    Integer.parseInt(time.group(2)),
                    Integer.parseInt(time.group(3)),
                    Integer.parseInt(time.group(4)),
                    Integer.parseInt(time.group(5)),
                    time.group(6) == null ? 0 : Integer.parseInt(time.group(6)),
                    Integer.parseInt((fraction + "000000000").substring(0, 9))));
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }

    /**
     * Whether this is no time but the beginning of an epoch: a field that was never filled. The epochs are those of MP4 and Macintosh (1904),
     * Unix (1970), and the year 0; in any zone, since a device may have taken zero for its own time.
     */
    static boolean neverSet(String text) {
        if (text.startsWith("0000") || text.matches("(1904|1970)[-:./]01[-:./]01")) {
            return true;
        }
        Optional<LocalDateTime> local = local(text);
        return local.isPresent()
                && (instant(text).filter(Times::isEpoch).isPresent()
                        || isEpoch(local.get().toInstant(ZoneOffset.UTC)));
    }

    private static boolean isEpoch(Instant instant) {
        return instant.equals(Instant.EPOCH) || instant.equals(Instant.parse("1904-01-01T00:00:00Z"));
    }

    /** Whether the time is of a clock that was never set and counts from an epoch: no device of those years writes these formats. */
    static boolean unsetClock(String text) {
        return text.matches("(?s)(1904|1970)[-:./]?[0-9]{2}.*|(1903|1969)[-:./]?12[-:./]?31.*");
    }

    /** The year that two digits of a GPS receiver mean: its time begins in 1980. */
    static int year(String twoDigits) {
        int year = Integer.parseInt(twoDigits);
        return year < FIRST_GPS_YEAR ? 2000 + year : 1900 + year;
    }
}
