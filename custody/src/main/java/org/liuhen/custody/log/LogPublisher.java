package org.liuhen.custody.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote.BadNoteException;

/**
 * Publishes entries of one log and signs its head. It keeps nothing in memory: what is published is what the store
 * holds. Entries that are there already are compared, never written again, so the same entries may be offered after any
 * crash; entries that differ are a fork, and a fork is never signed.
 */
public final class LogPublisher {
    private final LogStore store;
    private final LogName log;
    private final SignedNote.Signer signer;
    private final List<SignedNote.Verifier> keys;

    /** A publisher of this log. Of two at the same time, one is refused by the store ({@link OvertakenException}). */
    public LogPublisher(LogStore store, LogName log, SignedNote.Signer signer) {
        this(store, log, signer, List.of());
    }

    /**
     * A publisher of a log whose key was changed.
     *
     * @param earlier the keys that may have signed the head that is published now
     */
    public LogPublisher(LogStore store, LogName log, SignedNote.Signer signer, List<SignedNote.Verifier> earlier) {
        this.store = store;
        this.log = log;
        this.signer = signer;
        this.keys = new ArrayList<>(earlier);
        keys.add(signer.verifier());
    }

    /** What is published and what should be published contradict each other. Nothing was signed; a person decides. */
    public static final class ForkException extends Exception {
        ForkException(String message) {
            super("LG-101 " + message + ". Nothing was signed. Keep the published log and the topic as they are, and"
                    + " compare both with the last checkpoint that a witness holds");
        }
    }

    /** Another publisher replaced the checkpoint between its reading and its writing here. Nothing was signed; the same entries may be offered again. */
    public static final class OvertakenException extends IOException {
        OvertakenException(LogName log) {
            super("LG-102 another publisher has gone on with the log " + log.value()
                    + " meanwhile. Find the second record job, if this comes again and again");
        }
    }

    /** The newest signed head, or empty for a log without entries. */
    public Optional<Checkpoint> published() throws IOException, ForkException {
        return opened(store.read(Tiles.CHECKPOINT));
    }

    private Optional<Checkpoint> opened(Optional<byte[]> note) throws ForkException {
        if (note.isEmpty()) {
            return Optional.empty();
        }
        try {
            SignedNote head = SignedNote.parse(note.get());
            Checkpoint checkpoint = Checkpoint.parse(head.text());
            if (!checkpoint.origin().equals(log.origin()) || keys.stream().noneMatch(head::isSignedBy)) {
                throw new ForkException(
                        "The published checkpoint is not ours: no key of " + log.origin() + " signed it");
            }
            return Optional.of(checkpoint);
        } catch (BadNoteException bad) {
            throw new ForkException("The published checkpoint is not ours: " + bad.getMessage());
        }
    }

