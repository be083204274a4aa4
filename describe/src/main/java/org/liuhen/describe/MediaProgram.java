package org.liuhen.describe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * ffprobe and ffmpeg as programs: with no environment, limits to time, memory and what they may say, inside the isolation of the
 * parser process that starts them.
 */
final class MediaProgram {
    private static final int TIMEOUT_SECONDS = 30;
    /** What to put before a program where it is there. */
    static final List<String> LIMITS = // 2 GiB of addresses, of which its libraries take a quarter
            List.of("/usr/bin/prlimit", "--as=2147483648", "--cpu=" + TIMEOUT_SECONDS);

    /** The exit codes of the shell, of the dynamic linker and of prlimit for a program that is not there or does not start. */
    private static final int CANNOT_START = 127;

    private static final int CANNOT_EXECUTE = 126;

    private MediaProgram() {}

    /** A file that a program could not read, in its own words. */
    static final class UnreadableException extends Exception {
        UnreadableException(String reason) {
            super(reason);
        }
    }

    /**
     * Runs a program on a file, and gives its output.
     *
     * @param file the file, as it stands in the command, for its messages
     * @param outputBytesMax the limit of its output
     */
    static byte[] run(List<String> command, Path file, int outputBytesMax)
            throws UnreadableException, IOException, InterruptedException {
        String name = Path.of(command.get(0)).getFileName().toString();
        Path errors = Files.createTempFile(name, ".err");
        try {
            List<String> limited = new ArrayList<>(Files.isExecutable(Path.of(LIMITS.get(0))) ? LIMITS : List.of());
            limited.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(limited);
            builder.environment().clear();
            builder.environment().putAll(MediaPrograms.environment(Path.of(command.get(0))));
            builder.redirectError(errors.toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            Thread limit = new Thread(() -> endLate(process), name + "-limit");
            limit.setDaemon(true);
            limit.start();
            byte[] out;
            try (InputStream in = process.getInputStream()) {
                out = in.readNBytes(outputBytesMax);
            }
            if (out.length == outputBytesMax) {
                process.destroyForcibly();
            }
            int exit = process.waitFor();
            limit.interrupt();
            if (exit == CANNOT_START || exit == CANNOT_EXECUTE) {
                throw new IOException("DS-104 " + name + " does not start: " + lastLine(errors, file));
            }
            if (exit != 0 || out.length == outputBytesMax) {
                throw new UnreadableException(name + ": " + lastLine(errors, file));
            }
            return out;
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static void endLate(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly); // or they hold its output open
                process.destroyForcibly();
            }
        } catch (InterruptedException inTime) {
            Thread.currentThread().interrupt();
        }
    }

    private static String lastLine(Path errors, Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(errors)) {
            bytes = in.readNBytes(4_096);
        }
        String text = new String(bytes, StandardCharsets.UTF_8)
                .replace(file.toString(), "the file")
                .strip();
        String last = text.substring(text.lastIndexOf('\n') + 1);
        return last.isEmpty() ? "no answer in " + TIMEOUT_SECONDS + " s, or too long a one" : last;
    }
}
