package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a program can do in the isolation of a parser process, if what it reads has taken it over. It is the system's doing where it
 * allows that; where it does not, these tests say so and are skipped.
 */
class IsolationIT {
    @TempDir
    Path folder;

    private String isolated(String... command) throws Exception {
        Path own = Files.createDirectories(folder.resolve("own"));
        List<String> all = new ArrayList<>(Isolation.here().around(own, List.of()));
        all.addAll(List.of(command));
        return Corpus.run(all);
    }

    private static void assume(String words) {
        assumeTrue(
                Isolation.here().words().contains(words),
                "NOT TESTED here: " + Isolation.here().words());
    }

    @Test
    void itReachesNoNetwork() throws Exception {
        assume("no network");
        try (ServerSocket network = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String[] ask = {
                "python3",
                "-c",
                "import socket; socket.create_connection(('127.0.0.1', " + network.getLocalPort()
                        + "), 2); print('reached')"
            };
            assertEquals("reached", Corpus.run(List.of(ask)).strip());
            assertEquals("", isolated(ask));
        }
    }

    /** Neither the keys of the log, nor evidence, nor another item's file. */
    @Test
    void itSeesNoFileButPrograms() throws Exception {
        assume("no files but programs");
        Path key = Files.writeString(folder.resolve("site-1.pem"), "PRIVATE KEY");
        assertEquals("PRIVATE KEY", Corpus.run(List.of("cat", key.toString())));
        assertEquals("", isolated("cat", key.toString()));
        assertEquals("", isolated("cat", "/etc/passwd"));
        assertEquals("", isolated("sh", "-c", "ls -d /root /home /var /opt /tmp/* 2>/dev/null | grep -v " + top()));
    }

    /** The one entry of the root's temporary folder that leads to its own folder. */
    private String top() {
        return folder.subpath(0, 2).toString();
    }

    @Test
    void itChangesNothingOutsideItsFolder() throws Exception {
        assume("no files but programs");
        Path evidence = Files.writeString(folder.resolve("evidence"), "as it was");
        isolated(
                "sh",
                "-c",
                "echo changed > " + evidence + "; rm -f " + evidence + "; touch " + folder.resolve("new")
                        + "; touch /usr/new");
        assertEquals("as it was", Files.readString(evidence));
        assertFalse(Files.exists(folder.resolve("new")) || Files.exists(Path.of("/usr/new")));
        isolated("sh", "-c", "echo made > made");
        assertEquals("made\n", Files.readString(folder.resolve("own/made")));
    }

    @Test
    void itIsNobodyAndSeesNobody() throws Exception {
        assume("no files but programs");
        assertEquals("65534\n", isolated("id", "-u"));
        assertEquals(
                "0000000000000000",
                isolated("sh", "-c", "grep CapEff /proc/self/status").split("\\s+", -1)[1]);
        List<String> processes =
                isolated("sh", "-c", "ls /proc | grep -c '^[0-9]'").lines().toList();
        assertTrue(Integer.parseInt(processes.get(0)) < 6, processes.toString());
    }

    @Test
    void itWritesNoLargeFile() throws Exception {
        assume("files of 64 MiB at most");
        isolated("sh", "-c", "head -c 100000000 /dev/zero > " + folder.resolve("own/large"));
        Path large = folder.resolve("own/large");
        assertTrue(Files.exists(large));
        assertTrue(Files.size(large) <= 64 << 20, Files.size(large) + " bytes");
    }

    /** A picture of a thousand million points would need gigabytes; the program gets none, and the description says why. */
    @Test
    void aMediaProgramGetsNoMoreMemoryThanItsLimit() throws IOException, InterruptedException {
        Facts facts = new Facts();
        List<String> hungry = List.of("/usr/bin/python3", "-c", "b = bytearray(3 << 30); print(len(b))");
        try {
            MediaProgram.run(hungry, folder, 100);
            facts.failures.add("it got them");
        } catch (MediaProgram.UnreadableException refused) {
            assertEquals("python3: MemoryError", refused.getMessage());
        }
        assertEquals(List.of(), facts.failures);
    }

    /** What starts a process is a thread that may end; the process, with the folder that it has as long as it lives, is used again. */
    @Test
    void aParserProcessOutlivesTheThreadThatAskedForIt() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "text");
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        try (Describer describer = new Describer(1, scratch, Profiles.read(folder.resolve("none")), true)) {
            List<List<Path>> processes = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Thread asks = new Thread(() -> {
                    try {
                        Corpus.describe(describer, file, folder.resolve("places"));
                    } catch (Exception failed) {
                        throw new IllegalStateException(failed);
                    }
                });
                asks.start();
                asks.join();
                Thread.sleep(500); // for the system to end what it would end
                try (Stream<Path> folders = Files.list(scratch)) {
                    processes.add(
                            folders.filter(path -> path.getFileName().toString().startsWith("parser"))
                                    .toList());
                }
            }
            assertEquals(1, processes.get(0).size(), processes.toString());
            assertEquals(processes.get(0), processes.get(1));
        }
    }
}
