package org.liuhen.review.projection;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.projection.ItemView.Handover;

/**
 * The terms by which an item is found, as lexemes of a PostgreSQL {@code tsvector}: the words of its names, and values with a mark before
 * them that are asked for exactly. A word is a run of Latin letters and digits, and is found by its beginning. Chinese has no spaces
 * between words, so every two adjacent characters are a word, and every single character.
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

    private SearchTerms() {}

    /** All terms of an item, in ascending order. */
    public static List<String> of(ItemView item) {
        TreeSet<String> words = new TreeSet<>();
        for (String name : new String[] {
            item.fileName, item.sender, item.officerNo, item.onBehalfOf, item.deviceSerial, item.incidentNo
        }) {
            split(name == null ? "" : name, words, true);
        }
        item.cases().forEach(caseId -> split(caseId, words, true));
        for (String officer : new String[] {item.sender, item.officerNo, item.onBehalfOf}) {
            mark(OFFICER, officer, words);
        }
        item.owners.forEach(owner -> words.add(cut(OFFICER + owner)));
        item.owners.forEach(owner -> words.add(cut(OWN + owner)));
        item.units.forEach(unit -> words.add(cut(UNIT + unit)));
        mark(OFFICE, item.handover().map(Handover::toUnit).map(Units::prefix).orElse(""), words);
        mark(DEVICE, item.deviceSerial, words);
        mark(STATE, item.state == null ? null : item.state.text(), words);
        mark(TYPE, item.mediaType, words);
        return List.copyOf(words);
    }

    private static void mark(String mark, String value, Set<String> words) {
        if (value != null && !value.isEmpty()) {
            words.add(cut(mark + value));
        }
    }

    /** A text that a person typed, as a {@code tsquery} that asks for all of its words. Null where it has no word. */
    public static String query(String text) {
        TreeSet<String> words = new TreeSet<>();
        split(text, words, false);
        return words.isEmpty()
                ? null
                : String.join(
                        " & ",
                        words.stream()
                                .map(word -> isLatin(word) ? beginning(word) : exactly(word))
                                .toList());
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

    private static boolean isLatin(String word) {
        return !isIdeograph(word.codePointAt(0));
    }

    /**
     * Adds the words of a text.
     *
     * @param document whether every single ideograph is a word; in a query only one that stands alone is
     */
    private static void split(String text, Set<String> words, boolean document) {
        int[] points = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .toArray();
        List<Integer> run = new ArrayList<>();
        for (int i = 0; i <= points.length; i++) {
            boolean ends = i == points.length || !Character.isLetterOrDigit(points[i]);
            boolean changes = !ends && !run.isEmpty() && isIdeograph(points[i]) != isIdeograph(run.get(0));
            if (ends || changes) {
                add(run, words, document);
                run.clear();
            }
            if (!ends) {
                run.add(points[i]);
            }
        }
    }

    private static void add(List<Integer> run, Set<String> words, boolean document) {
        if (run.isEmpty()) {
            return;
        }
        if (!isIdeograph(run.get(0))) {
            words.add(cut(text(run)));
            return;
        }
        for (int i = 0; i < run.size(); i++) {
            if (document || run.size() == 1) {
                words.add(text(run.subList(i, i + 1)));
            }
            if (i + 1 < run.size()) {
                words.add(text(run.subList(i, i + 2)));
            }
        }
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
