package org.liuhen.review.model;

import static org.liuhen.review.model.EventMember.DISPATCH_CLEARED;
import static org.liuhen.review.model.EventMember.DISPATCH_INCIDENT;
import static org.liuhen.review.model.EventMember.GAP_ID;
import static org.liuhen.review.model.EventMember.kindIn;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHES;
import static org.liuhen.review.model.IndexedExpressions.GAPS;
import static org.liuhen.review.model.ItemMember.RECORDING_ID;
import static org.liuhen.review.model.ItemMember.SEGMENT;
import static org.liuhen.review.model.ItemMember.SEGMENT_COUNT;
import static org.liuhen.review.model.ItemMember.stateIn;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapExplained;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView.State;

/** Reads what should be in the log and is not. Every method throws SQLException where PostgreSQL does not answer. */
public final class GapQueries {
    private static final String EXPLAINED = CustodyEvent.typeName(GapExplained.class);

    /** The kind of the last entry about the gap of an entry. */
    private static final String LAST =
            "(select last.event_type from entry last where last.log = entry.log and last." + GAPS
                    + " and " + GAP_ID.text("last.entry") + " = " + GAP_ID.text("entry.entry")
                    + " order by last.index desc limit 1)";

    /** What is due in a minute is looked at after its end, in a quiet log a minute later. */
    private static final int MINUTES_TO_LOOK = 2;

    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final String DISPATCHED_SENT = EventMember.DISPATCHED_AT.text("sent.entry");

    private final DataSource database;

    GapQueries(DataSource database) {
        this.database = database;
    }

    /**
     * A gap that is not closed.
     *
     * @param found the entry that found it
     * @param explained the entry that explains it; null where it is open
     */
    public record Gap(EntryRow found, EntryRow explained) {}

    /**
     * The gaps that are not closed, the newest first: those that are open, or those that are explained.
     *
     * @param scope the items whose gaps are wanted
     * @param unit the prefix of the unit codes whose incidents are wanted; empty for no incidents. {@link DispatchUnits} says whose
     *     an incident is
     * @param before the index of the entry before which they are wanted, that of the last one of the page before; {@link Long#MAX_VALUE} for the first page
     * @param limit the greatest number of gaps
     */
    public List<Gap> gaps(LogName log, Scope scope, Optional<String> unit, boolean explained, long before, int limit)
            throws SQLException {
        return gaps(log, scope, unit, is(explained) + " and index < " + before, "", limit);
    }

    /** How many gaps are not closed: of those that are open, or of those that are explained. */
    public long count(LogName log, Scope scope, Optional<String> unit, boolean explained) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select count(*)" + from(scope, is(explained)))) {
            set(select, log, scope, unit, "");
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static String is(boolean explained) {
        return LAST + (explained ? " = '" : " <> '") + EXPLAINED + "'";
    }

    /** The gap of this name, where it is not closed and the scope or the unit has it. */
    public Optional<Gap> gap(LogName log, Scope scope, Optional<String> unit, String gapId) throws SQLException {
        return gaps(log, scope, unit, GAP_ID.text("entry.entry") + " = ?", gapId, 1).stream()
                .findFirst();
    }

