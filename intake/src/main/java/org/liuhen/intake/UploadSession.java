package org.liuhen.intake;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads.Arriving;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that sends bytes. It holds a place and the upload in the vault, and releases both once, however it ends. Every user calls
 * {@link #closeKeeping} at the end, whatever happened before. Bytes are digested as they pass.
 */
final class UploadSession {
    private static final Logger LOG = LoggerFactory.getLogger(UploadSession.class);

    private final Services services;
    private final Sender sender;
    private final Upload upload;
    private final Arriving arriving;
    private final Consumer<UploadSession> release;
    private final CountDownLatch released = new CountDownLatch(1);
    private final long openedNanos = System.nanoTime();
    private final MessageDigest sha256; // null where not all bytes before these arrived in this process
    private volatile long writtenBytes;
    private volatile Problem abortReason;
    private volatile Runnable closeConnection = () -> {};
    private volatile boolean closed;
    private long reportedBytes;

    /** What a session calls when its bytes are all there. */
    record Services(Duplicates duplicates, RunningDigests digests, UploadCompletion completion) {}

    /**
     * Opens a session.
     *
     * @param upload with the offset where the bytes of this session begin
     * @param arriving the upload, as the vault opened it at this offset
     * @param sha256 the digest over all bytes before the offset, or null where they did not all arrive in this process
     * @param release gives back what was taken for the session; called once
     */
    UploadSession(
            Services services,
            Sender sender,
            Upload upload,
            Arriving arriving,
            MessageDigest sha256,
            Consumer<UploadSession> release) {
        this.services = services;
        this.sender = sender;
        this.upload = upload;
        this.arriving = arriving;
        this.sha256 = sha256;
        this.release = release;
    }

    EvidenceId id() {
        return upload.id();
    }

    Sender sender() {
        return sender;
    }

    /** Sets how {@link #abort} closes the connection; where the session was aborted before, the connection is closed now. */
    void onAbort(Runnable how) {
        closeConnection = how;
        if (abortReason != null) {
            how.run();
        }
    }

    /** Takes bytes. Where they are more than were declared, none of these is taken: VT-103. */
    synchronized void write(byte[] buffer, int from, int length) throws IOException {
        requireOpen();
        arriving.write(buffer, from, length);
        if (sha256 != null) {
            sha256.update(buffer, from, length);
        }
        writtenBytes += length;
        Metrics.ARRIVED_BYTES.inc(length);
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("this request is over");
        }
    }

    /** Says to the vault that no bytes may come for a while, so that it can close the upload's file meanwhile. */
    synchronized void idle() throws IOException {
        if (!closed) {
            arriving.idle();
        }
    }

    /**
     * Ends the session after all of its bytes came. They are durable then; an upload that is whole becomes an item, or ends as a
     * duplicate. IN-111: its digest is not the declared one.
     *
     * @return how many bytes of the upload are durable
     */
    long finish() throws IOException, FeedUnavailableException, Problem {
        synchronized (services.duplicates().lockOf(upload)) {
            return finishLocked();
        }
    }

    private synchronized long finishLocked() throws IOException, FeedUnavailableException, Problem {
        requireOpen();
        if (upload.announced()) { // it was an item before this request came
            close();
            return upload.offsetBytes();
        }
        long offset = upload.offsetBytes() + writtenBytes;
        if (offset == upload.sizeBytes() && services.duplicates().end(upload, sha256, this::discard)) {
            return offset;
        }
        Upload kept;
        try {
            kept = arriving.keep();
            services.digests().put(upload.id(), sha256, offset);
        } finally {
            close();
        }
        if (kept.whole()) {
            services.completion().complete(kept, false);
        }
        return kept.offsetBytes();
    }

    private void discard() throws IOException {
        arriving.takeBack();
        close();
    }

    /**
     * Ends the session, whatever the reason, and keeps the bytes that came. Does nothing where it ended before, and throws nothing: the
     * client asks for the offset and learns what is durable.
     */
    synchronized void closeKeeping() {
        if (closed) {
            return;
        }
        try {
            Upload kept = arriving.keep();
            if (kept.offsetBytes() == upload.offsetBytes() + writtenBytes) { // on a full disk, less was written
                services.digests().put(upload.id(), sha256, kept.offsetBytes());
            }
        } catch (Throwable failed) {
            LOG.warn("{}: {}", upload.id(), failed.getMessage());
        } finally {
            close();
        }
    }

    /** Ends the session because its bytes are wrong. None of them is kept when this returns. */
    synchronized void closeDiscarding() throws IOException {
        if (closed) {
            return;
        }
        try {
            arriving.takeBack();
        } finally {
            close();
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            arriving.close();
        } catch (Throwable failed) { // the vault lets other sessions begin all the same
            LOG.warn("{}: {}", upload.id(), failed.getMessage());
        } finally {
            try {
                release.accept(this);
            } finally {
                released.countDown();
            }
        }
    }

    /** Closes the connection and gives the reason that the client gets. The bytes that came are kept. */
    void abort(Problem reason) {
        abortReason = reason;
        try {
            closeConnection.run();
        } catch (RuntimeException gone) { // it is closed already
            LOG.debug("{}: closing the connection", upload.id(), gone);
        }
    }

    /** Waits until everything is released; false where that takes more than these seconds. */
    boolean awaitEnd(long seconds) {
        try {
            return released.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The digest of the whole upload after {@link #finish} compared it with the bytes that arrived; else empty. */
    Optional<Sha256Digest> verifiedDigest() {
        return Optional.of(Declaration.in(upload).sha256()).filter(digest -> closed && sha256 != null);
    }

    /** The reason of {@link #abort}, or this failure where the session was not aborted. */
    Throwable abortReasonOr(Throwable failed) {
        return abortReason == null ? failed : abortReason;
    }

    /** How many bytes came since the last call. */
    long takeBytesSinceLastCall() {
        long since = writtenBytes - reportedBytes;
        reportedBytes = writtenBytes;
        return since;
    }

    /** How long the session has been open, in seconds. */
    long secondsOpen() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - openedNanos);
    }
}
