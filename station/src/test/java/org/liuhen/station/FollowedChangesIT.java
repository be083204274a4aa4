package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/** One that waits for the record hears of it through the database, also after its session was ended. */
class FollowedChangesIT {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final SecureRandom random = new SecureRandom();

    @Test
    @DisabledIf("onS3") // the database is the same on both
    @SuppressWarnings("try") // the follower only has to be open
    void whoWaitsHearsOfWhatAnotherWrites() throws Exception {
        SignedNote.Signer signer = LogKey.readOrCreate(folder.resolve("site-1.pem"), FollowerProcess.SITE);
        SignedNote.Verifier key = signer.verifier();
        try (Vault vault =
                        VaultSettings.directory(folder.resolve("vault"), false).open();
                EmbeddedDatabase database = new EmbeddedDatabase(folder.resolve("postgres"));
                ReadModel writes = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                ReadModel waits = new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password());
                Follower follower = new Follower(
                        vault.log(FollowerProcess.SITE), FollowerProcess.SITE, key, Policy.of(key), writes, 50);
                Connection other =
                        DriverManager.getConnection(database.jdbcUrl(), EmbeddedDatabase.USER, database.password())) {
            LogPublisher publisher = new LogPublisher(vault.log(FollowerProcess.SITE), FollowerProcess.SITE, signer);
            while (waits.changes().count() == 0) {
                Thread.sleep(20); // the session that listens is opened
            }
            long none = waits.changes().count();
            assertEquals(
                    none, waits.changes().awaitAfter(none, System.nanoTime() + 300_000_000), "nothing was written");

            publisher.publish(0, List.of(entry()));
            awaitSize(waits, 1);

            try (ResultSet ended = other.createStatement()
                    .executeQuery("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                            + " where application_name like 'liuhen listener %'")) {
                ended.next();
                assertEquals(2, ended.getInt(1));
            }
            publisher.publish(1, List.of(entry()));
            awaitSize(waits, 2);
        }
        TestFiles.deleteAll(folder);
    }

    /** Looks only after a change was heard of. */
    private static void awaitSize(ReadModel model, long size) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        long heard = model.changes().count();
        while (model.followedSize(FollowerProcess.SITE) < size) {
            long now = model.changes().awaitAfter(heard, end);
            assertTrue(now != heard, "no change was heard of");
            heard = now;
        }
    }

    private byte[] entry() {
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
        return Entry.encode(CanonicalJson.encode(declared), 0, null, now);
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }
}
