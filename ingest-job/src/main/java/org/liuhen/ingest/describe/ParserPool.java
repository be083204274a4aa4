package org.liuhen.ingest.describe;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;
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
    private static final String HEAP = "-Xmx384m";

    private static final Logger LOG = LoggerFactory.getLogger(ParserPool.class);

    private final Semaphore places;
    private final Deque<Worker> idle = new ArrayDeque<>();
    private final Path scratch;
    private final ScheduledExecutorService clock;
    private final ScheduledFuture<?> tidying;

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
     * What the tools say. A process that died without reason, such as one that somebody killed, is replaced and asked again; one
     * that ran out of memory or time would do so again.
     */
    Description parse(Request request) throws ParserDiedException, InterruptedException {
        places.acquire();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return parseOnce(request);
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

    private Description parseOnce(Request request) throws ParserDiedException {
        Worker worker = take();
        Description answer = worker.parse(request);
        synchronized (idle) {
            worker.idleSinceNanos = System.nanoTime();
            idle.push(worker);
        }
        return answer;
    }

    private Worker take() throws ParserDiedException {
        synchronized (idle) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        try {
            return new Worker(scratch, clock);
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

    private static final class Worker {
        private final Process process;
        private final Writer requests;
        private final BufferedReader answers;
        private final ScheduledExecutorService clock;
        private long idleSinceNanos;

        Worker(Path scratch, ScheduledExecutorService clock) throws IOException {
            this.clock = clock;
            List<String> command = new ArrayList<>(Isolation.here().prefix());
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    HEAP,
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:+DisplayVMOutputToStderr", // its last words are no answer
                    "-Djava.awt.headless=true",
                    "-Djava.io.tmpdir=" + scratch,
                    "-cp",
                    classPath(),
                    ParserWorker.class.getName(),
                    Loader.load(org.bytedeco.ffmpeg.ffprobe.class))); // the first call unpacks it
            ProcessBuilder builder = new ProcessBuilder(command);
            Map<String, String> environment = builder.environment();
            environment.clear();
            environment.put("LC_ALL", "C.UTF-8");
            builder.directory(scratch.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
            process = builder.start();
            requests = process.outputWriter(StandardCharsets.UTF_8);
            answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            ScheduledFuture<?> limit = clock.schedule(this::end, TIMEOUT_SECONDS, TimeUnit.SECONDS);
            try {
                readLine(); // its greeting: what fails before it is not the doing of a file
            } catch (IOException never) {
                end();
                throw new IOException(
                        "the command ends before it is ready: "
                                + String.join(" ", Isolation.here().prefix()) + " java …",
                        never);
            } finally {
                limit.cancel(false);
            }
        }

        /** The application's own class path, or the jar that a cluster brought this class in. */
        private static String classPath() {
            String own = ParserWorker.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath();
            String all = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .map(element -> Path.of(element).toAbsolutePath().toString()) // the child works in another folder
                    .collect(Collectors.joining(File.pathSeparator));
            return all.contains(own) || !own.endsWith(".jar") ? all : own + File.pathSeparator + all;
        }

        Description parse(Request request) throws ParserDiedException {
            boolean[] late = new boolean[1];
            ScheduledFuture<?> limit = clock.schedule(
                    () -> {
                        late[0] = true;
                        end();
                    },
                    TIMEOUT_SECONDS,
                    TimeUnit.SECONDS);
            try {
                requests.write(JSON.writeValueAsString(request));
                requests.write('\n');
                requests.flush();
                Description answer = JSON.readValue(readLine(), Description.class);
                if (answer == null) {
                    throw new IOException("no description");
                }
                return answer;
            } catch (IOException died) {
                throw late[0]
                        ? new ParserDiedException("describing took longer than " + TIMEOUT_SECONDS + " s", true)
                        : reason();
            } finally {
                limit.cancel(false);
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
            } finally {
                end();
            }
            return new ParserDiedException("the parser process died", false);
        }

        /** Ends it, and ffprobe if it runs. */
        void end() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
