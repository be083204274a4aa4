package org.liuhen.describe;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parser processes, each with its own heap, isolation and a time limit for each file. They are used again for many files,
 * replaced after a fault, and ended after a minute without work.
 */
final class ParserPool implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMEOUT_SECONDS = 60;
    private static final int IDLE_SECONDS = 60;
    private static final int ATTEMPTS = 3;
    private static final int ANSWER_CHARACTERS_MAX = 4 << 20;
    private static final int TRACK_BYTES_MAX = 64 << 20;
    private static final int SAID_BYTES_MAX = 300;
    private static final int PREVIEW_BYTES_MAX = 1 << 20;
    private static final String HEAP = "-Xmx512m";

    private static final Logger LOG = LoggerFactory.getLogger(ParserPool.class);

    private final Semaphore places;
    private final Deque<Worker> idle = new ArrayDeque<>();
    private final Path scratch;
    private final ScheduledExecutorService clock;
    private final ScheduledFuture<?> tidying;
    private final LongAdder deaths = new LongAdder();
    private MediaPrograms programs; // guarded by this

    /** At most so many processes at a time, with their temporary files in this folder. */
    ParserPool(int processes, Path scratch) {
        this.places = new Semaphore(processes);
        this.scratch = scratch;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "parser-clock");
            thread.setDaemon(true);
            return thread;
        });
        tidying = clock.scheduleWithFixedDelay(this::endIdle, 10, 10, TimeUnit.SECONDS);
    }

    /** How many processes died. */
    long deaths() {
        return deaths.sum();
    }

    /** A file of which a process died; {@code byItself} says that it would again. */
    static final class ParserDiedException extends Exception {
        private final boolean byItself;

        ParserDiedException(String reason, boolean byItself) {
            super(reason);
            this.byItself = byItself;
        }

        boolean byItself() {
            return byItself;
        }
    }

    /**
     * What a process says, and what it left.
     *
     * @param track its track, or no bytes
     * @param preview its preview, or no bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // nothing compares it
    record Answer(Description description, byte[] track, byte[] preview) {
        /** Of a file of which nothing could be found out. */
        static final Answer NONE = new Answer(
                new Description(TikaReader.UNKNOWN_TYPE, List.of(), null, List.of(), null, null, null, null, null),
                new byte[0],
                new byte[0]);
    }

    /**
     * What the tools say. A process that died without reason, such as one that somebody killed, is replaced and asked again; one
     * that ran out of memory or time would do so again.
     */
    Answer parse(Request request, Path skeleton) throws ParserDiedException, InterruptedException {
        places.acquire();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return parseOnce(request, skeleton);
                } catch (ParserDiedException died) {
                    if (died.byItself() || attempt == ATTEMPTS) {
                        throw died;
                    }
                }
            }
        } finally {
            places.release();
        }
    }

    private Answer parseOnce(Request request, Path skeleton) throws ParserDiedException {
        Worker worker = take();
        Answer answer;
        try {
            answer = worker.parse(request, skeleton);
        } catch (ParserDiedException died) {
            deaths.increment();
            throw died;
        }
        synchronized (idle) {
            worker.idleSinceNanos = System.nanoTime();
            idle.push(worker);
        }
        return answer;
    }

    /**
     * The media programs, unpacked when they are first needed. Where that fails, it is tried again next time; without them a process still
     * describes everything but recordings.
     */
    private synchronized MediaPrograms programs() {
        Path folder = scratch.resolve("programs");
        if (programs == null || !Files.isExecutable(programs.ffprobe())) {
            try {
                if (Files.isDirectory(folder)) {
                    deleteAll(folder);
                }
                programs = MediaPrograms.unpack(folder);
            } catch (IOException failed) {
                LOG.error("DS-104 ffprobe and ffmpeg cannot be unpacked, so recordings are not described", failed);
                return new MediaPrograms(folder);
            }
        }
        return programs;
    }

    /** Why the media programs do not start inside the isolation of a parser process, or an empty text. */
    String mediaTrouble() throws InterruptedException {
        MediaPrograms unpacked = programs();
        return unpacked.trouble(Isolation.here().around(scratch, List.of(unpacked.folder())));
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private Worker take() throws ParserDiedException {
        synchronized (idle) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        try {
            return new Worker(scratch, programs(), clock);
        } catch (IOException failed) {
            LOG.error("DS-102 Parser processes do not start, so nothing is described", failed);
            throw new ParserDiedException("DS-102 parser processes do not start here: " + failed.getMessage(), false);
        }
    }

    private void endIdle() {
        synchronized (idle) {
            idle.removeIf(worker -> {
                boolean tooLong = System.nanoTime() - worker.idleSinceNanos > TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
                if (tooLong) {
                    worker.end();
                }
                return tooLong;
            });
        }
    }

    @Override
    public void close() {
        tidying.cancel(false);
        clock.shutdownNow();
        synchronized (idle) {
            idle.forEach(Worker::end);
            idle.clear();
        }
    }

    /** A file that a process left; no bytes where there is none, or something that is no file. */
    static byte[] left(Path file, int bytesMax) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(bytesMax);
        }
    }

    private static final class Worker {
        private final Path folder;
        private final Process process;
        private final Writer requests;
        private final BufferedReader answers;
        private final ScheduledExecutorService clock;
        private long idleSinceNanos;

        Worker(Path scratch, MediaPrograms programs, ScheduledExecutorService clock) throws IOException {
            this.clock = clock;
            folder = Files.createTempDirectory(scratch.toAbsolutePath(), "parser");
            List<String> command = new ArrayList<>(Isolation.here().around(folder, readable(programs)));
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    HEAP,
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:+DisplayVMOutputToStderr", // its last words are no answer
                    "-Djava.awt.headless=true",
                    "-Djava.io.tmpdir=" + folder,
                    "-Dpdfbox.fontcache=" + folder,
                    "-cp",
                    classPath(),
                    ParserWorker.class.getName(),
                    programs.ffprobe().toString(),
                    programs.ffmpeg().toString()));
            ProcessBuilder builder = new ProcessBuilder(command);
            Map<String, String> environment = builder.environment();
            environment.clear();
            environment.put("LC_ALL", "C.UTF-8");
            Path java =
                    Path.of(System.getProperty("java.home"), "lib"); // Java finds them by /proc, which may not be there
            environment.put("LD_LIBRARY_PATH", java + File.pathSeparator + java.resolve("server"));
            Path said = folder.resolve(
                    "said"); // it goes with the first file; why a process does not start is worth to know
            builder.directory(folder.toFile()).redirectError(said.toFile());
            process = start(builder, clock);
            requests = process.outputWriter(StandardCharsets.UTF_8);
            answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            ScheduledFuture<?> limit = clock.schedule(this::kill, TIMEOUT_SECONDS, TimeUnit.SECONDS);
            try {
                readLine(); // its greeting: what fails before it is not the doing of a file
            } catch (IOException never) {
                kill();
                String why = new String(left(said, SAID_BYTES_MAX), StandardCharsets.UTF_8);
                end();
                throw new IOException(
                        "the command ends before it is ready: " + String.join(" ", command.subList(0, 1))
                                + " … java …: " + why.strip(),
                        never);
            } finally {
                limit.cancel(false);
            }
        }

        /**
         * Starts it from the clock's thread, which lives as long as the pool: bubblewrap ends what it started when the thread that
         * started it ends (prctl PR_SET_PDEATHSIG), not only when the whole process does.
         */
        private static Process start(ProcessBuilder builder, ScheduledExecutorService clock) throws IOException {
            try {
                return clock.submit(builder::start).get();
            } catch (ExecutionException failed) {
                throw new IOException(failed.getCause());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException(stopped);
            }
        }

        /**
         * The application's own class path. On a cluster that is Flink's alone, and this class came in a jar of the job's: then the jars that
         * lie beside it, as they do in {@code usrlib}; Flink's own versions of the same libraries stay out.
         */
        private static String classPath() {
            Path own = Path.of(ParserWorker.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .getPath())
                    .toAbsolutePath(); // Flink names it as it is seen from its own folder
            String all = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .map(element -> Path.of(element).toAbsolutePath().toString()) // the child works in another folder
                    .collect(Collectors.joining(File.pathSeparator));
            boolean brought = own.toString().endsWith(".jar") && !all.contains(own.toString());
            return brought ? own.getParent().resolve("*").toString() : all;
        }

        /** What the process reads beside the system's programs: Java, its own code, the media programs. */
        private static List<Path> readable(MediaPrograms programs) throws IOException {
            Path java = Path.of(System.getProperty("java.home")).toRealPath();
            List<Path> all = new ArrayList<>(List.of(Path.of(System.getProperty("java.home")), java));
            try (Stream<Path> files = Files.walk(java)) { // a distribution keeps Java's settings below /etc
                for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                    if (Files.exists(link)) {
                        all.add(link.toRealPath());
                    }
                }
            }
            all.add(programs.folder());
            for (String element : classPath().split(File.pathSeparator, -1)) {
                Path jar = Path.of(element);
                all.add(jar.endsWith("*") ? jar.getParent() : jar);
            }
            return all;
        }

        /** Shows the process one file, and takes what it says and leaves. */
        Answer parse(Request request, Path skeleton) throws ParserDiedException {
            boolean[] late = new boolean[1];
            ScheduledFuture<?> limit = clock.schedule(
                    () -> {
                        late[0] = true;
                        kill();
                    },
                    TIMEOUT_SECONDS,
                    TimeUnit.SECONDS);
            try {
                Files.createLink(folder.resolve(Request.ITEM), skeleton);
                requests.write(JSON.writeValueAsString(request));
                requests.write('\n');
                requests.flush();
                Description description = JSON.readValue(readLine(), Description.class);
                if (description == null) {
                    throw new IOException("no description");
                }
                byte[] track = left(folder.resolve(ParserWorker.TRACK), TRACK_BYTES_MAX);
                byte[] preview = left(folder.resolve(ParserWorker.PREVIEW), PREVIEW_BYTES_MAX);
                Answer answer = new Answer(description, track, preview);
                empty();
                return answer;
            } catch (IOException | RuntimeException died) { // whatever came back: this process is not asked again
                ParserDiedException why = late[0]
                        ? new ParserDiedException("describing took longer than " + TIMEOUT_SECONDS + " s", true)
                        : reason();
                end();
                throw why;
            } finally {
                limit.cancel(false);
            }
        }

        /** Nothing of one item is there when the next one comes. */
        private void empty() throws IOException {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    if (!path.equals(folder)) {
                        Files.delete(path);
                    }
                }
            } catch (UncheckedIOException locked) { // a folder that the process made and shut
                throw locked.getCause();
            }
        }

        private String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = answers.read(); c != '\n'; c = answers.read()) {
                if (c < 0 || line.length() > ANSWER_CHARACTERS_MAX) {
                    throw new IOException("no answer");
                }
                line.append((char) c);
            }
            return line.toString();
        }

        /** Why it ended: it is let end by itself first, since killing it would replace its exit code. */
        private ParserDiedException reason() {
            try {
                if (process.waitFor(2, TimeUnit.SECONDS) && process.exitValue() == 3) { // ExitOnOutOfMemoryError
                    return new ParserDiedException("describing needed more memory than its limit (" + HEAP + ")", true);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return new ParserDiedException("the parser process died", false);
        }

        /** Ends it, what it started, and its folder. */
        void end() {
            kill();
            try {
                process.waitFor(2, TimeUnit.SECONDS); // or it might still write
                empty();
                Files.delete(folder);
            } catch (IOException left) {
                LOG.warn("{} could not be removed: {}", folder, left.getMessage());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        private void kill() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
