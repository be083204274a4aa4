package org.liuhen.station;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.liuhen.custody.log.DurableFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL as a child process on loopback, with its data in a folder and a password that lies beside it. Nobody can connect but one role
 * that owns its database and may do nothing else: no superuser is let in. It holds nothing that the published log does not say, so it is
 * not forced to disk, and a folder on which it does not start is moved aside and filled anew.
 */
final class EmbeddedDatabase implements AutoCloseable {
    /** The name of the role and of the database. */
    static final String USER = "liuhen";

    private static final String SUPERUSER = "postgres";

    /** What stands in the file that says that a folder's first start came to its end. One of another layout is filled anew. */
    private static final String LAYOUT = "2";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final int NOBODY = 65_534;
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 20;
    private static final int PORT_ATTEMPTS = 3;

    private final Path folder;
    private final Path programs;
    private final String password;
    private final List<String> asWhom;
    private Process postgres;
    private int port;

    EmbeddedDatabase(Path folder) throws IOException, InterruptedException {
        this.folder = folder.toAbsolutePath();
        endLeftOver(folder);
        Path whole = folder.resolveSibling(folder.getFileName() + ".whole");
        Path secret = secret(folder);
        if (Files.isDirectory(folder)
                && !(Files.exists(whole) && Files.readString(whole).equals(LAYOUT) && Files.exists(secret))) {
            moveAside(folder); // its first start did not come to its end, or was one of an earlier version
            Files.deleteIfExists(whole);
        }
        password = readOrCreate(secret);
        programs = PostgresPrograms.unpacked(folder.resolveSibling(folder.getFileName() + "-programs"));
        asWhom = asWhom();
        try {
            start();
        } catch (IOException damaged) {
            if (!Files.exists(whole)) {
                throw damaged; // it never ran here: another folder would not help
            }
            LOG.warn(
                    "DB-101 PostgreSQL does not start on {}: {}. It is moved aside and filled anew",
                    folder,
                    damaged.getMessage());
            moveAside(folder);
            start();
        }
        if (!Files.exists(whole)) {
            DurableFile.replace(whole, LAYOUT.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The file with the password of the database in this folder. */
    static Path secret(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".password");
    }

    private static String readOrCreate(Path secret) throws IOException {
        if (!Files.exists(secret)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            DurableFile.createSecret(secret, HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII));
        }
        return Files.readString(secret);
    }

    private void start() throws IOException, InterruptedException {
        if (!Files.exists(folder.resolve("PG_VERSION"))) {
            initialise();
        }
        own(folder);
        Path log = folder.resolveSibling(folder.getFileName() + ".log");
        for (int attempt = 1; ; attempt++) {
            port = FreePort.find();
            List<String> command = new ArrayList<>(asWhom);
            command.addAll(List.of(programs.resolve("bin/postgres").toString(), "-D", folder.toString(), "-F"));
            for (String setting : List.of(
                    "listen_addresses=127.0.0.1",
                    "port=" + port,
                    "unix_socket_directories=",
                    "timezone=UTC",
                    "synchronous_commit=off",
                    "shared_buffers=32MB",
                    "max_connections=20")) {
                command.addAll(List.of("-c", setting));
            }
            postgres = builder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            postgres.getOutputStream().close();
            if (answers()) {
                return;
            }
            stop();
            String said = lastLines(Files.readString(log, StandardCharsets.UTF_8));
            if (attempt == PORT_ATTEMPTS || !said.contains("Address already in use")) {
                throw new IOException("DB-102 PostgreSQL does not start: " + said);
            }
        }
    }

    private boolean answers() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (postgres.isAlive() && System.nanoTime() < end) {
            try (Connection connection = DriverManager.getConnection(jdbcUrl(), USER, password)) {
                return connection.isValid(1);
            } catch (SQLException notYet) {
                Thread.sleep(50);
            }
        }
        return false;
    }

