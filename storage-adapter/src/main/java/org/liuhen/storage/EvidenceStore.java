package org.liuhen.storage;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;

/** Complete objects: read, locked, and deleted when their retention is over. A store that does not answer gives a retryable {@link VaultException}. */
public interface EvidenceStore {
    /** Retention that was set and read back. {@code enforcement} names what enforces it, in words for a page. */
    record Seal(Instant retainUntil, String enforcement) {}

    /** What was seen when it was tried to break the lock of a test object. */
    record LockProbe(String store, boolean enforced, List<String> findings) {
        public LockProbe {
            findings = List.copyOf(findings);
        }
    }

    /** Reads the whole object to its end, however long it is by now, so that one longer than what was stored shows. VT-104 where there is none. */
    InputStream open(StoredObject object) throws IOException;

    /** Reads bytes from {@code fromByte} to before {@code toByte}. VT-104 where there is no such object. */
    InputStream open(StoredObject object, long fromByte, long toByte) throws IOException;

    /** Locks this version of the object until then, and reads the lock back. Never shortens a lock. */
    Seal seal(StoredObject object, Instant retainUntil) throws IOException;

    /**
     * Deletes this version of the object for ever. One whose lock has not ended is refused with VT-110 here, before the store is asked; one
     * that is gone already stays gone.
     */
    void dispose(StoredObject object) throws IOException;

    /** Tries to overwrite, delete and unlock a test object, and says what the store did. */
    LockProbe probe() throws IOException;

    /** The key of an item's bytes: {@code site/yyyy/mm/id}. It holds no personal data. */
    static String key(LogName site, EvidenceId id) {
        return String.format(
                "%s/%04d/%02d/%s",
                site.value(), id.month().getYear(), id.month().getMonthValue(), id.value());
    }
}
