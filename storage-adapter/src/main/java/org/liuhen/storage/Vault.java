package org.liuhen.storage;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogStore;

/**
 * Where the bytes of evidence rest: one version per item, written once, straight to their final place. Every method
 * returns only when its effect survives a power cut, and may be repeated with the same result. A store that does not
 * answer gives a retryable {@link VaultException}.
 */
public interface Vault extends AutoCloseable {

    /**
     * One upload as the vault knows it.
     *
     * @param info what opened it
     * @param offsetBytes how many bytes are durable
     * @param object where the bytes rest, or null until they are complete
     * @param announced whether the record has acknowledged that they were received
     */
    record Upload(UploadInfo info, long offsetBytes, StoredObject object, boolean announced) {
        /** The site that it belongs to. */
        public LogName site() {
            return info.site();
        }

        /** The declaration that opened it. */
        public Declared declared() {
            return info.declared();
        }

        /** Whether it is a part of another upload, and never an item of its own. */
        public boolean part() {
            return UploadInfo.PARTIAL.equals(info.concat());
        }

        /** The name of the item. */
        public EvidenceId id() {
            return declared().context().evidenceId();
        }

        /** Whether all bytes are durable, as one object or not yet. */
        public boolean whole() {
            return offsetBytes == declared().sizeBytes();
        }

        /** Whether all bytes are durable as one object. */
        public boolean complete() {
            return object != null;
        }
    }

    /** What was seen when breaking the lock of a canary was tried. */
    record LockProbe(String store, boolean enforced, List<String> findings) {
        public LockProbe {
            findings = List.copyOf(findings);
        }
    }

    /** Retention that was set and read back. {@code enforcement} names who enforces it, in words for a page. */
    record Seal(Instant retainUntil, String enforcement) {}

    /** Thrown by a stream that found its own bytes wrong: {@link Vault#append} keeps nothing of that call. */
    final class DiscardException extends IOException {
        public DiscardException(String message) {
            super(message);
        }
    }

    /** The largest item that can be stored here. */
    default long sizeBytesMax() {
        return Long.MAX_VALUE;
    }

    /** Opens an upload. */
    void declare(UploadInfo info) throws IOException;

    /** Opens an upload of one file. */
    default void declare(LogName site, Declared declared) throws IOException {
        declare(new UploadInfo(site, declared));
    }

    /** What is known of an upload, or empty if there is none. */
    Optional<Upload> find(LogName site, EvidenceId id) throws IOException;

    /**
     * Bytes that arrive at one upload, as they come. Nothing waits for them here: a sender that falls silent holds no thread.
     * One thread at a time uses it.
     */
    interface Arriving extends AutoCloseable {
        /**
         * Takes these bytes in. More than were declared are refused with VT-103; what came before them stays.
         *
         * @param from where they begin in the buffer
         */
        void write(byte[] buffer, int from, int length) throws IOException;

        /** Says that no more may come for a while, so that what the machine has few of can be given back. */
        default void idle() throws IOException {}

        /** Makes what came durable. */
        Upload keep() throws IOException;

        /** Forgets what came since {@link #begin}. */
        void takeBack() throws IOException;

        /** Lets another sender begin. What was not kept counts as far as {@link #find} says. */
        @Override
        void close() throws IOException;
    }

    /**
     * Begins to append to an upload. As long as it is not closed, others in this process are refused with VT-106. Of several processes, the first one
     * that makes bytes durable goes on, and what the others do then is refused with VT-111.
     *
     * @param offsetBytes where the bytes begin; must be where the durable bytes end, else VT-102
     */
    Arriving begin(LogName site, EvidenceId id, long offsetBytes) throws IOException;

