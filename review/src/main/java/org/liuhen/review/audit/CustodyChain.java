package org.liuhen.review.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Tiles.DamagedLogException;
import org.liuhen.custody.verify.Fault;
import org.liuhen.review.model.EntryQueries.ItemChain;
import org.liuhen.review.projection.EntryRow;

/** The chain of custody of one item, as the API shows it: each entry with its inclusion proof, and the faults that a check found. */
public final class CustodyChain {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Fault> faults = new ArrayList<>();
    private final Tiles tiles;
    private final Checkpoint checkpoint;

    private CustodyChain(Tiles tiles, Checkpoint checkpoint) {
        this.tiles = tiles;
        this.checkpoint = checkpoint;
    }

    /**
     * The chain with its proofs under the newest signed head.
     *
     * @param key the key that signs the log
     * @throws IOException where the store does not answer
     */
    public static ObjectNode of(LogStore store, LogName log, SignedNote.Verifier key, ItemChain item)
            throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        Optional<byte[]> witnessed =
                store.read(Tiles.WITNESSED); // read before the newest head, which must not be older
        Optional<byte[]> note = store.read(Tiles.CHECKPOINT);
        try {
            if (note.isEmpty()) {
                throw new IOException("The log has no checkpoint");
            }
            Checkpoint checkpoint = Checkpoint.open(note.get(), log.origin(), key);
            CustodyChain chain = new CustodyChain(new Tiles(store, checkpoint.size()), checkpoint);
            ArrayNode entries = answer.putArray("entries");
            chain.check(item, entries);
            answer.put("checkpoint", new String(note.get(), StandardCharsets.UTF_8));
            answer.put("key", key.toString());
            chain.prove(witnessed, answer);
            answer.put("verified", chain.faults.isEmpty());
            ArrayNode faults = answer.putArray("faults");
            chain.faults.forEach(fault -> faults.add(fault(fault)));
        } catch (BadNoteException bad) {
            answer.put("verified", false);
            answer.putArray("faults").add(fault(new Fault.BadCheckpoint(bad.getMessage())));
        }
        return answer;
    }

    /**
     * The faults of a chain under a signed head.
     *
     * @param tiles the log of the size of the head
     * @throws IOException where the store does not answer
     */
    static List<Fault> faults(Tiles tiles, Checkpoint head, ItemChain item) throws IOException {
        CustodyChain chain = new CustodyChain(tiles, head);
        try {
            chain.check(item, JSON.createArrayNode());
        } catch (UncheckedIOException away) { // a damaged file of the log is a fault already
            throw away.getCause();
        }
        return chain.faults;
    }

    /** A fault as the API shows it; {@code index} is that of the entry that it is about, where it is about one. */
    public static ObjectNode fault(Fault fault) {
        ObjectNode answer = JSON.createObjectNode().put("code", fault.code()).put("fault", fault.toString());
        if (fault instanceof Fault.AlteredEntry altered) {
            answer.put("index", altered.index());
        } else if (fault instanceof Fault.MalformedEntry malformed) {
            answer.put("index", malformed.index());
        } else if (fault instanceof Fault.BrokenLink broken) {
            answer.put("index", broken.index());
        } else if (fault instanceof Fault.ForbiddenAct forbidden) {
            answer.put("index", forbidden.index());
        } else if (fault instanceof Fault.BadPersonalSignature bad) {
            answer.put("index", bad.index());
        } else if (fault instanceof Fault.NotOfTheUnit foreign) {
            answer.put("index", foreign.index());
        }
        return answer;
    }

    private void check(ItemChain item, ArrayNode entries) throws IOException {
        Set<Sha256Digest> leaves = new HashSet<>();
        ItemState state = ItemState.NOTHING;
        Sha256Digest previous = null;
        long sequence = 0;
        for (EntryRow row : item.entries()) {
            byte[] bytes = row.entry().getBytes(StandardCharsets.UTF_8);
            byte[] leaf = Merkle.leafHash(bytes);
            ObjectNode answer = entries.addObject();
            answer.put("index", row.index());
            answer.put("leaf", Sha256Digest.ofRaw(leaf).hex());
            try {
                prove(row.index(), leaf, answer);
                Entry entry = Entry.decode(bytes);
                answer.set("entry", JSON.readTree(bytes));
                if (entry.itemSequence() != sequence || !java.util.Objects.equals(entry.previous(), previous)) {
                    faults.add(new Fault.BrokenLink(
                            row.index(),
                            row.chain(),
                            "number " + sequence + " after " + previous,
                            "number " + entry.itemSequence() + " after " + entry.previous()));
                }
                Decision decision = StateTable.apply(state, entry.event());
                if (decision.accepted()) {
                    state = decision.next();
                } else {
                    faults.add(new Fault.ForbiddenAct(row.index(), row.chain(), decision.code(), decision.reason()));
                }
                Fault.BadPersonalSignature.in(row.index(), bytes, entry.event(), leaves)
                        .ifPresent(faults::add);
                sequence = entry.itemSequence() + 1;
            } catch (MalformedEventException malformed) {
                faults.add(new Fault.MalformedEntry(row.index(), malformed.getMessage()));
            } catch (UncheckedIOException away) {
                throw away;
            } catch (RuntimeException
                    | StackOverflowError
                            unforeseen) { // whatever stands in a row is a fault of that row, not of the check
                faults.add(new Fault.MalformedEntry(row.index(), unforeseen.toString()));
            }
            previous = Sha256Digest.ofRaw(leaf);
            leaves.add(previous);
        }
        String last = previous == null ? "" : previous.hex();
        if (!last.equals(item.lastLeaf())) { // the end of the chain was cut off, or the item's row altered
            faults.add(new Fault.ReadModelDiffers("evidence", "last entry", item.lastLeaf(), last));
        }
    }

    /** Adds the newest head that witnesses have cosigned, and the proof that the log has only grown since. */
    private void prove(Optional<byte[]> note, ObjectNode answer) throws BadNoteException {
        long size = note.isEmpty()
                ? 0
                : Checkpoint.parse(SignedNote.parse(note.get()).text()).size();
        if (size == 0 || size > checkpoint.size()) { // none yet, or the log was rolled back
            return;
        }
        answer.put("witnessed", new String(note.get(), StandardCharsets.UTF_8));
        ArrayNode proof = answer.putArray("consistencyProof");
        try {
            Merkle.consistencyProof(size, checkpoint.size(), tiles)
                    .forEach(hash -> proof.add(Base64.getEncoder().encodeToString(hash)));
        } catch (DamagedLogException damaged) {
            faults.add(new Fault.DamagedFile(damaged.getCause().getMessage()));
        }
    }

    private void prove(long index, byte[] leaf, ObjectNode answer) {
        try {
            if (index >= checkpoint.size()) {
                faults.add(new Fault.RolledBack(index + 1, checkpoint.size()));
                return;
            }
            List<byte[]> path = Merkle.inclusionProof(index, checkpoint.size(), tiles);
            ArrayNode proof = answer.putArray("inclusionProof");
            path.forEach(hash -> proof.add(Base64.getEncoder().encodeToString(hash)));
            if (!Merkle.verifyInclusion(
                    leaf, index, checkpoint.size(), path, checkpoint.root().bytes())) {
                faults.add(new Fault.AlteredEntry(index));
            }
        } catch (DamagedLogException damaged) {
            faults.add(new Fault.DamagedFile(damaged.getCause().getMessage()));
        }
    }
}
