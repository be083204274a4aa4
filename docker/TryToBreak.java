import io.minio.MinioAsyncClient;
import io.minio.RemoveObjectArgs;
import io.minio.SetObjectRetentionArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.Retention;
import io.minio.messages.RetentionMode;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Tries to delete a sealed object, and to shorten its lock, with somebody's S3 key, and prints what the store answers. */
final class TryToBreak {
    private interface Attempt {
        CompletableFuture<?> start() throws Exception;
    }

    /** Takes the endpoint, bucket, key, version, access key and secret key. */
    public static void main(String[] a) throws Exception {
        MinioAsyncClient s3 =
                MinioAsyncClient.builder().endpoint(a[0]).region("default").credentials(a[4], a[5]).build();
        attempt("delete", () -> s3.removeObject(
                RemoveObjectArgs.builder().bucket(a[1]).object(a[2]).versionId(a[3]).build()));
        attempt("delete with governance bypass", () -> s3.removeObject(RemoveObjectArgs.builder()
                .bucket(a[1]).object(a[2]).versionId(a[3]).bypassGovernanceMode(true).build()));
        ZonedDateTime tomorrow = ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).plusDays(1);
        for (boolean bypass : new boolean[] {false, true}) {
            attempt("shorten the lock" + (bypass ? " with governance bypass" : ""), () -> s3.setObjectRetention(
                    SetObjectRetentionArgs.builder()
                            .bucket(a[1]).object(a[2]).versionId(a[3]).bypassGovernanceMode(bypass)
                            .config(new Retention(RetentionMode.COMPLIANCE, tomorrow)).build()));
        }
        s3.close();
    }

    private static void attempt(String what, Attempt attempt) throws Exception {
        try {
            attempt.start().get();
            System.out.println(what + ": ALLOWED");
        } catch (ExecutionException refused) {
            String answer = refused.getCause() instanceof ErrorResponseException no
                    ? no.errorResponse().code() + ", " + no.errorResponse().message()
                    : String.valueOf(refused.getCause());
            System.out.println(what + ": refused (" + answer + ")");
        }
    }
}