    /**
     * Publishes these entries from this index on: bundles, tiles and last the checkpoint that commits to them. The checkpoint takes the
     * place of the one that was read first and of no other: a publisher that was held up and comes back while another one has gone on
     * must not put an older head before people.
     *
     * @param firstIndex the index of the first entry given, at most the published size
     * @param entries canonical entries in the order of the log
     * @return the newest signed head
     * @throws OvertakenException where another publisher has gone on meanwhile
     */
    public Checkpoint publish(long firstIndex, List<byte[]> entries) throws IOException, ForkException {
        Optional<byte[]> note = store.read(Tiles.CHECKPOINT);
        Optional<Checkpoint> before = opened(note);
        long size = before.map(Checkpoint::size).orElse(0L);
        if (firstIndex > size) {
            throw new ForkException("Entries from " + firstIndex + " on were offered to a log of " + size);
        }
        Tiles tiles = new Tiles(store, size);
        if (before.isPresent()
                && !Sha256Digest.ofRaw(tiles.root()).equals(before.get().root())) {
            throw new ForkException("The published tiles do not lead to the published checkpoint of size " + size);
        }
        int known = (int) Math.min(size - firstIndex, entries.size());
        for (int i = 0; i < known; i++) {
            if (!MessageDigest.isEqual(Merkle.leafHash(entries.get(i)), tiles.leafHash(firstIndex + i))) {
                throw new ForkException("Entry " + (firstIndex + i) + " is published with other content");
            }
        }
        List<byte[]> fresh = entries.subList(known, entries.size());
        if (fresh.isEmpty() && before.isPresent()) {
            return before.get();
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        append(tiles, fresh, files);
        List<String> taken = store.createAll(files); // the checkpoint, which commits to them, comes after all of them
        if (!taken.isEmpty()) {
            throw taken(taken.get(0), note);
        }
        // The root is computed from what was written, read back: a write that went wrong is not signed.
        long newSize = size + fresh.size();
        Checkpoint after = new Checkpoint(log.origin(), newSize, Sha256Digest.ofRaw(new Tiles(store, newSize).root()));
        if (!store.replace(Tiles.CHECKPOINT, note, after.sign(signer).bytes())) {
            throw new OvertakenException(log);
        }
        removePartials(size, newSize);
        return after;
    }

    /** A file of a log is written once. Where other bytes are there already, another publisher has gone on, or nobody signs what lies there. */
    private IOException taken(String path, Optional<byte[]> note) throws IOException, ForkException {
        if (Arrays.equals(store.read(Tiles.CHECKPOINT).orElse(null), note.orElse(null))) {
            throw new ForkException("Beyond the published checkpoint, " + path
                    + " holds other entries than were offered: a second record job writes into this log, or one did");
        }
        return new OvertakenException(log);
    }

    /**
     * Without this a slow log would keep 255 partial copies of each tile. Only the tile at the old edge can have any: the
     * ones behind it were full before, the ones after it are written once. (A publication that died may leave some in a later
     * one; tlog-tiles allows that.)
     */
    private void removePartials(long size, long newSize) throws IOException {
        if (size / Tiles.WIDTH < newSize / Tiles.WIDTH) {
            store.removePartials(Tiles.entriesPath(size / Tiles.WIDTH, Tiles.WIDTH));
        }
        for (int level = 0; newSize >>> (8 * level) >= Tiles.WIDTH; level++) {
            long edge = (size >>> (8 * level)) / Tiles.WIDTH;
            if (edge < (newSize >>> (8 * level)) / Tiles.WIDTH) {
                store.removePartials(Tiles.tilePath(level, edge, Tiles.WIDTH));
            }
        }
    }

    private static void append(Tiles before, List<byte[]> fresh, Map<String, byte[]> files) {
        int partial = (int) (before.size() % Tiles.WIDTH);
        long bundle = before.size() / Tiles.WIDTH;
        List<byte[]> entries = partial == 0 ? new ArrayList<>() : new ArrayList<>(before.entries(bundle));
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        for (byte[] entry : fresh) {
            hashes.writeBytes(Merkle.leafHash(entry));
            entries.add(entry);
            if (entries.size() == Tiles.WIDTH) {
                files.put(Tiles.entriesPath(bundle++, Tiles.WIDTH), Tiles.bundle(entries));
                entries.clear();
            }
        }
        if (!entries.isEmpty()) {
            files.put(Tiles.entriesPath(bundle, entries.size()), Tiles.bundle(entries));
        }
        appendHashes(before, 0, hashes.toByteArray(), files);
    }

    /** Appends hashes to a tile level; each tile that becomes full gives one hash to the level above. */
    private static void appendHashes(Tiles before, int level, byte[] fresh, Map<String, byte[]> files) {
        if (fresh.length == 0) {
            return;
        }
        long published = before.size() >>> (8 * level);
        long index = published / Tiles.WIDTH;
        ByteArrayOutputStream tile = new ByteArrayOutputStream();
        int partial = (int) (published % Tiles.WIDTH);
        if (partial > 0) {
            tile.write(before.tile(level, index), 0, partial * Tiles.HASH_BYTES);
        }
        ByteArrayOutputStream above = new ByteArrayOutputStream();
        for (int i = 0; i < fresh.length; i += Tiles.HASH_BYTES) {
            tile.write(fresh, i, Tiles.HASH_BYTES);
            if (tile.size() == Tiles.WIDTH * Tiles.HASH_BYTES) {
                files.put(Tiles.tilePath(level, index++, Tiles.WIDTH), tile.toByteArray());
                above.writeBytes(Tiles.subtree(tile.toByteArray(), 0, Tiles.WIDTH));
                tile.reset();
            }
        }
        if (tile.size() > 0) {
            files.put(Tiles.tilePath(level, index, tile.size() / Tiles.HASH_BYTES), tile.toByteArray());
        }
        appendHashes(before, level + 1, above.toByteArray(), files);
    }
}
