package org.liuhen.describe.readback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.liuhen.describe.MediaPrograms;

/** What ffprobe says of a skeleton is what it says of the file. */
class SkeletonTest {
    private static MediaPrograms programs;

    @TempDir
    Path folder;

    @BeforeAll
    static void unpack(@TempDir Path once) throws Exception {
        programs = MediaPrograms.unpack(once.resolve("programs"));
    }

    @ParameterizedTest
    @CsvSource({
        "moov-last.mp4, -c:v mpeg4 -b:v 40M -c:a aac",
        "moov-first.mp4, -c:v mpeg4 -b:v 40M -c:a aac -movflags +faststart",
        "fragmented.mp4, -c:v mpeg4 -b:v 40M -g 12 -c:a aac -movflags frag_keyframe+empty_moov",
        "fragmented.mov, -c:v mpeg4 -b:v 40M -g 12 -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof",
        "recording.mkv, -c:v mpeg4 -b:v 40M -c:a aac",
        "recording.avi, -c:v mpeg4 -b:v 40M -c:a mp2",
        "voice.wav, -vn"
    })
    void saysOfTheSkeletonWhatItSaysOfTheFile(String name, String options) throws Exception {
        Path file = folder.resolve(name);
        ffmpeg("-f lavfi -i " + NOISE + " -f lavfi -i sine=frequency=440:duration=8 " + options, file);
        Path skeleton = folder.resolve("item.bin");
        List<String> damage = write(Files.readAllBytes(file), skeleton);
        assertEquals(List.of(), damage);
        assertEquals(Files.size(file), Files.size(skeleton));
        assertEquals(probe(file), probe(skeleton));
        byParts(Files.readAllBytes(file), skeleton);
        if (Files.size(file) > 20 << 20) {
            String blocks = run(List.of("du", "-k", skeleton.toString()));
            long kibibytes = Long.parseLong(blocks.split("\t", 2)[0]);
            assertTrue(kibibytes < 10_000, name + " keeps " + kibibytes + " KiB of " + Files.size(file));
        }
    }

    @Test
    void saysWhereARecordingWasCutOff() throws Exception {
        Path file = folder.resolve("whole.mp4");
        ffmpeg("-f lavfi -i testsrc2=duration=2 -c:v mpeg4", file);
        byte[] whole = Files.readAllBytes(file);
        List<String> damage = write(Arrays.copyOf(whole, whole.length / 2), folder.resolve("item.bin"));
        assertTrue(damage.toString().contains("truncated"), damage.toString());
        assertTrue(damage.toString().contains("moov"), damage.toString());
    }

