package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another user of the machine, beside a running station, gets nothing that lies in its folder and no answer from its parts: each port that
 * the station's processes listen on is found and tried.
 */
@DisabledIf("onS3") // the parts are the same
class OtherUserIT {
    private static final int OTHER = 12_345;

    @TempDir
    private static Path folder;

    private static LiveStation station;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeAll
    static void start() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx")); // made by a careless hand
        station = new LiveStation(data, "--sign-in", "local");
    }

    @AfterAll
    static void stop() throws Exception {
        station.close();
    }

    /** What another user's shell says, or null where this machine lets nobody become one. */
    private static String asAnother(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + OTHER,
                        "--regid=" + OTHER,
                        "--clear-groups",
                        "--inh-caps=-all",
                        "--bounding-set=-all",
                        "sh",
                        "-c",
                        script)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    void noFileOfTheStationCanBeReadChangedOrSeen() throws Exception {
        assumeTrue(PostgresPrograms.isRoot(), "only root can become another user");
        assertEquals(Integer.toString(OTHER), asAnother("id -u").strip());
        String data = station.data.toString();
        assertEquals("", asAnother("ls -a '" + data + "' 2>/dev/null"));
        List<String> files =
                TestFiles.below(station.data).stream().map(Path::toString).toList();
        assertTrue(files.size() > 50, files.toString());
        Path list = Files.write(folder.resolve("list"), files);
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(
                "tried " + files.size(),
                asAnother("tried=0; while IFS= read -r file; do tried=$((tried + 1));"
                                + " if cat \"$file\" >/dev/null 2>&1; then echo \"read $file\"; fi;"
                                + " if (: >>\"$file\") 2>/dev/null; then echo \"wrote $file\"; fi;"
                                + " done <'" + list + "'; echo tried $tried")
                        .strip());
        assertNotEquals("", asAnother("touch '" + data + "/mine'"));
        // Nothing that the station's processes run or map can be swapped.
        for (ProcessHandle process : processes()) {
            for (String mapped : maps(process)) {
                String path = mapped.replaceFirst("^(\\S+\\s+){5}", "");
                if (path.startsWith("/")) {
                    assertEquals("", asAnotherMayWrite(Path.of(path)), mapped);
                }
            }
        }
    }

    /** What a process has mapped; nothing where it has ended. */
    private static List<String> maps(ProcessHandle process) throws IOException {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/maps"));
        } catch (IOException ended) {
            if (process.isAlive()) {
                throw ended;
            }
            return List.of();
        }
    }

    /** Where another user could change this file, or put another in its place: the name of what allows it; a file that is gone is passed over. */
    private static String asAnotherMayWrite(Path path) throws IOException {
        for (Path at = path; at != null; at = at.getParent()) {
            Set<PosixFilePermission> permissions;
            boolean sticky;
            try {
                permissions = Files.getPosixFilePermissions(at);
                sticky = ((int) Files.getAttribute(at, "unix:mode") & 01000) != 0;
            } catch (NoSuchFileException removed) {
                continue;
            }
            boolean device = at.startsWith("/dev") || at.startsWith("/proc");
            if (permissions.contains(PosixFilePermission.OTHERS_WRITE) && !sticky && !device) {
                return at.toString();
            }
        }
        return "";
    }

    private static List<ProcessHandle> processes() {
        List<ProcessHandle> all = new ArrayList<>();
        ProcessHandle itself = ProcessHandle.of(station.pid()).orElseThrow();
        all.add(itself);
        itself.descendants().forEach(all::add);
        return all;
    }

    /** The ports on which the station's processes listen (proc(5): net/tcp, state 0A). */
    private static Set<Integer> ports() throws IOException {
        Set<String> sockets = new TreeSet<>();
        for (ProcessHandle process : processes()) {
            try (Stream<Path> files = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
                for (Path file : files.toList()) {
                    try {
                        String target = Files.readSymbolicLink(file).toString();
                        if (target.startsWith("socket:[")) {
                            sockets.add(target.substring(8, target.length() - 1));
                        }
                    } catch (IOException closedMeanwhile) {
                        // it listens no more
                    }
                }
            } catch (NoSuchFileException ended) {
                // and so has what it listened on
            }
        }
        Set<Integer> ports = new TreeSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (!Files.exists(Path.of(table))) {
                continue;
            }
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns[3].equals("0A") && sockets.contains(columns[9])) {
                    ports.add(Integer.parseInt(columns[1].substring(columns[1].lastIndexOf(':') + 1), 16));
                }
            }
        }
        return ports;
    }

    /**
     * Each listening port but the page's and the devices' says nothing to plain HTTP, and takes no TLS client that has no certificate;
     * PostgreSQL, which speaks neither, lets nobody in without its password.
     */
    @Test
    void noPartAnswersToAStranger() throws Exception {
        Set<Integer> ports = ports();
        assertTrue(ports.remove(station.at("/").getPort()), ports.toString());
        assertTrue(ports.remove(station.devicesPort()), ports.toString());
        for (int port : ports) {
            String said = plain(port) + withoutCertificate(port);
            // Nothing, a TLS alert, or Flink's server, which sends whoever speaks HTTP to its HTTPS and asks for a
            // certificate there.
            assertTrue(
                    said.isEmpty() || said.startsWith("\u0015") || said.startsWith("HTTP/1.1 301 "),
                    port + ": " + said);
        }
        assertTrue(ports.size() >= 4, "Kafka, its controller, Flink and PostgreSQL: " + ports);
        String kafka = station.kafka().get("bootstrap.servers").toString();
        for (String protocol : List.of("PLAINTEXT", "SSL")) {
            try (Admin stranger = Admin.create(Map.of(
                    "bootstrap.servers",
                    kafka,
                    "security.protocol",
                    protocol,
                    "default.api.timeout.ms",
                    3_000,
                    "request.timeout.ms",
                    2_000))) {
                assertThrows(
                        ExecutionException.class,
                        () -> stranger.listTopics().names().get(10, TimeUnit.SECONDS),
                        protocol);
            }
        }
        try (Admin own = Admin.create(station.kafka())) {
            assertTrue(own.listTopics().names().get().contains("custody.events"));
        }
        String port = Files.readAllLines(station.data.resolve("postgres/postmaster.pid"))
                .get(3);
        String password = Files.readString(station.data.resolve("postgres.password"));
        for (String database : List.of("liuhen", "postgres", "template1")) {
            for (String user : List.of("postgres", "liuhen", "root")) {
                for (String secret : List.of("", "postgres", password)) {
                    if (!(user.equals("liuhen") && database.equals("liuhen") && secret.equals(password))) {
                        assertThrows(
                                SQLException.class,
                                () -> DriverManager.getConnection(
                                                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, user, secret)
                                        .close(),
                                user + " " + database + " " + secret);
                    }
                }
            }
        }
        try (var own = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/liuhen", "liuhen", password);
                var statement = own.createStatement()) {
            for (String order : List.of(
                    "copy (select 1) to program 'id'",
                    "select pg_read_file('/etc/passwd')",
                    "copy (select 1) to '/tmp/liuhen-it'",
                    "create role mallory superuser",
                    "alter system set listen_addresses = '*'",
                    "create extension plpython3u",
                    "select lo_import('/etc/passwd')")) {
                assertThrows(SQLException.class, () -> statement.execute(order), order);
            }
        }
    }

    private static String plain(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream()
                    .write("GET /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(2_000), StandardCharsets.ISO_8859_1);
        } catch (IOException closed) {
            return "";
        }
    }

    /** With {@code curl}, which looks at no certificate of the server's. */
    private static String withoutCertificate(int port) throws IOException, InterruptedException {
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sk",
                        "-m",
                        "3",
                        "https://127.0.0.1:" + port + "/jobs",
                        "https://127.0.0.1:" + port + "/v1/jobs")
                .redirectErrorStream(true)
                .start();
        String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        curl.waitFor();
        return said;
    }
}
