package org.liuhen.review.model;

import static org.liuhen.review.model.IndexedExpressions.DISPATCHED;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHES;
import static org.liuhen.review.model.IndexedExpressions.GAPS;
import static org.liuhen.review.model.IndexedExpressions.INCIDENT;
import static org.liuhen.review.model.IndexedExpressions.UNIT;
import static org.liuhen.review.model.ItemMember.CASES;
import static org.liuhen.review.model.ItemMember.CATEGORY;
import static org.liuhen.review.model.ItemMember.DECLARED_AT;
import static org.liuhen.review.model.ItemMember.EXPLAINED_GAPS;
import static org.liuhen.review.model.ItemMember.FAILED_STEPS;
import static org.liuhen.review.model.ItemMember.RECEIVED_AT;
import static org.liuhen.review.model.ItemMember.SEALED_UNTIL;
import static org.liuhen.review.model.ItemMember.SIZE_BYTES;
import static org.liuhen.review.model.ItemMember.UNIT_CODE;
import static org.liuhen.review.model.ItemMember.stateIn;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.GapEvent.GapExplained;
import org.liuhen.custody.event.GapEvent.GapKind;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView.State;

/** Counts items and entries. Every method throws SQLException where PostgreSQL does not answer. */
public final class StatisticsQueries {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The random part of an ID follows after so many characters, which encode its time. */
    private static final int TIME_CHARACTERS = 10;

    private static final int COUNT_MAX = 1_000;
    private static final Duration UNIT_FIGURES = Duration.ofDays(14);

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
     * Adds the figures of each unit and day of the last 14 days, by unit and with the newest day first.
     *
     * @param scope the items that are counted
     * @param unit the prefix of the unit codes whose dispatch records are counted; empty for none
     * @param units the array that the figures are added to, one object for each unit and day
     */
    public void units(LogName log, Scope scope, Optional<String> unit, ArrayNode units) throws SQLException {
        Instant since = Instant.now().minus(UNIT_FIGURES);
        Map<String, ObjectNode> days = new TreeMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select coalesce(" + UNIT_CODE.text()
                        + ", '') as unit, left(" + DECLARED_AT.text() + ", 10) as day, count(*) as items,"
                        + " count(*) filter (where not coalesce(" + ItemMember.GAPS.json() + " ?? '"
                        + GapKind.LATE_UPLOAD
                        + "', false) and not " + stateIn(State.DECLARED) + ") as in_time,"
                        + " count(*) filter (where coalesce(" + EXPLAINED_GAPS.json() + " ?? '" + GapKind.LATE_UPLOAD
                        + "', false)) as late_explained,"
                        + " count(*) filter (where " + CATEGORY.exists() + ") as categorised,"
                        + " count(*) filter (where " + CASES.json() + " <> '[]'::jsonb) as linked"
                        + " from evidence where id >= ? and log = ? and " + scope.sql()
                        + " group by 1, 2 order by 1, 2 desc limit 1000");
                PreparedStatement dispatches = connection.prepareStatement(
                        "select coalesce(unit, '') as unit, left(sent, 10) as day, count(*) as dispatches,"
                                + " count(*) filter (where exists (select from evidence where log = ?"
                                + " and " + CASES.json()
                                + " @> jsonb_build_array(incident))) as recorded,"
                                + " count(*) filter (where (select event_type from entry gap where gap.log = ? and gap."
                                + GAPS + " and " + EventMember.GAP_ID.text("gap.entry") + " = '"
                                + GapKind.DISPATCH_WITHOUT_RECORDING
                                + " ' || incident order by gap.index desc limit 1) = '"
                                + CustodyEvent.typeName(GapExplained.class)
                                + "') as explained from (select distinct on (incident) *"
                                + " from (select " + INCIDENT + " as incident, " + UNIT + " as unit, " + DISPATCHED
                                + " as sent,"
                                + " (" + EventMember.DISPATCH_REVISION.text() + ")::bigint as revision"
                                + " from entry where log = ? and " + DISPATCHES + " and " + DISPATCHED
                                + " >= ?) as revisions"
                                + " order by incident, revision desc) as latest where starts_with(coalesce(unit, ''), ?)"
                                + " group by 1, 2 order by 1, 2 desc limit 1000")) {
            int at = 1;
            select.setString(at++, idPrefix(since));
            select.setString(at++, log.value());
            for (String value : scope.values()) {
                select.setString(at++, value);
            }
            addFigures(select, days, "items", "in_time", "late_explained", "categorised", "linked");
            if (unit.isPresent()) {
                dispatches.setString(1, log.value());
                dispatches.setString(2, log.value());
                dispatches.setString(3, log.value());
                dispatches.setString(4, since.toString());
                dispatches.setString(5, unit.get());
                addFigures(dispatches, days, "dispatches", "recorded", "explained");
            }
        }
        days.values().forEach(units::add);
    }

    private static void addFigures(PreparedStatement select, Map<String, ObjectNode> days, String... figures)
            throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                String unit = rows.getString("unit");
                String day = rows.getString("day");
                long newestFirst = Long.MAX_VALUE - LocalDate.parse(day).toEpochDay();
                ObjectNode figuresOfDay = days.computeIfAbsent(
                        unit + "\n" + newestFirst,
                        key -> JSON.createObjectNode().put("unitCode", unit).put("day", day));
                for (String figure : figures) {
                    figuresOfDay.put(figure, rows.getLong(figure));
                }
            }
        }
    }

    /** The prefix that all IDs of this moment share. */
    private static String idPrefix(Instant time) {
        return EvidenceId.create(time, new SecureRandom()).value().substring(0, TIME_CHARACTERS);
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
