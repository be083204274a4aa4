package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.dock.CameraProfile.Camera;

class ViewTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final View view = new View(new PrintStream(printed, true, StandardCharsets.UTF_8), false);

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(line.indexOf(' ') + 1)) // behind the time
                .toList();
    }

    @Test
    void aNoteIsPrintedOnceUntilItChangesOrTheCameraComesBack() {
        view.note("DSJ-1:a", "DK-111");
        view.note("DSJ-1:a", "DK-111");
        view.note("DSJ-10:a", "DK-111");
        view.note("DSJ-1:a", "DK-112");
        assertEquals(List.of("DSJ-1:a: DK-111", "DSJ-10:a: DK-111", "DSJ-1:a: DK-112"), lines());
        view.forget(new Camera(null, "DSJ-1", true, Path.of("/media/a")));
        view.note("DSJ-10:a", "DK-111");
        view.note("DSJ-1:a", "DK-112");
        assertEquals(4, lines().size(), lines().toString());
        view.note("the dock", "the station is away");
        view.note("the dock", "the station is away");
        assertEquals(5, lines().size(), lines().toString());
        view.forget("the dock"); // it was heard, and the station went away again
        view.note("the dock", "the station is away");
        assertEquals(6, lines().size(), lines().toString());
    }

    @Test
    void aFailureOfTheProgramIsToldApartFromOneOfAFile() {
        assertEquals("DK-103 full", View.words(new IOException("DK-103 full")));
        assertTrue(View.words(new IOException()).contains("IOException"));
        assertTrue(View.words(new IllegalStateException("x")).startsWith("DK-199 "));
    }
}
