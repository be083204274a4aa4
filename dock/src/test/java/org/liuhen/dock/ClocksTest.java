package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.dock.CameraProfile.Camera;

class ClocksTest {
    private static final Instant TEN = Instant.parse("2026-11-25T10:00:00Z");

    @TempDir
    private Path mount;

    private static CameraProfile profile(String file, List<String> command) {
        return new CameraProfile(
                "kind", "DCIM", null, "(?<serial>.+)", List.of(), null, null, null, null, file, command, 1_000);
    }

    @Test
    void theOffsetIsTakenAtTheMiddleOfTheReading() {
        Camera camera = new Camera(profile("TIME.TXT", null), "DSJ-1", true, mount);
        ClockReading first = ClockReading.of(camera, TEN, TEN.plusSeconds(91), TEN.plusSeconds(2), null);
        assertEquals("2026-11-25T10:00:01Z", first.measuredAt());
        assertEquals(90_000, first.offsetMillis(), "the camera is ahead");
        assertEquals(
                1_000 + 1 + 1_000, first.uncertaintyMillis(), "half the reading, rounding, the clock's resolution");
        assertNull(first.driftMillis());
        assertEquals("file TIME.TXT", first.method());
        ClockReading second = ClockReading.of(camera, TEN, TEN.minusSeconds(30), TEN, first);
        assertEquals(-30_000, second.offsetMillis());
        assertEquals(-120_000, second.driftMillis());
    }

    @Test
    void readsTheTimeInAFileOrFromAProgram() throws Exception {
        Files.writeString(mount.resolve("TIME.TXT"), " 2026-11-25T10:00:00Z\r\n");
        assertEquals(TEN, Clocks.read(profile("TIME.TXT", null), mount));
        assertEquals(TEN, Clocks.read(profile(null, List.of("cat", "{mount}/TIME.TXT")), mount));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026-11-25 10:00:00", "2026-11-25T10:00:00+08", "1969-12-31T23:59:59Z", "\u0000"})
    void whatIsNoTimeIsRefused(String text) throws Exception {
        Files.writeString(mount.resolve("TIME.TXT"), text);
        IOException refused = assertThrows(IOException.class, () -> Clocks.read(profile("TIME.TXT", null), mount));
        assertTrue(refused.getMessage().startsWith("DK-108 "), refused.getMessage());
    }

    @Test
    void aProgramThatFailsGivesNoTime() {
        IOException refused =
                assertThrows(IOException.class, () -> Clocks.read(profile(null, List.of("false")), mount));
        assertTrue(refused.getMessage().startsWith("DK-108 "), refused.getMessage());
    }
}
