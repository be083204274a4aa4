package org.liuhen.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;

/** The tables that people search, in PostgreSQL. They hold nothing that the published log does not say. */
public final class ReadModel implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Changed whenever {@link ItemProjection} makes other documents of the same entries: then all are made anew from the log. */
    private static final int VERSION = 11;

    /** The name of a file without its ending. */
    private static final String STEM = "regexp_replace(lower(item->>'fileName'), '\\.[^.]*$', '')";

    /** Which gap an entry is about. */
    private static final String GAP = "entry::jsonb #>> '{event,gapId}'";

    /** When a recording began, as far as it or somebody says so; else when it was declared. All are written in UTC. */
    static final String BEGUN = "coalesce(item->>'recordedFrom', item->>'captureStart', item->>'declaredAt')";

    /** The entries that are dispatch records, and when somebody was sent, as they say. */
    private static final String DISPATCHES = "event_type = 'dispatchRecorded'";

    private static final String UNIT = "entry::jsonb #>> '{event,dispatch,unitCode}'";

    /** The entries that say to which unit somebody belongs, and to which. */
    private static final String PEOPLE =
            "event_type in ('personAdmitted', 'admissionApproved', 'admittedByConsole', 'roleChangeApproved', 'rolesChangedByConsole')";

    private static final String PERSON = "entry::jsonb #>> '{event,officerNo}'";

    private static final String CLOCKS = "event_type = 'clockMeasured'";

    private static final String DEVICE = "entry::jsonb #>> '{event,deviceSerial}'";

    private static final String INCIDENT = "entry::jsonb #>> '{event,dispatch,incidentNo}'";

    private static final String DISPATCHED = "entry::jsonb #>> '{event,dispatch,dispatchedAt}'";

    /** The entries about rules of retention. */
    private static final String RULES =
            "event_type in ('retentionRuleProposed', 'retentionRuleApproved', 'retentionRuleRefused')";

    private static final String SIGNING_KEYS = "event_type = 'signingKeyRegistered'";

    private static final String SIGNED_IN = "event_type = 'signedIn'";

    /** Whether an entry of the log's own chain is about a unit that begins so, or was made by one; what names none is the site's alone. */
    private static final String OF_UNIT = "starts_with(coalesce(entry::jsonb #>> '{event,unitCode}', " + UNIT
            + ", ''), ?) or starts_with(coalesce(entry::jsonb #>> '{event,context,actor,unitCode}', ''), ?)";

    /** The box that an item's positions lie in, in hundredths of a degree. */
    static final String PLACE = "box(point((item->'place'->>0)::float8, (item->'place'->>1)::float8),"
            + " point((item->'place'->>2)::float8, (item->'place'->>3)::float8))";

    private static final int TIME_CHARACTERS = 10;

    private static final int COUNTED = 1_000;

    /** So many entries are looked through for those of one unit. */
    private static final int LOOKED_THROUGH = 20_000;

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
        "create index if not exists evidence_unmeasured on evidence (log, (item->>'device'), id) where "
                + DeviceClock.UNMEASURED,
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

    private final HikariDataSource database;
    private final Function<LogName, FollowerLock> lead;

    /** Connects, and creates the tables that are missing. */
    public ReadModel(String jdbcUrl, String user, String password) throws SQLException {
        lead = log -> new FollowerLock(jdbcUrl, user, password, log);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(1);
        config.addDataSourceProperty("reWriteBatchedInserts", "true"); // many rows a statement
        config.setConnectionTimeout(3_000);
        config.setInitializationFailTimeout(30_000);
        database = new HikariDataSource(config);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "select pg_advisory_xact_lock(hashtextextended('liuhen tables', 0))"); // two may start at once
            dropOlder(connection, statement);
            for (String part : SCHEMA) {
                statement.execute(part);
            }
            for (Map<String, String> piles : List.of(Dashboard.PILES, Dashboard.PIPELINE)) {
                for (Map.Entry<String, String> pile : piles.entrySet()) {
                    statement.execute("create index if not exists evidence_" + pile.getKey()
                            + " on evidence (id) where " + pile.getValue().replace("??", "?"));
                }
            }
            statement.execute("insert into model select " + VERSION + " where not exists (select from model)");
            connection.commit();
        }
    }

    /** Tables of another version are dropped, and filled again from the published log. */
    private static void dropOlder(Connection connection, Statement statement) throws SQLException {
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
     * Items of the same sender within a day whose file name differs in its ending alone, such as a recording and the log of its
     * positions.
     */
    Map<String, ObjectNode> sameName(LogName log, String id, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select other.id, other.item from evidence one"
                                + " join evidence other on other.log = one.log and other.id <> one.id"
                                + " and other.item->>'sender' = one.item->>'sender' and "
                                + STEM.replace("item", "other.item") + " = " + STEM.replace("item", "one.item")
                                + " and abs(extract(epoch from (other.item->>'declaredAt')::timestamptz"
                                + " - (one.item->>'declaredAt')::timestamptz)) < 86400 where one.log = ? and one.id = ? order by other.id limit ?")) {
            select.setString(1, log.value());
            select.setString(2, id);
            select.setInt(3, limit);
            return documents(select);
        }
    }

    /** The segments of one recording, by their IDs. */
    Map<String, ObjectNode> segments(LogName log, String recordingId, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select id, item from evidence where log = ? and item->>'recordingId' = ?"
                                + " order by (item->>'segment')::int, id limit ?")) {
            select.setString(1, log.value());
            select.setString(2, recordingId);
            select.setInt(3, limit);
            return documents(select);
        }
    }

    /** Recordings of which segments are missing, with those that are: up to the count that the device gave, or up to the last one. */
    Map<String, List<Integer>> missingSegments(LogName log, Scope scope, int limit) throws SQLException {
        Map<String, List<Integer>> missing = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select recording, array(select generate_series(1, last) except select unnest(there) order by 1)"
                                + " from (select item->>'recordingId' as recording,"
                                + " max(coalesce((item->>'segmentCount')::int, (item->>'segment')::int)) as last,"
                                + " array_agg((item->>'segment')::int) filter"
                                + " (where item->>'state' not in ('declared', 'withdrawn')) as there"
                                + " from evidence where log = ? and item->>'recordingId' is not null and "
                                + scope.sql() + " group by 1) as sets"
                                + " where last > coalesce(array_length(array(select distinct unnest(there)), 1), 0)"
                                + " order by 1 limit ?")) {
            int at = 1;
            select.setString(at++, log.value());
            for (String value : scope.values()) {
                select.setString(at++, value);
            }
            select.setInt(at, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    missing.put(rows.getString(1), List.of((Integer[])
                            rows.getArray(2).getArray()));
                }
            }
        }
        return missing;
    }

    /**
     * Items whose description comes from other programs or rules than these, and of which nobody has asked for a new one from these
     * yet; in the order of their IDs.
     *
     * @param tools each tool's name and version
     * @param after only those with a larger ID than this one, or null
     */
    List<String> stale(LogName log, ObjectNode tools, String after, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select id from evidence where log = ? and id > ?"
                                + " and item ?? 'metadataSha256' and item->>'state' in ('received', 'verified', 'rejected')"
                                + " and item->'describedWith' is distinct from ?::jsonb"
                                + " and item->'descriptionRequestedWith' is distinct from ?::jsonb order by id limit ?")) {
            select.setString(1, log.value());
            select.setString(2, after == null ? "" : after);
            select.setString(3, tools.toString());
            select.setString(4, tools.toString());
            select.setInt(5, limit);
            return ids(select);
        }
    }

    /** The entry that says that all bytes of an item were received; nothing where there is none. */
    Optional<String> receivedEntry(String id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select entry from entry where chain = ? and event_type = 'received'")) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** The last measurement of the clock of each of these devices, by its serial number; those that were not measured are left out. */
    Map<String, ClockMeasured> clocks(LogName log, Collection<String> devices) throws SQLException {
        Map<String, ClockMeasured> clocks = new HashMap<>();
        if (devices.isEmpty()) {
            return clocks;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + " from unnest(?::text[]) as device, lateral (select * from entry where log = ? and " + CLOCKS
                        + " and " + DEVICE + " = device order by index desc limit 1) as measured")) {
            select.setArray(1, connection.createArrayOf("text", devices.toArray()));
            select.setString(2, log.value());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ClockMeasured measured = (ClockMeasured) EntryRow.read(rows).event();
                    clocks.put(measured.deviceSerial(), measured);
                }
            }
        }
        return clocks;
    }

    /** The newest items of a device whose clock was never measured. */
    List<String> unmeasured(LogName log, String device, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id from evidence where log = ? and item->>'device' = ? and "
                                + DeviceClock.UNMEASURED.replace(" ? ", " ?? ") + " order by id desc limit ?")) {
            select.setString(1, log.value());
            select.setString(2, device);
            select.setInt(3, limit);
            return ids(select);
        }
    }

    /** Asks to lead those that write what follows from this log. */
    FollowerLock lead(LogName log) {
        return lead.apply(log);
    }

    /** How many entries of a log the tables hold. */
    public long followedSize(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select size from followed where log = ?")) {
            select.setString(1, log.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** Another version of this program made the tables anew; this one must not write into them. */
    static final class OtherVersionException extends SQLException {
        OtherVersionException(String found) {
            super("RM-103 the tables are of version " + found + ", and this program makes version " + VERSION
                    + ". It does not follow any more: start it again as the version of the others");
        }
    }

    private static void requireOwnVersion(Connection connection) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select version from model")) {
            if (!row.next() || row.getInt(1) != VERSION) {
                throw new OtherVersionException(row.isAfterLast() ? "none" : row.getString(1));
            }
        }
    }

    /** Adds entries and the documents that they lead to, and moves the place in the log, in the transaction of this connection. */
    void follow(
            Connection connection,
            LogName log,
            long size,
            List<EntryRow> entries,
            Map<String, ObjectNode> items,
            Map<String, CaseFile> cases)
            throws SQLException {
        requireOwnVersion(connection);
        try (PreparedStatement insert = connection.prepareStatement(EntryRow.INSERT);
                PreparedStatement upsert = connection.prepareStatement("insert into evidence (id, log, item, words)"
                        + " values (?, ?, ?::jsonb, array_to_tsvector(?))"
                        + " on conflict (id) do update set item = excluded.item, words = excluded.words");
                PreparedStatement file = connection.prepareStatement(
                        "insert into casefile (log, case_id, unit, protection, reach, closed, officers)"
                                + " values (?, ?, ?, ?, ?, ?, ?::jsonb)"
                                + " on conflict (log, case_id) do update set unit = excluded.unit,"
                                + " protection = excluded.protection, reach = excluded.reach,"
                                + " closed = excluded.closed, officers = excluded.officers");
                PreparedStatement place = connection.prepareStatement("insert into followed (log, size) values (?, ?)"
                        + " on conflict (log) do update set size = excluded.size")) {
            for (EntryRow entry : entries) {
                entry.set(insert);
                insert.addBatch();
            }
            insert.executeBatch();
            for (Map.Entry<String, ObjectNode> item : items.entrySet()) {
                upsert.setString(1, item.getKey());
                upsert.setString(2, log.value());
                upsert.setString(3, item.getValue().toString());
                upsert.setArray(
                        4,
                        connection.createArrayOf(
                                "text", SearchTerms.of(item.getValue()).toArray()));
                upsert.addBatch();
            }
            upsert.executeBatch();
            for (Map.Entry<String, CaseFile> one : cases.entrySet()) {
                file.setString(1, log.value());
                file.setString(2, one.getKey());
                file.setString(3, one.getValue().unit());
                file.setString(4, one.getValue().protection());
                file.setString(5, one.getValue().reach());
                file.setBoolean(6, one.getValue().closed());
                file.setString(7, one.getValue().json().get("officers").toString());
                file.addBatch();
            }
            file.executeBatch();
            place.setString(1, log.value());
            place.setLong(2, size);
            place.executeUpdate();
        }
    }

    /** The documents of these items, as far as they are there. */
    Map<String, ObjectNode> items(List<String> ids) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id, item from evidence where id = any (?)")) {
            select.setArray(1, connection.createArrayOf("text", ids.toArray()));
            return documents(select);
        }
    }

    /** One item. */
    Optional<ObjectNode> item(String id) throws SQLException {
        return Optional.ofNullable(items(List.of(id)).get(id));
    }

    /** What a search finds, in its order. */
    Map<String, ObjectNode> search(Search search) throws SQLException {
        String recentSql = search.recentSql();
        if (recentSql != null) {
            Map<String, ObjectNode> recent = search(recentSql, search.recentValues());
            if (recent.size() == search.limit()) {
                return recent;
            }
        }
        return search(search.sql(), search.values());
    }

    private Map<String, ObjectNode> search(String sql, List<Object> values) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            int at = 1;
            for (Object value : values) {
                select.setObject(at++, value);
            }
            return documents(select);
        }
    }

    /** How many items of a scope meet a condition of ours; counted only so far. */
    long count(Scope scope, String condition, int atMost) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select count(*) from (select from evidence where " + scope.sql()
                                + " and " + condition + " limit " + atMost + ") as counted")) {
            int at = 1;
            for (String value : scope.values()) {
                select.setString(at++, value);
            }
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * What waits in this log.
     *
     * @param waiting items that were received longer ago than asked for and are neither sealed nor put aside, at most {@value #COUNTED}
     * @param putAside items of which a step failed or the description is not whole, at most {@value #COUNTED}
     * @param notSealed those of them whose bytes are not sealed
     * @param unreadable entries that cannot be shown
     */
    public record Backlog(long waiting, long putAside, long notSealed, long unreadable) {}

    /** Counts what waits in this log, and for longer than this. */
    public Backlog backlog(LogName log, Duration waitingFor) throws SQLException {
        String items =
                "select count(*) from (select from evidence where log = ? and %s limit " + COUNTED + ") as counted";
        String waiting = "((" + Dashboard.PIPELINE.get("verifying") + ") or (" + Dashboard.PIPELINE.get("sealing")
                + ")) and not item ?? 'failedSteps' and (item->>'receivedAt')::timestamptz < now() - interval '"
                + waitingFor.toSeconds() + " seconds'";
        try (Connection connection = database.getConnection()) {
            return new Backlog(
                    count(connection, items.formatted(waiting), log),
                    count(connection, items.formatted(Dashboard.PUT_ASIDE), log),
                    count(connection, items.formatted(Dashboard.NOT_SEALED), log),
                    count(
                            connection,
                            "select count(*) from entry where log = ? and event_type = '" + EntryRow.UNREADABLE + "'",
                            log));
        }
    }

    private static long count(Connection connection, String query, LogName log) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setString(1, log.value());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** IDs begin with their time, in {@value #TIME_CHARACTERS} characters. */
    private static String firstIdOf(Instant time) {
        return EvidenceId.create(time, new SecureRandom()).value().substring(0, TIME_CHARACTERS);
    }

    /**
     * Each unit's figures of each of the last 14 days, the newest day first.
     *
     * @param scope whose items count
     * @param unit with what the codes of the units begin whose dispatches count, if any
     */
    void units(LogName log, Scope scope, Optional<String> unit, ArrayNode units) throws SQLException {
        Instant since = Instant.now().minus(Duration.ofDays(14));
        Map<String, ObjectNode> days = new TreeMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select coalesce(item->>'unitCode', '') as unit, left(item->>'declaredAt', 10) as day, count(*) as items,"
                                + " count(*) filter (where not coalesce(item->'gaps' ?? 'LATE_UPLOAD', false)"
                                + " and item->>'state' <> 'declared') as in_time,"
                                + " count(*) filter (where item ?? 'category') as categorised,"
                                + " count(*) filter (where item->'cases' <> '[]'::jsonb) as linked"
                                + " from evidence where id >= ? and log = ? and " + scope.sql()
                                + " group by 1, 2 order by 1, 2 desc limit 1000");
                PreparedStatement dispatches = connection.prepareStatement(
                        "select coalesce(unit, '') as unit, left(sent, 10) as day, count(*) as dispatches,"
                                + " count(*) filter (where exists (select from evidence where log = ?"
                                + " and item->'cases' @> jsonb_build_array(incident))) as recorded from (select distinct on (incident) *"
                                + " from (select " + INCIDENT + " as incident, " + UNIT + " as unit, " + DISPATCHED
                                + " as sent,"
                                + " (entry::jsonb #>> '{event,dispatch,revision}')::bigint as revision"
                                + " from entry where log = ? and " + DISPATCHES + " and " + DISPATCHED
                                + " >= ?) as said"
                                + " order by incident, revision desc) as latest where starts_with(coalesce(unit, ''), ?)"
                                + " group by 1, 2 order by 1, 2 desc limit 1000")) {
            int at = 1;
            select.setString(at++, firstIdOf(since));
            select.setString(at++, log.value());
            for (String value : scope.values()) {
                select.setString(at++, value);
            }
            add(select, days, "items", "in_time", "categorised", "linked");
            if (unit.isPresent()) {
                dispatches.setString(1, log.value());
                dispatches.setString(2, log.value());
                dispatches.setString(3, since.toString());
                dispatches.setString(4, unit.get());
                add(dispatches, days, "dispatches", "recorded");
            }
        }
        days.values().forEach(units::add);
    }

    private static void add(PreparedStatement select, Map<String, ObjectNode> days, String... figures)
            throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                String unit = rows.getString("unit");
                String day = rows.getString("day");
                long newestFirst = Long.MAX_VALUE - LocalDate.parse(day).toEpochDay();
                ObjectNode its = days.computeIfAbsent(
                        unit + "\n" + newestFirst,
                        key -> JSON.createObjectNode().put("unitCode", unit).put("day", day));
                for (String figure : figures) {
                    its.put(figure, rows.getLong(figure));
                }
            }
        }
    }

    /** The entry of an event, or of the record's refusal of it; nothing as long as the record has neither. */
    Optional<EntryRow> outcome(String eventId, String refusalId) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select " + EntryRow.COLUMNS + " from entry where event_id in (?, ?) limit 1")) {
            select.setString(1, eventId);
            select.setString(2, refusalId);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(EntryRow.read(rows)) : Optional.empty();
            }
        }
    }

    /** What was decided about a case. */
    CaseFile caseFile(LogName log, String caseId) throws SQLException {
        return caseFiles(log, List.of(caseId)).getOrDefault(caseId, CaseFile.NOTHING);
    }

    /** What was decided about these cases, or about all where null is given. */
    Map<String, CaseFile> caseFiles(LogName log, List<String> caseIds) throws SQLException {
        Map<String, CaseFile> files = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select case_id, unit, protection, reach, closed, array(select jsonb_array_elements_text(officers)) as officers"
                                + " from casefile where log = ? and (? or case_id = any (?)) order by case_id")) {
            select.setString(1, log.value());
            select.setBoolean(2, caseIds == null);
            select.setArray(3, connection.createArrayOf("text", caseIds == null ? new Object[0] : caseIds.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    List<String> officers =
                            List.of((String[]) rows.getArray("officers").getArray());
                    files.put(
                            rows.getString("case_id"),
                            new CaseFile(
                                    rows.getString("unit"),
                                    rows.getString("protection"),
                                    rows.getString("reach"),
                                    officers,
                                    rows.getBoolean("closed")));
                }
            }
        }
        return files;
    }

    /** The exports that a second person has approved, made or not. */
    List<String> approvedExports(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select distinct export.key from evidence,"
                        + " jsonb_each_text(item->'exports') export"
                        + " where log = ? and item ?? 'exports' and export.value <> 'requested'")) {
            select.setString(1, log.value());
            return ids(select);
        }
    }

    private static List<String> ids(PreparedStatement select) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private static Map<String, ObjectNode> documents(PreparedStatement select) throws SQLException {
        Map<String, ObjectNode> found = new LinkedHashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.put(rows.getString(1), parse(rows.getString(2)));
            }
        }
        return found;
    }

    private static List<EntryRow> rows(PreparedStatement select) throws SQLException {
        List<EntryRow> entries = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                entries.add(EntryRow.read(rows));
            }
        }
        return entries;
    }

    private static ObjectNode parse(String json) throws SQLException {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException impossible) {
            throw new SQLException("PostgreSQL returned a jsonb that is not JSON", impossible);
        }
    }

    /** The entries of one chain, in their order. */
    List<EntryRow> chain(String chain) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return chain(connection, chain);
        }
    }

    private static List<EntryRow> chain(Connection connection, String chain) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select " + EntryRow.COLUMNS + " from entry where chain = ? order by item_sequence, index")) {
            select.setString(1, chain);
            return rows(select);
        }
    }

    /** The chain of an item that is there, and the leaf that the item's row names as its last: both as of one moment. */
    ItemChain itemChain(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (PreparedStatement select =
                    connection.prepareStatement("select item->>'lastLeaf' from evidence where id = ?")) {
                select.setString(1, id);
                try (ResultSet row = select.executeQuery()) {
                    return new ItemChain(row.next() ? row.getString(1) : "none", chain(connection, id));
                }
            } finally {
                connection.rollback();
            }
        }
    }

    record ItemChain(String lastLeaf, List<EntryRow> entries) {}

    /**
     * The newest entries of a log's own chain, the newest first.
     *
     * @param eventType one type of event, or null for all
     * @param unit with what the codes of the units begin whose entries are asked for, among the newest {@value #LOOKED_THROUGH}; empty for
     *     all, and for those that are no unit's
     */
    List<EntryRow> newest(LogName log, String eventType, String unit, int atMost) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + " from (select * from entry where chain = ? and log = ?"
                        + " and event_type = coalesce(?, event_type) order by item_sequence desc limit "
                        + LOOKED_THROUGH + ") as entry where ? = '' or case when event_type = '"
                        + EntryRow.UNREADABLE + "' then false else " + OF_UNIT
                        + " end order by item_sequence desc limit ?")) {
            select.setString(1, Entry.LOG_CHAIN);
            select.setString(2, log.value());
            select.setString(3, eventType);
            select.setString(4, unit);
            select.setString(5, unit);
            select.setString(6, unit);
            select.setInt(7, atMost);
            return rows(select);
        }
    }

    /** The roles in which somebody came in the last time; nothing where he never did. */
    Optional<String> lastRoles(LogName log, String actor) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select entry::jsonb #>> '{event,roles}'"
                        + " from entry where log = ? and actor = ? and " + SIGNED_IN
                        + " order by index desc limit 1")) {
            select.setString(1, log.value());
            select.setString(2, actor);
            return ids(select).stream().findFirst();
        }
    }

    /**
     * The entries that found the gaps that are open, the newest first.
     *
     * @param scope whose items count
     * @param unit with what the codes of the units begin whose incidents count, if any; an incident of which no unit is told is of the units
     *     of its officers
     */
    List<EntryRow> gaps(LogName log, Scope scope, Optional<String> unit, int atMost) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + " from entry where log = ? and event_type = 'gapFound' and not exists (select from entry later"
                        + " where later.log = entry.log and later.event_type in ('gapFound', 'gapClosed') and "
                        + GAP.replace("entry", "later.entry") + " = " + GAP.replace("entry", "entry.entry")
                        + " and later.index > entry.index) and (chain = '" + Entry.LOG_CHAIN
                        + "' and ? and (? = '' or exists"
                        + " (select from entry sent where sent.log = entry.log and sent." + DISPATCHES
                        + " and " + INCIDENT.replace("entry", "sent.entry") + " = regexp_replace("
                        + GAP.replace("entry", "entry.entry") + ", '^[A-Z_]+ ', '') and (starts_with("
                        + UNIT.replace("entry", "sent.entry") + ", ?) or (" + UNIT.replace("entry", "sent.entry")
                        + " is null and exists (select from entry person where person.log = entry.log and person."
                        + PEOPLE
                        + " and " + PERSON.replace("entry", "person.entry")
                        + " in (select jsonb_array_elements_text(sent.entry::jsonb #> '{event,dispatch,officerNos}'))"
                        + " and starts_with(person.entry::jsonb #>> '{event,unitCode}', ?))))))"
                        + " or exists (select from evidence where evidence.id = entry.chain and " + scope.sql()
                        + ")) order by index desc limit ?")) {
            int at = 1;
            select.setString(at++, log.value());
            select.setBoolean(at++, unit.isPresent());
            for (int i = 0; i < 3; i++) {
                select.setString(at++, unit.orElse(""));
            }
            for (String value : scope.values()) {
                select.setString(at++, value);
            }
            select.setInt(at, atMost);
            return rows(select);
        }
    }

    /** The rows of these places of a log, by place. */
    Map<Long, EntryRow> entries(LogName log, long from, long to) throws SQLException {
        Map<Long, EntryRow> entries = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select " + EntryRow.COLUMNS + " from entry where log = ? and index >= ? and index < ?")) {
            select.setString(1, log.value());
            select.setLong(2, from);
            select.setLong(3, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entries.put(rows.getLong("index"), EntryRow.read(rows));
                }
            }
        }
        return entries;
    }

    /** What was proposed and decided about rules of retention, in its order. */
    List<EntryRow> retentionRules(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select " + EntryRow.COLUMNS + " from entry where log = ? and " + RULES + " order by index")) {
            select.setString(1, log.value());
            return rows(select);
        }
    }

    /** How many items of a category there are, how many a rule of so many days would lock for longer, and how many of these are over now. */
    ObjectNode rulePreview(LogName log, String category, int days) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        String end = "((item->>'declaredAt')::timestamptz + make_interval(days => ?))";
        String longer = "(item->>'sealedUntil')::timestamptz + interval '1 day' < " + end;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select count(*) as items,"
                        + " count(*) filter (where " + longer + ") as longer,"
                        + " coalesce(sum((item->>'sizeBytes')::bigint) filter (where " + longer + "), 0) as bytes,"
                        + " count(*) filter (where " + longer
                        + " and (item->>'sealedUntil')::timestamptz < now() and now() < " + end + ") as over"
                        + " from evidence where log = ? and item->>'category' = ? and item ?? 'category'"
                        + " and item ?? 'sealedUntil' and item->>'state' <> 'disposed'")) {
            for (int at = 1; at <= 4; at++) {
                select.setInt(at, days);
            }
            select.setString(5, log.value());
            select.setString(6, category);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                answer.put("items", row.getLong("items")).put("longer", row.getLong("longer"));
                answer.put("longerBytes", row.getLong("bytes")).put("dueNowKept", row.getLong("over"));
            }
        }
        return answer;
    }

    /** The keys that somebody registered to sign with. */
    List<String> signingKeys(LogName log, String actor) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select entry::jsonb #>> '{event,publicKey}'"
                        + " from entry where log = ? and actor = ? and " + SIGNING_KEYS + " order by index")) {
            select.setString(1, log.value());
            select.setString(2, actor);
            return ids(select);
        }
    }

    /** The names of all items of a log. */
    List<String> ids(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id from evidence where log = ? order by id")) {
            select.setString(1, log.value());
            return ids(select);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
