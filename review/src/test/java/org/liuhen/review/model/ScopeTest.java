package org.liuhen.review.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.access.Role;

class ScopeTest {
    private static final Set<Act> SEARCH = Set.of(Act.SEARCH);

    /** What a person of the unit 110105 finds, as far as it is offered to that unit or to one above it. */
    private static final String OFFERED = "'h:1' | 'h:11' | 'h:110' | 'h:1101' | 'h:11010' | 'h:110105'";

    private static Person person(String unit, Role... roles) {
        return new Person("110023", unit, Set.copyOf(List.of(roles)), "password");
    }

    private static Scope scope(String unit, Role... roles) {
        return Scope.of(person(unit, roles), SEARCH);
    }

    private static long placeholders(String sql) {
        return sql.replace("??", "").chars().filter(c -> c == '?').count();
    }

    @ParameterizedTest
    @EnumSource
    void eachPlaceholderHasAValue(Role role) {
        for (String unit : List.of("", "110105")) {
            for (Role second : Role.values()) {
                Scope scope = scope(unit, role, second);
                assertEquals(placeholders(scope.sql()), scope.values().size(), scope.sql());
            }
        }
    }

    @Test
    void anOfficerSeesOwnItemsAndThoseOfAssignedCases() {
        Scope scope = scope("110105", Role.OFFICER);
        assertEquals(List.of("'w:110023'", "110023", "110023"), scope.values());
        assertTrue(scope.sql().startsWith("(((evidence.words @@ ?::tsquery or exists"), scope.sql());
        assertTrue(scope.sql().contains("jsonb_exists(casefile.officers, ?))) and not exists"), scope.sql());
        assertTrue(scope.sql().contains("casefile.protection is not null"), scope.sql());
    }

    @Test
    void aCaseOfficerSeesTheItemsOfTheUnitAndOfThoseBelowIt() {
        assertEquals(
                List.of("'u:110105':*", "110023", "110023"),
                scope("110105", Role.CASE_OFFICER).values());
        assertEquals(
                List.of("'u:1101':*", "110023", "110023"),
                scope("110100", Role.CASE_OFFICER).values());
    }

    @Test
    void aPersonOfTheWholeSiteSeesAllItemsButThoseOfProtectedCases() {
        Scope scope = scope("", Role.AUDITOR);
        assertTrue(scope.sql().startsWith("(((true or exists"), scope.sql());
        assertTrue(scope.sql().contains("casefile.protection is not null"), scope.sql());
        assertEquals(List.of("110023", "110023"), scope.values());
    }

    @Test
    void aProsecutorSeesWhatWasOfferedAndNoProtectionHidesIt() {
        Scope scope = scope("110105", Role.PROSECUTOR);
        assertEquals(
                "((evidence.item ?? 'handedTo' and evidence.item->'handedTo' @> jsonb_build_array(?::text))"
                        + " or evidence.words @@ ?::tsquery)",
                scope.sql());
        assertEquals(List.of("110023", OFFERED), scope.values());
    }

    @Test
    void whatIsOfferedToAnOfficeItsPeopleSeeAndThoseOfTheUnitsBelowIt() {
        assertEquals(
                List.of("110023", "'h:1' | 'h:11'"),
                scope("110000", Role.PROSECUTOR).values());
        assertEquals(
                List.of("110023", "'h:京' | 'h:京\ud840\udc00'"),
                scope("京\ud840\udc0000", Role.PROSECUTOR).values());
        assertEquals(List.of("110023"), scope("", Role.PROSECUTOR).values(), "the whole site is no office");
        assertFalse(scope("110105", Role.CASE_OFFICER).values().contains(OFFERED), "who does not answer handovers");
    }

    @Test
    void twoRolesSeeWhatEitherOfThemSees() {
        assertEquals(
                List.of("'w:110023'", "'u:110105':*", "110023", "110023"),
                scope("110105", Role.OFFICER, Role.CASE_OFFICER).values());
        Scope scope = scope("110105", Role.OFFICER, Role.PROSECUTOR);
        assertEquals(List.of("'w:110023'", "110023", "110023", "110023", OFFERED), scope.values());
        assertTrue(scope.sql().contains(" or (evidence.item ?? 'handedTo'"), scope.sql());
    }

    @Test
    void aRoleThatMayNotDoTheActReachesNothing() {
        assertEquals(new Scope("false", List.of()), scope("110105", Role.ADMINISTRATOR));
        Scope downloads = Scope.of(person("110105", Role.OFFICER, Role.PROSECUTOR), Set.of(Act.DOWNLOAD));
        assertEquals(List.of("110023", OFFERED), downloads.values(), "an officer downloads nothing");
        Scope plays = Scope.of(person("110105", Role.OFFICER, Role.PROSECUTOR), Set.of(Act.PLAY));
        assertEquals(
                Scope.of(person("110105", Role.OFFICER, Role.PROSECUTOR), Set.of(Act.VIEW)),
                plays,
                "an officer plays what he sees");
    }

    @Test
    void onlyARoleThatReachesAUnitHasThePrefixOfItsCode() {
        assertEquals(Optional.of("1101"), Scope.unit(person("110100", Role.SUPERVISOR), SEARCH));
        assertEquals(Optional.of(""), Scope.unit(person("", Role.SUPERVISOR), SEARCH));
        assertEquals(Optional.empty(), Scope.unit(person("110100", Role.OFFICER), SEARCH));
        assertEquals(Optional.empty(), Scope.unit(person("110100", Role.SUPERVISOR), Set.of(Act.UPLOAD)));
    }
}
