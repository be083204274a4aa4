package org.liuhen.custody.log;

import java.io.IOException;
import java.util.Optional;

/** The published files of a log, by their path below the log's own prefix (C2SP tlog-tiles). */
@FunctionalInterface
public interface LogReader {
    /** The whole file, or empty if there is none. */
    Optional<byte[]> read(String path) throws IOException;
}
