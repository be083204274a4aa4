package org.liuhen.storage.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.VaultException;

/** Finds and reads what is stored of uploads: their notes, what follows from them, and under which keys it is. */
final class UploadNotes {
    static final String PENDING = "pending/";
    static final String INFO = "/info";
    static final int PART_BYTES_MIN = 8 << 20;
    static final int PARTS_MAX = 9_000; // S3 allows 10,000

    private final S3Calls calls;
    private final Buckets buckets;
    private final String writer = HexFormat.of().formatHex(random16());
    private final AtomicLong tokens = new AtomicLong();

    UploadNotes(S3Calls calls, Buckets buckets) {
        this.calls = calls;
        this.buckets = buckets;
    }

    private static byte[] random16() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return random;
    }

    /** A unique name. */
    String token() {
        return writer + "-" + tokens.incrementAndGet();
    }

    Optional<UploadNote> read(EvidenceId id) throws IOException {
        return UploadNote.read(calls, buckets.uploads(), note(id), id, info -> before(info, id));
    }

    UploadNote require(EvidenceId id) throws IOException {
        return read(id).filter(note -> !note.progress().ended())
                .orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
    }

    /** How far an upload had come that a version before decision 0035 took in: then its progress was stored beside it, and a whole object was its bytes. */
    private Progress before(UploadInfo info, EvidenceId id) throws IOException {
        long size = info.sizeBytes();
        Optional<byte[]> noted = calls.get(buckets.uploads(), pending(id, "progress"));
        Progress progress = noted.isPresent()
                ? Progress.decodeBefore(noted.get(), size, "upload " + id)
                : Progress.none(partBytes(size));
        return calls.stat(buckets.vault(), EvidenceStore.key(info.site(), id), null)
                .map(object -> progress.in(object.versionId()))
                .orElse(progress);
    }

    /** What is known of an upload, or empty if there is none. */
    Optional<Upload> find(LogName site, EvidenceId id) throws IOException {
        Optional<UploadNote> pending = read(id); // in this order: a note moves from pending to done
        if (pending.isPresent()) {
            return Optional.of(pending.get())
                    .filter(note -> !note.progress().ended())
                    .map(this::upload)
                    .filter(upload -> upload.site().equals(site));
        }
        Optional<byte[]> done = calls.get(buckets.uploads(), done(site, id));
        if (done.isEmpty()) {
            return Optional.empty();
        }
        int end = UploadNote.declarationEnd(done.get());
        UploadInfo info = Declaration.decode(Arrays.copyOf(done.get(), end), id, "upload " + id);
        String version = end == done.get().length // of before decision 0035
                ? null
                : new String(done.get(), end + 1, done.get().length - end - 1, StandardCharsets.UTF_8);
        return calls.stat(buckets.vault(), EvidenceStore.key(site, id), version) // else it was disposed of
                .map(object -> new Upload(
                        info,
                        object.size(),
                        new StoredObject(buckets.vault(), EvidenceStore.key(site, id), object.versionId()),
                        true));
    }

    Upload upload(UploadNote note) {
        UploadInfo info = note.info();
        Progress progress = note.progress();
        boolean part = info.part(); // its bytes become an object too, which is never an item
        StoredObject object = progress.complete() && !part ? object(info, progress.state()) : null;
        return new Upload(info, object == null ? progress.durableBytes() : info.sizeBytes(), object, false);
    }

    StoredObject object(UploadInfo info, String version) {
        return new StoredObject(buckets.vault(), EvidenceStore.key(info.site(), info.id()), version);
    }

    /** The object that counts as the bytes of an upload, if there is one. */
    Optional<StoredObject> counting(UploadInfo info) throws IOException {
        return find(info.site(), info.id()).filter(Upload::complete).map(Upload::object);
    }

    /** Where the bytes of an upload become one object. Those of a part of another upload are not stored among the locked ones. */
    String bucket(Upload upload) {
        return upload.part() ? buckets.uploads() : buckets.vault();
    }

    static String key(Upload upload) {
        return upload.part() ? pending(upload.id(), "bytes") : EvidenceStore.key(upload.site(), upload.id());
    }

    static long partBytes(long sizeBytes) {
        long mebibyte = 1 << 20;
        return Math.max(PART_BYTES_MIN, (sizeBytes / PARTS_MAX / mebibyte + 1) * mebibyte);
    }

    int tail(EvidenceId id, Progress progress, byte[] into) throws IOException {
        if (progress.tailBytes() > 0) {
            byte[] tail = calls.get(buckets.uploads(), tailKey(id, progress.tail()))
                    .orElseThrow(() -> VaultException.damagedProgress("upload " + id, null));
            if (tail.length != progress.tailBytes()) {
                throw VaultException.damagedProgress("upload " + id, null);
            }
            System.arraycopy(tail, 0, into, 0, tail.length);
        }
        return progress.tailBytes();
    }

    static String pending(EvidenceId id, String what) {
        return PENDING + id + "/" + what;
    }

    /** Each tail has a name of its own, so the tail that a note names is never overwritten. */
    static String tailKey(EvidenceId id, String name) {
        return pending(id, "tail-" + name);
    }

    static String note(EvidenceId id) {
        return PENDING + id + INFO;
    }

    static String done(LogName site, EvidenceId id) {
        return "done/" + EvidenceStore.key(site, id);
    }
}
