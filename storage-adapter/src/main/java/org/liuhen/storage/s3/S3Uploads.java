package org.liuhen.storage.s3;

import io.minio.GetObjectArgs;
import io.minio.messages.Item;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.VaultException;

/** Uploads on S3. Their notes are in a bucket without versions; their bytes go to parts of the object that they become. */
final class S3Uploads implements Uploads {
    private static final Logger LOG = Logger.getLogger(S3Uploads.class.getName());

    private static final int PARTS_AT_ONCE = 4; // of one upload: two being sent, one that fills up, and one that grows

    private final S3Calls calls;
    private final Buckets buckets;
    private final UploadNotes notes;
    private final Assembly assembly;
    private final Room room;
    private final ArrivingInParts.Store store;
    private final Set<EvidenceId> busy = ConcurrentHashMap.newKeySet();

    S3Uploads(S3Calls calls, Buckets buckets, Room room) {
        this.calls = calls;
        this.buckets = buckets;
        this.room = room;
        notes = new UploadNotes(calls, buckets);
        assembly = new Assembly(calls, notes, buckets, room);
        store = new ArrivingInParts.Store(calls, buckets, notes, assembly, room);
    }

    @Override
    public void declare(UploadInfo info) throws IOException {
        EvidenceId id = info.id();
        Progress none = Progress.none(UploadNotes.partBytes(info.sizeBytes()));
        calls.put(buckets.uploads(), UploadNotes.note(id), UploadNote.encode(info, none, notes.token()));
    }

    /** An item of this size has parts of which one upload can hold as many as it needs. */
    @Override
    public long sizeBytesMax() {
        long mebibyte = 1 << 20;
        return Math.max(UploadNotes.PART_BYTES_MIN, room.bytes() / PARTS_AT_ONCE / mebibyte * mebibyte)
                        * UploadNotes.PARTS_MAX
                - 1;
    }

    @Override
    public Optional<Upload> find(LogName site, EvidenceId id) throws IOException {
        return notes.find(site, id);
    }

    @Override
    public Arriving begin(LogName site, EvidenceId id, long offsetBytes) throws IOException {
        if (!busy.add(id)) {
            throw VaultException.busy(id.value());
        }
        boolean begun = false;
        try {
            Optional<UploadNote> note =
                    notes.read(id).filter(pending -> !pending.progress().ended());
            Upload upload = (note.isPresent() ? note.map(notes::upload) : notes.find(site, id))
                    .filter(found -> found.site().equals(site))
                    .orElseThrow(() -> VaultException.noSuchUpload("there is no upload " + id));
            if (upload.complete()) {
                throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be changed");
            }
            if (upload.offsetBytes() != offsetBytes) {
                throw VaultException.offsetConflict(upload.offsetBytes(), offsetBytes);
            }
            Arriving arriving = new ArrivingInParts(upload, note.orElseThrow(), store, () -> busy.remove(id));
            begun = true;
            return arriving;
        } finally {
            if (!begun) {
                busy.remove(id);
            }
        }
    }

    @Override
    public Optional<InputStream> openUnfinished(Upload upload) throws IOException {
        if (!upload.part() || !upload.whole()) {
            return Optional.empty();
        }
        assembly.completePart(upload);
        String key = UploadNotes.key(upload);
        return Optional.of(calls.open(
                key,
                GetObjectArgs.builder().bucket(buckets.uploads()).object(key).build()));
    }

    @Override
    public StoredObject complete(Upload upload) throws IOException {
        return assembly.complete(upload);
    }

    @Override
    public void markAnnounced(Upload upload) throws IOException {
        if (!upload.announced()) {
            StoredObject object = upload.complete()
                    ? upload.object()
                    : notes.counting(upload.info())
                            .orElseThrow(
                                    () -> VaultException.overtaken(upload.id().value()));
            byte[] info = (new String(Declaration.encode(upload.info()), StandardCharsets.UTF_8) + "\n"
                            + object.versionId())
                    .getBytes(StandardCharsets.UTF_8);
            calls.put(buckets.uploads(), UploadNotes.done(upload.site(), upload.id()), info);
        }
        removePending(upload.id());
    }

