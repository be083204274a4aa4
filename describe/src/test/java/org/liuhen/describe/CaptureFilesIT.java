package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;

/**
 * 60 recordings whose true time is known, as files, described as the ingest job describes them: the interval of each holds the true time, or
 * there is none.
 */
class CaptureFilesIT {
    private static final int EACH = 10;
    private static final int SECONDS = 3;
    private static final long GPS_EPOCH = 315_964_800;
    private static final long LEAP_SECONDS = 18;
    private static final ZoneOffset CHINA = ZoneOffset.ofHours(8);
    private static final DateTimeFormatter IN_NAME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(CHINA);

    private final Random random = new Random(60);
    private final List<String> told = new ArrayList<>();

    @TempDir
    Path folder;

    private Describer describer;
    private Path sound;

    private Instant sometime() {
        return Instant.parse("2026-02-01T00:00:00Z").plusSeconds(random.nextInt(250 * 86_400));
    }

    /** A recording with this creation_time in its header, or none. */
    private Path mp4(String name, String creationTime) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-i", sound.toString(), "-c", "copy"));
        if (creationTime != null) {
            command.addAll(List.of("-metadata", "creation_time=" + creationTime));
        }
        Path file = folder.resolve(name);
        command.add(file.toString());
        Corpus.run(command);
        return file;
    }

    private Optional<CaptureTime> described(Path file, Instant begun) throws Exception {
        Description description = Corpus.describe(describer, file, folder.resolve("place"));
        Item item = new Item(
                EvidenceId.create(begun.plusSeconds(600), new SecureRandom()),
                new FileName(file.getFileName().toString()),
                new Actor(Actor.Kind.OFFICER, "110023", null, "bearer"),
                null);
        return description.captureTime(item);
    }

    private void right(String kind, Path file, Instant begun, Duration clockAhead) throws Exception {
        CaptureTime time = described(file, begun).orElseThrow(() -> new AssertionError(kind + ": nothing is said"));
        Duration correction = time.clock() == Clock.DEVICE ? clockAhead : Duration.ZERO;
        Instant earliest = time.earliest().minus(correction);
        Instant latest = time.latest().minus(correction);
        assertTrue(!earliest.isAfter(begun) && !latest.isBefore(begun), kind + ": " + time + " is not of " + begun);
        told.add(kind + " " + Duration.between(earliest, latest).toSeconds() + " s");
    }

    private static String utc(Instant at) {
        return at.toString();
    }

    private static String localAsUtc(Instant at) {
        return LocalDateTime.ofInstant(at, CHINA).toInstant(ZoneOffset.UTC).toString();
    }

    private static String name(Instant at) {
        return IN_NAME.format(at) + "_DSJ7A12_110023.mp4";
    }

    /** One position by the satellites' time (camera motion metadata, type 6). */
    private Path track(String name, Instant fix) throws Exception {
        byte[] sample = ByteBuffer.allocate(60)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0)
                .putShort((short) 6)
                .putDouble((double) (fix.getEpochSecond() - GPS_EPOCH + LEAP_SECONDS))
                .putInt(3)
                .putDouble(39.9042)
                .putDouble(116.4074)
                .putFloat(50)
                .array();
        return Corpus.positions(folder.resolve(name), "camm", "camm", List.of(sample), 1_000);
    }

    @Test
    void theIntervalOfEachHoldsItsTrueTime() throws Exception {
        sound = folder.resolve("sound.m4a");
        Corpus.run(List.of(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:duration=" + SECONDS,
                sound.toString()));
        try (Describer opened = new Describer(
                2, Files.createDirectories(folder.resolve("scratch")), Profiles.read(folder.resolve("none")), false)) {
            describer = opened;
            for (int i = 0; i < EACH; i++) {
                Instant begun = sometime();
                Instant written = i % 2 == 0 ? begun : begun.plusSeconds(SECONDS);
                right("MP4 in UTC", mp4("utc-" + i + ".mp4", utc(written)), begun, Duration.ZERO);
                right(
                        "MP4 in local time as UTC",
                        mp4("local-" + i + ".mp4", localAsUtc(written)),
                        begun,
                        Duration.ZERO);
                String never = i % 2 == 0 ? "1904-01-01T00:00:00Z" : "1970-01-01T00:00:00Z";
                if (i < EACH / 2) {
                    assertEquals(Optional.empty(), described(mp4("never-" + i + ".mp4", never), begun), never);
                    told.add("never set –");
                } else {
                    right("never set, and a name", mp4(name(begun), never), begun, Duration.ZERO);
                }
                right("name alone", mp4(name(begun.plusSeconds(1)), null), begun.plusSeconds(1), Duration.ZERO);
                right(
                        "positions alone",
                        track("track-" + i + ".mp4", begun.plusSeconds(random.nextInt(600))),
                        begun,
                        Duration.ZERO);
                Duration ahead = Duration.ofSeconds(random.nextInt(40_000_000) - 20_000_000);
                right(
                        "wrong clock, read by a dock",
                        mp4(name(begun.plus(ahead)), localAsUtc(begun.plus(ahead))),
                        begun,
                        ahead);
            }
        }
        assertEquals(6 * EACH, told.size());
        told.stream().distinct().sorted().forEach(System.out::println);
    }
}
