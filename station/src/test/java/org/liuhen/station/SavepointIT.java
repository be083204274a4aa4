package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.SavepointFormatType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.ingest.IngestJob;
import org.liuhen.intake.DevicesApi;
import org.liuhen.intake.UploadLimits;
import org.liuhen.job.JobSettings;
import org.liuhen.review.api.MapTiles;
import org.liuhen.storage.config.VaultSettings;
import org.liuhen.web.Connections;

/** {@code flink stop} while items are on their way: the job ends as FINISHED, and from the savepoint it goes on with them. */
@Tag("slow")
class SavepointIT {
    private static final int ITEMS = 6;
    private static final int ITEM_BYTES = 80 << 20;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void theIngestJobFinishesWithItemsOnTheirWayAndGoesOnFromTheSavepoint() throws Exception {
        List<String> ids = new ArrayList<>();
        Path savepoint;
        try (Station station = station(folder.resolve("data"))) {
            byte[] bytes = new byte[ITEM_BYTES];
            new Random(1).nextBytes(bytes);
            for (int i = 0; i < ITEMS; i++) {
                bytes[0] = (byte) i;
                ids.add(upload(station, "large-" + i + ".bin", bytes));
            }
            JobID job = station.flink().job(IngestJob.NAME);
            savepoint = stopped(station, job);
            assertEquals(
                    JobStatus.FINISHED,
                    station.flink()
                            .cluster()
                            .requestJobResult(job)
                            .get(60, TimeUnit.SECONDS)
                            .getJobStatus()
                            .orElse(JobStatus.FAILED));
            assertTrue(sealed(station) < ITEMS, "items were on their way");
            // A station goes on from its newest checkpoint; a savepoint is one, too.
            Path checkpoints = folder.resolve("data/flink/checkpoints").resolve(job.toHexString());
            Files.createDirectories(checkpoints);
            Files.move(savepoint, checkpoints.resolve("chk-1000000"));
        }
        try (Station station = station(folder.resolve("data"))) {
            LiveStation.await(() -> sealed(station) == ITEMS);
            assertEquals(ITEMS, ids.size());
        }
    }

    private Path stopped(Station station, JobID job) throws Exception {
        String folderName = folder.resolve("savepoints").toUri().toString();
        try {
            return Path.of(URI.create(station.flink()
                    .cluster()
                    .stopWithSavepoint(job, folderName, false, SavepointFormatType.NATIVE)
                    .get(60, TimeUnit.SECONDS)));
        } catch (ExecutionException failed) {
            throw new AssertionError(
                    station.flink().health().get(IngestJob.NAME).failure(), failed);
        }
    }

    /** A station in this process, whose jobs a test can stop. */
    static Station station(Path data) throws Exception {
        SignInOptions signIn = new SignInOptions();
        signIn.otherwise(SignInOptions.Way.claimed);
        return new Station(
                new Station.Options(
                        data,
                        0,
                        new LogName("site-1"),
                        VaultSettings.directory(data.resolve("vault"), false),
                        false,
                        JobSettings.RETENTION_DAYS_MIN,
                        UploadLimits.DEFAULT,
                        null,
                        false,
                        false,
                        null,
                        signIn,
                        Duration.ofDays(7),
                        Connections.Limits.DEFAULT,
                        new Operations.Options(),
                        new MapTiles(null, ""),
                        DevicesApi.Marks.DEFAULT,
                        List.of(),
                        EffectiveSettings.NONE),
                step -> {});
    }

    /** Uploads in one request and gives the item's ID. */
    static String upload(Station station, String name, byte[] bytes) throws Exception {
        URI files = URI.create(station.url() + "/files");
        HttpResponse<String> made = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(files)
                                .header("Tus-Resumable", "1.0.0")
                                .header("Content-Type", "application/offset+octet-stream")
                                .header("Upload-Length", Integer.toString(bytes.length))
                                .header("Upload-Metadata", TusSender.header(TusSender.metadata(name, bytes)))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(201, made.statusCode(), made.body());
        String place = made.headers().firstValue("Location").orElseThrow();
        return place.substring(place.lastIndexOf('/') + 1);
    }

    private long sealed(Station station) throws Exception {
        HttpResponse<String> found = http.send(
                HttpRequest.newBuilder(URI.create(station.url() + "/api/evidence?limit=100"))
                        .header("Liuhen-Officer", "110023")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        long count = 0;
        for (JsonNode item : JSON.readTree(found.body()).get("evidence")) {
            count += item.has("sealedUntil") ? 1 : 0;
        }
        return count;
    }
}
