package org.liuhen.describe;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One parser process, seen from its parent: a folder that both share, a request and an answer as one line of JSON each, and a time limit for
 * both. It is used by one thread at a time.
 */
final class ParserProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ParserProcess.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMEOUT_SECONDS = 60;
    private static final int END_SECONDS = 2;
    private static final int ANSWER_CHARACTERS_MAX = 4 << 20;
    private static final int TRACK_BYTES_MAX = 64 << 20;
    private static final int PREVIEW_BYTES_MAX = 1 << 20;
    private static final int ERRORS_BYTES_MAX = 300;
    private static final int OUT_OF_MEMORY = 3; // the exit code of -XX:+ExitOnOutOfMemoryError

    private final Path folder;
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;
    private final ScheduledExecutorService clock;

    /**
     * Starts a process.
     *
     * @param scratch where it gets a folder of its own
     * @param clock ends it when a time limit is over
     */
    ParserProcess(Path scratch, MediaPrograms programs, ScheduledExecutorService clock) throws IOException {
        this.clock = clock;
        folder = Files.createTempDirectory(scratch.toAbsolutePath(), "parser");
        ProcessBuilder command = ParserCommand.of(folder, programs);
        Path errors = folder.resolve("errors"); // why a process does not start; removed with the first item
        command.redirectError(errors.toFile());
        process = start(command, clock);
        requests = process.outputWriter(StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        ScheduledFuture<?> limit = clock.schedule(this::kill, TIMEOUT_SECONDS, TimeUnit.SECONDS);
        try {
            readLine(); // the process is ready; no file causes a failure before this line
        } catch (IOException never) {
            kill();
            String why = new String(left(errors, ERRORS_BYTES_MAX), StandardCharsets.UTF_8);
            end();
            throw new IOException(
                    "the command ends before it is ready: " + command.command().get(0) + " … java …: " + why.strip(),
                    never);
        } finally {
            limit.cancel(false);
        }
    }

    /**
     * Starts it from the clock's thread, which lives as long as the pool: bubblewrap ends its child when the thread that started bubblewrap
     * ends (prctl PR_SET_PDEATHSIG), not only when the whole process does.
     */
    private static Process start(ProcessBuilder command, ScheduledExecutorService clock) throws IOException {
        try {
            return clock.submit(command::start).get();
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }

    /** Gives the process one file, and takes its answer and the files that it left. After an exception the process is gone. */
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
            byte[] text = left(folder.resolve(ParserWorker.TEXT), DocumentText.BYTES_MAX);
            Answer answer = new Answer(description, track, preview, text);
            empty();
            return answer;
        } catch (IOException | RuntimeException died) { // whatever came back: this process is not used again
            ParserDiedException why = late[0]
                    ? new ParserDiedException("describing took longer than " + TIMEOUT_SECONDS + " s", true)
                    : reason();
            end();
            throw why;
        } finally {
            limit.cancel(false);
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

    /** Removes all of one item before the next one comes. */
    private void empty() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.delete(path);
                }
            }
        } catch (UncheckedIOException locked) { // a folder that the process made without rights to read it
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

    /** Why the process ended. It gets the time to end by itself, since killing it would replace its exit code. */
    private ParserDiedException reason() {
        try {
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS) && process.exitValue() == OUT_OF_MEMORY) {
                return new ParserDiedException(
                        "describing needed more memory than its limit (" + ParserCommand.HEAP + ")", true);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return new ParserDiedException("the parser process died", false);
    }

    /** Ends the process, its children, and its folder. */
    void end() {
        kill();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS); // until then it might still write
            empty();
            Files.delete(folder);
        } catch (IOException left) {
            LOG.warn("{} could not be removed: {}", folder, left.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process and its children; {@link #parse} then fails. */
    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
