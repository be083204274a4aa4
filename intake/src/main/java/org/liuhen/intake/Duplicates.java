package org.liuhen.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that decides whether the bytes of an upload are stored already. Such an upload ends: the item that has the bytes gets
 * one more event, and the upload's ID goes on to answer as a finished upload, with that item's receipt.
 */
final class Duplicates {
    private static final Logger LOG = LoggerFactory.getLogger(Duplicates.class);
    private static final int RECENT_MAX = 10_000;
    private static final int BUFFER_BYTES = 1 << 18;

    private final Uploads store;
    private final EvidenceStore evidence;
    private final LogName site;
    private final LogStore notes;
    private final UploadEvents events;
    private final Admission admission;
    private final RunningDigests digests;
    private final StripedLocks locks = new StripedLocks();

    /** Items received so recently that the verify step may not have noted their digest yet. */
    private final Map<Sha256Digest, EvidenceId> recent = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256Digest, EvidenceId> eldest) {
            return size() > RECENT_MAX;
        }
    });

    /** What a request releases before its upload is ended as a duplicate. */
    interface Release {
        void run() throws IOException;
    }

    Duplicates(
            Uploads store,
            EvidenceStore evidence,
            LogStore notes,
            LogName site,
            UploadEvents events,
            Admission admission,
            RunningDigests digests) {
        this.store = store;
        this.evidence = evidence;
        this.site = site;
        this.notes = notes;
        this.events = events;
        this.admission = admission;
        this.digests = digests;
    }

    /**
     * The monitor to hold from the decision until the upload is an item or ended, so that two senders of the same bytes do not both
     * become items. It is taken before the monitor of a session or an upload, never after.
     */
    Object lockOf(Upload upload) {
        return locks.of(Declaration.in(upload).sha256());
    }

    /** This item has these bytes, from now on. */
    void received(Sha256Digest digest, EvidenceId item) {
        recent.put(digest, item);
    }

    /**
     * Ends an upload whose bytes are stored already. May be repeated after any failure. Call it with {@link #lockOf} held.
     *
     * @param sha256 the digest over all of the upload's bytes, or null where they did not all arrive in this process
     * @param release what to give back before the upload is ended; not run where it is no duplicate
     * @return whether it was a duplicate
     */
    boolean end(Upload upload, MessageDigest sha256, Release release) throws IOException, FeedUnavailableException {
        if (!isStored(upload, sha256)) {
            return false;
        }
        release.run();
        endDuplicate(upload);
        return true;
    }

    /** Whether another item has these bytes. Its client may erase its copy then, so the stored bytes are read once more. */
    private boolean isStored(Upload upload, MessageDigest sha256) throws IOException {
        Sha256Digest declared = Declaration.in(upload).sha256();
        if (upload.part() || upload.sizeBytes() == 0) {
            return false; // two files without bytes have nothing in common
        }
        Optional<Upload> original = original(declared);
        if (original.isEmpty() || original.get().id().equals(upload.id())) {
            return false;
        }
        Sha256Digest sent;
        if (sha256 != null) {
            sent = RunningDigests.value(sha256);
        } else { // after a restart: where the store can, the bytes so far are read
            Optional<InputStream> unfinished = store.openUnfinished(upload);
            if (unfinished.isEmpty()) {
                return false;
            }
            sent = digest(unfinished.get());
        }
        if (!sent.equals(declared)) {
            return false;
        }
        try {
            return digest(evidence.open(original.get().object())).equals(declared);
        } catch (VaultException gone) {
            if (gone.retryable()) {
                throw gone;
            }
            return false; // disposed of, or lost: then this upload is kept
        }
    }

    private static Sha256Digest digest(InputStream bytes) throws IOException {
        MessageDigest sha256 = Sha256Digest.algorithm();
        try (bytes) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
        }
        return Sha256Digest.ofRaw(sha256.digest());
    }

    private Optional<Upload> original(Sha256Digest digest) throws IOException {
        EvidenceId id = recent.get(digest);
        if (id == null) {
            Optional<byte[]> note = notes.read(Vault.digestNote(digest));
            if (note.isEmpty() || note.get().length == 0) { // never here, or disposed of
                return Optional.empty();
            }
            try {
                id = new EvidenceId(new String(note.get(), StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException damaged) { // then the bytes are kept once more
                LOG.error(
                        "VT-201 intake's note about the bytes {} names no item; restore it from the store's backup",
                        digest);
                return Optional.empty();
            }
        }
        return store.find(site, id).filter(Upload::complete);
    }

    private void endDuplicate(Upload upload) throws IOException, FeedUnavailableException {
        EvidenceId id = upload.id();
        Upload original = original(Declaration.in(upload).sha256())
                .orElseThrow(() -> new IOException("the item that has these bytes is gone"));
        store.end(upload); // before the event: another process may have finished it
        events.receivedAgain(upload, original);
        byte[] info = Declaration.encode(upload.info());
        byte[] item = (original.id() + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] note = Arrays.copyOf(item, item.length + info.length);
        System.arraycopy(info, 0, note, item.length, info.length);
        notes.write(noteOf(id), note);
        store.discard(site, id);
        digests.remove(id);
        admission.uploadEnded(upload);
        Metrics.Step.RECEIVED_AGAIN.count(upload.sizeBytes());
    }

    private static String noteOf(EvidenceId id) {
        return "again/" + id.value();
    }

    /** An upload that was ended as a duplicate, as a finished one; empty where there is none of this ID. */
    Optional<Upload> find(EvidenceId id) throws IOException {
        Optional<byte[]> note = notes.read(noteOf(id));
        if (note.isEmpty()) {
            return Optional.empty();
        }
        EvidenceId item = itemIn(note.get());
        byte[] info = Arrays.copyOfRange(note.get(), item.value().length() + 1, note.get().length);
        UploadInfo upload = Declaration.decode(info, id, noteOf(id));
        StoredObject object =
                new StoredObject("", EvidenceStore.key(site, item), null); // marks it complete; never read
        return Optional.of(new Upload(upload, upload.sizeBytes(), object, true));
    }

    /** The item that has the bytes of this upload: the upload itself, or the one that had them before. */
    EvidenceId itemOf(EvidenceId id) throws IOException {
        Optional<byte[]> note = notes.read(noteOf(id));
        return note.isPresent() ? itemIn(note.get()) : id;
    }

    private static EvidenceId itemIn(byte[] note) throws VaultException {
        String text = new String(note, StandardCharsets.UTF_8);
        try {
            return new EvidenceId(text.substring(0, Math.max(0, text.indexOf('\n'))));
        } catch (IllegalArgumentException damaged) {
            throw VaultException.damagedInfo("intake's notes about bytes that came again", damaged);
        }
    }
}
