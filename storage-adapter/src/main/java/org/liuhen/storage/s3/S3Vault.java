package org.liuhen.storage.s3;

import io.minio.AbortMultipartUploadArgs;
import io.minio.BucketExistsArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectRetentionArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SetObjectRetentionArgs;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.UploadPartArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.minio.messages.Part;
import io.minio.messages.Retention;
import io.minio.messages.RetentionMode;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.StoredObject;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

/**
 * A {@link Vault} on S3. Three buckets: {@code <name>-vault} with Object Lock, where bytes have their one place; {@code
 * <name>-uploads} for the notes on uploads and the tails of unfinished ones; {@code <name>-custody} for published logs.
 */
public final class S3Vault implements Vault {
    private static final int PART_BYTES_MIN = 8 << 20;
    private static final int PARTS_MAX = 9_000; // S3 allows 10,000
    private static final Set<String> NOT_FOUND = Set.of("NoSuchKey", "NoSuchObject", "NoSuchVersion", "NotFound");

    /** Amazon's word for an object without a lock, and Ceph's. */
    private static final Set<String> NOT_LOCKED =
            Set.of("NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError");

    private final MinioAsyncClient s3;
    private final String vaultBucket;
    private final String uploadsBucket;
    private final String custodyBucket;
    private final Set<EvidenceId> busy = ConcurrentHashMap.newKeySet();

    /**
     * Where the store is and who we are there.
     *
     * @param endpoint such as {@code https://rgw.example:443}
     * @param region the region's name; Ceph's is {@code default}
     * @param name the first part of the buckets' names
     */
    public record Connection(String endpoint, String region, String accessKey, String secretKey, String name) {}

    /** Connects and creates the buckets that are missing. */
    public S3Vault(Connection connection) throws IOException {
        s3 = MinioAsyncClient.builder()
                .endpoint(connection.endpoint())
                .region(connection.region())
                .credentials(connection.accessKey(), connection.secretKey())
                .build();
        vaultBucket = connection.name() + "-vault";
        uploadsBucket = connection.name() + "-uploads";
        custodyBucket = connection.name() + "-custody";
        for (String bucket : List.of(vaultBucket, uploadsBucket, custodyBucket)) {
            if (!await(
                    "look for bucket " + bucket,
                    () -> s3.bucketExists(
                            BucketExistsArgs.builder().bucket(bucket).build()))) {
                await(
                        "create bucket " + bucket,
                        () -> s3.makeBucket(MakeBucketArgs.builder()
                                .bucket(bucket)
                                .objectLock(bucket.equals(vaultBucket))
                                .build()));
            }
        }
    }

    @Override
    public void declare(LogName site, Declared declared) throws IOException {
        EvidenceId id = declared.context().evidenceId();
        put(uploadsBucket, pending(id, "info"), new UploadInfo(site, declared).encode());
    }

    @Override
    public Optional<Upload> find(LogName site, EvidenceId id) throws IOException {
        Optional<byte[]> done = get(uploadsBucket, done(site, id));
        Optional<byte[]> stored = done.isPresent() ? done : get(uploadsBucket, pending(id, "info"));
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        UploadInfo info = UploadInfo.decode(stored.get(), "upload " + id);
        if (!info.site().equals(site)) {
            return Optional.empty();
        }
        Optional<StatObjectResponse> object = stat(vaultBucket, Vault.key(site, id));
        if (object.isPresent()) {
            StoredObject place = new StoredObject(
                    vaultBucket, Vault.key(site, id), object.get().versionId());
            return Optional.of(new Upload(site, info.declared(), object.get().size(), place, done.isPresent()));
        }
        long durable = progress(id, info.declared().sizeBytes()).durableBytes();
        return Optional.of(new Upload(site, info.declared(), durable, null, false));
    }

