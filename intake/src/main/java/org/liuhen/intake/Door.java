package org.liuhen.intake;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.StoredObject;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of one site: what it means to declare, append, finish and withdraw an upload, whatever the protocol. It keeps
 * nothing of an upload but a running digest, which may be lost: then only the verify step compares.
 */
public final class Door {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final String TOOL = "intake";
    private static final int LOCKS = 256;
    private static final int RECEIPT_WAITERS_MAX = 64;
    private static final long RECEIPT_POLL_MILLIS = 250;

    private final Vault vault;
    private final Feed feed;
    private final LogName site;
    private final Limits limits;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore senders;
    private final Semaphore receiptWaiters = new Semaphore(RECEIPT_WAITERS_MAX);
    private final Map<EvidenceId, RunningDigest> digests = new ConcurrentHashMap<>();
    private final Object[] locks = new Object[LOCKS];

    /**
     * What the door takes.
     *
     * @param sizeBytesMax the largest item
     * @param unfinishedFor how long an unfinished upload is kept after its declaration
     * @param sendersMax how many requests may bring bytes at the same time; each may hold a part of an S3 upload in memory
     */
    public record Limits(long sizeBytesMax, Duration unfinishedFor, int sendersMax) {
        /** 5 TiB, 7 days, 32 senders. */
        public static final Limits DEFAULT = new Limits(CustodyEvent.SIZE_BYTES_MAX, Duration.ofDays(7), 32);
    }

    /** SHA-256 over the first {@code bytes} of an upload. */
    private record RunningDigest(MessageDigest sha256, long bytes) {}

