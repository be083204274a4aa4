package org.liuhen.intake;

import java.io.IOException;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.VaultException;
import org.liuhen.web.Problem;

/**
 * Ends uploads that are not complete, and parts: first in the vault, then on the record ({@code withdrawn}), then its bytes are removed.
 * Each step may be repeated.
 */
final class UploadTermination {
    private final Uploads store;
    private final LogName site;
    private final UploadEvents events;
    private final Admission admission;
    private final RunningDigests digests;
    private final ActiveSessions sessions;
    private final StripedLocks locks;

    /**
     * Ends uploads of this store.
     *
     * @param locks by upload; held while one is ended, as while one is completed
     */
    UploadTermination(
            Uploads store,
            LogName site,
            UploadEvents events,
            Admission admission,
            RunningDigests digests,
            ActiveSessions sessions,
            StripedLocks locks) {
        this.store = store;
        this.site = site;
        this.events = events;
        this.admission = admission;
        this.digests = digests;
        this.sessions = sessions;
        this.locks = locks;
    }

    /**
     * Ends an upload. An open session is aborted first (IN-112); VT-106: it did not end within 5 s. IN-114: the upload is complete, or all
     * of its bytes are there.
     */
    void terminate(Upload upload, String reason) throws IOException, FeedUnavailableException, Problem {
        terminate(upload, reason, false);
    }

    /** Ends an upload to which more bytes came than were declared: it is unknown which of them are the right ones. */
    void terminateOverlong(Upload upload) throws IOException, FeedUnavailableException, Problem {
        terminate(upload, "more bytes came than were declared", true);
    }

    private void terminate(Upload upload, String reason, boolean evenWhole)
            throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = upload.id();
        synchronized (locks.of(id)) {
            if (!sessions.abort(id, new Problem(410, "IN-112", "This upload was ended"))) {
                throw VaultException.busy(id.value()); // its bytes must not come to an upload that was ended
            }
            Upload now = store.find(site, id).orElse(upload);
            if (!now.part() && (now.complete() || (now.whole() && !evenWhole))) {
                throw new Problem(403, "IN-114", "This upload is complete: it is evidence now and cannot be withdrawn");
            }
            store.end(now); // before the event: another process may have finished it
            events.withdrawn(now, reason);
            digests.remove(id);
            store.discard(site, id);
            admission.uploadEnded(upload);
        }
    }

    /** Repeats what follows the end in the vault, after a crash or an outage of the feed. */
    void repeatAfterEnd(Upload ended) throws IOException, FeedUnavailableException {
        if (!ended.part()) {
            events.declared(Declaration.in(ended)); // the record may lack it
        }
        events.withdrawn(ended, "the upload was ended");
        store.discard(site, ended.id());
    }
}
