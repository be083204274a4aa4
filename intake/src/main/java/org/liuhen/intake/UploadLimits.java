package org.liuhen.intake;

import java.time.Duration;
import java.time.Instant;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.ItemSize;
import org.liuhen.custody.evidence.RecordTime;

/**
 * The limits of one upload service.
 *
 * @param sizeBytesMax the largest item, in bytes
 * @param unfinishedFor how long an unfinished upload is kept after its declaration
 * @param sendersMax how many requests may send bytes at the same time; on S3 they share a third of the memory
 * @param unfinishedMax how many unfinished uploads one device may have
 * @param deviceBytesADay how many bytes one device may declare on one day (UTC), counted since this process started
 */
public record UploadLimits(
        long sizeBytesMax, Duration unfinishedFor, int sendersMax, int unfinishedMax, long deviceBytesADay) {
    /** 5 TiB, 7 days, 32 senders, 1,000 unfinished uploads of a device, 16 TiB a day. */
    public static final UploadLimits DEFAULT = new UploadLimits(ItemSize.MAX, Duration.ofDays(7), 32, 1_000, 16L << 40);

    /** When an unfinished upload expires, at the latest at the end of the year 9999. */
    Instant expires(EvidenceId id) {
        Instant end = id.declaredAt().plus(unfinishedFor);
        return RecordTime.holds(end) ? end : RecordTime.MAX;
    }

    /** The same limits, with items of at most this many bytes. */
    UploadLimits withSizeAtMost(long sizeBytes) {
        return new UploadLimits(
                Math.min(sizeBytesMax, sizeBytes), unfinishedFor, sendersMax, unfinishedMax, deviceBytesADay);
    }
}
