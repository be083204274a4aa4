package org.liuhen.storage;

import java.io.IOException;
import java.util.Optional;
import org.liuhen.custody.log.LogStore;

/** Small files that several processes read and change. */
public interface Notes extends LogStore {
    /**
     * Replaces a file, if it is still what was read before. Of several processes that replace the same state, one is told yes; the
     * others read again and decide anew. The new bytes must be bytes that no other process would write in their place.
     *
     * @param before what was read, or empty where there was no file
     * @return whether it was replaced
     */
    boolean replace(String path, Optional<byte[]> before, byte[] after) throws IOException;
}
