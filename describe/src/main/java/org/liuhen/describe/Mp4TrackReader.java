package org.liuhen.describe;

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
import org.liuhen.describe.Description.Make;
import org.liuhen.describe.Request.Mode;

/**
 * Positions that a camera recorded as a track of its own in an MP4 or MOV file (ISO/IEC 14496-12): GoPro's {@code gpmd},
 * Google's {@code camm}, and subtitles ({@code tx3g}, {@code text}) as drones write them. The index says where the samples are;
 * the parent fetches what the skeleton lacks of them.
 */
final class Mp4TrackReader {
    private static final int SAMPLES_MAX = 100_000;
    private static final int SAMPLE_BYTES_MAX = 1 << 20;
    private static final Instant GPS_EPOCH = Instant.parse("1980-01-06T00:00:00Z");
    private static final int GPS_AHEAD_SECONDS = 18; // of UTC, since 2017 (IERS Bulletin C)
    private static final long JOINED_GAP = 64 * 1024;

    private final FileChannel file;

    private Mp4TrackReader(FileChannel file) {
        this.file = file;
    }

    /** Reads the positions, or adds to the facts which parts of the file are needed for that. */
    static void read(Facts facts, Path path, Path trackPath, Mode mode) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            Mp4TrackReader reader = new Mp4TrackReader(file);
            for (Mp4Track found : Mp4Index.of(file).tracks()) {
                if (holdsPositions(found)) {
                    reader.track(facts, found, trackPath, mode);
                }
            }
        } catch (IOException | RuntimeException damaged) {
            facts.failed("positions", damaged);
        }
    }

    private static boolean holdsPositions(Mp4Track track) {
        boolean text = track.handler().equals("sbtl") || track.handler().equals("text");
        return track.format().equals("gpmd") || track.format().equals("camm") || (text && isText(track));
    }

    private static boolean isText(Mp4Track track) {
        return track.format().equals("tx3g") || track.format().equals("text");
    }

    private void track(Facts facts, Mp4Track found, Path trackPath, Mode mode) throws IOException {
        List<long[]> samples = new ArrayList<>();
        found.forEach((from, to, ticks) -> {
            if (samples.size() < SAMPLES_MAX) {
                samples.add(new long[] {from, to});
            }
        });
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
        if (samples.size() == SAMPLES_MAX) {
            facts.failures.add("positions: the track has more than " + SAMPLES_MAX + " samples and ends early");
        }
        Gpmf gpmf = new Gpmf();
        Track track = new Track(found.format() + " track");
        for (long[] sample : samples) {
            if (sample[1] - sample[0] <= SAMPLE_BYTES_MAX && sample[1] <= file.size()) {
                ByteBuffer bytes = Bytes.at(file, sample[0], (int) (sample[1] - sample[0]));
                switch (found.format()) {
                    case "gpmd" -> gpmf.read(bytes);
                    case "camm" -> camm(bytes.order(ByteOrder.LITTLE_ENDIAN), track);
                    default -> {
                        int length = bytes.remaining() < 2 ? 0 : bytes.getShort() & 0xffff;
                        byte[] words = new byte[Math.min(length, bytes.remaining())];
                        bytes.get(words);
                        SubtitleLog.add(track, new String(words, StandardCharsets.UTF_8));
                    }
                }
            } else {
                track.unread();
            }
        }
        (found.format().equals("gpmd") ? gpmf.track() : track).write(facts, trackPath);
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
}
