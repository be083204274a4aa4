package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SetBucketPolicyArgs;
import io.minio.SetObjectRetentionArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.Retention;
import io.minio.messages.RetentionMode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.Vault;

/** A store that refuses: one object for good, and whoever would touch a sealed one. Only a store with policies and users can, so it is tried on S3 alone. */
@Tag("s3")
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

    @Test
    void theStoreRefusesToTouchASealedObjectEvenForItsAdministrator() throws Exception {
        byte[] bytes = "sealed, and attacked".getBytes(StandardCharsets.UTF_8);
        String place = sender.upload(TusSender.metadata("sealed.txt", bytes), bytes);
        String id = place.substring(place.lastIndexOf('/') + 1);
        await(() -> item(id).has("sealedUntil"));
        JsonNode item = item(id);
        String bucket = item.at("/object/bucket").asText();
        String key = item.at("/object/key").asText();
        String version = item.at("/object/versionId").asText();
        List<String> answers = new ArrayList<>();
        for (String user :
                List.of("minioadmin", "rgwadmin")) { // the owner of the bucket, the administrator of the store
            MinioAsyncClient s3 = MinioAsyncClient.builder()
                    .endpoint(System.getProperty("s3.endpoint"))
                    .region("default")
                    .credentials(user, user)
                    .build();
            answers.add(answer(() -> s3.removeObject(RemoveObjectArgs.builder()
                    .bucket(bucket)
                    .object(key)
                    .versionId(version)
                    .build())));
            answers.add(answer(() -> s3.removeObject(RemoveObjectArgs.builder()
                    .bucket(bucket)
                    .object(key)
                    .versionId(version)
                    .bypassGovernanceMode(true)
                    .build())));
            answers.add(answer(() -> s3.setObjectRetention(SetObjectRetentionArgs.builder()
                    .bucket(bucket)
                    .object(key)
                    .versionId(version)
                    .bypassGovernanceMode(true)
                    .config(new Retention(
                            RetentionMode.COMPLIANCE,
                            ZonedDateTime.now(ZoneOffset.UTC)
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .plusDays(1)))
                    .build())));
            s3.putObject(PutObjectAPIArgs.builder()
                            .bucket(bucket)
                            .object(key)
                            .data(new byte[] {1}, 1)
                            .build())
                    .get(); // makes a new version; the recorded one must stay as it was
            s3.close();
        }
        // Ceph 16 cannot read an administrator's request to change a lock; that is a refusal, too.
        assertEquals(
                List.of("AccessDenied", "AccessDenied", "AccessDenied", "AccessDenied", "AccessDenied", "MalformedXML"),
                answers);
        StoredObject sealed = new StoredObject(bucket, key, version);
        try (Vault vault = station.vaultSettings().open()) {
            Instant until = vault.evidence().seal(sealed, Instant.now()).retainUntil();
            assertEquals(item.get("sealedUntil").asText(), until.toString(), "the lock reads back as it was");
        }
        JsonNode verified = station.get("/api/verification");
        assertTrue(verified.get("verified").asBoolean(), "the recorded version is as it was: " + verified);
        System.out.println(
                "sealed object on S3, for the bucket's owner and the store's administrator: deleting, deleting with"
                        + " bypass, shortening the lock: " + answers
                        + "; overwriting makes a new version, the recorded one holds");
    }

    private static String answer(Callable<CompletableFuture<?>> attempt) throws Exception {
        try {
            attempt.call().get();
            return "ALLOWED";
        } catch (ExecutionException refused) {
            return refused.getCause() instanceof ErrorResponseException no
                    ? no.errorResponse().code()
                    : String.valueOf(refused.getCause());
        }
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
