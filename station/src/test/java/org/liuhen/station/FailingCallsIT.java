package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.javalin.Javalin;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed;
import org.liuhen.intake.Resumable;
import org.liuhen.intake.Senders;
import org.liuhen.intake.Tus;
import org.liuhen.intake.UploadLimits;
import org.liuhen.intake.UploadService;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;
import org.liuhen.storage.config.VaultSettings;
import org.liuhen.web.Problem;

/**
 * Whatever fails between taking and giving back: each call of intake to its vault, its notes and its feed throws once, before or after it did what
 * was asked, in each kind of request. Afterwards all places are free, no file of an upload is open, and the same upload goes on to its end.
 */
@Tag("slow")
@DisabledIf("onS3") // the calls are those of intake, whatever the store
class FailingCallsIT {
    private static final LogName SITE = new LogName("site-1");
    private static final int SIZE = 30_000;
    private static final Set<String> UNCOUNTED = Set.of("log", "notes", "toString", "hashCode", "equals");

    private static final Set<String> TAKES = Set.of("begin", "open", "openUnfinished");

    /** One place for each sender: a place that is not given back shuts the sender out. */
    private static final UploadLimits LIMITS =
            new UploadLimits(1 << 30, Duration.ofDays(7), 2, 1_000_000, Long.MAX_VALUE);

    private static final Failing FAILING = new Failing();

    private static boolean leaked; // something was not released: the first test that says so is enough

    @TempDir
    private static Path folder;

    private static EmbeddedKafka kafka;
    private static Vault vault;
    private static Feed feed;
    private static UploadService uploads;
    private static Javalin web;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Random random = new Random(20_261_128);
    private byte[] bytes;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    /** Which call throws, and what. */
    private static final class Failing {
        private final AtomicInteger calls = new AtomicInteger();
        private volatile int at;
        private volatile boolean afterwards;
        private volatile Supplier<Throwable> what;

        void arm(int call, boolean after, Supplier<Throwable> thrown) {
            calls.set(0);
            afterwards = after;
            what = thrown;
            at = call;
        }

        /** Whether the call that was armed for came. */
        boolean disarm() {
            boolean came = calls.get() >= at;
            at = 0;
            return came;
        }

        boolean isNow() {
            return at > 0 && calls.incrementAndGet() == at;
        }
    }

