package org.liuhen.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobSettingsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void listOfParts() throws Exception {
        Files.createDirectories(folder.resolve("parts"));
        Files.writeString(folder.resolve("parts/list"), "");
    }

    private JobSettings parse(String... more) throws Exception {
        String[] needed = {"--kafka", "k:9092", "--s3", "http://rgw:8000", "--keys", folder.toString()};
        return JobSettings.parse(
                Stream.concat(Stream.of(needed), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void flagsAreSetByTheirNames() throws Exception {
        JobSettings none = parse();
        assertFalse(none.sm3());
        assertTrue(none.previews());
        JobSettings both = parse("--sm3", "--no-previews", "true");
        assertTrue(both.sm3());
        assertFalse(both.previews());
        assertThrows(IllegalArgumentException.class, () -> parse("--sm3", "perhaps"));
    }

    @Test
    void anArgumentThatIsNoSettingIsRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> parse("--retention-day", "365"))
                .getMessage()
                .startsWith("CF-101 --retention-day "));
        assertTrue(refusal("-reader", "2").startsWith("CF-101 --reader "), "with one hyphen");
    }

    @Test
    void aValueThatCannotBeIsRefusedWithTheNameOfItsSetting() {
        assertEquals("CF-104 --retention-days is a whole number, not a year", refusal("--retention-days", "a year"));
        assertEquals("CF-104 --readers is a whole number, not 99999999999", refusal("--readers", "99999999999"));
        assertEquals(
                "CF-104 --disposal-grace is a duration such as P7D or PT1H, not 7", refusal("--disposal-grace", "7"));
        assertEquals("CF-104 --disposal-grace cannot be negative, as is PT-1H", refusal("--disposal-grace", "PT-1H"));
        assertEquals("CF-104 --sm3 is true or false, not perhaps", refusal("--sm3", "perhaps"));
    }

    private String refusal(String... arguments) {
        return assertThrows(IllegalArgumentException.class, () -> parse(arguments))
                .getMessage();
    }

    @Test
    void theCommandLineCountsBeforeTheFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("liuhen.properties"), "retention-days=365\nreaders=3\ndevices-bind=0.0.0.0\nsm3=true\n");
        JobSettings settings = parse("--config", file.toString(), "--readers", "7");
        assertEquals(365, settings.retentionDays());
        assertEquals(7, settings.readers());
        assertTrue(settings.sm3());
    }
}
