package org.liuhen.review.projection;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.projection.ItemView.Handover;

/**
 * The terms by which an item is found, as lexemes of a PostgreSQL {@code tsvector}: the words of its names, and values with a mark before
 * them that are asked for exactly. A word is a run of Latin letters and digits, and is found by its beginning. Chinese has no spaces
 * between words, so every two adjacent characters are a word, and every single character. Each word of a name has its places, so that what
 * was typed in one piece is found in that order in one name, whatever signs stand between its words.
 */
public final class SearchTerms {
    /** The unit of a proved sender, to be found by the beginning of its code. */
    public static final String UNIT = "u:";

    /** An officer who sent or recorded the item, or for whom it was sent; proved or claimed. */
    public static final String OFFICER = "o:";

    /** An officer to whom the item belongs, proved. */
    public static final String OWN = "w:";

    /** The unit to whose people the item is offered, by the prefix of its code. */
    public static final String OFFICE = "h:";

    /** The device that recorded the item. */
    public static final String DEVICE = "d:";

    /** The state of the item. */
    public static final String STATE = "s:";

    /** The media type, to be found by its beginning. */
    public static final String TYPE = "t:";

    private static final int LEXEME_MAX = 200;

    /** PostgreSQL knows no greater place (manual, section 12.11). */
    private static final int PLACE_MAX = 16_383;

    private SearchTerms() {}

    /** All terms of an item, in ascending order. */
    public static List<String> of(ItemView item) {
        return List.copyOf(placed(item).keySet());
    }

    /** All terms of an item, and where its words stand, as PostgreSQL writes a {@code tsvector}. */
    public static String vector(ItemView item) {
        List<String> terms = new ArrayList<>();
        placed(item)
                .forEach((term, places) -> terms.add(exactly(term)
                        + (places.isEmpty()
                                ? ""
                                : ":"
                                        + String.join(
                                                ",",
                                                places.stream()
                                                        .map(String::valueOf)
                                                        .toList()))));
        return String.join(" ", terms);
    }

    private static SortedMap<String, SortedSet<Integer>> placed(ItemView item) {
        SortedMap<String, SortedSet<Integer>> placed = new TreeMap<>();
        List<String> names = new ArrayList<>();
        for (String name : new String[] {
            item.fileName, item.sender, item.officerNo, item.onBehalfOf, item.deviceSerial, item.incidentNo
        }) {
            names.add(name == null ? "" : name);
        }
        names.addAll(item.cases());
        int begin = 1;
        for (String name : names) {
            int end = begin;
            for (Word word : words(name, true)) {
                placed.computeIfAbsent(word.text(), any -> new TreeSet<>())
                        .add(Math.min(begin + word.place(), PLACE_MAX));
                end = begin + word.place() + 1;
            }
            begin = end + 1; // the end of one name and the beginning of the next are no neighbours
        }
        Set<String> marks = new TreeSet<>();
        for (String officer : new String[] {item.sender, item.officerNo, item.onBehalfOf}) {
            mark(OFFICER, officer, marks);
        }
        item.owners.forEach(owner -> marks.add(cut(OFFICER + owner)));
        item.owners.forEach(owner -> marks.add(cut(OWN + owner)));
        item.units.forEach(unit -> marks.add(cut(UNIT + unit)));
        mark(OFFICE, item.handover().map(Handover::toUnit).map(Units::prefix).orElse(""), marks);
        mark(DEVICE, item.deviceSerial, marks);
        mark(STATE, item.state == null ? null : item.state.text(), marks);
        mark(TYPE, item.mediaType, marks);
        marks.forEach(mark -> placed.putIfAbsent(mark, new TreeSet<>()));
        return placed;
    }

    private static void mark(String mark, String value, Set<String> words) {
        if (value != null && !value.isEmpty()) {
            words.add(cut(mark + value));
        }
    }

    /**
     * A text that a person typed, as a {@code tsquery} that asks for all of its words. Latin ones that end a piece are found by their beginning.
     * Null where it has no word.
     */
    public static String query(String text) {
        TreeSet<String> words = new TreeSet<>();
        for (List<Word> piece : pieces(text)) {
            for (int i = 0; i < piece.size(); i++) {
                words.add(asked(piece, i));
            }
        }
        return words.isEmpty() ? null : String.join(" & ", words);
    }

