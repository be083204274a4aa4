package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventKinds;

/**
 * What people and programs read of a package, word for word: a change of it is seen in the change of a file here.
 * {@code -Dliuhen.write=true} writes them anew.
 */
class PackagePagesTest {
    private static final Path EXPECTED = Path.of("src/test/resources/org/liuhen/custody/bag");

    @TempDir
    Path folder;

    private final TimeZone zone = TimeZone.getDefault();

    @BeforeEach
    void inBeijing() {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Shanghai"));
    }

    @AfterEach
    void where() {
        TimeZone.setDefault(zone);
    }

    @Test
    void theSummaryAndTheCaseGraphAreAsTheyWere() throws Exception {
        new Kit().good(folder);
        same("summary.html", folder.resolve("summary.html"));
        same("case.jsonld", folder.resolve("data/case.jsonld"));
    }

    /** Two pages of one package call an act the same. */
    @Test
    void bothPagesNameActsAlike() throws Exception {
        String verifier = Files.readString(Path.of("src/main/resources/org/liuhen/custody/bag/verify.html"));
        Matcher names =
                Pattern.compile("const ACTS = \\{(.*?)\\};", Pattern.DOTALL).matcher(verifier);
        assertTrue(names.find());
        Properties summary = new Properties();
        summary.load(Files.newBufferedReader(Path.of("src/main/resources/org/liuhen/custody/bag/acts.properties")));
        Properties page = new Properties();
        Pattern.compile("(\\w+): \"([^\"]*)\"")
                .matcher(names.group(1))
                .results()
                .forEach(name -> page.setProperty(name.group(1), name.group(2)));
        assertEquals(page, summary);
        Set<String> kinds =
                EventKinds.all().stream().map(CustodyEvent::typeName).collect(Collectors.toSet());
        assertTrue(kinds.containsAll(summary.stringPropertyNames()), "each is a kind of event");
    }

    private static void same(String name, Path made) throws Exception {
        Path expected = EXPECTED.resolve(name);
        if (Boolean.getBoolean("liuhen.write")) {
            Files.createDirectories(EXPECTED);
            Files.copy(made, expected, StandardCopyOption.REPLACE_EXISTING);
        }
        assertEquals(
                Files.readString(expected),
                Files.readString(made),
                name + " differs: mvn test -pl custody -Dtest=PackagePagesTest -Dliuhen.write=true");
    }
}
