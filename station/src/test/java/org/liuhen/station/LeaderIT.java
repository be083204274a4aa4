package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/** Two processes that would follow one log into one database: one does, and the other one takes over. */
class LeaderIT {
    private static final int BATCH = 256;
    private static final Duration WITHIN = Duration.ofSeconds(15);

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final Map<Long, Process> processes = new HashMap<>();
    private final SecureRandom random = new SecureRandom();
    private EmbeddedDatabase database;
    private SignedNote.Signer signer;
    private LogPublisher publisher;
    private long size;

    @Test
    @DisabledIf("onS3") // the database is the same on both
    void oneFollowsAndAnotherTakesOver() throws Exception {
        signer = LogKey.readOrCreate(folder.resolve("site-1.pem"), FollowerProcess.SITE);
        try (Vault vault =
                        VaultSettings.directory(folder.resolve("vault"), false).open();
                EmbeddedDatabase started = new EmbeddedDatabase(folder.resolve("postgres"))) {
            database = started;
            publisher = new LogPublisher(vault.log(FollowerProcess.SITE), FollowerProcess.SITE, signer);
            start();
            start(); // both make the tables at the same moment
            publish(3);
            awaitAllFollowed();
            long first = leader();

            processes.get(first).destroyForcibly().waitFor();
            Instant killed = Instant.now();
            publish(1);
            awaitAllFollowed();
            long second = leader();
            assertNotEquals(first, second);
            System.out.println("after kill -9, taken over and followed within "
                    + Duration.between(killed, Instant.now()).toMillis() + " ms");

            start();
            pauseWhileItWrites(second);
            Instant paused = Instant.now();
            AtomicLong leads = new AtomicLong(); // asked once: between two answers the lock may have been given back
            await(() -> {
                leads.set(leader());
                return leads.get() != 0 && leads.get() != second;
            });
            long third = leads.get();
            Duration took = Duration.between(paused, Instant.now());
            System.out.println("after SIGSTOP in a transaction, taken over within " + took.toMillis() + " ms");
            assertTrue(took.compareTo(WITHIN) < 0, took.toString());
            awaitAllFollowed();
            signal("CONT", second); // it goes on with what it was about to write
            publish(3);
            awaitAllFollowed();
            assertEquals(third, leader());
            await(() -> log(second).contains("follows site-1 no more"));
            assertEquals(third, leader());
            assertWrittenOnce();
        } finally {
            for (Process process : processes.values()) {
                process.destroyForcibly().waitFor();
            }
        }
        TestFiles.deleteAll(folder);
    }

    private void start() throws Exception {
        List<String> command = new ArrayList<>(LiveStation.command());
        command.set(command.size() - 1, FollowerProcess.class.getName());
        command.addAll(
                List.of(folder.resolve("vault").toString(), signer.verifier().toString(), database.jdbcUrl()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PGPASSWORD", database.password());
        Path log = Files.createTempFile(folder, "follower", ".log");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Files.move(log, folder.resolve(process.pid() + ".log"));
        processes.put(process.pid(), process);
    }

    private String log(long pid) throws Exception {
        return Files.readString(folder.resolve(pid + ".log"));
    }

    /** Publishes so many batches of items that were declared. */
    private void publish(int batches) throws Exception {
        for (int batch = 0; batch < batches; batch++) {
            List<byte[]> entries = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                Instant now = Instant.now();
                EvidenceId id = EvidenceId.create(now, random);
                EventContext context = EventContext.of(
                        EventContext.idFor(Declared.class, id.value()),
                        id,
                        now,
                        new Actor(Actor.Kind.OFFICER, "110023", null, "claimed"),
                        null,
                        "intake");
                Declared declared = new Declared(
                        context,
                        new FileName(id + ".mp4"),
                        "video/mp4",
                        Sha256Digest.of(id.value().getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        1,
                        List.of(),
                        null);
                entries.add(Entry.encode(CanonicalJson.encode(declared), 0, null, now));
            }
            publisher.publish(size, entries);
            size += entries.size();
        }
    }

    /** Stops a process at a moment when its transaction is open: with work to do, it has one most of the time. */
    private void pauseWhileItWrites(long pid) throws Exception {
        for (int attempt = 0; attempt < 200; attempt++) {
            publish(1);
            for (int look = 0; look < 50; look++) {
                signal("STOP", pid);
                Thread.sleep(5); // what it sent before is answered now
                if (one("select count(*) from pg_stat_activity where application_name = 'liuhen follower " + pid
                                + "' and state = 'idle in transaction'")
                        == 1) {
                    return;
                }
                signal("CONT", pid);
                Thread.sleep(2);
            }
        }
        throw new AssertionError("it was never seen to write");
    }

    private static void signal(String name, long pid) throws Exception {
        LiveStation.said(List.of("kill", "-" + name, Long.toString(pid)));
    }

    /** Which process holds the lock, or 0. */
    private long leader() throws SQLException {
        return one("select coalesce(max(substring(application_name from '[0-9]+$')::bigint), 0) from pg_locks"
                + " join pg_stat_activity using (pid) where locktype = 'advisory' and granted"
                + " and application_name like 'liuhen follower %'");
    }

    private void awaitAllFollowed() throws Exception {
        await(() -> one("select count(*) from pg_tables where tablename = 'followed'") == 1
                && one("select coalesce(max(size), 0) from followed") == size);
    }

    /** Each entry once and in its place, each item from its one entry, and nobody had to leave one out. */
    private void assertWrittenOnce() throws Exception {
        assertEquals(size, one("select count(*) from entry"));
        assertEquals(size - 1, one("select max(index) from entry"));
        assertEquals(size, one("select count(*) from evidence"));
        for (long pid : processes.keySet()) {
            String log = log(pid);
            assertTrue(!log.contains("RM-102") && !log.contains("duplicate key"), log);
        }
    }

    private long one(String query) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }
}
