package org.liuhen.intake;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.Vault;
import org.liuhen.web.Problem;

/**
 * Takes uploads of one site, whatever the protocol: {@link Tus}, {@link Resumable} and the page call it to declare, append, find, finish
 * and terminate them. All state of an upload is in the vault; what is in memory may be lost.
 */
public final class UploadService implements AutoCloseable {
    private static final int DRAIN_SECONDS = 10;

    private final Receipts receipts;
    private final Admission admission;
    private final Duplicates duplicates;
    private final ActiveSessions active;
    private final UploadLookup lookup;
    private final Declarations declarations;
    private final SessionFactory sessions;
    private final UploadTermination termination;
    private final Concatenation concatenation;
    private final Sweeper sweeper;

    /** Takes uploads of this site into this vault, and appends their events to this feed. */
    public UploadService(Vault vault, Feed feed, LogName site, UploadLimits limits) {
        Uploads store = vault.uploads();
        LogStore notes = vault.notes(site);
        receipts = new Receipts(vault.log(site));
        admission = new Admission(limits.withSizeAtMost(store.sizeBytesMax()));
        UploadEvents events = new UploadEvents(feed::append, site);
        RunningDigests digests = new RunningDigests();
        StripedLocks locks = new StripedLocks(); // by upload; taken after a lock of Duplicates, never before
        duplicates = new Duplicates(store, vault.evidence(), notes, site, events, admission, digests);
        UploadCompletion completion = new UploadCompletion(store, events, admission, digests, duplicates, locks);
        active = new ActiveSessions(admission);
        lookup = new UploadLookup(store, site, duplicates, completion, active);
        declarations = new Declarations(store, site, events, admission);
        sessions = new SessionFactory(
                store, site, admission, new UploadSession.Services(duplicates, digests, completion), lookup, active);
        termination = new UploadTermination(store, site, events, admission, digests, active, locks);
        concatenation = new Concatenation(
                store,
                notes,
                site,
                new Concatenation.Services(
                        duplicates, lookup, declarations, active, sessions, completion, termination));
        sweeper = new Sweeper(store, site, events, admission, active, completion, termination);
    }

    /** Re-checks active senders every 5 s and aborts uploads that are no longer allowed (IN-127). */
    public void recheckActiveSenders(Senders senders) {
        admission.addRule(senders::maySend);
    }

    /** Refuses new requests, waits up to 10 s for the open sessions, and aborts the rest; the bytes that came are kept (IN-134). */
    public void drain() {
        admission.stop();
        active.drain(DRAIN_SECONDS);
    }

    @Override
    public void close() {
        active.close();
        receipts.close();
    }

    UploadLimits limits() {
        return admission.limits();
    }

    /** Declares an item. It is durable, and its declaration is on the record, when this returns. */
    EvidenceId declare(Sender sender, UploadMetadata metadata, long sizeBytes)
            throws IOException, FeedUnavailableException, Problem {
        return declarations.declare(sender, metadata, sizeBytes);
    }

    /**
     * Declares a part of another upload: no evidence, and not on the record.
     *
     * @param metadata the client's {@code Upload-Metadata}, which answers repeat, or null
     */
    EvidenceId declarePart(Sender sender, Actor actor, long sizeBytes, String metadata) throws IOException, Problem {
        return declarations.declarePart(sender, actor, sizeBytes, metadata);
    }

    /**
     * Makes one item of finished parts. IN-144: a part is not finished.
     *
     * @param parts one may be there several times
     * @param concat the client's {@code Upload-Concat}, which answers repeat
     */
    EvidenceId concatenate(Sender sender, UploadMetadata metadata, List<EvidenceId> parts, String concat)
            throws IOException, FeedUnavailableException, Problem {
        return concatenation.concatenate(sender, metadata, parts, concat);
    }

    /**
     * Finds an upload of this sender. One whose bytes are all there is completed first: a client that reads the full offset may erase its
     * copy, so the record must have it.
     */
    Upload find(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        return lookup.find(sender, id);
    }

    /** As {@link #find}. An open session is aborted first (IN-123), so that the offset holds until the client continues. */
    Upload takeOver(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        return lookup.takeOver(sender, id);
    }

    /**
     * Opens a session that appends bytes. An open session of the same sender for this upload is aborted first: its network is gone, and
     * the client does not know how many of its bytes arrived.
     *
     * @param offsetBytes where the bytes begin; VT-102: the durable bytes do not end there
     */
    UploadSession append(Sender sender, EvidenceId id, long offsetBytes)
            throws IOException, FeedUnavailableException, Problem {
        admission.requireOpen();
        Upload upload = lookup.require(sender, id);
        if (upload.info().composition() != null && !upload.part()) {
            throw new Problem(403, "IN-145", "This item is made of parts; nothing is added to it");
        }
        return sessions.open(sender, upload, offsetBytes);
    }

    /**
     * The receipt of an item (C2SP tlog-proof): its entry {@code sealed} with the proof that the witnessed log holds it. Only with this in
     * hand may a client erase its copy.
     *
     * @param waitSeconds how long to wait for it; where very many wait already, the answer comes at once
     */
    CompletableFuture<Optional<byte[]>> receipt(Sender sender, EvidenceId id, int waitSeconds)
            throws IOException, Problem {
        requireItem(sender, id);
        return receipts.find(duplicates.itemOf(id), waitSeconds);
    }

    Receipts receipts() {
        return receipts;
    }

    /** As {@link #find}, but of an item and without completing it. IN-117: it is a part. */
    Upload requireItem(Sender sender, EvidenceId id) throws IOException, Problem {
        Upload upload = lookup.require(sender, id);
        if (upload.part()) {
            throw new Problem(
                    409,
                    "IN-117",
                    "This is a part. There is a receipt of the item that is made of it, and only of that");
        }
        return upload;
    }

    /** The item that has the bytes of this upload: the upload itself, or the one that had them before. */
    EvidenceId itemOf(EvidenceId id) throws IOException {
        return duplicates.itemOf(id);
    }

    /** Ends an upload that is not complete. IN-114: it is. */
    void terminate(Sender sender, EvidenceId id, String reason) throws IOException, FeedUnavailableException, Problem {
        termination.terminate(lookup.require(sender, id), reason);
    }

    /** Ends an upload to which more bytes came than were declared. */
    void terminateOverlong(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        termination.terminateOverlong(lookup.require(sender, id));
    }

    /**
     * Completes uploads that a crash or an outage left half done, and ends expired ones. An upload that cannot be read, or fails, is logged
     * with its code, counted in {@link #unreadableUploads} and left as it is; the others go on. It throws only where the store or the feed
     * does not answer.
     *
     * @return how many uploads were completed or ended
     */
    public int sweep() throws IOException, FeedUnavailableException {
        return sweeper.sweep();
    }

    /** How many uploads the last sweep could not read, complete or end. The log says which and why. */
    public int unreadableUploads() {
        return sweeper.failedUploads();
    }

    /** When an unfinished upload expires, at the latest at the end of the year 9999. */
    Instant expires(EvidenceId id) {
        return limits().expires(id);
    }
}
