package org.liuhen.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DeviceEvent.CopyErased;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Vault;
import org.liuhen.storage.Vault.LockProbe;
import org.liuhen.storage.Vault.Upload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The uploads of one site: what it means to declare, append, finish and withdraw an upload, whatever the protocol. It keeps
 * nothing of an upload but a running digest, which may be lost: then only the verify step compares.
 */
public final class UploadService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UploadService.class);
    private static final String TOOL = "intake";
    private static final int DRAIN_SECONDS = 10;

    private final Vault vault;
    private final Feed feed;
    private final LogName site;
    private final UploadEvents events;
    private final LogStore notes;
    private final SecureRandom random = new SecureRandom();
    private final Receipts receipts;
    private final RunningDigests digests = new RunningDigests();
    private final Duplicates duplicates;
    private final UploadCompletion completion;
    private final ActiveSessions active;
    private final UploadLookup lookup;
    private final SessionFactory sessions;
    private final UploadTermination termination;
    private final Sweeper sweeper;
    private final Admission admission;
    private final StripedLocks locks = new StripedLocks(); // by upload; taken after the locks of digests, never before

    /** Takes uploads of this site. */
    public UploadService(Vault vault, Feed feed, LogName site, UploadLimits limits) {
        this.vault = vault;
        this.feed = feed;
        this.site = site;
        this.admission = new Admission(limits.withSizeAtMost(vault.sizeBytesMax()));
        this.events = new UploadEvents(feed::append, site);
        this.notes = vault.notes(site);
        this.receipts = new Receipts(vault.log(site));
        this.duplicates = new Duplicates(vault, site, events, admission, digests);
        this.completion = new UploadCompletion(vault, events, admission, digests, duplicates, locks);
        this.active = new ActiveSessions(admission);
        this.lookup = new UploadLookup(vault, site, duplicates, completion, active);
        this.sessions = new SessionFactory(
                vault, site, admission, new UploadSession.Services(duplicates, digests, completion), lookup, active);
        this.termination = new UploadTermination(vault, site, events, admission, digests, active, locks);
        this.sweeper = new Sweeper(vault, site, events, admission, active, completion, termination);
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

    /** Opens an upload. It is durable, and its declaration is on the record, when this returns. */
    EvidenceId declare(Sender sender, UploadMetadata metadata, long sizeBytes)
            throws IOException, FeedUnavailableException, Problem {
        return declare(sender, metadata, sizeBytes, null);
    }

    private EvidenceId declare(Sender sender, UploadMetadata metadata, long sizeBytes, String concat)
            throws IOException, FeedUnavailableException, Problem {
        Actor actor = sender.actor(metadata);
        AtomicInteger open = admission.requireMayDeclare(sender, actor, sizeBytes);
        Instant now = Instant.now();
        EvidenceId id = EvidenceId.create(now, random);
        Declared declared = UploadEvents.declaration(id, now, actor, sender.onBehalfOf(metadata), metadata, sizeBytes);
        UploadInfo info = new UploadInfo(site, declared, concat, metadata.sent());
        if (concat == null) { // else its parts were counted
            admission.countDeclared(sender, actor.id(), sizeBytes);
        }
        boolean opened = false;
        try {
            vault.declare(info);
            events.declared(declared);
            opened = true;
        } finally {
            if (!opened) {
                discardUnknown(id);
                if (concat == null) {
                    admission.countDeclared(sender, actor.id(), -sizeBytes);
                }
            }
        }
        open.incrementAndGet();
        Metrics.Step.DECLARED.count(sizeBytes);
        MDC.put(Traces.ITEM, id.value());
        return id;
    }

    /** Removes an upload whose name its sender never learns, so nothing can come of it. What is left of it goes when its time is over. */
    private void discardUnknown(EvidenceId id) {
        try {
            vault.discard(site, id);
        } catch (IOException | RuntimeException away) {
            LOG.warn("{} was not opened and is not removed yet: {}", id, away.getMessage());
        }
    }

    /**
     * Opens an upload that will be a part of another one. It is no evidence: it has no digest, the record does not know it, and
     * it goes when it was put together with the others, or when its time is over.
     *
     * @param metadata what the sender said of it, to be told again, or null
     */
    EvidenceId declarePart(Sender sender, Actor actor, long sizeBytes, String metadata) throws IOException, Problem {
        AtomicInteger open = admission.requireMayDeclare(sender, actor, sizeBytes);
        Instant now = Instant.now();
        EvidenceId id = EvidenceId.create(now, random);
        Declared declared = UploadEvents.partDeclaration(id, now, actor, sizeBytes);
        UploadInfo info = new UploadInfo(site, declared, UploadInfo.PARTIAL, metadata);
        admission.countDeclared(sender, actor.id(), sizeBytes);
        boolean opened = false;
        try {
            vault.declare(info);
            opened = true;
        } finally {
            if (!opened) {
                discardUnknown(id);
                admission.countDeclared(sender, actor.id(), -sizeBytes);
            }
        }
        open.incrementAndGet();
        return id;
    }

    /**
     * Puts finished parts together to one item. Its declaration is on the record first; then it takes in the bytes of the parts as
     * those of a sender, and is digested and finished like any other. Where that fails, it is withdrawn, and the parts stay. Asked again, because
     * the answer was lost, it gives the item that was made.
     *
     * @param parts one may be there several times
     * @param concat what the sender said, to be told again
     */
    EvidenceId concatenate(Sender sender, UploadMetadata metadata, List<EvidenceId> parts, String concat)
            throws IOException, FeedUnavailableException, Problem {
        String note = made(sender.actor(metadata), metadata.sha256(), parts);
        Optional<EvidenceId> before = madeBefore(sender, note);
        if (before.isPresent()) {
            tidyUp(before.get(), parts);
            return before.get();
        }
        List<Upload> wholes = new ArrayList<>();
        long sizeBytes = 0;
        for (EvidenceId part : parts) {
            Upload upload = lookup.require(sender, part);
            if (!upload.part() || !upload.whole() || active.contains(part)) {
                throw new Problem(
                        409, "IN-144", part + " is not a finished part. Finish it, then put the parts together");
            }
            wholes.add(upload);
            sizeBytes += upload.declared().sizeBytes();
        }
        EvidenceId id = declare(sender, metadata, sizeBytes, concat);
        try {
            notes.write(note, id.value().getBytes(StandardCharsets.US_ASCII));
            UploadSession whole = sessions.open(sender, lookup.require(sender, id), 0);
            try {
                byte[] buffer = new byte[1 << 18];
                for (Upload part : wholes) {
                    try (InputStream in = vault.openUnfinished(part)
                            .orElseThrow(() -> new IOException("the part " + part.id() + " cannot be read"))) {
                        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                            whole.write(buffer, 0, read);
                        }
                    }
                }
                if (whole.finish() != sizeBytes) {
                    throw new IOException("the parts have fewer bytes than were acknowledged");
                }
            } finally {
                whole.closeKeeping(); // no more than leaving the place, where it was finished
            }
        } finally {
            tidyUp(id, parts);
        }
        return id;
    }

    /** Where it is noted which item was made of these parts. */
    private static String made(Actor actor, Sha256Digest sha256, List<EvidenceId> parts) {
        String all = actor.id() + "\n" + sha256.hex() + "\n" + parts;
        return "made/" + Sha256Digest.of(all.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** The item that was made of these parts, where only the answer was lost. One that was not made to its end is withdrawn. */
    private Optional<EvidenceId> madeBefore(Sender sender, String note)
            throws IOException, FeedUnavailableException, Problem {
        Optional<byte[]> noted = notes.read(note);
        if (noted.isEmpty()) {
            return Optional.empty();
        }
        EvidenceId id = new EvidenceId(new String(noted.get(), StandardCharsets.US_ASCII));
        Optional<Upload> upload = lookup.find(id);
        if (upload.isEmpty()) {
            return Optional.empty(); // it was withdrawn
        }
        sender.requireOwns(upload.get());
        if (active.contains(id)) {
            throw new Problem(
                    423,
                    "IN-144",
                    "The parts are being put together at this moment. Send the request again in a while");
        }
        if (upload.get().whole()) {
            completion.complete(upload.get(), false);
            return Optional.of(id);
        }
        termination.terminate(upload.get(), "its parts could not be put together");
        return Optional.empty();
    }

    /** Removes the parts of which an item was made, or the item where it was not. What cannot be removed now goes when its time is over. */
    private void tidyUp(EvidenceId id, List<EvidenceId> parts) {
        try {
            Optional<Upload> made = vault.find(site, id);
            if (made.isPresent() && !made.get().whole()) {
                termination.terminate(made.get(), "its parts could not be put together");
            } else if (made.isEmpty()
                    ? duplicates.find(id).isPresent()
                    : made.get().announced()) { // before that they may be asked for again
                for (EvidenceId part : new LinkedHashSet<>(parts)) {
                    Optional<Upload> left = vault.find(site, part).filter(Upload::part);
                    if (left.isPresent()) {
                        termination.terminate(left.get(), "put together as " + id);
                    }
                }
            }
        } catch (IOException | FeedUnavailableException | Problem | RuntimeException failed) {
            LOG.warn("what is left of putting together {}: {}", id, failed.getMessage());
        }
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
