package org.liuhen.custody.evidence;

import java.text.Normalizer;

/**
 * The name that the sender gave to a file. It is a claim to show, never a path to open: separators are refused, and so
 * are characters that make a name look like another one (Unicode UAX #9 direction marks). What joins letters and emoji stays
 * ({@link Text#JOINERS}).
 */
public record FileName(String value) {
    /** The longest file name, in characters (Unicode code points). */
    public static final int CODE_POINTS_MAX = 255;

    public FileName {
        value = Normalizer.normalize(value, Normalizer.Form.NFC);
        int codePoints = value.codePointCount(0, value.length());
        if (codePoints < 1
                || codePoints > CODE_POINTS_MAX
                || value.codePoints().anyMatch(c -> (Text.isHidden(c) && !Text.isJoiner(c)) || c == '/' || c == '\\')
                || value.codePoints().allMatch(Text::isJoiner)
                || value.equals(".")
                || value.equals("..")) {
            throw new IllegalArgumentException("A file name has 1 to " + CODE_POINTS_MAX
                    + " characters without path separators, control or direction marks; got " + codePoints);
        }
    }
}
