package org.liuhen.storage;

import java.util.function.Function;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;

/** One opened store with its ports. Callers take the narrowest port that they need. */
public final class Vault implements AutoCloseable {
    private final Uploads uploads;
    private final EvidenceStore evidence;
    private final Function<LogName, LogStore> logs;
    private final Function<LogName, LogStore> notes;
    private final Runnable close;

    /**
     * Holds these ports of one store.
     *
     * @param close what closes the store
     */
    public Vault(
            Uploads uploads,
            EvidenceStore evidence,
            Function<LogName, LogStore> logs,
            Function<LogName, LogStore> notes,
            Runnable close) {
        this.uploads = uploads;
        this.evidence = evidence;
        this.logs = logs;
        this.notes = notes;
        this.close = close;
    }

    /** The uploads of all sites. */
    public Uploads uploads() {
        return uploads;
    }

    /** The complete objects of all sites. */
    public EvidenceStore evidence() {
        return evidence;
    }

    /** The published log of a site. */
    public LogStore log(LogName site) {
        return logs.apply(site);
    }

    /** Small files of a site that are never published, such as its devices, its people, and which bytes it has already. */
    public LogStore notes(LogName site) {
        return notes.apply(site);
    }

    /**
     * Where the notes of a site say which item has the bytes of this digest: its ID, once they were read back and compared; nothing any
     * more, once the item was disposed of.
     */
    public static String digestNote(Sha256Digest digest) {
        return "digest/" + digest.hex().substring(0, 2) + "/" + digest.hex();
    }

    @Override
    public void close() {
        close.run();
    }
}
