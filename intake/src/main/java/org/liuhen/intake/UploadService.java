package org.liuhen.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DeviceEvent.CopyErased;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.storage.UploadInfo;
import org.liuhen.storage.Vault;
import org.liuhen.storage.Vault.Arriving;
import org.liuhen.storage.Vault.LockProbe;
import org.liuhen.storage.Vault.Unannounced;
import org.liuhen.storage.Vault.Upload;
import org.liuhen.storage.VaultException;
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
    private static final int TAKEOVER_SECONDS = 5;
    private static final int DRAIN_SECONDS = 10;
    private static final int WATCH_EVERY_SECONDS = 5;
    private static final int PACE_WATCHES = 12; // a minute
    private static final long PACE_BYTES_MIN = 4_096;

    /** That an upload is not any more as the sweep found it: it is gone, complete, or has more bytes. */
    private static final Set<String> CHANGED = Set.of("VT-104", "VT-105", VaultException.OVERTAKEN);

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
    private final Map<EvidenceId, UploadSession> receiving = new ConcurrentHashMap<>();
    private final Admission admission;
    private final StripedLocks locks = new StripedLocks(); // by upload; taken after the locks of digests, never before
    private final ScheduledExecutorService watch;
    private final ScheduledFuture<?> watching;
    private volatile int unreadable;
    private final Set<String> saidUnreadable = ConcurrentHashMap.newKeySet();
    private int watches;

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
        watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "door-watch");
            thread.setDaemon(true);
            return thread;
        });
        watching = watch.scheduleWithFixedDelay(
                this::watchSafely, WATCH_EVERY_SECONDS, WATCH_EVERY_SECONDS, TimeUnit.SECONDS);
    }

    /** Re-checks active senders every 5 s and aborts uploads that are no longer allowed (IN-127). */
    public void recheckActiveSenders(Senders senders) {
        admission.addRule(senders::maySend);
    }

    private void watchSafely() {
        try {
            watch();
        } catch (Throwable broken) { // one that throws would be the last one
            LOG.error("watching the senders", broken);
        }
    }

    /** Cuts off whoever may not send any more, and whoever holds a place and brings next to nothing. */
    private void watch() {
        boolean pace = ++watches % PACE_WATCHES == 0;
        for (UploadSession one : receiving.values()) {
            if (!admission.mayContinue(one.sender())) {
                one.abort(new Problem(403, "IN-127", "The device may not send any more"));
            } else if (pace
                    && one.secondsOpen() > WATCH_EVERY_SECONDS * PACE_WATCHES
                    && one.takeBytesSinceLastCall() < PACE_BYTES_MIN) {
                one.abort(new Problem(
                        408,
                        "IN-135",
                        "Fewer than " + PACE_BYTES_MIN + " bytes came in a minute. Ask for"
                                + " the offset and go on there when the network is better"));
            }
        }
    }

    /** Lets nobody in any more, waits a little for those who are sending, and then cuts them off; what came is kept. */
    public void drain() {
        admission.stop();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
        for (UploadSession one : receiving.values()) {
            one.awaitEnd(Math.max(0, TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime())));
        }
        Problem closing = Admission.draining();
        receiving.values().forEach(one -> one.abort(closing));
        receiving.values().forEach(one -> one.awaitEnd(2));
    }

    @Override
    public void close() {
        watching.cancel(true);
        watch.shutdownNow();
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
            Upload upload = known(sender, part);
            if (!upload.part() || !upload.whole() || receiving.containsKey(part)) {
                throw new Problem(
                        409, "IN-144", part + " is not a finished part. Finish it, then put the parts together");
            }
            wholes.add(upload);
            sizeBytes += upload.declared().sizeBytes();
        }
        EvidenceId id = declare(sender, metadata, sizeBytes, concat);
        try {
            notes.write(note, id.value().getBytes(StandardCharsets.US_ASCII));
            UploadSession whole = begin(sender, known(sender, id), 0);
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
        Optional<Upload> upload = vault.find(site, id);
        if (upload.isEmpty()) {
            upload = duplicates.find(id);
        }
        if (upload.isEmpty()) {
            return Optional.empty(); // it was withdrawn
        }
        sender.requireOwns(upload.get());
        if (receiving.containsKey(id)) {
            throw new Problem(
                    423,
                    "IN-144",
                    "The parts are being put together at this moment. Send the request again in a while");
        }
        if (upload.get().whole()) {
            completion.complete(upload.get(), false);
            return Optional.of(id);
        }
        withdraw(upload.get(), "its parts could not be put together");
        return Optional.empty();
    }

    /** Removes the parts of which an item was made, or the item where it was not. What cannot be removed now goes when its time is over. */
    private void tidyUp(EvidenceId id, List<EvidenceId> parts) {
        try {
            Optional<Upload> made = vault.find(site, id);
            if (made.isPresent() && !made.get().whole()) {
                withdraw(made.get(), "its parts could not be put together");
            } else if (made.isEmpty()
                    ? duplicates.find(id).isPresent()
                    : made.get().announced()) { // before that they may be asked for again
                for (EvidenceId part : new LinkedHashSet<>(parts)) {
                    Optional<Upload> left = vault.find(site, part).filter(Upload::part);
                    if (left.isPresent()) {
                        withdraw(left.get(), "put together as " + id);
                    }
                }
            }
        } catch (IOException | FeedUnavailableException | Problem | RuntimeException failed) {
            LOG.warn("what is left of putting together {}: {}", id, failed.getMessage());
        }
    }

    /**
     * What is known of an upload. One whose bytes are all there is finished first: a sender that reads the full offset
     * here may forget its copy, so the record must know.
     */
    Upload find(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        Upload upload = known(sender, id);
        if (upload.whole() && !receiving.containsKey(id)) {
            completion.complete(upload, false);
        }
        return upload;
    }

    /** As {@link #find}. A request that still brings bytes is cut off first, so that the offset holds until the sender goes on. */
    Upload findAlone(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        known(sender, id); // his own, before anything is cut off
        UploadSession other = receiving.get(id);
        if (other != null) {
            other.abort(new Problem(409, "IN-123", "Another request went on with this upload. Ask for the offset"));
            if (!other.awaitEnd(TAKEOVER_SECONDS)) {
                throw VaultException.busy(id.value());
            }
        }
        return find(sender, id);
    }

    private Upload known(Sender sender, EvidenceId id) throws IOException, Problem {
        Optional<Upload> upload = vault.find(site, id);
        if (upload.isEmpty()) {
            upload = duplicates.find(id);
        }
        if (upload.isEmpty()) {
            throw new Problem(
                    404, "IN-112", "There is no upload here. It was never made, was withdrawn, or its time is over");
        }
        sender.requireOwns(upload.get());
        return upload.get();
    }

    /**
     * Begins to take in bytes. Another request of the same sender that is still open for this upload is cut off: its network is
     * gone, and he does not know how much of it arrived.
     *
     * @param offsetBytes where the bytes begin
     */
    UploadSession begin(Sender sender, EvidenceId id, long offsetBytes)
            throws IOException, FeedUnavailableException, Problem {
        admission.requireOpen();
        Upload upload = known(sender, id);
        if (upload.info().concat() != null && !upload.part()) {
            throw new Problem(403, "IN-145", "This item is made of parts; nothing is added to it");
        }
        return begin(sender, upload, offsetBytes);
    }

    private UploadSession begin(Sender sender, Upload upload, long offsetBytes)
            throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = upload.id();
        if (upload.whole() && offsetBytes == upload.offsetBytes() && !receiving.containsKey(id)) {
            // Some clients send an empty request to an upload that they find finished.
            find(sender, id);
            return new UploadSession(services(), sender, known(sender, id), new NothingMore(upload), null, () -> {});
        }
        if (upload.complete()) { // its last answer never came: the offset tells the sender that it is done, a refusal
            // would end him
            throw VaultException.offsetConflict(upload.offsetBytes(), offsetBytes);
        }
        UploadSession other = receiving.get(id);
        if (other != null) {
            other.abort(new Problem(409, "IN-123", "Another request went on with this upload. Ask for the offset"));
            other.awaitEnd(TAKEOVER_SECONDS);
        }
        String holder = upload.declared().context().actor().id();
        boolean marked = upload.declared().capture() != null
                && Boolean.TRUE.equals(upload.declared().capture().marked());
        Admission.Place place = admission.takePlace(holder, marked);
        Arriving arriving = null;
        boolean begun = false;
        try {
            arriving = vault.begin(site, id, offsetBytes);
            MessageDigest sha256 = digests.take(id, offsetBytes);
            UploadSession one = new UploadSession(
                    services(), sender, at(upload, offsetBytes), arriving, upload.part() ? null : sha256, () -> {
                        receiving.remove(id);
                        place.close();
                    });
            receiving.put(id, one);
            begun = true;
            return one;
        } finally {
            if (!begun) {
                release(arriving, place);
            }
        }
    }

    /** Gives back what was taken for a request that did not begin. */
    private static void release(Arriving arriving, Admission.Place place) throws IOException {
        try {
            if (arriving != null) {
                arriving.close();
            }
        } finally {
            place.close();
        }
    }

    /** A finished upload, to which nothing is added. */
    private record NothingMore(Upload upload) implements Arriving {
        @Override
        public void write(byte[] buffer, int from, int length) throws IOException {
            throw VaultException.writtenOnce("the upload " + upload.id() + " is complete and cannot be changed");
        }

        @Override
        public Upload keep() {
            return upload;
        }

        @Override
        public void takeBack() {}

        @Override
        public void close() {}
    }

    private UploadSession.Services services() {
        return new UploadSession.Services(duplicates, digests, completion);
    }

    private static Upload at(Upload upload, long offsetBytes) {
        return new Upload(upload.info(), offsetBytes, upload.object(), upload.announced());
    }

    /**
     * The receipt of an item (C2SP tlog-proof): its entry {@code sealed} with the proof that the witnessed log holds it.
     * Only with this in hand may a sender forget its copy.
     *
     * @param waitSeconds how long to wait for it; where many wait already, it answers at once
     */
    CompletableFuture<Optional<byte[]>> receipt(Sender sender, EvidenceId id, int waitSeconds)
            throws IOException, Problem {
        requireItem(known(sender, id));
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

    /** Ends an upload that is not complete, on the record first. */
    void withdraw(Sender sender, EvidenceId id, String why) throws IOException, FeedUnavailableException, Problem {
        withdraw(known(sender, id), why);
    }

    /** Ends an upload to which more bytes came than it has, on the record first: which of them are the right ones nobody knows. */
    void endOverlong(Sender sender, EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        withdraw(known(sender, id), "more bytes came than were declared", true);
    }

    private void withdraw(Upload upload, String why) throws IOException, FeedUnavailableException, Problem {
        withdraw(upload, why, false);
    }

    private void withdraw(Upload upload, String why, boolean whole)
            throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = upload.id();
        synchronized (locks.of(id)) {
            UploadSession sending = receiving.get(id);
            if (sending != null) {
                sending.abort(new Problem(410, "IN-112", "This upload was ended"));
                if (!sending.awaitEnd(TAKEOVER_SECONDS)) {
                    throw VaultException.busy(
                            id.value()); // what it still brings must not come to an upload that was ended
                }
            }
            Upload now = vault.find(site, id).orElse(upload);
            if (!now.part() && (now.complete() || (now.whole() && !whole))) {
                throw new Problem(
                        403, "IN-114", "This upload is complete: it is evidence now, and nobody can take it back");
            }
            vault.end(now); // before the record is told: another process may have finished it
            events.withdrawn(now, why);
            digests.remove(id);
            vault.discard(site, id);
            admission.uploadEnded(upload);
        }
    }

    /** Records that a sender is about to erase its copy: only of an item for which there is a receipt. */
    void erased(Sender sender, EvidenceId id, Sha256Digest sha256, String copy)
            throws IOException, FeedUnavailableException, Problem {
        Upload upload = requireItem(known(sender, id));
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
     * Finishes what a crash or an outage left half done: complete uploads that the record does not know are announced,
     * and unfinished ones whose time is over are withdrawn. An upload that cannot be read, or fails, is logged with its code, counted in
     * {@link #unreadableUploads} and left as it is; the others go on. Only where the store or the record does not answer, the sweep ends.
     *
     * @return how many uploads were finished or withdrawn
     */
    public int sweep() throws IOException, FeedUnavailableException {
        int swept = 0;
        Map<String, AtomicInteger> counted = new ConcurrentHashMap<>();
        Unannounced pending = vault.unannounced();
        int failed = pending.unreadable().size();
        for (VaultException damaged : pending.unreadable()) {
            sayOnce("an upload is left as it is: " + damaged.getMessage(), damaged.getCause());
        }
        for (Upload upload : pending.uploads()) {
            counted.computeIfAbsent(upload.declared().context().actor().id(), none -> new AtomicInteger())
                    .incrementAndGet();
            Boolean done = sweepAlone(upload, this::sweep);
            failed += done == null ? 1 : 0;
            swept += Boolean.TRUE.equals(done) ? 1 : 0;
        }
        admission.replaceUnfinished(counted);
        for (Upload upload : pending.ended()) {
            Boolean done = sweepAlone(upload, this::sweepEnded);
            failed += done == null ? 1 : 0;
            swept += Boolean.TRUE.equals(done) ? 1 : 0;
        }
        unreadable = failed;
        Metrics.UNREADABLE.set(failed);
        if (failed > 0) {
            LOG.warn("{} uploads could not be read, finished or ended; the log names each once", failed);
        }
        return swept;
    }

    /** What the sweep does with one upload. */
    private interface Sweeping {
        boolean sweep(Upload upload) throws IOException, FeedUnavailableException, Problem;
    }

    /**
     * Does it so that whatever is wrong with this upload is no matter of the others.
     *
     * @return whether something was done; null where it failed, and will again
     */
    @SuppressWarnings("try") // the logging context only has to be there
    private Boolean sweepAlone(Upload upload, Sweeping act) throws IOException, FeedUnavailableException {
        try (MDC.MDCCloseable logging =
                MDC.putCloseable(Traces.ITEM, upload.id().value())) {
            return act.sweep(upload);
        } catch (FeedUnavailableException away) {
            throw away;
        } catch (Problem known) { // the record has it now; the sender hears of it when it asks
            LOG.warn("{} {}", known.code(), known.getMessage());
            return true;
        } catch (Throwable broken) {
            if (broken instanceof VaultException away && away.retryable()) {
                throw away; // the next sweep tries again
            }
            if (broken instanceof VaultException known && CHANGED.contains(known.code())) {
                return false; // another process, or its sender, was at it meanwhile
            }
            sayOnce(
                    "VT-205 the upload " + upload.id() + " could not be finished or ended; it is left as it is",
                    broken);
            return null;
        }
    }

    /** The record may lack it: a crash may have come before it, or Kafka was away. */
    private boolean sweepEnded(Upload ended) throws IOException, FeedUnavailableException {
        if (!ended.part()) {
            events.declared(ended.declared());
        }
        events.withdrawn(ended, "the upload was ended");
        vault.discard(site, ended.id());
        return true;
    }

    /** A sweep comes each minute: it names each upload with all that is known of it the first time, and then only how many there are. */
    private void sayOnce(String what, Throwable cause) {
        if (saidUnreadable.add(what)) {
            LOG.error("{}", what, cause);
        }
    }

    private boolean sweep(Upload upload) throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = upload.id();
        if (receiving.containsKey(id)) {
            return false; // its sender is at it
        }
        if (upload.whole() && !upload.part() && upload.site().equals(site)) {
            completion.complete(upload, true);
            return true;
        }
        if (!expires(id).isBefore(Instant.now())) {
            return false;
        }
        if (!upload.part()) {
            events.declared(upload.declared()); // the record may lack it: a crash may have come before it
        }
        withdraw(upload, "the upload was not finished by " + expires(id));
        return true;
    }

    /** How many uploads the last sweep could not read, finish or end. Somebody has to look at them: the log says which and why. */
    public int unreadableUploads() {
        return unreadable;
    }

    /** When an unfinished upload ends, at the latest at the end of the year 9999. */
    Instant expires(EvidenceId id) {
        Instant end = id.declaredAt().plus(limits().unfinishedFor());
        return RecordTime.holds(end) ? end : RecordTime.MAX;
    }
}
