package org.liuhen.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;

/**
 * Uploads from their first byte until the record has acknowledged them. Their bytes are written once, straight to their final place. Every method
 * returns only when its effect survives a power cut, and may be repeated with the same result. A store that does not answer gives a retryable
 * {@link VaultException}.
 */
public interface Uploads {
    /** The largest upload that can be stored here, in bytes. */
    default long sizeBytesMax() {
        return Long.MAX_VALUE;
    }

    /**
     * Whether several processes may take in uploads and change notes at the same time. On S3 this is tried: the store has to refuse a
     * write whose condition does not hold.
     */
    boolean shareable() throws IOException;

    /**
     * Opens an upload.
     *
     * @throws IllegalArgumentException where what was declared could not be read again as it is; nothing is stored then
     */
    void declare(UploadInfo info) throws IOException;

    /** What is known of an upload, or empty if there is none. */
    Optional<Upload> find(LogName site, EvidenceId id) throws IOException;

    /**
     * Bytes that arrive at one upload. No thread waits for them here: a sender that falls silent holds none. One thread at a time uses it.
     */
    interface Arriving extends AutoCloseable {
        /**
         * Takes these bytes in. More than were declared are refused with VT-103; what came before them stays.
         *
         * @param from where they begin in the buffer
         */
        void write(byte[] buffer, int from, int length) throws IOException;

        /** Says that no more may come for a while, so that open files and the like can be given back. */
        default void idle() throws IOException {}

        /** Makes durable what came. */
        Upload keep() throws IOException;

        /** Drops what came since {@link #begin}. */
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
     * {@link #find} says; the stream's exception is thrown on.
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
     * all be there, else VT-102.
     */
    StoredObject complete(Upload upload) throws IOException;

    /** Notes that the record has acknowledged the complete upload; it is not in {@link #unannounced} any more. */
    void markAnnounced(Upload upload) throws IOException;

    /** All uploads of a site that the record has acknowledged, also those that were disposed of since. */
    List<EvidenceId> announced(LogName site) throws IOException;

    /**
     * Takes back that the record has acknowledged this upload, for a record that lost it: it is in {@link #unannounced} again, and is
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
     * Ends an upload that is not complete, or a part, before the record is told so: no bytes can be added to it any more, it cannot be completed,
     * and {@link #find} finds nothing. A complete one is refused with VT-105, and one to which bytes were added since it was found with VT-111.
     */
    void end(Upload found) throws IOException;

    /** Removes an upload that was ended, or ends it now; its bytes are gone. A complete one is refused with VT-105; one that is gone stays gone. */
    void discard(LogName site, EvidenceId id) throws IOException;
}