    /**
     * Appends bytes until the stream ends. When the stream breaks, what arrived before is kept and is durable as far as
     * {@link #find} says; the stream's exception is thrown on. A {@link DiscardException} takes the call's bytes back.
     *
     * @param offsetBytes where the bytes begin; must be where the durable bytes end
     * @return the upload as it is now
     */
    default Upload append(LogName site, EvidenceId id, long offsetBytes, InputStream bytes) throws IOException {
        try (Arriving arriving = begin(site, id, offsetBytes)) {
            byte[] buffer = new byte[1 << 18];
            try {
                for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                    arriving.write(buffer, 0, read);
                }
            } catch (DiscardException wrong) {
                arriving.takeBack();
                throw wrong;
            } catch (IOException broken) {
                arriving.keep();
                throw broken;
            }
            return arriving.keep();
        }
    }

    /**
     * Reads what an unfinished upload has so far, where the store can; S3 cannot read the pieces of an upload before they are one
     * object. Every store can read a whole part of another upload.
     */
    default Optional<InputStream> openUnfinished(Upload upload) throws IOException {
        return Optional.empty();
    }

    /**
     * Makes the bytes of an upload that {@link #find} or {@link #append} gave one object at their final place. They must
     * all be there.
     */
    StoredObject complete(Upload upload) throws IOException;

    /** Notes that the record has acknowledged the complete upload; it leaves {@link #unannounced}. */
    void announced(Upload upload) throws IOException;

    /** All uploads of a site that the record has acknowledged, those that were disposed of among them. */
    List<EvidenceId> announced(LogName site) throws IOException;

    /**
     * Takes back that the record has acknowledged this upload, for a record that lost it: {@link #unannounced} gives it again, and it is
     * announced once more.
     *
     * @return whether its bytes are there
     */
    boolean unannounce(LogName site, EvidenceId id) throws IOException;

    /**
     * What {@link #unannounced} found.
     *
     * @param uploads those that can be read
     * @param ended those of {@link #end} that were not discarded yet
     * @param unreadable why each of the others cannot be read, with its name: VT-201 or VT-202
     */
    record Unannounced(List<Upload> uploads, List<Upload> ended, List<VaultException> unreadable) {
        public Unannounced {
            uploads = List.copyOf(uploads);
            ended = List.copyOf(ended);
            unreadable = List.copyOf(unreadable);
        }
    }

    /**
     * Uploads that are unfinished, or finished and not yet acknowledged by the record. One that cannot be read is named beside the
     * others and stays as it is; only a store that does not answer at all is an exception.
     */
    Unannounced unannounced() throws IOException;

    /**
     * Ends an upload that is not complete, or a part, before the record is told so: nobody appends to it or completes it any more, and {@link #find}
     * finds nothing. A complete one is refused with VT-105, and one to which bytes were added since it was found with VT-111.
     */
    void end(Upload found) throws IOException;

    /** Removes an upload that was ended, or ends it now; its bytes are gone. A complete one is refused with VT-105; one that is gone stays gone. */
    void discard(LogName site, EvidenceId id) throws IOException;

    /** Reads the whole object to its end, however long it is by now; a longer one than was stored must show. */
    InputStream open(StoredObject object) throws IOException;

    /** Reads bytes from {@code fromByte} to before {@code toByte}. */
    InputStream open(StoredObject object, long fromByte, long toByte) throws IOException;

    /** Locks this version of the object until then, and reads the lock back. Never shortens a lock. */
    Seal seal(StoredObject object, Instant retainUntil) throws IOException;

    /**
     * Deletes this version of the object for ever. One whose lock has not ended is refused with VT-110 by us, before the store is asked; one
     * that is gone already stays gone.
     */
    void dispose(StoredObject object) throws IOException;

    /** Tries to overwrite, delete and unlock a canary, and says what the store did. */
    LockProbe probe() throws IOException;

    /** The store of a site's published log. */
    LogStore log(LogName log);

    /** Small files that a site's door must not forget: its devices, and which bytes it has already. Nobody publishes them. */
    LogStore notes(LogName site);

    /**
     * Whether several processes may take in uploads and change notes at the same time. On S3 this is tried: the store has to refuse a
     * write whose condition does not hold.
     */
    boolean shareable() throws IOException;

    /**
     * Where the notes of a site say which item has the bytes of this digest: its ID, once they were read back and compared; nothing any
     * more, once the item was disposed of.
     */
    static String digestNote(Sha256Digest digest) {
        return "digest/" + digest.hex().substring(0, 2) + "/" + digest.hex();
    }

    @Override
    void close();

    /** The key of an item's bytes: {@code site/yyyy/mm/id}. It holds no personal data. */
    static String key(LogName site, EvidenceId id) {
        return String.format(
                "%s/%04d/%02d/%s",
                site.value(), id.month().getYear(), id.month().getMonthValue(), id.value());
    }
}
