package org.liuhen.review.projection;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * A text as it is compared: full width and half width are the same (Unicode NFKC), capital and small letters are the same, and white space is
 * one space between words that are written with spaces and nothing beside Chinese characters, so that the end of a line on a page parts no word.
 * Characters without width and control characters are left out. Each character knows its place in the original, so that what was found in the
 * folded text can be shown as it was written.
 */
public final class FoldedText {
    private final StringBuilder folded;
    private int[] places; // the place in the original of each char of the folded text
    private int lastCodePoint;
    private int spaceAt = -1;

    private FoldedText(int length) {
        folded = new StringBuilder(length);
        places = new int[Math.max(16, length)];
    }

    /** Folds a text. */
    public static FoldedText of(String original) {
        FoldedText text = new FoldedText(original.length());
        for (int at = 0; at < original.length(); ) {
            int point = original.codePointAt(at);
            int next = at + Character.charCount(point);
            while (next < original.length() && joins(original.codePointAt(next))) {
                next += Character.charCount(original.codePointAt(next));
            }
            if (next == at + Character.charCount(point) && isPlain(point)) {
                text.add(point, at);
            } else {
                String cluster = Normalizer.normalize(original.substring(at, next), Normalizer.Form.NFKC)
                        .toLowerCase(Locale.ROOT);
                int from = at;
                cluster.codePoints().forEach(one -> text.add(one, from));
            }
            at = next;
        }
        return text;
    }

    /** Whether the character is a part of the one before it: a mark above or below it, or the voicing of a half-width kana. */
    private static boolean joins(int point) {
        if (isPlain(point)) {
            return false;
        }
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || point == 0xff9e
                || point == 0xff9f;
    }

    /** Whether nothing has to be asked about the character: it is what it is folded to. */
    private static boolean isPlain(int point) {
        return (point >= 0x4e00 && point <= 0x9fff) || (point < 0x80 && !(point >= 'A' && point <= 'Z'));
    }

    private void add(int point, int place) {
        if (Character.isWhitespace(point) || Character.isSpaceChar(point) || Character.isISOControl(point)) {
            spaceAt = spaceAt < 0 ? place : spaceAt;
            return;
        }
        if (Character.getType(point) == Character.FORMAT || Character.getType(point) == Character.SURROGATE) {
            return;
        }
        if (spaceAt >= 0 && folded.length() > 0 && !isChinese(lastCodePoint) && !isChinese(point)) {
            append(' ', spaceAt);
        }
        spaceAt = -1;
        append(point, place);
        lastCodePoint = point;
    }

    private void append(int point, int place) {
        int begin = folded.length();
        folded.appendCodePoint(point);
        if (folded.length() > places.length) {
            places = Arrays.copyOf(places, 2 * places.length);
        }
        Arrays.fill(places, begin, folded.length(), place);
    }

    /** Whether the character belongs to a script that puts no spaces between words, or to its punctuation. */
    private static boolean isChinese(int point) {
        return Character.isIdeographic(point)
                || (point >= 0x3000 && point <= 0x312f) // punctuation, kana, bopomofo
                || (point >= 0xff00 && point <= 0xffef);
    }

    /** The folded text. */
    public String text() {
        return folded.toString();
    }

    /**
     * The place in the original of a place in the folded text, in chars.
     *
     * @param end the length of the original, which is the place of the end of the folded text
     */
    public int place(int at, int end) {
        return at < folded.length() ? places[at] : end;
    }
}