    /** Opens the door of a site. */
    public Door(Vault vault, Feed feed, LogName site, Limits limits) {
        this.vault = vault;
        this.feed = feed;
        this.site = site;
        this.limits = limits;
        this.senders = new Semaphore(limits.sendersMax());
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /** What the door takes. */
    Limits limits() {
        return limits;
    }

    /**
     * Tries the store's lock and puts what was seen on the record.
     *
     * @param required whether the door must stay shut where the store does not enforce its locks
     */
    public LockProbe probe(boolean required) throws IOException, FeedUnavailableException {
        LockProbe probe = vault.probe();
        Instant now = Instant.now();
        EventContext context = context(LockProbed.class, site + "/" + now, null, now, Actor.component(TOOL), null);
        feed.append(site, new LockProbed(context, probe.store(), probe.enforced(), probe.findings()));
        if (required && !probe.enforced()) {
            throw new IOException("VT-204 the store does not enforce its locks: " + probe.findings()
                    + ". Use a bucket with Object Lock on a store that enforces it, or start with --worm=not-required");
        }
        return probe;
    }

    /** Opens an upload. It is durable, and its declaration is on the record, when this returns. */
    EvidenceId declare(UploadMetadata metadata, long sizeBytes) throws IOException, FeedUnavailableException {
        Instant now = Instant.now();
        EvidenceId id = EvidenceId.create(now, random);
        Declared declared = new Declared(
                context(Declared.class, id.value(), id, now, metadata.sender(), null),
                metadata.fileName(),
                metadata.mediaType(),
                metadata.sha256(),
                sizeBytes,
                metadata.cases(),
                metadata.capture());
        vault.declare(site, declared);
        try {
            feed.append(site, declared);
        } catch (FeedUnavailableException away) {
            vault.discard(site, id); // the sender never learns its name, so nothing can come of it
            throw away;
        }
        return id;
    }

    /**
     * What is known of an upload. One whose bytes are all there is finished first: a sender that reads the full offset
     * here may forget its copy, so the record must know.
     */
    Upload find(EvidenceId id) throws IOException, FeedUnavailableException, Problem {
        Upload upload = known(id);
        if (upload.whole()) {
            finish(upload, false);
        }
        return upload;
    }

    private Upload known(EvidenceId id) throws IOException, Problem {
        Optional<Upload> upload = vault.find(site, id);
        return upload.orElseThrow(() -> new Problem(
                404, "IN-112", "There is no upload here. It was never made, was withdrawn, or its time is over"));
    }

    /**
     * Appends bytes, and finishes the upload when they are all there.
     *
     * @return the number of durable bytes
     */
    long append(EvidenceId id, long offsetBytes, InputStream bytes)
            throws IOException, FeedUnavailableException, Problem {
        if (!tryEnter()) {
            throw new Problem(
                    503, "IN-115", "Too many senders at once. Ask for the offset in a moment and go on there");
        }
        Upload upload;
        try {
            upload = appendDigesting(id, offsetBytes, bytes);
        } finally {
            senders.release();
        }
        if (upload.whole()) {
            finish(upload, false);
        }
        return upload.offsetBytes();
    }

    private boolean tryEnter() {
        try {
            return senders.tryAcquire(10, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Upload appendDigesting(EvidenceId id, long offsetBytes, InputStream bytes) throws IOException {
        RunningDigest running = offsetBytes == 0 ? new RunningDigest(Sha256Digest.algorithm(), 0) : digests.remove(id);
        if (running == null || running.bytes() != offsetBytes) {
            return vault.append(site, id, offsetBytes, bytes);
        }
        DigestingStream digesting = new DigestingStream(bytes, running.sha256());
        try {
            return vault.append(site, id, offsetBytes, digesting);
        } finally { // after a break the vault keeps what it read; if it kept less, the next offset shows it
            digests.put(id, new RunningDigest(running.sha256(), offsetBytes + digesting.count));
        }
    }

    /**
     * Completes, announces, and only then counts as received. Repeating any part of it changes nothing, so an upload that
     * the sweep and its sender finish at the same time is no harm.
     */
    private void finish(Upload upload, boolean declareAgain) throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = upload.id();
        synchronized (locks[Math.floorMod(id.hashCode(), LOCKS)]) {
            if (upload.announced()) {
                return;
            }
            StoredObject object = vault.complete(upload);
            Declared declared = upload.declared();
            if (declareAgain) {
                feed.append(site, declared);
            }
            Sha256Digest seen = seen(id, declared.sizeBytes());
            Actor sender = declared.context().actor();
            feed.append(
                    site,
                    new Received(
                            context(Received.class, id.value(), id, Instant.now(), sender, null),
                            object,
                            declared.sizeBytes(),
                            declared.sha256(),
                            seen,
                            declared.fileName(),
                            declared.cases(),
                            declared.capture()));
            vault.announced(upload);
            digests.remove(id);
            if (seen != null && !seen.equals(declared.sha256())) {
                throw Problem.checksum(
                        "IN-111",
                        "The file was declared as " + declared.sha256().hex() + " but hashes to " + seen.hex()
                                + ". The bytes are kept and flagged as rejected; keep your copy and upload it again");
            }
        }
    }

    /** The digest of all bytes, or null where they did not all pass by in this process. */
    private Sha256Digest seen(EvidenceId id, long sizeBytes) {
        RunningDigest running = sizeBytes == 0 ? new RunningDigest(Sha256Digest.algorithm(), 0) : digests.get(id);
        if (running == null || running.bytes() != sizeBytes) {
            return null;
        }
        try {
            return Sha256Digest.ofRaw(((MessageDigest) running.sha256().clone()).digest()); // may be asked for again
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("The JDK's SHA-256 can be cloned", impossible);
        }
    }

    /**
     * The receipt of an item (C2SP tlog-proof): its entry {@code sealed} with the proof that the witnessed log holds it.
     * Only with this in hand may a sender forget its copy.
     *
     * @param waitSeconds how long to wait for it; where many wait already, it answers at once
     */
    Optional<byte[]> receipt(EvidenceId id, int waitSeconds) throws IOException, FeedUnavailableException, Problem {
        Optional<byte[]> receipt = vault.log(site).read(TlogProof.receiptPath(id));
        if (receipt.isPresent()) {
            return receipt;
        }
        known(id);
        if (waitSeconds == 0 || !receiptWaiters.tryAcquire()) {
            return receipt;
        }
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
            while (receipt.isEmpty() && System.nanoTime() < end) {
                Thread.sleep(RECEIPT_POLL_MILLIS);
                receipt = vault.log(site).read(TlogProof.receiptPath(id));
            }
            return receipt;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return receipt;
        } finally {
            receiptWaiters.release();
        }
    }

    /** Ends an upload that is not complete, on the record first. */
    void withdraw(EvidenceId id, String why) throws IOException, FeedUnavailableException, Problem {
        synchronized (locks[Math.floorMod(id.hashCode(), LOCKS)]) {
            Upload upload = known(id);
            if (upload.complete() || upload.whole()) {
                throw new Problem(
                        403, "IN-114", "This upload is complete: it is evidence now, and nobody can take it back");
            }
            Actor sender = upload.declared().context().actor();
            EventContext context = context(Withdrawn.class, id.value(), id, Instant.now(), sender, why);
            feed.append(site, new Withdrawn(context, upload.offsetBytes()));
            digests.remove(id);
            vault.discard(site, id);
        }
    }

    /**
     * Finishes what a crash or an outage left half done: complete uploads that the record does not know are announced,
     * and unfinished ones whose time is over are withdrawn.
     *
     * @return how many uploads were finished or withdrawn
     */
    public int sweep() throws IOException, FeedUnavailableException {
        int swept = 0;
        for (Upload upload : vault.unannounced()) {
            EvidenceId id = upload.declared().context().evidenceId();
            try {
                if (upload.offsetBytes() == upload.declared().sizeBytes()
                        && upload.site().equals(site)) {
                    finish(upload, true);
                    swept++;
                } else if (expires(id).isBefore(Instant.now())) {
                    feed.append(site, upload.declared()); // the record may lack it: a crash may have come before it
                    withdraw(id, "the upload was not finished by " + expires(id));
                    swept++;
                }
            } catch (Problem known) { // the record has it now; the sender hears of it when it asks
                LOG.warn("{} {}", known.code(), known.getMessage());
                swept++;
            }
        }
        return swept;
    }

    /** When an unfinished upload ends. */
    Instant expires(EvidenceId id) {
        return id.declaredAt().plus(limits.unfinishedFor());
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, String cause, EvidenceId id, Instant at, Actor actor, String why) {
        return EventContext.of(EventContext.idFor(type, cause), id, at, actor, why, TOOL);
    }

    /** Digests and counts what the vault reads. */
    private static final class DigestingStream extends DigestInputStream {
        private long count;

        DigestingStream(InputStream in, MessageDigest sha256) {
            super(in, sha256);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
