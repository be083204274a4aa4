package org.liuhen.review.model;

import static org.liuhen.review.model.ItemMember.CASES;
import static org.liuhen.review.model.ItemMember.CATEGORY;
import static org.liuhen.review.model.ItemMember.DECLARED_AT;
import static org.liuhen.review.model.ItemMember.EXPLAINED_GAPS;
import static org.liuhen.review.model.ItemMember.UNIT_CODE;
import static org.liuhen.review.model.ItemMember.stateIn;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.event.GapEvent.GapKind;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.review.projection.ItemView.State;

/**
 * What the figures of units and officers count: conditions on the table {@code evidence} that the figures and the list share, so that a
 * figure and the list behind it have the same items. An upload that was withdrawn counts nowhere.
 */
public final class Counted {
    /** Asks for the items that no unit has sent. */
    public static final String NO_UNIT = "none";

    /** The code of the unit in whose figures an item is counted; empty where no unit sent it. */
    static final String UNIT = "coalesce(" + UNIT_CODE.text() + ", '')";

    /** The officer in whose figures an item is counted: who recorded it, else for whom it was sent, else who sent it. */
    static final String OFFICER = ItemOrder.Key.OFFICER.sql();

    /** When an item was declared, to the second. */
    static final String DECLARED = "left(" + DECLARED_AT.text() + ", 19)";

    /** The items that are counted at all. */
    static final String ITEM = "not " + stateIn(State.WITHDRAWN);

    /** The figures of items, by the name that the API gives them, each with the condition of the items that it counts. Never null. */
    static final Map<String, String> FIGURES = figures();

    /** An item is declared within this time of the moment that its ID says. */
    private static final Duration ID_MARGIN = Duration.ofDays(1);

    private static final int TIME_CHARACTERS = 10;
    private static final Instant LATEST = Instant.parse("9990-01-01T00:00:00Z");

    private Counted() {}

    private static Map<String, String> figures() {
        String late = "'" + GapKind.LATE_UPLOAD + "'";
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put(
                "in_time",
                "(not coalesce(" + ItemMember.GAPS.json() + " ?? " + late + ", false) and not "
                        + stateIn(State.DECLARED) + ")");
        figures.put("late_explained", "coalesce(" + EXPLAINED_GAPS.json() + " ?? " + late + ", false)");
        figures.put("categorised", "(" + CATEGORY.exists() + ")");
        figures.put("linked", "(" + CASES.json() + " <> '[]'::jsonb)");
        return figures;
    }

    /** The names that {@link #items} takes for a figure. */
    public static List<String> words() {
        List<String> words = new ArrayList<>(List.of("items"));
        FIGURES.keySet().forEach(figure -> words.addAll(List.of(figure, "not_" + figure)));
        return words;
    }

    /**
     * The condition of the items that a figure counts.
     *
     * @param word {@code items} for all, the name of a figure, or one with {@code not_} before it for the items that it leaves out
     * @return empty where there is no such figure
     */
    public static Optional<String> items(String word) {
        if (word.equals("items")) {
            return Optional.of(ITEM);
        }
        boolean without = word.startsWith("not_");
        return Optional.ofNullable(FIGURES.get(without ? word.substring(4) : word))
                .map(condition -> ITEM + " and " + (without ? "not " : "") + condition);
    }

    /**
     * Adds that items were declared in a period, to the second.
     *
     * @param from the first moment; null for no limit
     * @param to the moment after the period; null for no limit
     */
    public static Search declared(Search search, Instant from, Instant to) {
        return search.where("id >= ?", from == null ? null : idPrefix(from.minus(ID_MARGIN)))
                .where("id < ?", to == null ? null : idPrefix(to.plus(ID_MARGIN)))
                .where(DECLARED + " >= ?", from == null ? null : second(from))
                .where(DECLARED + " < ?", to == null ? null : second(to));
    }

    /** Adds the unit in whose figures items are counted: how its code begins, or {@value #NO_UNIT}; all where it is null. */
    public static Search ofUnit(Search search, String unit) {
        return NO_UNIT.equals(unit) ? search.where(UNIT + " = ''") : search.where("starts_with(" + UNIT + ", ?)", unit);
    }

    /** Adds the officer in whose figures items are counted; all where it is null. */
    public static Search ofOfficer(Search search, String officer) {
        return search.where(OFFICER + " = ?", officer);
    }

    /** A moment as {@link #DECLARED} has it. */
    static String second(Instant time) {
        return time.toString().substring(0, 19);
    }

    /** The prefix that all IDs of this moment share. */
    private static String idPrefix(Instant time) {
        Instant known = time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time.isAfter(LATEST) ? LATEST : time;
        return EvidenceId.create(known, new SecureRandom()).value().substring(0, TIME_CHARACTERS);
    }
}
