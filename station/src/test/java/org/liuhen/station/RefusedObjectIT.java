package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.minio.MinioClient;
import io.minio.SetBucketPolicyArgs;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.YearMonth;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.EvidenceId;

/** A store that refuses one object for good. Only a store with policies can be made to do that, so it is tried on S3 alone. */
class RefusedObjectIT {
    @TempDir
    static Path folder;

    private static LiveStation station;
    private static TusSender sender;

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"));
        sender = new TusSender(station);
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    @Test
    void anObjectThatTheStoreRefusesIsPutAsideAndTheNextOneIsSealed() throws Exception {
        byte[] bytes = "refused by the store".getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> created = sender.create(TusSender.metadata("refused.txt", bytes), bytes.length);
        String place = created.headers().firstValue("Location").orElseThrow();
        String id = place.substring(place.lastIndexOf('/') + 1);
        YearMonth month = new EvidenceId(id).month();
        String key = "site-1/%d/%02d/%s".formatted(month.getYear(), month.getMonthValue(), id);
        String bucket = station.vaultSettings().bucket() + "-vault";
        MinioClient s3 = MinioClient.builder()
                .endpoint(System.getProperty("s3.endpoint"))
                .credentials(System.getProperty("s3.accessKey"), System.getProperty("s3.secretKey"))
                .region("default")
                .build();
        try {
            String deny = """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
                     "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": ["arn:aws:s3:::%s/%s"]}]}""".formatted(bucket, key);
            s3.setBucketPolicy(
                    SetBucketPolicyArgs.builder().bucket(bucket).config(deny).build());
            assertEquals(204, sender.patch(place, 0, bytes).statusCode());
            await(() -> item(id).has("failedSteps"));
            assertEquals("VT-107", item(id).at("/failedSteps/verify/code").asText(), item(id).toString());
            assertTrue(
                    station.get("/api/evidence?desk=putAside&limit=500")
                            .toString()
                            .contains(id),
                    "on the pile");
            await(() -> health().at("/problems").has("putAsideNotSealed"));
            upload("next.txt", "the next one".getBytes(StandardCharsets.UTF_8));
            s3.setBucketPolicy(SetBucketPolicyArgs.builder()
                    .bucket(bucket)
                    .config(deny.replace(id, "no-such-item"))
                    .build());
        } finally {
            s3.close();
        }
        LiveStation.said(LiveStation.command(
                "describe", "--data", station.data.toString(), "--officer", "110023", "--reason", "mended", id));
        await(() -> item(id).has("sealedUntil"));
        assertFalse(item(id).has("failedSteps"), item(id).toString());
        await(() -> health().get("healthy").asBoolean());
    }

    private static void upload(String name, byte[] bytes) throws Exception {
        String place = sender.upload(TusSender.metadata(name, bytes), bytes);
        String id = place.substring(place.lastIndexOf('/') + 1);
        await(() -> item(id).has("sealedUntil"));
    }

    private static JsonNode item(String id) throws Exception {
        return station.get("/api/evidence?id=" + id).at("/evidence/0");
    }

    private static JsonNode health() throws Exception {
        return station.get("/api/health");
    }
}
