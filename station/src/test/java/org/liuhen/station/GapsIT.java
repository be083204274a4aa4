package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of gap, made by our own command line, which says no time: a station whose clock is two days back takes dispatch records and
 * uploads, and the same station today says what is missing.
 */
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
            begun = half(earlier);
            assertTrue(!gaps(earlier).contains("gapId"), "nothing is late yet: " + gaps(earlier));
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
            assertTrue(station.get("/api/verification").get("verified").asBoolean());
        }
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
