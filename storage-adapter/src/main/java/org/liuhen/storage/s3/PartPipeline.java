package org.liuhen.storage.s3;

import io.minio.UploadPartResponse;
import io.minio.messages.Part;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.liuhen.storage.VaultException;

/**
 * Sends the parts of one upload to the store, two at a time, while more bytes arrive. A part is noted only when it and all
 * before it are stored, so the notes are never ahead of the bytes. Before the first one the note says whose parts are on their way:
 * no other writer sends parts to the same multipart upload until this one has released it.
 */
final class PartPipeline implements AutoCloseable {
    private static final int IN_FLIGHT_MAX = 2; // beside these, one part fills up: three parts of memory for an upload

    private final S3Calls calls;
    private final String bucket;
    private final String key;
    private final UploadNote note;
    private final Progress atStart;
    private final Supplier<String> tokens;
    private final String owner;
    private final Room room;
    private final Deque<CompletableFuture<UploadPartResponse>> inFlight = new ArrayDeque<>();
    private Multipart multipart; // null until this writer owns it
    private IOException failed;

    /**
     * Goes on from what the note says.
     *
     * @param bucket where the object will be
     * @param tokens gives unique names
     * @param room what the parts on their way have taken, and give back
     */
    PartPipeline(S3Calls calls, String bucket, String key, UploadNote note, Supplier<String> tokens, Room room) {
        this.room = room;
        this.calls = calls;
        this.bucket = bucket;
        this.key = key;
        this.note = note;
        this.atStart = note.progress();
        this.tokens = tokens;
        this.owner = tokens.get();
    }

    /** Where the parts end that are stored or on their way. */
    long end() {
        return note.progress().partsEnd() + inFlight.size() * note.progress().partBytes();
    }

    /** Sends a whole part on its way; waits where too many are. The room that it has taken is given back when it is there. */
    void store(byte[] part) throws IOException {
        boolean sent = false;
        try {
            if (multipart == null) {
                own();
            }
            if (inFlight.size() == IN_FLIGHT_MAX) {
                settleOldest();
            }
            requireWhole();
            inFlight.add(multipart.send(note.progress().etags().size() + inFlight.size() + 1, part));
            sent = true;
        } finally {
            if (!sent) {
                room.giveBack(part.length);
            }
        }
    }

    private void own() throws IOException {
        Progress now = note.progress();
        if (now.owned() && now.hasMultipart()) {
            multipart = takeOver();
            return;
        }
        Multipart next = now.hasMultipart()
                ? new Multipart(calls, bucket, key, now.uploadId())
                : Multipart.start(calls, bucket, key);
        try {
            note.commit(now.ownedBy(owner, next.uploadId()), tokens);
        } catch (VaultException overtaken) {
            if (!now.hasMultipart() && overtaken.code().equals(VaultException.OVERTAKEN)) {
                next.abort();
            }
            throw overtaken;
        }
        multipart = next;
    }

    /**
     * Takes a multipart upload over from an owner that did not release it: it crashed, or may still be sending a part. It is closed as an object that is
     * no upload's, so that nothing can come to it any more, and the parts that count are copied to a new one. (Numbers that a late
     * part cannot have do not help: Ceph completes only with all parts that it has.)
     */
    Multipart takeOver() throws IOException {
        Progress before = note.progress();
        Multipart old = new Multipart(calls, bucket, key, before.uploadId());
        note.commit(before.closing(owner, before.closing()), tokens);
        if (before.etags().isEmpty()) {
            old.abort();
            Multipart next = Multipart.start(calls, bucket, key);
            note.commit(note.progress().copied(owner, next.uploadId(), List.of()), tokens);
            return next;
        }
        String version = close(old);
        Multipart next = Multipart.start(calls, bucket, key);
        List<String> copies = new ArrayList<>();
        if (!room.take(before.partBytes())) {
            next.abort();
            throw VaultException.noRoom(key);
        }
        try {
            for (int number = 1; number <= before.etags().size(); number++) {
                long from = (number - 1) * before.partBytes();
                copies.add(next.copy(number, version, from, (int) before.partBytes()));
            }
            note.commit(note.progress().copied(owner, next.uploadId(), copies), tokens);
        } catch (VaultException failure) {
            if (failure.code().equals(VaultException.OVERTAKEN)) {
                next.abort();
            }
            throw failure;
        } finally {
            room.giveBack(before.partBytes());
        }
        return next;
    }

    /** Closes a multipart upload with all parts that it has; gives the version of the object, of which the first parts are those that count. */
    private String close(Multipart old) throws IOException {
        if (note.progress().closing().isEmpty()) {
            list(old);
        }
        while (true) { // its owner can note nothing any more, so it sends few more parts
            Optional<String> version = old.complete(note.progress().closing());
            if (version.isPresent()) {
                return version.get();
            }
            list(old);
        }
    }

    /** Notes all parts that a multipart upload has, so that the next writer knows of which the object is made. */
    private void list(Multipart old) throws IOException {
        Progress now = note.progress();
        List<Part> all = old.parts().orElseThrow(() -> VaultException.damagedProgress(key, null));
        List<String> first =
                all.stream().limit(now.etags().size()).map(Part::etag).toList();
        if (!first.equals(now.etags())) {
            throw VaultException.damagedProgress(key, null);
        }
        note.commit(now.closing(owner, all), tokens);
    }

    /** Waits for all parts and says how far the upload has come. */
    Progress settle() throws IOException {
        requireWhole();
        while (!inFlight.isEmpty()) {
            settleOldest();
        }
        return note.progress();
    }

    /** Releases the multipart upload, so that the next writer need not take it over: all parts are settled. */
    Progress release(Progress settled) {
        return multipart == null ? settled : settled.free();
    }

    private void settleOldest() throws IOException {
        requireWhole();
        try {
            int number = note.progress().etags().size() + 1;
            String etag;
            try {
                etag = multipart.stored(number, inFlight.remove());
            } finally {
                room.giveBack(note.progress().partBytes());
            }
            note.commit(note.progress().withPart(etag), tokens);
        } catch (IOException broken) {
            failed = broken;
            throw broken;
        }
    }

    /** After a part that failed, those behind it have no place. */
    private void requireWhole() throws IOException {
        if (failed != null) {
            throw failed;
        }
    }

    /** Back to what the note said at first; the parts stored since are stored again under the same numbers. */
    void takeBack() throws IOException {
        settle();
        if (multipart == null) {
            return;
        }
        List<String> first = note.progress().etags().subList(0, atStart.etags().size());
        note.commit(atStart.copied(Progress.NONE, multipart.uploadId(), first), tokens);
        multipart = null;
    }

    /** Waits for parts still on their way after a failure. */
    @Override
    public void close() {
        for (CompletableFuture<UploadPartResponse> part : inFlight) {
            part.handle((stored, broken) -> null).join();
            room.giveBack(note.progress().partBytes());
        }
        inFlight.clear();
    }
}
