package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.LogKey;
import org.liuhen.feed.Feed;
import org.liuhen.storage.EvidenceStore;

/** What an operator sees: metrics as docs/operations/metrics.md says, readiness, and a log that programs read. */
class MetricsIT {
    private static final LogName SITE = new LogName("site-1");
    private static final byte[] BYTES = "证据\n".repeat(100).getBytes(StandardCharsets.UTF_8);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    /** Metrics of ours, wherever they are: their names are on the page, and nothing else is. */
    private static final Pattern OURS = Pattern.compile("(?:liuhen_\\w+|flink_\\w+_liuhen_\\w+)");

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private URI operations;

    @Test
    @DisabledIf("onS3") // it removes stored bytes
    void eachMetricIsOnThePageAndEachLineOfTheLogIsReadable() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("keys"));
        String key = LogKey.readOrCreate(data.resolve("keys/site-1.pem"), SITE)
                .verifier()
                .toString();
        Files.writeString(folder.resolve("logs"), "log " + key + "\nquorum none\n");
        int port = FreePort.find();
        LiveStation.Witness here = LiveStation.witness(folder.resolve("w1"), folder.resolve("logs"), port);
        LiveStation.Witness away = LiveStation.witness(folder.resolve("w2"), folder.resolve("logs"), FreePort.find());
        away.process().destroyForcibly().waitFor();
        Files.writeString(
                folder.resolve("policy"),
                "log " + key + "\nwitness here " + here.key() + " http://127.0.0.1:" + port + "\nwitness away "
                        + away.key() + " http://127.0.0.1:" + FreePort.find() + "\nquorum here\n");
        try (LiveStation station = new LiveStation(
                List.of("env", "LIUHEN_LOG=json", "LIUHEN_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                data,
                "--notify-page",
                "https://liuhen.example",
                "--notify-webhook",
                "http://127.0.0.1:" + FreePort.find(), // nobody is told of what happens here
                "--operations-port",
                "0",
                "--policy",
                folder.resolve("policy").toString())) {
            operations = URI.create(LiveStation.JSON
                    .readTree(data.resolve(Station.WHERE).toFile())
                    .get("operations")
                    .asText());
            String item = goOneWay(station);
            goWrong(station, item);
            Map<String, String> documented = documented();
            try {
                await(() -> exposed().keySet().containsAll(documented.keySet()));
            } catch (AssertionError missing) { // said below by name
                assertEquals(Set.of(), Set.copyOf(missingOf(documented.keySet())), missing.getMessage());
            }
            Map<String, String> found = exposed();
            found.keySet().removeIf(name -> !OURS.matcher(name).matches() && !documented.containsKey(name));
            assertEquals(new TreeMap<>(documented), new TreeMap<>(found));
            assertCounted(item);
            assertEquals(404, get("/api/evidence").statusCode());
            assertEquals(200, get("/health/live").statusCode());
            await(() -> get("/health/ready").statusCode() == 200);
            assertReadable(Files.readAllLines(data.resolve("station.log")), item);
        } finally {
            here.process().destroyForcibly();
        }
    }

    /** One item's way, from its declaration to its receipt. */
    private static String goOneWay(LiveStation station) throws Exception {
        TusSender sender = new TusSender(station);
        String location = sender.upload(TusSender.metadata("a.txt", BYTES), BYTES);
        station.awaitSealed(1);
        await(() -> station.send(sender.request(station.at(location + "/receipt?wait=5")))
                        .statusCode()
                == 200);
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** What does not happen on an item's way. */
    private void goWrong(LiveStation station, String item) throws Exception {
        TusSender sender = new TusSender(station);
        assertEquals(409, sender.patch("/files/" + half(sender), 1, BYTES).statusCode()); // VT-102
        assertEquals(
                401,
                station.http
                        .send(
                                HttpRequest.newBuilder(station.at("/api/evidence"))
                                        .header("Authorization", "Bearer nobody")
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode());
        // Nobody is known at the address for devices without a certificate, and that is a line of the log.
        LiveStation.said(List.of(
                "curl",
                "-sk",
                "-H",
                "Tus-Resumable: 1.0.0",
                "-H",
                "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01",
                station.devicesAt("/files/" + item + "/receipt").toString()));
        Path bytes = TestFiles.below(station.data.resolve("vault")).stream()
                .filter(path -> path.endsWith(EvidenceStore.key(SITE, new EvidenceId(item))))
                .findFirst()
                .orElseThrow();
        Files.delete(bytes);
        assertEquals(
                0,
                LiveStation.liuhen(
                        "describe",
                        item,
                        "--reason",
                        "test",
                        "--data",
                        station.data.toString(),
                        "--officer",
                        "110023"));
        Map<String, String> kafka = new HashMap<>();
        station.kafka().forEach((name, value) -> kafka.put(name, String.valueOf(value)));
        try (Feed feed = new Feed(kafka, PartKey.read(station.data.resolve("keys"), Part.INTAKE), log -> 0)) {
            feed.append(SITE, neverDeclared());
        }
        try (KafkaProducer<byte[], byte[]> dispatch =
                new KafkaProducer<>(station.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            dispatch.send(new ProducerRecord<>(
                            DispatchRecords.TOPIC,
                            SITE.value().getBytes(StandardCharsets.UTF_8),
                            "no record".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private static String half(TusSender sender) throws Exception {
        HttpResponse<String> made = sender.create(TusSender.metadata("half.txt", BYTES), BYTES.length);
        String location = made.headers().firstValue("Location").orElseThrow();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** Of an item that was not declared and is not there: the record refuses it, and no step can be done. */
    private static Received neverDeclared() {
        EvidenceId id = EvidenceId.create(Instant.now(), new SecureRandom());
        Sha256Digest digest = Sha256Digest.of(BYTES);
        return new Received(
                EventContext.of(
                        EventContext.idFor(Received.class, id.value()),
                        id,
                        Instant.now(),
                        new Actor(Actor.Kind.OFFICER, "110023", null, "claimed"),
                        null,
                        "intake"),
                new StoredObject("", EvidenceStore.key(SITE, id), null),
                BYTES.length,
                digest,
                digest,
                new FileName("gone.txt"),
                List.of(),
                null);
    }

    /** The names and types on the page. */
    private static Map<String, String> documented() throws Exception {
        return Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\|")
                .matcher(Files.readString(Path.of("..", "docs", "operations", "metrics.md")))
                .results()
                .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2)));
    }

    private Set<String> missingOf(Set<String> names) throws Exception {
        Set<String> missing = new TreeSet<>(names);
        missing.removeAll(exposed().keySet());
        return missing;
    }

    /** The names and types that are shown. */
    private Map<String, String> exposed() throws Exception {
        return Pattern.compile("(?m)^# TYPE (\\w+) (\\w+)$")
                .matcher(get("/metrics").body())
                .results()
                .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2)));
    }

    /** Values, and labels that say nothing of an item or a person. */
    private void assertCounted(String item) throws Exception {
        String text = get("/metrics").body();
        for (String line : List.of(
                "liuhen_intake_items_total{step=\"received\"} 1.0",
                "liuhen_intake_items_total{step=\"declared\"} 2.0",
                "liuhen_intake_item_bytes_total{step=\"received\"} " + (double) BYTES.length,
                "liuhen_review_leading 1.0",
                "liuhen_review_received_to_sealed_seconds_count 1",
                "liuhen_store_failures_total{code=\"VT-102\",operation=\"vault_begin\"} 1.0",
                "liuhen_http_problems_total{code=\"IN-120\"} 1.0")) {
            assertTrue(text.lines().anyMatch(line::equals), line + " is not in\n" + text);
        }
        Map<String, Long> sealed = Pattern.compile("item_events_total\\{.*type=\"(\\w+)\"} ([0-9]+)")
                .matcher(text)
                .results()
                .collect(Collectors.toMap(one -> one.group(1), one -> Long.parseLong(one.group(2))));
        assertEquals(1, sealed.get("sealed"), text);
        assertEquals(1, sealed.get("stepFailed"), text);
        assertFalse(text.contains(item), "no item's ID");
        assertFalse(text.contains("110023"), "no person");
        assertTrue(text.contains("jvm_memory_used_bytes{"), "the JVM's own");
    }

    /** One JSON object a line; what is about an item has its ID, and its trace where a request asked for it. */
    private static void assertReadable(List<String> lines, String item) throws Exception {
        List<JsonNode> log = new ArrayList<>();
        for (String line : lines) {
            JsonNode one = LiveStation.JSON.readTree(line);
            assertTrue(one.isObject() && one.hasNonNull("timestamp") && one.hasNonNull("formattedMessage"), line);
            log.add(one);
        }
        assertTrue(
                log.stream()
                        .anyMatch(line -> line.at("/mdc/trace").asText().equals(TRACE)
                                && line.at("/mdc/item").asText().equals(item)),
                "the refusal at intake: " + log);
        assertTrue(
                log.stream()
                        .anyMatch(line -> line.get("loggerName").asText().contains("StorageFunction")
                                && line.at("/mdc/item").asText().equals(item)),
                "the step that failed: " + log);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(operations.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }
}
