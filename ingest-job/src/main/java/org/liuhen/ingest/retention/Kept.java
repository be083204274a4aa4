package org.liuhen.ingest.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.RetentionEvent.Categorised;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.event.RetentionEvent.RetentionExtended;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.StoredObject;

/**
 * The facts that decide how long an item is kept, as Flink state. Savepoints name this class.
 *
 * @param state the item's state, as {@link ItemState#toText} writes it
 * @param bucket where the bytes are stored, with the next two; null before they are received
 * @param key the object's key
 * @param versionId the object's version, or null
 * @param sha256 the digest that was read back, or null
 * @param lockedUntilMillis until when the store locks it; 0 before it is sealed
 * @param days for how many days its category keeps it; {@link #UNKNOWN} or {@link #PERMANENT}
 */
public record Kept(
        String state, String bucket, String key, String versionId, String sha256, long lockedUntilMillis, int days) {
    /** The item is in no category: it is kept. */
    static final int UNKNOWN = 0;

    /** Kept for ever. */
    static final int PERMANENT = -1;

    static final Kept NOTHING = new Kept(ItemState.NOTHING.toText(), null, null, null, null, 0, UNKNOWN);

    ItemState itemState() {
        return ItemState.parse(state);
    }

    StoredObject object() {
        return new StoredObject(bucket, key, versionId);
    }

    /** The item after this event, in the same state. */
    Kept after(CustodyEvent event) {
        if (event instanceof Received received) {
            return at(received.object());
        } else if (event instanceof Verified verified) {
            return withDigest(verified.sha256().hex());
        } else if (event instanceof Rejected rejected) {
            return withDigest(
                    rejected.sha256() == null ? null : rejected.sha256().hex());
        } else if (event instanceof Sealed sealed) {
            return lockedUntil(sealed.retainUntil());
        } else if (event instanceof RetentionExtended extended) {
            return lockedUntil(extended.retainUntil());
        } else if (event instanceof Categorised categorised) {
            return keptFor(categorised.retentionDays());
        }
        return this;
    }

    Kept in(ItemState next) {
        return new Kept(next.toText(), bucket, key, versionId, sha256, lockedUntilMillis, days);
    }

    Kept at(StoredObject object) {
        return new Kept(state, object.bucket(), object.key(), object.versionId(), sha256, lockedUntilMillis, days);
    }

    Kept withDigest(String digest) {
        return new Kept(state, bucket, key, versionId, digest, lockedUntilMillis, days);
    }

    Kept lockedUntil(Instant until) {
        return new Kept(state, bucket, key, versionId, sha256, Math.max(lockedUntilMillis, until.toEpochMilli()), days);
    }

    /** The number of days as events have it: null means for ever. */
    static Integer daysOrNull(int days) {
        return days == PERMANENT ? null : Integer.valueOf(days);
    }

    /** The item in one more category; the longest time wins. */
    Kept keptFor(Integer more) {
        int longest = more == null || days == PERMANENT ? PERMANENT : Math.max(days, more);
        return new Kept(state, bucket, key, versionId, sha256, lockedUntilMillis, longest);
    }

    /** Until when the category keeps the item, counted from the declaration. */
    Instant until(EvidenceId id) {
        Instant declared = id.declaredAt().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        return declared.plus(days == PERMANENT ? RetentionEvent.LONGEST_LOCK : Duration.ofDays(days));
    }

    /**
     * Why the item cannot be disposed of now, with the code of the error, or null where nothing keeps it.
     *
     * @param end the disposal, of which the state machine is asked
     * @param openCases the cases of the item that are not closed
     */
    String keeps(EvidenceId id, Disposed end, long nowMillis, List<String> openCases) {
        Decision decision = StateTable.apply(itemState(), end);
        if (!decision.accepted()) {
            return decision.code() + " " + decision.reason();
        }
        if (days == UNKNOWN || days == PERMANENT) {
            return "RV-121 its category keeps it for ever, or it has none";
        }
        if (nowMillis < until(id).toEpochMilli() || nowMillis < lockedUntilMillis) {
            return "RV-121 its time has not come";
        }
        return openCases.isEmpty() ? null : "RV-121 the case " + openCases.get(0) + " is open";
    }
}
