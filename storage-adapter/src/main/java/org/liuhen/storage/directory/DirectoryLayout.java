package org.liuhen.storage.directory;

import java.nio.file.Path;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.storage.EvidenceStore;

/**
 * The paths in the directory of a store.
 *
 * @param root the directory
 */
record DirectoryLayout(Path root) {
    static final String BUCKET = "vault";
    static final String INFO = ".info";
    static final String ENDED = ".ended"; // an upload that was ended, whose files are being removed

    Path uploads() {
        return root.resolve("uploads");
    }

    Path objects() {
        return root.resolve(BUCKET);
    }

    Path bytes(EvidenceId id) {
        return uploads().resolve(id.value());
    }

    Path info(EvidenceId id) {
        return uploads().resolve(id + INFO);
    }

    Path ended(EvidenceId id) {
        return uploads().resolve(id + ENDED);
    }

    Path announcedInfo(LogName site, EvidenceId id) {
        return place(site, id).resolveSibling(id + INFO);
    }

    Path place(LogName site, EvidenceId id) {
        return objects().resolve(EvidenceStore.key(site, id));
    }
}
