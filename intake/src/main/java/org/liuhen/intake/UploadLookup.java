package org.liuhen.intake;

import java.io.IOException;
import java.util.Optional;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.VaultException;
import org.liuhen.web.Problem;

/** Finds uploads, those that were ended as duplicates among them, and gives them only to the sender that declared them. */
final class UploadLookup {
    private final Uploads store;
    private final LogName site;
    private final Duplicates duplicates;
    private final UploadCompletion completion;
    private final ActiveSessions sessions;

    UploadLookup(
            Uploads store, LogName site, Duplicates duplicates, UploadCompletion completion, ActiveSessions sessions) {
        this.store = store;
        this.site = site;
        this.duplicates = duplicates;
        this.completion = completion;
        this.sessions = sessions;
    }

    /** An upload as the vault knows it, or as a finished one where it was ended as a duplicate. */
    Optional<Upload> find(EvidenceId id) throws IOException {
        Optional<Upload> upload = store.find(site, id);
        return upload.isPresent() ? upload : duplicates.find(id);
    }

    /** As {@link #find(EvidenceId)}. IN-112: there is none. IN-122: another sender declared it. */
    Upload require(Sender sender, EvidenceId id) throws IOException, Problem {
        Optional<Upload> upload = find(id);
        if (upload.isEmpty()) {
            throw new Problem(
                    404, "IN-112", "There is no such upload: it was never declared, was withdrawn, or has expired");
        }
        sender.requireOwns(upload.get());
        return upload.get();
    }

    /**
     * As {@link #require}. An upload whose bytes are all there is completed first: a client that reads the full offset may erase its copy,
     * so the record must have it.
     */
    Upload find(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        Upload upload = require(sender, id);
        if (upload.whole() && !sessions.contains(id)) {
            completion.complete(upload, false);
        }
        return upload;
    }

    /** As {@link #find(Sender, EvidenceId)}. An open session is aborted first (IN-123), so that the offset holds. */
    Upload takeOver(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        require(sender, id); // before anything is aborted
        if (!sessions.abort(id, takenOver())) {
            throw VaultException.busy(id.value());
        }
        return find(sender, id);
    }

    /** The answer to the client of a session when another request continues its upload: IN-123. */
    static Problem takenOver() {
        return new Problem(409, "IN-123", "Another request continued this upload. Ask for the offset");
    }
}
