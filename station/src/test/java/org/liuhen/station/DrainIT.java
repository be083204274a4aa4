package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Intake and the review as processes of their own, beside a station's Kafka, database and S3 store: what they show, and how they end. */
class DrainIT {
    private static final int ENDS_WITHIN_SECONDS = 25;

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    @EnabledIf("onS3") // the parts of a cluster have no other store
    void bothSayThatTheyAreReadyAndEndInOrder() throws Exception {
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            byte[] bytes = "证据".getBytes(StandardCharsets.UTF_8);
            Part intake = start(station, "intake", "--devices-port", "0");
            Part review = start(
                    station,
                    "review",
                    "--sign-in",
                    "claimed",
                    "--postgres",
                    database(station.data),
                    "--postgres-user",
                    EmbeddedDatabase.USER);
            try {
                await(() -> ready(intake) == 200 && ready(review) == 200);
                String place = upload(intake, bytes);
                station.awaitSealed(1);
                await(() -> metrics(review).contains("liuhen_review_lag_entries 0.0"));
                assertTrue(metrics(review).contains("liuhen_review_leading 0.0"), "the station follows");
                String ofIntake = metrics(intake);
                assertTrue(ofIntake.contains("liuhen_intake_items_total{step=\"received\"} 1.0"), ofIntake);
                assertTrue(ofIntake.contains("liuhen_intake_object_lock_enforced 1.0"), ofIntake);
                assertKnown(ofIntake);
                assertKnown(metrics(review));
                assertEquals(200, receipt(intake, place).statusCode());
                assertEnds(intake);
                assertEnds(review);
            } finally {
                intake.process().destroyForcibly().waitFor();
                review.process().destroyForcibly().waitFor();
            }
        }
        TestFiles.deleteAll(folder);
    }

    /** A part in a process of its own. */
    private record Part(Process process, URI own, URI operations) {}

    private static String database(Path data) throws IOException {
        return "jdbc:postgresql://127.0.0.1:"
                + Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3) + "/" + EmbeddedDatabase.USER;
    }

    private Part start(LiveStation station, String name, String... options) throws Exception {
        int port = FreePort.find();
        List<String> command = LiveStation.command(
                name,
                "--kafka",
                String.valueOf(station.kafka().get("bootstrap.servers")),
                "--kafka-config",
                station.data.resolve(Station.KAFKA).toString(),
                "--s3",
                station.vaultSettings().endpoint(),
                "--s3-bucket",
                station.vaultSettings().bucket(),
                "--keys",
                station.data.resolve("keys").toString(),
                "--port",
                Integer.toString(port),
                "--operations-port",
                "0");
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("AWS_ACCESS_KEY_ID", System.getProperty("s3.accessKey"));
        builder.environment().put("AWS_SECRET_ACCESS_KEY", System.getProperty("s3.secretKey"));
        builder.environment()
                .put("PGPASSWORD", Files.readString(EmbeddedDatabase.secret(station.data.resolve("postgres"))));
        Process process =
                builder.redirectError(folder.resolve(name + ".log").toFile()).start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> said = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.add(line);
            Matcher operations =
                    Pattern.compile("ready: .*for operators at port ([0-9]+)").matcher(line);
            if (operations.matches()) {
                return new Part(
                        process,
                        URI.create("http://127.0.0.1:" + port),
                        URI.create("http://127.0.0.1:" + operations.group(1)));
            }
        }
        throw new IOException(said + Files.readString(folder.resolve(name + ".log")));
    }

    private int ready(Part part) throws Exception {
        return get(part.operations().resolve("/health/ready")).statusCode();
    }

    private String metrics(Part part) throws Exception {
        return get(part.operations().resolve("/metrics")).body();
    }

    private HttpResponse<String> get(URI place) throws Exception {
        return http.send(HttpRequest.newBuilder(place).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String upload(Part intake, byte[] bytes) throws Exception {
        HttpResponse<String> made = http.send(
                HttpRequest.newBuilder(intake.own().resolve("/files"))
                        .header("Tus-Resumable", "1.0.0")
                        .header("Content-Type", "application/offset+octet-stream")
                        .header("Upload-Length", Integer.toString(bytes.length))
                        .header("Upload-Metadata", TusSender.header(TusSender.metadata("a.txt", bytes)))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(201, made.statusCode(), made.body());
        return made.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> receipt(Part intake, String place) throws Exception {
        return http.send(
                HttpRequest.newBuilder(intake.own().resolve(place + "/receipt?wait=20"))
                        .header("Tus-Resumable", "1.0.0")
                        .header("Liuhen-Officer", "110023")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What a part shows is on the page about metrics. */
    private static void assertKnown(String shown) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "operations", "metrics.md"));
        Set<String> unknown = new TreeSet<>();
        Pattern.compile("(?m)^# TYPE (liuhen_\\w+) ")
                .matcher(shown)
                .results()
                .filter(line -> !page.contains("`" + line.group(1) + "`"))
                .forEach(line -> unknown.add(line.group(1)));
        assertEquals(Set.of(), unknown);
    }

    /** Asked to end, it is not ready any more while it still answers, and then it is gone in time. */
    private void assertEnds(Part part) throws Exception {
        long start = System.nanoTime();
        part.process().destroy();
        List<Integer> seen = new ArrayList<>();
        try {
            while (part.process().isAlive() && seen.stream().noneMatch(status -> status == 503)) {
                seen.add(ready(part));
                Thread.sleep(50);
            }
            get(part.own().resolve("/")); // it answers, whatever that is
        } catch (ConnectException gone) {
            throw new AssertionError("it was gone before it said so: " + seen, gone);
        }
        assertTrue(seen.contains(503), seen.toString());
        assertTrue(part.process().waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS), "it ends in time");
        assertEquals(143, part.process().exitValue());
        System.out.println("ended after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }
}
