package org.liuhen.review.model;

import static org.liuhen.review.model.IndexedExpressions.BEGUN;
import static org.liuhen.review.model.IndexedExpressions.BEGUN_LATEST;
import static org.liuhen.review.model.IndexedExpressions.CASE_DECISIONS;
import static org.liuhen.review.model.IndexedExpressions.CLOCKS;
import static org.liuhen.review.model.IndexedExpressions.DECIDED_CASE;
import static org.liuhen.review.model.IndexedExpressions.DEVICE;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHED;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHES;
import static org.liuhen.review.model.IndexedExpressions.EXPORT_WAITS;
import static org.liuhen.review.model.IndexedExpressions.GAP;
import static org.liuhen.review.model.IndexedExpressions.GAPS;
import static org.liuhen.review.model.IndexedExpressions.INCIDENT;
import static org.liuhen.review.model.IndexedExpressions.NAMED_UNIT;
import static org.liuhen.review.model.IndexedExpressions.PEOPLE;
import static org.liuhen.review.model.IndexedExpressions.PERSON;
import static org.liuhen.review.model.IndexedExpressions.PLACE;
import static org.liuhen.review.model.IndexedExpressions.REFUSALS;
import static org.liuhen.review.model.IndexedExpressions.REFUSED_EVENT;
import static org.liuhen.review.model.IndexedExpressions.RULES;
import static org.liuhen.review.model.IndexedExpressions.SIGNED_IN;
import static org.liuhen.review.model.IndexedExpressions.SIGNING_KEYS;
import static org.liuhen.review.model.IndexedExpressions.STEM;
import static org.liuhen.review.model.IndexedExpressions.UNITS;
import static org.liuhen.review.model.IndexedExpressions.UNMEASURED;
import static org.liuhen.review.model.IndexedExpressions.VAGUE;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemProjection;

/** The tables and indexes of the read model, and their version. */
final class ReadModelSchema {
    /**
     * Changes with the columns of the tables, and when {@link ItemProjection} computes other items from the same entries. Tables of another
     * version answer until tables of this one are filled beside them from the published log.
     */
    static final int VERSION = 17;

    /** The schema of tables that are filled beside the live ones. */
    static final String NEXT = "liuhen_next";

