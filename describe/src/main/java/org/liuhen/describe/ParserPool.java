package org.liuhen.describe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parser processes, each with its own heap, isolation and a time limit for each file. A process is used for many files, replaced after a
 * fault, and ended after a minute without work.
 */
final class ParserPool implements AutoCloseable {
    private static final int IDLE_SECONDS = 60;
    private static final int TIDY_SECONDS = 10;
    private static final int ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(ParserPool.class);

    private final Semaphore places;
    private final Deque<Idle> idle = new ArrayDeque<>(); // guarded by itself
    private final Set<ParserProcess> busy = ConcurrentHashMap.newKeySet();
    private final Path scratch;
    private final ScheduledExecutorService clock;
    private final ScheduledFuture<?> tidying;
    private final LongAdder deaths = new LongAdder();
    private MediaPrograms programs; // guarded by this
    private volatile boolean closed;

    /** A process without work, and since when, by {@link System#nanoTime}. */
    private record Idle(ParserProcess process, long sinceNanos) {}

    /** At most so many processes at a time, with their temporary files in this folder. */
    ParserPool(int processes, Path scratch) {
        this.places = new Semaphore(processes);
        this.scratch = scratch;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "parser-clock");
            thread.setDaemon(true);
            return thread;
        });
        tidying = clock.scheduleWithFixedDelay(this::endIdle, TIDY_SECONDS, TIDY_SECONDS, TimeUnit.SECONDS);
    }

    /** How many processes died. */
    long deaths() {
        return deaths.sum();
    }

    /**
     * The answer of a process. A process that died without reason, such as one that was killed, is replaced and the request repeated; one
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
        ParserProcess process = take();
        Answer answer;
        busy.add(process);
        try {
            if (closed) {
                process.end();
                throw closed();
            }
            answer = process.parse(request, skeleton);
        } catch (ParserDiedException died) {
            if (closed) {
                throw closed();
            }
            deaths.increment();
            throw died;
        } finally {
            busy.remove(process);
        }
        synchronized (idle) {
            if (closed) {
                process.end();
            } else {
                idle.push(new Idle(process, System.nanoTime()));
            }
        }
        return answer;
    }

    /**
     * The media programs, unpacked when they are first needed. Where that fails, it is tried again next time; without them a process still
     * describes everything but recordings.
     */
    private synchronized MediaPrograms programs() {
        Path folder = scratch.resolve("programs");
        if (closed) {
            return new MediaPrograms(folder);
        }
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

    private static ParserDiedException closed() {
        return new ParserDiedException("the parser processes were closed", true);
    }

    private ParserProcess take() throws ParserDiedException {
        if (closed) {
            throw closed();
        }
        synchronized (idle) {
            if (!idle.isEmpty()) {
                return idle.pop().process();
            }
        }
        try {
            return new ParserProcess(scratch, programs(), clock);
        } catch (IOException failed) {
            if (closed) {
                throw closed();
            }
            LOG.error("DS-102 Parser processes do not start, so nothing is described", failed);
            throw new ParserDiedException("DS-102 parser processes do not start here: " + failed.getMessage(), false);
        }
    }

    private void endIdle() {
        long before = System.nanoTime() - TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
        synchronized (idle) {
            idle.removeIf(one -> {
                boolean tooLong = one.sinceNanos() - before < 0;
                if (tooLong) {
                    one.process().end();
                }
                return tooLong;
            });
        }
    }

    /**
     * Ends all processes. A file that one of them has before it fails with {@link ParserDiedException} at once: a thread that waits for an
     * answer cannot be interrupted.
     */
    @Override
    public void close() {
        closed = true;
        tidying.cancel(false);
        busy.forEach(ParserProcess::kill);
        synchronized (idle) {
            idle.forEach(one -> one.process().end());
            idle.clear();
        }
        synchronized (this) { // programs that are being unpacked are whole before their folder is removed
            clock.shutdownNow();
        }
    }
}
