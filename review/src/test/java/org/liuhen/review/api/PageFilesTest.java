package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PageFilesTest {
    @Test
    void eachScriptOfThePageIsServed() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("../page/src/main/resources/org/liuhen/page"))) {
            assertEquals(
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".js"))
                            .collect(Collectors.toCollection(TreeSet::new)),
                    new TreeSet<>(PageFiles.SCRIPTS));
        }
    }
}
