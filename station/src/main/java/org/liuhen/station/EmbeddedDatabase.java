package org.liuhen.station;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** PostgreSQL as a child process on loopback, with its data in a folder. */
final class EmbeddedDatabase implements AutoCloseable {
    private final EmbeddedPostgres postgres;

    EmbeddedDatabase(Path folder) throws IOException, InterruptedException {
        endLeftOver(folder);
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setServerConfig("shared_buffers", "32MB")
                .setServerConfig("max_connections", "20")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
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
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
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
