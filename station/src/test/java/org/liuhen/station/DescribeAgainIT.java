package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Vault;

/**
 * A site gets a profile of its own for the names of files, so what was said of its recordings before is stale. They are described
 * once more, from parts of the stored files; the station is killed meanwhile; what was said before stays, and everything verifies.
 */
@Tag("slow")
class DescribeAgainIT {
    private static final int ITEMS = 12;
    private static final String PROFILE = "[{\"name\": \"own\", \"pattern\": \"(?<device>CAM[0-9]+)-.*\","
            + " \"samples\": {\"CAM7-1.mp4\": {\"device\": \"CAM7\"}}}]";

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @Test
    void whatIsStaleIsDescribedOnceMoreAndNothingIsTakenBack() throws Exception {
        Path recording = Recording.make(folder.resolve("CAM7-0.mp4"), 2);
        List<String> paths = new ArrayList<>(List.of(recording.toString()));
        for (int i = 1; i < ITEMS; i++) {
            Path text = Files.writeString(folder.resolve("CAM7-" + i + ".txt"), "询问笔录 " + i);
            paths.add(text.toString());
        }
        Path data = folder.resolve("data");
        try (LiveStation station = new LiveStation(data)) {
            List<String> upload = new ArrayList<>(List.of("upload", "--data", data.toString(), "--officer", "110023"));
            upload.addAll(paths);
            assertEquals(0, LiveStation.liuhen(upload.toArray(String[]::new)));
            Map<String, String> before = descriptions(station.awaitSealed(ITEMS));
            assertEquals("0 items requested", stale(station));

            // One more, because somebody asks: the same tools say the same, in an event of their own.
            String first = before.keySet().iterator().next();
            assertEquals(
                    0,
                    LiveStation.liuhen(
                            "describe", first, "--reason", "once more", "--data", data.toString(), "--officer", "a"));
            LiveStation.await(() -> count(station, first, "described") == 2);
            assertEquals(before, descriptions(station.items()));
            refusals(station);

            station.kill();
            Files.writeString(data.resolve("profiles.json"), PROFILE);
            station.start();
            assertEquals(ITEMS + " items requested", stale(station));
            Thread.sleep(300); // some of them are done, some are not
            station.kill();
            station.start();
            LiveStation.await(() -> station.items().stream()
                    .noneMatch(item -> before.get(item.get("id").asText())
                            .equals(item.get("metadataSha256").asText())));
            assertEquals("0 items requested", stale(station));

            Map<String, String> after = descriptions(station.items());
            try (Vault vault = station.vaultSettings().open()) {
                for (String id : before.keySet()) {
                    assertNotEquals(before.get(id), after.get(id));
                    for (String digest : List.of(before.get(id), after.get(id))) {
                        byte[] kept = vault.log(new LogName("site-1"))
                                .read(Described.metadataPath(new Sha256Digest(digest)))
                                .orElseThrow();
                        boolean said = new String(kept, StandardCharsets.UTF_8).contains("\"CAM7\"");
                        assertEquals(digest.equals(after.get(id)), said, "what was found before stays as it was");
                    }
                    assertEquals(id.equals(first) ? 3 : 2, count(station, id, "described"));
                    assertEquals(id.equals(first) ? 2 : 1, count(station, id, "descriptionRequested"));
                }
            }
            JsonNode video = station.items().stream()
                    .filter(item -> item.get("fileName").asText().equals("CAM7-0.mp4"))
                    .findFirst()
                    .orElseThrow();
            JsonNode values =
                    station.get("/api/evidence/" + video.get("id").asText()).get("metadata");
            assertTrue(values.toString().contains("\"videoCodec\""), values.toString());
            assertTrue(values.toString().contains("previewSha256"), values.toString());
            JsonNode report = station.get("/api/verification");
            assertTrue(report.get("verified").asBoolean(), report.toString());
            backAndForth(station, after);
            // Not only the newest description is looked after.
            try (Vault vault = station.vaultSettings().open()) {
                vault.log(new LogName("site-1"))
                        .write(Described.metadataPath(new Sha256Digest(before.get(first))), new byte[] {'{', '}'});
            }
            String faults = station.get("/api/verification").get("faults").toString();
            assertTrue(faults.contains("VF-111") && faults.contains(before.get(first)), faults);
            if (!LiveStation.onS3()) { // on S3 nobody gets at the bytes
                bytesThatAreGone(station, List.copyOf(before.keySet()));
            }
        }
        TestFiles.deleteAll(folder);
    }

