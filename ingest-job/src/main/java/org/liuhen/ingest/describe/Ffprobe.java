package org.liuhen.ingest.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;

/** The program ffprobe as a child process: no network, no environment, a time limit, a limit to what it may say. */
final class Ffprobe {
    static final String VERSION = "8.1.2";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMEOUT_SECONDS = 30;
    private static final int OUTPUT_BYTES_MAX = 2 << 20;

    private Ffprobe() {}

    /** Where the program is; the first call unpacks it. */
    private static final class Program {
        static final String PATH = Loader.load(org.bytedeco.ffmpeg.ffprobe.class);
    }

    /** A file that ffprobe could not read, in its own words. */
    static final class UnreadableException extends Exception {
        UnreadableException(String reason) {
            super(reason);
        }
    }

    /** What ffprobe says of container and streams. */
    static JsonNode probe(Path file) throws UnreadableException, IOException, InterruptedException {
        Path errors = Files.createTempFile(file.toAbsolutePath().getParent(), "ffprobe", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(
                    Program.PATH,
                    "-v",
                    "error",
                    "-protocol_whitelist",
                    "file",
                    "-print_format",
                    "json",
                    "-show_format",
                    "-show_streams",
                    file.toString());
            builder.environment().clear();
            builder.redirectError(errors.toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            Thread limit = new Thread(() -> endLate(process), "ffprobe-limit");
            limit.setDaemon(true);
            limit.start();
            byte[] out;
            try (InputStream in = process.getInputStream()) {
                out = in.readNBytes(OUTPUT_BYTES_MAX);
            }
            if (out.length == OUTPUT_BYTES_MAX) {
                process.destroyForcibly();
            }
            int exit = process.waitFor();
            limit.interrupt();
            if (exit != 0 || out.length == OUTPUT_BYTES_MAX) {
                throw new UnreadableException("ffprobe: " + lastLine(errors, file));
            }
            return JSON.readTree(out);
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static void endLate(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
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
