package org.liuhen.dock;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * The bytes of a file as a stream that can go back: tus-java-client marks the place where each request began, and would keep all that follows
 * in memory if the stream could not go back by itself.
 */
public final class FileBytes extends InputStream {
    private static final int BUFFER_BYTES = 1 << 20;

    private final FileChannel channel;
    private long mark;

    /** Opens the file. */
    public FileBytes(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
    }

    /**
     * The digest of a file.
     *
     * @param done gets the number of bytes that are read, after each part
     */
    static Sha256Digest digest(Path file, LongConsumer done) throws UnreadableFileException {
        MessageDigest sha256 = Sha256Digest.algorithm();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
                bytes += read;
                done.accept(bytes);
            }
        } catch (IOException failed) {
            throw new UnreadableFileException(failed);
        }
        return Sha256Digest.ofRaw(sha256.digest());
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