    /** Throws for the feed: Kafka asks it for the place of each record. */
    public static final class FailingPartitioner implements Partitioner {
        @Override
        public int partition(
                String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
            if (FAILING.isNow()) {
                Throwable thrown = FAILING.what.get();
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw thrown instanceof RuntimeException broken ? broken : new KafkaException(thrown);
            }
            return BuiltInPartitioner.partitionForKey(
                    keyBytes, cluster.partitionsForTopic(topic).size());
        }

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> settings) {}
    }

    /** The same, and its calls count. What fails to take has taken nothing; what gives back does so before it throws. */
    private static <T> T failing(Class<T> port, T target) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, given) -> {
                    String name = method.getName();
                    boolean now = !UNCOUNTED.contains(name) && FAILING.isNow();
                    boolean after = name.equals("close") || (FAILING.afterwards && !TAKES.contains(name));
                    if (now && !after) {
                        throw FAILING.what.get();
                    }
                    Object answer;
                    try {
                        answer = method.invoke(target, given);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                    if (now) {
                        throw FAILING.what.get();
                    }
                    return answer instanceof Uploads.Arriving arriving
                            ? failing(Uploads.Arriving.class, arriving)
                            : answer;
                }));
    }

    private static Vault failing(Vault vault) {
        return new Vault(
                failing(Uploads.class, vault.uploads()),
                failing(EvidenceStore.class, vault.evidence()),
                site -> failing(LogStore.class, vault.log(site)),
                site -> failing(LogStore.class, vault.notes(site)),
                vault::close);
    }

    @BeforeAll
    static void start() throws Exception {
        kafka = new EmbeddedKafka(folder.resolve("kafka"), 0, OwnCertificate.create()).start();
        vault = VaultSettings.directory(folder.resolve("vault"), false).open();
        Map<String, String> client = new HashMap<>(kafka.client());
        client.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, FailingPartitioner.class.getName());
        feed = new Feed(client, PartKey.readOrCreate(folder.resolve("keys"), Part.INTAKE), Feed.Published.in(vault));
        uploads = new UploadService(failing(vault), feed, SITE, LIMITS);
        Senders senders = Senders.atThePage(feed, SITE, null);
        web = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.host = "127.0.0.1";
                    config.jetty.port = 0;
                    new Tus(uploads, senders).addTo(config.routes);
                    new Resumable(uploads, senders).addTo(config.routes);
                    Problem.answerOn(config.routes);
                })
                .start();
    }

    @AfterAll
    static void stop() {
        web.stop();
        uploads.close();
        feed.close();
        vault.close();
        kafka.close();
    }

    /** A kind of request. */
    private interface Asked {
        /** Sends it; gives the place of the upload where the answer tells it, else the one that was given. */
        String send(String place) throws Exception;
    }

    private interface GoingOn {
        void from(String place) throws Exception;
    }

    @TestFactory
    Stream<DynamicTest> eachCallFailsOnceIn() {
        return Stream.of(
                test("the first PATCH of tus", this::created, place -> patch(place, 0, SIZE / 2, "")),
                test("the last PATCH of tus", this::created, place -> patch(place, 0, SIZE, "")),
                test("a PATCH without its checksum", this::created, place -> patch(place, 0, SIZE, wrong())),
                test("a creation with upload", () -> null, place -> create("/files", OFFSET_STREAM, "")),
                test("a POST of the IETF's uploads", () -> null, place -> create("/uploads", "a/b", "?1")),
                test("a first PATCH of the IETF's uploads", this::created, place -> append(place, SIZE / 2, "?0")),
                test("a last PATCH of the IETF's uploads", this::created, place -> append(place, SIZE, "?1")),
                test("the same bytes again", this::createdAgain, place -> patch(place, 0, SIZE, "")),
                test("a takeover", this::half, place -> patch(place, SIZE / 2, SIZE, "")),
                test("a HEAD of a whole upload", this::whole, place -> head(place)),
                test("a sweep over a whole upload", this::whole, place -> sweep(place)),
                test("a final concatenation", this::parts, this::concatenate, this::concatenated),
                test("a termination", this::half, this::terminate, this::terminated),
                test("a sweep over an upload whose time is over", this::overdue, place -> sweep(place), this::ended));
    }

    private DynamicTest test(String name, Callable<String> before, Asked asked) {
        return test(name, before, asked, this::toItsEnd);
    }

    private DynamicTest test(String name, Callable<String> before, Asked asked, GoingOn after) {
        List<Supplier<Throwable>> kinds = List.of(
                () -> new IllegalStateException("thrown here"),
                () -> new IOException("thrown here"),
                () -> VaultException.unavailable("thrown here", null),
                () -> new LinkageError("thrown here"));
        return DynamicTest.dynamicTest(name, () -> {
            assumeFalse(leaked, "what an earlier request left taken would fail here, too");
            for (Supplier<Throwable> kind : kinds) {
                for (boolean afterwards : new boolean[] {false, true}) {
                    boolean came = true;
                    int call = 0;
                    while (came) {
                        bytes = new byte[SIZE];
                        random.nextBytes(bytes);
                        String place = before.call();
                        FAILING.arm(++call, afterwards, kind);
                        try {
                            place = asked.send(place);
                        } catch (IOException cut) {
                            // the connection is gone
                        } finally {
                            came = FAILING.disarm();
                        }
                        String which =
                                "call " + call + " of " + name + ", " + kind.get() + (afterwards ? " after" : "");
                        try {
                            allIsFree();
                            after.from(place);
                            allIsFree();
                        } catch (Exception | AssertionError wrong) {
                            leaked = true;
                            throw new AssertionError(which + ": " + wrong.getMessage(), wrong);
                        }
                    }
                    assertTrue(call > 2, name + " has calls that can fail: " + (call - 1));
                }
            }
        });
    }

    private static final String OFFSET_STREAM = "application/offset+octet-stream";

    private HttpResponse<String> send(String method, String place, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + place))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (place.startsWith("/files")) {
            request.header("Tus-Resumable", "1.0.0");
        }
        for (int i = 0; i < headers.length; i += 2) {
            if (!headers[i + 1].isEmpty()) {
                request.header(headers[i], headers[i + 1]);
            }
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String metadata() {
        return TusSender.header(TusSender.metadata("a.bin", bytes));
    }

    private String wrong() {
        return "sha256 " + Base64.getEncoder().encodeToString(new byte[32]);
    }

    private static String location(HttpResponse<String> answer, String otherwise) {
        return answer.headers().firstValue("Location").orElse(otherwise);
    }

    private String created() throws Exception {
        HttpResponse<String> made = send(
                "POST", "/files", new byte[0], "Upload-Length", Integer.toString(SIZE), "Upload-Metadata", metadata());
        assertEquals(201, made.statusCode(), made.body());
        return location(made, null);
    }

    private String createdAgain() throws Exception {
        toItsEnd(created());
        return created();
    }

    private String half() throws Exception {
        String place = created();
        patch(place, 0, SIZE / 2, "");
        return place;
    }

    private String whole() throws Exception {
        return put(Instant.now(), SIZE);
    }

    private String overdue() throws Exception {
        return put(Instant.now().minus(Duration.ofDays(8)), SIZE / 2);
    }

    /** An upload as a crash leaves it. */
    private String put(Instant at, int durable) throws IOException {
        EvidenceId id = EvidenceId.create(at, new SecureRandom());
        EventContext context = EventContext.of(
                EventContext.idFor(Declared.class, id.value()),
                id,
                at,
                new Actor(Actor.Kind.OFFICER, "110023", null, "claimed"),
                null,
                "test");
        CaptureClaims claims = new CaptureClaims(null, "110023", null, null, null, null, null);
        vault.uploads()
                .declare(Declaration.of(
                        SITE,
                        new Declared(
                                context,
                                new FileName("a.bin"),
                                null,
                                Sha256Digest.of(bytes),
                                SIZE,
                                List.of(),
                                claims)));
        vault.uploads().append(SITE, id, 0, new ByteArrayInputStream(bytes, 0, durable));
        return "/files/" + id;
    }

    private String patch(String place, int from, int to, String checksum) throws Exception {
        send(
                "PATCH",
                place,
                Arrays.copyOfRange(bytes, from, to),
                "Upload-Offset",
                Integer.toString(from),
                "Content-Type",
                OFFSET_STREAM,
                "Upload-Checksum",
                checksum);
        return place;
    }

    private String create(String path, String type, String complete) throws Exception {
        HttpResponse<String> made = send(
                "POST",
                path,
                bytes,
                "Upload-Length",
                Integer.toString(SIZE),
                "Upload-Metadata",
                metadata(),
                "Upload-Complete",
                complete,
                "Content-Type",
                type);
        return location(made, null);
    }

    private String append(String place, int to, String complete) throws Exception {
        send(
                "PATCH",
                place.replace("/files", "/uploads"),
                Arrays.copyOf(bytes, to),
                "Upload-Offset",
                "0",
                "Upload-Complete",
                complete,
                "Content-Type",
                "application/partial-upload");
        return place;
    }

    private String head(String place) throws Exception {
        send("HEAD", place, new byte[0]);
        return place;
    }

    private String sweep(String place) throws Exception {
        try {
            uploads.sweep();
        } catch (Feed.FeedUnavailableException | IOException | RuntimeException | LinkageError thrown) {
            // as the minute's sweep says and forgets
        }
        return place;
    }

    private String parts() throws Exception {
        StringBuilder places = new StringBuilder("final;");
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> part = send(
                    "POST",
                    "/files",
                    Arrays.copyOfRange(bytes, i * SIZE / 2, (i + 1) * SIZE / 2),
                    "Upload-Length",
                    Integer.toString(SIZE / 2),
                    "Upload-Concat",
                    "partial",
                    "Content-Type",
                    OFFSET_STREAM);
            assertEquals(201, part.statusCode(), part.body());
            places.append(i == 0 ? "" : " ").append(location(part, null));
        }
        return places.toString();
    }

    private String concatenate(String places) throws Exception {
        send("POST", "/files", new byte[0], "Upload-Concat", places, "Upload-Metadata", metadata());
        return places;
    }

    /** The same request again. */
    private void concatenated(String places) throws Exception {
        HttpResponse<String> made =
                send("POST", "/files", new byte[0], "Upload-Concat", places, "Upload-Metadata", metadata());
        assertEquals(201, made.statusCode(), made.body());
        isHere(location(made, null));
    }

    private String terminate(String place) throws Exception {
        send("DELETE", place, new byte[0]);
        return place;
    }

    private void terminated(String place) throws Exception {
        HttpResponse<String> again = send("DELETE", place, new byte[0]);
        assertTrue(again.statusCode() == 204 || again.statusCode() == 404, again.statusCode() + again.body());
        ended(place);
    }

    /** A sweep finishes what was begun, and nothing is left of the upload. */
    private void ended(String place) throws Exception {
        uploads.sweep();
        assertEquals(404, send("HEAD", place, new byte[0]).statusCode());
        Uploads.Unannounced left = vault.uploads().unannounced();
        assertEquals(List.of(), left.ended());
        assertTrue(left.uploads().stream()
                .noneMatch(upload -> place.endsWith(upload.id().value())));
    }

    /** As a client goes on: it asks for the offset and sends the rest; where there is no upload, it makes another one. */
    private void toItsEnd(String begun) throws Exception {
        String place = begun;
        HttpResponse<String> head = place == null ? null : send("HEAD", place, new byte[0]);
        if (head == null || head.statusCode() == 404) {
            place = created();
            head = send("HEAD", place, new byte[0]);
        }
        assertTrue(head.statusCode() < 300, "HEAD: " + head.statusCode());
        int offset = Integer.parseInt(head.headers().firstValue("Upload-Offset").orElseThrow());
        if (offset < SIZE) {
            HttpResponse<String> rest = send(
                    "PATCH",
                    place.replace("/uploads", "/files"),
                    Arrays.copyOfRange(bytes, offset, SIZE),
                    "Upload-Offset",
                    Integer.toString(offset),
                    "Content-Type",
                    OFFSET_STREAM);
            assertEquals(204, rest.statusCode(), rest.body());
        }
        isHere(place);
    }

    private void isHere(String place) throws Exception {
        HttpResponse<String> head = send("HEAD", place.replace("/uploads", "/files"), new byte[0]);
        assertEquals(
                Integer.toString(SIZE),
                head.headers().firstValue("Upload-Offset").orElse("none"));
        EvidenceId id = new EvidenceId(place.substring(place.lastIndexOf('/') + 1));
        Upload upload = vault.uploads().find(SITE, id).orElse(null);
        if (upload == null) { // its bytes were here before
            assertTrue(vault.notes(SITE).read("again/" + id).isPresent(), place);
            return;
        }
        assertTrue(upload.announced(), place);
        try (var stored = vault.evidence().open(upload.object())) {
            assertEquals(Sha256Digest.of(bytes), Sha256Digest.of(stored.readAllBytes()));
        }
    }

    private static void allIsFree() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (senders() != 0 || !openUploads().isEmpty()) {
            assertTrue(System.nanoTime() < end, "still taken: " + senders() + " places, " + openUploads());
            Thread.sleep(50);
        }
    }

    private static double senders() {
        return PrometheusRegistry.defaultRegistry.scrape(name -> name.equals("liuhen_intake_senders")).stream()
                .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
                .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
                .sum();
    }

    private static List<String> openUploads() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(FailingCallsIT::target)
                    .filter(file -> file.contains("/vault/uploads/"))
                    .toList();
        }
    }

    private static String target(Path open) {
        try {
            return Files.readSymbolicLink(open).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
