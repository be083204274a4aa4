package org.liuhen.review.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.liuhen.intake.people.Act;
import org.liuhen.intake.people.Person;
import org.liuhen.intake.people.Role;
import org.liuhen.intake.people.Units;
import org.liuhen.review.projection.SearchTerms;

/**
 * Which items somebody may see, as one condition on the table {@code evidence}. Lists, searches, single items, previews and exports
 * ask by the same one; what no part of it allows is not there. It looks at what was proved alone, never at what a sender claims.
 *
 * @param sql the condition
 * @param values its values, in their order
 */
public record Scope(String sql, List<String> values) {
    /** Every item, whoever asks: for what is told to nobody. */
    public static final Scope EVERYTHING = new Scope("true", List.of());

    private static final String CASES_OF_IT =
            "exists (select from jsonb_array_elements_text(evidence.item->'cases') linked"
                    + " join casefile on casefile.log = evidence.log and casefile.case_id = linked where ";

    /** The protection of a case keeps items of its own units from people, never those that another unit's sender brought into it. */
    private static final String PROTECTED = "casefile.protection is not null and (casefile.reach = '' or exists"
            + " (select from jsonb_array_elements_text(evidence.item->'units') its where starts_with(its, casefile.reach)))";

    /** What one of the person's roles that may do one of these acts reaches. */
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
                default -> {} // what was handed over comes below; an administrator reaches no item
            }
        }
        if (byPlace.length() > 0) {
            byPlace.add(CASES_OF_IT + "jsonb_exists(casefile.officers, ?))");
            values.add(person.id());
            any.add("((" + byPlace + ") and not " + CASES_OF_IT + PROTECTED
                    + " and not jsonb_exists(casefile.officers, ?)))");
            values.add(person.id());
        }
        if (person.rolesFor(acts).stream().anyMatch(role -> role.reach() == Role.Reach.HANDED)) {
            any.add("(evidence.item ?? 'handedTo' and evidence.item->'handedTo' @> jsonb_build_array(?::text))");
            values.add(person.id());
        }
        return new Scope(any.length() == 0 ? "false" : "(" + any + ")", List.copyOf(values));
    }

    /** What belongs to the person's unit, protected or not. */
    private static Scope ofUnit(Person person, Set<Act> acts) {
        return unit(person, acts)
                .map(unit -> unit.isEmpty()
                        ? EVERYTHING
                        : new Scope(
                                "evidence.words @@ ?::tsquery",
                                List.of(SearchTerms.beginning(SearchTerms.UNIT + unit))))
                .orElse(new Scope("false", List.of()));
    }

    /** With what the codes of the person's unit and of those below it begin; nothing where none of his roles reaches a unit. */
    public static Optional<String> unit(Person person, Set<Act> acts) {
        return person.rolesFor(acts).stream().anyMatch(role -> role.reach() == Role.Reach.UNIT)
                ? Optional.of(Units.prefix(person.unitCode()))
                : Optional.empty();
    }
}
