package org.liuhen.storage.s3;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioAsyncClient;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.liuhen.storage.VaultException;

/** Small requests to the store, each with an answer or a {@link VaultException} that says what the store said. */
final class S3Calls {
    /** How servers say that there is no such thing. */
    static final Set<String> NOT_FOUND = Set.of("NoSuchKey", "NoSuchObject", "NoSuchVersion", "NotFound");

    private final MinioAsyncClient s3;

    S3Calls(MinioAsyncClient s3) {
        this.s3 = s3;
    }

    MinioAsyncClient client() {
        return s3;
    }

    /** Stores one whole object. */
    ObjectWriteResponse put(String bucket, String key, byte[] bytes) throws IOException {
        return await(
                "store " + key,
                () -> s3.putObject(PutObjectAPIArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .data(bytes, bytes.length)
                        .build()));
    }

    /** One whole object, or empty if there is none. */
    Optional<byte[]> get(String bucket, String key) throws IOException {
        try (InputStream in = await(
                "read " + key,
                () -> s3.getObject(
                        GetObjectArgs.builder().bucket(bucket).object(key).build()))) {
            return Optional.of(in.readAllBytes());
        } catch (VaultException refused) {
            if (NOT_FOUND.contains(errorCode(refused))) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** What the store knows of an object, or empty if there is none. */
    Optional<StatObjectResponse> stat(String bucket, String key) throws IOException {
        try {
            return Optional.of(await(
                    "look for " + key,
                    () -> s3.statObject(
                            StatObjectArgs.builder().bucket(bucket).object(key).build())));
        } catch (VaultException refused) {
            if (NOT_FOUND.contains(errorCode(refused))) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Removes an object. */
    void remove(String bucket, String key) throws IOException {
        await(
                "remove " + key,
                () -> s3.removeObject(
                        RemoveObjectArgs.builder().bucket(bucket).object(key).build()));
    }

    /** The keys that begin so. */
    List<String> list(String bucket, String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        try {
            for (Result<Item> item : s3.listObjects(ListObjectsArgs.builder()
                    .bucket(bucket)
                    .prefix(prefix)
                    .recursive(true)
                    .build())) {
                keys.add(item.get().objectName());
            }
        } catch (MinioException refused) {
            throw VaultException.unavailable("list " + prefix, refused);
        }
        return keys;
    }

    /** One request to the store. */
    interface Call<T> {
        CompletableFuture<T> start() throws MinioException;
    }

    /** Waits for the answer and says what the store said. */
    static <T> T await(String what, Call<T> call) throws VaultException {
        try {
            return await(what, call.start());
        } catch (MinioException failed) {
            throw VaultException.unavailable(what, failed);
        }
    }

    static <T> T await(String what, CompletableFuture<T> asked) throws VaultException {
        try {
            return asked.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ErrorResponseException answer) {
                int status = answer.response().code();
                throw VaultException.refused(
                        what, answer.errorResponse().code(), status >= 500 || status == 429, answer);
            }
            throw VaultException.unavailable(what, failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw VaultException.unavailable(what, stopped);
        }
    }

    /** The error code that the server sent, or nothing where it sent none. */
    static String errorCode(VaultException failed) {
        for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ErrorResponseException answer) {
                return String.valueOf(answer.errorResponse().code());
            }
        }
        return "";
    }
}
