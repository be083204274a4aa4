package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaProgramsTest {
    /** The compiler that built the stand-in; another one may lay its bytes out in another way. */
    private static final String COMPILER = "12.2.0";

    @TempDir
    Path folder;

    @Test
    void startWithWhatIsUnpackedAndSayWhatIsMissing() throws Exception {
        MediaPrograms programs = MediaPrograms.unpack(folder.resolve("programs"));
        assertEquals("", programs.trouble(List.of()));
        Files.delete(programs.folder().resolve("libavcodec.so.62"));
        String trouble = programs.trouble(List.of());
        assertTrue(trouble.contains("ffprobe") && trouble.contains("libavcodec.so.62"), trouble);
    }

    @Test
    void theStandInIsWhatItsSourceCompilesTo() throws Exception {
        String compiler;
        try {
            Process gcc = new ProcessBuilder("gcc", "-dumpfullversion").start();
            compiler = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException none) {
            compiler = "none";
        }
        Assumptions.assumeTrue(compiler.equals(COMPILER), "needs gcc " + COMPILER + "; here is " + compiler);
        Path built = folder.resolve("libavdevice.so.62");
        assertEquals(
                0,
                new ProcessBuilder("src/main/native/build.sh", built.toString())
                        .inheritIO()
                        .start()
                        .waitFor());
        assertArrayEquals(
                Files.readAllBytes(Path.of("src/main/resources/org/liuhen/describe/libavdevice.so.62")),
                Files.readAllBytes(built));
    }
}
