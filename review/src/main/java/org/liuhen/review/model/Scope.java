package org.liuhen.review.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.access.Role;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.projection.SearchTerms;

/**
 * The items that a person may see, as one condition on the table {@code evidence}. Lists, searches, single items, previews and exports all
 * use it, so an item that it leaves out is not there for the person. It uses only values that were proved, no claims of senders.
 *
 * @param sql the condition, with a placeholder for each value
 * @param values the values, in the order of their placeholders
 */
public record Scope(String sql, List<String> values) {
    /** All items. Only for questions whose answers are shown to nobody. */
    public static final Scope EVERYTHING = new Scope("true", List.of());

    private static final String LINKED_CASE =
            "exists (select from jsonb_array_elements_text(" + ItemMember.CASES.json("evidence.item") + ") linked"
                    + " join casefile on casefile.log = evidence.log and casefile.case_id = linked where ";

    /**
     * Whether a case of the item is protected. The protection hides items of the units below the one that set it, and no items of other units
     * that were linked to the case.
     */
    private static final String PROTECTED = "casefile.protection is not null and (casefile.reach = '' or exists"
            + " (select from jsonb_array_elements_text(" + ItemMember.UNITS.json("evidence.item")
            + ") item_unit where starts_with(item_unit, casefile.reach)))";

    /** The items that a person reaches by those of the roles that may do one of these acts. */
    public static Scope of(Person person, Set<Act> acts) {
        List<String> values = new ArrayList<>();
        StringJoiner any = new StringJoiner(" or ");
        StringJoiner byPlace = new StringJoiner(" or ");
        for (Role role : person.rolesFor(acts)) {
            switch (role.reach()) {
                case UNIT -> {
                    Scope unit = ofUnit(person, acts);
                    byPlace.add(unit.sql());
                    values.addAll(unit.values());
                }
                case OWN -> {
                    byPlace.add("evidence.words @@ ?::tsquery");
                    values.add(SearchTerms.exactly(SearchTerms.OWN + person.id()));
                }
                default -> {} // HANDED comes below; NOTHING reaches no item
            }
        }
        if (byPlace.length() > 0) {
            byPlace.add(LINKED_CASE + "jsonb_exists(casefile.officers, ?))");
            values.add(person.id());
            any.add("((" + byPlace + ") and not " + LINKED_CASE + PROTECTED
                    + " and not jsonb_exists(casefile.officers, ?)))");
            values.add(person.id());
        }
        if (person.rolesFor(acts).stream().anyMatch(role -> role.reach() == Role.Reach.HANDED)) {
            any.add("(evidence." + ItemMember.HANDED_TO.exists() + " and " + ItemMember.HANDED_TO.json("evidence.item")
                    + " @> jsonb_build_array(?::text))");
            values.add(person.id());
            String offered = SearchTerms.offeredTo(person.unitCode());
            if (offered != null) {
                any.add("evidence.words @@ ?::tsquery");
                values.add(offered);
            }
        }
        return new Scope(any.length() == 0 ? "false" : "(" + any + ")", List.copyOf(values));
    }

    /**
     * Those of the scope that meet a condition, too.
     *
     * @param condition an SQL condition on the table {@code evidence}; never text from a request
     * @param more the values of its placeholders
     */
    public Scope and(String condition, String... more) {
        List<String> all = new ArrayList<>(values);
        all.addAll(List.of(more));
        return new Scope(sql + " and " + condition, List.copyOf(all));
    }

    /** The items of the person's unit and of those below it, protected or not. */
    private static Scope ofUnit(Person person, Set<Act> acts) {
        return unit(person, acts)
                .map(unit -> unit.isEmpty()
                        ? EVERYTHING
                        : new Scope(
                                "evidence.words @@ ?::tsquery",
                                List.of(SearchTerms.beginning(SearchTerms.UNIT + unit))))
                .orElse(new Scope("false", List.of()));
    }

    /**
     * The prefix of the code of the person's unit, which the codes of the units below it share; empty text for the whole site. Empty where none
     * of the person's roles reaches a unit.
     */
    public static Optional<String> unit(Person person, Set<Act> acts) {
        return person.rolesFor(acts).stream().anyMatch(role -> role.reach() == Role.Reach.UNIT)
                ? Optional.of(Units.prefix(person.unitCode()))
                : Optional.empty();
    }
}
