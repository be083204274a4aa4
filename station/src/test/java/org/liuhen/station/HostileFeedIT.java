package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.HostileEvents;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.storage.Vault;
import picocli.CommandLine;

/**
 * More than 20,000 events and dispatch records at all extremes are written into the feed between 200 good uploads. No job restarts, each good
 * upload is sealed and on the record, the tree verifies, and each bad record is a refusal, an event of its own, or nothing.
 */
@Tag("slow")
class HostileFeedIT {
    private static final int GOOD = 200;
    private static final int HOSTILE = 20_000;
    private static final int HOSTILE_DISPATCHES = 3_000;

    @TempDir
    Path folder;

    @Test
    void noRecordStopsTheOthers() throws Exception {
        LogName half = new LogName("half"); // somebody has copied half of its key here
        Path file = Files.createDirectories(folder.resolve("data/keys")).resolve("half.pem");
        SignedNote.Signer signer = LogKey.readOrCreate(file, half);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            TusSender sender = new TusSender(station);
            HostileEvents hostile = new HostileEvents(20_261_127, new LogName("site-1"));
            List<byte[]> events = hostile.events(HOSTILE);
            List<byte[]> dispatches = hostile.dispatchRecords(HOSTILE_DISPATCHES);
            Random random = new Random(1);
            Set<String> good = new HashSet<>();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            try (KafkaProducer<byte[], byte[]> feed =
                    new KafkaProducer<>(station.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
                for (int i = 0; i < GOOD; i++) {
                    for (byte[] event : part(events, i)) {
                        sent.add(feed.send(signed(key(random), event, random)));
                    }
                    for (byte[] record : part(dispatches, i)) {
                        sent.add(feed.send(new ProducerRecord<>(DispatchRecords.TOPIC, key(random), record)));
                    }
                    byte[] bytes = ("good " + i).getBytes(StandardCharsets.UTF_8);
                    String place = sender.upload(TusSender.metadata("good-" + i + ".txt", bytes), bytes);
                    for (Future<RecordMetadata> one : sent) {
                        one.get(30, TimeUnit.SECONDS);
                    }
                    sent.clear();
                    good.add(place.substring(place.lastIndexOf('/') + 1));
                }
            }
            await(() -> sealed(station, good) == GOOD);
            JsonNode health = station.get("/api/health");
            for (String job : List.of("liuhen-record", "liuhen-ingest")) {
                assertEquals("RUNNING", health.get(job).asText(), health.toString());
                assertEquals(0, health.at("/jobs/" + job + "/restarts").asInt(), health.toString());
            }
            await(() -> station.get("/api/health")
                            .at("/feed/liuhen-record/behindSeconds")
                            .asInt()
                    < 5);
            assertEquals(
                    "FOLLOWING", station.get("/api/health").get("readModel").asText());
            assertTrue(health.get("unpublishedLogs").has("evil"), health.toString());
            String waits = health.at("/logKeys/half").asText();
            assertTrue(waits.startsWith("RC-106 ") && waits.contains("wait"), waits);
            String notShown = Files.readString(station.data.resolve("station.log"))
                    .lines()
                    .filter(line -> line.contains("RM-102"))
                    .collect(Collectors.joining("\n"));
            assertEquals("", notShown);
            assertEquals(
                    0, station.get("/api/health").at("/items/entriesNotShown").asInt());
            // The tree and every chain hold. What a hostile event claims of an item of its own (a signature, a
            // description), each verifier
            // finds to be wrong.
            JsonNode verified = station.get("/api/verification");
            for (JsonNode fault : verified.get("faults")) {
                assertTrue(
                        Set.of("VF-110", "VF-111", "VF-118")
                                .contains(fault.get("code").asText()),
                        fault.toString());
                assertTrue(good.stream().noneMatch(fault.toString()::contains), fault.toString());
            }
            assertTrue(verified.get("entries").asInt() > HOSTILE, verified.toString());
            String log = Files.readString(station.data.resolve("station.log"));
            assertFalse(log.contains("to RESTARTING") || log.contains("switched from RUNNING to FAILED"), log);
            Files.write(file, whole);
            isPublishedFromTheBeginning(station, half, signer.verifier());
            isRestoredFromItsLog(station);
        }
    }

