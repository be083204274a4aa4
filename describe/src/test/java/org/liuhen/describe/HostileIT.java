package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files made to hurt (src/test/python/hostile.py): bombs, loops, entities, references to files and to the network, lies about
 * sizes, and every kind of file cut off and damaged. Each is described, or it is said why not; none reaches a local file or the
 * network; none stops the others.
 */
@Tag("slow")
class HostileIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "liuhen-canary-5f2c9d";
    private static final int WORKERS = 2;

    @TempDir
    Path folder;

    /** Files of many kinds to be cut off and damaged. */
    private Path goodOnes() throws Exception {
        Path good = Files.createDirectories(folder.resolve("good"));
        Path all = folder.resolve("all");
        Corpus.pictures(good);
        Corpus.recording(good.resolve("a.mp4"), "-c:v libx264 -c:a aac");
        Corpus.recording(good.resolve("a.mkv"), "-c:v libx264 -c:a aac");
        Corpus.recording(good.resolve("a.avi"), "-c:v mpeg4 -c:a mp2");
        Corpus.recording(good.resolve("a.ts"), "-c:v libx264 -f mpegts");
        Corpus.recording(good.resolve("a.flv"), "-c:v libx264 -c:a aac");
        Corpus.recording(good.resolve("a.wav"), "-vn");
        Corpus.recording(good.resolve("a.flac"), "-vn");
        Corpus.recording(good.resolve("a.ogg"), "-vn -c:a libvorbis");
        Corpus.ofd(good.resolve("a.ofd"));
        Corpus.tika(
                all, ".heic", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".rtf", ".odt", ".eml", ".msg",
                ".7z", ".rar", ".zip", ".tar", ".mp3");
        Map<String, Path> oneOfEach = new TreeMap<>();
        try (Stream<Path> list = Files.list(all)) {
            for (Path file : list.sorted().toList()) {
                String name = file.getFileName().toString();
                if (Files.size(file) < 200_000) {
                    oneOfEach.putIfAbsent(name.substring(name.lastIndexOf('.')), file);
                }
            }
        }
        for (Map.Entry<String, Path> one : oneOfEach.entrySet()) {
            Files.copy(one.getValue(), good.resolve("b" + one.getKey()));
        }
        return good;
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void noneStopsThePipelineOrReachesWhatItShouldNot() throws Exception {
        Path good = goodOnes();
        Path canary = Files.writeString(folder.resolve("canary"), SECRET);
        Path hostile = folder.resolve("hostile");
        AtomicInteger calls = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
        try (ServerSocket network = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Describer describer = new Describer(
                        WORKERS,
                        Files.createDirectories(folder.resolve("scratch")),
                        Profiles.read(folder.resolve("none")),
                        true)) {
            Thread listener = new Thread(() -> count(network, calls));
            listener.setDaemon(true);
            listener.start();
            String url = "http://127.0.0.1:" + network.getLocalPort() + "/asked";
            Corpus.run(List.of(
                    "python3",
                    "src/test/python/hostile.py",
                    hostile.toString(),
                    canary.toString(),
                    url,
                    good.toString()));
            List<Path> files;
            try (Stream<Path> list = Files.list(hostile)) {
                files = list.sorted().toList();
            }
            assertTrue(files.size() >= 200, files.size() + " files");
            Map<Path, Future<Description>> answers = new TreeMap<>();
            Map<Path, Double> seconds = new TreeMap<>();
            for (Path file : files) {
                answers.put(file, pool.submit(() -> {
                    long start = System.nanoTime();
                    Description description = Corpus.describe(describer, file, folder.resolve("places"));
                    synchronized (seconds) {
                        seconds.put(file, (System.nanoTime() - start) / 1e9);
                    }
                    return description;
                }));
            }
            List<String> report = new ArrayList<>();
            int failed = 0;
            for (Path file : files) {
                Description description = answers.get(file).get();
                String text = JSON.writeValueAsString(description);
                assertFalse(text.contains(SECRET), file + " shows a local file: " + text);
                failed += description.failures().isEmpty() ? 0 : 1;
                description
                        .failures()
                        .forEach(reason ->
                                assertFalse(reason.isBlank() || reason.endsWith("null"), file + ": " + reason));
                report.add(String.format(
                        "%6.1f s  %-28s %s %s",
                        seconds.get(file), file.getFileName(), description.mediaType(), description.failures()));
            }
            Files.write(Path.of("target/hostile.txt"), report);
            assertEquals(0, calls.get(), "the network was asked");
            for (Path file : List.of(good.resolve("a.mp4"), good.resolve("b.docx"))) {
                assertEquals(
                        List.of(),
                        Corpus.describe(describer, file, folder.resolve("places"))
                                .failures());
            }
            System.out.println("hostile: " + files.size() + " files, of them " + failed
                    + " with a reason why not all could be read");
        } finally {
            pool.shutdownNow();
        }
    }

    private static void count(ServerSocket network, AtomicInteger calls) {
        while (true) {
            try {
                network.accept().close();
                calls.incrementAndGet();
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Parser processes are killed all the time, and every description is the one that it would have been. */
    @Test
    void aKilledProcessLosesNothing() throws Exception {
        Path good = goodOnes();
        List<Path> files;
        try (Stream<Path> list = Files.list(good)) {
            files = list.sorted().toList();
        }
        AtomicInteger kills = new AtomicInteger();
        Random random = new Random(6);
        ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
        try (Describer describer = new Describer(
                WORKERS,
                Files.createDirectories(folder.resolve("scratch")),
                Profiles.read(folder.resolve("none")),
                true)) {
            List<String> calm = new ArrayList<>();
            for (Path file : files) {
                calm.add(JSON.writeValueAsString(Corpus.describe(describer, file, folder.resolve("places"))
                        .values()));
            }
            for (int round = 0; kills.get() < 8; round++) {
                for (int i = 0; i < files.size(); i++) {
                    // One kill while a file is described, and none for the next: however slow the machine is, fewer
                    // than would give a file up.
                    Future<?> kill = (round + i) % 2 == 0
                            ? killer.schedule(() -> kill(kills), random.nextInt(400), TimeUnit.MILLISECONDS)
                            : null;
                    Description description = Corpus.describe(describer, files.get(i), folder.resolve("places"));
                    if (kill != null) {
                        kill.cancel(false);
                    }
                    assertEquals(
                            calm.get(i),
                            JSON.writeValueAsString(description.values()),
                            files.get(i).toString());
                }
                assertTrue(round < 50, "nothing could be killed");
            }
        } finally {
            killer.shutdownNow();
        }
        System.out.println("killed " + kills.get() + " parser processes; no description changed");
    }

    private static void kill(AtomicInteger kills) {
        ProcessHandle.current()
                .descendants()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findAny()
                .ifPresent(child -> kills.addAndGet(child.destroyForcibly() ? 1 : 0));
    }
}
