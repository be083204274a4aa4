package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.liuhen.custody.evidence.LogName;

/** Up to which entry of a log something was done: the rows {@code (log, position)} of a table. It is moved in the transaction of what was done. */
final class Position {
    private Position() {}

    /** The statement that makes a table of positions. */
    static String table(String name) {
        return "create table if not exists " + name + " (log text primary key, position bigint not null)";
    }

    /** The first entry of the log with which nothing was done; empty where there was none yet. */
    static OptionalLong of(Connection connection, String table, LogName log) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select position from " + table + " where log = ?")) {
            select.setString(1, log.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** Moves it to this entry, and never back. */
    static void move(Connection connection, String table, LogName log, long position) throws SQLException {
        try (PreparedStatement move = connection.prepareStatement("insert into " + table + " (log, position)"
                + " values (?, ?) on conflict (log) do update set position = greatest(" + table
                + ".position, excluded.position)")) {
            Rows.set(move, List.of(log.value(), position));
            move.executeUpdate();
        }
    }
}
