package org.liuhen.review.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedPeopleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "@044001 please look | 044001",
                "请@044001核实，再请＠jcy-1看 | 044001 jcy-1",
                "see @044001. | 044001",
                "(@044001,@044002) | 044001 044002",
                "@044001 and @044001 again | 044001",
                "mail a@044001 | ''",
                "mail 044001@044002 | ''",
                "@044001@044002 | ''",
                "@a.b_c-9! | a.b_c-9",
                "@ 044001 | ''",
                "@@044001 | ''",
                "@-1 | ''",
                "@a_ | ''",
                "nobody | ''"
            })
    void aNumberAfterTheSignNamesAPerson(String words, String named) {
        assertEquals(named, String.join(" ", NamedPeople.in(words)));
    }

    @Test
    void aNoteNamesNoMoreThanTwentyAndNoLongNumbers() {
        String words = IntStream.range(0, 30).mapToObj(i -> "@p" + i).collect(Collectors.joining(" "));
        List<String> named = List.copyOf(NamedPeople.in(words));
        assertEquals(20, named.size());
        assertEquals("p19", named.get(19));
        assertEquals(List.of("b"), List.copyOf(NamedPeople.in("@" + "a".repeat(65) + " @b")));
    }
}
