package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.liuhen.custody.evidence.LogName;

/**
 * What is to be sent, up to which entry of a log that was decided, and what came of it. These tables are no part of the read model: they stay where its tables
 * are replaced, so that nothing is sent again. Every method throws SQLException where PostgreSQL does not answer.
 */
public final class Notifications {
    /** What was not taken within so many days is dropped, and so long it is known what was sent. */
    public static final int KEPT_DAYS = 7;

    private static final String POSITIONS = "notified";

    private static final String[] TABLES = {
        Position.table(POSITIONS),
        "create table if not exists notification (log text, channel text, id text, kind text not null, person text not null,"
                + " unit text not null, at text not null, place text not null, made timestamptz not null default now(),"
                + " tries int not null default 0, due timestamptz not null default now(), ended timestamptz,"
                + " primary key (log, channel, id))",
        "alter table notification add column if not exists cause text not null default ''",
        "create index if not exists notification_due on notification (log, channel, tries, due) where ended is null",
        "create index if not exists notification_person on notification (log, channel, person, at, id) where ended is null",
        "create index if not exists notification_made on notification (made)",
        "create table if not exists notification_channel (log text, channel text, sent timestamptz, refused timestamptz,"
                + " code text, words text, primary key (log, channel))"
    };

    private final DataSource database;

    Notifications(DataSource database) {
        this.database = database;
    }

    /** Makes the tables where they are missing. */
    public void create() throws SQLException {
        ReadModelSchema.createBeside(database, TABLES);
    }

    /** The first entry of the log about which nothing was decided; empty where nothing was ever sent of this log. */
    public OptionalLong position(LogName log) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Position.of(connection, POSITIONS, log);
        }
    }

    /**
     * Adds what is to be sent, and moves the position with it. What was added before is not added again.
     *
     * @param position the first entry about which nothing was decided after this
     * @param channels the ways on which each of them is sent, each with the time for which it is held back before that
     */
    public void add(LogName log, long position, List<Notification> all, Map<String, Duration> channels)
            throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("insert into notification"
                    + " (log, channel, id, kind, person, unit, at, place, cause, due)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, now() + ? * interval '1 millisecond')"
                    + " on conflict do nothing")) {
                for (Map.Entry<String, Duration> channel : channels.entrySet()) {
                    for (Notification one : all) {
                        Rows.set(
                                insert,
                                List.of(
                                        log.value(),
                                        channel.getKey(),
                                        one.id(),
                                        one.kind(),
                                        one.person(),
                                        one.unit(),
                                        one.at().toString(),
                                        one.place(),
                                        one.cause(),
                                        channel.getValue().toMillis()));
                        insert.addBatch();
                    }
                }
                insert.executeBatch();
                Position.move(connection, POSITIONS, log, position);
                connection.commit();
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            }
        }
    }

    /**
     * One that waits on one way.
     *
     * @param tries how often it was sent before
     */
    public record Waiting(Notification notification, int tries) {}

    /** Those whose turn has come. Those that were sent in vain least often come first: what one receiver does not take is before nobody else. */
    public List<Waiting> due(LogName log, String channel, int limit) throws SQLException {
        return waiting(" and due <= now() order by tries, due, id limit " + limit, List.of(log.value(), channel));
    }

    /** All that wait for one person, whether their turn has come or not, in the order in which they were recorded. */
    public List<Waiting> waitingFor(LogName log, String channel, String person, int limit) throws SQLException {
        return waiting(" and person = ? order by at, id limit " + limit, List.of(log.value(), channel, person));
    }

    private List<Waiting> waiting(String which, List<Object> values) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select id, kind, person, unit, at, place, cause, tries from notification where log = ?"
                                + " and channel = ? and ended is null" + which)) {
            Rows.set(select, values);
            List<Waiting> found = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Waiting(
                            new Notification(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    time(row.getString(5)),
                                    row.getString(6),
                                    row.getString(7)),
                            row.getInt(8)));
                }
            }
            return found;
        }
    }

    /** When it was recorded; 1970 where the row was altered, so that this one holds up no other. */
    private static Instant time(String at) {
        try {
            return Instant.parse(at);
        } catch (DateTimeException altered) {
            return Instant.EPOCH;
        }
    }

    /** They were taken, or never will be: they are not sent any more. */
    public void end(LogName log, String channel, List<String> ids) throws SQLException {
        update(
                "update notification set ended = now() where log = ? and channel = ? and id = any(?)",
                List.of(log.value(), channel, ids.toArray(String[]::new)));
    }

    /** They are about to be sent; their turn comes again after this pause, unless they are taken. */
    public void postpone(LogName log, String channel, List<String> ids, Duration pause) throws SQLException {
        update(
                "update notification set tries = tries + 1, due = now() + ? * interval '1 millisecond'"
                        + " where log = ? and channel = ? and id = any(?)",
                List.of(pause.toMillis(), log.value(), channel, ids.toArray(String[]::new)));
    }

    /** How many wait on one way, whether their turn has come or not; at most {@code max}. */
    public long waiting(LogName log, String channel, int max) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select count(*) from (select from notification where log = ?"
                                + " and channel = ? and ended is null limit " + max + ") as waiting")) {
            Rows.set(select, List.of(log.value(), channel));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Drops those that were not taken within {@value #KEPT_DAYS} days; gives how many. */
    public int drop(LogName log, String channel) throws SQLException {
        return update(
                "update notification set ended = now() where log = ? and channel = ? and ended is null"
                        + " and made < now() - interval '" + KEPT_DAYS + " days'",
                List.of(log.value(), channel));
    }

    /**
     * What came of the last messages on one way, whichever process sent them.
     *
     * @param sent when one was taken last; null where none was
     * @param refused when one was not taken last; null where each was
     * @param code the code of that refusal, such as NT-103; null where there was none
     * @param words what was wrong; null where nothing was
     */
    public record Outcome(Instant sent, Instant refused, String code, String words) {
        /** Whether the receiver has said that it wants nothing more (NT-102), and nothing was sent since: the sender waits for a start of its process. */
        public boolean isStopped() {
            return "NT-102".equals(code) && (sent == null || refused.isAfter(sent));
        }
    }

    /** What came of the last messages on one way. */
    public Outcome outcome(LogName log, String channel) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select sent, refused, code, words from notification_channel where log = ? and channel = ?")) {
            Rows.set(select, List.of(log.value(), channel));
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? new Outcome(instant(row, 1), instant(row, 2), row.getString(3), row.getString(4))
                        : new Outcome(null, null, null, null);
            }
        }
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    /** A message was taken now. */
    public void taken(LogName log, String channel) throws SQLException {
        update(
                "insert into notification_channel (log, channel, sent) values (?, ?, now())"
                        + " on conflict (log, channel) do update set sent = excluded.sent",
                List.of(log.value(), channel));
    }

    /** A message was not taken now, for this reason. */
    public void refused(LogName log, String channel, String code, String words) throws SQLException {
        update(
                "insert into notification_channel (log, channel, refused, code, words) values (?, ?, now(), ?, ?)"
                        + " on conflict (log, channel) do update"
                        + " set refused = excluded.refused, code = excluded.code, words = excluded.words",
                List.of(log.value(), channel, code, words));
    }

    /** Forgets those that are old, also of a way that is not used any more. Their entries are too old to be told of again. */
    public void forget() throws SQLException {
        update("delete from notification where made < now() - interval '" + 2 * KEPT_DAYS + " days'", List.of());
    }

    private int update(String sql, List<Object> values) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            Rows.set(update, values);
            return update.executeUpdate();
        }
    }
}
