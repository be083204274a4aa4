package org.liuhen.storage.s3;

import io.minio.AbortMultipartUploadArgs;
import io.minio.BucketExistsArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectRetentionArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.ObjectWriteResponse;
import io.minio.RemoveObjectArgs;
import io.minio.SetObjectRetentionArgs;
import io.minio.StatObjectResponse;
import io.minio.messages.Part;
import io.minio.messages.Retention;
import io.minio.messages.RetentionMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
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
    private static final String PENDING = "pending/";
    private static final String INFO = "/info";
    private static final int PART_BYTES_MIN = 8 << 20;
    private static final int PARTS_MAX = 9_000; // S3 allows 10,000
    private static final int LOG_WRITERS = 8; // tiles of one publication written at a time

    /** Amazon's word for an object without a lock, and Ceph's. */
    private static final Set<String> GONE = Set.of("NoSuchKey", "NoSuchVersion");

    private static final Set<String> NOT_LOCKED =
            Set.of("NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError");

    /** Ceph's answer to a completed upload has a location that minio-java warns of each time; the answer is good. */
    private static final Logger CLIENT_LOG = Logger.getLogger("io.minio.BaseS3Client");

    static {
        CLIENT_LOG.setLevel(Level.SEVERE);
    }

    private final MinioAsyncClient s3;
    private final S3Calls calls;
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
        calls = new S3Calls(s3);
        vaultBucket = connection.name() + "-vault";
        uploadsBucket = connection.name() + "-uploads";
        custodyBucket = connection.name() + "-custody";
        for (String bucket : List.of(vaultBucket, uploadsBucket, custodyBucket)) {
            if (!S3Calls.await(
                    "look for bucket " + bucket,
                    () -> s3.bucketExists(
                            BucketExistsArgs.builder().bucket(bucket).build()))) {
                S3Calls.await(
                        "create bucket " + bucket,
                        () -> s3.makeBucket(MakeBucketArgs.builder()
                                .bucket(bucket)
                                .objectLock(bucket.equals(vaultBucket))
                                .build()));
            }
        }
    }

    @Override
    public void declare(UploadInfo info) throws IOException {
        EvidenceId id = info.declared().context().evidenceId();
        calls.put(uploadsBucket, pending(id, "info"), info.encode());
    }

    @Override
    public Optional<Upload> find(LogName site, EvidenceId id) throws IOException {
        Optional<byte[]> pending = calls.get(uploadsBucket, pending(id, "info")); // first here, then there
        Optional<byte[]> done = pending.isPresent() ? Optional.empty() : calls.get(uploadsBucket, done(site, id));
        Optional<byte[]> stored = pending.or(() -> done);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        UploadInfo info = UploadInfo.decode(stored.get(), id, "upload " + id);
        if (!info.site().equals(site)) {
            return Optional.empty();
        }
        Optional<StatObjectResponse> object = calls.stat(vaultBucket, Vault.key(site, id));
        if (object.isPresent()) {
            StoredObject place = new StoredObject(
                    vaultBucket, Vault.key(site, id), object.get().versionId());
            return Optional.of(new Upload(info, object.get().size(), place, done.isPresent()));
        }
        long durable = progress(id, info.declared().sizeBytes()).durableBytes();
        return Optional.of(new Upload(info, durable, null, false));
    }

    @Override
    public Arriving begin(LogName site, EvidenceId id, long offsetBytes) throws IOException {
        if (!busy.add(id)) {
            throw VaultException.busy(id.value());
        }
        boolean begun = false;
        try {
            Upload upload = find(site, id).orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
            if (upload.complete()) {
                throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be changed");
            }
            if (upload.offsetBytes() != offsetBytes) {
                throw VaultException.offsetConflict(upload.offsetBytes(), offsetBytes);
            }
            Arriving arriving =
                    new ArrivingInParts(upload, progress(id, upload.declared().sizeBytes()));
            begun = true;
            return arriving;
        } finally {
            if (!begun) {
                busy.remove(id);
            }
        }
    }

    /** Collects bytes until they are a part. The room for it grows with them, so a silent sender costs little memory. */
    private final class ArrivingInParts implements Arriving {
        private static final int ROOM_BYTES_MIN = 1 << 16;

        private final Upload upload;
        private final EvidenceId id;
        private final Progress atStart;
        private final PartPipeline parts;
        private byte[] buffer;
        private int filled;
        private int before;

        ArrivingInParts(Upload upload, Progress atStart) throws IOException {
            this.upload = upload;
            this.id = upload.id();
            this.atStart = atStart;
            this.buffer = new byte[Math.max(ROOM_BYTES_MIN, atStart.tailBytes())];
            this.filled = tail(id, atStart, buffer);
            this.before = filled;
            this.parts = new PartPipeline(
                    calls, bucket(upload), key(upload), uploadsBucket, pending(id, "progress"), atStart);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            long size = upload.declared().sizeBytes();
            if (parts.end() + filled + length > size) {
                throw VaultException.tooLong(size);
            }
            int taken = 0;
            while (taken < length) {
                int some = (int) Math.min(length - taken, atStart.partBytes() - filled);
                room(filled + some);
                System.arraycopy(bytes, from + taken, buffer, filled, some);
                filled += some;
                taken += some;
                if (filled == atStart.partBytes() && parts.end() + filled < size) { // the last part waits for keep
                    parts.store(Arrays.copyOf(buffer, filled));
                    filled = 0;
                    before = 0;
                }
            }
        }

        private void room(int needed) {
            if (needed > buffer.length) {
                buffer = Arrays.copyOf(
                        buffer, (int) Math.min(atStart.partBytes(), Math.max(needed, 2L * buffer.length)));
            }
        }

        @Override
        public Upload keep() throws IOException {
            Progress progress = parts.settle();
            long durable = progress.partsEnd() + filled;
            if (!upload.part()
                    && progress.etags().isEmpty()
                    && durable == upload.declared().sizeBytes()) { // whole and small: one PUT at its final place
                String key = Vault.key(upload.site(), id);
                String version = calls.put(vaultBucket, key, Arrays.copyOf(buffer, filled))
                        .versionId();
                StoredObject object = new StoredObject(vaultBucket, key, version);
                return new Upload(upload.info(), durable, object, false);
            }
            if (filled > before) {
                Progress next = progress.withTail(filled);
                calls.put(uploadsBucket, tailKey(id, next), Arrays.copyOf(buffer, filled));
                calls.put(uploadsBucket, pending(id, "progress"), next.encode());
            }
            return new Upload(upload.info(), durable, null, false);
        }

        @Override
        public void takeBack() throws IOException {
            parts.takeBack();
            filled = tail(id, atStart, buffer);
            before = filled;
        }

        @Override
        public void close() {
            parts.close();
            busy.remove(id);
        }
    }

    @Override
    public StoredObject complete(Upload upload) throws IOException {
        if (upload.complete()) {
            return upload.object();
        }
        if (!upload.whole()) {
            throw VaultException.offsetConflict(
                    upload.offsetBytes(), upload.declared().sizeBytes());
        }
        return assemble(upload);
    }

    /** Where the bytes of an upload become one object. Parts of others never come near the locked ones. */
    private String bucket(Upload upload) {
        return upload.part() ? uploadsBucket : vaultBucket;
    }

    private static String key(Upload upload) {
        return upload.part() ? pending(upload.id(), "bytes") : Vault.key(upload.site(), upload.id());
    }

    @Override
    public Optional<InputStream> openUnfinished(Upload upload) throws IOException {
        if (!upload.part() || !upload.whole()) {
            return Optional.empty();
        }
        if (calls.stat(uploadsBucket, key(upload)).isEmpty()) {
            assemble(upload);
        }
        return Optional.of(open(
                key(upload),
                GetObjectArgs.builder()
                        .bucket(uploadsBucket)
                        .object(key(upload))
                        .build()));
    }

    private StoredObject assemble(Upload upload) throws IOException {
        EvidenceId id = upload.id();
        long size = upload.declared().sizeBytes();
        String bucket = bucket(upload);
        String key = key(upload);
        Progress progress = progress(id, size);
        byte[] tail = new byte[progress.tailBytes()];
        tail(id, progress, tail);
        ObjectWriteResponse written;
        if (progress.etags().isEmpty()) {
            written = calls.put(bucket, key, tail);
        } else {
            // The last part is not noted: when the process dies here, the same bytes become the same part number again.
            Progress whole = tail.length == 0
                    ? progress
                    : progress.withPart(PartPipeline.store(
                            calls,
                            bucket,
                            key,
                            progress.uploadId(),
                            progress.etags().size() + 1,
                            tail));
            Part[] parts = new Part[whole.etags().size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = new Part(i + 1, whole.etags().get(i));
            }
            written = S3Calls.await(
                    "complete " + key,
                    () -> s3.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                            .bucket(bucket)
                            .object(key)
                            .uploadId(whole.uploadId())
                            .parts(parts)
                            .build()));
        }
        return new StoredObject(bucket, key, written.versionId());
    }

    @Override
    public void announced(Upload upload) throws IOException {
        if (!upload.announced()) {
            calls.put(
                    uploadsBucket,
                    done(upload.site(), upload.id()),
                    upload.info().encode());
        }
        removePending(upload.id());
    }

    @Override
    public Unannounced unannounced() throws IOException {
        List<Upload> found = new ArrayList<>();
        List<VaultException> unreadable = new ArrayList<>();
        for (String key : calls.list(uploadsBucket, PENDING)) {
            if (key.endsWith(INFO)) {
                try {
                    pending(key).ifPresent(found::add);
                } catch (VaultException failed) {
                    if (failed.retryable()) { // the store does not answer: that is not this upload's fault
                        throw failed;
                    }
                    unreadable.add(failed);
                } catch (IOException | RuntimeException unread) {
                    unreadable.add(VaultException.damagedProgress(key, unread));
                }
            }
        }
        return new Unannounced(found, unreadable);
    }

    /** The upload that this information is of; empty where it was announced in this moment. */
    private Optional<Upload> pending(String key) throws IOException {
        Optional<byte[]> info = calls.get(uploadsBucket, key);
        if (info.isEmpty()) {
            return Optional.empty();
        }
        EvidenceId id;
        try {
            id = new EvidenceId(key.substring(PENDING.length(), key.length() - INFO.length()));
        } catch (IllegalArgumentException noName) {
            throw VaultException.damagedInfo(key, noName);
        }
        return find(UploadInfo.decode(info.get(), id, key).site(), id);
    }

    @Override
    public void discard(LogName site, EvidenceId id) throws IOException {
        Upload upload = find(site, id).orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
        if (upload.complete()) {
            throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be taken back");
        }
        Progress progress = progress(id, upload.declared().sizeBytes());
        boolean assembled =
                upload.part() && calls.stat(uploadsBucket, key(upload)).isPresent();
        if (!assembled && !progress.uploadId().equals(Progress.NO_MULTIPART)) {
            S3Calls.await(
                    "abort " + id,
                    () -> s3.abortMultipartUpload(AbortMultipartUploadArgs.builder()
                            .bucket(bucket(upload))
                            .object(key(upload))
                            .uploadId(progress.uploadId())
                            .build()));
        }
        removePending(id);
    }

    /** The information goes last, so that a crash in the middle leaves an upload that can be removed again. */
    private void removePending(EvidenceId id) throws IOException {
        List<String> keys = new ArrayList<>(calls.list(uploadsBucket, pending(id, "")));
        String info = pending(id, "info");
        if (keys.remove(info)) {
            keys.add(info);
        }
        for (String key : keys) {
            calls.remove(uploadsBucket, key);
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
            return S3Calls.await("read " + key, () -> s3.getObject(what));
        } catch (VaultException refused) {
            if (S3Calls.NOT_FOUND.contains(S3Calls.errorCode(refused))) {
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

    @Override
    public void dispose(StoredObject object) throws IOException {
        Optional<Instant> until;
        try {
            until = retention(object);
        } catch (VaultException refused) {
            if (GONE.contains(S3Calls.errorCode(refused))) {
                return;
            }
            throw refused;
        }
        if (until.isPresent() && until.get().isAfter(Instant.now())) {
            throw VaultException.locked(object.key(), until.get());
        }
        S3Calls.await(
                "delete " + object.key(),
                () -> s3.removeObject(RemoveObjectArgs.builder()
                        .bucket(object.bucket())
                        .object(object.key())
                        .versionId(object.versionId())
                        .build()));
    }

    private void lock(StoredObject object, Instant until) throws IOException {
        S3Calls.await(
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
            Retention retention = S3Calls.await(
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
            if (NOT_LOCKED.contains(S3Calls.errorCode(refused))) {
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
        StoredObject object = new StoredObject(
                vaultBucket, key, calls.put(vaultBucket, key, canary).versionId());
        Instant until = Instant.now().plus(5, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
        List<String> findings = new ArrayList<>();
        boolean held = true;
        try {
            lock(object, until);
        } catch (VaultException noLock) {
            return new LockProbe("s3", false, List.of("setting a lock failed: " + S3Calls.errorCode(noLock)));
        }
        held &= refused(findings, "shortening the lock", () -> lock(object, until.minus(2, ChronoUnit.MINUTES)));
        held &= refused(
                findings,
                "deleting the locked version",
                () -> S3Calls.await(
                        "delete the canary",
                        () -> s3.removeObject(RemoveObjectArgs.builder()
                                .bucket(vaultBucket)
                                .object(key)
                                .versionId(object.versionId())
                                .build())));
        held &= refused(
                findings,
                "deleting it with the governance bypass",
                () -> S3Calls.await(
                        "delete the canary",
                        () -> s3.removeObject(RemoveObjectArgs.builder()
                                .bucket(vaultBucket)
                                .object(key)
                                .versionId(object.versionId())
                                .bypassGovernanceMode(true)
                                .build())));
        calls.put(vaultBucket, key, new byte[] {9, 9, 9});
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
            String code = S3Calls.errorCode(refusal);
            if (code.isEmpty()) {
                throw refusal; // an answer that never came is not a refusal
            }
            findings.add(what + ": refused (" + code + ")");
            return true;
        }
    }

    @Override
    public LogStore log(LogName log) {
        return store(custodyBucket, log.value() + "/");
    }

    @Override
    public LogStore notes(LogName site) {
        return store(uploadsBucket, "door/" + site.value() + "/");
    }

    private LogStore store(String bucket, String prefix) {
        return new LogStore() {
            @Override
            public Optional<byte[]> read(String path) throws IOException {
                return calls.get(bucket, prefix + path);
            }

            @Override
            public void write(String path, byte[] bytes) throws IOException {
                calls.put(bucket, prefix + path, bytes);
            }

            @Override
            public void writeAll(Map<String, byte[]> files) throws IOException {
                if (files.size() == 1) {
                    LogStore.super.writeAll(files);
                    return;
                }
                ExecutorService writers = Executors.newFixedThreadPool(LOG_WRITERS);
                try {
                    List<Callable<Void>> writes = new ArrayList<>();
                    files.forEach((path, bytes) -> writes.add(() -> {
                        write(path, bytes);
                        return null;
                    }));
                    for (Future<Void> written : writers.invokeAll(writes)) {
                        written.get();
                    }
                } catch (ExecutionException failed) {
                    throw failed.getCause() instanceof IOException away ? away : new IOException(failed.getCause());
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("stopped while writing a log");
                } finally {
                    writers.shutdownNow();
                }
            }

            @Override
            public void removePartials(String fullPath) throws IOException {
                for (String key : calls.list(bucket, prefix + fullPath + ".p/")) {
                    calls.remove(bucket, key);
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

    private Progress progress(EvidenceId id, long sizeBytes) throws IOException {
        long mebibyte = 1 << 20;
        long needed = (sizeBytes / PARTS_MAX / mebibyte + 1) * mebibyte;
        Optional<byte[]> noted = calls.get(uploadsBucket, pending(id, "progress"));
        return noted.isPresent()
                ? Progress.decode(noted.get(), sizeBytes, "upload " + id)
                : Progress.none(Math.max(PART_BYTES_MIN, needed));
    }

    private int tail(EvidenceId id, Progress progress, byte[] into) throws IOException {
        if (progress.tailBytes() > 0) {
            byte[] tail = calls.get(uploadsBucket, tailKey(id, progress))
                    .orElseThrow(() -> VaultException.damagedProgress("upload " + id, null));
            if (tail.length != progress.tailBytes()) {
                throw VaultException.damagedProgress("upload " + id, null);
            }
            System.arraycopy(tail, 0, into, 0, tail.length);
        }
        return progress.tailBytes();
    }

    private static String pending(EvidenceId id, String what) {
        return PENDING + id + "/" + what;
    }

    /** Each tail has a name of its own, so the tail that the notes name is never overwritten by a longer one. */
    private static String tailKey(EvidenceId id, Progress progress) {
        return pending(id, "tail-" + progress.partsEnd() + "-" + progress.tailBytes());
    }

    private static String done(LogName site, EvidenceId id) {
        return "done/" + Vault.key(site, id);
    }
}
