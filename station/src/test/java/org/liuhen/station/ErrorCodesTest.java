package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.liuhen.web.Problem;

/** One catalogue of error codes: each that the programs use is in docs/errors.md, and each that HTTP answers have a title in both languages. */
class ErrorCodesTest {
    private static final Pattern LITERAL = Pattern.compile("\"([A-Z]{2}-[0-9]{3})\\b");
    private static final Pattern LISTED = Pattern.compile("([A-Z]{2}-)([0-9]{3})(?: to (?:[A-Z]{2}-)?([0-9]{3}))?");
    private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| ([^|]+) \\|.*");
    private static final Path PAGE = Path.of("../docs/errors.md");

    @Test
    void eachCodeIsOnThePageOfErrors() throws Exception {
        assertEquals(Set.of(), without(used(), listed(row -> true)), "used, but not in " + PAGE);
        assertEquals(Set.of(), without(listed(row -> true), used()), "in " + PAGE + ", but not used");
    }

    @Test
    void eachCodeOfAnHttpAnswerHasATitleInBothLanguages() throws Exception {
        Properties english = titles("Titles.properties");
        Properties chinese = titles("Titles_zh.properties");
        Set<String> answered = listed(status -> !status.equals("–"));
        assertEquals(answered, new TreeSet<>(english.stringPropertyNames()));
        assertEquals(answered, new TreeSet<>(chinese.stringPropertyNames()));
        for (String code : answered) {
            assertTrue(english.getProperty(code).matches("[\\x20-\\x7E]+[^.]"), code);
            assertTrue(
                    chinese.getProperty(code).codePoints().anyMatch(Character::isIdeographic)
                            && !chinese.getProperty(code).endsWith("。"),
                    code);
        }
    }

    private static Set<String> used() throws IOException {
        Set<String> used = new TreeSet<>();
        List<Path> sources;
        try (Stream<Path> files = Files.find(
                Path.of(".."), 20, (file, is) -> file.toString().matches("\\.\\./[^/]+/src/main/.*\\.(java|json)"))) {
            sources = files.toList();
        }
        assertTrue(sources.size() > 200, "the sources are beside this module");
        for (Path source : sources) {
            Matcher literal = LITERAL.matcher(Files.readString(source));
            while (literal.find()) {
                used.add(literal.group(1));
            }
        }
        return used;
    }

    /** The codes of the rows whose status is such a one. */
    private static Set<String> listed(Predicate<String> status) throws IOException {
        Set<String> listed = new TreeSet<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (!row.matches() || !status.test(row.group(2))) {
                continue;
            }
            for (MatchResult code : LISTED.matcher(row.group(1)).results().toList()) {
                int first = Integer.parseInt(code.group(2));
                int last = code.group(3) == null ? first : Integer.parseInt(code.group(3));
                for (int number = first; number <= last; number++) {
                    listed.add(code.group(1) + number);
                }
            }
        }
        return listed;
    }

    private static Set<String> without(Set<String> codes, Set<String> others) {
        Set<String> rest = new TreeSet<>(codes);
        rest.removeAll(others);
        return rest;
    }

    private static Properties titles(String name) throws IOException {
        Properties titles = new Properties();
        try (Reader file = new InputStreamReader(Problem.class.getResourceAsStream(name), StandardCharsets.UTF_8)) {
            titles.load(file);
        }
        return titles;
    }
}
