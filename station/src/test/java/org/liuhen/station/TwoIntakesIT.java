package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/**
 * Two processes of {@code liuhen intake} on one store and one Kafka. The same offset is sent to both at once, with other bytes: one of them acknowledges it, and what
 * it acknowledged are the bytes of the object that the record names.
 */
@Tag("s3")
class TwoIntakesIT {
    private static final LogName SITE = new LogName("site-1");
    private static final int RACES = Integer.getInteger("liuhen.races", 12);
    private static final long SEED = Long.getLong("liuhen.seed", 35);

    /** Kept; and kept, although the whole file is not what was declared, as no file of these races is. */
    private static final Set<Integer> KEPT = Set.of(204, 460);

    /** Said without keeping a byte. */
    private static final Set<Integer> REFUSED = Set.of(403, 404, 409, 423);

    /** Acknowledges nothing, whatever was kept: the last bytes are there, and Kafka did not take the event in time, as on a machine with much to do. */
    private static final int KAFKA_AWAY = 503;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> processes = new ArrayList<>();

    /** One process; gives its address. */
    private URI intake(EmbeddedKafka kafka, String bucket, int devicesPort) throws Exception {
        int port = FreePort.find();
        ProcessBuilder builder = new ProcessBuilder(LiveStation.command(
                "intake",
                "--kafka",
                kafka.bootstrapServers(),
                "--kafka-config",
                folder.resolve("kafka.properties").toString(),
                "--s3",
                System.getProperty("s3.endpoint"),
                "--s3-bucket",
                bucket,
                "--port",
                Integer.toString(port),
                "--devices-port",
                Integer.toString(devicesPort),
                "--operations-port",
                "0",
                "--keys",
                folder.resolve("keys").toString()));
        builder.environment().put("AWS_ACCESS_KEY_ID", System.getProperty("s3.accessKey"));
        builder.environment().put("AWS_SECRET_ACCESS_KEY", System.getProperty("s3.secretKey"));
        Path log = folder.resolve("intake-" + port + ".log");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        processes.add(process);
        LiveStation.await(() -> {
            assertTrue(process.isAlive(), Files.readString(log));
            return Files.readString(log).contains("ready:");
        });
        return URI.create("http://127.0.0.1:" + port);
    }

    private static HttpRequest.Builder request(URI place) {
        return HttpRequest.newBuilder(place).header("Tus-Resumable", "1.0.0").timeout(Duration.ofMinutes(2));
    }