    private void initialise() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        own(folder);
        List<String> command = new ArrayList<>(asWhom);
        command.addAll(List.of(programs.resolve("bin/initdb").toString(), "-D", folder.toString(), "-U", SUPERUSER));
        command.addAll(List.of("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        command.addAll(List.of("--locale=C", "--auth=reject", "--no-sync"));
        run(command, "");
        // Without a server (single-user mode), so that there is never a port at which the superuser is let in.
        List<String> single = new ArrayList<>(asWhom);
        single.addAll(List.of(programs.resolve("bin/postgres").toString(), "--single", "-D", folder.toString(), "-F"));
        single.add(SUPERUSER);
        run(
                single,
                "create role " + USER + " login password '" + password + "';\ncreate database " + USER + " owner "
                        + USER + ";\n");
        Files.writeString(folder.resolve("pg_hba.conf"), "host " + USER + " " + USER + " 127.0.0.1/32 scram-sha-256\n");
    }

    private static void run(List<String> command, String input) throws IOException, InterruptedException {
        Process process = builder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || said.contains("ERROR:")) {
            throw new IOException("DB-102 PostgreSQL cannot make its folder: " + lastLines(said));
        }
    }

    /** English messages; nothing else of the environment. */
    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /**
     * What to put before PostgreSQL's programs, which refuse to run as root: then they run as {@code nobody}. Where that user cannot reach
     * the folder, they keep the right to pass through folders that are not theirs.
     */
    private List<String> asWhom() throws IOException, InterruptedException {
        if (!PostgresPrograms.isRoot()) {
            return List.of();
        }
        List<String> nobody = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        List<String> passing = new ArrayList<>(nobody);
        passing.addAll(List.of("--inh-caps=+dac_override", "--ambient-caps=+dac_override"));
        for (List<String> prefix : List.of(nobody, passing)) {
            if (works(prefix, folder.getParent()) && works(prefix, programs)) {
                return prefix;
            }
        }
        throw new IOException(
                "DB-102 PostgreSQL does not run as root, and root may not become another user here. Run the"
                        + " station as an ordinary user, or allow CAP_SETUID, CAP_CHOWN and CAP_DAC_OVERRIDE");
    }

    private static boolean works(List<String> prefix, Path reach) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("ls", "-d", reach.toAbsolutePath() + "/."));
        try {
            Process test = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            test.getOutputStream().close();
            return test.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    /** Gives a folder to the user that PostgreSQL runs as. */
    private void own(Path what) throws IOException {
        if (!asWhom.isEmpty()) {
            try (Stream<Path> all = Files.walk(what)) {
                for (Path path : (Iterable<Path>) all::iterator) {
                    if (!Files.getAttribute(path, "unix:uid").equals(NOBODY)) {
                        Files.setAttribute(path, "unix:uid", NOBODY);
                        Files.setAttribute(path, "unix:gid", NOBODY);
                    }
                }
            }
        }
    }

    private static String lastLines(String said) {
        List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    private static void moveAside(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            Files.move(folder, folder.resolveSibling(folder.getFileName() + ".aside-" + System.currentTimeMillis()));
        }
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + USER;
    }

    String password() {
        return password;
    }

    /** A killed station leaves its PostgreSQL behind, which still holds the folder. */
    private static void endLeftOver(Path folder) throws IOException, InterruptedException {
        Path pidFile = folder.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        String first = Files.readString(pidFile).lines().findFirst().orElse("").strip();
        if (!first.matches("[0-9]{1,9}")) {
            Files.delete(pidFile); // torn by a power cut: no process of before lives
            return;
        }
        long pid = Long.parseLong(first);
        Optional<ProcessHandle> leftOver = ProcessHandle.of(pid)
                .filter(process -> process.info().command().orElse("").endsWith("postgres"));
        if (leftOver.isPresent()) {
            // SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint.
            interrupt(pid);
            try {
                leftOver.get().onExit().get(20, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException stays) {
                throw new IOException(
                        "ST-201 PostgreSQL process " + pid + " of the last run does not end. End it", stays);
            }
        }
    }

    /** Sends SIGINT. The program {@code kill} is not on every machine, but each shell has a command of that name. */
    private static void interrupt(long pid) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -INT " + pid).start().waitFor();
    }

    /** PostgreSQL's fast shutdown (SIGINT): it ends sessions and writes a checkpoint. */
    private void stop() throws IOException, InterruptedException {
        if (postgres.isAlive()) {
            interrupt(postgres.pid());
            if (!postgres.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                postgres.destroyForcibly().waitFor();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException stopped) {
            postgres.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
