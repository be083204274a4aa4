package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
