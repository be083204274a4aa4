package org.liuhen.custody.evidence;

import java.util.stream.IntStream;

/**
 * Which characters may not stand in a name that people compare by eye. The list is closed and stands in docs/formats/log.md: the categories of a
 * Unicode version would be others for each program that reads the record.
 */
public final class Text {
    /**
     * Hidden characters, as ranges of a character class: control characters, those that show nothing or change a direction (category Cf of Unicode
     * 13), halves of characters, and separators of lines and paragraphs.
     */
    public static final String HIDDEN =
            "\u0000-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e\u200b-\u200f"
                    + "\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
                    + range(0x110bd, 0x110bd) + range(0x110cd, 0x110cd) + range(0x13430, 0x13438)
                    + range(0x1bca0, 0x1bca3)
                    + range(0x1d173, 0x1d17a) + range(0xe0001, 0xe0001) + range(0xe0020, 0xe007f);

    /**
     * What joins or separates the letters beside it: U+180E, U+200C and U+200D. Mongolian, Persian and Indic words and many emoji are not written
     * without them, so the name of a file may have them; it is not made of them alone.
     */
    public static final String JOINERS = "\u180e\u200c\u200d";

    /** {@link #HIDDEN} without {@link #JOINERS}. */
    public static final String HIDDEN_IN_FILE_NAMES = HIDDEN.replace("\u180e\u200b-\u200f", "\u200b\u200e\u200f");

    /** Blanks, as ranges of a character class: a name is not made of them alone. */
    public static final String BLANK = "\t-\r\u001c- \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000";

    private static final int[] HIDDEN_RANGES = ranges();
    private static final boolean[] LOWER_HEX = new boolean[128];

    static {
        "0123456789abcdef".chars().forEach(digit -> LOWER_HEX[digit] = true);
    }

    private Text() {}

    private static String range(int first, int last) {
        return Character.toString(first) + (first == last ? "" : "-" + Character.toString(last));
    }

    /** First and last of each range of {@link #HIDDEN}. */
    private static int[] ranges() {
        int[] points = HIDDEN.codePoints().toArray();
        IntStream.Builder ranges = IntStream.builder();
        for (int i = 0; i < points.length; i++) {
            ranges.add(points[i]);
            if (i + 2 < points.length && points[i + 1] == '-') {
                i += 2;
            }
            ranges.add(points[i]);
        }
        return ranges.build().toArray();
    }

    static boolean isHidden(int codePoint) {
        for (int i = 0; i < HIDDEN_RANGES.length && HIDDEN_RANGES[i] <= codePoint; i += 2) {
            if (codePoint <= HIDDEN_RANGES[i + 1]) {
                return true;
            }
        }
        return false;
    }

    static boolean isJoiner(int codePoint) {
        return JOINERS.indexOf(codePoint) >= 0;
    }

    /** How many characters (Unicode code points) this text has: what lengths in the record count. */
    public static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Whether this text holds control or direction marks, which a reader does not see. */
    public static boolean hasHidden(String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (isHidden(text.codePointAt(i))) {
                return true;
            }
        }
        return false;
    }

    static boolean isLowerHex(String text, int length) {
        if (text == null || text.length() != length) {
            return false;
        }
        boolean good = true; // no branch per character: digits are random, and each entry of a log has four digests
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            good &= c < LOWER_HEX.length && LOWER_HEX[c];
        }
        return good;
    }
}
