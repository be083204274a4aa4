package org.liuhen.intake;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.storage.Vault.Arriving;
import org.liuhen.storage.Vault.Upload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that brings bytes: holds its place at the door and its upload in the vault until it is finished, broken off or taken back.
 * Whoever has one calls {@link #broken} at the end, whatever happened before. What it brings is digested as it passes.
 */
final class UploadSession {
    private static final Logger LOG = LoggerFactory.getLogger(UploadSession.class);

    private final UploadService uploads;
    private final Sender sender;
    private final Upload upload;
    private final Arriving arriving;
    private final Runnable leave;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long beganNanos = System.nanoTime();
    private final MessageDigest sha256; // null where not all bytes before these passed by here
    private volatile long cameBytes;
    private volatile Problem abortedBy;
    private volatile Runnable cut = () -> {};
    private volatile boolean over;
    private long paceBytes;

    /**
     * Begins.
     *
     * @param sha256 the digest over all bytes before, or null
     * @param leave what gives the place back
     */
    UploadSession(
            UploadService uploads,
            Sender sender,
            Upload upload,
            Arriving arriving,
            MessageDigest sha256,
            Runnable leave) {
        this.uploads = uploads;
        this.sender = sender;
        this.upload = upload;
        this.arriving = arriving;
        this.sha256 = sha256;
        this.leave = leave;
    }

    EvidenceId id() {
        return upload.id();
    }

    Sender sender() {
        return sender;
    }

    /** Says how the connection is cut; where it was to be cut before, it is now. */
    void onAbort(Runnable how) {
        cut = how;
        if (abortedBy != null) {
            how.run();
        }
    }

    synchronized void write(byte[] buffer, int from, int length) throws IOException, Problem {
        if (over) {
            throw new IOException("this request is over");
        }
        arriving.write(buffer, from, length);
        if (sha256 != null) {
            sha256.update(buffer, from, length);
        }
        cameBytes += length;
        Metrics.ARRIVED_BYTES.inc(length);
    }

    synchronized void idle() throws IOException {
        if (!over) {
            arriving.idle();
        }
    }

    /** All of the body is here. Gives the number of durable bytes. */
    long finish() throws IOException, FeedUnavailableException, Problem {
        synchronized (uploads.deciding(upload.declared().sha256())) {
            return finishAlone();
        }
    }

    private long finishAlone() throws IOException, FeedUnavailableException, Problem {
        synchronized (this) {
            if (over) {
                throw new IOException("this request is over");
            }
            if (upload.announced()) { // it was finished before this request came
                close();
                return upload.offsetBytes();
            }
            long offset = upload.offsetBytes() + cameBytes;
            if (offset == upload.declared().sizeBytes() && uploads.hasAlready(upload, sha256)) {
                arriving.takeBack();
                close();
                uploads.receivedAgain(upload);
                return offset;
            }
            Upload kept;
            try {
                kept = arriving.keep();
                uploads.remember(upload.id(), sha256, offset);
            } finally {
                close();
            }
            if (kept.whole()) {
                uploads.finish(kept, false);
            }
            return kept.offsetBytes();
        }
    }

    /** It ended without {@link #finish}, whatever the reason. What came is kept. Where it is over already, nothing happens; it throws nothing. */
    synchronized void broken() {
        if (over) {
            return;
        }
        try {
            Upload kept = arriving.keep();
            if (kept.offsetBytes()
                    == upload.offsetBytes() + cameBytes) { // on a full disk, a part of a piece was written
                uploads.remember(upload.id(), sha256, kept.offsetBytes());
            }
        } catch (Throwable failed) { // the sender asks where to go on, and learns what is durable
            LOG.warn("{}: {}", upload.id(), failed.getMessage());
        } finally {
            close();
        }
    }

    /** The body is not what was promised. None of it is kept, or this throws. */
    synchronized void takeBack() throws IOException {
        if (over) {
            return;
        }
        try {
            arriving.takeBack();
        } finally {
            close();
        }
    }

    private void close() {
        if (over) {
            return;
        }
        over = true;
        try {
            arriving.close();
        } catch (Throwable failed) { // the vault lets others begin all the same
            LOG.warn("{}: {}", upload.id(), failed.getMessage());
        } finally {
            try {
                leave.run();
            } finally {
                closed.countDown();
            }
        }
    }

    /** Cuts the connection and says why. The bytes that came are kept. */
    void abort(Problem why) {
        abortedBy = why;
        try {
            cut.run();
        } catch (RuntimeException gone) { // its end is on the way already
            LOG.debug("{}: cutting it off", upload.id(), gone);
        }
    }

    /** Waits until the place is given back; false where it was not in time. */
    boolean awaitEnd(long seconds) {
        try {
            return closed.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The digest of the whole upload, once {@link #finish} has compared it with what passed by here. */
    Optional<Sha256Digest> proved() {
        return Optional.of(upload.declared().sha256()).filter(digest -> over && sha256 != null);
    }

    /** Why it ended, where the door ended it. */
    Throwable reasonOr(Throwable failed) {
        return abortedBy == null ? failed : abortedBy;
    }

    /** How many bytes came since the last call. */
    long paceBytes() {
        long came = cameBytes - paceBytes;
        paceBytes = cameBytes;
        return came;
    }

    long secondsOpen() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNanos);
    }
}
