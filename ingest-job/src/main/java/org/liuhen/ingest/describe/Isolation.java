package org.liuhen.ingest.describe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What keeps a parser process from the rest of the machine, beside its own heap, time limit and empty environment: a network
 * namespace without any network, no new privileges, a limit to the files that it writes. What the system does not allow is
 * left out, and every description says what there was.
 */
final class Isolation {
    private static final String FILE_BYTES_MAX = "67108864"; // 64 MiB: a track or a temporary file of a parser

    private static final Isolation HERE = find();

    private final List<String> prefix;
    private final String words;

    private Isolation(List<String> prefix, String words) {
        this.prefix = List.copyOf(prefix);
        this.words = words;
    }

    /** What this system allows. */
    static Isolation here() {
        return HERE;
    }

    /** What to put before a command. */
    List<String> prefix() {
        return prefix;
    }

    /** What it is, in words. */
    String words() {
        return words;
    }

    private static Isolation find() {
        List<String> prefix = new ArrayList<>();
        List<String> words = new ArrayList<>(List.of("own process", "empty environment"));
        if (works("unshare", "--net")) {
            prefix.addAll(List.of("unshare", "--net"));
            words.add("no network");
        } else if (works("unshare", "--user", "--map-current-user", "--net")) {
            prefix.addAll(List.of("unshare", "--user", "--map-current-user", "--net"));
            words.add("no network");
        } else {
            words.add("NETWORK NOT CUT OFF (unshare --net is not allowed here)");
        }
        if (works("prlimit", "--fsize=" + FILE_BYTES_MAX)) {
            prefix.addAll(List.of("prlimit", "--fsize=" + FILE_BYTES_MAX, "--core=0"));
            words.add("files of 64 MiB at most");
        }
        if (works("setpriv", "--no-new-privs")) {
            prefix.addAll(List.of("setpriv", "--no-new-privs"));
            words.add("no new privileges");
        }
        return new Isolation(prefix, String.join(", ", words));
    }

    private static boolean works(String... prefix) {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
