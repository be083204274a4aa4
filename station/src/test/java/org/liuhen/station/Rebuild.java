package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.liuhen.custody.event.AccessEvent.Searched;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.EventContext.Instrument;
import org.liuhen.custody.event.RetentionEvent.Categorised;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Parts;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.model.ReadModel;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/**
 * Fills a read model from a log, twice, for {@code bench/rebuild}: recordings of 690 officers, ten events each as they come on a working day, many
 * items at once. Writes the feed again from the log. Beside it: reading and decoding the same entries, and PostgreSQL taking the same rows without being asked anything.
 */
final class Rebuild {
    private static final LogName LOG = new LogName("site-1");
    private static final SignedNote.Signer SIGNER =
            new SignedNote.Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new byte[32], 0));
    private static final Instant BEGUN = Instant.parse("2026-11-01T00:00:00Z");
    private static final int AT_ONCE = 400;
    private static final int EVENTS_EACH = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TABLES = "entry evidence casefile";

    private final Map<String, Sha256Digest> last = new HashMap<>();
    private final Map<String, Long> sequence = new HashMap<>();
    private long number;

    private static String password;

    private Rebuild() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int items = Integer.parseInt(arguments[1]) / EVENTS_EACH / AT_ONCE * AT_ONCE;
        try (Vault vault =
                        VaultSettings.directory(folder.resolve("vault"), false).open();
                EmbeddedDatabase database = new EmbeddedDatabase(folder.resolve("postgres"))) {
            password = database.password();
            long size = new Rebuild().log(vault.log(LOG), items);
            System.out.printf("a log of %d entries, %d items%n", size, items);
            decode(vault.log(LOG), size);
            feed(vault, folder, size);
            String first = fill(vault.log(LOG), database.jdbcUrl(), size);
            sizes(folder, database.jdbcUrl(), size);
            rows(database.jdbcUrl(), size);
            empty(database.jdbcUrl());
            String second = fill(vault.log(LOG), database.jdbcUrl(), size);
            if (!first.equals(second)) {
                throw new IllegalStateException("twice is not the same: " + first + " and " + second);
            }
            System.out.println("both are identical: " + first);
        }
    }

    private long log(LogStore store, int items) throws Exception {
        LogPublisher publisher = new LogPublisher(store, LOG, SIGNER);
        List<byte[]> entries = new ArrayList<>();
        long size = 0;
        for (int done = 0; done < items; done += AT_ONCE) {
            for (int step = 0; step < EVENTS_EACH; step++) {
                for (int i = 0; i < AT_ONCE; i++) {
                    entries.add(entry(event(done + i, step)));
                }
            }
            publisher.publish(size, entries);
            size += entries.size();
            entries.clear();
        }
        return size;
    }

    private byte[] entry(CustodyEvent event) {
        EvidenceId id = event.context().evidenceId();
        String chain = id == null ? Entry.LOG_CHAIN : id.value();
        long at = sequence.merge(chain, 1L, Long::sum) - 1;
        byte[] entry = Entry.encode(
                CanonicalJson.encode(event),
                at,
                last.get(chain),
                event.context().occurredAt().plusMillis(40));
        last.put(chain, Sha256Digest.ofRaw(Merkle.leafHash(entry)));
        return entry;
    }

    private CustodyEvent event(int item, int step) {
        EvidenceId id = new EvidenceId(String.format("01jdb3kz0r%016d", item));
        Instant now = BEGUN.plusMillis(50 * number++);
        String officer = Integer.toString(110_000 + item % 690);
        Actor person = new Actor(Actor.Kind.OFFICER, officer, "1101" + (10 + item % 29), "password");
        Actor actor = step < 2 || step > 6 ? person : Actor.component("ingest-job");
        EventContext its = EventContext.of(
                EventContext.idFor(Viewed.class, "act " + number),
                step == 9 ? null : id,
                now,
                actor,
                step > 6 ? "核对现场情况" : null,
                "bench");
        Sha256Digest digest = Sha256Digest.of(id.value().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        FileName name = new FileName(officer + "_20261101_执法记录_" + item + ".mp4");
        StoredObject object = new StoredObject("evidence", id.value(), "1");
        return switch (step) {
            case 0 ->
                new Declared(
                        its,
                        name,
                        "video/mp4",
                        digest,
                        40_000_000,
                        List.of(),
                        new CaptureClaims(
                                null,
                                officer,
                                person.unitCode(),
                                "DSJ-" + officer,
                                now.minusSeconds(3_600),
                                now.minusSeconds(600),
                                null));
            case 1 -> new Received(its, object, 40_000_000, digest, digest, name, List.of(), null);
            case 2 -> new Verified(its, object, 40_000_000, digest);
            case 3 ->
                new Described(
                        its,
                        digest,
                        "video/mp4",
                        List.of(new Instrument("tika", "3.2.3"), new Instrument("ffprobe", "5.1.7")),
                        null,
                        null);
            case 4 -> new LinkedToCase(its, new CaseId("京公（刑）立字〔2026〕" + item / 6 + "号"), CustodyEvent.Basis.DECLARED);
            case 5 -> new Sealed(its, object, 40_000_000, digest, now.plus(Duration.ofDays(184)), "s3");
            case 6 -> new Categorised(its, "GENERAL", 184);
            case 9 -> new Searched(its, "q=" + officer, 3);
            default -> new Viewed(its);
        };
    }

    private static void decode(LogStore store, long size) throws Exception {
        long start = System.nanoTime();
        Tiles tiles = new Tiles(store, size);
        for (long bundle = 0; bundle * 256 < size; bundle++) {
            for (byte[] entry : tiles.entries(bundle)) {
                Entry.decode(entry);
            }
        }
        said("beside it: read and decoded", size, start);
    }

    /** Writes the feed anew from the log, as after a loss of Kafka: the log is verified, then verified once more and written. */
    private static void feed(Vault vault, Path folder, long size) throws Exception {
        Path keys = Files.createDirectories(folder.resolve("keys"));
        Parts.listAll(keys, "");
        try (EmbeddedKafka kafka = new EmbeddedKafka(folder.resolve("kafka"), 0, OwnCertificate.create()).start()) {
            long start = System.nanoTime();
            new FeedRestore(vault, Map.of(LOG, SIGNER.verifier()), "a measurement", said -> {})
                    .restore(kafka.client(), keys);
            said("the feed written again", size, start);
        }
    }

    private static String fill(LogStore store, String jdbcUrl, long size) throws Exception {
        long start = System.nanoTime();
        try (ReadModel model = new ReadModel(jdbcUrl, EmbeddedDatabase.USER, password);
                Follower follower =
                        new Follower(store, LOG, SIGNER.verifier(), Policy.of(SIGNER.verifier()), model, 10)) {
            long far = -1;
            long since = System.nanoTime();
            for (long now = 0; now < size; now = model.followedSize(LOG)) {
                Thread.sleep(20);
                if (now != far) {
                    far = now;
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > PATIENCE.toNanos()) {
                    throw new IllegalStateException("nothing was filled for " + PATIENCE.toSeconds() + " s");
                }
                if (!follower.trouble().isEmpty()) {
                    throw new IllegalStateException(follower.trouble());
                }
            }
        }
        said("filled", size, start);
        StringBuilder all = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(jdbcUrl, EmbeddedDatabase.USER, password);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES.split(" ", -1)) {
                try (ResultSet row =
                        statement.executeQuery("select md5(string_agg(md5(t::text), '' order by t::text)), count(*)"
                                + " from " + table + " t")) {
                    row.next();
                    all.append(table)
                            .append(' ')
                            .append(row.getLong(2))
                            .append(' ')
                            .append(row.getString(1))
                            .append("  ");
                }
            }
        }
        return all.toString().strip();
    }

    /** What an entry takes on the disks of store, broker and database. */
    private static void sizes(Path folder, String jdbcUrl, long size) throws Exception {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, EmbeddedDatabase.USER, password);
                Statement statement = connection.createStatement();
                ResultSet database = statement.executeQuery("select pg_database_size(current_database())")) {
            database.next();
            System.out.printf(
                    "bytes an entry: log %d, feed %d, database %d%n",
                    bytes(folder.resolve("vault/custody")) / size,
                    bytes(folder.resolve("kafka/" + CustodyEvent.TOPIC + "-0")) / size,
                    database.getLong(1) / size);
        }
    }

    private static long bytes(Path folder) throws IOException {
        return TestFiles.below(folder).stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    /** The same rows, from one table into another with the same indexes. */
    private static void rows(String jdbcUrl, long size) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, EmbeddedDatabase.USER, password);
                Statement statement = connection.createStatement()) {
            statement.execute("create table other_entry (like entry including all)");
            statement.execute("create table other_evidence (like evidence including all)");
            long start = System.nanoTime();
            statement.execute("insert into other_entry select * from entry");
            statement.execute("insert into other_evidence select * from evidence");
            said("beside it: PostgreSQL alone, the same rows and indexes", size, start);
            statement.execute("drop table other_entry, other_evidence");
        }
    }

    private static void empty(String jdbcUrl) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, EmbeddedDatabase.USER, password);
                Statement statement = connection.createStatement()) {
            statement.execute("drop table followed, entry, evidence, casefile, model");
        }
    }

    private static void said(String what, long size, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%s: %.1f s, %.0f events a second%n", what, seconds, size / seconds);
    }
}
