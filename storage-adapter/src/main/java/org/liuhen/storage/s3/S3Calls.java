package org.liuhen.storage.s3;

import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.VaultException;

/** Requests to the store, each with an answer or a {@link VaultException} that says what the store said. */
final class S3Calls {
    /** How long it may take to connect. */
    static final Duration CONNECT = Duration.ofSeconds(10);

    /**
     * How long the store may be silent, while it is sent bytes or its answer is waited for; a store that goes on is waited for, and what waits in the system's
     * send buffer has to go out within it. Ceph is silent while a placement group finds itself again, some half a minute after an OSD died, and while it puts the
     * parts of an upload together. What was asked for may be done later all the same: {@link #putIf} and {@link Multipart#complete} look at what is there.
     */
    static final Duration SILENCE = Duration.ofSeconds(60);

    /** Error codes of what does not exist. */
    static final Set<String> NOT_FOUND = Set.of("NoSuchKey", "NoSuchObject", "NoSuchVersion", "NotFound");

    /** What stands for the version of an object in a bucket without versions. */
    static final String NO_VERSION = "null";

    private static final Logger LOG = Logger.getLogger(S3Calls.class.getName());
    private static final String REFUSED = "PreconditionFailed";

    /** The error code of a request whose time differs too much from the store's: no fault of an item, and gone when the clock is right. */
    private static final String CLOCK = "RequestTimeTooSkewed";

    private static final int TRIES = 5;
    private static final long WAIT_MILLIS = 50;

    private final MinioAsyncClient s3;
    private Conditions conditions;

    S3Calls(MinioAsyncClient s3) {
        this.s3 = s3;
    }

    /** One object as it was read. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Read(byte[] bytes, String etag) {}

    MinioAsyncClient client() {
        return s3;
    }

    /** Stores one whole object. */
    ObjectWriteResponse put(String bucket, String key, byte[] bytes) throws IOException {
        return put(bucket, key, bytes, bytes.length);
    }

    /** Stores the first bytes of these. */
    ObjectWriteResponse put(String bucket, String key, byte[] bytes, int length) throws IOException {
        return await(
                "store " + key,
                () -> s3.putObject(PutObjectAPIArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .data(bytes, length)
                        .build()));
    }

    private String put(String bucket, String key, byte[] bytes, Map<String, String> condition) throws IOException {
        return etag(await(
                        "store " + key,
                        () -> s3.putObject(PutObjectAPIArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .data(bytes, bytes.length)
                                .extraHeaders(condition)
                                .build()))
                .etag());
    }

    /** An ETag without its quotes. */
    static String etag(String sent) {
        return sent.replace("\"", "");
    }

    /**
     * Stores one whole object, if the one that is there is still the one of this ETag. An answer other than yes is looked into: a
     * store may have written although it says that it failed, and a repeated request may be refused because it was written before.
     *
     * @param bytes what no other writer would store there
     * @param etag of what is there, or null where nothing is
     * @return the new ETag; empty where something else is there now
     */
    Optional<String> putIf(String bucket, String key, byte[] bytes, String etag) throws IOException {
        Conditions form = conditions(bucket);
        for (int tries = 1; ; tries++) {
            VaultException failed = null;
            try {
                if (form != Conditions.IGNORED) {
                    return Optional.of(put(
                            bucket,
                            key,
                            bytes,
                            etag == null ? Map.of("If-None-Match", "*") : Map.of("If-Match", form.ifMatch(etag))));
                }
            } catch (VaultException unclear) {
                failed = unclear;
            }
            Optional<Read> now = read(bucket, key);
            if (now.isPresent() && Arrays.equals(now.get().bytes(), bytes)) {
                return Optional.of(now.get().etag());
            }
            if (!Objects.equals(now.map(Read::etag).orElse(null), etag)) {
                return Optional.empty();
            }
            if (failed == null) {
                return Optional.of(put(bucket, key, bytes, Map.of()));
            }
            if (tries == TRIES || !(failed.retryable() || errorCode(failed).equals(REFUSED))) {
                throw failed;
            }
            pause("store " + key, tries);
        }
    }

    /** Waits longer each time. */
    static void pause(String what, int tries) throws VaultException {
        try {
            Thread.sleep(WAIT_MILLIS * tries);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw VaultException.unavailable(what, stopped);
        }
    }

    /** Tries, once, how the store takes conditions in this bucket, which must be one without versions. */
    synchronized Conditions conditions(String bucket) throws IOException {
        if (conditions == null) {
            String key = "probe/" + UUID.randomUUID();
            try {
                conditions = probe(bucket, key);
            } finally {
                remove(bucket, key);
            }
        }
        return conditions;
    }