    @Override
    public long append(LogName site, EvidenceId id, long offsetBytes, InputStream bytes) throws IOException {
        if (!busy.add(id)) {
            throw VaultException.busy(id.value());
        }
        try {
            Upload upload = unfinished(site, id);
            if (upload.offsetBytes() != offsetBytes) {
                throw VaultException.offsetConflict(upload.offsetBytes(), offsetBytes);
            }
            return append(upload, id, bytes);
        } finally {
            busy.remove(id);
        }
    }

    private long append(Upload upload, EvidenceId id, InputStream bytes) throws IOException {
        long size = upload.declared().sizeBytes();
        Progress atStart = progress(id, size);
        Progress progress = atStart;
        // One byte more than a part: it is how too many bytes show.
        byte[] buffer = new byte[(int) Math.min(progress.partBytes(), size - progress.partsEnd()) + 1];
        int filled = tail(id, progress, buffer);
        int before = filled;
        IOException broken = null;
        while (true) {
            int read;
            try {
                long room = filled < progress.partBytes() ? progress.partBytes() - filled : 1;
                read = bytes.read(buffer, filled, (int) Math.min(room, buffer.length - filled));
            } catch (DiscardException wrong) { // parts stored meanwhile are stored again under the same numbers
                if (progress.etags().size() > atStart.etags().size()) {
                    put(
                            uploadsBucket,
                            pending(id, "progress"),
                            atStart.started(progress.uploadId()).encode());
                }
                throw wrong;
            } catch (IOException stopped) {
                broken = stopped; // what arrived before is kept
                break;
            }
            if (read < 0) {
                break;
            }
            filled += read;
            if (progress.partsEnd() + filled > size) {
                throw VaultException.tooLong(size);
            }
            if (filled == progress.partBytes() && progress.partsEnd() + filled < size) {
                progress = uploadPart(upload.site(), id, progress, Arrays.copyOf(buffer, filled));
                filled = 0;
                before = 0;
            }
        }
        long durable = progress.partsEnd() + filled;
        if (progress.etags().isEmpty() && durable == size) { // it came whole and small: one PUT at its final place
            put(vaultBucket, Vault.key(upload.site(), id), Arrays.copyOf(buffer, filled));
        } else if (filled > before) {
            Progress next = progress.withTail(filled);
            put(uploadsBucket, tailKey(id, next), Arrays.copyOf(buffer, filled));
            put(uploadsBucket, pending(id, "progress"), next.encode());
        }
        if (broken != null) {
            throw broken;
        }
        return durable;
    }

    private Progress uploadPart(LogName site, EvidenceId id, Progress before, byte[] bytes) throws IOException {
        String key = Vault.key(site, id);
        Progress progress = before;
        if (progress.uploadId().equals(Progress.NO_MULTIPART)) {
            progress = progress.started(await(
                            "start " + key,
                            () -> s3.createMultipartUpload(CreateMultipartUploadArgs.builder()
                                    .bucket(vaultBucket)
                                    .object(key)
                                    .build()))
                    .result()
                    .uploadId());
        }
        String uploadId = progress.uploadId();
        int number = progress.etags().size() + 1;
        Part part = await(
                        "store part " + number + " of " + key,
                        () -> s3.uploadPart(UploadPartArgs.builder()
                                .bucket(vaultBucket)
                                .object(key)
                                .uploadId(uploadId)
                                .partNumber(number)
                                .data(bytes, bytes.length)
                                .build()))
                .part();
        Progress next = progress.withPart(part.etag());
        put(uploadsBucket, pending(id, "progress"), next.encode());
        return next;
    }

