package org.liuhen.describe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What keeps a parser process from the rest of the machine, beside its own heap, time limit and empty environment. With bubblewrap
 * ({@code bwrap}) it sees programs, its own code and one folder of its own, nothing else: no evidence, no key, no network, no other
 * process, as a user without rights. Without bubblewrap the network is cut off where the system allows that. What there was stands in
 * every description.
 */
final class Isolation {
    private static final String FILE_BYTES_MAX = "67108864"; // 64 MiB: a track or a temporary file of a parser
    private static final List<String> NETWORK_CUT_OFF = List.of("unshare", "--net");
    private static final List<String> NETWORK_CUT_OFF_AS_USER =
            List.of("unshare", "--user", "--map-current-user", "--net");
    private static final List<String> NO_NEW_PRIVILEGES = List.of("setpriv", "--no-new-privs");
    private static final List<String> LIMITS = List.of(
            "prlimit",
            "--fsize=" + FILE_BYTES_MAX,
            "--core=0",
            "nice",
            "-n",
            "10"); // uploads on the same machine go first

    /** What programs need to start. */
    private static final List<String> SYSTEM =
            List.of("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts");

    /** What a sandbox has of /proc: one of its own, or none, where a container does not let it mount one. */
    private static final List<List<String>> PROC = List.of(List.of("--proc", "/proc"), List.of());

    private static final Isolation HERE = find();

    private final List<String> proc; // null without a sandbox
    private final List<String> prefix;
    private final String words;

    private Isolation(List<String> proc, List<String> prefix, String words) {
        this.proc = proc;
        this.prefix = List.copyOf(prefix);
        this.words = words;
    }

    /** What this system allows. */
    static Isolation here() {
        return HERE;
    }

    /**
     * The words to put before a command so that it runs inside the isolation.
     *
     * @param folder the only folder that the command may write to
     * @param readable what the command has to read, beside the system's programs
     */
    List<String> around(Path folder, Collection<Path> readable) {
        List<String> all = new ArrayList<>();
        if (proc != null) {
            all.addAll(sandbox(proc, folder, readable));
        }
        all.addAll(prefix);
        return all;
    }

    /** A description of the isolation for the record. */
    String words() {
        return words;
    }

    private static List<String> sandbox(List<String> proc, Path folder, Collection<Path> readable) {
        List<String> all = new ArrayList<>(List.of("bwrap", "--unshare-all", "--die-with-parent", "--new-session"));
        all.addAll(List.of("--uid", "65534", "--gid", "65534", "--dev", "/dev"));
        all.addAll(proc);
        for (String path : SYSTEM) {
            Path place = Path.of(path);
            if (Files.isSymbolicLink(place)) {
                try {
                    all.addAll(
                            List.of("--symlink", Files.readSymbolicLink(place).toString(), path));
                } catch (IOException gone) {
                    all.addAll(List.of("--ro-bind-try", path, path));
                }
            } else {
                all.addAll(List.of("--ro-bind-try", path, path));
            }
        }
        for (Path path : readable) {
            if (!path.startsWith("/usr")) {
                all.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
            }
        }
        all.addAll(List.of("--bind", folder.toString(), folder.toString(), "--chdir", folder.toString(), "--"));
        return all;
    }

    private static Isolation find() {
        List<String> prefix = new ArrayList<>();
        List<String> words = new ArrayList<>(List.of("own process", "empty environment"));
        List<String> proc = null;
        try {
            Path folder = Files.createTempDirectory("liuhen-isolation");
            for (List<String> tried : PROC) {
                proc = proc == null && works(sandbox(tried, folder, List.of())) ? tried : proc;
            }
            Files.delete(folder);
        } catch (IOException noFolder) {
            words.add("no folder for temporary files");
        }
        if (proc != null) {
            words.add("no network, no other process, no files but programs and a folder of its own, no rights"
                    + " (bubblewrap)");
        } else if (works(NETWORK_CUT_OFF)) {
            prefix.addAll(NETWORK_CUT_OFF);
            words.add("no network");
        } else if (works(NETWORK_CUT_OFF_AS_USER)) {
            prefix.addAll(NETWORK_CUT_OFF_AS_USER);
            words.add("no network");
        } else {
            words.add("NETWORK NOT CUT OFF (neither bwrap nor unshare --net is allowed here)");
        }
        if (proc == null) {
            words.add("FILES NOT HIDDEN (bubblewrap is missing or not allowed here)");
        }
        if (works(LIMITS)) {
            prefix.addAll(LIMITS);
            words.add("files of 64 MiB at most");
        }
        words.add(
                works(MediaProgram.LIMITS)
                        ? "media programs of 2 GiB at most"
                        : "MEMORY OF MEDIA PROGRAMS NOT LIMITED (prlimit is missing)");
        if (proc == null && works(NO_NEW_PRIVILEGES)) {
            prefix.addAll(NO_NEW_PRIVILEGES);
            words.add("no new privileges");
        }
        return new Isolation(proc, prefix, String.join(", ", words));
    }

    private static boolean works(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
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
