package org.liuhen.storage.s3;

import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.liuhen.storage.Vault;

/**
 * Opens a {@link Vault} on S3. Three buckets: {@code <name>-vault} with Object Lock, for complete objects; {@code
 * <name>-uploads} for the notes on uploads and the tails of unfinished ones; {@code <name>-custody} for published logs.
 */
public final class S3Vault {
    private static final int ROOM_OF_MEMORY = 3; // a third of the memory of this process is for parts

    /** Ceph's answer to a completed upload has a location that minio-java warns of each time; the answer is good. */
    private static final Logger CLIENT_LOG = Logger.getLogger("io.minio.BaseS3Client");

    static {
        CLIENT_LOG.setLevel(Level.SEVERE);
    }

    private S3Vault() {}

    /**
     * Where the store is, and the key for it.
     *
     * @param endpoint such as {@code https://rgw.example:443}
     * @param region the region's name; Ceph's is {@code default}
     * @param name the first part of the buckets' names
     */
    public record Connection(String endpoint, String region, String accessKey, String secretKey, String name) {}

    /** Connects, creates the buckets that are missing, and opens the ports. */
    public static Vault open(Connection connection) throws IOException {
        return open(connection, S3Calls.SILENCE, new Room(Runtime.getRuntime().maxMemory() / ROOM_OF_MEMORY));
    }

    static Vault open(Connection connection, Duration silence, Room room) throws IOException {
        MinioAsyncClient s3 = MinioAsyncClient.builder()
                .endpoint(connection.endpoint())
                .region(connection.region())
                .credentials(connection.accessKey(), connection.secretKey())
                .build();
        s3.setTimeout(S3Calls.CONNECT.toMillis(), silence.toMillis(), silence.toMillis());
        Buckets buckets = Buckets.named(connection.name());
        for (String bucket : buckets.all()) {
            create(s3, bucket, bucket.equals(buckets.vault()));
        }
        S3Calls calls = new S3Calls(s3);
        return new Vault(
                new S3Uploads(calls, buckets, room),
                new S3Evidence(calls, buckets),
                site -> new S3LogStore(calls, buckets.custody(), site.value() + "/"),
                site -> new S3LogStore(calls, buckets.uploads(), "door/" + site.value() + "/"),
                () -> close(s3));
    }

    private static void create(MinioAsyncClient s3, String bucket, boolean locks) throws IOException {
        if (!S3Calls.await(
                "look for bucket " + bucket,
                () -> s3.bucketExists(BucketExistsArgs.builder().bucket(bucket).build()))) {
            S3Calls.await(
                    "create bucket " + bucket,
                    () -> s3.makeBucket(MakeBucketArgs.builder()
                            .bucket(bucket)
                            .objectLock(locks)
                            .build()));
        }
    }

    private static void close(MinioAsyncClient s3) {
        try {
            s3.close();
        } catch (Exception ignored) {
            // Nothing is held open that matters: every call waited for its answer.
        }
    }
}
