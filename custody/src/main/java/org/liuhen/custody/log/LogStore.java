package org.liuhen.custody.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the files of a log rest, by their path below the log's own prefix, such as {@code tile/0/x001/067}. */
public interface LogStore extends LogReader {
    /** Writes the whole file. Returns only when it is durable; a reader sees the old file or the new, never a part. */
    void write(String path, byte[] bytes) throws IOException;

    /**
     * Replaces a file, if it is still what was read before. Of several processes that replace the same state, one is told yes; the
     * others read again and decide anew. The new bytes must be bytes that no other process would write in their place, or such that it
     * does not matter who wrote them.
     *
     * <p>Done so, it holds for a store that one thread writes to; every other store has to do better.
     *
     * @param before what was read, or empty where there was no file
     * @return whether it was replaced
     */
    default boolean replace(String path, Optional<byte[]> before, byte[] after) throws IOException {
        boolean same = Arrays.equals(read(path).orElse(null), before.orElse(null));
        if (same) {
            write(path, after);
        }
        return same;
    }

    /**
     * Writes all of these files, in any order, each where there is none yet. A file that is there stays as it is. Returns only when all
     * are durable.
     *
     * @return the paths of those that are there with other bytes
     */
    default List<String> createAll(Map<String, byte[]> files) throws IOException {
        List<String> taken = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (!replace(file.getKey(), Optional.empty(), file.getValue())
                    && !Arrays.equals(read(file.getKey()).orElse(null), file.getValue())) {
                taken.add(file.getKey());
            }
        }
        return taken;
    }

    /**
     * The paths of all files in a folder and in those below it.
     *
     * @param folder such as {@code tile}; it need not be there
     */
    List<String> list(String folder) throws IOException;

    /** Removes a file; one that is gone stays gone. */
    void remove(String path) throws IOException;

    /**
     * Removes the partial tiles of a tile that is there in full, which tlog-tiles allows: readers of an older size ask
     * for the full one then. It tidies up only, so a crash before it loses nothing.
     *
     * @param fullPath the path of the full tile or bundle
     */
    default void removePartials(String fullPath) throws IOException {
        for (String partial : list(fullPath + ".p")) {
            remove(partial);
        }
    }
}
