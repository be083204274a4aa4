package org.liuhen.review.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A part of the words of a document, as it is searched. Each part begins some hundred characters before the last one ends, so that what is
 * searched for lies in one of them as a whole.
 *
 * @param shown the part as the document has it, without U+0000, which PostgreSQL does not take
 * @param folded the part as it is compared ({@link FoldedText})
 */
public record Passage(String shown, String folded) {
    /** How many characters a person may search for at most; passages overlap by more. */
    public static final int SOUGHT_MAX = 100;

    private static final int STEP = 1_000;
    private static final int OVERLAP = 2 * SOUGHT_MAX; // a character may be two chars

    /** All passages of a text, in their order. */
    public static List<Passage> of(String text) {
        FoldedText folded = FoldedText.of(text);
        String all = folded.text();
        List<Passage> passages = new ArrayList<>();
        for (int from = 0; from < all.length(); ) {
            int to = whole(all, Math.min(all.length(), from + STEP + OVERLAP));
            String part = all.substring(from, to);
            String shown = text.substring(folded.place(from, text.length()), folded.place(to, text.length()));
            passages.add(new Passage(shown.replace('\0', ' '), part));
            from = to == all.length() ? to : whole(all, from + STEP);
        }
        return passages;
    }

    /** This place, or the one before it where it parts a character. */
    private static int whole(String text, int at) {
        return at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    /**
     * Each two characters that stand beside each other in a folded text, as one number. Two pairs beyond the Basic Multilingual Plane may have the
     * same number, so what is found by numbers has to be compared with the text. No pair has a space, for no word that is searched for has one.
     */
    public static int[] grams(String folded) {
        int[] points = folded.codePoints().toArray();
        return IntStream.range(0, Math.max(0, points.length - 1))
                .filter(i -> points[i] != ' ' && points[i + 1] != ' ')
                .map(i -> (points[i] << 16) ^ points[i + 1])
                .sorted()
                .distinct()
                .toArray();
    }
}
