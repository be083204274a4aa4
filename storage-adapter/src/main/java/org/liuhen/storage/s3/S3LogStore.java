package org.liuhen.storage.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Together;

/** The files of a log, or of the notes of a site, as objects of a bucket without versions. */
final class S3LogStore implements LogStore {
    private static final int WRITERS = 8; // tiles of one publication written at a time

    private final S3Calls calls;
    private final String bucket;
    private final String prefix;

    /** The checkpoint as it was read last: the one file of a log that is replaced all the time. */
    private volatile Optional<S3Calls.Read> checkpoint = Optional.empty();

    /**
     * Files below a prefix.
     *
     * @param prefix how their keys begin, up to a slash
     */
    S3LogStore(S3Calls calls, String bucket, String prefix) {
        this.calls = calls;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public boolean replace(String path, Optional<byte[]> before, byte[] after) throws IOException {
        Optional<S3Calls.Read> known = checkpoint;
        if (path.equals(Tiles.CHECKPOINT)
                && known.isPresent()
                && sameBytes(known, before)
                && calls.putIf(bucket, prefix + path, after, etag(known)).isPresent()) {
            return true;
        }
        Optional<S3Calls.Read> now = calls.read(bucket, prefix + path);
        return sameBytes(now, before)
                && calls.putIf(bucket, prefix + path, after, etag(now)).isPresent();
    }

    private static String etag(Optional<S3Calls.Read> read) {
        return read.map(S3Calls.Read::etag).orElse(null);
    }

    private static boolean sameBytes(Optional<S3Calls.Read> read, Optional<byte[]> bytes) {
        return Arrays.equals(read.map(S3Calls.Read::bytes).orElse(null), bytes.orElse(null));
    }

    @Override
    public Optional<byte[]> read(String path) throws IOException {
        Optional<S3Calls.Read> read = calls.read(bucket, prefix + path);
        if (path.equals(Tiles.CHECKPOINT)) {
            checkpoint = read;
        }
        return read.map(S3Calls.Read::bytes);
    }

    @Override
    public void write(String path, byte[] bytes) throws IOException {
        calls.put(bucket, prefix + path, bytes);
    }

    @Override
    public List<String> createAll(Map<String, byte[]> files) throws IOException {
        List<String> taken = new CopyOnWriteArrayList<>();
        List<Callable<Void>> writes = new ArrayList<>();
        files.forEach((path, bytes) -> writes.add(() -> {
            if (calls.putIf(bucket, prefix + path, bytes, null).isEmpty()) {
                taken.add(path);
            }
            return null;
        }));
        ExecutorService writers = Executors.newFixedThreadPool(Math.min(WRITERS, Math.max(1, files.size())));
        try {
            Together.run(writers, writes, "writing a log");
        } finally {
            writers.shutdownNow();
        }
        return taken;
    }

    @Override
    public List<String> list(String folder) throws IOException {
        return calls.list(bucket, prefix + folder + "/").stream()
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    @Override
    public void remove(String path) throws IOException {
        calls.remove(bucket, prefix + path);
    }
}
