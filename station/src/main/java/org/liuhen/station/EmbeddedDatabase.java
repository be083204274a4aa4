package org.liuhen.station;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.log.DurableFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL as a child process on loopback, with its data in a folder. */
final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private final EmbeddedPostgres postgres;

    EmbeddedDatabase(Path folder) throws IOException, InterruptedException {
        endLeftOver(folder);
        Path whole = folder.resolveSibling(folder.getFileName() + ".whole");
        if (Files.isDirectory(folder) && !Files.exists(whole)) {
            moveAside(folder); // its first start did not come to its end
        }
        EmbeddedPostgres started;
        try {
            started = start(folder);
        } catch (IOException damaged) {
            // Nothing is kept here that the published log does not have: the tables are filled anew from it.
            LOG.warn(
                    "DB-101 PostgreSQL does not start on {}: {}. It is moved aside and filled anew",
                    folder,
                    damaged.getMessage());
            moveAside(folder);
            started = start(folder);
        }
        postgres = started;
        if (!Files.exists(whole)) {
            DurableFile.replace(whole, new byte[0]);
        }
    }

    private static EmbeddedPostgres start(Path folder) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setServerConfig("shared_buffers", "32MB")
                .setServerConfig("max_connections", "20")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
    }

    private static void moveAside(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            Files.move(folder, folder.resolveSibling(folder.getFileName() + ".aside-" + System.currentTimeMillis()));
        }
    }

    String jdbcUrl() {
        return postgres.getJdbcUrl("postgres", "postgres");
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
            new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor();
            try {
                leftOver.get().onExit().get(20, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException stays) {
                throw new IOException(
                        "ST-201 PostgreSQL process " + pid + " of the last run does not end. End it", stays);
            }
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
