package org.liuhen.ingest.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.ingest.describe.Description.Make;
import org.liuhen.ingest.describe.Request.Mode;

/**
 * Positions that a camera recorded as a track of its own in an MP4 or MOV file (ISO/IEC 14496-12): GoPro's {@code gpmd},
 * Google's {@code camm}, and subtitles ({@code tx3g}, {@code text}) as drones write them. The index says where the samples are;
 * what the skeleton lacks of them is asked of the parent.
 */
final class Mp4TrackReader {
    private static final int INDEX_BYTES_MAX = 64 << 20;
    private static final int SAMPLES_MAX = 100_000;
    private static final int SAMPLE_BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 8;
    private static final Instant GPS_EPOCH = Instant.parse("1980-01-06T00:00:00Z");
    private static final int GPS_AHEAD_SECONDS = 18; // of UTC, since 2017 (IERS Bulletin C)
    private static final long JOINED_GAP = 64 * 1024;

    private final FileChannel file;
    private final List<Found> tracks = new ArrayList<>();

    /** One track of the kinds that can hold positions, with the place of each sample. */
    private static final class Found {
        private String format = "";
        private String handler = "";
        private long[] sizes = new long[0];
        private long[] chunks = new long[0];
        private int[][] runs = new int[0][]; // first chunk, samples in each

        List<long[]> samples() {
            List<long[]> all = new ArrayList<>();
            int sample = 0;
            int run = -1;
            for (int chunk = 0; chunk < chunks.length; chunk++) {
                while (run + 1 < runs.length && runs[run + 1][0] <= chunk + 1) {
                    run++;
                }
                long at = chunks[chunk];
                for (int i = 0; run >= 0 && i < runs[run][1] && sample < sizes.length; i++) {
                    all.add(new long[] {at, at + sizes[sample]});
                    at += sizes[sample++];
                }
            }
            return all;
        }
    }

    private Mp4TrackReader(FileChannel file) {
        this.file = file;
    }

