package org.liuhen.station;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * The class path and the options with which tests start processes: without the optimising compiler, which never pays for itself in the half
 * minute that such a process lives, and with parsed classes from an archive (JEP 350), which the first test of a build writes. Together they
 * halve the CPU time until a station is ready.
 */
final class QuickStart {
    /** What makes the archive and uses it: it fits a JVM with the same options alone. */
    private static final List<String> SAME = List.of(
            "-XX:TieredStopAtLevel=1",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED");

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long ARCHIVED_WITHIN_SECONDS = 180;
    private static final List<String> OPTIONS = options();

    private QuickStart() {}

    /** The JVM and its options up to the name of the main class. */
    static List<String> java(String... memory) {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(List.of(memory));
        command.addAll(OPTIONS);
        return command;
    }

    private static List<String> options() {
        // An archive holds classes of jars alone, and its class path must be the beginning of that of the process.
        List<String> elements =
                Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator, -1));
        String jars = elements.stream().filter(e -> e.endsWith(".jar")).collect(Collectors.joining(File.pathSeparator));
        String folders =
                elements.stream().filter(e -> !e.endsWith(".jar")).collect(Collectors.joining(File.pathSeparator));
        List<String> options = new ArrayList<>(SAME);
        try {
            Path archive = archive(jars);
            options.add("-XX:SharedArchiveFile=" + archive);
        } catch (IOException notWritten) {
            System.err.println("Stations of this test start slower: " + notWritten.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        options.addAll(List.of("-cp", jars + File.pathSeparator + folders));
        return List.copyOf(options);
    }

    /** The archive of these jars; written where it is missing, by one of the test processes that run beside each other. */
    private static Path archive(String jars) throws IOException, InterruptedException {
        StringBuilder state = new StringBuilder(System.getProperty("java.vm.version"));
        for (String jar : jars.split(File.pathSeparator, -1)) {
            state.append(jar).append(Files.size(Path.of(jar))).append(Files.getLastModifiedTime(Path.of(jar)));
        }
        Path archive = TARGET.resolve("station-"
                + Sha256Digest.of(state.toString().getBytes(StandardCharsets.UTF_8))
                        .hex()
                        .substring(0, 12) + ".jsa");
        try (FileChannel lock = FileChannel.open(
                        TARGET.resolve("station.jsa.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock.lock()) {
            if (held.isValid() && !Files.exists(archive)) {
                try (Stream<Path> old = Files.list(TARGET)) {
                    for (Path one :
                            old.filter(f -> f.toString().endsWith(".jsa")).toList()) {
                        Files.delete(one);
                    }
                }
                write(archive, jars);
            }
        }
        return archive;
    }

    /** Lets a station come up and end, and the JVM write down the classes that it loaded. */
    private static void write(Path archive, String jars) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("liuhen-archive");
        Path written = TARGET.resolve("station.jsa.part");
        Path log = TARGET.resolve("station.jsa.log");
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(SAME);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + written, "-cp", jars, Liuhen.class.getName()));
        command.addAll(List.of("station", "--data", folder.toString(), "--no-immutable", "--port", "0"));
        command.addAll(List.of("--devices-port", "0"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARCHIVED_WITHIN_SECONDS);
        while (process.isAlive() && !Files.exists(folder.resolve(Station.WHERE)) && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        process.destroy();
        boolean ended = process.waitFor(ARCHIVED_WITHIN_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        TestFiles.deleteAll(folder);
        if (!ended || !Files.exists(written)) {
            throw new IOException("no archive of classes was written, see " + log);
        }
        Files.move(written, archive, StandardCopyOption.ATOMIC_MOVE);
    }
}