    /**
     * The pieces of such a text that have several words, each to be found in its order in one name. Null where there is none. Terms without
     * places, which an earlier version has written, never fulfil it.
     */
    public static String inOrder(String text) {
        List<String> phrases = new ArrayList<>();
        for (List<Word> piece : pieces(text)) {
            if (piece.size() == 1) {
                continue;
            }
            StringBuilder phrase = new StringBuilder(asked(piece, 0));
            for (int i = 1; i < piece.size(); i++) {
                phrase.append(" <")
                        .append(piece.get(i).place() - piece.get(i - 1).place())
                        .append("> ")
                        .append(asked(piece, i));
            }
            phrases.add(phrase.toString());
        }
        return phrases.isEmpty() ? null : String.join(" & ", phrases);
    }

    /** What stands between spaces, each as its words; those without a word are left out. */
    private static List<List<Word>> pieces(String text) {
        return Arrays.stream(text.split("[\\s\\p{Z}\\p{Cntrl}]+", -1))
                .map(piece -> words(piece, false))
                .filter(words -> !words.isEmpty())
                .toList();
    }

    private static String asked(List<Word> piece, int i) {
        String word = piece.get(i).text();
        return isIdeograph(word.codePointAt(0)) || i < piece.size() - 1 ? exactly(word) : beginning(word);
    }

    /**
     * A {@code tsquery} for the items that are offered to the unit of this code, or to one above it. Null where the code is that of the whole site,
     * whose people are of no office.
     */
    public static String offeredTo(String unitCode) {
        String prefix = Units.prefix(unitCode);
        List<String> offices = new ArrayList<>();
        for (int end = 0; end < prefix.length(); ) {
            end += Character.charCount(prefix.codePointAt(end));
            offices.add(exactly(OFFICE + prefix.substring(0, end)));
        }
        return offices.isEmpty() ? null : String.join(" | ", offices);
    }

    /** A {@code tsquery} for one term. */
    public static String exactly(String lexeme) {
        return "'" + cut(lexeme).replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** A {@code tsquery} for all terms that begin so. */
    public static String beginning(String lexeme) {
        return exactly(lexeme) + ":*";
    }

    private static String cut(String lexeme) {
        return lexeme.length() > LEXEME_MAX ? lexeme.substring(0, LEXEME_MAX) : lexeme;
    }

    /**
     * A word of a text.
     *
     * @param place how many Latin words and ideographs stand before it
     */
    private record Word(String text, int place) {}

    /**
     * The words of a text in their order.
     *
     * @param document whether every single ideograph is a word; in a query only one that stands alone is
     */
    private static List<Word> words(String text, boolean document) {
        int[] points = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .toArray();
        List<Word> words = new ArrayList<>();
        List<Integer> run = new ArrayList<>();
        int place = 0;
        for (int i = 0; i <= points.length; i++) {
            boolean ends = i == points.length || !Character.isLetterOrDigit(points[i]);
            boolean changes = !ends && !run.isEmpty() && isIdeograph(points[i]) != isIdeograph(run.get(0));
            if (ends || changes) {
                place += add(run, place, words, document);
                run.clear();
            }
            if (!ends) {
                run.add(points[i]);
            }
        }
        return words;
    }

    /** Adds the words of a run, and says how many places it has. */
    private static int add(List<Integer> run, int place, List<Word> words, boolean document) {
        if (run.isEmpty()) {
            return 0;
        }
        if (!isIdeograph(run.get(0))) {
            words.add(new Word(cut(text(run)), place));
            return 1;
        }
        for (int i = 0; i < run.size(); i++) {
            if (document || run.size() == 1) {
                words.add(new Word(text(run.subList(i, i + 1)), place + i));
            }
            if (i + 1 < run.size()) {
                words.add(new Word(text(run.subList(i, i + 2)), place + i));
            }
        }
        return run.size();
    }

    private static boolean isIdeograph(int point) {
        return Character.isIdeographic(point);
    }

    private static String text(List<Integer> points) {
        StringBuilder text = new StringBuilder();
        points.forEach(text::appendCodePoint);
        return text.toString();
    }
}
