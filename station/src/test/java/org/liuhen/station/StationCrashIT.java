package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.storage.Vault;

/** Kills the station at random moments while files come in, and counts what is left. */
@Tag("slow")
class StationCrashIT {
    private static final int KILLS = Integer.getInteger("liuhen.kills", 20);
    private static final int FILES = 10 * KILLS;
    private static final int SENDERS = 8;
    private static final int CHUNK = 256 << 10;
    private static final LogName SITE = new LogName("site-1");

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final Random random = new Random(20261124);
    private final AtomicInteger acknowledgedPatches = new AtomicInteger();
    private final AtomicInteger brokenRequests = new AtomicInteger();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private LiveStation station;

    @Test
    void losesNoAcknowledgedByteRecordsEveryFileOnceAndNeverForks() throws Exception {
        List<byte[]> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(3) : random.nextInt(1_500_000)];
            random.nextBytes(bytes);
            if (bytes.length > 8) { // no two files are the same
                System.arraycopy(String.format("%08d", i).getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 8);
            } else {
                bytes = String.format("small-%08d", i).getBytes(StandardCharsets.US_ASCII);
            }
            files.add(bytes);
        }
        station = new LiveStation(folder.resolve("data"));
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        Semaphore allowed = new Semaphore(0);
        List<Future<?>> sending = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = files.get(i);
            String name = "file-" + i + ".bin";
            sending.add(senders.submit(() -> {
                allowed.acquire();
                send(name, bytes);
                return null;
            }));
        }
        List<byte[]> heads = new ArrayList<>();
        // A slow machine with a slow store may otherwise be killed twenty times before its first head.
        LiveStation.await(() -> head().statusCode() == 200);
        int longest = LiveStation.onS3() ? 8_000 : 5_000;
        for (int kill = 0; kill < KILLS; kill++) {
            allowed.release(FILES / KILLS);
            Thread.sleep(200 + random.nextInt(longest - 200));
            HttpResponse<byte[]> head = head();
            if (head.statusCode() == 200) {
                heads.add(head.body());
            }
            station.kill();
            station.start();
        }
        for (Future<?> one : sending) {
            one.get();
        }
        senders.shutdown();
        assertTrue(heads.size() >= KILLS / 4, "too few heads were seen to say anything of forks: " + heads.size());
        assertEquals(List.of(), List.copyOf(violations), "acknowledged bytes were lost");

        List<JsonNode> sealed = station.awaitSealed(FILES);
        Map<String, Integer> bySha256 = new HashMap<>();
        sealed.forEach(item -> bySha256.merge(item.get("sha256").asText(), 1, Integer::sum));
        for (byte[] bytes : files) {
            assertEquals(1, bySha256.get(Sha256Digest.of(bytes).hex()), "each file is recorded exactly once");
        }
        assertEquals(FILES, sealed.size());
        Map<String, Integer> events = new HashMap<>();
        for (JsonNode item : sealed) {
            assertEquals("verified", item.get("state").asText());
            JsonNode chain = station.get("/api/evidence/" + item.get("id").asText() + "/custody");
            assertTrue(chain.get("verified").asBoolean(), chain.toString());
            chain.get("entries")
                    .forEach(entry ->
                            events.merge(entry.at("/entry/event/eventType").asText(), 1, Integer::sum));
        }
        for (String once : List.of("declared", "received", "verified", "described", "sealed")) {
            assertEquals(FILES, events.get(once), once + " stands once in each chain");
        }
        JsonNode report = station.get("/api/verification");
        assertTrue(report.get("verified").asBoolean(), report.toString());
        int prefixes = requirePrefixes(heads, report.get("entries").asLong());
        station.close();
        System.out.printf(
                "crash test (%s): %d kills during %d uploads; %d PATCH requests acknowledged, %d requests broken; %d files"
                        + " sealed, each once; %d log entries; %d earlier heads are prefixes of the last; 0 bytes lost%n",
                LiveStation.onS3() ? "S3" : "directory",
                KILLS,
                FILES,
                acknowledgedPatches.get(),
                brokenRequests.get(),
                sealed.size(),
                report.get("entries").asLong(),
                prefixes);
        TestFiles.deleteAll(folder);
    }

    /** Every head that was ever signed is the head of a prefix of the log as it is now. */
    private HttpResponse<byte[]> head() throws IOException, InterruptedException {
        return station.http.send(
                HttpRequest.newBuilder(station.at("/log/" + SITE.value() + "/checkpoint"))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private int requirePrefixes(List<byte[]> heads, long size) throws Exception {
        SignedNote.Verifier key = SignedNote.Verifier.parse(Files.readString(folder.resolve("data/keys/site-1.vkey")));
        try (Vault vault = station.vaultSettings().open()) {
            for (byte[] note : heads) {
                Checkpoint head = Checkpoint.open(note, SITE.origin(), key);
                assertTrue(head.size() <= size);
                assertEquals(
                        head.root(),
                        Sha256Digest.ofRaw(new Tiles(vault.log(SITE), head.size()).root()),
                        "the log forked at " + head.size());
            }
        }
        return heads.size();
    }

    /** Sends one file as a real sender does: until the station has said that it has all of it. */
    private void send(String name, byte[] bytes) throws InterruptedException {
        TusSender sender = new TusSender(station);
        String location = null;
        long acknowledged = 0;
        while (true) {
            try {
                if (location == null) {
                    HttpResponse<String> created = sender.create(TusSender.metadata(name, bytes), bytes.length);
                    requireOrThrow(created, 201);
                    location = created.headers().firstValue("Location").orElseThrow();
                }
                HttpResponse<String> head = sender.head(location);
                requireOrThrow(head, 200);
                long offset = Long.parseLong(
                        head.headers().firstValue("Upload-Offset").orElseThrow());
                if (offset < acknowledged) {
                    violations.add(name + ": " + acknowledged + " bytes were acknowledged, " + offset + " are there");
                }
                while (offset < bytes.length) {
                    HttpResponse<String> sent = sender.patch(location, offset, TusSender.slice(bytes, offset, CHUNK));
                    requireOrThrow(sent, 204);
                    acknowledgedPatches.incrementAndGet();
                    offset = Long.parseLong(
                            sent.headers().firstValue("Upload-Offset").orElseThrow());
                    acknowledged = offset;
                    Thread.sleep(50);
                }
                return;
            } catch (IOException broken) {
                brokenRequests.incrementAndGet();
                Thread.sleep(300);
            }
        }
    }

    private static void requireOrThrow(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
    }
}
