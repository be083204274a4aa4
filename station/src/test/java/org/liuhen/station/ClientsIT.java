package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tus.java.client.ProtocolException;
import io.tus.java.client.TusClient;
import io.tus.java.client.TusExecutor;
import io.tus.java.client.TusURLMemoryStore;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Sha256Digest;

/** Other people's clients as they come, each over a network that is cut five times in the middle of a file. */
class ClientsIT {
    private static final int CUTS = 5;
    private static final int CUT_EACH_BYTES = 2_000_000;
    private static final int FILE_BYTES = 16_000_000;

    @TempDir
    private static Path folder;

    private static LiveStation station;

    private final byte[] bytes = new byte[FILE_BYTES];
    private Gate gate;
    private Path file;

    @BeforeAll
    static void startStation() throws Exception {
        station = new LiveStation(folder.resolve("data"));
    }

    @AfterAll
    static void stopStation() {
        station.close();
    }

    @BeforeEach
    void open() throws Exception {
        new Random(System.nanoTime()).nextBytes(bytes);
        file = folder.resolve("执法记录" + System.nanoTime() + ".bin");
        Files.write(file, bytes);
        gate = new Gate(station.at("/").getPort());
        gate.cutEach(CUT_EACH_BYTES, CUTS);
    }

    @AfterEach
    void close() throws IOException {
        gate.close();
    }

    private URI through(String path) {
        return URI.create("http://127.0.0.1:" + gate.port() + path);
    }

    private void isWhole(String url) throws Exception {
        assertEquals(0, gate.cutsLeft(), "the network was cut as often as it was said");
        String id = url.substring(url.lastIndexOf('/') + 1);
        JsonNode[] found = new JsonNode[1];
        await(() -> {
            for (JsonNode item : station.get("/api/evidence?limit=500").get("evidence")) {
                if (item.get("id").asText().equals(id)) {
                    found[0] = item;
                }
            }
            return found[0] != null && found[0].has("sealedUntil");
        });
        assertEquals("verified", found[0].get("state").asText());
        assertEquals(Sha256Digest.of(bytes).hex(), found[0].get("sha256").asText());
        assertEquals(file.getFileName().toString(), found[0].get("fileName").asText());
    }

    private static String node(String... arguments) throws Exception {
        Process process = new ProcessBuilder(arguments)
                .directory(Path.of("src/test/clients").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        process.getInputStream().transferTo(said);
        assertTrue(process.waitFor(90, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        return said.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void tusJsClient() throws Exception {
        isWhole(node("node", "resume.mjs", through("/files").toString(), file.toString()));
    }

    @Test
    void tusJsClientWithPartsBesideEachOther() throws Exception {
        isWhole(node("node", "resume.mjs", through("/files").toString(), file.toString(), "3"));
    }

    @Test
    void uppyInARealBrowser() throws Exception {
        isWhole(node("node", "uppy.mjs", through("").toString(), file.toString()));
    }

    @Test
    void tusJavaClient() throws Exception {
        TusClient client = new TusClient();
        client.setUploadCreationURL(through("/files").toURL());
        client.enableResuming(new TusURLMemoryStore());
        TusUpload upload = new TusUpload(file.toFile());
        upload.setMetadata(TusSender.metadata(file.getFileName().toString(), bytes));
        String[] place = new String[1];
        TusExecutor executor = new TusExecutor() {
            @Override
            protected void makeAttempt() throws ProtocolException, IOException {
                TusUploader uploader = client.resumeOrCreateUpload(upload);
                place[0] = uploader.getUploadURL().toString();
                uploader.setChunkSize(256_000);
                while (uploader.uploadChunk() > -1) {
                    Thread.onSpinWait();
                }
                uploader.finish();
            }
        };
        executor.setDelays(new int[] {100, 200, 500, 1_000, 1_000, 1_000, 1_000});
        assertTrue(executor.makeAttempts());
        isWhole(place[0]);
    }

    /** As a shell script would do it: ask where to go on, and send the rest. */
    @Test
    void curl() throws Exception {
        Curl curl = new Curl(folder.resolve("curl"));
        String[] create = {
            "-X",
            "POST",
            "-H",
            "Tus-Resumable: 1.0.0",
            "-H",
            "Upload-Length: " + bytes.length,
            "-H",
            "Upload-Metadata: "
                    + TusSender.header(TusSender.metadata(file.getFileName().toString(), bytes))
        };
        String place = curl.ask(through("/files"), create).header("Location");
        Path rest = curl.folder().resolve("rest");
        int requests = 0;
        while (true) {
            Curl.Answer head = curl.ask(through(place), "-I", "-H", "Tus-Resumable: 1.0.0");
            int offset = Integer.parseInt(head.header("Upload-Offset"));
            if (offset == bytes.length) {
                break;
            }
            Files.write(rest, TusSender.slice(bytes, offset, bytes.length));
            curl.ask(
                    through(place),
                    "-X",
                    "PATCH",
                    "-H",
                    "Expect:",
                    "-H",
                    "Tus-Resumable: 1.0.0",
                    "-H",
                    "Upload-Offset: " + offset,
                    "-H",
                    "Content-Type: application/offset+octet-stream",
                    "--data-binary",
                    "@rest");
            requests++;
        }
        // On S3 what a cut request kept may be told a moment later: then one request more is refused with the right
        // offset.
        assertTrue(requests <= 2 * (CUTS + 1), "each cut cost a request or two: " + requests);
        isWhole(place);
    }
}
