package org.liuhen.custody.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.LogReader;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Tiles.DamagedLogException;

/**
 * Follows a log from outside: each new head must continue the last one, and the one that the witnesses have seen; each
 * entry must be where the head says, follow on its chain, and be allowed. The last head is kept in a file of the
 * monitor's own, so a log that is rewritten while nobody looks is found all the same.
 */
public final class Monitor {
    private final LogReader log;
    private final Policy policy;
    private final Path memory;
    private final LogVerification verification = new LogVerification();
    private final Set<Fault> found = new LinkedHashSet<>();

    /**
     * What one look found.
     *
     * @param head the newest signed head, or null if there is no good one
     * @param witnessedSize how many entries the witnesses have seen, as far as the policy asks
     * @param cosignatures which witnesses have seen that, and when by their own clocks
     * @param faults every fault since this monitor was started
     */
    public record Look(Checkpoint head, long witnessedSize, Map<String, Instant> cosignatures, List<Fault> faults) {
        public Look {
            faults = List.copyOf(faults);
        }
    }

    /**
     * A monitor of this log.
     *
     * @param memory the file for the last good head; it belongs to this log alone
     */
    public Monitor(LogReader log, Policy policy, Path memory) {
        this.log = log;
        this.policy = policy;
        this.memory = memory;
    }

    /** Looks once. An {@link IOException} means that the log did not answer, or that the memory is damaged. */
    public Look look() throws IOException {
        // Read before the newest head: one that was witnessed meanwhile would seem to be cut off.
        Optional<byte[]> cosigned = log.read(Tiles.WITNESSED);
        Optional<byte[]> published = log.read(Tiles.CHECKPOINT);
        if (published.isEmpty()) {
            found.add(new Fault.BadCheckpoint("There is no checkpoint"));
        }
        Optional<SignedNote> note = published.flatMap(bytes -> signed(Tiles.CHECKPOINT, bytes));
        if (note.isEmpty()) {
            return new Look(null, 0, Map.of(), List.copyOf(found));
        }
        Checkpoint head = checkpoint(note.get());
        if (Files.exists(memory)) {
            continues(remembered(), head, "this monitor");
        }
        Optional<SignedNote> witnessed = cosigned.flatMap(bytes -> signed(Tiles.WITNESSED, bytes));
        witnessed.ifPresent(seen -> continues(checkpoint(seen), head, "the witnesses"));
        if (head.size() >= verification.size()) {
            found.addAll(
                    verification.goOn(log, head, (index, bytes, entry) -> {}).faults());
        }
        if (found.isEmpty()) {
            DurableFile.replace(memory, note.get().bytes());
        }
        boolean counts = witnessed.isPresent() && policy.isWitnessed(witnessed.get());
        return new Look(
                head,
                counts ? checkpoint(witnessed.get()).size() : 0,
                counts ? policy.cosignatures(witnessed.get()) : Map.of(),
                List.copyOf(found));
    }

    /** A head in this file that a key of the policy signed; what is wrong with it is a fault. */
    private Optional<SignedNote> signed(String path, byte[] bytes) {
        try {
            SignedNote note = SignedNote.parse(bytes);
            Checkpoint head = Checkpoint.parse(note.text());
            if (policy.keysFor(head.origin(), head.size()).stream().anyMatch(note::isSignedBy)) {
                return Optional.of(note);
            }
            found.add(new Fault.BadCheckpoint("No trusted key of " + head.origin() + " signed " + path));
        } catch (BadNoteException bad) {
            found.add(new Fault.BadCheckpoint(path + ": " + bad.getMessage()));
        }
        return Optional.empty();
    }

    private void continues(Checkpoint known, Checkpoint head, String seenBy) {
        if (head.size() < known.size()) {
            found.add(new Fault.RolledBack(known.size(), head.size()));
            return;
        }
        try {
            List<byte[]> proof =
                    new ArrayList<>(Merkle.consistencyProof(known.size(), head.size(), new Tiles(log, head.size())));
            if (!Merkle.verifyConsistency(
                    known.size(), known.root().bytes(), head.size(), head.root().bytes(), proof)) {
                found.add(new Fault.Rewritten(known.size(), known.root(), seenBy));
            }
        } catch (DamagedLogException damaged) {
            found.add(new Fault.DamagedFile(damaged.getCause().getMessage()));
        }
    }

    private static Checkpoint checkpoint(SignedNote note) {
        try {
            return Checkpoint.parse(note.text());
        } catch (BadNoteException impossible) {
            throw new IllegalStateException("The note was read as a checkpoint before", impossible);
        }
    }

    private Checkpoint remembered() throws IOException {
        try {
            return Checkpoint.parse(SignedNote.parse(Files.readAllBytes(memory)).text());
        } catch (BadNoteException damaged) {
            throw new IOException(
                    "MN-101 " + memory + " is damaged. Restore it from a copy; without it a log that was"
                            + " rewritten before now is not found",
                    damaged);
        }
    }
}
