package org.liuhen.custody.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.event.AccessEvent.SigningKeyRegistered;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.event.PersonalStatement;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogReader;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Tiles.DamagedLogException;

/**
 * Checks a whole log: the head's signature, every entry against its leaf, every tile against the entries, the root
 * against the head, every chain, and every act against the state machine. Entries are read once, in order; memory grows
 * with the number of items, not of entries.
 */
public final class LogVerification {
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Chain> chains = new HashMap<>();

    /** Each signing key with the person who registered it. */
    private final Set<String> signingKeys = new HashSet<>();

    private final Memberships memberships = new Memberships();

    private final Frontier byEntries = new Frontier();
    private Frontier byLeaves = byEntries; // the same tree, until an entry differs from its leaf
    private final List<Long> differing = new ArrayList<>();

    /**
     * Where a chain stands: how many entries, the hash of the last one by its leaf and by its own bytes, and the state of
     * the item. The two hashes differ only where a tile or an entry was altered, which is a fault of its own: following
     * either keeps one altered byte from showing as a broken chain as well.
     */
    private record Chain(long length, Sha256Digest last, Sha256Digest lastComputed, ItemState state) {
        static final Chain EMPTY = new Chain(0, null, null, ItemState.NOTHING);

        boolean isFollowedBy(Entry entry) {
            return entry.itemSequence() == length
                    && (Objects.equals(entry.previous(), last) || Objects.equals(entry.previous(), lastComputed));
        }
    }

    /**
     * What was checked and what was found.
     *
     * @param checkpoint the signed head, or null if there is no good one
     * @param chains how many chains were followed
     * @param faults every fault, in the order of the log
     */
    public record Result(Checkpoint checkpoint, int chains, List<Fault> faults) {
        public Result {
            faults = List.copyOf(faults);
        }

        /** Whether nothing is wrong. */
        public boolean holds() {
            return faults.isEmpty();
        }
    }

    /** Sees each well-formed entry on the way. */
    @FunctionalInterface
    public interface Visitor {
        /** One entry, in the order of the log, as it is published and as it was understood. */
        void visit(long index, byte[] bytes, Entry entry) throws IOException;
    }

    LogVerification() {}

    /** Verifies the log in this store against this key. An {@link IOException} means that the store did not answer. */
    public static Result verify(LogReader store, LogName log, SignedNote.Verifier key) throws IOException {
        return verify(store, log, key, (index, bytes, entry) -> {});
    }

    /** As above, and shows each well-formed entry to the visitor. */
    public static Result verify(LogReader store, LogName log, SignedNote.Verifier key, Visitor visitor)
            throws IOException {
        LogVerification run = new LogVerification();
        Optional<byte[]> note = store.read(Tiles.CHECKPOINT);
        if (note.isEmpty()) {
            run.faults.add(new Fault.BadCheckpoint("There is no checkpoint"));
            return new Result(null, 0, run.faults);
        }
        try {
            Checkpoint checkpoint = Checkpoint.open(note.get(), log.origin(), key);
            return run.goOn(store, checkpoint, visitor);
        } catch (BadNoteException bad) {
            run.faults.add(new Fault.BadCheckpoint(bad.getMessage()));
            return new Result(null, 0, run.faults);
        }
    }

    /** How many entries were checked so far. */
    long size() {
        return byEntries.size();
    }

    /**
     * Checks the entries after those that were checked before, up to a head whose signature is good. The result's faults
     * are all that were found since the beginning.
     */
    Result goOn(LogReader store, Checkpoint checkpoint, Visitor visitor) throws IOException {
        entries(new Tiles(store, checkpoint.size()), checkpoint, visitor);
        return new Result(checkpoint, chains.size(), faults);
    }

    private void entries(Tiles tiles, Checkpoint checkpoint, Visitor visitor) throws IOException {
        for (long bundle = size() / 256; bundle < tiles.bundles(); bundle++) {
            List<byte[]> entries;
            try {
                entries = tiles.entries(bundle);
            } catch (DamagedLogException damaged) {
                faults.add(new Fault.DamagedFile(damaged.getCause().getMessage()));
                return; // every chain would seem broken from here on
            }
            for (byte[] entry : entries.subList((int) (size() % 256), entries.size())) {
                long index = size();
                byte[] computed = Merkle.leafHash(entry);
                byte[] published = leafHash(tiles, index, computed);
                if (!Arrays.equals(computed, published)) {
                    differing.add(index);
                    byLeaves = byLeaves == byEntries ? byEntries.copy() : byLeaves;
                }
                byEntries.append(computed, this, tiles);
                if (byLeaves != byEntries) {
                    byLeaves.append(published, this, tiles);
                }
                follow(index, entry, published, computed, visitor);
            }
        }
        Sha256Digest entriesRoot = Sha256Digest.ofRaw(byEntries.root());
        Sha256Digest leavesRoot = Sha256Digest.ofRaw(byLeaves.root());
        boolean entriesAreSigned = entriesRoot.equals(checkpoint.root());
        boolean leavesAreSigned = leavesRoot.equals(checkpoint.root());
        for (long index : differing) {
            faults.add(
                    entriesAreSigned
                            ? new Fault.AlteredTile(0, index / 256, (int) (index % 256))
                            : new Fault.AlteredEntry(index));
        }
        // An upper tile is at fault where it contradicts the leaves that were signed.
        if (entriesAreSigned) {
            faults.addAll(byEntries.differingTiles);
        } else if (leavesAreSigned) {
            faults.addAll(byLeaves.differingTiles);
        } else {
            faults.add(new Fault.WrongRoot(checkpoint.size(), checkpoint.root(), entriesRoot));
        }
    }

