package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;
import static org.liuhen.station.LiveStation.liuhen;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.DeviceEvent.DeviceAssigned;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.HttpLog;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.Monitor;
import org.liuhen.custody.verify.ReceiptVerification;
import org.liuhen.storage.Vault;

/** The log's key is changed: the log goes on, old receipts hold, the change is on the record, the old key ends. */
@Tag("slow")
class KeyIT {
    private static final byte[] BYTES = "证据".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LATER = "后来的证据".getBytes(StandardCharsets.UTF_8);

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @Test
    void aLogOutlivesItsKey() throws Exception {
        Path data = folder.resolve("data");
        Path keys = data.resolve("keys");
        try (LiveStation station = new LiveStation(data)) {
            TusSender sender = new TusSender(station);
            byte[] early = receipt(station, sender.upload(TusSender.metadata("a.txt", BYTES), BYTES));
            Policy before = Policy.parse(Files.readString(keys.resolve("trust")));
            Monitor monitor = new Monitor(new HttpLog(station.at("/log/site-1")), before, folder.resolve("head"));
            await(() -> monitor.look().faults().isEmpty());
            station.kill();

            String size = Long.toString(monitorSize(early));
            assertEquals(0, liuhen("key", "--keys", keys.toString(), "--rotate", "--size", size));
            station.start();
            byte[] late = receipt(station, sender.upload(TusSender.metadata("b.txt", LATER), LATER));
            Policy after = Policy.parse(Files.readString(keys.resolve("trust")));
            assertEquals(List.of(), codes(early, BYTES, after), "an old receipt holds");
            assertEquals(List.of(), codes(late, LATER, after));
            assertEquals(List.of("VF-101"), codes(late, LATER, before), "who does not know the new key is told");
            Monitor again = new Monitor(new HttpLog(station.at("/log/site-1")), after, folder.resolve("head"));
            assertEquals(List.of(), again.look().faults(), "the new head continues the one that the old key signed");
            assertTrue(station.get("/api/verification").get("verified").asBoolean());
            String log = new String(
                    new HttpLog(station.at("/log/site-1"))
                            .read("tile/entries/000.p/" + again.look().head().size())
                            .orElseThrow(),
                    StandardCharsets.UTF_8);
            assertTrue(log.contains("\"keyRotated\"") && log.contains("\"keyRevoked\""), "the change is on the record");
        }
    }

    /** The list of the parts' keys, or all of them, are lost on a station that has fed events: it starts again only with what was there. */
    @Test
    void aLostListOfThePartsKeysIsNotMadeAnew() throws Exception {
        Path data = folder.resolve("listless");
        Path parts = data.resolve("keys/parts");
        Path list = parts.resolve("list");
        try (LiveStation station = new LiveStation(data)) {
            TusSender sender = new TusSender(station);
            sender.upload(TusSender.metadata("a.txt", BYTES), BYTES);
            station.awaitSealed(1);
            station.kill();
            String before = Files.readString(list);
            Files.delete(list);
            assertRefused(station);
            assertFalse(Files.exists(list));
            Path aside = folder.resolve("parts-aside");
            Files.move(parts, aside);
            assertRefused(station);
            assertFalse(Files.exists(list));
            Files.move(aside, parts);
            Files.writeString(list, before);
            station.start();
            assertEquals(before, Files.readString(list));
            sender.upload(TusSender.metadata("b.txt", LATER), LATER);
            station.awaitSealed(2);
            assertTrue(station.get("/api/verification").get("verified").asBoolean());
        }
    }