    /** Reads the positions, or says which parts of the file are needed for it. */
    static void read(Facts facts, Path path, Path trackPath, Mode mode) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            Mp4TrackReader reader = new Mp4TrackReader(file);
            reader.boxes(0, file.size(), 0, null);
            for (Found found : reader.tracks) {
                reader.track(facts, found, trackPath, mode);
            }
        } catch (IOException | RuntimeException damaged) {
            facts.failed("positions", damaged);
        }
    }

    private void track(Facts facts, Found found, Path trackPath, Mode mode) throws IOException {
        List<long[]> samples = found.samples();
        if (samples.isEmpty() || facts.has("trackPoints")) {
            return;
        }
        if (mode != Mode.MAKE) {
            facts.make.add(Make.POSITIONS);
            for (long[] sample : samples) {
                long[] last = facts.wanted.isEmpty() ? null : facts.wanted.get(facts.wanted.size() - 1);
                if (last != null && sample[0] >= last[0] && sample[0] - last[1] < JOINED_GAP) {
                    last[1] = Math.max(last[1], sample[1]);
                } else {
                    facts.wanted.add(sample.clone());
                }
            }
            return;
        }
        boolean text = found.format.equals("tx3g") || found.format.equals("text");
        Gpmf gpmf = new Gpmf();
        Track track = new Track(found.format + " track", text ? "unknown" : "utc");
        for (long[] sample : samples) {
            if (sample[1] - sample[0] <= SAMPLE_BYTES_MAX && sample[1] <= file.size()) {
                ByteBuffer bytes = at(sample[0], (int) (sample[1] - sample[0]));
                switch (found.format) {
                    case "gpmd" -> gpmf.read(bytes);
                    case "camm" -> camm(bytes.order(ByteOrder.LITTLE_ENDIAN), track);
                    default -> {
                        int length = bytes.remaining() < 2 ? 0 : bytes.getShort() & 0xffff;
                        byte[] words = new byte[Math.min(length, bytes.remaining())];
                        bytes.get(words);
                        SideCarReader.subtitle(track, new String(words, StandardCharsets.UTF_8));
                    }
                }
            }
        }
        (found.format.equals("gpmd") ? gpmf.track() : track).write(facts, trackPath);
    }

    /** Camera motion metadata: case 5 is a position, case 6 one with GPS time. */
    private static void camm(ByteBuffer sample, Track track) {
        if (sample.remaining() < 4) {
            return;
        }
        sample.getShort();
        int type = sample.getShort();
        if (type == 5 && sample.remaining() >= 24) {
            track.add(sample.getDouble(), sample.getDouble(), sample.getDouble(), null);
        } else if (type == 6 && sample.remaining() >= 32) {
            double sinceGpsEpoch = sample.getDouble();
            int fix = sample.getInt();
            double latitude = sample.getDouble();
            double longitude = sample.getDouble();
            double altitude = sample.getFloat();
            if (fix < 2) {
                track.unfixed();
            } else {
                Instant time = GPS_EPOCH.plusMillis(Math.round((sinceGpsEpoch - GPS_AHEAD_SECONDS) * 1_000));
                track.add(latitude, longitude, altitude, time.toString());
            }
        }
    }

    private ByteBuffer at(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                break;
            }
        }
        return bytes.flip();
    }

    private void boxes(long from, long to, int depth, Found track) throws IOException {
        long at = from;
        while (at + 8 <= to && depth < DEPTH_MAX) {
            ByteBuffer header = at(at, 16);
            if (header.remaining() < 8) {
                return;
            }
            long size = Integer.toUnsignedLong(header.getInt(0));
            String type = fourCharacters(header, 4);
            int headerBytes = 8;
            if (size == 1 && header.remaining() >= 16) {
                size = header.getLong(8);
                headerBytes = 16;
            } else if (size == 0) {
                size = to - at;
            }
            if (size < headerBytes || size > to - at) {
                return;
            }
            box(type, at + headerBytes, at + size, depth, track);
            at += size;
        }
    }

    private void box(String type, long from, long to, int depth, Found track) throws IOException {
        switch (type) {
            case "moov", "mdia", "minf", "stbl" -> boxes(from, to, depth + 1, track);
            case "trak" -> {
                Found found = new Found();
                boxes(from, to, depth + 1, found);
                boolean text = found.handler.equals("sbtl") || found.handler.equals("text");
                if (found.format.equals("gpmd")
                        || found.format.equals("camm")
                        || (text && (found.format.equals("tx3g") || found.format.equals("text")))) {
                    tracks.add(found);
                }
            }
            default -> {
                if (track != null && to - from <= INDEX_BYTES_MAX) {
                    table(type, track, from, to);
                }
            }
        }
    }

    private void table(String type, Found track, long from, long to) throws IOException {
        switch (type) {
            case "hdlr", "stsd", "stsz", "stco", "co64", "stsc" -> {
                ByteBuffer bytes = at(from, (int) (to - from));
                if (bytes.remaining() < 12) {
                    return;
                }
                bytes.getInt();
                fill(type, track, bytes);
            }
            default -> {}
        }
    }

    private static void fill(String type, Found track, ByteBuffer bytes) {
        switch (type) {
            case "hdlr" -> track.handler = fourCharacters(bytes, 8);
            case "stsd" -> {
                if (bytes.limit() >= 16) {
                    track.format = fourCharacters(bytes, 12);
                }
            }
            case "stsz" -> {
                int each = bytes.getInt();
                track.sizes = new long[count(bytes.getInt())];
                for (int i = 0; i < track.sizes.length; i++) {
                    track.sizes[i] =
                            each != 0 ? each : bytes.remaining() < 4 ? 0 : Integer.toUnsignedLong(bytes.getInt());
                }
            }
            case "stsc" -> {
                track.runs = new int[count(bytes.getInt())][2];
                for (int i = 0; i < track.runs.length && bytes.remaining() >= 12; i++) {
                    track.runs[i][0] = bytes.getInt();
                    track.runs[i][1] = bytes.getInt();
                    bytes.getInt();
                }
            }
            default -> {
                track.chunks = new long[count(bytes.getInt())];
                for (int i = 0; i < track.chunks.length && bytes.remaining() >= (type.equals("co64") ? 8 : 4); i++) {
                    track.chunks[i] = type.equals("co64") ? bytes.getLong() : Integer.toUnsignedLong(bytes.getInt());
                }
            }
        }
    }

    private static String fourCharacters(ByteBuffer bytes, int at) {
        byte[] code = new byte[4];
        bytes.get(at, code);
        return new String(code, StandardCharsets.ISO_8859_1);
    }

    private static int count(int stated) {
        return Math.max(0, Math.min(stated, SAMPLES_MAX));
    }
}