    @Override
    public List<EvidenceId> announced(LogName site) throws IOException {
        List<EvidenceId> all = new ArrayList<>();
        for (String key : calls.list(buckets.uploads(), "done/" + site.value() + "/")) {
            try {
                all.add(id(key, key.substring(key.lastIndexOf('/') + 1)));
            } catch (VaultException noName) { // somebody else put it there
                LOG.log(Level.WARNING, "an object of no upload is passed over: {0}", noName.getMessage());
            }
        }
        return all;
    }

    @Override
    public boolean unannounce(LogName site, EvidenceId id) throws IOException {
        Optional<Upload> upload = notes.find(site, id);
        if (upload.isPresent() && upload.get().announced()) {
            UploadInfo info = upload.get().info();
            Progress complete = Progress.none(UploadNotes.partBytes(info.sizeBytes()))
                    .in(upload.get().object().versionId());
            calls.put(buckets.uploads(), UploadNotes.note(id), UploadNote.encode(info, complete, notes.token()));
        }
        return upload.isPresent();
    }

    @Override
    public Unannounced unannounced() throws IOException {
        List<Upload> found = new ArrayList<>();
        List<Upload> ended = new ArrayList<>();
        List<VaultException> unreadable = new ArrayList<>();
        List<String> keys = calls.list(buckets.uploads(), UploadNotes.PENDING);
        Set<String> all = new HashSet<>(keys);
        for (String key : keys) {
            try {
                if (key.endsWith(UploadNotes.INFO)) {
                    Optional<UploadNote> note = notes.read(id(
                            key,
                            key.substring(UploadNotes.PENDING.length(), key.length() - UploadNotes.INFO.length())));
                    note.map(notes::upload)
                            .ifPresent((note.filter(n -> n.progress().ended()).isPresent() ? ended : found)::add);
                } else {
                    removeLeft(key, all);
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

    /** Removes what a crashed process left of an upload that another one finished or ended: its note never comes again. */
    private void removeLeft(String key, Set<String> all) throws IOException {
        String note = key.substring(0, key.indexOf('/', UploadNotes.PENDING.length())) + UploadNotes.INFO;
        if (!all.contains(note) && calls.stat(buckets.uploads(), note, null).isEmpty()) {
            calls.remove(buckets.uploads(), key);
        }
    }

    @Override
    public void end(Upload found) throws IOException {
        UploadNote note = notes.require(found.id());
        if (notes.upload(note).complete()) {
            throw VaultException.writtenOnce("the upload " + found.id() + " is complete and cannot be taken back");
        }
        if (note.progress().durableBytes() != found.offsetBytes()) {
            throw VaultException.overtaken(found.id().value());
        }
        note.commit(note.progress().in(Progress.ENDED), notes::token);
    }

    @Override
    public void discard(LogName site, EvidenceId id) throws IOException {
        Optional<Upload> upload = notes.find(site, id);
        if (upload.isPresent() && upload.get().complete()) {
            throw VaultException.writtenOnce("the upload " + id + " is complete and cannot be taken back");
        }
        if (upload.isPresent()) {
            end(upload.get());
        }
        Optional<UploadNote> note =
                notes.read(id).filter(ended -> ended.info().site().equals(site));
        if (note.isEmpty()) {
            return;
        }
        Upload ended = notes.upload(note.get());
        Progress progress = note.get().progress();
        if (progress.hasMultipart()) {
            new Multipart(calls, notes.bucket(ended), UploadNotes.key(ended), progress.uploadId()).abort();
        }
        for (Item version : calls.versions(buckets.vault(), EvidenceStore.key(site, id))) { // none of them ever counted
            calls.remove(buckets.vault(), EvidenceStore.key(site, id), version.versionId());
        }
        removePending(id);
    }

    /** The note goes last, so that a crash in the middle leaves an upload that can be removed again. */
    private void removePending(EvidenceId id) throws IOException {
        for (String key : calls.list(buckets.uploads(), UploadNotes.pending(id, ""))) {
            if (!key.equals(UploadNotes.note(id))) {
                calls.remove(buckets.uploads(), key);
            }
        }
        calls.remove(buckets.uploads(), UploadNotes.note(id));
    }

    @Override
    public boolean shareable() throws IOException {
        return calls.conditions(buckets.uploads()) != Conditions.IGNORED;
    }
}
