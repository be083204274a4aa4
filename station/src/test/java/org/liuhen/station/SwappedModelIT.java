package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/** Tables of another version answer until those of this version are filled beside them, through a kill and a second process. */
class SwappedModelIT {
    private static final int BATCH = 256;
    private static final int BATCHES = Integer.getInteger("liuhen.swap.items", 10_240) / BATCH;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final SecureRandom random = new SecureRandom();
    private final List<Process> processes = new ArrayList<>();
    private EmbeddedDatabase database;
    private SignedNote.Signer signer;
    private LogPublisher publisher;
    private long size;

    @Test
    @DisabledIf("onS3") // the database is the same on both
    void theOldTablesAnswerUntilTheNewOnesAreFilled() throws Exception {
        signer = LogKey.readOrCreate(folder.resolve("site-1.pem"), FollowerProcess.SITE);
        try (Vault vault =
                        VaultSettings.directory(folder.resolve("vault"), false).open();
                EmbeddedDatabase started = new EmbeddedDatabase(folder.resolve("postgres"))) {
            database = started;
            publisher = new LogPublisher(vault.log(FollowerProcess.SITE), FollowerProcess.SITE, signer);
            publish(BATCHES);
            fill(vault);
            int own = (int) one("select version from model");
            run("update model set version = 1");
            run("update evidence set item = item || '{\"ofOldVersion\": true}'");

            AtomicBoolean end = new AtomicBoolean();
            try (ReadModel model = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password())) {
                assertTrue(model.isOfOtherVersion());
                CompletableFuture<Long> longest = CompletableFuture.supplyAsync(() -> ask(model, end));
                Instant begun = Instant.now();
                Process first = start();
                await(() -> one("select coalesce(max(size), 0) from liuhen_next.followed") > 0);
                first.destroyForcibly().waitFor();
                assertEquals(1, one("select version from model"), "it was killed before it had swapped them");
                start();
                start();
                publish(1);
                await(() -> one("select version from model") == own);
                Duration swapped = Duration.between(begun, Instant.now());
                publish(1);
                await(() -> one("select max(size) from followed") == size);
                end.set(true);
                System.out.printf(
                        "%d items: swapped after %d ms, one kill included; the longest question took %d ms%n",
                        size, swapped.toMillis(), longest.get());
                assertTrue(!model.isOfOtherVersion());
            } finally {
                end.set(true);
            }
            assertEquals(size, one("select count(*) from entry"));
            assertEquals(size, one("select count(*) from evidence"));
            assertEquals(0, one("select count(*) from evidence where jsonb_exists(item, 'ofOldVersion')"));
            assertEquals(0, one("select count(*) from pg_namespace where nspname = 'liuhen_next'"));
            stopAll();

            run("update model set version = 1");
            run("alter table evidence rename column words to terms");
            try (ReadModel model = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password())) {
                SQLException unreadable = assertThrows(SQLException.class, model::version);
                assertTrue(unreadable.getMessage().startsWith("RM-104 "), unreadable.getMessage());
                start();
                await(() -> one("select version from model") == own);
                assertEquals(own, model.version());
            }
            assertEquals(size, one("select count(*) from evidence"));
        } finally {
            stopAll();
        }
        TestFiles.deleteAll(folder);
    }

    /** Asks until the end; fails where one question has no answer or misses an item. Returns the longest in milliseconds. */
    private static long ask(ReadModel model, AtomicBoolean end) {
        long longest = 0;
        long least = 0;
        try {
            while (!end.get()) {
                long start = System.nanoTime();
                int page = model.items()
                        .search(new Search(FollowerProcess.SITE, Scope.EVERYTHING).limit(20))
                        .size();
                long followed = model.followedSize(FollowerProcess.SITE);
                int all = model.items().ids(FollowerProcess.SITE).size();
                longest = Math.max(longest, (System.nanoTime() - start) / 1_000_000);
                if (page != 20 || followed < least || all < followed) {
                    throw new IllegalStateException(
                            page + " of 20 items, " + all + " in all, " + followed + " followed after " + least);
                }
                least = followed;
            }
        } catch (SQLException unanswered) {
            throw new IllegalStateException(unanswered);
        }
        return longest;
    }

    @SuppressWarnings("try") // the follower only has to be open
    private void fill(Vault vault) throws Exception {
        SignedNote.Verifier key = signer.verifier();
        try (ReadModel model = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                Follower follower = new Follower(
                        vault.log(FollowerProcess.SITE), FollowerProcess.SITE, key, Policy.of(key), model, 50)) {
            Instant end = Instant.now().plus(PATIENCE);
            while (model.followedSize(FollowerProcess.SITE) < size) {
                assertTrue(Instant.now().isBefore(end), follower.trouble());
                Thread.sleep(50);
            }
        }
    }

    private Process start() throws Exception {
        List<String> command = new ArrayList<>(LiveStation.command());
        command.set(command.size() - 1, FollowerProcess.class.getName());
        command.addAll(
                List.of(folder.resolve("vault").toString(), signer.verifier().toString(), database.jdbcUrl()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PGPASSWORD", database.password());
        Process process = builder.inheritIO().start();
        processes.add(process);
        return process;
    }

    private void stopAll() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        processes.clear();
    }

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
                        Sha256Digest.of(id.value().getBytes(StandardCharsets.US_ASCII)),
                        1,
                        List.of(),
                        null);
                entries.add(Entry.encode(CanonicalJson.encode(declared), 0, null, now));
            }
            publisher.publish(size, entries);
            size += entries.size();
        }
    }

    private void run(String statement) throws SQLException {
        try (Connection connection = connect()) {
            connection.createStatement().execute(statement);
        }
    }

    private long one(String query) throws SQLException {
        try (Connection connection = connect();
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }
}
