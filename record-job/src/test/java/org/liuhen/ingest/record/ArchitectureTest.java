package org.liuhen.ingest.record;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ArchitectureTest {
    /** Readers of files are the largest surface for an attack; the process that signs the log must not even hold them. */
    @Test
    void noReaderOfFilesIsOnTheClassPath() {
        for (String reader : new String[] {"org.apache.tika.parser.Parser", "org.liuhen.describe.Describer"}) {
            assertThrows(ClassNotFoundException.class, () -> Class.forName(reader), reader);
        }
        // Its jar has programs and no class.
        assertNull(ArchitectureTest.class.getResource("/org/bytedeco/ffmpeg/linux-x86_64/ffprobe"), "ffmpeg");
    }
}
