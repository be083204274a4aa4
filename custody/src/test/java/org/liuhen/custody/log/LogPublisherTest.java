package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogPublisher.ForkException;
import org.liuhen.custody.log.LogPublisher.OvertakenException;

/** Two publishers of one log that do not agree, and one that dies: whatever the moment, what is published holds, and no file of it is ever changed. */
class LogPublisherTest {
    private static final LogName SITE = new LogName("site-1");
    private static final SignedNote.Signer SIGNER =
            new SignedNote.Signer(SITE.origin(), new Ed25519PrivateKeyParameters(new byte[32], 0));
    private static final int[] SIZES = {0, 200, 256, 511};
    private static final int[] STEPS = {1, 60, 300};

    /** Does something, once, before one of its calls. */
    private static final class At implements LogStore {
        private final MemoryLogStore store;
        private final int call;
        private final Step step;
        private int calls;

        private interface Step {
            void run() throws IOException;
        }

        At(MemoryLogStore store, int call, Step step) {
            this.store = store;
            this.call = call;
            this.step = step;
        }

        private void next() throws IOException {
            if (calls++ == call) {
                step.run();
            }
        }

        boolean came() {
            return calls > call;
        }

        @Override
        public Optional<byte[]> read(String path) throws IOException {
            next();
            return store.read(path);
        }

        @Override
        public void write(String path, byte[] bytes) throws IOException {
            next();
            store.write(path, bytes);
        }

        @Override
        public boolean replace(String path, Optional<byte[]> before, byte[] after) throws IOException {
            next();
            return store.replace(path, before, after);
        }

        @Override
        public List<String> list(String folder) throws IOException {
            next();
            return store.list(folder);
        }

        @Override
        public void remove(String path) throws IOException {
            next();
            store.remove(path);
        }
    }

    private static final class Died extends IOException {}

    private static List<byte[]> entries(String whose, int common, int size) {
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(((i < common ? "" : whose) + " entry " + i).getBytes(StandardCharsets.UTF_8));
        }
        return entries;
    }

    private static LogPublisher publisher(LogStore store) {
        return new LogPublisher(store, SITE, SIGNER);
    }

    /** What is published leads to its head, and is all of one publisher. Gives all its files, with what they hold. */
    private static Map<String, byte[]> requireWhole(MemoryLogStore store, List<List<byte[]>> oneOf) throws Exception {
        Map<String, byte[]> published = new TreeMap<>();
        Optional<Checkpoint> head = publisher(store).published();
        if (head.isEmpty()) {
            return published;
        }
        long size = head.get().size();
        Tiles tiles = new Tiles(
                path -> {
                    Optional<byte[]> file = store.read(path);
                    file.ifPresent(bytes -> published.put(path, bytes));
                    return file;
                },
                size);
        assertEquals(head.get().root(), Sha256Digest.ofRaw(tiles.root()));
        List<byte[]> there = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            there.add(tiles.entry(i));
            assertArrayEquals(Merkle.leafHash(tiles.entry(i)), tiles.leafHash(i));
        }
        assertTrue(
                oneOf.stream()
                        .anyMatch(one -> one.size() >= there.size()
                                && Arrays.deepEquals(
                                        one.subList(0, there.size()).toArray(), there.toArray())),
                "mixed, at size " + size);
        return published;
    }

    @Test
    void theLaterOfTwoThatDoNotAgreeChangesNothingThatIsPublished() throws Exception {
        int met = 0;
        for (int size : SIZES) {
            for (int step : STEPS) {
                for (int call = 0; ; call++) {
                    MemoryLogStore store = new MemoryLogStore();
                    List<byte[]> before = entries("", size, size);
                    publisher(store).publish(0, before);
                    List<byte[]> ours = entries("our", size, size + step);
                    List<byte[]> theirs = entries("their", size, size + step);
                    List<List<byte[]>> both = List.of(ours, theirs);
                    List<Map<String, byte[]>> seen = new ArrayList<>();
                    At late = new At(store, call, () -> {
                        try {
                            publisher(store).publish(0, theirs);
                        } catch (ForkException unsigned) {
                            // what we wrote already is in its way
                        }
                        try {
                            seen.add(requireWhole(store, both));
                        } catch (IOException failed) {
                            throw failed;
                        } catch (Exception failed) {
                            throw new AssertionError(failed);
                        }
                    });
                    try {
                        publisher(late).publish(size, ours.subList(size, size + step));
                    } catch (ForkException | OvertakenException refused) {
                        met++;
                    }
                    requireWhole(store, both);
                    for (Map<String, byte[]> published : seen) {
                        published.forEach((path, bytes) -> {
                            Optional<byte[]> now = store.read(path);
                            assertTrue(
                                    path.equals(Tiles.CHECKPOINT)
                                            || (now.isEmpty() && path.contains(".p/"))
                                            || Arrays.equals(bytes, now.orElse(null)),
                                    path + " was changed");
                        });
                    }
                    if (!late.came()) {
                        break;
                    }
                }
            }
        }
        assertTrue(met > 40, "they met " + met + " times only");
    }

    @Test
    void whatADeadPublicationLeftIsUsedByTheSameEntriesAndRefusedByOthers() throws Exception {
        for (int size : SIZES) {
            for (int step : STEPS) {
                for (int call = 0; ; call++) {
                    MemoryLogStore store = new MemoryLogStore();
                    publisher(store).publish(0, entries("", size, size));
                    List<byte[]> ours = entries("our", size, size + step);
                    At dying = new At(store, call, () -> {
                        throw new Died();
                    });
                    try {
                        publisher(dying).publish(0, ours);
                    } catch (Died | UncheckedIOException dead) {
                        MemoryLogStore other = new MemoryLogStore();
                        other.files.putAll(store.files);
                        refusedOrPublished(other, size, entries("their", size, size + step));
                    }
                    publisher(store).publish(0, ours);
                    requireWhole(store, List.of(ours));
                    if (!dying.came()) {
                        break;
                    }
                }
            }
        }
    }

    /** Refused, it is published once what lies beyond the head is away: all of that is told from what is published. */
    private static void refusedOrPublished(MemoryLogStore store, int size, List<byte[]> theirs) throws Exception {
        long head = publisher(store).published().map(Checkpoint::size).orElse(0L);
        if (head > size) {
            return; // it died behind its checkpoint
        }
        try {
            publisher(store).publish(0, theirs);
        } catch (ForkException refused) {
            for (String path : store.list("tile")) {
                if (Tiles.isBeyond(path, head)) {
                    store.remove(path);
                }
            }
            publisher(store).publish(0, theirs);
        }
        requireWhole(store, List.of(theirs));
    }

    @Test
    void tellsWhichFilesBelongToALongerLog() throws Exception {
        for (int size : new int[] {0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 70_000}) {
            MemoryLogStore store = new MemoryLogStore();
            publisher(store).publish(0, entries("", size, size));
            for (String path : store.list("tile")) {
                assertFalse(Tiles.isBeyond(path, size), path + " of " + size);
                boolean edge = path.matches("tile/(0|entries)/.*[.]p/.*");
                assertTrue(!edge || Tiles.isBeyond(path, size - 1), path);
            }
            assertTrue(Tiles.isBeyond(Tiles.entriesPath(size / 256, size % 256 + 1), size));
            assertTrue(Tiles.isBeyond("tile/0/x001/x234/067", size));
            assertFalse(Tiles.isBeyond("checkpoint", size));
        }
    }
}
