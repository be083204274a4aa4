package org.liuhen.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.liuhen.intake.people.Act;
import org.liuhen.intake.people.Person;
import org.liuhen.intake.people.Role;

/**
 * Which items somebody may see, as one condition on the table {@code evidence}. Lists, searches, single items, previews and exports
 * ask by the same one; what no part of it allows is not there.
 *
 * <p>Units are told by the first digits of their codes: those below one share them, and zeros at the end say nothing.
 *
 * @param sql the condition
 * @param values its values, in their order
 */
record Scope(String sql, List<String> values) {
    private static final String CASES_OF_IT =
            "exists (select from jsonb_array_elements_text(evidence.item->'cases') linked"
                    + " join casefile on casefile.log = evidence.log and casefile.case_id = linked where ";

    /** What one of the person's roles that may do one of these acts reaches. */
    static Scope of(Person person, Set<Act> acts) {
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
                    values.add(Words.exactly(Words.OFFICER + person.id()));
                }
                default -> {} // what was handed over comes below; an administrator reaches no item
            }
        }
        if (byPlace.length() > 0) {
            byPlace.add(CASES_OF_IT + "jsonb_exists(casefile.officers, ?))");
            values.add(person.id());
            any.add("((" + byPlace + ") and not " + CASES_OF_IT
                    + "casefile.protection is not null and not jsonb_exists(casefile.officers, ?)))");
            values.add(person.id());
        }
        if (person.rolesFor(acts).stream().anyMatch(role -> role.reach() == Role.Reach.HANDED)) {
            any.add("(evidence.item ?? 'handedTo' and evidence.item->'handedTo' @> jsonb_build_array(?::text))");
            values.add(person.id());
        }
        return new Scope(any.length() == 0 ? "false" : "(" + any + ")", List.copyOf(values));
    }

    /** What belongs to the person's unit, whoever may see it. */
    static Scope ofUnit(Person person, Set<Act> acts) {
        return unit(person, acts)
                .map(unit -> unit.isEmpty()
                        ? new Scope("true", List.of())
                        : new Scope("evidence.words @@ ?::tsquery", List.of(Words.beginning(Words.UNIT + unit))))
                .orElse(new Scope("false", List.of()));
    }

    /** With what the codes of the person's unit and of those below it begin; nothing where none of his roles reaches a unit. */
    static Optional<String> unit(Person person, Set<Act> acts) {
        return person.rolesFor(acts).stream().anyMatch(role -> role.reach() == Role.Reach.UNIT)
                ? Optional.of(person.unitCode().replaceFirst("(00)+$", ""))
                : Optional.empty();
    }
}
