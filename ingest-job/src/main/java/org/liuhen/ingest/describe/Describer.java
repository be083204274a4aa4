package org.liuhen.ingest.describe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.ingest.describe.ParserPool.ParserDiedException;
import org.liuhen.ingest.describe.Request.Mode;
import org.liuhen.ingest.verify.ReadBack;

/** Describes files in parser processes. It always answers; what went wrong is in the answer. */
public final class Describer implements AutoCloseable {
    /** The value that names a track. */
    public static final String TRACK_DIGEST = "trackSha256";

    private static final int TRACK_BYTES_MAX = 64 << 20;
    private static final long FETCHED_BYTES_MAX = 64 << 20;
    private static final int FETCHES_MAX = 5_000;

    private final ParserPool pool;
    private final Profiles profiles;

    /** What a description needs of the original, and what it leaves beside it. */
    public interface Original {
        /** Fetches the bytes from the first to before the last into the skeleton. */
        void fetch(long from, long to) throws IOException;

        /** Keeps what was made from the original, under its digest. */
        void keep(Sha256Digest digest, byte[] bytes) throws IOException;
    }

    /**
     * A describer.
     *
     * @param processes at most so many parser processes at a time
     * @param scratch where they keep their temporary files
     * @param profiles what the names of files say
     */
    public Describer(int processes, Path scratch, Profiles profiles) {
        this.pool = new ParserPool(processes, scratch);
        this.profiles = profiles;
    }

    /**
     * Describes the file in this skeleton.
     *
     * @param sender who sent it
     * @param derived an empty folder where parser processes put what they make from the file, such as its track
     */
    public Description describe(
            Path skeleton, Path derived, FileName name, Actor sender, ReadBack read, Original original)
            throws InterruptedException, IOException {
        Request request = new Request(
                Mode.ALL,
                skeleton.toString(),
                derived.toString(),
                name.value(),
                read.kind(),
                read.holes().isEmpty(),
                read.damage(),
                read.sizeBytes());
        List<String> deaths = new ArrayList<>();
        Description file = ask(request, deaths);
        if (file == null) {
            file = ask(request.in(Mode.WITHOUT_TIKA), deaths);
        }
        if (file == null) {
            file = new Description(TikaReader.UNKNOWN_TYPE, List.of(), null, List.of(), null, null, null, null);
        }
        List<Value> values = new ArrayList<>(file.values());
        List<String> failures = new ArrayList<>(file.failures());
        if (!file.wanted().isEmpty()) {
            addTrack(values, failures, deaths, request, read.missing(file.wanted(), FETCHES_MAX + 1), original);
        }
        keepTrack(values, failures, derived.resolve(ParserWorker.TRACK), original);
        failures.addAll(deaths);
        values.addAll(profiles.values(name.value()));
        values.addAll(Conflicts.among(values, file.mediaType(), sender));
        return new Description(
                file.mediaType(),
                values,
                file.members(),
                failures,
                Isolation.here().words(),
                file.tika(),
                file.ffprobe(),
                null);
    }

    private Description ask(Request request, List<String> deaths) throws InterruptedException {
        try {
            return pool.parse(request);
        } catch (ParserDiedException died) {
            deaths.add(died.getMessage());
            return null;
        }
    }

    private void addTrack(
            List<Value> values,
            List<String> failures,
            List<String> deaths,
            Request request,
            List<long[]> missing,
            Original original)
            throws InterruptedException, IOException {
        long fetched = 0;
        for (int i = 0; i < missing.size(); i++) {
            long[] part = missing.get(i);
            fetched += part[1] - part[0];
            if (fetched > FETCHED_BYTES_MAX || i == FETCHES_MAX) {
                failures.add("positions: more than " + FETCHED_BYTES_MAX + " bytes or " + FETCHES_MAX
                        + " parts of the file would have to be read; the track ends early");
                break;
            }
            original.fetch(part[0], part[1]);
        }
        Description track = ask(request.in(Mode.TRACK), deaths);
        if (track != null) {
            values.addAll(track.values());
            failures.addAll(track.failures());
        }
    }

    /**
     * Keeps the track that the values name. A parser process has read hostile bytes: what it names must be what it left, or a
     * description could show another item's file as its own.
     */
    static void keepTrack(List<Value> values, List<String> failures, Path file, Original original) throws IOException {
        List<Value> named = values.stream()
                .filter(value -> value.name().equals(TRACK_DIGEST))
                .toList();
        if (named.isEmpty()) {
            return;
        }
        byte[] bytes = new byte[0];
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                bytes = in.readNBytes(TRACK_BYTES_MAX);
            }
        }
        Sha256Digest digest = Sha256Digest.of(bytes);
        if (named.size() == 1 && named.get(0).value().equals(digest.hex())) {
            original.keep(digest, bytes);
        } else {
            values.removeIf(value -> value.name().startsWith("track"));
            failures.add("positions: the parser process named a track that it did not leave");
        }
    }

    /** What keeps parser processes from the rest of this machine, in words. */
    public static String isolation() {
        return Isolation.here().words();
    }

    @Override
    public void close() {
        pool.close();
    }
}
