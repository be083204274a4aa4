package org.liuhen.review.model;

import static org.liuhen.review.model.IndexedExpressions.BEGUN;
import static org.liuhen.review.model.IndexedExpressions.CLOCKS;
import static org.liuhen.review.model.IndexedExpressions.DEVICE;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHED;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHES;
import static org.liuhen.review.model.IndexedExpressions.GAP;
import static org.liuhen.review.model.IndexedExpressions.INCIDENT;
import static org.liuhen.review.model.IndexedExpressions.PEOPLE;
import static org.liuhen.review.model.IndexedExpressions.PERSON;
import static org.liuhen.review.model.IndexedExpressions.PLACE;
import static org.liuhen.review.model.IndexedExpressions.RULES;
import static org.liuhen.review.model.IndexedExpressions.SIGNED_IN;
import static org.liuhen.review.model.IndexedExpressions.SIGNING_KEYS;
import static org.liuhen.review.model.IndexedExpressions.STEM;
import static org.liuhen.review.model.IndexedExpressions.UNMEASURED;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.liuhen.review.projection.ItemProjection;

/** The tables and indexes of the read model, and their version. */
final class ReadModelSchema {
    /**
     * Changes with the columns of the tables, and when {@link ItemProjection} computes other items from the same entries. Tables of another
     * version are dropped and filled again from the published log.
     */
    private static final int VERSION = 11;

    private static final String[] SCHEMA = {
        "create table if not exists model (version int not null)",
        "create table if not exists followed (log text primary key, size bigint not null)",
        "create table if not exists entry (log text, index bigint, chain text not null, item_sequence bigint not null,"
                + " event_type text not null, event_id text not null, occurred_at text not null,"
                + " recorded_at text not null, actor text not null, entry text not null, leaf text not null,"
                + " primary key (log, index))",
        "create index if not exists entry_unreadable on entry (log) where event_type = 'unreadable'",
        "create index if not exists entry_chain on entry (chain, item_sequence)",
        "create index if not exists entry_event on entry (event_id)",
        "create table if not exists evidence (id text primary key, log text not null, item jsonb not null,"
                + " words tsvector not null)",
        "create index if not exists evidence_words on evidence using gin (words)",
        "create index if not exists evidence_begun on evidence ((" + BEGUN + "))",
        "create index if not exists evidence_place on evidence using gist ((" + PLACE + ")) where item ? 'place'",
        "create table if not exists casefile (log text, case_id text, unit text, protection text, reach text not null,"
                + " officers jsonb not null, closed boolean not null, primary key (log, case_id))",
        "create index if not exists evidence_cases on evidence using gin ((item->'cases'))",
        "create index if not exists entry_gaps on entry (log, (" + GAP + "), index)"
                + " where event_type in ('gapFound', 'gapClosed')",
        "create index if not exists entry_dispatches on entry (log, (" + DISPATCHED + ")) where " + DISPATCHES,
        "create index if not exists entry_incidents on entry (log, (" + INCIDENT + ")) where " + DISPATCHES,
        "create index if not exists entry_clocks on entry (log, (" + DEVICE + "), index) where " + CLOCKS,
        "create index if not exists evidence_unmeasured on evidence (log, (item->>'device'), id) where " + UNMEASURED,
        "create index if not exists entry_people on entry (log, (" + PERSON + ")) where " + PEOPLE,
        "create index if not exists entry_signing_keys on entry (log, actor) where " + SIGNING_KEYS,
        "create index if not exists entry_signed_in on entry (log, actor, index) where " + SIGNED_IN,
        "create index if not exists entry_rules on entry (log, index) where " + RULES,
        "create index if not exists evidence_category on evidence ((item->>'category')) where item ? 'category'",
        "create index if not exists evidence_exports on evidence (log) where item ? 'exports'",
        "create index if not exists evidence_stem on evidence (log, (item->>'sender'), (" + STEM + "))",
        "create index if not exists evidence_recording on evidence ((item->>'recordingId'))"
                + " where item->>'recordingId' is not null",
        "create index if not exists evidence_handed on evidence using gin ((item->'handedTo'))"
                + " where item ? 'handedTo'"
    };

    private ReadModelSchema() {}

    /**
     * Creates the tables and indexes that are missing. Drops tables of another version first.
     *
     * @throws SQLException where PostgreSQL does not answer or refuses a statement; then nothing was changed
     */
    static void create(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "select pg_advisory_xact_lock(hashtextextended('liuhen tables', 0))"); // two may start at once
            dropOtherVersion(connection, statement);
            for (String part : SCHEMA) {
                statement.execute(part);
            }
            for (Map<String, String> piles : List.of(Piles.PILES, Piles.PIPELINE)) {
                for (Map.Entry<String, String> pile : piles.entrySet()) {
                    statement.execute("create index if not exists evidence_" + pile.getKey()
                            + " on evidence (id) where " + pile.getValue().replace("??", "?"));
                }
            }
            statement.execute("insert into model select " + VERSION + " where not exists (select from model)");
            connection.commit();
        }
    }

    private static void dropOtherVersion(Connection connection, Statement statement) throws SQLException {
        try (ResultSet found = connection.getMetaData().getTables(null, null, "followed", null)) {
            if (!found.next()) {
                return;
            }
        }
        boolean same = false;
        try (ResultSet table = connection.getMetaData().getTables(null, null, "model", null)) {
            if (table.next()) {
                try (ResultSet version = statement.executeQuery("select version from model")) {
                    same = version.next() && version.getInt(1) == VERSION;
                }
            }
        }
        if (!same) {
            statement.execute("drop table if exists followed, entry, evidence, casefile, model");
        }
    }

    /**
     * Makes sure that the tables are of the version of this program.
     *
     * @throws OtherVersionException where they are of another version
     * @throws SQLException where PostgreSQL does not answer
     */
    static void requireVersion(Connection connection) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select version from model")) {
            if (!row.next() || row.getInt(1) != VERSION) {
                throw new OtherVersionException(row.isAfterLast() ? "none" : row.getString(1), VERSION);
            }
        }
    }
}
