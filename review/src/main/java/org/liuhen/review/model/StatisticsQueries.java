package org.liuhen.review.model;

import static org.liuhen.review.model.ItemMember.CATEGORY;
import static org.liuhen.review.model.ItemMember.DECLARED_AT;
import static org.liuhen.review.model.ItemMember.FAILED_STEPS;
import static org.liuhen.review.model.ItemMember.RECEIVED_AT;
import static org.liuhen.review.model.ItemMember.SEALED_UNTIL;
import static org.liuhen.review.model.ItemMember.SIZE_BYTES;
import static org.liuhen.review.model.ItemMember.stateIn;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView.State;

/** Counts items and entries. Every method throws SQLException where PostgreSQL does not answer. */
public final class StatisticsQueries {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int COUNT_MAX = 1_000;

    private final DataSource database;

    StatisticsQueries(DataSource database) {
        this.database = database;
    }

    /**
     * How many items of a scope meet a condition.
     *
     * @param condition an SQL condition on the table {@code evidence} without values; never text from a request
     * @param limit the count stops here
     */
    public long count(Scope scope, String condition, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select count(*) from (select from evidence where " + scope.sql()
                                + " and " + condition + " limit " + limit + ") as counted")) {
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
     * What waits in this log. The counts of items end at {@value #COUNT_MAX}.
     *
     * @param waiting items that were received and are neither sealed nor put aside
     * @param putAside items with a failed step or an incomplete description
     * @param notSealed those of them whose bytes are not sealed
     * @param broken items whose chain did not verify when it was looked at last
     * @param unreadable entries that cannot be shown
     */
    public record Backlog(long waiting, long putAside, long notSealed, long broken, long unreadable) {}

    /**
     * Counts what waits in this log.
     *
     * @param waitingFor items that were received longer ago than this count as waiting
     */
    public Backlog backlog(LogName log, Duration waitingFor) throws SQLException {
        String items =
                "select count(*) from (select from evidence where log = ? and %s limit " + COUNT_MAX + ") as counted";
        String waiting = "((" + Piles.PIPELINE.get("verifying") + ") or (" + Piles.PIPELINE.get("sealing")
                + ")) and not " + FAILED_STEPS.exists() + " and " + RECEIVED_AT.as("timestamptz")
                + " < now() - interval '"
                + waitingFor.toSeconds() + " seconds'";
        try (Connection connection = database.getConnection()) {
            return new Backlog(
                    count(connection, items.formatted(waiting), log),
                    count(connection, items.formatted(Piles.PUT_ASIDE), log),
                    count(connection, items.formatted(Piles.NOT_SEALED), log),
                    count(connection, items.formatted(Piles.BROKEN_CHAIN), log),
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

    /**
     * How a retention rule would change the items of a category: {@code items} counts all, {@code longer} and {@code longerBytes} those that
     * it would lock for longer, {@code dueNowKept} those of them whose time is over now.
     *
     * @param category the name of the category
     * @param days the retention that the rule would set, in days from the declaration of an item
     */
    public ObjectNode rulePreview(LogName log, String category, int days) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        String end = "(" + DECLARED_AT.as("timestamptz") + " + make_interval(days => ?))";
        String longer = SEALED_UNTIL.as("timestamptz") + " + interval '1 day' < " + end;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select count(*) as items,"
                        + " count(*) filter (where " + longer + ") as longer,"
                        + " coalesce(sum(" + SIZE_BYTES.as("bigint") + ") filter (where " + longer + "), 0) as bytes,"
                        + " count(*) filter (where " + longer
                        + " and " + SEALED_UNTIL.as("timestamptz") + " < now() and now() < " + end + ") as over"
                        + " from evidence where log = ? and " + CATEGORY.text() + " = ? and " + CATEGORY.exists()
                        + " and " + SEALED_UNTIL.exists() + " and not " + stateIn(State.DISPOSED))) {
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
}
