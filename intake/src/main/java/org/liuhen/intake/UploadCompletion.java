package org.liuhen.intake;

import java.io.IOException;
import java.security.MessageDigest;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.web.Problem;

/**
 * Makes an upload whose bytes are all durable an item: one object in the vault, then {@code received} on the record. Only after that an
 * answer may say that it was received. Each step may be repeated, so a sweep and a client may complete the same upload at once.
 */
final class UploadCompletion {
    private final Uploads store;
    private final UploadEvents events;
    private final Admission admission;
    private final RunningDigests digests;
    private final Duplicates duplicates;
    private final StripedLocks locks;

    /**
     * Completes uploads of this store.
     *
     * @param locks by upload; held while one is completed, as while one is ended
     */
    UploadCompletion(
            Uploads store,
            UploadEvents events,
            Admission admission,
            RunningDigests digests,
            Duplicates duplicates,
            StripedLocks locks) {
        this.store = store;
        this.events = events;
        this.admission = admission;
        this.digests = digests;
        this.duplicates = duplicates;
        this.locks = locks;
    }

    /**
     * Completes an upload, or ends it where its bytes are stored already. A part stays as it is: it waits for the others. IN-111: the
     * bytes do not have the declared digest; they are kept, and the record says so.
     *
     * @param declareAgain whether the record may lack the declaration, because a crash may have come before it
     */
    void complete(Upload upload, boolean declareAgain) throws IOException, FeedUnavailableException, Problem {
        if (upload.part()) {
            return;
        }
        synchronized (duplicates.lockOf(upload)) {
            long sizeBytes = upload.sizeBytes();
            if (!upload.complete() && duplicates.end(upload, digests.ofAll(upload.id(), sizeBytes), () -> {})) {
                return;
            }
            announce(upload, declareAgain);
        }
    }

    private void announce(Upload upload, boolean declareAgain) throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = upload.id();
        synchronized (locks.of(id)) {
            if (upload.announced()) {
                return;
            }
            StoredObject object = store.complete(upload);
            Declared declared = Declaration.in(upload);
            if (declareAgain) {
                events.declared(declared);
            }
            MessageDigest sha256 = digests.ofAll(id, declared.sizeBytes());
            Sha256Digest seen = sha256 == null ? null : RunningDigests.value(sha256);
            events.received(upload, object, seen);
            store.markAnnounced(upload);
            Metrics.Step.RECEIVED.count(declared.sizeBytes());
            digests.remove(id);
            admission.uploadEnded(upload);
            if (declared.sha256().equals(seen)) {
                duplicates.received(seen, id);
            }
            if (seen != null && !seen.equals(declared.sha256())) {
                throw Problem.checksum(
                        "IN-111",
                        "The file was declared as " + declared.sha256().hex() + " but hashes to " + seen.hex()
                                + ". The bytes are kept and flagged as rejected; keep your copy and upload it again");
            }
        }
    }
}
