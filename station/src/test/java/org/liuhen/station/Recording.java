package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Recordings for tests, made by ffmpeg of its own test pictures. */
final class Recording {
    private Recording() {}

    /** A recording of so many seconds that a browser plays, and that is like no other one: its file name is its title. */
    static Path make(Path file, int seconds) throws Exception {
        return make(
                file,
                "-f",
                "lavfi",
                "-i",
                "testsrc=d=" + seconds + ":s=320x240:r=10",
                "-pix_fmt",
                "yuv420p",
                "-metadata",
                "title=" + file.getFileName());
    }

    /** What ffmpeg makes of these arguments, in a file that is not there yet. */
    static Path make(Path file, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error"));
        command.addAll(List.of(arguments));
        command.add(file.toString());
        Process ffmpeg = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(ffmpeg.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, ffmpeg.waitFor(), said);
        return file;
    }
}
