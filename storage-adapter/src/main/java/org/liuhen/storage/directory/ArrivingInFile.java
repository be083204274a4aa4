package org.liuhen.storage.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads.Arriving;
import org.liuhen.storage.VaultException;

/** Appends to the file of an upload. The file is open only while bytes come: a process may have few files open. */
final class ArrivingInFile implements Arriving {
    private static final long FORCE_EVERY_BYTES = 8L << 20;

    private final Path file;
    private final Map<EvidenceId, Long> durable;
    private final Runnable ended;
    private final Upload upload;
    private final EvidenceId id;
    private FileChannel channel;
    private long size;
    private long forced;
    private CompletableFuture<Void> forcing = CompletableFuture.completedFuture(null);

    /**
     * Begins where the upload ends.
     *
     * @param file the bytes of the upload
     * @param durable how many bytes of which upload this process has forced
     * @param ended what lets another sender begin
     */
    ArrivingInFile(Upload upload, Path file, Map<EvidenceId, Long> durable, Runnable ended) {
        this.file = file;
        this.durable = durable;
        this.ended = ended;
        this.upload = upload;
        this.id = upload.id();
        this.size = upload.offsetBytes();
        this.forced = size;
        durable.remove(id);
    }

    @Override
    public void write(byte[] buffer, int from, int length) throws IOException {
        if (size + length > upload.sizeBytes()) {
            throw VaultException.tooLong(upload.sizeBytes());
        }
        ByteBuffer part = ByteBuffer.wrap(buffer, from, length);
        while (part.hasRemaining()) {
            size += open().write(part);
        }
        if (size - forced >= FORCE_EVERY_BYTES && forcing.isDone()) {
            joinForce(forcing);
            forced = size;
            FileChannel now = channel;
            forcing = CompletableFuture.runAsync(() -> forceBeside(now));
        }
    }

    private FileChannel open() throws IOException {
        if (channel == null) {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        }
        return channel;
    }

    @Override
    public void idle() throws IOException {
        if (forcing.isDone()) { // else the file is still being forced
            release();
        }
    }

    private void release() throws IOException {
        try {
            joinForce(forcing); // the system reports a failed force once: it must not be lost
        } finally {
            if (channel != null) {
                channel.close();
                channel = null;
            }
        }
    }

    @Override
    public Upload keep() throws IOException {
        try {
            joinForce(forcing);
        } finally {
            open().force(false);
        }
        durable.put(id, channel.size());
        return new Upload(upload.info(), channel.size(), null, false);
    }

    @Override
    public void takeBack() throws IOException {
        joinForce(forcing);
        open().truncate(upload.offsetBytes());
        channel.force(false);
        size = upload.offsetBytes();
    }

    @Override
    public void close() throws IOException {
        try {
            release();
        } finally {
            ended.run();
        }
    }

    /** Sends bytes to disk while more arrive, so that the force at the end has little left to do. */
    private static void forceBeside(FileChannel channel) {
        try {
            channel.force(false);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void joinForce(CompletableFuture<Void> forcing) throws IOException {
        try {
            forcing.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof UncheckedIOException force) {
                throw force.getCause();
            }
            throw failed;
        }
    }
}
