package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.AccessControl;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.feed.Feed;
import org.liuhen.intake.Senders;
import org.liuhen.intake.Tus;
import org.liuhen.intake.UploadLimits;
import org.liuhen.intake.UploadService;
import org.liuhen.review.api.DescribeAgain;
import org.liuhen.review.api.ReviewApi;
import org.liuhen.review.model.ReadModel;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;
import org.liuhen.web.Connections;
import org.liuhen.web.Problem;
import org.liuhen.web.UploadPaths;
import org.liuhen.web.WebServer;

/** Takes away one part at a time, expects a clear no, brings the part back, and expects that nothing was lost. */
@Tag("slow")
class OutageIT {
    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final byte[] bytes = new byte[3_000_000];

    OutageIT() {
        new Random(7).nextBytes(bytes);
    }

    @Test
    @DisabledIf("onS3") // the feed is the same on both
    void tellsNobodyReceivedWhileKafkaIsAwayRepairsItByItselfAndEndsWhatIsOverdue() throws Exception {
        OwnCertificate certificate = OwnCertificate.create();
        EmbeddedKafka kafka = new EmbeddedKafka(folder.resolve("kafka"), 0, certificate).start();
        int port = kafka.port();
        Map<String, String> client = kafka.client();
        Vault vault = VaultSettings.directory(folder.resolve("vault"), false).open();
        Feed feed =
                new Feed(client, PartKey.readOrCreate(folder.resolve("keys"), Part.INTAKE), Feed.Published.in(vault));
        UploadService uploads = new UploadService(vault, feed, new LogName("site-1"), UploadLimits.DEFAULT);
        Javalin web = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.host = "127.0.0.1";
                    config.jetty.port = 0;
                    new Tus(uploads, Senders.atThePage(feed, new LogName("site-1"), null)).addTo(config.routes);
                    Problem.answerOn(config.routes);
                })
                .start();
        URI base = URI.create("http://127.0.0.1:" + web.port());
        String location = tus(
                        base.resolve("/files"),
                        "POST",
                        new byte[0],
                        "Upload-Length",
                        "3000000",
                        "Upload-Metadata",
                        TusSender.header(TusSender.metadata("a.bin", bytes)))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        kafka.close();

        HttpResponse<String> last = patch(base.resolve(location), 0);
        assertEquals(503, last.statusCode(), last.body());
        assertTrue(last.body().contains("FD-101"), last.body());
        assertEquals(503, tus(base.resolve(location), "HEAD", new byte[0]).statusCode(), "full offset is not told");
        HttpResponse<String> another = tus(
                base.resolve("/files"),
                "POST",
                new byte[0],
                "Upload-Length",
                "1",
                "Upload-Metadata",
                TusSender.header(TusSender.metadata("b.bin", bytes)));
        assertEquals(503, another.statusCode(), another.body());

        kafka = new EmbeddedKafka(folder.resolve("kafka"), port, certificate).start();
        assertTrue(uploads.sweep() >= 1, "the sweep announces what the record lacks");
        HttpResponse<String> head = tus(base.resolve(location), "HEAD", new byte[0]);
        assertEquals(200, head.statusCode());
        assertEquals("3000000", head.headers().firstValue("Upload-Offset").orElseThrow());
        List<CustodyEvent> events = fed(client);
        long received = events.stream()
                .filter(event -> event instanceof CustodyEvent.Received)
                .map(event -> event.context().eventId())
                .distinct()
                .count();
        assertEquals(1, received, "one event, however often it was sent");

        String unfinished = tus(
                        base.resolve("/files"),
                        "POST",
                        new byte[0],
                        "Upload-Length",
                        "3000000",
                        "Upload-Metadata",
                        TusSender.header(TusSender.metadata("c.bin", bytes)))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        UploadLimits noTime = new UploadLimits(Long.MAX_VALUE, Duration.ZERO, 1, 1, Long.MAX_VALUE);
        assertEquals(1, new UploadService(vault, feed, new LogName("site-1"), noTime).sweep(), "its time is over");
        assertEquals(404, tus(base.resolve(unfinished), "HEAD", new byte[0]).statusCode());
        assertTrue(
                fed(client).stream()
                        .anyMatch(event -> event instanceof CustodyEvent.Withdrawn
                                && unfinished.endsWith(
                                        event.context().evidenceId().value())),
                "an upload that ends unfinished is on the record");
        web.stop();
        feed.close();
        vault.close();
        kafka.close();
        TestFiles.deleteAll(folder);
    }

    @Test
    @DisabledIf("onS3") // the database is the same on both
    void goesOnReceivingAndRecordingWithoutTheSearchDatabase() throws Exception {
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            TusSender sender = new TusSender(station);
            sender.upload(TusSender.metadata("a.bin", bytes), bytes);
            station.awaitSealed(1);
            String pid = Files.readAllLines(folder.resolve("data/postgres/postmaster.pid"))
                    .get(0)
                    .strip();
            assertEquals(
                    0,
                    new ProcessBuilder("sh", "-c", "kill -INT " + pid).start().waitFor());
            HttpResponse<String> list = station.send(HttpRequest.newBuilder(station.at("/api/evidence")));
            for (int i = 0; i < 50 && list.statusCode() == 200; i++) {
                Thread.sleep(100);
                list = station.send(HttpRequest.newBuilder(station.at("/api/evidence")));
            }
            assertEquals(503, list.statusCode(), list.body());
            assertTrue(list.body().contains("RM-101"), list.body());
            HttpResponse<String> health = station.send(HttpRequest.newBuilder(station.at("/api/health")));
            for (int i = 0; i < 200 && health.statusCode() == 200; i++) { // the follower waits a while for a connection
                Thread.sleep(100);
                health = station.send(HttpRequest.newBuilder(station.at("/api/health")));
            }
            assertEquals(503, health.statusCode(), health.body());
            byte[] second = java.util.Arrays.copyOf(bytes, 1_000);
            sender.upload(TusSender.metadata("b.bin", second), second);
            station.kill();
            station.start();
            assertEquals(2, station.awaitSealed(2).size());
            JsonNode report = station.get("/api/verification");
            assertTrue(report.get("verified").asBoolean(), report.toString());
        }
        TestFiles.deleteAll(folder);
    }

    /** What is shown is recorded first, so without the record nothing is: not the item, its bytes, nor its preview. */
    @Test
    @DisabledIf("onS3") // the feed is the same on both
    void showsNothingAndTakesNothingUpThatItCannotRecord() throws Exception {
        Path data = folder.resolve("data");
        String id;
        try (LiveStation station = new LiveStation(data)) {
            Map<String, String> metadata = TusSender.metadata("笔录.txt", SECRET);
            metadata.put("caseId", "C-1");
            new TusSender(station).upload(metadata, SECRET);
            id = station.awaitSealed(1).get(0).get("id").asText();
            HttpResponse<String> preview =
                    station.send(HttpRequest.newBuilder(station.at("/api/evidence/" + id + "/preview")));
            assertTrue(preview.body().contains("secret"), preview.body());
        }
        LogName site = new LogName("site-1");
        SignedNote.Verifier key = SignedNote.Verifier.parse(Files.readString(data.resolve("keys/site-1.vkey")));
        try (EmbeddedDatabase database = new EmbeddedDatabase(data.resolve("postgres"));
                ReadModel model = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                Vault vault =
                        VaultSettings.directory(data.resolve("vault"), false).open();
                Feed away = new Feed(
                        Map.of("bootstrap.servers", "127.0.0.1:1"),
                        PartKey.read(data.resolve("keys"), Part.REVIEW),
                        Feed.Published.in(vault));
                var web = WebServer.start(
                        "page",
                        new WebServer.Address("127.0.0.1", 0),
                        Connections.Limits.DEFAULT,
                        UploadPaths.NONE,
                        routes -> {
                            AccessControl access = AccessControl.claimed(away, site);
                            access.addTo(routes);
                            new ReviewApi(vault, site, key, Policy.of(key), model, away, access.access()).addTo(routes);
                            new DescribeAgain(site, model, away, List.of()).addTo(routes);
                            Problem.answerOn(routes);
                        })) {
            URI base = URI.create("http://127.0.0.1:" + web.port());
            HttpClient http = HttpClient.newHttpClient();
            for (String place : List.of("", "/content", "/preview", "/custody")) {
                refuses(http, HttpRequest.newBuilder(base.resolve("/api/evidence/" + id + place)));
            }
            for (String place :
                    List.of("/gaps", "/missing-segments", "/units", "/log-events", "/cases/C-1/case.jsonld")) {
                refuses(http, HttpRequest.newBuilder(base.resolve("/api" + place)));
            }
            String again = "{\"reason\": \"x\", \"evidence\": [\"" + id + "\"]}";
            refuses(
                    http,
                    HttpRequest.newBuilder(base.resolve("/api/descriptions"))
                            .POST(HttpRequest.BodyPublishers.ofString(again)));
        }
        TestFiles.deleteAll(folder);
    }

    private static final byte[] SECRET = "a secret statement".getBytes(StandardCharsets.UTF_8);

    private static void refuses(HttpClient http, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer =
                http.send(request.header("Liuhen-Officer", "110023").build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(503, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("FD-101"), answer.body());
        assertFalse(answer.body().contains("secret"), answer.body());
    }

    @Test
    @EnabledIf("onS3")
    void waitsForTheStoreAtEachStepAndGoesOn() throws Exception {
        try (Gate gate = new Gate(URI.create(System.getProperty("s3.endpoint")).getPort());
                LiveStation station =
                        new LiveStation(folder.resolve("data"), "--s3", "http://127.0.0.1:" + gate.port())) {
            TusSender sender = new TusSender(station);
            String location = sender.create(TusSender.metadata("a.bin", bytes), bytes.length)
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            assertEquals(
                    204,
                    sender.patch(location, 0, TusSender.slice(bytes, 0, 1_000_000))
                            .statusCode());
            gate.shut();
            HttpResponse<String> away = sender.patch(location, 1_000_000, TusSender.slice(bytes, 1_000_000, 2_000_000));
            assertEquals(503, away.statusCode(), away.body());
            assertTrue(away.body().contains("VT-101"), away.body());
            assertEquals(
                    503, sender.create(TusSender.metadata("b.bin", bytes), 1).statusCode());
            gate.open();
            assertEquals(
                    "1000000",
                    sender.head(location).headers().firstValue("Upload-Offset").orElseThrow());
            assertEquals(
                    204,
                    sender.patch(location, 1_000_000, TusSender.slice(bytes, 1_000_000, 2_000_000))
                            .statusCode());
            gate.shut(); // now the jobs meet it: reading back, describing, sealing, publishing
            Thread.sleep(6_000);
            gate.open();
            station.awaitSealed(1);
            JsonNode report = station.get("/api/verification");
            assertTrue(report.get("verified").asBoolean(), report.toString());
        }
        TestFiles.deleteAll(folder);
    }

    @Test
    @DisabledIf("onS3") // a full S3 store answers as one that is away does
    void keepsWhatWasAcknowledgedOnAFullDisk() throws Exception {
        Path vault = folder.resolve("data/vault");
        Files.createDirectories(vault);
        assumeTrue(
                new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", vault.toString())
                                .start()
                                .waitFor()
                        == 0,
                "only root can mount a small disk");
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            byte[] large = new byte[30_000_000];
            new Random(3).nextBytes(large);
            TusSender sender = new TusSender(station);
            String location = sender.create(TusSender.metadata("large.bin", large), large.length)
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            assertEquals(
                    204,
                    sender.patch(location, 0, TusSender.slice(large, 0, 10_000_000))
                            .statusCode());
            HttpResponse<String> full =
                    sender.patch(location, 10_000_000, TusSender.slice(large, 10_000_000, 20_000_000));
            assertEquals(507, full.statusCode(), full.body());
            assertTrue(full.body().contains("VT-108"), full.body());
            assertEquals(
                    0,
                    new ProcessBuilder("mount", "-o", "remount,size=90m", vault.toString())
                            .start()
                            .waitFor());
            long offset = Long.parseLong(
                    sender.head(location).headers().firstValue("Upload-Offset").orElseThrow());
            assertTrue(offset >= 10_000_000, "acknowledged bytes are there: " + offset);
            assertEquals(
                    204,
                    sender.patch(location, offset, TusSender.slice(large, offset, 30_000_000))
                            .statusCode());
            assertEquals("verified", station.awaitSealed(1).get(0).get("state").asText());
        } finally {
            new ProcessBuilder("umount", "-l", vault.toString()).start().waitFor();
        }
        TestFiles.deleteAll(folder);
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }

    private HttpResponse<String> patch(URI place, int offset) throws IOException, InterruptedException {
        return tus(
                place,
                "PATCH",
                bytes,
                "Upload-Offset",
                Integer.toString(offset),
                "Content-Type",
                "application/offset+octet-stream");
    }

    private static HttpResponse<String> tus(URI place, String method, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(place)
                .header("Tus-Resumable", "1.0.0")
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return java.net.http.HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<CustodyEvent> fed(Map<String, String> client) throws Exception {
        List<CustodyEvent> events = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(new HashMap<>(client), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(CustodyEvent.TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> fed : consumer.poll(Duration.ofSeconds(1))) {
                    events.add(CanonicalJson.decode(fed.value()));
                }
            }
        }
        return events;
    }
}
