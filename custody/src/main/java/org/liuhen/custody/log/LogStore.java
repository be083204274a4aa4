package org.liuhen.custody.log;

import java.io.IOException;
import java.util.Optional;

/** Where the files of a log rest, by their path below the log's own prefix, such as {@code tile/0/x001/067}. */
public interface LogStore {
    /** The whole file, or empty if there is none. */
    Optional<byte[]> read(String path) throws IOException;

    /** Writes the whole file. Returns only when it is durable; a reader sees the old file or the new, never a part. */
    void write(String path, byte[] bytes) throws IOException;
}
