package org.liuhen.station;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.core.fs.local.LocalRecoverableWriter;

/**
 * Flink's local file system with one promise more: a file that was closed survives a power cut. Checkpoints lie on it, under
 * the scheme {@code durable}; Flink's own local file system leaves them to the system's cache.
 */
final class DurableFileSystem extends LocalFileSystem {
    static final String SCHEME = "durable";

    @Override
    public URI getUri() {
        return URI.create(SCHEME + ":///");
    }

    /** Without it Flink writes a checkpoint's metadata through {@link #create}, which forces it. */
    @Override
    public LocalRecoverableWriter createRecoverableWriter() {
        throw new UnsupportedOperationException("metadata goes through create, which forces it");
    }

    @Override
    public FSDataOutputStream create(Path file, WriteMode overwrite) throws IOException {
        return new Forced(super.create(file, overwrite), pathToFile(file).toPath());
    }

    @Override
    public boolean mkdirs(Path folder) throws IOException {
        boolean made = super.mkdirs(folder);
        java.nio.file.Path at = pathToFile(folder).toPath();
        for (int up = 0; at != null && up < 3; up++, at = at.getParent()) { // job, shared and chk-N may all be new
            force(at);
        }
        return made;
    }

    private static void force(java.nio.file.Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Forces the file and its name when it is closed. */
    private static final class Forced extends FSDataOutputStream {
        private final FSDataOutputStream out;
        private final java.nio.file.Path file;
        private boolean closed;

        Forced(FSDataOutputStream out, java.nio.file.Path file) {
            this.out = out;
            this.file = file;
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void sync() throws IOException {
            out.sync();
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (out) {
                out.sync();
            }
            java.nio.file.Path folder = file.getParent();
            if (folder != null) {
                force(folder);
            }
        }
    }

    /** How Flink finds it. */
    public static final class Factory implements FileSystemFactory {
        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileSystem create(URI uri) {
            return new DurableFileSystem();
        }
    }
}
