package org.liuhen.review.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.liuhen.review.projection.FoldedText;
import org.liuhen.review.projection.Passage;

/**
 * What a person searches for in the words of documents: one or more words, of which a document must have all, anywhere in it. A word is found
 * wherever its characters stand, also within a longer one, for Chinese has no spaces between words. No character has a special meaning.
 *
 * @param words the words as they are compared ({@link FoldedText}), each with two characters at least
 */
public record DocumentSearch(List<String> words) {
    private static final int CHARACTERS_MIN = 2;

    private static final int BEFORE = 30;
    private static final int AFTER = 60;

    /** A passage has a word as a whole. The numbers of its pairs are looked up in an index; then the word itself is compared. */
    private static final String HAS = "grams @> ?::int[] and position(? in folded) > 0";

    /** The items that have a word are looked up once, before the list is read. */
    static final String CONDITION = "evidence.id = any (array(select distinct item from passage where " + HAS + "))";

    /** The same, looked up for one item after the other: PostgreSQL joins nothing with a subquery that has an offset. */
    static final String ONE_BY_ONE = "exists (select from passage where item = evidence.id and " + HAS + " offset 0)";

    /** The passages of these items that have a word, the first one of each: the columns {@code item} and {@code shown}. */
    static final String PASSAGES = "select distinct on (item) item, shown from passage where item = any (?) and " + HAS
            + " order by item, number";

    /**
     * Reads what a person typed; empty where it cannot be searched for: 2 to {@value Passage#SOUGHT_MAX} characters, with two at least in each word.
     */
    public static Optional<DocumentSearch> of(String text) {
        List<String> words = Arrays.stream(text.strip().split("[\\s\\p{Z}\\p{Cntrl}]+", -1))
                .map(word -> FoldedText.of(word).text())
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new))
                .stream()
                .toList();
        long characters = words.stream().mapToLong(DocumentSearch::length).sum();
        boolean fits = !words.isEmpty()
                && characters <= Passage.SOUGHT_MAX
                && text.codePointCount(0, text.length()) <= Passage.SOUGHT_MAX
                && words.stream().allMatch(word -> length(word) >= CHARACTERS_MIN);
        return fits ? Optional.of(new DocumentSearch(words)) : Optional.empty();
    }

    private static long length(String word) {
        return word.codePointCount(0, word.length());
    }

    /** The pairs of a word as PostgreSQL writes an array. */
    static String grams(String word) {
        return Arrays.stream(Passage.grams(word))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "{", "}"));
    }

    /**
     * A few words around what was found.
     *
     * @param before what stands before it
     * @param found what was found, as the document writes it; empty where it is not there
     * @param after what stands behind it
     */
    public record Excerpt(String before, String found, String after) {}

    /** The first place in a passage that has one of the words, with what stands around it, in one line. */
    Excerpt excerpt(String shown) {
        FoldedText folded = FoldedText.of(shown);
        String text = folded.text();
        int at = -1;
        String first = "";
        for (String word : words) {
            int place = text.indexOf(word);
            if (place >= 0 && (at < 0 || place < at)) {
                at = place;
                first = word;
            }
        }
        List<String> parts = new ArrayList<>();
        int begin = Math.max(0, at);
        int end = begin + first.length();
        while (at >= 0 && end < text.length() && folded.place(end, -1) == folded.place(begin, -1)) {
            end++; // one character of the document is several that are compared
        }
        for (int[] part : new int[][] {{begin - BEFORE, begin}, {begin, end}, {end, end + AFTER}}) {
            parts.add(line(shown.substring(
                    place(folded, text, part[0], shown.length()), place(folded, text, part[1], shown.length()))));
        }
        return new Excerpt(parts.get(0), parts.get(1), parts.get(2));
    }

    private static int place(FoldedText folded, String text, int at, int end) {
        int within = Math.max(0, Math.min(at, text.length()));
        boolean parted = within < text.length() && Character.isLowSurrogate(text.charAt(within));
        return folded.place(parted ? within - 1 : within, end);
    }

    private static String line(String text) {
        return text.replaceAll("[\\s\\p{Cntrl}]+", " ");
    }
}