    private static final int NONE = -1;
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended('liuhen tables', 0))";

    /** Makes tables that are no part of the read model, where they are missing. */
    static void createBeside(DataSource database, String... tables) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(LOCK); // two may start at once
            for (String table : tables) {
                statement.execute(table);
            }
            connection.commit();
        }
    }

    private static final List<String> TABLES =
            List.of("model", "followed", "entry", "evidence", "casefile", "document", "passage");

    private static final String[] SCHEMA = {
        "create table if not exists model (version int not null)",
        "create table if not exists followed (log text primary key, size bigint not null)",
        "create table if not exists entry (log text, index bigint, chain text not null, item_sequence bigint not null,"
                + " event_type text not null, event_id text not null, occurred_at text not null,"
                + " recorded_at text not null, actor text not null, entry text not null, leaf text not null,"
                + " primary key (log, index))",
        "create index if not exists entry_unreadable on entry (log) where event_type = '" + EntryRow.UNREADABLE + "'",
        "create index if not exists entry_chain on entry (chain, item_sequence)",
        "create index if not exists entry_event on entry (event_id)",
        "create index if not exists entry_actor on entry (log, actor, index)",
        "create table if not exists evidence (id text primary key, log text not null, item jsonb not null,"
                + " words tsvector not null, fault text)",
        "create index if not exists evidence_words on evidence using gin (words)",
        "create index if not exists evidence_expiring on evidence ((" + Piles.LOCK_END + ")) where " + Piles.EXPIRING,
        "create index if not exists evidence_begun on evidence ((" + BEGUN + "))",
        "create index if not exists evidence_vague on evidence ((" + BEGUN_LATEST + "), (" + BEGUN + ")) where "
                + VAGUE,
        "create index if not exists evidence_place on evidence using gist ((" + PLACE + ")) where "
                + ItemMember.PLACE.exists(),
        "create table if not exists casefile (log text, case_id text, unit text, protection text, reach text not null,"
                + " officers jsonb not null, closed boolean not null, primary key (log, case_id))",
        "create index if not exists evidence_cases on evidence using gin ((" + ItemMember.CASES.json() + "))",
        "create index if not exists entry_gaps on entry (log, (" + GAP + "), index)" + " where " + GAPS,
        "create index if not exists entry_dispatches on entry (log, (" + DISPATCHED + ")) where " + DISPATCHES,
        "create index if not exists entry_dispatches_came on entry (log, recorded_at) where " + DISPATCHES,
        "create index if not exists entry_incidents on entry (log, (" + INCIDENT + ")) where " + DISPATCHES,
        "create index if not exists entry_clocks on entry (log, (" + DEVICE + "), index) where " + CLOCKS,
        "create index if not exists evidence_unmeasured on evidence (log, (" + ItemMember.DEVICE.text()
                + "), id) where " + UNMEASURED,
        "create index if not exists entry_people on entry (log, (" + PERSON + ")) where " + PEOPLE,
        "create index if not exists entry_signing_keys on entry (log, actor) where " + SIGNING_KEYS,
        "create index if not exists entry_signed_in on entry (log, actor, index) where " + SIGNED_IN,
        "create index if not exists entry_refusals on entry ((" + REFUSED_EVENT + ")) where " + REFUSALS,
        "create index if not exists entry_units on entry (log, (" + NAMED_UNIT + "), index) where " + UNITS,
        "create index if not exists entry_case_decisions on entry (log, (" + DECIDED_CASE + "), index) where "
                + CASE_DECISIONS,
        "create index if not exists entry_rules on entry (log, index) where " + RULES,
        "create index if not exists evidence_category on evidence ((" + ItemMember.CATEGORY.text() + ")) where "
                + ItemMember.CATEGORY.exists(),
        "create index if not exists evidence_exports on evidence (log) where " + ItemMember.EXPORTS.exists(),
        "create index if not exists evidence_export_waits on evidence (log) where " + EXPORT_WAITS,
        "create index if not exists evidence_stem on evidence (log, (" + ItemMember.SENDER.text() + "), (" + STEM
                + "))",
        "create index if not exists evidence_recording on evidence ((" + ItemMember.RECORDING_ID.text() + "))"
                + " where " + ItemMember.RECORDING_ID.text() + " is not null",
        "create index if not exists evidence_handed on evidence using gin ((" + ItemMember.HANDED_TO.json() + "))"
                + " where " + ItemMember.HANDED_TO.exists(),
        "create index if not exists evidence_named on evidence using gin ((" + ItemMember.NAMED.json() + "))"
                + " where " + ItemMember.NAMED.exists(),
        "create table if not exists document (item text primary key, log text not null, description text not null,"
                + " wanted boolean not null, tried timestamptz, trouble text)",
        "create index if not exists document_wanted on document (log, item) where wanted",
        "create table if not exists passage (item text, number int, shown text not null, folded text not null,"
                + " grams int[] not null, primary key (item, number))",
        "create index if not exists passage_grams on passage using gin (grams)"
    };

    private ReadModelSchema() {}

    /**
     * Creates the tables and indexes that are missing. Where the tables are of another version, they stay, and tables of this version are
     * made beside them, in the schema {@value #NEXT}. A crash before {@link #swap} leaves the tables as they were.
     *
     * @throws SQLException where PostgreSQL does not answer or refuses a statement; then nothing was changed
     */
    static Found open(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(LOCK); // two may start at once
            String live = text(statement, "select current_schema()");
            int version = version(statement, live);
            boolean readable = true;
            if (version == NONE || version == VERSION) {
                create(statement);
            } else {
                int next = version(statement, NEXT);
                if (next != VERSION) {
                    statement.execute("drop schema if exists " + NEXT + " cascade");
                    statement.execute("create schema " + NEXT);
                }
                statement.execute("set local search_path to " + NEXT);
                create(statement);
                readable = sameColumns(statement, live);
            }
            connection.commit();
            return new Found(live, version == NONE ? VERSION : version, readable);
        }
    }

    /**
     * The tables that a program finds at its start.
     *
     * @param schema the PostgreSQL schema that they are in
     * @param version their version
     * @param readable whether they have the columns of this program's tables, so that it can read and follow them
     */
    record Found(String schema, int version, boolean readable) {}

    private static void create(Statement statement) throws SQLException {
        for (String part : SCHEMA) {
            statement.execute(part.replace("??", "?")); // a plain statement does not double the operator
        }
        for (Map<String, String> piles : List.of(Piles.PILES, Piles.PIPELINE)) {
            for (Map.Entry<String, String> pile : piles.entrySet()) {
                if (pile.getKey().equals("expired")) { // an index has no time of day; evidence_expiring serves it
                    continue;
                }
                statement.execute("create index if not exists evidence_" + pile.getKey() + " on evidence (id) where "
                        + pile.getValue().replace("??", "?"));
            }
        }
        for (ItemOrder.Key key : ItemOrder.Key.values()) {
            if (key != ItemOrder.Key.UPLOADED) { // that is the primary key
                statement.execute("create index if not exists evidence_by_" + key.word() + " on evidence (log, "
                        + key.sql() + ", id)");
            }
        }
        statement.execute("insert into model select " + VERSION + " where not exists (select from model)");
    }

    /** The version of the tables of a schema; {@link #NONE} where there are none, 0 where they do not say it. */
    private static int version(Statement statement, String schema) throws SQLException {
        if (text(statement, "select to_regclass('" + schema + ".followed')") == null) {
            return NONE;
        }
        if (text(statement, "select to_regclass('" + schema + ".model')") == null) {
            return 0;
        }
        String version = text(statement, "select max(version) from " + schema + ".model");
        return version == null ? 0 : Integer.parseInt(version);
    }

    private static boolean sameColumns(Statement statement, String live) throws SQLException {
        String columns =
                "select table_name, column_name, data_type from information_schema.columns where table_name in ('"
                        + String.join("', '", TABLES) + "') and table_schema = '";
        String old = columns + live + "'";
        String own = columns + NEXT + "'";
        return text(
                        statement,
                        "select 1 from ((" + old + " except " + own + ") union all (" + own + " except " + old
                                + ")) as differing limit 1")
                == null;
    }

    /**
     * Puts the tables of {@value #NEXT} in the place of the live ones and drops those, where they hold no less of each log. The caller
     * commits. Queries wait for it, and it waits for none longer than a second.
     *
     * @throws SQLException with SQLSTATE 55P03 where a query held a table for longer
     */
    static void swap(Connection connection, String live) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(LOCK);
            statement.execute("set local lock_timeout = '1s'");
            if (version(statement, NEXT) != VERSION || version(statement, live) == VERSION) {
                return;
            }
            for (String table : TABLES) {
                if (text(statement, "select to_regclass('" + live + "." + table + "')") != null) {
                    statement.execute("lock table " + live + "." + table + " in access exclusive mode");
                }
            }
            if (text(
                            statement,
                            "select 1 from " + live + ".followed as old left join " + NEXT
                                    + ".followed as own using (log) where old.size > coalesce(own.size, 0) limit 1")
                    != null) {
                return;
            }
            for (String table : TABLES) {
                statement.execute("drop table if exists " + live + "." + table);
                statement.execute("alter table " + NEXT + "." + table + " set schema " + live);
            }
            statement.execute("drop schema " + NEXT);
            statement.execute(FollowedChanges.NOTIFY);
        }
    }

    /** The version of the tables in the search path of this connection. */
    static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String version = text(statement, "select max(version) from model");
            return version == null ? 0 : Integer.parseInt(version);
        }
    }

    /** The version of the tables in this schema; 0 where there are none or they do not say it. */
    static int version(Connection connection, String schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return Math.max(0, version(statement, schema));
        }
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }
}
