package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.dock.Copy.Step;

class JournalTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("journal");
    }

    private static Copy copy(int number) {
        return Copy.found("DSJ-1", "DCIM/执法" + number + ".mp4", 1_000L + number, 1_700_000_000_000L);
    }

    private void write(int copies) throws IOException {
        try (Journal journal = Journal.open(file())) {
            for (int i = 0; i < copies; i++) {
                journal.put(copy(i));
                journal.put(copy(i).hashed("a".repeat(64)));
                journal.put(copy(i).hashed("a".repeat(64)).declared("https://door/files/" + i));
            }
            journal.put(new ClockReading("DSJ-1", "2026-11-25T08:00:00Z", 90_000, 1_001, null, "file TIME.TXT", false));
        }
    }

    @Test
    void tellsTheLastStepOfEachCopyAgain() throws Exception {
        write(3);
        try (Journal journal = Journal.open(file())) {
            assertEquals(3, journal.copies().size());
            assertEquals(Step.DECLARED, journal.copy(copy(2).key()).step());
            assertEquals("https://door/files/2", journal.copy(copy(2).key()).url());
            assertEquals(90_000, journal.clock("DSJ-1").offsetMillis());
            assertNull(
                    journal.copy(Copy.found("DSJ-1", copy(2).path(), 1_002, 5).key()),
                    "a file of another time is another copy");
        }
    }

    /** Whatever a power cut leaves of the last line, all lines before it count, and the next one is whole. */
    @Test
    void saysWhetherADockWorksWithIt() throws Exception {
        assertFalse(Journal.isInUse(file()));
        try (Journal journal = Journal.open(file())) {
            assertTrue(Journal.isInUse(file()));
            assertEquals(0, journal.copies().size());
            assertThrows(IOException.class, () -> Journal.open(file())); // it is still the one that has the lock
        }
        assertFalse(Journal.isInUse(file()));
    }

    @Test
    void goesOnBehindALineThatWasTornAnywhere() throws Exception {
        write(2);
        byte[] whole = Files.readAllBytes(file());
        int last = whole.length - 1;
        while (whole[last - 1] != '\n') {
            last--;
        }
        for (int cut = last; cut < whole.length; cut++) {
            for (boolean zeros : new boolean[] {false, true}) {
                byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, cut), zeros ? whole.length : cut);
                Files.write(file(), torn);
                try (Journal journal = Journal.open(file())) {
                    assertEquals(2, journal.copies().size());
                    journal.put(copy(7));
                }
                assertEquals(3, Journal.look(file()).size(), "cut at " + cut);
            }
        }
    }

    @Test
    void doesNotGuessAroundDamageInTheMiddle() throws Exception {
        write(3);
        byte[] bytes = Files.readAllBytes(file());
        for (int at = 0; at < bytes.length / 2; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(file(), damaged);
            String said =
                    assertThrows(IOException.class, () -> Journal.open(file())).getMessage();
            assertTrue(said.startsWith("DK-102"), at + said);
        }
    }

    @Test
    @SuppressWarnings("try") // it only has to be open
    void isOpenedByOneDockAtATime() throws Exception {
        try (Journal journal = Journal.open(file())) {
            String said =
                    assertThrows(IOException.class, () -> Journal.open(file())).getMessage();
            assertTrue(said.startsWith("DK-101"), said);
        }
        Journal.open(file()).close();
    }
}
