package org.liuhen.describe;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command that starts a parser process inside its isolation: Java with this application's own code. */
final class ParserCommand {
    /** The option of Java that limits the memory of a parser process. */
    static final String HEAP = "-Xmx512m";

    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    private ParserCommand() {}

    /** The command, for a process that works in this folder. */
    static ProcessBuilder of(Path folder, MediaPrograms programs) throws IOException {
        List<String> command = new ArrayList<>(Isolation.here().around(folder, readable(programs)));
        command.addAll(List.of(
                JAVA.resolve("bin").resolve("java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr", // standard output is for answers
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + folder,
                "-Dpdfbox.fontcache=" + folder,
                "-cp",
                classPath(),
                ParserWorker.class.getName(),
                programs.ffprobe().toString(),
                programs.ffmpeg().toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        Path libraries = JAVA.resolve("lib"); // Java finds them by /proc, which the isolation may leave out
        builder.environment().put("LD_LIBRARY_PATH", libraries + File.pathSeparator + libraries.resolve("server"));
        return builder.directory(folder.toFile());
    }

    /**
     * The application's own class path. On a cluster the class path is Flink's alone, and this class came in a jar of the job: then the jars that
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
        Path java = JAVA.toRealPath();
        List<Path> all = new ArrayList<>(List.of(JAVA, java));
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
}