    @Override
    public StoredObject complete(LogName site, EvidenceId id) throws IOException {
        Upload upload = find(site, id).orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
        if (upload.complete()) {
            return upload.object();
        }
        long size = upload.declared().sizeBytes();
        if (upload.offsetBytes() != size) {
            throw VaultException.offsetConflict(upload.offsetBytes(), size);
        }
        String key = Vault.key(site, id);
        Progress progress = progress(id, size);
        byte[] tail = new byte[progress.tailBytes()];
        tail(id, progress, tail);
        ObjectWriteResponse written;
        if (progress.etags().isEmpty()) {
            written = put(vaultBucket, key, tail);
        } else {
            Progress whole = tail.length == 0 ? progress : uploadLastPart(key, progress, tail);
            Part[] parts = new Part[whole.etags().size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = new Part(i + 1, whole.etags().get(i));
            }
            written = await(
                    "complete " + key,
                    () -> s3.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                            .bucket(vaultBucket)
                            .object(key)
                            .uploadId(whole.uploadId())
                            .parts(parts)
                            .build()));
        }
        return new StoredObject(vaultBucket, key, written.versionId());
    }

    /** The last part is not noted: when the process dies here, the same bytes become the same part number again. */
    private Progress uploadLastPart(String key, Progress progress, byte[] tail) throws IOException {
        Part part = await(
                        "store the last part of " + key,
                        () -> s3.uploadPart(UploadPartArgs.builder()
                                .bucket(vaultBucket)
                                .object(key)
                                .uploadId(progress.uploadId())
                                .partNumber(progress.etags().size() + 1)
                                .data(tail, tail.length)
                                .build()))
                .part();
        return progress.withPart(part.etag());
    }

    @Override
    public void announced(LogName site, EvidenceId id) throws IOException {
        Upload upload = find(site, id).orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
        if (!upload.announced()) {
            put(uploadsBucket, done(site, id), new UploadInfo(site, upload.declared()).encode());
        }
        removePending(id);
    }

    @Override
    public List<Upload> unannounced() throws IOException {
        List<Upload> found = new ArrayList<>();
        for (String key : list(uploadsBucket, "pending/")) {
            if (key.endsWith("/info")) {
                EvidenceId id = new EvidenceId(key.substring("pending/".length(), key.length() - "/info".length()));
                Optional<byte[]> info = get(uploadsBucket, key);
                if (info.isPresent()) {
                    find(UploadInfo.decode(info.get(), key).site(), id).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    @Override
    public void discard(LogName site, EvidenceId id) throws IOException {
        Upload upload = find(site, id).orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
        if (upload.complete()) {
            throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be taken back");
        }
        Progress progress = progress(id, upload.declared().sizeBytes());
        if (!progress.uploadId().equals(Progress.NO_MULTIPART)) {
            await(
                    "abort " + id,
                    () -> s3.abortMultipartUpload(AbortMultipartUploadArgs.builder()
                            .bucket(vaultBucket)
                            .object(Vault.key(site, id))
                            .uploadId(progress.uploadId())
                            .build()));
        }
        removePending(id);
    }

    /** The information goes last, so that a crash in the middle leaves an upload that can be removed again. */
    private void removePending(EvidenceId id) throws IOException {
        List<String> keys = new ArrayList<>(list(uploadsBucket, pending(id, "")));
        String info = pending(id, "info");
        if (keys.remove(info)) {
            keys.add(info);
        }
        for (String key : keys) {
            remove(uploadsBucket, key);
        }
    }

    @Override
    public InputStream open(StoredObject object) throws IOException {
        requireOurs(object);
        return open(
                object.key(),
                GetObjectArgs.builder()
                        .bucket(object.bucket())
                        .object(object.key())
                        .versionId(object.versionId())
                        .build());
    }

    private void requireOurs(StoredObject object) throws VaultException {
        if (!vaultBucket.equals(object.bucket())) {
            throw VaultException.noSuchUpload("there is no bucket " + object.bucket() + " in this vault");
        }
    }

    private InputStream open(String key, GetObjectArgs what) throws IOException {
        try {
            return await("read " + key, () -> s3.getObject(what));
        } catch (VaultException refused) {
            if (NOT_FOUND.contains(errorCode(refused))) {
                throw VaultException.noSuchUpload("there is no object " + key);
            }
            throw refused;
        }
    }

    @Override
    public InputStream open(StoredObject object, long fromByte, long toByte) throws IOException {
        requireOurs(object);
        if (fromByte == toByte) {
            return InputStream.nullInputStream(); // S3 has no empty range
        }
        return open(
                object.key(),
                GetObjectArgs.builder()
                        .bucket(object.bucket())
                        .object(object.key())
                        .versionId(object.versionId())
                        .offset(fromByte)
                        .length(toByte - fromByte)
                        .build());
    }

    @Override
    public Seal seal(StoredObject object, Instant retainUntil) throws IOException {
        Instant before = retention(object).orElse(Instant.MIN);
        if (before.isBefore(retainUntil)) {
            lock(object, retainUntil);
        }
        Instant after = retention(object)
                .orElseThrow(() -> VaultException.unavailable("reading back the lock of " + object.key(), null));
        if (after.isBefore(retainUntil.truncatedTo(ChronoUnit.SECONDS))) {
            throw VaultException.unavailable("the lock of " + object.key() + " reads back as " + after, null);
        }
        return new Seal(after, "S3 Object Lock, COMPLIANCE");
    }

    private void lock(StoredObject object, Instant until) throws IOException {
        await(
                "lock " + object.key(),
                () -> s3.setObjectRetention(SetObjectRetentionArgs.builder()
                        .bucket(object.bucket())
                        .object(object.key())
                        .versionId(object.versionId())
                        .config(new Retention(RetentionMode.COMPLIANCE, until.atZone(ZoneOffset.UTC)))
                        .build()));
    }

    private Optional<Instant> retention(StoredObject object) throws IOException {
        try {
            Retention retention = await(
                    "read the lock of " + object.key(),
                    () -> s3.getObjectRetention(GetObjectRetentionArgs.builder()
                            .bucket(object.bucket())
                            .object(object.key())
                            .versionId(object.versionId())
                            .build()));
            return Optional.ofNullable(retention)
                    .filter(r -> r.mode() == RetentionMode.COMPLIANCE)
                    .map(r -> r.retainUntilDate().toInstant());
        } catch (VaultException refused) {
            if (NOT_LOCKED.contains(errorCode(refused))) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** The canary's lock ends after five minutes, so that probes do not pile up for ever. */
    @Override
    public LockProbe probe() throws IOException {
        String key = "probe/" + EvidenceId.create(Instant.now(), new SecureRandom());
        byte[] canary = {1, 2, 3};
        StoredObject object =
                new StoredObject(vaultBucket, key, put(vaultBucket, key, canary).versionId());
        Instant until = Instant.now().plus(5, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
        List<String> findings = new ArrayList<>();
        boolean held = true;
        try {
            lock(object, until);
        } catch (VaultException noLock) {
            return new LockProbe("s3", false, List.of("setting a lock failed: " + errorCode(noLock)));
        }
        held &= refused(findings, "shortening the lock", () -> lock(object, until.minus(2, ChronoUnit.MINUTES)));
        held &= refused(
                findings,
                "deleting the locked version",
                () -> await(
                        "delete the canary",
                        () -> s3.removeObject(RemoveObjectArgs.builder()
                                .bucket(vaultBucket)
                                .object(key)
                                .versionId(object.versionId())
                                .build())));
        held &= refused(
                findings,
                "deleting it with the governance bypass",
                () -> await(
                        "delete the canary",
                        () -> s3.removeObject(RemoveObjectArgs.builder()
                                .bucket(vaultBucket)
                                .object(key)
                                .versionId(object.versionId())
                                .bypassGovernanceMode(true)
                                .build())));
        put(vaultBucket, key, new byte[] {9, 9, 9});
        try (InputStream in = open(object, 0, canary.length)) {
            boolean same = object.versionId() != null && Arrays.equals(canary, in.readAllBytes());
            findings.add("overwriting: the locked version " + (same ? "stayed as it was" : "CHANGED"));
            held &= same;
        }
        held &= retention(object).filter(until::equals).isPresent();
        return new LockProbe("s3", held, findings);
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private static boolean refused(List<String> findings, String what, Attempt attempt) throws IOException {
        try {
            attempt.run();
            findings.add(what + ": ALLOWED");
            return false;
        } catch (VaultException refusal) {
            String code = errorCode(refusal);
            if (code.isEmpty()) {
                throw refusal; // an answer that never came is not a refusal
            }
            findings.add(what + ": refused (" + code + ")");
            return true;
        }
    }

    @Override
    public LogStore log(LogName log) {
        return new LogStore() {
            @Override
            public Optional<byte[]> read(String path) throws IOException {
                return get(custodyBucket, log.value() + "/" + path);
            }

            @Override
            public void write(String path, byte[] bytes) throws IOException {
                put(custodyBucket, log.value() + "/" + path, bytes);
            }

            @Override
            public void removePartials(String fullPath) throws IOException {
                for (String key : list(custodyBucket, log.value() + "/" + fullPath + ".p/")) {
                    remove(custodyBucket, key);
                }
            }
        };
    }

    @Override
    public void close() {
        try {
            s3.close();
        } catch (Exception ignored) {
            // Nothing is held open that matters: every call waited for its answer.
        }
    }

    private Upload unfinished(LogName site, EvidenceId id) throws IOException {
        Upload upload = find(site, id).orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
        if (upload.complete()) {
            throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be changed");
        }
        return upload;
    }

    private Progress progress(EvidenceId id, long sizeBytes) throws IOException {
        long mebibyte = 1 << 20;
        long needed = (sizeBytes / PARTS_MAX / mebibyte + 1) * mebibyte;
        return get(uploadsBucket, pending(id, "progress"))
                .map(Progress::decode)
                .orElse(Progress.none(Math.max(PART_BYTES_MIN, needed)));
    }

    private int tail(EvidenceId id, Progress progress, byte[] into) throws IOException {
        if (progress.tailBytes() > 0) {
            byte[] tail = get(uploadsBucket, tailKey(id, progress))
                    .orElseThrow(() -> new IllegalStateException("VT-202 the tail of upload " + id + " is missing"));
            System.arraycopy(tail, 0, into, 0, tail.length);
        }
        return progress.tailBytes();
    }

    private static String pending(EvidenceId id, String what) {
        return "pending/" + id + "/" + what;
    }

    /** Each tail has a name of its own, so the tail that the notes name is never overwritten by a longer one. */
    private static String tailKey(EvidenceId id, Progress progress) {
        return pending(id, "tail-" + progress.partsEnd() + "-" + progress.tailBytes());
    }

    private static String done(LogName site, EvidenceId id) {
        return "done/" + Vault.key(site, id);
    }

    private ObjectWriteResponse put(String bucket, String key, byte[] bytes) throws IOException {
        return await(
                "store " + key,
                () -> s3.putObject(PutObjectAPIArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .data(bytes, bytes.length)
                        .build()));
    }

    private Optional<byte[]> get(String bucket, String key) throws IOException {
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

    private Optional<StatObjectResponse> stat(String bucket, String key) throws IOException {
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

    private void remove(String bucket, String key) throws IOException {
        await(
                "remove " + key,
                () -> s3.removeObject(
                        RemoveObjectArgs.builder().bucket(bucket).object(key).build()));
    }

    private List<String> list(String bucket, String prefix) throws IOException {
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

    private interface Call<T> {
        CompletableFuture<T> start() throws MinioException;
    }

    private static <T> T await(String what, Call<T> call) throws VaultException {
        try {
            return call.start().get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof ErrorResponseException answer) {
                int status = answer.response().code();
                throw VaultException.refused(
                        what, answer.errorResponse().code(), status >= 500 || status == 429, answer);
            }
            throw VaultException.unavailable(what, failed.getCause());
        } catch (MinioException failed) {
            throw VaultException.unavailable(what, failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw VaultException.unavailable(what, stopped);
        }
    }

    /** The error code that the server sent, or nothing where it sent none. */
    private static String errorCode(VaultException failed) {
        for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ErrorResponseException answer) {
                return String.valueOf(answer.errorResponse().code());
            }
        }
        return "";
    }
}