    /** What stands in a feed from before parts signed counts, up to where the list begins. */
    @Test
    void aFeedOfBeforePartsSignedGoesOn() throws Exception {
        Path data = folder.resolve("unsigned");
        EventContext context = EventContext.of(
                EventContext.idFor(DeviceAssigned.class, "before"),
                null,
                Instant.now(),
                new Actor(Actor.Kind.OFFICER, "110023", null, "bearer"),
                null,
                "test");
        try (EmbeddedKafka kafka = new EmbeddedKafka(data.resolve("kafka"), 0, OwnCertificate.create()).start();
                KafkaProducer<String, byte[]> feed = new KafkaProducer<>(
                        new HashMap<>(kafka.client()), new StringSerializer(), new ByteArraySerializer())) {
            feed.send(new ProducerRecord<>(
                            CustodyEvent.TOPIC,
                            "site-1",
                            CanonicalJson.encode(new DeviceAssigned(context, "DSJ-1", "110023"))))
                    .get();
        }
        try (LiveStation station = new LiveStation(data)) {
            String list = Files.readString(data.resolve("keys/parts/list"));
            assertTrue(list.startsWith("unsigned site-1 1\npart intake+"), list);
            new TusSender(station).upload(TusSender.metadata("a.txt", BYTES), BYTES);
            station.awaitSealed(1);
            assertTrue(station.get("/api/verification").get("verified").asBoolean());
            try (Vault vault = station.vaultSettings().open()) {
                LogStore log = vault.log(new LogName("site-1"));
                SignedNote head = SignedNote.parse(log.read(Tiles.CHECKPOINT).orElseThrow());
                List<String> entries = new Tiles(
                                log, Checkpoint.parse(head.text()).size())
                        .entries(0).stream()
                                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                                .toList();
                assertTrue(entries.get(0).contains("\"deviceAssigned\""), entries.get(0));
                assertTrue(entries.stream().noneMatch(entry -> entry.contains("RC-107")), entries.toString());
            }
        }
    }

    private static void assertRefused(LiveStation station) throws Exception {
        Path log = station.data.resolve("station.log");
        Files.delete(log);
        String refusal = assertThrows(IOException.class, station::start).getMessage();
        assertTrue(refusal.contains("FD-104 ") && refusal.contains("backup"), refusal);
    }

    /** The same for a cluster, whose parts have a folder of keys each. */
    @Test
    void aLostListOfAClusterIsNotMadeAnew() throws Exception {
        List<String> folders = List.of("keys", "ingest", "intake", "review");
        for (String each : folders) {
            Files.createDirectories(folder.resolve(each));
        }
        assertEquals("", keys(0));
        Path list = folder.resolve("keys/parts/list");
        String before = Files.readString(list);
        assertEquals(5, before.lines().count(), before); // intake's key and the page's own among them
        for (String each : folders) {
            assertEquals(before, Files.readString(folder.resolve(each).resolve("parts/list")));
        }
        Files.delete(list);
        String refusal = keys(1);
        assertTrue(refusal.startsWith("FD-104 "), refusal);
        assertFalse(Files.exists(list));
        Files.copy(folder.resolve("ingest/parts/list"), list);
        Files.delete(folder.resolve("review/parts/review.pem"));
        assertEquals("", keys(0));
        String after = Files.readString(list);
        assertTrue(after.startsWith(before) && after.lines().count() == 6, after);
    }

    /** Runs what makes a cluster's keys; gives what it complained of. */
    private String keys(int result) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "../docker/keys");
        builder.environment()
                .putAll(Map.of(
                        "FOLDER",
                        folder.toString(),
                        "CLASSES",
                        System.getProperty("java.class.path"),
                        "LIUHEN_SITE",
                        "site-1"));
        Path complaint = folder.resolve("complaint");
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(complaint.toFile())
                .start();
        assertEquals(result, process.waitFor(), Files.readString(complaint));
        return Files.readString(complaint);
    }

    private static long monitorSize(byte[] receipt) throws Exception {
        return Checkpoint.parse(org.liuhen.custody.log.TlogProof.parse(receipt)
                        .checkpoint()
                        .text())
                .size();
    }

    private static List<String> codes(byte[] receipt, byte[] bytes, Policy policy) {
        return ReceiptVerification.verify("receipt", receipt, policy, Sha256Digest.of(bytes)).faults().stream()
                .map(Fault::code)
                .toList();
    }

    private static byte[] receipt(LiveStation station, String location) throws Exception {
        var answer = station.send(HttpRequest.newBuilder(station.at(location + "/receipt?wait=30")));
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body().getBytes(StandardCharsets.UTF_8);
    }
}
