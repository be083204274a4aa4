package org.liuhen.custody.bag;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.verify.Fault;

/**
 * The trail of one item in a package: all its entries, a line each. Each entry names the leaf hash of the one before, so
 * the proof of the last one proves all; and the last one is the export itself, so none is missing at the end.
 */
final class Trail {
    /** How far clocks may differ: those of the broker, of witnesses and of timestamp authorities. */
    static final Duration CLOCKS_MAY_DIFFER = Duration.ofMinutes(5);

    /** How far the clock of the one who verifies may be behind: a computer that stands alone keeps time badly. */
    private static final Duration OWN_CLOCK_MAY_BE_BEHIND = Duration.ofDays(1);

    private final List<Fault> faults;
    private final Instant now;
    private final List<byte[]> lines = new ArrayList<>();
    private final Set<Sha256Digest> leaves = new HashSet<>();
    private ItemState state = ItemState.NOTHING;
    private Sha256Digest previous;
    private Instant lastRecorded;
    private CustodyEvent last;
    private Sha256Digest recorded;
    private Sha256Digest described;
    private Declared declared;

    /** Verified at this time, by the clock of the one who verifies. */
    Trail(List<Fault> faults, Instant now) {
        this.faults = faults;
        this.now = now;
    }

    /** Whether a time is later than the verifier's own clock, and by more than that one may be behind. */
    static boolean isInTheFuture(Instant time, Instant now) {
        return time.isAfter(now.plus(OWN_CLOCK_MAY_BE_BEHIND));
    }

    /** Follows the entries of this file. Sequence numbers count lines, also ones that cannot be read. */
    void follow(String evidenceId, byte[] jsonLines) {
        split(jsonLines);
        for (int i = 0; i < lines.size(); i++) {
            try {
                step(evidenceId, i, Entry.decode(lines.get(i)));
            } catch (MalformedEventException malformed) {
                faults.add(new Fault.MalformedEntry(i, evidenceId + ": " + malformed.getMessage()));
            }
            previous = Sha256Digest.ofRaw(Merkle.leafHash(lines.get(i)));
            leaves.add(previous);
        }
    }

    private void split(byte[] jsonLines) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte b : jsonLines) {
            if (b == '\n') {
                lines.add(line.toByteArray());
                line.reset();
            } else {
                line.write(b);
            }
        }
        if (line.size() > 0) {
            lines.add(line.toByteArray());
        }
    }

    private void step(String evidenceId, int number, Entry entry) {
        if (entry.itemSequence() != number
                || !entry.chain().equals(evidenceId)
                || !Objects.equals(entry.previous(), previous)) {
            faults.add(new Fault.BrokenLink(
                    number,
                    evidenceId,
                    "number " + number + " after " + (previous == null ? "nothing" : previous.hex()),
                    "number " + entry.itemSequence() + " of " + entry.chain() + " after "
                            + (entry.previous() == null
                                    ? "nothing"
                                    : entry.previous().hex())));
        }
        if (lastRecorded != null && entry.recordedAt().isBefore(lastRecorded.minus(CLOCKS_MAY_DIFFER))) {
            time(evidenceId, number, "recorded at " + entry.recordedAt() + ", the one before at " + lastRecorded);
        }
        lastRecorded = entry.recordedAt();
        Instant occurred = entry.event().context().occurredAt();
        if (occurred.isAfter(lastRecorded.plus(CLOCKS_MAY_DIFFER))) {
            time(evidenceId, number, "recorded at " + lastRecorded + ", before it happened, at " + occurred);
        }
        if (isInTheFuture(lastRecorded, now)) {
            time(evidenceId, number, "recorded at " + lastRecorded + "; the clock here says " + now);
        }
        Decision decision = StateTable.apply(state, entry.event());
        if (decision.accepted()) {
            state = decision.next();
        } else {
            faults.add(new Fault.ForbiddenAct(number, evidenceId, decision.code(), decision.reason()));
        }
        last = entry.event();
        Fault.BadPersonalSignature.in(number, lines.get(number), last, leaves).ifPresent(faults::add);
        if (last instanceof Declared event) {
            declared = event;
        } else if (last instanceof Verified event) {
            recorded = event.sha256();
        } else if (last instanceof Rejected event) {
            recorded = event.sha256();
        } else if (last instanceof Described event) {
            described = event.metadataSha256();
        }
    }

    private void time(String evidenceId, int number, String detail) {
        faults.add(new Fault.BrokenBag(
                BagRule.TIME_BACK.code(), BagRule.TIME_BACK.name(), evidenceId, "entry " + number + " was " + detail));
    }

    /** The export that the trail ends with, or null if it ends with something else. */
    Exported end() {
        return last instanceof Exported exported ? exported : null;
    }

    /** The last line, or nothing. */
    byte[] lastLine() {
        return lines.isEmpty() ? new byte[0] : lines.get(lines.size() - 1);
    }

    boolean holds(byte[] line) {
        return lines.stream().anyMatch(one -> java.util.Arrays.equals(one, line));
    }

    int length() {
        return lines.size();
    }

    /** When the last entry was recorded, or null. */
    Instant lastRecorded() {
        return lastRecorded;
    }

    /** The digest that was read back for the record, or null. */
    Sha256Digest recorded() {
        return recorded;
    }

    /** The digest of the newest description, or null. */
    Sha256Digest described() {
        return described;
    }

    /** What the item was declared as, or null. */
    Declared declared() {
        return declared;
    }
}
