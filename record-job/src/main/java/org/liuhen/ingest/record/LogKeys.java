package org.liuhen.ingest.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.job.JobSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the logs, in the folder that the settings name. A key file is read each time, so that a new key counts at once; where it
 * cannot be read, such as a half copied one, the key that this process read before still signs, and {@link #troubles} says so.
 */
final class LogKeys {
    private static final Logger LOG = LoggerFactory.getLogger(LogKeys.class);
    private static final String PEM = ".pem";

    /** What this process read last, by the path of the key. */
    private static final Map<Path, Signing> READ = new ConcurrentHashMap<>();

    private static final Map<String, String> TROUBLES = new ConcurrentHashMap<>();

    private final Path folder;

    /** The key of a log, and the keys that may have signed its head. */
    record Signing(SignedNote.Signer signer, List<SignedNote.Verifier> keys) {}

    LogKeys(JobSettings settings) {
        folder = Path.of(settings.keyFolder()).toAbsolutePath();
    }

    Path folder() {
        return folder;
    }

    /** Each log whose key cannot be read now, with the reason and what follows from it. */
    static Map<String, String> troubles() {
        return Map.copyOf(TROUBLES);
    }

    /** Whether there is a key of this log, or was one that this process has read. */
    boolean has(LogName log) {
        return LogKey.exists(path(log)) || READ.containsKey(path(log));
    }

    /**
     * The key of this log as its files are now, or as this process read it last.
     *
     * @throws IOException where they cannot be read, and this process never could
     */
    Signing read(LogName log) throws IOException {
        try {
            SignedNote.Signer signer = LogKey.read(path(log), log);
            Signing now = new Signing(signer, policy(signer).logs());
            READ.put(path(log), now);
            TROUBLES.remove(log.value());
            return now;
        } catch (IOException | IllegalArgumentException unreadable) {
            Signing before = READ.get(path(log));
            trouble(
                    log,
                    unreadable,
                    before != null
                            ? "The one that was read before still signs, until this process ends"
                            : "Its entries wait in the state of the job; the other logs go on");
            if (before == null) {
                throw unreadable instanceof IOException failed ? failed : new IOException(unreadable);
            }
            return before;
        }
    }

    /**
     * The policy with the log's witnesses; without witnesses where there is no policy file.
     *
     * @throws IOException where the key or the policy cannot be read
     */
    Policy policy(LogName log) throws IOException {
        return policy(LogKey.read(path(log), log));
    }

    private Policy policy(SignedNote.Signer signer) throws IOException {
        Path file = folder.resolve(JobSettings.POLICY);
        Policy policy = Policy.of(signer.verifier());
        return Files.exists(file) ? Policy.parse(Files.readString(file)) : policy;
    }

    private Path path(LogName log) {
        return folder.resolve(log.value() + PEM);
    }

    /** Keeps it, and logs it once. */
    private static void trouble(LogName log, Exception why, String therefore) {
        String words = "RC-106 the key of the log " + log.value() + " cannot be read: " + why.getMessage() + ". "
                + therefore + ". Mend the file; nothing has to be started again";
        if (!words.equals(TROUBLES.put(log.value(), words))) {
            LOG.error("{}", words);
        }
    }
}
