package org.liuhen.storage;

import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;

/**
 * One upload as the store knows it.
 *
 * @param info what was stored when it was opened
 * @param offsetBytes how many bytes are durable
 * @param object where the bytes are stored, or null until they are complete
 * @param announced whether it was noted that the record has acknowledged the bytes
 */
public record Upload(UploadInfo info, long offsetBytes, StoredObject object, boolean announced) {
    /** The site that it belongs to. */
    public LogName site() {
        return info.site();
    }

    /** The name of the item, or of the part. */
    public EvidenceId id() {
        return info.id();
    }

    /** How many bytes it has when it is complete. */
    public long sizeBytes() {
        return info.sizeBytes();
    }

    /** Whether it is a part of another upload, and never an item of its own. */
    public boolean part() {
        return info.part();
    }

    /** Whether all bytes are durable, as one object or not yet. */
    public boolean whole() {
        return offsetBytes == info.sizeBytes();
    }

    /** Whether all bytes are durable as one object. */
    public boolean complete() {
        return object != null;
    }
}