    private String declare(URI at, int size) throws Exception {
        HttpResponse<String> created = untilKafkaIsThere(request(at.resolve("/files"))
                .header("Upload-Length", Integer.toString(size))
                .header("Upload-Metadata", TusSender.header(TusSender.metadata("a.mp4", new byte[] {1})))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
        assertEquals(201, created.statusCode(), created.body());
        return URI.create(created.headers().firstValue("Location").orElseThrow())
                .getPath();
    }

    private HttpResponse<String> untilKafkaIsThere(HttpRequest request) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != KAFKA_AWAY || System.nanoTime() >= end) {
                return answer;
            }
            Thread.sleep(500);
        }
    }

    private CompletableFuture<HttpResponse<String>> patch(URI at, String place, long offset, byte[] bytes) {
        return client.sendAsync(
                request(at.resolve(place))
                        .header("Upload-Offset", Long.toString(offset))
                        .header("Content-Type", "application/offset+octet-stream")
                        .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private long offset(URI at, String place) throws IOException, InterruptedException {
        HttpRequest asked = request(at.resolve(place))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = untilKafkaIsThere(asked);
        while (answer.statusCode() == 460) { // it was finished for this question, and is not what was declared
            answer = untilKafkaIsThere(asked);
        }
        assertEquals(200, answer.statusCode(), place + " at " + at);
        return answer.headers().firstValueAsLong("Upload-Offset").orElseThrow();
    }

    @Test
    void oneOffsetIsAcknowledgedForOneSenderAlone() throws Exception {
        String bucket = "two" + Long.toHexString(System.nanoTime());
        PartKey.readOrCreate(folder.resolve("keys"), Part.INTAKE);
        try (EmbeddedKafka kafka = new EmbeddedKafka(folder.resolve("kafka"), 0, OwnCertificate.create()).start()) {
            kafka.writeClient(folder.resolve("kafka.properties"));
            List<URI> intakes = List.of(intake(kafka, bucket, 0), intake(kafka, bucket, 0));
            Map<String, List<Piece>> acknowledged = new HashMap<>();
            Map<String, Integer> answers = new TreeMap<>();
            for (int race = 0; race < RACES; race++) {
                int size = race % 20 == 7 ? (8 << 20) + 1 + random.nextInt(1 << 20) : 1 + random.nextInt(100_000);
                String place = declare(intakes.get(race % 2), size);
                acknowledged.put(place.substring(place.lastIndexOf('/') + 1), race(intakes, place, size, answers));
            }
            System.out.println(RACES + " races of two intakes, seed " + SEED + ": " + answers);
            assertTrue(answers.getOrDefault("409 VT-111", 0) > 0, "none of them met another: " + answers);
            verify(kafka, bucket, acknowledged);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    @Test
    void aDeviceThatOneDoorEnrolledIsKnownAtTheOtherAtOnce() throws Exception {
        String bucket = "known" + Long.toHexString(System.nanoTime());
        PartKey.readOrCreate(folder.resolve("keys"), Part.INTAKE);
        try (EmbeddedKafka kafka = new EmbeddedKafka(folder.resolve("kafka"), 0, OwnCertificate.create()).start()) {
            kafka.writeClient(folder.resolve("kafka.properties"));
            int one = FreePort.find();
            URI intake = intake(kafka, bucket, one);
            int other = FreePort.find();
            intake(kafka, bucket, other);
            HttpResponse<String> added = client.send(
                    HttpRequest.newBuilder(intake.resolve("/api/devices"))
                            .header("Liuhen-Officer", "900001")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"serial\":\"CAM-1\",\"kind\":\"camera\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(201, added.statusCode(), added.body());
            String code = LiveStation.JSON.readTree(added.body()).get("code").asText();
            Path own = folder.resolve("camera");
            Curl before = new Curl(own, "-k");
            before.request("first");
            Curl.Answer enrolled = before.ask(
                    "https://127.0.0.1:" + one + "/.well-known/est/simpleenroll",
                    "-u",
                    "CAM-1:" + code.substring(0, code.indexOf('.')),
                    "--data-binary",
                    "@first.b64");
            assertEquals(200, enrolled.status(), enrolled.body());
            before.keepCertificate("first", enrolled.body());
            Map<String, String> metadata = TusSender.metadata("a.mp4", new byte[] {1});
            metadata.remove("officerNo");
            Curl.Answer created = new Curl(own, "-k", "--cert", "first.crt", "--key", "first.key")
                    .ask(
                            "https://127.0.0.1:" + other + "/files",
                            "-X",
                            "POST",
                            "-H",
                            "Tus-Resumable: 1.0.0",
                            "-H",
                            "Upload-Length: 1",
                            "-H",
                            "Upload-Metadata: " + TusSender.header(metadata));
            assertEquals(201, created.status(), created.body());
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    /** Bytes of an upload from here on: those that were acknowledged; of bytes that were noted before both senders were refused, those of either. */
    private record Piece(int from, int to, List<byte[]> either) {
        boolean in(byte[] all) {
            return either.stream()
                    .anyMatch(sent -> sent.length >= to - from
                            && to <= all.length
                            && Arrays.equals(all, from, to, sent, 0, to - from));
        }
    }

    /** Sends until all is there; gives the acknowledged bytes. */
    private List<Piece> race(List<URI> intakes, String place, int size, Map<String, Integer> answers) throws Exception {
        List<Piece> chain = new ArrayList<>();
        int end = 0;
        while (end < size) {
            List<byte[]> sent = List.of(piece(size - end), piece(size - end));
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                asked.add(patch(intakes.get(i), place, end, sent.get(i)));
            }
            int before = end;
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = asked.get(i).get();
                answers.merge(answer.statusCode() + code(answer.body()), 1, Integer::sum);
                if (KEPT.contains(answer.statusCode())) {
                    assertEquals(before, end, "both acknowledged other bytes for offset " + before + " of " + place);
                    end = before + sent.get(i).length;
                    chain.add(new Piece(before, end, List.of(sent.get(i))));
                } else {
                    assertTrue(
                            REFUSED.contains(answer.statusCode())
                                    || (answer.statusCode() == KAFKA_AWAY
                                            && code(answer.body()).equals(" FD-101")),
                            answer.statusCode() + " " + answer.body());
                }
            }
            for (URI intake : intakes) {
                int now = (int) offset(intake, place);
                assertTrue(now >= end, "offset " + end + " of " + place + " was taken back to " + now);
                if (now > end) {
                    assertEquals(before, end);
                    chain.add(new Piece(before, now, sent));
                    end = now;
                }
            }
        }
        return chain;
    }

    private Vault vault(String bucket) throws IOException {
        System.setProperty("AWS_ACCESS_KEY_ID", System.getProperty("s3.accessKey"));
        System.setProperty("AWS_SECRET_ACCESS_KEY", System.getProperty("s3.secretKey"));
        return VaultSettings.s3(System.getProperty("s3.endpoint"), "default", bucket)
                .open();
    }

    private static String code(String body) {
        int at = body.indexOf("\"code\":\"");
        return at < 0 ? "" : " " + body.substring(at + 8, body.indexOf('"', at + 8));
    }

    private byte[] piece(long left) {
        int length = random.nextInt(3) == 0 ? (int) left : 1 + random.nextInt((int) left);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What the record was told of each is one object, and its bytes are those that were acknowledged. */
    private void verify(EmbeddedKafka kafka, String bucket, Map<String, List<Piece>> acknowledged) throws Exception {
        Map<String, Set<Object>> objects = new HashMap<>();
        Map<String, Set<String>> events = new HashMap<>();
        for (Received received : received(kafka)) {
            String id = received.context().evidenceId().value();
            objects.computeIfAbsent(id, none -> new HashSet<>()).add(received.object());
            events.computeIfAbsent(id, none -> new HashSet<>())
                    .add(received.context().eventId());
        }
        assertEquals(acknowledged.keySet(), objects.keySet());
        try (Vault vault = vault(bucket)) {
            for (Map.Entry<String, List<Piece>> one : acknowledged.entrySet()) {
                Upload upload =
                        vault.uploads().find(SITE, new EvidenceId(one.getKey())).orElseThrow();
                assertTrue(upload.announced());
                assertEquals(Set.of(upload.object()), objects.get(one.getKey()));
                assertEquals(1, events.get(one.getKey()).size(), "said again, it is the same event");
                try (InputStream in = vault.evidence().open(upload.object())) {
                    byte[] all = in.readAllBytes();
                    for (Piece piece : one.getValue()) {
                        assertTrue(piece.in(all), "other bytes from " + piece.from() + " on in " + one.getKey());
                    }
                    Piece last = one.getValue().get(one.getValue().size() - 1);
                    assertEquals(last.to(), all.length);
                }
            }
        }
    }

    private static List<Received> received(EmbeddedKafka kafka) throws Exception {
        Map<String, Object> settings = new HashMap<>(kafka.client());
        settings.put("auto.offset.reset", "earliest");
        List<Received> all = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(CustodyEvent.TOPIC).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                ConsumerRecords<String, byte[]> some = consumer.poll(Duration.ofSeconds(1));
                for (ConsumerRecord<String, byte[]> record : some) {
                    if (CanonicalJson.decode(record.value()) instanceof Received received) {
                        all.add(received);
                    }
                }
            }
        }
        return all;
    }
}
