package org.liuhen.storage.s3;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectRetentionArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.RemoveObjectArgs;
import io.minio.SetObjectRetentionArgs;
import io.minio.messages.Item;
import io.minio.messages.Part;
import io.minio.messages.Retention;
import io.minio.messages.RetentionMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Together;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

/**
 * A {@link Vault} on S3. Three buckets: {@code <name>-vault} with Object Lock, where bytes have their one place; {@code
 * <name>-uploads} for the notes on uploads and the tails of unfinished ones; {@code <name>-custody} for published logs.
 */
public final class S3Vault implements Uploads, EvidenceStore, AutoCloseable {
    private static final String PENDING = "pending/";
    private static final String INFO = "/info";
    private static final int PART_BYTES_MIN = 8 << 20;
    private static final int PARTS_MAX = 9_000; // S3 allows 10,000
    private static final int ROOM_OF_MEMORY = 3; // a third of the memory of this process is for parts
    private static final int PARTS_AT_ONCE =
            4; // of one upload: two on their way, one that fills up, and one that grows
    private static final int LOG_WRITERS = 8; // tiles of one publication written at a time

    /** How long a connection may take to be there. */
    static final Duration CONNECT = Duration.ofSeconds(10);

    /**
     * How long the store may be silent, while it is sent bytes or its answer is waited for; a store that goes on is waited for, and what waits in the system's
     * send buffer has to go out within it. Ceph is silent while a placement group finds itself again, some half a minute after an OSD died, and while it puts the
     * parts of an upload together. What was asked for may be done later all the same: {@link S3Calls#putIf} and {@link Multipart#complete} look at what is there.
     */
    static final Duration SILENCE = Duration.ofSeconds(60);

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
    private final String writer = HexFormat.of().formatHex(random16());
    private final AtomicLong tokens = new AtomicLong();
    private final Set<EvidenceId> busy = ConcurrentHashMap.newKeySet();
    private final Room room;

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
        this(connection, SILENCE, new Room(Runtime.getRuntime().maxMemory() / ROOM_OF_MEMORY));
    }

    S3Vault(Connection connection, Duration silence, Room room) throws IOException {
        this.room = room;
        s3 = MinioAsyncClient.builder()
                .endpoint(connection.endpoint())
                .region(connection.region())
                .credentials(connection.accessKey(), connection.secretKey())
                .build();
        s3.setTimeout(CONNECT.toMillis(), silence.toMillis(), silence.toMillis());
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

    /** Opens the store with its ports. */
    public static Vault open(Connection connection) throws IOException {
        return new S3Vault(connection).vault();
    }

    Vault vault() {
        return new Vault(this, this, this::log, this::notes, this::close);
    }

    private static byte[] random16() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return random;
    }

    @Override
    public void declare(UploadInfo info) throws IOException {
        EvidenceId id = info.id();
        Progress none = Progress.none(partBytes(info.sizeBytes()));
        calls.put(uploadsBucket, note(id), UploadNote.encode(info, none, token()));
    }

    /** An item of this size has parts of which one upload can hold as many as it needs. */
    @Override
    public long sizeBytesMax() {
        long mebibyte = 1 << 20;
        return Math.max(PART_BYTES_MIN, room.bytes() / PARTS_AT_ONCE / mebibyte * mebibyte) * PARTS_MAX - 1;
    }

    /** A name that nobody else gives. */
    private String token() {
        return writer + "-" + tokens.incrementAndGet();
    }

    private Optional<UploadNote> read(EvidenceId id) throws IOException {
        return UploadNote.read(calls, uploadsBucket, note(id), id, info -> before(info, id));
    }

    private UploadNote require(EvidenceId id) throws IOException {
        return read(id).filter(note -> !note.progress().ended())
                .orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
    }

    /** How far an upload had come that a version before decision 0035 took in: then its progress lay beside it, and a whole object was its bytes. */
    private Progress before(UploadInfo info, EvidenceId id) throws IOException {
        long size = info.sizeBytes();
        Optional<byte[]> noted = calls.get(uploadsBucket, pending(id, "progress"));
        Progress progress = noted.isPresent()
                ? Progress.decodeBefore(noted.get(), size, "upload " + id)
                : Progress.none(partBytes(size));
        return calls.stat(vaultBucket, EvidenceStore.key(info.site(), id), null)
                .map(object -> progress.in(object.versionId()))
                .orElse(progress);
    }

    @Override
    public Optional<Upload> find(LogName site, EvidenceId id) throws IOException {
        Optional<UploadNote> pending = read(id); // first here, then there
        if (pending.isPresent()) {
            return Optional.of(pending.get())
                    .filter(note -> !note.progress().ended())
                    .map(this::upload)
                    .filter(upload -> upload.site().equals(site));
        }
        Optional<byte[]> done = calls.get(uploadsBucket, done(site, id));
        if (done.isEmpty()) {
            return Optional.empty();
        }
        int end = UploadNote.declarationEnd(done.get());
        UploadInfo info = Declaration.decode(Arrays.copyOf(done.get(), end), id, "upload " + id);
        String version = end == done.get().length // of before decision 0035
                ? null
                : new String(done.get(), end + 1, done.get().length - end - 1, StandardCharsets.UTF_8);
        return calls.stat(vaultBucket, EvidenceStore.key(site, id), version) // else it was disposed of
                .map(object -> new Upload(
                        info,
                        object.size(),
                        new StoredObject(vaultBucket, EvidenceStore.key(site, id), object.versionId()),
                        true));
    }

    private Upload upload(UploadNote note) {
        UploadInfo info = note.info();
        Progress progress = note.progress();
        boolean part = info.part(); // it is whole one day, and never an item
        StoredObject object = progress.complete() && !part ? object(info, progress.state()) : null;
        return new Upload(info, object == null ? progress.durableBytes() : info.sizeBytes(), object, false);
    }

    private StoredObject object(UploadInfo info, String version) {
        return new StoredObject(vaultBucket, EvidenceStore.key(info.site(), info.id()), version);
    }

    @Override
    public Arriving begin(LogName site, EvidenceId id, long offsetBytes) throws IOException {
        if (!busy.add(id)) {
            throw VaultException.busy(id.value());
        }
        boolean begun = false;
        try {
            Optional<UploadNote> note =
                    read(id).filter(pending -> !pending.progress().ended());
            Upload upload = (note.isPresent() ? note.map(this::upload) : find(site, id))
                    .filter(found -> found.site().equals(site))
                    .orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
            if (upload.complete()) {
                throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be changed");
            }
            if (upload.offsetBytes() != offsetBytes) {
                throw VaultException.offsetConflict(upload.offsetBytes(), offsetBytes);
            }
            Arriving arriving = new ArrivingInParts(upload, note.orElseThrow());
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
        private static final byte[] NOTHING = {};

        private final Upload upload;
        private final EvidenceId id;
        private final UploadNote note;
        private final Progress atStart;
        private final PartPipeline parts;
        private byte[] buffer;
        private int filled;
        private int before;

        ArrivingInParts(Upload upload, UploadNote note) throws IOException {
            this.upload = upload;
            this.id = upload.id();
            this.note = note;
            this.atStart = note.progress();
            this.parts = new PartPipeline(calls, bucket(upload), key(upload), note, S3Vault.this::token, room);
            int first = lengthFor(atStart.tailBytes());
            if (!room.take(first)) {
                throw VaultException.noRoom(id.value());
            }
            boolean begun = false;
            try {
                this.buffer = new byte[first];
                this.filled = tail(id, atStart, buffer);
                this.before = filled;
                begun = true;
            } finally {
                if (!begun) {
                    room.giveBack(first);
                }
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            long size = upload.sizeBytes();
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
                    byte[] whole = buffer;
                    buffer = NOTHING;
                    filled = 0;
                    before = 0;
                    parts.store(whole); // and the room that it takes
                }
            }
        }

        /** A part, or half of one, or a quarter and so on: while it grows, the old one and the new one take one and a half parts at most. */
        private int lengthFor(int needed) {
            int length = (int) atStart.partBytes();
            while (length / 2 >= Math.max(needed, ROOM_BYTES_MIN)) {
                length /= 2;
            }
            return length;
        }

        /** Where there is no room any more, the parts that are on their way have to be there first. */
        private void room(int needed) throws IOException {
            if (needed <= buffer.length) {
                return;
            }
            int length = lengthFor(needed);
            if (!room.take(length)) {
                parts.settle();
                if (!room.take(length)) {
                    throw VaultException.noRoom(id.value());
                }
            }
            int old = buffer.length;
            try {
                buffer = Arrays.copyOf(buffer, length);
            } finally {
                room.giveBack(buffer.length == length ? old : length);
            }
        }

        @Override
        public Upload keep() throws IOException {
            Progress progress = parts.settle();
            long durable = progress.partsEnd() + filled;
            if (!upload.part()
                    && progress.etags().isEmpty()
                    && durable == upload.sizeBytes()) { // whole and small: one PUT at its final place
                String version =
                        calls.put(vaultBucket, key(upload), buffer, filled).versionId();
                return new Upload(upload.info(), durable, count(note, version), false);
            }
            Progress next = parts.letGo(progress);
            String tail = filled > before ? token() : progress.tail();
            if (filled > before) {
                next = next.withTail(filled, tail);
                calls.put(uploadsBucket, tailKey(id, tail), buffer, filled);
            }
            if (!next.equals(progress)) {
                try {
                    note.commit(next, S3Vault.this::token);
                } catch (VaultException failed) {
                    if (filled > before && failed.code().equals(VaultException.OVERTAKEN)) {
                        calls.remove(uploadsBucket, tailKey(id, tail));
                    }
                    throw failed;
                }
            }
            return new Upload(upload.info(), durable, null, false);
        }

        @Override
        public void takeBack() throws IOException {
            parts.takeBack();
            filled = 0;
            room(atStart.tailBytes());
            filled = tail(id, atStart, buffer);
            before = filled;
        }

        @Override
        public void close() {
            try {
                parts.close();
            } finally {
                room.giveBack(buffer.length);
                buffer = NOTHING;
                busy.remove(id);
            }
        }
    }

    /**
     * LogStore that this version is the upload's bytes. Another version that another process noted first counts; then ours goes, and VT-111 is
     * thrown.
     */
    private StoredObject count(UploadNote note, String version) throws IOException {
        StoredObject ours = object(note.info(), version);
        try {
            note.commit(note.progress().in(version), this::token);
        } catch (VaultException failed) {
            if (!failed.code().equals(VaultException.OVERTAKEN)) {
                throw failed; // it may be noted all the same, so it stays
            }
            Optional<StoredObject> counts = counting(note.info());
            if (counts.isEmpty() || !counts.get().equals(ours)) {
                calls.removeOrSay(vaultBucket, ours.key(), version);
                throw failed;
            } // else it was noted, and another process went on from there
        }
        return ours;
    }

    private void removeOthers(StoredObject counts) throws IOException {
        for (Item version : calls.versions(counts.bucket(), counts.key())) {
            if (!version.versionId().equals(counts.versionId())) {
                calls.removeOrSay(counts.bucket(), counts.key(), version.versionId());
            }
        }
    }

    /** The object that counts as the bytes of an upload, if there is one. */
    private Optional<StoredObject> counting(UploadInfo info) throws IOException {
        return find(info.site(), info.id()).filter(Upload::complete).map(Upload::object);
    }

    @Override
    public StoredObject complete(Upload upload) throws IOException {
        if (upload.complete()) {
            return upload.object();
        }
        if (!upload.whole()) {
            throw VaultException.offsetConflict(upload.offsetBytes(), upload.sizeBytes());
        }
        Optional<UploadNote> note = read(upload.id());
        if (note.isEmpty()
                || note.get().progress().complete()
                || note.get().progress().ended()) {
            return counting(upload.info())
                    .orElseThrow(() -> VaultException.overtaken(upload.id().value()));
        }
        try {
            StoredObject object = count(note.get(), assemble(upload, note.get()));
            removeOthers(object); // of takeovers, and of processes that fell: none of them can count any more
            return object;
        } catch (VaultException overtaken) {
            Optional<StoredObject> theirs = overtaken.code().equals(VaultException.OVERTAKEN)
                    ? counting(upload.info()) // made of the same note, so of the same bytes
                    : Optional.empty();
            return theirs.orElseThrow(() -> overtaken);
        }
    }

    /** Where the bytes of an upload become one object. Parts of others never come near the locked ones. */
    private String bucket(Upload upload) {
        return upload.part() ? uploadsBucket : vaultBucket;
    }

    private static String key(Upload upload) {
        return upload.part() ? pending(upload.id(), "bytes") : EvidenceStore.key(upload.site(), upload.id());
    }

    @Override
    public Optional<InputStream> openUnfinished(Upload upload) throws IOException {
        if (!upload.part() || !upload.whole()) {
            return Optional.empty();
        }
        UploadNote note = require(upload.id());
        if (!note.progress().complete()) {
            String version = assemble(upload, note);
            try {
                note.commit(note.progress().in(version), this::token);
            } catch (VaultException failed) {
                if (!failed.code().equals(VaultException.OVERTAKEN)
                        || !require(upload.id()).progress().complete()) {
                    throw failed;
                }
            }
        }
        return Optional.of(open(
                key(upload),
                GetObjectArgs.builder()
                        .bucket(uploadsBucket)
                        .object(key(upload))
                        .build()));
    }

    /**
     * Makes the bytes of a whole upload one object; gives its version. The last part is not noted: whoever else does the same at this moment, or goes on
     * after a crash, stores the same bytes under the same number.
     */
    private String assemble(Upload upload, UploadNote note) throws IOException {
        Progress progress = note.progress();
        if (!room.take(progress.tailBytes())) {
            throw VaultException.noRoom(upload.id().value());
        }
        try {
            byte[] tail = new byte[progress.tailBytes()];
            tail(upload.id(), progress, tail);
            return assemble(upload, note, tail);
        } finally {
            room.giveBack(progress.tailBytes());
        }
    }

    private String assemble(Upload upload, UploadNote note, byte[] tail) throws IOException {
        String bucket = bucket(upload);
        String key = key(upload);
        Progress progress = note.progress();
        if (progress.etags().isEmpty()) {
            String version = calls.put(bucket, key, tail).versionId();
            return version == null ? S3Calls.NO_VERSION : version;
        }
        PartPipeline pipeline = new PartPipeline(calls, bucket, key, note, this::token, room);
        Multipart multipart =
                progress.owned() ? pipeline.takeOver() : new Multipart(calls, bucket, key, progress.uploadId());
        Optional<String> version = join(multipart, note, tail);
        return version.isPresent()
                ? version.get()
                : join(pipeline.takeOver(), note, tail).orElseThrow(() -> VaultException.damagedProgress(key, null));
    }

    private static Optional<String> join(Multipart multipart, UploadNote note, byte[] tail) throws IOException {
        List<Part> parts = note.progress().parts();
        if (tail.length > 0) {
            int last = parts.size() + 1;
            parts.add(new Part(last, multipart.storeLast(last, tail)));
        }
        return multipart.complete(parts);
    }

    @Override
    public void announced(Upload upload) throws IOException {
        if (!upload.announced()) {
            StoredObject object = upload.complete()
                    ? upload.object()
                    : counting(upload.info())
                            .orElseThrow(
                                    () -> VaultException.overtaken(upload.id().value()));
            byte[] info = (new String(Declaration.encode(upload.info()), StandardCharsets.UTF_8) + "\n"
                            + object.versionId())
                    .getBytes(StandardCharsets.UTF_8);
            calls.put(uploadsBucket, done(upload.site(), upload.id()), info);
        }
        removePending(upload.id());
    }

    @Override
    public List<EvidenceId> announced(LogName site) throws IOException {
        List<EvidenceId> all = new ArrayList<>();
        for (String key : calls.list(uploadsBucket, "done/" + site.value() + "/")) {
            all.add(id(key, key.substring(key.lastIndexOf('/') + 1)));
        }
        return all;
    }

    @Override
    public boolean unannounce(LogName site, EvidenceId id) throws IOException {
        Optional<Upload> upload = find(site, id);
        if (upload.isPresent() && upload.get().announced()) {
            UploadInfo info = upload.get().info();
            Progress complete = Progress.none(partBytes(info.sizeBytes()))
                    .in(upload.get().object().versionId());
            calls.put(uploadsBucket, note(id), UploadNote.encode(info, complete, token()));
        }
        return upload.isPresent();
    }

    @Override
    public Unannounced unannounced() throws IOException {
        List<Upload> found = new ArrayList<>();
        List<Upload> ended = new ArrayList<>();
        List<VaultException> unreadable = new ArrayList<>();
        List<String> keys = calls.list(uploadsBucket, PENDING);
        Set<String> notes = new HashSet<>(keys);
        for (String key : keys) {
            try {
                if (key.endsWith(INFO)) {
                    Optional<UploadNote> note =
                            read(id(key, key.substring(PENDING.length(), key.length() - INFO.length())));
                    note.map(this::upload)
                            .ifPresent((note.filter(n -> n.progress().ended()).isPresent() ? ended : found)::add);
                } else {
                    removeLeft(key, notes);
                }
            } catch (VaultException failed) {
                if (failed.retryable()) { // the store does not answer: that is not this upload's fault
                    throw failed;
                }
                unreadable.add(failed);
            } catch (IOException | RuntimeException unread) {
                unreadable.add(VaultException.damagedProgress(key, unread));
            }
        }
        return new Unannounced(found, ended, unreadable);
    }

    private static EvidenceId id(String key, String name) throws VaultException {
        try {
            return new EvidenceId(name);
        } catch (IllegalArgumentException noName) {
            throw VaultException.damagedInfo(key, noName);
        }
    }

    /** Removes what a process left that fell when another one had just finished or ended the upload: a note never comes again. */
    private void removeLeft(String key, Set<String> notes) throws IOException {
        String note = key.substring(0, key.indexOf('/', PENDING.length())) + INFO;
        if (!notes.contains(note) && calls.stat(uploadsBucket, note, null).isEmpty()) {
            calls.remove(uploadsBucket, key);
        }
    }

    @Override
    public void end(Upload found) throws IOException {
        UploadNote note = require(found.id());
        if (upload(note).complete()) {
            throw VaultException.writtenOnce("the upload " + found.id() + " is complete and cannot be taken back");
        }
        if (note.progress().durableBytes() != found.offsetBytes()) {
            throw VaultException.overtaken(found.id().value());
        }
        note.commit(note.progress().in(Progress.ENDED), this::token);
    }

    @Override
    public void discard(LogName site, EvidenceId id) throws IOException {
        Optional<Upload> upload = find(site, id);
        if (upload.isPresent() && upload.get().complete()) {
            throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be taken back");
        }
        if (upload.isPresent()) {
            end(upload.get());
        }
        Optional<UploadNote> note = read(id).filter(ended -> ended.info().site().equals(site));
        if (note.isEmpty()) {
            return;
        }
        Upload ended = upload(note.get());
        Progress progress = note.get().progress();
        if (progress.hasMultipart()) {
            new Multipart(calls, bucket(ended), key(ended), progress.uploadId()).abort();
        }
        for (Item version : calls.versions(vaultBucket, EvidenceStore.key(site, id))) { // none of them ever counted
            calls.remove(vaultBucket, EvidenceStore.key(site, id), version.versionId());
        }
        removePending(id);
    }

    /** The note goes last, so that a crash in the middle leaves an upload that can be removed again. */
    private void removePending(EvidenceId id) throws IOException {
        for (String key : calls.list(uploadsBucket, pending(id, ""))) {
            if (!key.equals(note(id))) {
                calls.remove(uploadsBucket, key);
            }
        }
        calls.remove(uploadsBucket, note(id));
    }

    @Override
    public boolean shareable() throws IOException {
        return calls.conditions(uploadsBucket) != Conditions.IGNORED;
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
        calls.remove(object.bucket(), object.key(), object.versionId());
        removeOthers(object);
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

    public LogStore log(LogName log) {
        return store(custodyBucket, log.value() + "/");
    }

    public LogStore notes(LogName site) {
        return store(uploadsBucket, "door/" + site.value() + "/");
    }

    private LogStore store(String bucket, String prefix) {
        return new LogStore() {
            /** The checkpoint as it was read last: the one file of a log that is replaced all the time. */
            private volatile Optional<S3Calls.Read> checkpoint = Optional.empty();

            @Override
            public boolean replace(String path, Optional<byte[]> before, byte[] after) throws IOException {
                Optional<S3Calls.Read> known = checkpoint;
                if (path.equals(Tiles.CHECKPOINT)
                        && known.isPresent()
                        && sameBytes(known, before)
                        && calls.putIf(bucket, prefix + path, after, etag(known))
                                .isPresent()) {
                    return true;
                }
                Optional<S3Calls.Read> now = calls.read(bucket, prefix + path);
                return sameBytes(now, before)
                        && calls.putIf(bucket, prefix + path, after, etag(now)).isPresent();
            }

            private static String etag(Optional<S3Calls.Read> read) {
                return read.map(S3Calls.Read::etag).orElse(null);
            }

            private static boolean sameBytes(Optional<S3Calls.Read> read, Optional<byte[]> bytes) {
                return Arrays.equals(read.map(S3Calls.Read::bytes).orElse(null), bytes.orElse(null));
            }

            @Override
            public Optional<byte[]> read(String path) throws IOException {
                Optional<S3Calls.Read> read = calls.read(bucket, prefix + path);
                if (path.equals(Tiles.CHECKPOINT)) {
                    checkpoint = read;
                }
                return read.map(S3Calls.Read::bytes);
            }

            @Override
            public void write(String path, byte[] bytes) throws IOException {
                calls.put(bucket, prefix + path, bytes);
            }

            @Override
            public List<String> createAll(Map<String, byte[]> files) throws IOException {
                List<String> taken = new CopyOnWriteArrayList<>();
                List<Callable<Void>> writes = new ArrayList<>();
                files.forEach((path, bytes) -> writes.add(() -> {
                    if (calls.putIf(bucket, prefix + path, bytes, null).isEmpty()) {
                        taken.add(path);
                    }
                    return null;
                }));
                ExecutorService writers =
                        Executors.newFixedThreadPool(Math.min(LOG_WRITERS, Math.max(1, files.size())));
                try {
                    Together.run(writers, writes, "writing a log");
                } finally {
                    writers.shutdownNow();
                }
                return taken;
            }

            @Override
            public List<String> list(String folder) throws IOException {
                return calls.list(bucket, prefix + folder + "/").stream()
                        .map(key -> key.substring(prefix.length()))
                        .toList();
            }

            @Override
            public void remove(String path) throws IOException {
                calls.remove(bucket, prefix + path);
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

    private static long partBytes(long sizeBytes) {
        long mebibyte = 1 << 20;
        return Math.max(PART_BYTES_MIN, (sizeBytes / PARTS_MAX / mebibyte + 1) * mebibyte);
    }

    private int tail(EvidenceId id, Progress progress, byte[] into) throws IOException {
        if (progress.tailBytes() > 0) {
            byte[] tail = calls.get(uploadsBucket, tailKey(id, progress.tail()))
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

    /** Each tail has a name of its own, so the tail that a note names is never overwritten. */
    private static String tailKey(EvidenceId id, String name) {
        return pending(id, "tail-" + name);
    }

    private static String note(EvidenceId id) {
        return PENDING + id + INFO;
    }

    private static String done(LogName site, EvidenceId id) {
        return "done/" + EvidenceStore.key(site, id);
    }
}
