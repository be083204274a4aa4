package org.liuhen.storage.s3;

import java.io.IOException;
import java.util.Arrays;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads.Arriving;
import org.liuhen.storage.VaultException;

/** Collects bytes until they are a part. The room for it grows with them, so a silent sender costs little memory. */
final class ArrivingInParts implements Arriving {
    /** What the uploads of one store share. */
    record Store(S3Calls calls, Buckets buckets, UploadNotes notes, Assembly assembly, Room room) {}

    private static final int ROOM_BYTES_MIN = 1 << 16;
    private static final byte[] NOTHING = {};

    private final S3Calls calls;
    private final Buckets buckets;
    private final UploadNotes notes;
    private final Assembly assembly;
    private final Room room;
    private final Runnable ended;
    private final Upload upload;
    private final EvidenceId id;
    private final UploadNote note;
    private final Progress atStart;
    private final PartPipeline parts;
    private byte[] buffer;
    private int filled;
    private int before;

    /**
     * Begins where the note ends.
     *
     * @param ended what lets another sender begin
     */
    ArrivingInParts(Upload upload, UploadNote note, Store store, Runnable ended) throws IOException {
        this.calls = store.calls();
        this.buckets = store.buckets();
        this.notes = store.notes();
        this.assembly = store.assembly();
        this.room = store.room();
        this.ended = ended;
        this.upload = upload;
        this.id = upload.id();
        this.note = note;
        this.atStart = note.progress();
        this.parts = new PartPipeline(calls, notes.bucket(upload), UploadNotes.key(upload), note, notes::token, room);
        int first = lengthFor(atStart.tailBytes());
        if (!room.take(first)) {
            throw VaultException.noRoom(id.value());
        }
        boolean begun = false;
        try {
            this.buffer = new byte[first];
            this.filled = notes.tail(id, atStart, buffer);
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
            String version = calls.put(buckets.vault(), UploadNotes.key(upload), buffer, filled)
                    .versionId();
            return new Upload(upload.info(), durable, assembly.count(note, version), false);
        }
        Progress next = parts.release(progress);
        String tail = filled > before ? notes.token() : progress.tail();
        if (filled > before) {
            next = next.withTail(filled, tail);
            calls.put(buckets.uploads(), UploadNotes.tailKey(id, tail), buffer, filled);
        }
        if (!next.equals(progress)) {
            try {
                note.commit(next, notes::token);
            } catch (VaultException failed) {
                if (filled > before && failed.code().equals(VaultException.OVERTAKEN)) {
                    calls.remove(buckets.uploads(), UploadNotes.tailKey(id, tail));
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
        filled = notes.tail(id, atStart, buffer);
        before = filled;
    }

    @Override
    public void close() {
        try {
            parts.close();
        } finally {
            room.giveBack(buffer.length);
            buffer = NOTHING;
            ended.run();
        }
    }
}
