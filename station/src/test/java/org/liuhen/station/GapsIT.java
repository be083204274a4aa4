package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of gap, made by our own command line, which says no time: a station whose clock is two days back takes dispatch records and
 * uploads, and the same station today says what is missing.
 */
@Tag("slow")
class GapsIT {
    private static final String EARLIER = "LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1) FAKETIME=-2d"
            + " FAKETIME_FORCE_MONOTONIC_FIX=1 exec \"$@\"";
    private static final DateTimeFormatter IN_NAME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.ofHours(8));
    private static final long LARGE = 2L << 30;

    @TempDir
    Path folder;

    private Path recording(Instant begun, String officerNo, int seconds) throws Exception {
        return Files.write(
                folder.resolve(IN_NAME.format(begun) + "_DSJ7A12_" + officerNo + ".wav"), DispatchIT.sound(seconds));
    }

    private static int upload(LiveStation station, Path file, String officerNo) throws Exception {
        return LiveStation.liuhen(
                "upload", file.toString(), "--url", station.at("").toString(), "--officer", officerNo);
    }

    private static JsonNode items(LiveStation station, String query) throws Exception {
        return station.get("/api/evidence?" + query).get("evidence");
    }

    private static String gaps(LiveStation station) throws Exception {
        return station.get("/api/gaps").toString();
    }

    private static void awaitGap(LiveStation station, String gap) throws Exception {
        String[] seen = new String[1];
        try {
            await(() -> {
                seen[0] = gaps(station);
                return seen[0].contains(gap);
            });
        } catch (AssertionError never) {
            throw new AssertionError(gap + " is not among " + seen[0], never);
        }
    }

    @Test
    void eachKindIsMadeByOurOwnSenders() throws Exception {
        Path data = folder.resolve("data");
        Instant sent =
                Instant.now().minus(Duration.ofDays(2)).minusSeconds(7_200).truncatedTo(ChronoUnit.SECONDS);
        String begun;
        try (LiveStation earlier =
                new LiveStation(List.of("sh", "-c", EARLIER, "sh"), data, "--no-devices", "--no-previews")) {
            String records = "[{\"incidentNo\":\"JQ-SHORT\",\"officerNos\":[\"110701\"],\"dispatchedAt\":\"" + sent
                    + "\",\"clearedAt\":\"" + sent.plusSeconds(3_600)
                    + "\"},{\"incidentNo\":\"JQ-NONE\",\"officerNos\":[\"110702\"],\"dispatchedAt\":\"" + sent
                    + "\",\"clearedAt\":\"" + sent.plusSeconds(3_600) + "\"}]";
            HttpResponse<String> taken = earlier.send(HttpRequest.newBuilder(earlier.at("/api/dispatch-records"))
                    .header("Liuhen-Officer", "110001")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(records)));
            assertEquals(202, taken.statusCode(), taken.body());
            assertEquals(0, upload(earlier, recording(sent.plusSeconds(300), "110701", 20), "110701"));
            await(() -> items(earlier, "case=JQ-SHORT").size() == 1);
            piece(earlier, 1);
            piece(earlier, 3);
            begun = half(earlier);
            assertTrue(!gaps(earlier).contains("gapId"), "nothing is late yet: " + gaps(earlier));
            assertEquals(0, segments(earlier, "recordings").size(), "they may still come");
        }
        try (LiveStation station = new LiveStation(data, "--no-devices", "--no-previews")) {
            assertEquals(0, upload(station, recording(sent.plusSeconds(600), "110703", 30), "110703"));
            awaitGap(station, "LATE_UPLOAD ");
            for (String gap : List.of(
                    "DISPATCH_WITHOUT_RECORDING JQ-NONE",
                    "ENDS_BEFORE_CLEARED JQ-SHORT",
                    "DECLARED_NOT_RECEIVED " + begun)) {
                awaitGap(station, gap);
            }
            assertTrue(!gaps(station).contains("DISPATCH_WITHOUT_RECORDING JQ-SHORT"), gaps(station));
            explain(station, begun);
            closesSegments(station);
            assertTrue(station.get("/api/verification").get("verified").asBoolean());
        }
    }

    /** What a supervisor explains is counted apart, is open again when that does not count, and closes when the recording comes. */
    private static void explain(LiveStation station, String begun) throws Exception {
        String gap = "DISPATCH_WITHOUT_RECORDING JQ-NONE";
        String words = "\"reason\":\"设备送修\",\"ground\":\"DEVICE_BROKEN\",\"caseId\":\"JQ-NONE\"";
        act(station, gap, "reopen", words, "RV-133");
        act(station, "DISPATCH_WITHOUT_RECORDING JQ-OTHER", "explain", words, "RV-132");
        act(station, gap, "explain", "\"reason\":\"设备送修\",\"ground\":\"LAZY\"", "RV-105");
        act(station, gap, "explain", "\"ground\":\"OTHER\"", "RV-106");
        act(station, gap, "explain", words + ",\"evidenceId\":\"01jdb3kz0r0000000000000000\"", "RV-101");
        act(station, gap, "explain", words, "");
        act(station, gap, "explain", words, "RV-133");
        assertTrue(!open(station).contains(gap), open(station));
        JsonNode said = station.get("/api/gaps").get("explained").get(0);
        assertEquals(gap, said.get("gapId").asText());
        assertEquals("DEVICE_BROKEN", said.at("/explained/ground").asText());
        assertEquals("设备送修", said.at("/explained/words").asText());
        assertEquals("JQ-NONE", said.at("/explained/caseId").asText());
        assertEquals(1, dispatches(station, "explained"));
        assertEquals(2, dispatches(station, "dispatches"), "an explained one is no recorded one");
        act(station, gap, "reopen", words, "");
        assertTrue(open(station).contains(gap));
        assertEquals(0, dispatches(station, "explained"));

        String item = "DECLARED_NOT_RECEIVED " + begun;
        act(station, item, "explain", words + ",\"evidenceId\":\"" + begun + "\"", "");
        JsonNode view = items(station, "id=" + begun).get(0);
        assertTrue(view.at("/gaps/DECLARED_NOT_RECEIVED").isTextual(), "it is still missing");
        assertEquals(
                "设备送修", view.at("/explainedGaps/DECLARED_NOT_RECEIVED/words").asText());

        act(station, gap, "explain", words, "");
        String late = items(station, "q=110703").get(0).get("id").asText();
        String link = "{\"act\":\"attach\",\"caseId\":\"JQ-NONE\",\"kind\":\"INCIDENT\",\"reason\":\"补传\"}";
        assertEquals(
                200, post(station, "/api/evidence/" + late + "/links", link).statusCode());
        await(() -> !gaps(station).contains(gap));
        act(station, gap, "explain", words, "RV-132");
    }

    private static String piece(LiveStation station, int segment) throws Exception {
        byte[] piece = ("segment " + segment).getBytes(StandardCharsets.UTF_8);
        Map<String, String> metadata = TusSender.metadata("piece" + segment + ".bin", piece);
        metadata.put("recordingId", "DSJ-7/42");
        metadata.put("segment", Integer.toString(segment));
        metadata.put("segmentCount", "3");
        String id = new TusSender(station).upload(metadata, piece).replaceFirst(".*/", "");
        await(() -> station.get("/api/evidence/" + id).has("sealedUntil"));
        return id;
    }

    private static JsonNode segments(LiveStation station, String which) throws Exception {
        return station.get("/api/missing-segments").get(which);
    }

    private static void assertSegments(LiveStation station, int explained, int open) throws Exception {
        assertEquals(explained, segments(station, "explainedInAll").asInt());
        assertEquals(open, segments(station, "open").asInt());
    }

    /** Missing segments are closed by hand, and taken back; which they are, their name says. */
    private static void closesSegments(LiveStation station) throws Exception {
        String gap = "MISSING_SEGMENTS DSJ-7/42 2";
        String words = "\"ground\":\"DEVICE_BROKEN\",\"reason\":\"维修单 17\"";
        assertEquals(gap, segments(station, "recordings").at("/0/gapId").asText());
        assertSegments(station, 0, 1);
        act(station, gap, "reopen", words, "RV-133");
        for (String other : List.of("DSJ-7/42 3", "DSJ-7/42", "DSJ-8 2", "")) {
            act(station, "MISSING_SEGMENTS " + other, "explain", words, "RV-132");
        }
        act(station, gap, "explain", words, "");
        JsonNode said = segments(station, "explained").at("/0/explained");
        assertEquals("DEVICE_BROKEN", said.get("ground").asText());
        assertEquals("维修单 17", said.get("words").asText());
        assertSegments(station, 1, 0);
        act(station, gap, "explain", words, "RV-133");
        act(station, gap, "reopen", words, "");
        assertSegments(station, 0, 1);
        assertEquals(
                0,
                station.get("/api/missing-segments?after=DSJ-7%2F42")
                        .get("recordings")
                        .size());
        act(station, gap, "explain", words, "");
        String last = piece(station, 2);
        assertEquals(
                0,
                segments(station, "recordings").size()
                        + segments(station, "explained").size());
        assertEquals(3, station.get("/api/evidence/" + last).get("segments").size());
    }

    private static String open(LiveStation station) throws Exception {
        return station.get("/api/gaps").get("gaps").toString();
    }

    private static int dispatches(LiveStation station, String figure) throws Exception {
        int sum = 0;
        for (JsonNode day : station.get("/api/units").get("units")) {
            sum += day.path(figure).asInt();
        }
        return sum;
    }

    private static void act(LiveStation station, String gap, String act, String words, String code) throws Exception {
        HttpResponse<String> answer =
                post(station, "/api/gaps/acts", "{\"act\":\"" + act + "\",\"gapId\":\"" + gap + "\"," + words + "}");
        assertEquals(code, LiveStation.JSON.readTree(answer.body()).path("code").asText(""), answer.body());
        assertEquals(code.isEmpty(), answer.statusCode() == 200, answer.body());
    }

    private static HttpResponse<String> post(LiveStation station, String path, String body) throws Exception {
        return station.send(HttpRequest.newBuilder(station.at(path))
                .header("Liuhen-Officer", "110001")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** An upload whose sender dies on the way; gives its name. */
    private String half(LiveStation station) throws Exception {
        Path large = folder.resolve("large.bin");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(LARGE);
        }
        Process sender = new ProcessBuilder(LiveStation.command(
                        "upload", large.toString(), "--url", station.at("").toString(), "--officer", "110704"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sender.log").toFile())
                .start();
        try {
            await(() -> {
                assertTrue(sender.isAlive(), "it was sent before it could be stopped");
                return items(station, "state=declared").size() == 1;
            });
        } finally {
            sender.destroyForcibly().waitFor();
        }
        return items(station, "state=declared").get(0).get("id").asText();
    }
}
