package org.liuhen.review.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.access.Person;
import org.liuhen.access.Role;

class PilesTest {
    private static Piles.Pile pile(String name, String unit, Role... roles) {
        return Piles.of(name, person(unit, roles)).orElseThrow();
    }

    private static Person person(String unit, Role... roles) {
        return new Person("110023", unit, Set.copyOf(List.of(roles)), "password");
    }

    @Test
    void whatIsOfferedToTheOfficeWaitsForWhoMayAnswerAlone() {
        assertEquals(
                List.of("110023", "110023", "'h:1' | 'h:13'"),
                pile(Piles.TO_ANSWER, "1300", Role.PROSECUTOR).values());
        assertEquals(
                List.of("110023"),
                pile(Piles.TO_ANSWER, "1300", Role.CASE_OFFICER).values());
        assertEquals(
                List.of("110023"), pile(Piles.TO_ANSWER, "", Role.PROSECUTOR).values(), "the site is no office");
    }

    @Test
    void eachPileHasAPlaceholderForEachValue() {
        for (String name : Piles.PERSONAL) {
            Piles.Pile pile = pile(name, "1300", Role.PROSECUTOR);
            assertEquals(pile.values().size(), pile.sql().replace("??", "").split("\\?", -1).length - 1, pile.sql());
        }
        assertEquals(List.of(), pile("holds", "1300", Role.AUDITOR).values());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Offered", "toanswer", "x; drop table evidence"})
    void anotherNameIsNoPile(String name) {
        assertTrue(Piles.of(name, person("1300", Role.AUDITOR)).isEmpty());
    }
}
