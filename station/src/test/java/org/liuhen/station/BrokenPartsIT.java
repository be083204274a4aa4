package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A part that is missing or breaks costs what needs it, and no other item: the item is put aside, the next one goes on, and it is mended later. */
@Tag("slow")
class BrokenPartsIT {
    @TempDir
    static Path folder;

    private static LiveStation station;
    private static TusSender sender;
    private static byte[] recording;

    @BeforeAll
    static void start() throws Exception {
        assertEquals(0, LiveStation.liuhen("sample", folder.resolve("sample").toString()));
        recording = Files.readAllBytes(folder.resolve("sample/执法记录.mp4"));
        station = new LiveStation(folder.resolve("data"));
        sender = new TusSender(station);
        String first = upload("first.mp4", recording("first")); // by now the media programs are unpacked
        assertTrue(item(first).has("metadataSha256"), item(first).toString());
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    @Test
    void aLibraryThatIsMissingCostsDescriptionsOfRecordingsUntilItIsBack() throws Exception {
        String id;
        Replaced replaced = new Replaced("libavcodec.so.62", null);
        try {
            id = upload("without-library.mp4", recording("without library"));
            JsonNode item = item(id);
            assertTrue(item.path("descriptionFailure").asText().contains("DS-104"), item.toString());
            assertPutAside(id);
            await(() -> health().at("/problems/parsers").asText().contains("DS-104"));
            assertFalse(health().get("healthy").asBoolean());
            assertFalse(item(upload("text.txt", "text".getBytes(StandardCharsets.UTF_8)))
                    .has("descriptionFailure"));
        } finally {
            replaced.putBack();
        }
        assertMended(id);
        await(() -> health().get("healthy").asBoolean());
    }

    @ParameterizedTest
    @CsvSource({
        "exits, exit 3",
        "prints garbage, echo '[{'",
        "prints nothing, exit 0",
        "hangs, sleep 1000",
        "is killed, kill -9 $$"
    })
    void anFfprobeThat(String what, String script) throws Exception {
        String id;
        Replaced replaced = new Replaced("ffprobe", "#!/bin/sh\n" + script + "\n");
        try {
            id = upload(what.replace(' ', '-') + ".mp4", recording(what));
            assertTrue(item(id).has("descriptionFailure"), item(id).toString());
            assertPutAside(id);
        } finally {
            replaced.putBack();
        }
        assertMended(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.IllegalStateException",
                "java.io.IOException",
                "java.lang.Exception",
                "java.lang.StackOverflowError",
                "java.lang.OutOfMemoryError",
                "java.lang.NoClassDefFoundError",
                "java.lang.UnsatisfiedLinkError",
                "java.lang.AssertionError",
                "java.lang.InternalError",
                "java.lang.ThreadDeath",
                "java.lang.Throwable"
            })
    void aParserThatThrows(String throwable) throws Exception {
        byte[] bytes = (ThrowingParser.MAGIC + throwable).getBytes(StandardCharsets.UTF_8);
        String id = upload(throwable + ".erl", bytes);
        JsonNode item = item(id);
        assertTrue(item.has("descriptionFailure"), item.toString());
        assertEquals("verified", item.get("state").asText());
        String next =
                upload("after-" + throwable + ".txt", ("the one after " + throwable).getBytes(StandardCharsets.UTF_8));
        assertFalse(item(next).has("descriptionFailure"), item(next).toString());
        assertEquals(0, health().at("/jobs/liuhen-ingest/restarts").asInt(), health().toString());
    }

    /** It stands on the pile of the page, and the job goes on. */
    private static void assertPutAside(String id) throws Exception {
        assertTrue(
                station.get("/api/evidence?desk=putAside&limit=500").toString().contains(id), "on the pile");
        assertTrue(health().at("/items/putAside").asInt() > 0, health().toString());
        assertEquals("RUNNING", health().get("liuhen-ingest").asText());
        assertEquals(0, health().at("/jobs/liuhen-ingest/restarts").asInt(), health().toString());
    }

    private static void describeAgain(String id) throws Exception {
        LiveStation.said(LiveStation.command(
                "describe", "--data", station.data.toString(), "--officer", "110023", "--reason", "mended", id));
    }

    private static void assertMended(String id) throws Exception {
        describeAgain(id);
        await(() -> !item(id).has("descriptionFailure"));
        assertEquals("video/mp4", item(id).get("mediaType").asText());
        assertEquals(
                1,
                LiveStation.said(LiveStation.command(
                                "show", "--data", station.data.toString(), "--officer", "110024", id))
                        .lines()
                        .filter(line -> line.contains(" duration: 6"))
                        .count());
    }

    /** A file of the media programs, as the running station has unpacked them, is another one or none until it is put back. */
    private static final class Replaced {
        private final List<Path> places;

        Replaced(String name, String script) throws IOException {
            places = TestFiles.below(station.data.resolve("scratch")).stream()
                    .filter(path -> path.endsWith(Path.of("programs", name)))
                    .toList();
            assertFalse(places.isEmpty());
            for (Path place : places) {
                Files.move(place, away(place));
                if (script != null) {
                    Files.writeString(place, script);
                    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }

        private static Path away(Path place) {
            return place.resolveSibling("away");
        }

        void putBack() throws IOException {
            for (Path place : places) {
                Files.move(away(place), place, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The same recording with other bytes: a box at its end that readers skip (ISO/IEC 14496-12, 8.1.2). */
    private static byte[] recording(String what) {
        byte[] name = what.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(recording.length + 8 + name.length)
                .put(recording)
                .putInt(8 + name.length)
                .put("free".getBytes(StandardCharsets.US_ASCII))
                .put(name)
                .array();
    }

    private static String upload(String name, byte[] bytes) throws Exception {
        String place = sender.upload(TusSender.metadata(name, bytes), bytes);
        String id = place.substring(place.lastIndexOf('/') + 1);
        await(() -> item(id).has("sealedUntil"));
        return id;
    }

    private static JsonNode item(String id) throws Exception {
        return station.get("/api/evidence?id=" + id).at("/evidence/0");
    }

    private static JsonNode health() throws Exception {
        return station.get("/api/health");
    }
}
