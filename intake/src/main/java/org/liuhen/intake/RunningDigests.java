package org.liuhen.intake;

import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * SHA-256 over the bytes of unfinished uploads that arrived in this process, kept between two requests. It is in memory only: after a
 * restart there is none, and only the verify step compares the digest.
 */
final class RunningDigests {
    private final Map<EvidenceId, Running> digests = new ConcurrentHashMap<>();

    /** SHA-256 over the first {@code bytes} of an upload. */
    private record Running(MessageDigest sha256, long bytes) {}

    /** Keeps the digest over the first bytes of an upload for the request that continues it; null keeps nothing. */
    void put(EvidenceId id, MessageDigest sha256, long bytes) {
        if (sha256 != null) {
            digests.put(id, new Running(sha256, bytes));
        }
    }

    /**
     * Removes and gives the digest over the bytes before an offset.
     *
     * @return a new one at offset 0; null where not all bytes before the offset arrived here
     */
    MessageDigest take(EvidenceId id, long offsetBytes) {
        if (offsetBytes == 0) {
            return Sha256Digest.algorithm();
        }
        Running running = digests.remove(id);
        return running != null && running.bytes() == offsetBytes ? running.sha256() : null;
    }

    /** The digest over all bytes of an upload of this size, or null where they did not all arrive here. */
    MessageDigest ofAll(EvidenceId id, long sizeBytes) {
        if (sizeBytes == 0) {
            return Sha256Digest.algorithm();
        }
        Running running = digests.get(id);
        return running != null && running.bytes() == sizeBytes ? running.sha256() : null;
    }

    void remove(EvidenceId id) {
        digests.remove(id);
    }

    /** The value of a digest, which can be updated further or asked again. */
    static Sha256Digest value(MessageDigest sha256) {
        try {
            return Sha256Digest.ofRaw(((MessageDigest) sha256.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("The JDK's SHA-256 can be cloned", impossible);
        }
    }
}
