package org.liuhen.dock;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file, and can go back in it without keeping what it read: tus-java-client marks the place where each request began,
 * and would keep all that follows in memory where the stream cannot go back by itself.
 */
public final class FileBytes extends InputStream {
    private final FileChannel channel;
    private long mark;

    /** Opens the file. */
    public FileBytes(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(buffer, from, length));
    }

    @Override
    public long skip(long bytes) throws IOException {
        long before = channel.position();
        channel.position(Math.min(channel.size(), before + Math.max(0, bytes)));
        return channel.position() - before;
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // one thread reads it
    public void mark(int limit) {
        try {
            mark = channel.position();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void reset() throws IOException {
        channel.position(mark);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