    /** A profile that turns out wrong is taken away, and comes again: each time all are described with what is in use then. */
    private void backAndForth(LiveStation station, Map<String, String> withIt) throws Exception {
        Path profiles = station.data.resolve("profiles.json");
        for (boolean away : new boolean[] {true, false}) {
            station.kill();
            if (away) {
                Files.delete(profiles);
            } else {
                Files.writeString(profiles, PROFILE);
            }
            station.start();
            assertEquals(ITEMS + " items requested", stale(station), away ? "taken away" : "and again");
            LiveStation.await(() -> station.items().stream()
                    .allMatch(item -> away
                            != withIt.get(item.get("id").asText())
                                    .equals(item.get("metadataSha256").asText())));
        }
    }

    /** An item whose bytes are gone, and one that lost its end: that is on the record, and the others are described as before. */
    private static void bytesThatAreGone(LiveStation station, List<String> ids) throws Exception {
        for (Path file : TestFiles.below(station.data.resolve("vault"))) {
            if (file.endsWith(ids.get(0))) {
                Files.delete(file);
            } else if (file.endsWith(ids.get(1))) {
                file.toFile().setWritable(true);
                Files.write(file, new byte[1]);
            }
        }
        for (String id : ids.subList(0, 3)) {
            assertEquals(
                    0,
                    LiveStation.liuhen(
                            "describe", id, "--reason", "gone", "--data", station.data.toString(), "--officer", "b"));
        }
        for (String id : ids.subList(0, 2)) {
            LiveStation.await(() -> count(station, id, "descriptionFailed") == 1);
        }
        int before = count(station, ids.get(2), "described");
        assertTrue(before >= 4, before + " descriptions");
        LiveStation.await(() ->
                count(station, ids.get(2), "descriptionRequested") == count(station, ids.get(2), "described") - 1);
        assertEquals("RUNNING", station.get("/api/health").get("liuhen-ingest").asText());
    }

    private static Map<String, String> descriptions(List<JsonNode> items) {
        Map<String, String> digests = new LinkedHashMap<>();
        items.forEach(item ->
                digests.put(item.get("id").asText(), item.get("metadataSha256").asText()));
        assertEquals(ITEMS, digests.size());
        return digests;
    }

    private static int count(LiveStation station, String id, String type) throws Exception {
        int count = 0;
        for (JsonNode row : station.get("/api/evidence/" + id + "/custody").get("entries")) {
            count += row.at("/entry/event/eventType").asText().equals(type) ? 1 : 0;
        }
        return count;
    }

    private String stale(LiveStation station) throws Exception {
        Process process = new ProcessBuilder(LiveStation.command(
                        "describe",
                        "--stale",
                        "--reason",
                        "own profile",
                        "--officer",
                        "admin",
                        "--data",
                        station.data.toString()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said.substring(0, said.indexOf(','));
    }

    private static void refusals(LiveStation station) throws Exception {
        for (String[] wrong : new String[][] {
            {"{", "RV-105"},
            {"{\"stale\": true}", "RV-106"},
            {"{\"reason\": \"x\"}", "RV-116"},
            {"{\"reason\": \"x\", \"evidence\": [\"01jdb3kz0r0000000000000000\"]}", "RV-101"}
        }) {
            HttpResponse<String> answer = station.send(HttpRequest.newBuilder(station.at("/api/descriptions"))
                    .POST(HttpRequest.BodyPublishers.ofString(wrong[0])));
            assertTrue(answer.statusCode() >= 400 && answer.statusCode() < 500, answer.body());
            assertEquals(
                    wrong[1],
                    LiveStation.JSON.readTree(answer.body()).get("code").asText());
        }
        assertFalse(station.items().isEmpty());
        assertNotEquals(0, LiveStation.liuhen("describe", "--reason", "neither items nor --stale"));
    }
}