    private List<Gap> gaps(LogName log, Scope scope, Optional<String> unit, String condition, String gapId, int limit)
            throws SQLException {
        List<Gap> gaps = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + from(scope, condition) + " order by index desc limit " + limit)) {
            set(select, log, scope, unit, gapId);
            for (EntryRow found : Rows.entries(select)) {
                gaps.add(new Gap(found, explanation(connection, found)));
            }
        }
        return gaps;
    }

    private static String from(Scope scope, String condition) {
        return " from entry where log = ? and " + kindIn(GapFound.class)
                + " and not exists (select from entry later"
                + " where later.log = entry.log and later." + GAPS + " and later."
                + kindIn(GapFound.class, GapClosed.class) + " and "
                + GAP_ID.text("later.entry") + " = " + GAP_ID.text("entry.entry")
                + " and later.index > entry.index) and " + condition + " and (chain = '" + Entry.LOG_CHAIN
                + "' and ? and (? = '' or exists"
                + " (select from entry sent where sent.log = entry.log and sent." + DISPATCHES
                + " and " + DISPATCH_INCIDENT.text("sent.entry") + " = regexp_replace("
                + GAP_ID.text("entry.entry") + ", '^[A-Z_]+ ', '') and " + DispatchUnits.isNewest("sent")
                + " and exists (select from " + DispatchUnits.of("sent")
                + " as own where starts_with(own.unit, ?))))"
                + " or exists (select from evidence where evidence.id = entry.chain and " + scope.sql() + "))";
    }

    private static void set(PreparedStatement select, LogName log, Scope scope, Optional<String> unit, String gapId)
            throws SQLException {
        List<Object> values = new ArrayList<>(List.of(log.value()));
        if (!gapId.isEmpty()) {
            values.add(gapId);
        }
        values.addAll(List.of(unit.isPresent(), unit.orElse(""), unit.orElse("")));
        values.addAll(scope.values());
        Rows.set(select, values);
    }

    /**
     * Dispatch records of which nobody knows yet whether their recordings are missing.
     *
     * @param records how many
     * @param next when the first of them is looked at, at the latest; null where there is none
     * @param last when the last of them is looked at, at the latest; null where there is none
     */
    public record Waiting(long records, Instant next, Instant last) {}

    /**
     * The newest records of incidents that are not looked at yet.
     *
     * @param unit the prefix of the unit codes whose incidents are wanted; empty for no incidents
     */
    public Waiting waiting(LogName log, Optional<String> unit, Instant now) throws SQLException {
        String whole = unit.orElse("");
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select count(distinct incident), min(look), max(look) from (select "
                                + DISPATCH_INCIDENT.text("sent.entry")
                                + " as incident, (floor(extract(epoch from greatest(coalesce(("
                                + DISPATCH_CLEARED.text("sent.entry") + ")::timestamptz, (" + DISPATCHED_SENT
                                + ")::timestamptz + interval '" + DispatchRecord.OPEN_MAX.toSeconds()
                                + " seconds') + interval '" + DispatchRecord.RECORDED_WITHIN.toSeconds()
                                + " seconds', sent.recorded_at::timestamptz + interval '"
                                + DispatchRecord.LINKED_WITHIN.toSeconds() + " seconds')) / 60)::bigint + "
                                + MINUTES_TO_LOOK + ") * 60 as look from entry sent where ? and sent.log = ? and sent."
                                + DISPATCHES + " and (" + DISPATCHED_SENT + " >= ? or sent.recorded_at >= ?) and "
                                + DispatchUnits.isNewest("sent") + " and (? = '' or exists (select from "
                                + DispatchUnits.of("sent")
                                + " as own where starts_with(own.unit, ?)))) as each where look > ?")) {
            Duration longest =
                    DispatchRecord.CALL_MAX.plus(DispatchRecord.RECORDED_WITHIN).plus(MARGIN);
            Rows.set(
                    select,
                    List.of(
                            unit.isPresent(),
                            log.value(),
                            now.minus(longest).toString(),
                            now.minus(DispatchRecord.LINKED_WITHIN)
                                    .minus(MARGIN)
                                    .toString(),
                            whole,
                            whole,
                            now.getEpochSecond()));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                long records = row.getLong(1);
                return records == 0
                        ? new Waiting(0, null, null)
                        : new Waiting(
                                records, Instant.ofEpochSecond(row.getLong(2)), Instant.ofEpochSecond(row.getLong(3)));
            }
        }
    }

    /** The entry that explains a gap; null where the last entry about it does not. */
    private static EntryRow explanation(Connection connection, EntryRow found) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select " + EntryRow.COLUMNS + " from entry where log = ? and " + GAPS
                        + " and " + GAP_ID.text() + " = ? order by index desc limit 1")) {
            select.setString(1, found.log());
            select.setString(2, found.event().key());
            EntryRow last = Rows.entries(select).get(0);
            return last.eventType().equals(EXPLAINED) ? last : null;
        }
    }

    /**
     * The numbers of the missing segments of each incomplete recording, by the ID of the recording. A recording is complete when its segments
     * from 1 to the number that the device gave are there, or to the last one where it gave none.
     *
     * @param scope the items that are counted
     * @param limit the greatest number of recordings
     */
    public Map<String, List<Integer>> missingSegments(LogName log, Scope scope, int limit) throws SQLException {
        Map<String, List<Integer>> missing = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select recording, array(select generate_series(1, last) except select unnest(there) order by 1)"
                                + " from (select " + RECORDING_ID.text() + " as recording,"
                                + " max(coalesce(" + SEGMENT_COUNT.as("int") + ", " + SEGMENT.as("int") + ")) as last,"
                                + " array_agg(" + SEGMENT.as("int") + ") filter"
                                + " (where not " + stateIn(State.DECLARED, State.WITHDRAWN) + ") as there"
                                + " from evidence where log = ? and " + RECORDING_ID.text() + " is not null and "
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
}