    private Conditions probe(String bucket, String key) throws IOException {
        byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
        String right = put(bucket, key, bytes, Map.of());
        String wrong = new StringBuilder(right).reverse().toString();
        if (wrong.equals(right)
                || accepts(bucket, key, bytes, Map.of("If-None-Match", "*"))
                || accepts(bucket, key, bytes, Map.of("If-Match", Conditions.QUOTED.ifMatch(wrong)))
                || accepts(bucket, key, bytes, Map.of("If-Match", Conditions.UNQUOTED.ifMatch(wrong)))) {
            return Conditions.IGNORED;
        }
        for (Conditions form : List.of(Conditions.QUOTED, Conditions.UNQUOTED)) {
            if (accepts(bucket, key, bytes, Map.of("If-Match", form.ifMatch(right)))) {
                return form;
            }
        }
        return Conditions.IGNORED;
    }

    private boolean accepts(String bucket, String key, byte[] bytes, Map<String, String> condition) throws IOException {
        try {
            put(bucket, key, bytes, condition);
            return true;
        } catch (VaultException refused) {
            if (errorCode(refused).equals(REFUSED)) {
                return false;
            }
            throw refused;
        }
    }

    /** One whole object, or empty if there is none. */
    Optional<byte[]> get(String bucket, String key) throws IOException {
        return read(bucket, key).map(Read::bytes);
    }

    /** One whole object with its ETag, or empty if there is none. */
    Optional<Read> read(String bucket, String key) throws IOException {
        try (GetObjectResponse in = await(
                "read " + key,
                () -> s3.getObject(
                        GetObjectArgs.builder().bucket(bucket).object(key).build()))) {
            return Optional.of(new Read(in.readAllBytes(), etag(in.headers().get("ETag"))));
        } catch (VaultException refused) {
            if (NOT_FOUND.contains(errorCode(refused))) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /**
     * What the store knows of an object, or empty if there is none.
     *
     * @param version which version; the newest one where it is null
     */
    Optional<StatObjectResponse> stat(String bucket, String key, String version) throws IOException {
        try {
            return Optional.of(await(
                    "look for " + key,
                    () -> s3.statObject(StatObjectArgs.builder()
                            .bucket(bucket)
                            .object(key)
                            .versionId(version)
                            .build())));
        } catch (VaultException refused) {
            if (NOT_FOUND.contains(errorCode(refused))) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Reads an object; VT-104 where there is none. */
    InputStream open(String key, GetObjectArgs what) throws IOException {
        try {
            return await("read " + key, () -> s3.getObject(what));
        } catch (VaultException refused) {
            if (NOT_FOUND.contains(errorCode(refused))) {
                throw VaultException.noSuchUpload("there is no object " + key);
            }
            throw refused;
        }
    }

    /** Removes an object. */
    void remove(String bucket, String key) throws IOException {
        remove(bucket, key, null);
    }

    /** Removes one version of an object. */
    void remove(String bucket, String key, String version) throws IOException {
        await(
                "remove " + key,
                () -> s3.removeObject(RemoveObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .versionId(version)
                        .build()));
    }

    /** Removes a version that counts for nothing; one that stays costs only its room, until the item is disposed of. */
    void removeOrSay(String bucket, String key, String version) {
        try {
            remove(bucket, key, version);
        } catch (IOException stays) {
            LOG.log(Level.WARNING, "a version of " + key + " that counts for nothing stays", stays);
        }
    }

    /** Removes each version older than this of the objects that begin so. One that the store refuses to remove, such as a locked one, stays. */
    void removeUnlocked(String bucket, String prefix, Instant olderThan) throws IOException {
        for (Item version : list(ListObjectsArgs.builder()
                .bucket(bucket)
                .prefix(prefix)
                .recursive(true)
                .includeVersions(true))) {
            if (version.lastModified().toInstant().isBefore(olderThan)) {
                removeOrSay(bucket, version.objectName(), version.versionId());
            }
        }
    }

    /** Removes the versions of an object that do not count as its bytes. */
    void removeOthers(StoredObject counts) throws IOException {
        for (Item version : versions(counts.bucket(), counts.key())) {
            if (!version.versionId().equals(counts.versionId())) {
                removeOrSay(counts.bucket(), counts.key(), version.versionId());
            }
        }
    }

    /** The keys that begin so. */
    List<String> list(String bucket, String prefix) throws IOException {
        return list(ListObjectsArgs.builder().bucket(bucket).prefix(prefix).recursive(true)).stream()
                .map(Item::objectName)
                .toList();
    }

    /** The versions of an object. */
    List<Item> versions(String bucket, String key) throws IOException {
        return list(ListObjectsArgs.builder().bucket(bucket).prefix(key).includeVersions(true)).stream()
                .filter(item -> item.objectName().equals(key) && !item.isDeleteMarker())
                .toList();
    }

    private List<Item> list(ListObjectsArgs.Builder what) throws IOException {
        List<Item> items = new ArrayList<>();
        ListObjectsArgs args = what.build();
        try {
            for (Result<Item> item : s3.listObjects(args)) {
                items.add(item.get());
            }
        } catch (MinioException | IllegalStateException refused) { // the latter where there is no answer
            throw VaultException.unavailable("list " + args.prefix(), refused);
        }
        return items;
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
                String code = answer.errorResponse().code();
                throw VaultException.refused(what, code, status >= 500 || status == 429 || CLOCK.equals(code), answer);
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
