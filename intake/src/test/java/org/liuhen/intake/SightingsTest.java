package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.intake.Sightings.Sighting;
import org.liuhen.storage.directory.DirectoryVault;

class SightingsTest {
    private static final String FILE = "devices-seen.json";

    @TempDir
    private Path folder;

    private LogStore notes;

    @BeforeEach
    void open() throws Exception {
        notes = DirectoryVault.open(folder.resolve("vault"), false).notes(new LogName("site-1"));
    }

    @Test
    void anotherProcessReadsWhatWasSavedAndARestartKeepsIt() throws Exception {
        Sightings intake = new Sightings(notes);
        intake.told("DOCK-1", "1.2", 7);
        intake.seen("DOCK-1");
        intake.seen("DSJ-1");
        assertEquals(Map.of(), new Sightings(notes).known().bySerial(), "nothing is written for each request");
        intake.save();
        Map<String, Sighting> read = new Sightings(notes).known().bySerial();
        assertEquals("1.2", read.get("DOCK-1").version(), "a request that tells nothing takes nothing back");
        assertEquals(7, read.get("DOCK-1").freeBytes());
        assertTrue(read.get("DOCK-1").seenMillis() >= read.get("DOCK-1").toldMillis());
        assertEquals(0, read.get("DSJ-1").toldMillis());
        assertNull(read.get("DSJ-1").version());
    }

    @Test
    void nothingIsWrittenWhereNothingIsNew() throws Exception {
        Sightings intake = new Sightings(notes);
        intake.seen("DOCK-1");
        intake.save();
        notes.write(FILE, new byte[0]);
        intake.save();
        assertEquals(0, notes.read(FILE).orElseThrow().length);
    }

    @Test
    void theNoteKeepsWhenItWasBegunAndADamagedOneBeginsNow() throws Exception {
        long before = System.currentTimeMillis();
        Sightings first = new Sightings(notes);
        assertTrue(first.known().begunMillis() >= before, "nothing is saved: now");
        first.save();
        long begun = first.known().begunMillis();
        Thread.sleep(20);
        Sightings later = new Sightings(notes);
        later.seen("DOCK-1");
        later.save();
        assertEquals(begun, new Sightings(notes).known().begunMillis(), "a restart begins no other note");
        notes.write(FILE, "[]".getBytes(StandardCharsets.UTF_8));
        assertTrue(later.known().begunMillis() > begun);
        later.seen("DOCK-1");
        later.save();
        assertTrue(
                later.known().begunMillis() > begun && later.known().bySerial().size() == 1, "and it is no device");
    }

    @Test
    void twoIntakesThatSaveAtOnceKeepBothAndTheNewestOfEach() throws Exception {
        List<Sightings> intakes = new ArrayList<>();
        List<CompletableFuture<Void>> saving = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Sightings intake = new Sightings(notes);
            intake.told("DOCK-" + i, "1." + i, i);
            intake.seen("BOTH");
            intakes.add(intake);
        }
        for (Sightings intake : intakes) {
            saving.add(CompletableFuture.runAsync(() -> {
                try {
                    intake.save();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }));
        }
        saving.forEach(CompletableFuture::join);
        Map<String, Sighting> all = new Sightings(notes).known().bySerial();
        assertEquals(9, all.size());
        assertEquals("1.5", all.get("DOCK-5").version());
        Sightings later = new Sightings(notes);
        later.told("DOCK-5", "2.0", 0);
        later.save();
        intakes.get(5).seen("DOCK-5");
        intakes.get(5).save();
        assertEquals(
                "2.0", new Sightings(notes).known().bySerial().get("DOCK-5").version(), "what was told last");
    }

    @Test
    void intakesWhoseClocksDifferKeepTheEntriesOfEachOther() throws Exception {
        long ahead = System.currentTimeMillis() + 3_600_000;
        String note = "{\"DOCK-1\":{\"seenMillis\":" + ahead + ",\"toldMillis\":" + ahead
                + ",\"version\":\"1.2\",\"freeBytes\":7,\"ofALaterVersion\":[1]}}";
        notes.write(FILE, note.getBytes(StandardCharsets.UTF_8));
        Sightings intake = new Sightings(notes);
        intake.seen("DOCK-2");
        intake.save();
        Map<String, Sighting> read = new Sightings(notes).known().bySerial();
        assertEquals(2, read.size());
        Sighting first = read.get("DOCK-1");
        assertEquals(List.of("1.2", "7"), List.of(first.version(), Long.toString(first.freeBytes())));
        long now = System.currentTimeMillis();
        assertTrue(first.seenMillis() <= now && first.toldMillis() <= now, first + " is still to come");
        assertTrue(first.seenMillis() > now - 60_000 && first.toldMillis() > now - 60_000, first.toString());
        Sightings later = new Sightings(notes);
        later.told("DOCK-1", "1.3", 6);
        later.save();
        assertEquals(
                "1.3",
                new Sightings(notes).known().bySerial().get("DOCK-1").version(),
                "a clock that was ahead hides nothing");
    }

    @Test
    void aDamagedNoteIsBegunAnew() throws Exception {
        for (String wrong : List.of(
                "",
                "[]",
                "null",
                "{\"A\":null}",
                "{\"A\":{\"seenMillis\":\"x\"}}",
                "{\"A\":{\"seenMillis\":0}}",
                "{\"A\":{\"x\":1}}")) {
            notes.write(FILE, wrong.getBytes(StandardCharsets.UTF_8));
            Sightings intake = new Sightings(notes);
            assertEquals(Map.of(), intake.known().bySerial(), wrong);
            intake.seen("DOCK-1");
            intake.save();
            assertEquals(1, new Sightings(notes).known().bySerial().size(), wrong);
        }
    }
}
