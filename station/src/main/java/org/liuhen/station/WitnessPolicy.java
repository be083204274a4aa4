package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.job.JobSettings;

/** The policy in the key folder, which names the witnesses of the log. */
final class WitnessPolicy {
    private WitnessPolicy() {}

    /** Whether there is a file with a policy now. */
    static boolean isGiven(Path keys) {
        return Files.exists(keys.resolve(JobSettings.POLICY));
    }

    /** The policy of a log; one without witnesses where none was given. */
    static Policy of(Path keys, SignedNote.Verifier key) throws IOException {
        Path kept = keys.resolve(JobSettings.POLICY);
        return Files.exists(kept) ? Policy.parse(Files.readString(kept)) : Policy.of(key);
    }

    /**
     * Copies a policy to where the record job reads it.
     *
     * @param given null keeps the policy of an earlier start
     * @throws IOException with code PL-103 where the policy does not name the log's own key: it would accept no head of this log
     */
    static void keep(Path given, Path keys, SignedNote.Verifier key) throws IOException {
        Path kept = keys.resolve(JobSettings.POLICY);
        if (given != null) {
            Files.copy(given, kept, StandardCopyOption.REPLACE_EXISTING);
        }
        if (Files.exists(kept) && !Policy.parse(Files.readString(kept)).logs().contains(key)) {
            throw new IOException("PL-103 the policy " + kept + " does not trust this log's own key. Add: log " + key);
        }
    }
}
