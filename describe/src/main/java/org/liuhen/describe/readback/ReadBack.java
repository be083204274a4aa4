package org.liuhen.describe.readback;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Sm3Digest;
import org.liuhen.custody.feed.Part;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.VaultException;

/**
 * What the vault gave when the item was read back.
 *
 * @param structure how the file is built; of 0 bytes where there is no object
 * @param sha256 the digest of its bytes, or null where there is no object
 * @param sm3 their SM3 digest, or null where SM3 is not wanted
 */
public record ReadBack(Structure structure, Sha256Digest sha256, Sm3Digest sm3) {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final Actor VERIFIER = Actor.component("verify");

    /**
     * Reads the item's one version once, to its end, and leaves its skeleton at the place given.
     *
     * @param withSm3 whether to compute SM3 from the same read, too
     */
    public static ReadBack read(EvidenceStore evidence, Received received, Path skeletonPlace, boolean withSm3)
            throws IOException {
        MessageDigest sha256 = Sha256Digest.algorithm();
        MessageDigest sm3 = withSm3 ? Sm3Digest.algorithm() : null;
        try (InputStream in = evidence.open(received.object());
                Skeleton skeleton = new Skeleton(skeletonPlace, received.sizeBytes())) {
            byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, received.sizeBytes() + 1)];
            for (int read = in.readNBytes(buffer, 0, buffer.length);
                    read > 0;
                    read = in.readNBytes(buffer, 0, buffer.length)) {
                sha256.update(buffer, 0, read);
                if (sm3 != null) {
                    sm3.update(buffer, 0, read);
                }
                skeleton.write(buffer, 0, read);
            }
            skeleton.finish();
            return new ReadBack(
                    skeleton.structure(),
                    Sha256Digest.ofRaw(sha256.digest()),
                    sm3 == null ? null : Sm3Digest.ofRaw(sm3.digest()));
        } catch (VaultException missing) {
            if (missing.retryable() || !missing.code().equals("VT-104")) {
                throw missing;
            }
            return new ReadBack(Structure.NONE, null, null);
        }
    }

    /** The verdict: a pure function of what was declared and what was read. */
    public CustodyEvent verdict(Received received, Instant now) {
        long sizeBytes = structure.sizeBytes();
        if (received.declaredSha256().equals(sha256) && sizeBytes == received.sizeBytes()) {
            return new Verified(context(Verified.class, received, now), received.object(), sizeBytes, sha256, sm3);
        }
        String reason = sha256 == null
                ? "the stored object is missing"
                : "declared as " + received.declaredSha256().hex() + " with " + received.sizeBytes()
                        + " bytes, read back as " + sha256.hex() + " with " + sizeBytes + " bytes";
        return new Rejected(
                context(Rejected.class, received, now),
                received.object(),
                sizeBytes,
                received.declaredSha256(),
                sha256,
                reason);
    }

    private static EventContext context(Class<? extends CustodyEvent> type, Received received, Instant now) {
        String cause = received.context().eventId();
        return EventContext.of(
                EventContext.idFor(type, cause),
                received.context().evidenceId(),
                now,
                VERIFIER,
                null,
                Part.INGEST_JOB.id());
    }
}
