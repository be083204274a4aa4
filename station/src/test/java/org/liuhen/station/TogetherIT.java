package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of one case play in step in a real browser, and each is one session of playing on the record. */
@Tag("browser")
@DisabledIf("onS3") // nothing of it reaches the store
class TogetherIT {
    private static final String CASE = "京公（刑）立字〔2026〕9号";

    @TempDir
    private Path folder;

    private final Instant begun = Instant.now().minus(3, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @Test
    void playsWhatSeveralCamerasSawAtTheSameMoment() throws Exception {
        try (LiveStation station = new LiveStation(folder.resolve("data"), "--no-previews")) {
            String first = recording(station, "first", 0, 8);
            String second = recording(station, "second", 3, 8);
            String later = recording(station, "later", 3_600, 8);
            TusSender sender = new TusSender(station);
            byte[] text = "no recording".getBytes(StandardCharsets.UTF_8);
            Map<String, String> metadata = TusSender.metadata("notes.txt", text);
            metadata.put("caseId", CASE);
            sender.upload(metadata, text);
            station.awaitSealed(4);
            for (String lang : List.of("zh", "en")) {
                Process browser = new ProcessBuilder(
                                "node", "together.mjs", station.at("").toString(), lang, CASE, first, second, later)
                        .directory(Path.of("src/test/clients").toFile())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, browser.waitFor(), said);
                assertEquals("in step", said.strip());
            }
            for (String id : List.of(first, second, later)) {
                LiveStation.await(() -> count(station, id, "played") == 2);
                assertEquals(2, count(station, id, "playOpened"));
            }
        }
    }

    private static long count(LiveStation station, String id, String kind) throws Exception {
        JsonNode chain = station.get("/api/evidence/" + id + "/custody");
        return chain.findValuesAsText("eventType").stream().filter(kind::equals).count();
    }

    /** A recording of a case, of so many seconds, that a camera began so many seconds after the first one. */
    private String recording(LiveStation station, String name, int after, int seconds) throws Exception {
        Path file = Recording.make(folder.resolve(name + ".mp4"), seconds);
        byte[] bytes = Files.readAllBytes(file);
        Map<String, String> metadata = TusSender.metadata(name + ".mp4", bytes);
        metadata.put("caseId", CASE);
        metadata.put("captureStart", begun.plusSeconds(after).toString());
        metadata.put("captureEnd", begun.plusSeconds(after + seconds).toString());
        return new TusSender(station).upload(metadata, bytes).replaceFirst(".*/", "");
    }
}
