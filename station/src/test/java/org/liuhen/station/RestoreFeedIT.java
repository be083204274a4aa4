package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.JSON;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.LogEvent.FeedRestored;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.SignedNote.Verifier;
import org.liuhen.custody.log.Tiles;
import org.liuhen.ingest.IngestJob;
import org.liuhen.ingest.record.RecordJob;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;
import picocli.CommandLine;

/** Kafka, Flink's state and PostgreSQL are lost; from vault and published log alone the station comes back. */
@Tag("slow")
class RestoreFeedIT {
    private static final LogName SITE = new LogName("site-1");

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aStationGoesOnWithItsLogFromTheStoreAlone() throws Exception {
        Path data = folder.resolve("data");
        List<String> sealed = new ArrayList<>();
        String onItsWay;
        String notInTheLog;
        Map<String, JsonNode> answers;
        try (Station station = SavepointIT.station(data)) {
            for (int i = 0; i < 4; i++) {
                sealed.add(SavepointIT.upload(station, "sealed-" + i + ".txt", bytes("sealed " + i)));
            }
            await(() -> items(station).values().stream()
                            .filter(item -> item.has("sealedUntil"))
                            .count()
                    == sealed.size());
            link(station, "attach", sealed.get(0), "A1");
            link(station, "attach", sealed.get(1), "A1");
            link(station, "detach", sealed.get(1), "A1");
            station.flink()
                    .cluster()
                    .cancelJob(station.flink().job(IngestJob.NAME))
                    .get();
            onItsWay = SavepointIT.upload(station, "on its way.txt", bytes("on its way"));
            await(() -> items(station).size() == sealed.size() + 1);
            answers = items(station);
            station.flink()
                    .cluster()
                    .cancelJob(station.flink().job(RecordJob.NAME))
                    .get();
            notInTheLog = SavepointIT.upload(station, "not in the log.txt", bytes("not in the log"));
        }
        Checkpoint before = head(data);
        assertNotEquals(0, restore(data, "site-2"), "there is no such log");
        assertTrue(Files.exists(data.resolve("kafka")), "nothing is put aside before the log was verified");
        for (int lost = 0; lost < 2; lost++) { // and once more, of a feed that was restored
            for (String part : List.of("kafka", "flink", "postgres")) {
                TestFiles.deleteAll(data.resolve(part));
            }
            String refused = assertThrows(
                            Exception.class, () -> SavepointIT.station(data).close())
                    .getMessage();
            assertTrue(refused.contains("FD-105"), refused);
            assertEquals(before, head(data), "nothing was published");
            byte[] unsigned = leaveUnpublished(data, before.size());
            assertEquals(0, restore(data, "site-1"));
            Path aside = data.resolve("vault/custody/site-1/unpublished/" + before.size());
            assertArrayEquals(
                    unsigned, Files.readAllBytes(TestFiles.below(aside).get(0)));
            Checkpoint restored = before;
            int round = lost;
            try (Station station = SavepointIT.station(data)) {
                await(() -> items(station).values().stream()
                                .filter(item -> item.has("sealedUntil"))
                                .count()
                        == sealed.size() + 2);
                Map<String, JsonNode> after = items(station);
                assertTrue(after.containsKey(onItsWay) && after.containsKey(notInTheLog));
                for (String id : sealed) {
                    assertEquals(answers.get(id), after.get(id));
                }
                String more = SavepointIT.upload(station, "after.txt", bytes("after " + round));
                await(() -> items(station).get(more) != null
                        && items(station).get(more).has("sealedUntil"));
                sealed.add(more);
                JsonNode verified = get(station, "/api/verification");
                assertTrue(verified.get("verified").asBoolean(), verified.toString());
                answers = items(station);
            }
            before = head(data);
            continues(data, restored, before);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** As a publication of the lost feed leaves it that died before its checkpoint: at the very place that the restored feed will write to. */
    private static byte[] leaveUnpublished(Path data, long size) throws IOException {
        byte[] other = bytes("what no head commits to");
        try (Vault vault = VaultSettings.directory(data.resolve("vault"), false).open()) {
            for (long more = 1; more < 10; more++) {
                vault.log(SITE)
                        .createAll(Map.of(
                                "tile/entries/%03d.p/%d".formatted((size + more) / 256, (size + more) % 256), other));
            }
        }
        return other;
    }

    private static int restore(Path data, String site) {
        return new CommandLine(new Liuhen())
                .execute(
                        "restore-feed",
                        "--data",
                        data.toString(),
                        "--site",
                        site,
                        "--reason",
                        "Kafka's disk is broken");
    }

    /** The later head continues the earlier one, the first entry after it says what happened, and no event is there twice. */
    private static void continues(Path data, Checkpoint earlier, Checkpoint later) throws Exception {
        try (Vault vault = VaultSettings.directory(data.resolve("vault"), false).open()) {
            Tiles tiles = new Tiles(vault.log(SITE), later.size());
            assertEquals(earlier.root(), Sha256Digest.ofRaw(new Tiles(vault.log(SITE), earlier.size()).root()));
            FeedRestored said =
                    (FeedRestored) Entry.decode(tiles.entry(earlier.size())).event();
            assertEquals(earlier.size(), said.size());
            assertEquals(earlier.root(), said.root());
            assertEquals("Kafka's disk is broken", said.context().purpose());
            Set<String> ids = new HashSet<>();
            for (long i = 0; i < later.size(); i++) {
                String id = Entry.decode(tiles.entry(i)).event().context().eventId();
                assertTrue(ids.add(id), "entry " + i + " is there twice");
            }
        }
    }

    private static Checkpoint head(Path data) throws Exception {
        try (Vault vault = VaultSettings.directory(data.resolve("vault"), false).open()) {
            Verifier key = Verifier.parse(Files.readString(data.resolve("keys/site-1.vkey")));
            return Checkpoint.open(vault.log(SITE).read(Tiles.CHECKPOINT).orElseThrow(), SITE.origin(), key);
        }
    }

    private void link(Station station, String act, String id, String caseId) throws Exception {
        HttpResponse<String> done = http.send(
                HttpRequest.newBuilder(URI.create(station.url() + "/api/links"))
                        .header("Liuhen-Officer", "110023")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"act\":\"" + act + "\",\"evidence\":[\"" + id
                                + "\"],\"caseId\":\"" + caseId + "\",\"reason\":\"a test\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, done.statusCode(), done.body());
    }

    private JsonNode get(Station station, String path) throws Exception {
        return JSON.readTree(http.send(
                        HttpRequest.newBuilder(URI.create(station.url() + path))
                                .header("Liuhen-Officer", "110023")
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private Map<String, JsonNode> items(Station station) throws Exception {
        Map<String, JsonNode> items = new TreeMap<>();
        get(station, "/api/evidence?limit=100")
                .get("evidence")
                .forEach(item -> items.put(item.get("id").asText(), item));
        return items;
    }
}
