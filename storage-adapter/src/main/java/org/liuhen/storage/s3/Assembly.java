package org.liuhen.storage.s3;

import io.minio.messages.Part;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.Upload;
import org.liuhen.storage.VaultException;

/** Makes the bytes of an upload one object, and notes which version counts as them. */
final class Assembly {
    private final S3Calls calls;
    private final UploadNotes notes;
    private final Buckets buckets;
    private final Room room;

    Assembly(S3Calls calls, UploadNotes notes, Buckets buckets, Room room) {
        this.calls = calls;
        this.notes = notes;
        this.buckets = buckets;
        this.room = room;
    }

    /** Makes the bytes of a whole upload one object that counts; gives the one that another process made where that was first. */
    StoredObject complete(Upload upload) throws IOException {
        if (upload.complete()) {
            return upload.object();
        }
        if (!upload.whole()) {
            throw VaultException.offsetConflict(upload.offsetBytes(), upload.sizeBytes());
        }
        Optional<UploadNote> note = notes.read(upload.id());
        if (note.isEmpty()
                || note.get().progress().complete()
                || note.get().progress().ended()) {
            return notes.counting(upload.info())
                    .orElseThrow(() -> VaultException.overtaken(upload.id().value()));
        }
        try {
            StoredObject object = count(note.get(), assemble(upload, note.get()));
            calls.removeOthers(object); // of takeovers, and of processes that crashed: none of them can count any more
            return object;
        } catch (VaultException overtaken) {
            Optional<StoredObject> theirs = overtaken.code().equals(VaultException.OVERTAKEN)
                    ? notes.counting(upload.info()) // made of the same note, so of the same bytes
                    : Optional.empty();
            return theirs.orElseThrow(() -> overtaken);
        }
    }

    /** Makes the bytes of a whole part of another upload one object, where that was not done before. */
    void completePart(Upload upload) throws IOException {
        UploadNote note = notes.require(upload.id());
        if (note.progress().complete()) {
            return;
        }
        String version = assemble(upload, note);
        try {
            note.commit(note.progress().in(version), notes::token);
        } catch (VaultException failed) {
            if (!failed.code().equals(VaultException.OVERTAKEN)
                    || !notes.require(upload.id()).progress().complete()) {
                throw failed;
            }
        }
    }

    /**
     * Notes that this version is the upload's bytes. Another version that another process noted first counts; then this one is removed, and VT-111 is
     * thrown.
     */
    StoredObject count(UploadNote note, String version) throws IOException {
        StoredObject ours = notes.object(note.info(), version);
        try {
            note.commit(note.progress().in(version), notes::token);
        } catch (VaultException failed) {
            if (!failed.code().equals(VaultException.OVERTAKEN)) {
                throw failed; // it may be noted all the same, so it stays
            }
            Optional<StoredObject> counts = notes.counting(note.info());
            if (counts.isEmpty() || !counts.get().equals(ours)) {
                calls.removeOrSay(buckets.vault(), ours.key(), version);
                throw failed;
            } // else it was noted, and another process has gone on since
        }
        return ours;
    }

    /**
     * Makes the bytes of a whole upload one object; gives its version. The last part is not noted: another process that does the same at this moment, or goes on
     * after a crash, stores the same bytes under the same number.
     */
    private String assemble(Upload upload, UploadNote note) throws IOException {
        Progress progress = note.progress();
        if (!room.take(progress.tailBytes())) {
            throw VaultException.noRoom(upload.id().value());
        }
        try {
            byte[] tail = new byte[progress.tailBytes()];
            notes.tail(upload.id(), progress, tail);
            return assemble(upload, note, tail);
        } finally {
            room.giveBack(progress.tailBytes());
        }
    }

    private String assemble(Upload upload, UploadNote note, byte[] tail) throws IOException {
        String bucket = notes.bucket(upload);
        String key = UploadNotes.key(upload);
        Progress progress = note.progress();
        if (progress.etags().isEmpty()) {
            String version = calls.put(bucket, key, tail).versionId();
            return version == null ? S3Calls.NO_VERSION : version;
        }
        PartPipeline pipeline = new PartPipeline(calls, bucket, key, note, notes::token, room);
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
}
