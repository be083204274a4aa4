package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.describe.readback.Skeleton;

/** Files to describe: those with which Tika tests itself, recordings that ffmpeg makes, pictures that exiftool has marked. */
final class Corpus {
    private static final String TIKA_TESTS = "/test-documents/";

    private static final Pattern SAMPLE_ENDINGS = Pattern.compile(
            "(?i).*\\.(jpe?g|tiff?|png|webp|gif|bmp|psd|hei[cf]|dng|cr2|cr3|crw|nef|arw|raf|rw2|orf|mrw|pef|mp4|mov|m4v|3gp|mkv|webm|avi"
                    + "|mts|m2ts|ts|mpg|flv|wmv|dv|mp3|m4a|aac|flac|ogg|opus|wav|pdf|docx?|xlsx?|pptx?|rtf|odt|srt)");

    private Corpus() {}

    /** What a program printed to its standard output, however it ended. */
    static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        try (InputStream in = process.getInputStream()) {
            String out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(5, TimeUnit.MINUTES);
            return out;
        }
    }

    /** Copies Tika's own test documents with these endings out of its test jars. */
    static void tika(Path folder, String... endings) throws Exception {
        Files.createDirectories(folder);
        for (String element : System.getProperty("java.class.path").split(":", -1)) {
            if (element.endsWith("-tests.jar") && element.contains("tika")) {
                try (FileSystem jar = FileSystems.newFileSystem(Path.of(element));
                        Stream<Path> all = Files.list(jar.getPath(TIKA_TESTS))) {
                    for (Path file : all.filter(Files::isRegularFile).toList()) {
                        String name = file.getFileName().toString();
                        if (Arrays.stream(endings).anyMatch(name.toLowerCase(java.util.Locale.ROOT)::endsWith)) {
                            Path to = folder.resolve(name);
                            if (!Files.exists(to)) {
                                Files.copy(file, to);
                            }
                        }
                    }
                }
            }
        }
    }

    /** Every file in a folder, in order. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    /** Pictures, recordings and documents in the folders of a folder, each content once. */
    static List<Path> samples(Path folder) throws IOException {
        Set<Sha256Digest> seen = new HashSet<>();
        List<Path> samples = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                boolean ours =
                        SAMPLE_ENDINGS.matcher(file.getFileName().toString()).matches();
                if (ours && seen.add(Sha256Digest.of(Files.readAllBytes(file)))) {
                    samples.add(file);
                }
            }
        }
        return samples;
    }

    static Path ffmpeg(String input, String options, Path file) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y"));
        command.addAll(Arrays.asList((input + " " + options).split(" ", -1)));
        command.add(file.toString());
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor(), command.toString());
        return file;
    }

    /** One recording of six seconds. */
    static Path recording(Path file, String options) throws Exception {
        return ffmpeg(
                "-f lavfi -i testsrc2=size=320x240:rate=25:duration=6 -f lavfi -i sine=frequency=440:duration=6",
                options,
                file);
    }

    /** Recordings in the containers and codecs that police evidence comes in. */
    static void recordings(Path folder) throws Exception {
        Files.createDirectories(folder);
        String claims =
                "-metadata creation_time=2026-11-24T01:02:03Z -metadata location=+39.9042+116.4074/ -metadata title=巡逻 ";
        recording(folder.resolve("h264.mp4"), claims + "-c:v libx264 -c:a aac");
        recording(folder.resolve("first.mp4"), claims + "-c:v libx264 -c:a aac -movflags +faststart");
        recording(
                folder.resolve("fragmented.mp4"),
                claims + "-c:v libx264 -g 25 -c:a aac -movflags frag_keyframe+empty_moov");
        recording(folder.resolve("h265.mp4"), claims + "-c:v libx265 -x265-params log-level=none -tag:v hvc1 -c:a aac");
        recording(
                folder.resolve("mdta.mp4"),
                "-metadata com.apple.quicktime.make=Hikvision -metadata com.apple.quicktime.model=DS-MH2111"
                        + " -c:v libx264 -c:a aac -movflags use_metadata_tags");
        recording(folder.resolve("plain.mov"), claims + "-c:v libx264 -c:a aac");
        recording(folder.resolve("phone.3gp"), "-s 352x288 -c:v h263 -c:a aac -ar 8000 -ac 1");
        recording(folder.resolve("plain.m4v"), claims + "-c:v libx264 -c:a aac");
        recording(folder.resolve("plain.mkv"), claims + "-c:v libx264 -c:a aac");
        recording(folder.resolve("plain.webm"), "-c:v libvpx -c:a libopus");
        recording(folder.resolve("plain.avi"), "-c:v mpeg4 -c:a mp2");
        recording(folder.resolve("plain.ts"), "-c:v libx264 -c:a aac -f mpegts");
        recording(folder.resolve("plain.m2ts"), "-c:v libx264 -c:a ac3 -f mpegts -mpegts_m2ts_mode 1");
        recording(folder.resolve("plain.mpg"), "-c:v mpeg2video -c:a mp2 -f vob");
        recording(folder.resolve("plain.flv"), "-c:v libx264 -c:a aac");
        recording(folder.resolve("plain.wmv"), "-c:v wmv2 -c:a wmav2");
        recording(
                folder.resolve("plain.dv"),
                "-s 720x576 -r 25 -c:v dvvideo -pix_fmt yuv420p -ar 48000 -ac 2 -c:a pcm_s16le");
        recording(folder.resolve("raw.h264"), "-an -c:v libx264 -f h264");
        recording(folder.resolve("plain.mp3"), "-vn -c:a libmp3lame -metadata title=询问录音 -metadata artist=110023");
        recording(folder.resolve("plain.aac"), "-vn -c:a aac");
        recording(folder.resolve("plain.m4a"), "-vn -c:a aac -metadata title=询问录音");
        recording(folder.resolve("plain.flac"), "-vn -c:a flac -metadata title=询问录音");
        recording(folder.resolve("plain.ogg"), "-vn -c:a libvorbis -metadata title=询问录音");
        recording(folder.resolve("plain.opus"), "-vn -c:a libopus");
        recording(folder.resolve("plain.wav"), "-vn -c:a pcm_s16le");
        recording(
                folder.resolve("bext.wav"),
                "-vn -c:a pcm_s16le -write_bext 1 -metadata origination_date=2026-11-24 -metadata origination_time=09:02:03");
        Path turned = recording(folder.resolve("upright.mp4"), "-c:v libx264 -c:a aac");
        ffmpeg("-i " + turned, "-c copy -metadata:s:v:0 rotate=90", folder.resolve("turned.mp4"));
    }

    /** Pictures of each kind, marked with make, model, time and place by a program that is not ours. */
    static void pictures(Path folder) throws Exception {
        Files.createDirectories(folder);
        for (String ending : List.of("jpg", "png", "tiff", "webp")) {
            Path file = ffmpeg("-f lavfi -i testsrc2=size=320x240", "-frames:v 1", folder.resolve("marked." + ending));
            run(List.of(
                    "exiftool",
                    "-overwrite_original",
                    "-Make=Hikvision",
                    "-Model=DS-MH2111",
                    "-Software=现场 1.0",
                    "-DateTimeOriginal=2026:11:24 09:02:03",
                    "-OffsetTimeOriginal=+08:00",
                    "-GPSLatitude=39.9042",
                    "-GPSLatitudeRef=N",
                    "-GPSLongitude=116.4074",
                    "-GPSLongitudeRef=E",
                    file.toString()));
        }
    }

    /** An OFD document (GB/T 33190) with two pages and a signature, as the standard lays it out. */
    static Path ofd(Path file) throws IOException {
        String space = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            String[][] parts = {
                {
                    "OFD.xml",
                    "<ofd:OFD " + space + " DocType=\"OFD\" Version=\"1.0\"><ofd:DocBody><ofd:DocInfo>"
                            + "<ofd:DocID>44f8</ofd:DocID><ofd:Title>行政处罚决定书</ofd:Title><ofd:Author>朝阳分局</ofd:Author>"
                            + "<ofd:CreationDate>2026-11-24</ofd:CreationDate><ofd:Creator>政务办公</ofd:Creator></ofd:DocInfo>"
                            + "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
                            + "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>"
                },
                {
                    "Doc_0/Document.xml",
                    "<ofd:Document " + space + "><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/>"
                            + "<ofd:Page ID=\"2\" BaseLoc=\"Pages/Page_1/Content.xml\"/></ofd:Pages></ofd:Document>"
                },
                {
                    "Doc_0/Pages/Page_0/Content.xml",
                    "<ofd:Page " + space
                            + "><ofd:Content><ofd:Layer><ofd:TextObject><ofd:TextCode>被处罚人王某</ofd:TextCode>"
                            + "</ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>"
                },
                {
                    "Doc_0/Pages/Page_1/Content.xml",
                    "<ofd:Page " + space
                            + "><ofd:Content><ofd:Layer><ofd:TextObject><ofd:TextCode>扒窃他人手机</ofd:TextCode>"
                            + "</ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>"
                },
                {
                    "Doc_0/Signs/Signatures.xml",
                    "<ofd:Signatures " + space + "><ofd:MaxSignId>1</ofd:MaxSignId>"
                            + "<ofd:Signature ID=\"1\" Type=\"Seal\" BaseLoc=\"Sign_0/Signature.xml\"/></ofd:Signatures>"
                }
            };
            for (String[] part : parts) {
                zip.putNextEntry(new ZipEntry(part[0]));
                zip.write(part[1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return Files.write(file, bytes.toByteArray());
    }

    /**
     * An MP4 file with one track of this format, whose samples these are, behind a large gap of other media data. Index last, as a
     * camera writes it.
     */
    static Path positions(Path file, String format, String handler, List<byte[]> samples, int gap) throws IOException {
        ByteArrayOutputStream media = new ByteArrayOutputStream();
        media.write(new byte[gap]);
        int[] sizes = new int[samples.size()];
        ByteBuffer chunks = ByteBuffer.allocate(8 + 4 * samples.size());
        chunks.putInt(0).putInt(samples.size());
        byte[] start = box("ftyp", "isom".getBytes(StandardCharsets.US_ASCII), new byte[4]);
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = samples.get(i).length;
            chunks.putInt(start.length + 8 + media.size());
            media.write(samples.get(i));
            media.write(new byte[100_000]); // the picture between two samples
        }
        ByteBuffer stsz = ByteBuffer.allocate(12 + 4 * sizes.length);
        stsz.putInt(0).putInt(0).putInt(sizes.length);
        for (int size : sizes) {
            stsz.putInt(size);
        }
        byte[] entry = ByteBuffer.allocate(16)
                .putInt(16)
                .put(format.getBytes(StandardCharsets.US_ASCII))
                .putLong(1)
                .array();
        byte[] index = box(
                "moov",
                box("mvhd", new byte[100]),
                box(
                        "trak",
                        box("tkhd", new byte[84]),
                        box(
                                "mdia",
                                box("mdhd", new byte[24]),
                                box("hdlr", new byte[8], handler.getBytes(StandardCharsets.US_ASCII), new byte[13]),
                                box(
                                        "minf",
                                        box(
                                                "stbl",
                                                box("stsd", ints(0, 1), entry),
                                                box("stts", ints(0, 1, sizes.length, 1000)),
                                                box("stsc", ints(0, 1, 1, 1, 1)),
                                                box("stsz", stsz.array()),
                                                box("stco", chunks.array()))))));
        try (var out = Files.newOutputStream(file)) {
            out.write(start);
            out.write(box("mdat", media.toByteArray()));
            out.write(index);
        }
        return file;
    }

    /**
     * The same MP4 file with so many bytes more before its media data, and the places in its index moved by as many. Its index is
     * last, as ffmpeg writes it.
     */
    static void behind(Path file, byte[] mp4, int gap) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(mp4);
        try (var out = Files.newOutputStream(file)) {
            while (in.remaining() >= 8) {
                int at = in.position();
                int size = in.getInt(at);
                String type = new String(mp4, at + 4, 4, StandardCharsets.US_ASCII);
                if (type.equals("mdat")) {
                    out.write(box("mdat", new byte[gap]));
                }
                byte[] box = Arrays.copyOfRange(mp4, at, at + size);
                for (int i = 4; type.equals("moov") && i < box.length - 12; i++) {
                    if (new String(box, i, 4, StandardCharsets.US_ASCII).equals("stco")) {
                        ByteBuffer table = ByteBuffer.wrap(box, i + 8, box.length - i - 8);
                        for (int n = table.getInt(); n > 0; n--) {
                            table.putInt(table.getInt(table.position()) + gap + 8);
                        }
                    }
                }
                out.write(box);
                in.position(at + size);
            }
        }
    }

    static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    static byte[] box(String type, byte[]... parts) {
        int length = 8 + Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer box = ByteBuffer.allocate(length);
        box.putInt(length).put(type.getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : parts) {
            box.put(part);
        }
        return box.array();
    }

    /** Describes a file as the ingest job does: through its skeleton. */
    static Description describe(Describer describer, Path file, Path place) throws Exception {
        Files.createDirectories(place);
        Path skeleton = Files.createTempFile(place, "item", ".bin");
        long size = Files.size(file);
        try (InputStream in = Files.newInputStream(file);
                Skeleton writer = new Skeleton(skeleton, size)) {
            byte[] buffer = new byte[1 << 20];
            for (int read = in.readNBytes(buffer, 0, buffer.length);
                    read > 0;
                    read = in.readNBytes(buffer, 0, buffer.length)) {
                writer.write(buffer, 0, read);
            }
            writer.finish();
            return describer.describe(
                    skeleton,
                    new Item(
                            new EvidenceId("01jdb3kz0r0000000000000000"),
                            new FileName(file.getFileName().toString()),
                            new Actor(Actor.Kind.OFFICER, "110023", null, "claimed"),
                            null),
                    writer.structure(),
                    new Describer.Original() {
                        @Override
                        public void fetch(long from, long to) throws IOException {
                            try (FileChannel original = FileChannel.open(file);
                                    FileChannel copy = FileChannel.open(skeleton, StandardOpenOption.WRITE)) {
                                original.transferTo(from, to - from, copy.position(from));
                            }
                        }

                        @Override
                        public void keep(Sha256Digest digest, byte[] bytes) throws IOException {
                            Files.write(place.resolve(digest.hex()), bytes);
                        }
                    });
        }
    }
}
