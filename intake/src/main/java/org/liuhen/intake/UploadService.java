package org.liuhen.intake;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DeviceEvent.CopyErased;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.storage.Vault;
import org.liuhen.storage.Vault.LockProbe;
import org.liuhen.storage.Vault.Upload;

/**
 * The uploads of one site: what it means to declare, append, finish and withdraw an upload, whatever the protocol. It keeps
 * nothing of an upload but a running digest, which may be lost: then only the verify step compares.
 */
public final class UploadService implements AutoCloseable {
    private static final String TOOL = "intake";
    private static final int DRAIN_SECONDS = 10;

    private final Vault vault;
    private final Feed feed;
    private final LogName site;
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

    /** Takes uploads of this site. */
    public UploadService(Vault vault, Feed feed, LogName site, UploadLimits limits) {
        this.vault = vault;
        this.feed = feed;
        this.site = site;
        receipts = new Receipts(vault.log(site));
        admission = new Admission(limits.withSizeAtMost(vault.sizeBytesMax()));
        UploadEvents events = new UploadEvents(feed::append, site);
        RunningDigests digests = new RunningDigests();
        StripedLocks locks = new StripedLocks(); // by upload; taken after a lock of Duplicates, never before
        duplicates = new Duplicates(vault, site, events, admission, digests);
        UploadCompletion completion = new UploadCompletion(vault, events, admission, digests, duplicates, locks);
        active = new ActiveSessions(admission);
        lookup = new UploadLookup(vault, site, duplicates, completion, active);
        declarations = new Declarations(vault, site, events, admission);
        sessions = new SessionFactory(
                vault, site, admission, new UploadSession.Services(duplicates, digests, completion), lookup, active);
        termination = new UploadTermination(vault, site, events, admission, digests, active, locks);
        concatenation = new Concatenation(
                vault,
                site,
                new Concatenation.Services(
                        duplicates, lookup, declarations, active, sessions, completion, termination));
        sweeper = new Sweeper(vault, site, events, admission, active, completion, termination);
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

    /**
     * Whether other processes may take in uploads of the same site beside this one. On S3 the store is asked to refuse a write whose
     * condition does not hold; where it does not, two processes could acknowledge other bytes for the same offset.
     *
     * @param required whether the door must stay shut where it is not so
     */
    public boolean shareable(boolean required) throws IOException {
        boolean shareable = vault.shareable();
        if (required && !shareable) {
            throw new IOException(
                    "VT-206 the store writes although the condition of a write does not hold, so this intake must be the only one."
                            + " Use a store that honours If-Match and If-None-Match, or see to it that no other intake runs on these buckets and start with"
                            + " --alone");
        }
        return shareable;
    }

    /**
     * Tries the store's lock.
     *
     * @param required whether the door must stay shut where the store does not enforce its locks
     */
    public LockProbe tryLock(boolean required) throws IOException {
        LockProbe probe = vault.probe();
        Metrics.lockTried(probe.enforced());
        if (required && !probe.enforced()) {
            throw new IOException("VT-204 the store does not enforce its locks: " + probe.findings()
                    + ". Use a bucket with Object Lock on a store that enforces it, or start with --worm=not-required");
        }
        return probe;
    }

    /** Puts on the record what was seen when the store's lock was tried. */
    public void record(LockProbe probe) throws FeedUnavailableException {
        Instant now = Instant.now();
        EventContext context = EventContext.of(
                EventContext.idFor(LockProbed.class, site + "/" + now), null, now, Actor.component(TOOL), null, TOOL);
        feed.append(site, new LockProbed(context, probe.store(), probe.enforced(), probe.findings()));
    }

    /** Declares an item. It is durable, and its declaration is on the record, when this returns. */
    EvidenceId declare(Sender sender, UploadMetadata metadata, long sizeBytes)
            throws IOException, FeedUnavailableException, Problem {
        return declarations.declare(sender, metadata, sizeBytes);
    }

    /**
     * Declares a part of another upload: no evidence, and not on the record.
     *
     * @param metadata the client's {@code Upload-Metadata}, to be told again, or null
     */
    EvidenceId declarePart(Sender sender, Actor actor, long sizeBytes, String metadata) throws IOException, Problem {
        return declarations.declarePart(sender, actor, sizeBytes, metadata);
    }

    /**
     * Makes one item of finished parts. IN-144: a part is not finished.
     *
     * @param parts one may be there several times
     * @param concat the client's {@code Upload-Concat}, to be told again
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
        if (upload.info().concat() != null && !upload.part()) {
            throw new Problem(403, "IN-145", "This item is made of parts; nothing is added to it");
        }
        return sessions.open(sender, upload, offsetBytes);
    }

    /**
     * The receipt of an item (C2SP tlog-proof): its entry {@code sealed} with the proof that the witnessed log holds it.
     * Only with this in hand may a sender forget its copy.
     *
     * @param waitSeconds how long to wait for it; where many wait already, it answers at once
     */
    CompletableFuture<Optional<byte[]>> receipt(Sender sender, EvidenceId id, int waitSeconds)
            throws IOException, Problem {
        requireItem(lookup.require(sender, id));
        return receipts.of(duplicates.itemOf(id), waitSeconds);
    }

    /** Who waits for receipts here. */
    Receipts receipts() {
        return receipts;
    }

    private static Upload requireItem(Upload upload) throws Problem {
        if (upload.part()) {
            throw new Problem(
                    409,
                    "IN-117",
                    "This is a part. There is a receipt of the item that is made of it, and only of that");
        }
        return upload;
    }

    /** Ends an upload that is not complete. IN-114: it is. */
    void terminate(Sender sender, EvidenceId id, String reason) throws IOException, FeedUnavailableException, Problem {
        termination.terminate(lookup.require(sender, id), reason);
    }

    /** Ends an upload to which more bytes came than were declared. */
    void terminateOverlong(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        termination.terminateOverlong(lookup.require(sender, id));
    }

    /** Records that a sender is about to erase its copy: only of an item for which there is a receipt. */
    void erased(Sender sender, EvidenceId id, Sha256Digest sha256, String copy)
            throws IOException, FeedUnavailableException, Problem {
        Upload upload = requireItem(lookup.require(sender, id));
        EvidenceId item = duplicates.itemOf(id);
        if (!upload.declared().sha256().equals(sha256)) {
            throw new Problem(
                    409, "IN-137", "The copy has another digest than the item. Keep it, and tell the administrator");
        }
        if (vault.log(site).read(TlogProof.receiptPath(item)).isEmpty()) {
            throw new Problem(409, "IN-117", "There is no receipt of this item. Keep your copy");
        }
        String camera = upload.declared().capture().deviceSerial();
        Actor actor =
                sender.proved() ? sender.actor() : upload.declared().context().actor();
        feed.append(
                site,
                new CopyErased(
                        EventContext.of(
                                EventContext.idFor(CopyErased.class, id + "\n" + copy),
                                item,
                                Instant.now(),
                                actor,
                                null,
                                TOOL),
                        camera == null ? actor.id() : camera,
                        sha256,
                        copy));
    }

    /** Records how a device's clock differs from the dock's. The same measurement told again is one event. */
    void clock(Sender sender, ClockMeasured measured) throws FeedUnavailableException, Problem {
        if (!sender.mayReportOn(measured.deviceSerial())) {
            throw new Problem(403, "IN-121", "Only a dock, or the device itself, reports its clock");
        }
        feed.append(site, measured);
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