    private byte[] leafHash(Tiles tiles, long index, byte[] computed) {
        try {
            return tiles.leafHash(index);
        } catch (DamagedLogException damaged) {
            Fault fault = new Fault.DamagedFile(damaged.getCause().getMessage());
            if (!faults.contains(fault)) {
                faults.add(fault);
            }
            return computed;
        }
    }

    private void compareUpperTile(Tiles tiles, int level, long index, byte[] computed, List<Fault> differing) {
        try {
            if (!Arrays.equals(tiles.hash(8 * level, index), computed)) {
                differing.add(new Fault.AlteredTile(level, index / 256, (int) (index % 256)));
            }
        } catch (DamagedLogException damaged) {
            Fault fault = new Fault.DamagedFile(damaged.getCause().getMessage());
            if (!faults.contains(fault)) {
                faults.add(fault);
            }
        }
    }

    private void follow(long index, byte[] bytes, byte[] leaf, byte[] computed, Visitor visitor) throws IOException {
        Entry entry;
        try {
            entry = Entry.decode(bytes);
        } catch (MalformedEventException malformed) {
            faults.add(new Fault.MalformedEntry(index, malformed.getMessage()));
            return;
        }
        Chain chain = chains.getOrDefault(entry.chain(), Chain.EMPTY);
        if (!chain.isFollowedBy(entry)) {
            faults.add(new Fault.BrokenLink(
                    index,
                    entry.chain(),
                    "number " + chain.length() + " after " + text(chain.last()),
                    "number " + entry.itemSequence() + " after " + text(entry.previous())));
        }
        Decision decision = StateTable.apply(chain.state(), entry.event());
        if (!decision.accepted()) {
            faults.add(new Fault.ForbiddenAct(index, entry.chain(), decision.code(), decision.reason()));
        } else if (memberships.contradict(entry, chain.state())) {
            faults.add(new Fault.NotOfTheUnit(
                    index,
                    entry.chain(),
                    entry.event().context().actor().id(),
                    Memberships.office(entry, chain.state())));
        }
        memberships.learn(entry);
        sign(index, bytes, entry);
        Sha256Digest last = Sha256Digest.ofRaw(leaf);
        chains.put(
                entry.chain(),
                new Chain(
                        entry.itemSequence() + 1,
                        last,
                        Arrays.equals(leaf, computed) ? last : Sha256Digest.ofRaw(computed),
                        decision.accepted() ? decision.next() : chain.state()));
        visitor.visit(index, bytes, entry);
    }

    /** Checks a personal signature: that it verifies, and that the person had registered the key before. */
    private void sign(long index, byte[] bytes, Entry entry) {
        CustodyEvent event = entry.event();
        String actor = event.context().actor().id();
        if (event instanceof SigningKeyRegistered registered) {
            signingKeys.add(actor + " " + registered.publicKey());
        }
        PersonalSignature signature = event.signature();
        if (signature == null) {
            return;
        }
        if (!PersonalStatement.isSignedIn(bytes, signature)) {
            faults.add(new Fault.BadPersonalSignature(index, entry.chain(), "not signed by " + actor));
        } else if (!signingKeys.contains(actor + " " + signature.publicKey())) {
            faults.add(new Fault.BadPersonalSignature(
                    index, entry.chain(), actor + " never registered the key " + signature.publicKey()));
        }
    }

    private static String text(Sha256Digest leaf) {
        return leaf == null ? "nothing" : leaf.hex();
    }

    /** The complete subtrees at the right edge of a growing tree: one hash for each 1 in its size. */
    private static final class Frontier {
        private final byte[][] subtrees = new byte[64][];
        private final List<Fault> differingTiles = new ArrayList<>();
        private long size;

        long size() {
            return size;
        }

        Frontier copy() {
            Frontier copy = new Frontier();
            System.arraycopy(subtrees, 0, copy.subtrees, 0, subtrees.length);
            copy.differingTiles.addAll(differingTiles);
            copy.size = size;
            return copy;
        }

        void append(byte[] leaf, LogVerification run, Tiles tiles) {
            byte[] hash = leaf;
            int level = 0;
            for (long rest = size; (rest & 1) == 1; rest >>>= 1) {
                hash = Merkle.nodeHash(subtrees[level], hash);
                level++;
                if (level % 8 == 0) {
                    run.compareUpperTile(tiles, level / 8, size >>> level, hash, differingTiles);
                }
            }
            subtrees[level] = hash;
            size++;
        }

        byte[] root() {
            byte[] root = null;
            for (int level = 0; level < 63; level++) {
                if ((size >>> level & 1) == 1) {
                    root = root == null ? subtrees[level] : Merkle.nodeHash(subtrees[level], root);
                }
            }
            return root == null ? Merkle.root(0, null) : root;
        }
    }
}
