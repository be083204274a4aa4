package org.liuhen.review.model;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;
import org.liuhen.custody.evidence.LogName;

/**
 * The database that people search: tables in PostgreSQL that hold nothing that the published log does not say. This class has its
 * connections; the queries are in the classes that it gives out.
 */
public final class ReadModel implements AutoCloseable {
    private final HikariDataSource database;
    private final Function<LogName, FollowerLock> locks;
    private final FollowedChanges changes;
    private final ItemQueries items;
    private final EntryQueries entries;
    private final CaseQueries cases;
    private final GapQueries gaps;
    private final StatisticsQueries statistics;

    /**
     * Connects, and creates the tables that are missing.
     *
     * @param jdbcUrl the address of the database, such as {@code jdbc:postgresql://host/name}
     * @param user the name of a user who may create tables
     * @param password the user's password, or null
     * @throws SQLException where PostgreSQL does not answer or refuses a statement
     */
    public ReadModel(String jdbcUrl, String user, String password) throws SQLException {
        locks = log -> new FollowerLock(jdbcUrl, user, password, log);
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
        ReadModelSchema.create(database);
        changes = new FollowedChanges(jdbcUrl, user, password);
        items = new ItemQueries(database);
        entries = new EntryQueries(database);
        cases = new CaseQueries(database);
        gaps = new GapQueries(database);
        statistics = new StatisticsQueries(database);
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

    /** The queries that count. */
    public StatisticsQueries statistics() {
        return statistics;
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
        changes.close();
        database.close();
    }
}