    /** What waited for the key is published without a restart, and nothing of it is missing. */
    private static void isPublishedFromTheBeginning(LiveStation station, LogName name, SignedNote.Verifier key)
            throws Exception {
        try (Vault vault = station.vaultSettings().open()) {
            LogStore log = vault.log(name);
            await(() -> log.read(Tiles.CHECKPOINT).isPresent());
            SignedNote head = SignedNote.parse(log.read(Tiles.CHECKPOINT).orElseThrow());
            assertTrue(head.isSignedBy(key));
            long size = Checkpoint.parse(head.text()).size();
            assertTrue(size > GOOD, size + " entries");
            assertEquals(0, Entry.decode(new Tiles(log, size).entry(0)).itemSequence());
        }
        assertFalse(station.get("/api/health").get("logKeys").has("half"));
    }

    /** A log with all that in it leads to a feed that leads to it again: no entry keeps a site from coming back. */
    private static void isRestoredFromItsLog(LiveStation station) throws Exception {
        station.kill();
        try (Vault vault = station.vaultSettings().open()) {
            LogStore log = vault.log(new LogName("site-1"));
            long size = Checkpoint.sizeIn(log.read(Tiles.CHECKPOINT).orElseThrow());
            byte[] root = new Tiles(log, size).root();
            assertEquals(
                    0,
                    new CommandLine(new Liuhen())
                            .execute("restore-feed", "--data", station.data.toString(), "--reason", "a test"));
            station.start();
            await(() -> Checkpoint.sizeIn(log.read(Tiles.CHECKPOINT).orElseThrow()) > size);
            long grown = Checkpoint.sizeIn(log.read(Tiles.CHECKPOINT).orElseThrow());
            assertArrayEquals(root, new Tiles(log, size).root());
            assertEquals(
                    "feedRestored",
                    Entry.decode(new Tiles(log, grown).entry(size)).event().typeName());
        }
        JsonNode health = station.get("/api/health");
        assertFalse(health.get("unpublishedLogs").has("site-1"), health.toString());
    }

    private static long sealed(LiveStation station, Set<String> ids) throws Exception {
        return station.items().stream()
                .filter(item -> ids.contains(item.get("id").asText()) && item.has("sealedUntil"))
                .count();
    }

    private static List<byte[]> part(List<byte[]> all, int of) {
        return new ArrayList<>(all.subList(all.size() * of / GOOD, all.size() * (of + 1) / GOOD));
    }

    /** As a part that makes such events feeds it, so that it comes as far as it can; one in twenty is not signed. */
    private ProducerRecord<byte[], byte[]> signed(byte[] log, byte[] event, Random random) throws IOException {
        if (log == null || random.nextInt(20) == 0) {
            return new ProducerRecord<>(CustodyEvent.TOPIC, log, event);
        }
        Part maker = Part.REVIEW;
        try {
            CustodyEvent decoded = CanonicalJson.decode(event);
            maker = Arrays.stream(Part.values())
                    .filter(part -> part.makes(decoded))
                    .findFirst()
                    .orElse(maker);
        } catch (MalformedEventException malformed) {
            maker = Part.INTAKE; // malformed, whoever signs it
        }
        PartKey key = PartKey.read(folder.resolve("data/keys"), maker);
        return new ProducerRecord<>(
                CustodyEvent.TOPIC,
                null,
                log,
                event,
                List.of(new RecordHeader(PartKey.HEADER, key.sign(new String(log, StandardCharsets.UTF_8), event))));
    }

    /** Mostly this site's log; else one that has no key here, a text that is no name, or nothing. */
    private static byte[] key(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> "evil".getBytes(StandardCharsets.UTF_8);
            case 1 -> "../keys".getBytes(StandardCharsets.UTF_8);
            case 2 -> null;
            case 3 -> new byte[] {(byte) 0xff, 0};
            case 4 -> "half".getBytes(StandardCharsets.UTF_8);
            default -> "site-1".getBytes(StandardCharsets.UTF_8);
        };
    }
}
