package org.liuhen.review.model;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.ReadModelSchema.Found;

/**
 * The database that people search: tables in PostgreSQL that hold nothing that the published log, and the
 * descriptions and texts that it names by their digests, do not say. This class has its
 * connections; the queries are in the classes that it gives out.
 */
public final class ReadModel implements AutoCloseable {
    private static final int CONNECTIONS = 8;

    private final HikariDataSource database;
    private final Found found;
    private final Optional<ReadModel> beside;
    private final Function<LogName, FollowerLock> locks;
    private final FollowedChanges changes; // null for tables that nobody asks
    private final ItemQueries items;
    private final EntryQueries entries;
    private final CaseQueries cases;
    private final GapQueries gaps;
    private final SegmentQueries segments;
    private final StatisticsQueries statistics;
    private final FigureQueries figures;
    private final ExportQueries exports;
    private final Documents documents;
    private final Notifications notifications;
    private final PageNotices notices;

    /**
     * Connects, and creates the tables that are missing.
     *
     * @param jdbcUrl the address of the database, such as {@code jdbc:postgresql://host/name}
     * @param user the name of a user who may create tables and schemas
     * @param password the user's password, or null
     * @throws SQLException where PostgreSQL does not answer or refuses a statement
     */
    public ReadModel(String jdbcUrl, String user, String password) throws SQLException {
        this(jdbcUrl, user, password, null);
    }

    /**
     * The live tables, or those beside them.
     *
     * @param live what was found of the live tables, which these will replace; null for the live tables themselves
     */
    private ReadModel(String jdbcUrl, String user, String password, Found live) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(live == null ? CONNECTIONS : 1);
        config.setMinimumIdle(live == null ? 1 : 0);
        config.addDataSourceProperty("reWriteBatchedInserts", "true"); // many rows a statement
        config.addDataSourceProperty("tcpKeepAlive", "true"); // a host that lost its power is noticed
        if (live != null) {
            config.addDataSourceProperty("currentSchema", ReadModelSchema.NEXT);
        }
        config.setConnectionTimeout(3_000);
        config.setInitializationFailTimeout(30_000);
        database = new HikariDataSource(config);
        if (live == null) {
            found = ReadModelSchema.open(database);
            beside = found.version() == ReadModelSchema.VERSION
                    ? Optional.empty()
                    : Optional.of(new ReadModel(jdbcUrl, user, password, found));
            changes = new FollowedChanges(jdbcUrl, user, password);
        } else {
            found = live;
            beside = Optional.empty();
            changes = null;
        }
        String task = live == null ? "follower" : "builder";
        String schema = live == null ? found.schema() : ReadModelSchema.NEXT;
        locks = log -> new FollowerLock(jdbcUrl, user, password, log, task, schema);
        items = new ItemQueries(database);
        entries = new EntryQueries(database);
        cases = new CaseQueries(database);
        gaps = new GapQueries(database);
        segments = new SegmentQueries(database);
        statistics = new StatisticsQueries(database);
        figures = new FigureQueries(database);
        exports = new ExportQueries(database);
        documents = new Documents(database);
        notifications = new Notifications(database);
        notices = new PageNotices(database);
    }

    /** The tables of this version that are filled beside those of another one; empty where the version was this one at the start. */
    public Optional<ReadModel> beside() {
        return beside;
    }

    /**
     * The version of the tables, which this program can read and follow.
     *
     * @throws OtherVersionException where another version of this program has replaced the tables
     * @throws SQLException where PostgreSQL does not answer; with code RM-104 where the tables have other columns than this program knows
     */
    public int version() throws SQLException {
        int version;
        try (Connection connection = database.getConnection()) {
            version = ReadModelSchema.version(connection);
        }
        if (version == ReadModelSchema.VERSION) {
            return version;
        }
        if (version != found.version()) {
            throw new OtherVersionException(version, ReadModelSchema.VERSION);
        }
        if (!found.readable()) {
            throw new SQLException("RM-104 the tables are of version " + version + ", which this program cannot read."
                    + " Lists and search answer when version " + ReadModelSchema.VERSION + " is filled beside it");
        }
        return version;
    }

    /**
     * Whether tables of another version answer at this moment.
     *
     * @throws SQLException where PostgreSQL does not answer
     */
    public boolean isOfOtherVersion() throws SQLException {
        if (beside.isEmpty()) {
            return false;
        }
        try (Connection connection = database.getConnection()) {
            return ReadModelSchema.version(connection) != ReadModelSchema.VERSION;
        }
    }

    /**
     * Puts these tables, which were filled beside the live ones, in their place, and drops those. Not where the live ones hold more.
     *
     * @param connection a connection in a transaction, which the caller commits
     * @throws SQLException where PostgreSQL does not answer; with SQLSTATE 55P03 where a query held a table too long
     */
    public void replaceLive(Connection connection) throws SQLException {
        ReadModelSchema.swap(connection, found.schema());
    }

    /**
     * Whether the live tables are of this version, so that nothing is filled beside them any more.
     *
     * @throws SQLException where PostgreSQL does not answer
     */
    public boolean hasReplacedLive() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ReadModelSchema.version(connection, found.schema()) == ReadModelSchema.VERSION;
        }
    }

    /** The queries for items. */
    public ItemQueries items() {
        return items;
    }

    /** The queries for entries of the log. */
    public EntryQueries entries() {
        return entries;
    }

    /** The queries for cases. */
    public CaseQueries cases() {
        return cases;
    }

    /** The queries for what is missing. */
    public GapQueries gaps() {
        return gaps;
    }

    /** The queries for recordings of which files are missing. */
    public SegmentQueries segments() {
        return segments;
    }

    /** The queries that count. */
    public StatisticsQueries statistics() {
        return statistics;
    }

    /** The figures of units and officers. */
    public FigureQueries figures() {
        return figures;
    }

    /** Reads which exports there are. */
    public ExportQueries exports() {
        return exports;
    }

    /** The words of documents. */
    public Documents documents() {
        return documents;
    }

    /** What is to be sent to people outside the page. */
    public Notifications notifications() {
        return notifications;
    }

    /** What people are told on the page. */
    public PageNotices notices() {
        return notices;
    }

    /**
     * How many entries of a log the tables hold.
     *
     * @throws SQLException where PostgreSQL does not answer
     */
    public long followedSize(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select size from followed where log = ?")) {
            select.setString(1, log.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /**
     * Notes what does not verify in the chain of an item. It is what was found of the row, and no part of what the log says of the item.
     *
     * @param codes the codes of the faults; empty where there are none
     * @throws SQLException where PostgreSQL does not answer
     */
    public void noteFault(String id, String codes) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("update evidence set fault = nullif(?, '') where id = ?")) {
            update.setString(1, codes);
            update.setString(2, id);
            update.executeUpdate();
        }
    }

    /** Says when rows were written. */
    public FollowedChanges changes() {
        return changes;
    }

    /** A new competitor for the lock of the process that writes what follows from this log. */
    public FollowerLock lock(LogName log) {
        return locks.apply(log);
    }

    @Override
    public void close() {
        if (changes != null) {
            changes.close();
        }
        beside.ifPresent(ReadModel::close);
        database.close();
    }
}
