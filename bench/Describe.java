import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.tika.config.TikaConfig;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.sax.WriteOutContentHandler;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.describe.Describer;
import org.liuhen.describe.Description;
import org.liuhen.describe.Item;
import org.liuhen.describe.MediaPrograms;
import org.liuhen.describe.Profiles;
import org.liuhen.describe.readback.Skeleton;
import org.liuhen.describe.readback.Structure;
import org.xml.sax.SAXException;

/** See ./describe. usage: Describe DOCUMENTS RECORDINGS HOSTILE TIKA-SERVER|- SCRATCH, or again LARGE SCRATCH */
public final class Describe {
    private static final int AT_ONCE = 2;
    private static final boolean SMOKE = System.getProperty("smoke", "").equals("yes");
    private static final int ROUNDS = SMOKE ? 1 : 3;
    private static final int GOOD = SMOKE ? 12 : 950;
    private static final int BAD = SMOKE ? 3 : 50;

    private final Describer describer;
    private final Path scratch;

    private Describe(Path scratch, boolean previews) throws Exception {
        this.scratch = scratch;
        this.describer = new Describer(AT_ONCE, scratch, Profiles.read(scratch.resolve("none")), previews);
    }

    /** As the ingest job does, from a local file instead of storage. */
    private Description describe(Path file) throws Exception {
        Path place = Files.createTempDirectory(scratch, "item");
        Path skeleton = place.resolve("file");
        long size = Files.size(file);
        try (InputStream in = Files.newInputStream(file);
                Skeleton writer = new Skeleton(skeleton, size)) {
            byte[] buffer = new byte[1 << 20];
            for (int n = in.readNBytes(buffer, 0, buffer.length); n > 0; n = in.readNBytes(buffer, 0, buffer.length)) {
                writer.write(buffer, 0, n);
            }
            writer.finish();
            Item item = new Item(new EvidenceId("01jdb3kz0r0000000000000000"), new FileName(file.getFileName().toString()), Actor.component("bench"), null);
            return describer.describe(skeleton, item, writer.structure(), new Describer.Original() {
                @Override
                public void fetch(long from, long to) throws IOException {
                    try (FileChannel original = FileChannel.open(file);
                            FileChannel copy = FileChannel.open(skeleton, StandardOpenOption.WRITE)) {
                        original.transferTo(from, to - from, copy.position(from));
                    }
                }

                @Override
                public void keep(Sha256Digest digest, byte[] bytes) {}
            });
        } finally {
            try (Stream<Path> all = Files.walk(place)) {
                for (Path path : all.sorted(Collections.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    /** How many bytes are read from storage, and in how many reads, to describe recordings again that are stored already. */
    private static void parts(Describe ours, Describe full, String folder) throws Exception {
        for (Path file : files(folder)) {
            for (Describe describe : List.of(ours, full)) {
                long[] read = new long[2];
                Path skeleton = Files.createTempFile(describe.scratch, "item", "");
                Skeleton.Parts parts = (from, to) -> {
                    read[0] += to - from;
                    read[1]++;
                    InputStream in = Files.newInputStream(file);
                    in.skipNBytes(from);
                    return in;
                };
                long start = System.nanoTime();
                Structure structure = Skeleton.ofParts(parts, Files.size(file), skeleton);
                Item item = new Item(new EvidenceId("01jdb3kz0r0000000000000000"), new FileName(file.getFileName().toString()), Actor.component("bench"), null);
                Description description = describe.describer.describe(skeleton, item, structure, new Describer.Original() {
                    @Override
                    public void fetch(long from, long to) throws IOException {
                        try (InputStream in = parts.open(from, to);
                                FileChannel copy = FileChannel.open(skeleton, StandardOpenOption.WRITE)) {
                            copy.write(ByteBuffer.wrap(in.readNBytes((int) (to - from))), from);
                        }
                    }

                    @Override
                    public void keep(Sha256Digest digest, byte[] bytes) {}
                });
                System.out.printf(
                        "again: %-24s %,15d bytes: read %,12d in %d reads, %.2f s, %d values%s%n",
                        file.getFileName(), Files.size(file), read[0], read[1], (System.nanoTime() - start) / 1e9, description.values().size(),
                        describe == full ? ", with a still" : "");
                Files.delete(skeleton);
            }
        }
    }

    private interface Work {
        void on(Path file) throws Exception;
    }

    private static double seconds(List<Path> files, Work work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        long start = System.nanoTime();
        List<Future<?>> all = new ArrayList<>();
        for (Path file : files) {
            all.add(pool.submit((Callable<Object>) () -> {
                work.on(file);
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();
        return (System.nanoTime() - start) / 1e9;
    }

    private static List<Path> files(String folder) throws Exception {
        try (Stream<Path> all = Files.list(Path.of(folder))) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    public static void main(String[] arguments) {
        try {
            measure(arguments);
        } catch (Exception failed) {
            failed.printStackTrace();
            System.exit(1); // threads that wait for work would keep this process
        }
    }

    private static void measure(String[] arguments) throws Exception {
        Describe ours = new Describe(Files.createDirectories(Path.of(arguments[arguments.length - 1])), false);
        Describe full = new Describe(Files.createDirectories(Path.of(arguments[arguments.length - 1])), true);
        if (arguments[0].equals("again")) {
            parts(ours, full, arguments[1]);
            ours.describer.close();
            full.describer.close();
            return;
        }
        List<Path> documents = files(arguments[0]);
        List<Path> recordings = files(arguments[1]);
        List<Path> hostile = files(arguments[2]);
        AutoDetectParser tika;
        try (InputStream config = Describer.class.getResourceAsStream("tika-config.xml")) {
            tika = new AutoDetectParser(new TikaConfig(config));
        }
        Work inProcess = file -> {
            Metadata metadata = new Metadata();
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, file.getFileName().toString());
            try (TikaInputStream in = TikaInputStream.get(file, metadata)) {
                tika.parse(in, new WriteOutContentHandler(2_000_000), metadata, new ParseContext());
            } catch (TikaException | SAXException unreadable) {
                return; // encrypted or damaged on purpose
            }
        };
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Work server = file -> {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(URI.create(arguments[3]))
                            .header("Accept", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofFile(file))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 500) {
                throw new IOException(file + ": " + answer.statusCode());
            }
        };
        for (int round = 1; round <= ROUNDS; round++) {
            double served = arguments[3].equals("-") ? Double.NaN : seconds(documents, server); // there is none
            double theirs = seconds(documents, inProcess);
            double mine = seconds(documents, ours::describe);
            double shown = seconds(documents, full::describe);
            System.out.printf(
                    "round %d: %d documents, 2 at once: tika-server %.0f a second, Tika in this process %.0f, liuhen %.0f = %.2f and %.2f of them; with previews %.0f = %.2f and %.2f%n",
                    round, documents.size(), documents.size() / served, documents.size() / theirs, documents.size() / mine,
                    served / mine, theirs / mine, documents.size() / shown, served / shown, theirs / shown);
        }
        MediaPrograms programs = MediaPrograms.unpack(Files.createTempDirectory("bench-programs"));
        String ffprobe = programs.ffprobe().toString();
        Work byHand = file -> {
            Process process = program(ffprobe, "-v", "error", "-print_format", "json", "-show_format", "-show_streams", file.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getInputStream().readAllBytes();
            process.waitFor();
        };
        String ffmpeg = programs.ffmpeg().toString();
        Work stillByHand = file -> {
            byHand.on(file);
            Process process = program(ffmpeg, "-v", "error", "-nostdin", "-i", file.toString(), "-vf", "scale=640:-2", "-frames:v", "1", "-f", "mjpeg", "pipe:1")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getInputStream().readAllBytes();
            process.waitFor();
        };
        for (int round = 1; round <= ROUNDS; round++) {
            double theirs = seconds(recordings, byHand);
            double mine = seconds(recordings, ours::describe);
            double theirStill = seconds(recordings, stillByHand);
            double shown = seconds(recordings, full::describe);
            System.out.printf(
                    "round %d: %d recordings, 2 at once: ffprobe by hand %.2f s, liuhen %.2f s = %.2f; with a still: ffprobe and ffmpeg by hand %.2f s, liuhen %.2f s = %.2f%n",
                    round, recordings.size(), theirs, mine, mine / theirs, theirStill, shown, shown / theirStill);
        }
        List<Path> good = new ArrayList<>();
        for (int i = 0; i < GOOD; i++) {
            good.add(documents.get(i % documents.size()));
        }
        Random random = new Random(1);
        List<Path> fifty = new ArrayList<>(hostile);
        Collections.shuffle(fifty, random);
        fifty = fifty.subList(0, BAD);
        double alone = seconds(good, ours::describe);
        List<Path> mixed = new ArrayList<>(good);
        mixed.addAll(fifty);
        Collections.shuffle(mixed, random);
        double together = seconds(mixed, ours::describe);
        double bad = seconds(fifty, ours::describe);
        System.out.printf(
                "%d good files %.1f s; with %d hostile ones among them %.1f s; the %d alone %.1f s (their limit: %d x 60 s / 2 workers)%n",
                GOOD, alone, BAD, together, BAD, bad, BAD);
        ours.describer.close();
        full.describer.close();
    }

    private static ProcessBuilder program(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(MediaPrograms.environment(Path.of(command[0])));
        return builder;
    }
}
