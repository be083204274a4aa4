package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The images of a cluster are built from what {@code .dockerignore} leaves. */
class ImagesTest {
    private static final Pattern OUTSIDE = Pattern.compile("<directory>\\.\\./([^<]+)</directory>");

    @Test
    void nothingThatAModuleIsBuiltWithIsLeftOut() throws Exception {
        List<String> ignored = Files.readAllLines(Path.of("../.dockerignore"));
        List<String> used;
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            used = modules.map(module -> module.resolve("pom.xml"))
                    .filter(Files::exists)
                    .flatMap(pom -> OUTSIDE.matcher(read(pom)).results())
                    .map((MatchResult folder) -> folder.group(1))
                    .toList();
        }
        assertFalse(used.isEmpty());
        for (String folder : used) {
            assertFalse(
                    ignored.stream().anyMatch(one -> folder.equals(one) || folder.startsWith(one + "/")),
                    folder + " is in .dockerignore");
        }
    }

    private static String read(Path pom) {
        try {
            return Files.readString(pom);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
