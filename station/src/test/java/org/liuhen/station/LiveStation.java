package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
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
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.config.VaultSettings;

/** A real station in a process of its own, which a test may kill. */
final class LiveStation implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final long READY_WITHIN_SECONDS = 180;

    final Path data;
    final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final List<String> before;
    private final List<String> options;
    private Process process;
    private int port;
    private int devicesPort;

    /**
     * Starts a station on this folder. It keeps its bytes in the folder, or on the S3 store that the system properties
     * {@code s3.endpoint} and so on name, in buckets of its own.
     */
    LiveStation(Path data, String... options) throws IOException, InterruptedException {
        this(List.of(), data, options);
    }

    /** Starts a station with these words before its command, such as those that put it into a network namespace. */
    LiveStation(List<String> before, Path data, String... options) throws IOException, InterruptedException {
        this.before = List.copyOf(before);
        this.data = data;
        this.options = new ArrayList<>(List.of(options));
        if (onS3() && !this.options.contains("--s3")) {
            this.options.addAll(List.of("--s3", System.getProperty("s3.endpoint")));
        }
        if (this.options.contains("--s3")) {
            this.options.addAll(List.of("--s3-bucket", bucket(data)));
        }
        Files.createDirectories(data);
        start();
    }

    /** Waits for what comes about by itself; three minutes are more than anything takes, also on a slow machine with two of these at work. */
    static void await(Callable<Boolean> until) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!until.call()) {
            assertTrue(System.nanoTime() < end, "it never came");
            Thread.sleep(200);
        }
    }

    /** The command line {@code liuhen} as a process of its own. */
    static List<String> command(String... arguments) {
        List<String> command =
                QuickStart.java("-Xmx128m", "-XX:+UseSerialGC", "-Dsun.jnu.encoding=UTF-8", "-Dfile.encoding=UTF-8");
        command.add(Liuhen.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs the command line to its end and gives its exit code. */
    static int liuhen(String... arguments) throws IOException, InterruptedException {
        return new ProcessBuilder(command(arguments))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Runs a command to its end, which must be good, and gives what it said. */
    static String said(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertTrue(process.waitFor(READY_WITHIN_SECONDS, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    static boolean onS3() {
        return !System.getProperty("s3.endpoint", "").isEmpty();
    }

    private static String bucket(Path data) {
        return "it" + Integer.toHexString(data.toAbsolutePath().hashCode())
                + Long.toHexString(System.nanoTime() >>> 20);
    }

    /** The settings of a client of the station's Kafka, which only the station's own user can read. */
    Map<String, Object> kafka() throws IOException {
        return new HashMap<>(JobSettings.kafka(null, data.resolve(Station.KAFKA).toString()));
    }

    /** The vault that the station uses, for a test that attacks it from outside. */
    VaultSettings vaultSettings() {
        System.setProperty("AWS_ACCESS_KEY_ID", System.getProperty("s3.accessKey", ""));
        System.setProperty("AWS_SECRET_ACCESS_KEY", System.getProperty("s3.secretKey", ""));
        int at = options.indexOf("--s3");
        return at < 0
                ? VaultSettings.directory(data.resolve("vault"), false)
                : VaultSettings.s3(options.get(at + 1), "default", options.get(options.indexOf("--s3-bucket") + 1));
    }

    /** Starts it, again on the same port, and waits until it is ready. */
    void start() throws IOException, InterruptedException {
        List<String> command = QuickStart.java("-Xmx768m");
        command.addAll(List.of(
                Liuhen.class.getName(),
                "station",
                "--data",
                data.toString(),
                "--no-immutable",
                "--port",
                Integer.toString(port),
                "--devices-port",
                Integer.toString(devicesPort)));
        command.addAll(options);
        command.addAll(0, before);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("AWS_ACCESS_KEY_ID", System.getProperty("s3.accessKey", ""));
        builder.environment().put("AWS_SECRET_ACCESS_KEY", System.getProperty("s3.secretKey", ""));
        File log = data.resolve("station.log").toFile();
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        Files.deleteIfExists(data.resolve(Station.WHERE));
        process = builder.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_WITHIN_SECONDS);
        while (!Files.exists(data.resolve(Station.WHERE)) || Files.size(data.resolve(Station.WHERE)) == 0) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("The station did not start: " + Files.readString(log.toPath()));
            }
            Thread.sleep(50);
        }
        String url =
                JSON.readTree(data.resolve(Station.WHERE).toFile()).get("url").asText();
        port = URI.create(url).getPort();
        String devices = JSON.readTree(data.resolve(Station.WHERE).toFile())
                .path("devices")
                .asText("");
        devicesPort = devices.isEmpty() ? 0 : URI.create(devices).getPort();
    }

    int devicesPort() {
        return devicesPort;
    }

    /** An address for devices. */
    URI devicesAt(String path) {
        return URI.create("https://127.0.0.1:" + devicesPort).resolve(path);
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + port).resolve(path);
    }

    /** What the process is called by the system. */
    long pid() {
        return process.pid();
    }

    /** Ends it as a power cut would: without a word. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.header("Liuhen-Officer", "110023").build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(send(HttpRequest.newBuilder(at(path))).body());
    }

    /** Every item that the read model knows. */
    List<JsonNode> items() throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        String before = "";
        while (true) {
            ArrayNode page = (ArrayNode) get("/api/evidence?limit=500" + before).get("evidence");
            page.forEach(items::add);
            if (page.size() < 500) {
                return items;
            }
            before = "&before=" + page.get(page.size() - 1).get("id").asText();
        }
    }

    /** Waits until so many items are sealed. */
    List<JsonNode> awaitSealed(int count) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            List<JsonNode> sealed =
                    items().stream().filter(item -> item.has("sealedUntil")).toList();
            if (sealed.size() >= count) {
                return sealed;
            }
            if (System.nanoTime() > end) {
                throw new IOException("Only " + sealed.size() + " of " + count + " items were sealed: "
                        + Files.readString(data.resolve("station.log")));
            }
            Thread.sleep(200);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** A witness in a process of its own, ready; {@code key} is what a policy names it by. */
    record Witness(Process process, String key) {}

    static Witness witness(Path data, Path logs, int port) throws IOException {
        Process process = new ProcessBuilder(command(
                        "witness",
                        "--name",
                        "jcy.test/w1",
                        "--data",
                        data.toString(),
                        "--logs",
                        logs.toString(),
                        "--port",
                        Integer.toString(port)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String key = lines.readLine();
        String line = key;
        while (line != null && !line.startsWith("ready")) {
            line = lines.readLine();
        }
        assertTrue(process.isAlive(), "the witness runs");
        return new Witness(process, key);
    }
}
