package org.liuhen.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Tiles;

/** What every {@link LogStore} of a {@link Vault} must do, for published logs and for notes. */
public abstract class LogStoreContract extends StoreContract {
    @Test
    void replacesANoteOnlyWhereItIsWhatWasRead() throws IOException {
        LogStore notes = vault.notes(SITE);
        assertTrue(notes.replace("list", Optional.empty(), new byte[] {1}));
        assertFalse(notes.replace("list", Optional.empty(), new byte[] {2}));
        assertFalse(notes.replace("list", Optional.of(new byte[] {2}), new byte[] {3}));
        vault = reopen();
        assertTrue(vault.notes(SITE).replace("list", Optional.of(new byte[] {1}), new byte[] {4}));
        assertArrayEquals(new byte[] {4}, notes.read("list").orElseThrow());
    }

    @Test
    void replacesACheckpointOnlyWhereItIsWhatWasRead() throws IOException {
        LogStore log = vault.log(SITE);
        LogStore other = reopen().log(SITE);
        assertTrue(log.replace(Tiles.CHECKPOINT, Optional.empty(), new byte[] {1}));
        assertArrayEquals(new byte[] {1}, log.read(Tiles.CHECKPOINT).orElseThrow());
        assertArrayEquals(new byte[] {1}, other.read(Tiles.CHECKPOINT).orElseThrow());
        assertTrue(log.replace(Tiles.CHECKPOINT, Optional.of(new byte[] {1}), new byte[] {2}));
        assertFalse(other.replace(Tiles.CHECKPOINT, Optional.of(new byte[] {1}), new byte[] {3}), "not read since");
        assertFalse(log.replace(Tiles.CHECKPOINT, Optional.of(new byte[] {1}), new byte[] {3}));
        assertTrue(other.replace(Tiles.CHECKPOINT, Optional.of(new byte[] {2}), new byte[] {1}), "given, not read");
        assertTrue(log.replace(Tiles.CHECKPOINT, Optional.of(new byte[] {1}), new byte[] {5}), "as it was once");
        assertArrayEquals(new byte[] {5}, other.read(Tiles.CHECKPOINT).orElseThrow());
    }

    @Test
    void noChangeOfANoteIsLostWhereManyMakeOne() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<?>> writing = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            byte own = (byte) writer;
            Vault opened = reopen();
            writing.add(writers.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    boolean replaced = false;
                    while (!replaced) {
                        Optional<byte[]> before = opened.notes(SITE).read("many");
                        byte[] after = Arrays.copyOf(before.orElse(new byte[0]), before.orElse(new byte[0]).length + 1);
                        after[after.length - 1] = own;
                        replaced = opened.notes(SITE).replace("many", before, after);
                    }
                }
                opened.close();
                return null;
            }));
        }
        for (Future<?> one : writing) {
            one.get();
        }
        writers.shutdown();
        byte[] all = vault.notes(SITE).read("many").orElseThrow();
        assertEquals(40, all.length);
        for (int writer = 0; writer < 4; writer++) {
            int of = 0;
            for (byte one : all) {
                of += one == writer ? 1 : 0;
            }
            assertEquals(10, of);
        }
    }

    @Test
    void keepsTheFilesOfALog() throws IOException {
        LogStore log = vault.log(SITE);
        assertEquals(Optional.empty(), log.read("tile/0/000"));
        log.write("tile/0/x001/067", new byte[] {1});
        log.write("tile/0/x001/067", new byte[] {2, 3});
        log.write("tile/0/x001/067.p/3", new byte[] {4});
        log.write("tile/0/x001/067.p/12", new byte[] {4});
        vault = reopen();
        vault.log(SITE).removePartials("tile/0/x001/067");
        vault.log(SITE).removePartials("tile/0/x001/067");
        assertEquals(Optional.empty(), log.read("tile/0/x001/067.p/12"));
        assertArrayEquals(
                new byte[] {2, 3}, vault.log(SITE).read("tile/0/x001/067").orElseThrow());
    }

    @Test
    void writesAFileOfALogOnce() throws IOException {
        LogStore log = vault.log(SITE);
        Map<String, byte[]> files = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            files.put("tile/0/000.p/" + i, new byte[] {(byte) i});
        }
        assertEquals(List.of(), log.createAll(files));
        assertEquals(List.of(), log.createAll(files), "the same bytes once more");
        files.replaceAll((path, bytes) -> path.endsWith("/7") ? new byte[] {77} : bytes);
        files.put("tile/0/000", new byte[] {1});
        assertEquals(List.of("tile/0/000.p/7"), vault.log(SITE).createAll(files));
        vault = reopen();
        assertArrayEquals(new byte[] {7}, vault.log(SITE).read("tile/0/000.p/7").orElseThrow());
        assertArrayEquals(new byte[] {1}, log.read("tile/0/000").orElseThrow());
        assertEquals(files.keySet(), Set.copyOf(vault.log(SITE).list("tile")));
        assertEquals(List.of(), log.list("til"), "a folder, not a beginning of names");
        log.remove("tile/0/000.p/7");
        log.remove("tile/0/000.p/7");
        assertEquals(List.of(), log.createAll(files), "what was removed can be written");
        assertEquals(List.of(), log.createAll(Map.of()));
    }

    /** As where a publisher that was held up goes on beside the one that took over. */
    @Test
    void removesPartialTilesWhileSomebodyWritesThem() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        Vault writing = reopen();
        Vault removing = reopen();
        Future<?> writer = both.submit(() -> {
            for (int i = 0; i < 60; i++) {
                writing.log(SITE).createAll(Map.of("tile/0/002.p/" + i, new byte[] {(byte) i}));
            }
            return null;
        });
        do {
            removing.log(SITE).removePartials("tile/0/002");
            removing.log(SITE).list("tile");
        } while (!writer.isDone());
        writer.get();
        removing.log(SITE).removePartials("tile/0/002");
        assertEquals(List.of(), removing.log(SITE).list("tile/0/002.p"));
        both.shutdown();
    }

    @Test
    void letsManyWriteTheSameFileOfALogAtOnce() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<?>> writing = new ArrayList<>();
        byte[] content = bytes(1_000);
        for (int writer = 0; writer < 4; writer++) {
            Vault own = reopen();
            writing.add(writers.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    own.log(SITE).write("metadata/same", content);
                }
                own.close();
                return null;
            }));
        }
        for (Future<?> one : writing) {
            one.get();
        }
        writers.shutdown();
        assertArrayEquals(content, vault.log(SITE).read("metadata/same").orElseThrow());
    }
}
