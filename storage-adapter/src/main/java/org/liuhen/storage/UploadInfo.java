package org.liuhen.storage;

import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;

/**
 * What is stored beside the bytes of an upload when it is opened. {@link Declaration} makes it and reads it.
 *
 * @param site the site that the upload belongs to
 * @param id the name of the item, or of the part
 * @param sizeBytes how many bytes it has when it is complete
 * @param declaration what the caller declared; the store keeps it and gives it back
 * @param composition {@link #PARTIAL} for a part of another upload; else what the caller said of how it is made of parts, or null for one file
 * @param metadata what else the caller keeps with it, or null
 */
public record UploadInfo(
        LogName site, EvidenceId id, long sizeBytes, String declaration, String composition, String metadata) {
    /** The composition of an upload that is a part of another one: it is no item, and the record does not know it. */
    public static final String PARTIAL = "partial";

    /** Whether it is a part of another upload, and never an item of its own. */
    public boolean part() {
        return PARTIAL.equals(composition);
    }
}