    @Test
    void walksNoBoxesIntoAnEndlessLoopOrALargeFile() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[12 + random.nextInt(3_000)];
            random.nextBytes(bytes);
            System.arraycopy("....ftyp".getBytes(StandardCharsets.US_ASCII), 4, bytes, 4, 4);
            bytes[0] = 0;
            bytes[1] = 0;
            bytes[2] = 0;
            for (int at = 8; at < bytes.length - 8; at += 8 + random.nextInt(40)) { // boxes with small and mad sizes
                bytes[at] = (byte) (random.nextInt(5) == 0 ? 0x7f : 0);
                bytes[at + 1] = 0;
                bytes[at + 2] = 0;
            }
            Path skeleton = folder.resolve("fuzz.bin");
            write(bytes, skeleton);
            assertTrue(Files.size(skeleton) <= bytes.length);
            byParts(bytes, skeleton);
        }
    }

    /** However the bytes come, a run of zeros is found from its first to its last. */
    @Test
    void findsRunsOfZerosExactly() throws Exception {
        Random random = new Random(9);
        for (int round = 0; round < 50; round++) {
            byte[] bytes = new byte[3 << 20];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] |= 1;
            }
            int from = random.nextInt(1 << 20);
            int length = Zeros.BYTES_MIN + random.nextInt(1 << 20);
            Arrays.fill(bytes, from, from + length, (byte) 0);
            Arrays.fill(bytes, (2 << 20) + 500_000, (2 << 20) + 500_000 + Zeros.BYTES_MIN - 1, (byte) 0); // too few
            try (Skeleton skeleton = new Skeleton(folder.resolve("zeros"), bytes.length)) {
                for (int at = 0; at < bytes.length; ) {
                    int part = Math.min(bytes.length - at, 1 + random.nextInt(1 << (8 + random.nextInt(14))));
                    skeleton.write(bytes, at, part);
                    at += part;
                }
                skeleton.finish();
                List<Zeros> found = skeleton.structure().zeros();
                assertEquals(1, found.size(), found.toString());
                assertEquals(from, found.get(0).from());
                assertEquals(from + length, found.get(0).to());
                int before = Math.min(from, 64);
                assertTrue(
                        found.get(0).before().endsWith(java.util.HexFormat.of().formatHex(bytes, from - before, from)));
            }
        }
    }

    @Test
    void saysOfAPictureThatItHasItsIndexAndOfWhatIsBehindARecordingWhereItBegins() throws Exception {
        byte[] picture = ByteBuffer.allocate(32)
                .putInt(16)
                .put("ftypheic".getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .putInt(16)
                .put("meta".getBytes(StandardCharsets.US_ASCII))
                .array();
        assertEquals(List.of(), write(picture, folder.resolve("item.bin")));
        Path file = folder.resolve("whole.mp4");
        ffmpeg("-f lavfi -i testsrc2=duration=2 -c:v mpeg4", file);
        byte[] whole = Files.readAllBytes(file);
        for (String behind : List.of("PK\3\4\24\0\0\0\10\0 and more", "\0".repeat(100), "and some words behind it")) {
            byte[] more = behind.getBytes(StandardCharsets.US_ASCII);
            byte[] all = Arrays.copyOf(whole, whole.length + more.length);
            System.arraycopy(more, 0, all, whole.length, more.length);
            try (Skeleton skeleton = new Skeleton(folder.resolve("behind"), all.length)) {
                skeleton.write(all, 0, all.length);
                skeleton.finish();
                assertEquals(List.of(), skeleton.structure().damage(), behind);
                assertEquals(whole.length, skeleton.structure().appendedFrom(), behind);
            }
        }
    }

    /** A file may be made of millions of small holes; what is kept in memory of them is bounded, and none is forgotten. */
    @Test
    void boundsTheMemoryForHolesAndForgetsNone() throws Exception {
        int boxes = 30_000;
        int first = 6 << 20; // more media data than is kept
        ByteBuffer file = ByteBuffer.allocate(16 + 8 + first + 16 * boxes);
        file.putInt(16).put("ftypisom".getBytes(StandardCharsets.US_ASCII)).putInt(0);
        file.putInt(8 + first).put("mdat".getBytes(StandardCharsets.US_ASCII)).position(24 + first);
        for (int i = 0; i < boxes; i++) {
            file.putInt(16).put("mdat".getBytes(StandardCharsets.US_ASCII)).putLong(i);
        }
        try (Skeleton skeleton = new Skeleton(folder.resolve("holes"), file.capacity())) {
            skeleton.write(file.array(), 0, file.capacity());
            skeleton.finish();
            Structure read = skeleton.structure();
            assertEquals(Skeleton.HOLES_MAX, read.holes().size());
            for (int i : new int[] {0, 1, 9_998, 9_999, 20_000, boxes - 1}) {
                long payload = 24 + first + 16L * i + 8;
                List<long[]> missing = read.missing(List.<long[]>of(new long[] {payload + 2, payload + 6}), 10);
                assertEquals(1, missing.size(), "box " + i);
                assertArrayEquals(new long[] {payload + 2, payload + 6}, missing.get(0));
            }
            assertEquals(List.of(), read.missing(List.<long[]>of(new long[] {0, 24}), 10));
            assertEquals(
                    3,
                    read.missing(List.<long[]>of(new long[] {0, file.capacity()}), 3)
                            .size());
        }
    }

    /** A skeleton from parts of a stored file is that of the whole; says how many bytes were read for it. */
    private long byParts(byte[] bytes, Path skeleton) throws IOException {
        Path place = folder.resolve("parts.bin");
        long[] read = new long[1];
        Structure structure = Skeleton.ofParts(
                (from, to) -> {
                    read[0] += to - from;
                    return new ByteArrayInputStream(bytes, (int) from, (int) (to - from));
                },
                bytes.length,
                place);
        assertEquals(-1, Files.mismatch(skeleton, place));
        assertEquals(bytes.length, structure.sizeBytes());
        long kept = bytes.length
                - structure.holes().stream()
                        .mapToLong(hole -> hole[1] - hole[0])
                        .sum();
        assertTrue(
                read[0]
                        <= Math.max(kept, 1)
                                + (64 << 10)
                                + 3L * (8 << 10) * (structure.holes().size() + 1),
                read[0] + " read, " + kept + " kept");
        Files.delete(place);
        return read[0];
    }

    @Test
    void readsOfALargeRecordingNoMoreThanItNeeds() throws Exception {
        Path file = folder.resolve("large.mp4");
        ffmpeg("-f lavfi -i " + NOISE + " -c:v mpeg4 -b:v 40M", file);
        byte[] whole = Files.readAllBytes(file);
        assertTrue(whole.length > 8 << 20, whole.length + " bytes");
        Path skeleton = folder.resolve("item.bin");
        write(whole, skeleton);
        assertTrue(byParts(whole, skeleton) < 2 << 20);
    }

    private static List<String> write(byte[] bytes, Path place) throws IOException {
        Random random = new Random(5);
        try (Skeleton skeleton = new Skeleton(place, bytes.length)) {
            int first = Math.min(bytes.length, 1 << 20); // the reader fills its buffer before the first call
            skeleton.write(bytes, 0, first);
            for (int at = first; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(1 << 20));
                skeleton.write(bytes, at, length);
                at += length;
            }
            skeleton.finish();
            return skeleton.structure().damage();
        }
    }

    private static final String NOISE = "testsrc2=size=1280x720:rate=25:duration=8,noise=alls=60:allf=t";

    /** Sources of noise and tones ({@code -f lavfi -i}) are devices of ffmpeg; here they are filters without an input. */
    private static void ffmpeg(String options, Path file) throws Exception {
        List<String> filters = new ArrayList<>();
        List<String> maps = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        List<String> given = Arrays.asList(options.split(" ", -1));
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i).equals("lavfi")) {
                rest.remove(rest.size() - 1); // -f
                String pad = "[o" + filters.size() + "]";
                if (!given.contains("-vn") || given.get(i + 2).startsWith("sine")) {
                    filters.add(given.get(i + 2) + pad);
                    maps.addAll(List.of("-map", pad));
                }
                i += 2; // -i and the source
            } else {
                rest.add(given.get(i));
            }
        }
        List<String> command = new ArrayList<>(List.of(programs.ffmpeg().toString(), "-v", "error", "-y"));
        if (!filters.isEmpty()) {
            command.addAll(List.of("-filter_complex", String.join(";", filters)));
            command.addAll(maps);
        }
        command.addAll(rest);
        command.add(file.toString());
        run(command);
    }

    private static String probe(Path file) throws Exception {
        String out = run(List.of(
                programs.ffprobe().toString(),
                "-v",
                "error",
                "-print_format",
                "json",
                "-show_format",
                "-show_streams",
                file.toString()));
        assertFalse(out.isBlank());
        return out.replace(file.toString(), "FILE");
    }

    private static String run(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(MediaPrograms.environment(programs.ffprobe()));
        Process process = builder.start();
        try (InputStream in = process.getInputStream()) {
            String out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), command.toString());
            return out;
        }
    }
}
