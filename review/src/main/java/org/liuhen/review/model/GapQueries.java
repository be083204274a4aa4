package org.liuhen.review.model;

import static org.liuhen.review.model.EventMember.DISPATCH_CLEARED;
import static org.liuhen.review.model.EventMember.DISPATCH_INCIDENT;
import static org.liuhen.review.model.EventMember.GAP_ID;
import static org.liuhen.review.model.EventMember.kindIn;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHES;
import static org.liuhen.review.model.IndexedExpressions.GAPS;

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
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapExplained;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.EntryRow;

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
     * Which gaps are wanted.
     *
     * @param scope the items whose gaps are wanted
     * @param reach the prefix of the unit codes whose incidents are wanted; empty for no incidents. {@link DispatchUnits} says whose
     *     an incident is
     * @param unit only those of units whose code begins so; {@link Counted#NO_UNIT} for those of no unit; null for all
     * @param from only those of what should have been there at this moment or later; null for no limit
     * @param to the moment after the last one; null for no limit
     */
    public record Asked(Scope scope, Optional<String> reach, String unit, Instant from, Instant to) {
        /** All gaps of these items and incidents. */
        public static Asked all(Scope scope, Optional<String> reach) {
            return new Asked(scope, reach, null, null, null);
        }

        private boolean ofNoUnit() {
            return Counted.NO_UNIT.equals(unit);
        }

        /** The items of the scope that are of the unit: one of those that are shown of the item. */
        Scope items() {
            String any = "exists (select from jsonb_array_elements_text(" + ItemMember.UNITS.json() + ") as own where ";
            return unit == null
                    ? scope
                    : ofNoUnit() ? scope.and("not " + any + "true)") : scope.and(any + "starts_with(own, ?))", unit);
        }
    }

    /**
     * The gaps that are not closed, the newest first: those that are open, or those that are explained.
     *
     * @param before the index of the entry before which they are wanted, that of the last one of the page before; {@link Long#MAX_VALUE} for the first page
     * @param limit the greatest number of gaps
     */
    public List<Gap> gaps(LogName log, Asked asked, boolean explained, long before, int limit) throws SQLException {
        return gaps(log, asked, is(explained) + " and index < " + before, "", limit);
    }

    /** How many gaps are not closed: of those that are open, or of those that are explained. */
    public long count(LogName log, Asked asked, boolean explained) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select count(*)" + from(asked, is(explained)))) {
            set(select, log, asked, "");
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
        return gaps(log, Asked.all(scope, unit), GAP_ID.text("entry.entry") + " = ?", gapId, 1).stream()
                .findFirst();
    }

    private List<Gap> gaps(LogName log, Asked asked, String condition, String gapId, int limit) throws SQLException {
        List<Gap> gaps = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + from(asked, condition) + " order by index desc limit " + limit)) {
            set(select, log, asked, gapId);
            List<EntryRow> found = Rows.entries(select);
            List<String> names = new ArrayList<>();
            for (EntryRow one : found) {
                names.add(one.json().at("/event/gapId").asText());
            }
            Map<String, EntryRow> explained = explanations(connection, log, names);
            for (int at = 0; at < found.size(); at++) {
                gaps.add(new Gap(found.get(at), explained.get(names.get(at))));
            }
        }
        return gaps;
    }

    /** The newest dispatch record of the incident of an entry about a gap, where it meets a condition on {@code sent}. */
    private static String dispatched(String condition) {
        return "exists (select from entry sent where sent.log = entry.log and sent." + DISPATCHES
                + " and " + DISPATCH_INCIDENT.text("sent.entry") + " = regexp_replace("
                + GAP_ID.text("entry.entry") + ", '^[A-Z_]+ ', '') and " + DispatchUnits.isNewest("sent")
                + " and exists (select from " + DispatchUnits.of("sent") + " as own where " + condition + "))";
    }

    private static String from(Asked asked, String condition) {
        String since = "left(" + EventMember.GAP_SINCE.text("entry.entry") + ", 19)";
        return " from entry where log = ? and " + kindIn(GapFound.class)
                + " and not exists (select from entry later"
                + " where later.log = entry.log and later." + GAPS + " and later."
                + kindIn(GapFound.class, GapClosed.class) + " and "
                + GAP_ID.text("later.entry") + " = " + GAP_ID.text("entry.entry")
                + " and later.index > entry.index) and " + condition
                + (asked.from() == null ? "" : " and " + since + " >= ?")
                + (asked.to() == null ? "" : " and " + since + " < ?")
                + " and (chain = '" + Entry.LOG_CHAIN
                + "' and ? and (? = '' or " + dispatched("starts_with(own.unit, ?)") + ")"
                + (asked.unit() == null
                        ? ""
                        : asked.ofNoUnit()
                                ? " and not " + dispatched("true")
                                : " and " + dispatched("starts_with(own.unit, ?) and starts_with(own.unit, ?)"))
                + " or exists (select from evidence where evidence.id = entry.chain and "
                + asked.items().sql() + "))";
    }

    private static void set(PreparedStatement select, LogName log, Asked asked, String gapId) throws SQLException {
        List<Object> values = new ArrayList<>(List.of(log.value()));
        if (!gapId.isEmpty()) {
            values.add(gapId);
        }
        if (asked.from() != null) {
            values.add(Counted.second(asked.from()));
        }
        if (asked.to() != null) {
            values.add(Counted.second(asked.to()));
        }
        String reach = asked.reach().orElse("");
        values.addAll(List.of(asked.reach().isPresent(), reach, reach));
        if (asked.unit() != null && !asked.ofNoUnit()) {
            values.addAll(List.of(reach, asked.unit()));
        }
        values.addAll(asked.items().values());
        Rows.set(select, values);
    }

    /**
     * Whose a recording is that is missing.
     *
     * @param officers their numbers, in the order of the record
     * @param units the codes of their units
     */
    public record Whose(List<String> officers, List<String> units) {}

    /**
     * The newest dispatch record of an incident.
     *
     * @param index its place in the log
     * @param whole whether the row is as the log has it; else nobody knows whose the incident is
     */
    public record Dispatched(long index, boolean whole, Whose whose) {}

    /** Who was sent to these incidents, by the newest record of each. */
    public Map<String, Dispatched> dispatched(LogName log, List<String> incidents) throws SQLException {
        Map<String, Dispatched> dispatched = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + DISPATCH_INCIDENT.text("sent.entry")
                        + ", array(select jsonb_array_elements_text(" + DispatchUnits.officers("sent")
                        + ")), array(select unit from " + DispatchUnits.of("sent") + " as own order by 1), "
                        + EntryRow.COLUMNS + " from entry sent where sent.log = ? and sent." + DISPATCHES + " and "
                        + DISPATCH_INCIDENT.text("sent.entry") + " = any (?) and " + DispatchUnits.isNewest("sent"))) {
            select.setString(1, log.value());
            select.setArray(2, connection.createArrayOf("text", incidents.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    EntryRow sent = EntryRow.read(rows);
                    dispatched.put(
                            rows.getString(1),
                            new Dispatched(sent.index(), sent.isWhole(), new Whose(texts(rows, 2), texts(rows, 3))));
                }
            }
        }
        return dispatched;
    }

    static List<String> texts(ResultSet rows, int column) throws SQLException {
        return Stream.of((String[]) rows.getArray(column).getArray())
                .filter(Objects::nonNull) // of an altered row
                .toList();
    }

    /**
     * Dispatch records of which nobody knows yet whether their recordings are missing.
     *
     * @param records how many
     * @param next when the first of them is looked at, at the latest; null where there is none
     * @param last when the last of them is looked at, at the latest; null where there is none
     * @param altered how many records of these days are left out, as somebody altered their times in the rows
     */
    public record Waiting(long records, Instant next, Instant last, long altered) {}

    /**
     * The newest records of incidents that are not looked at yet.
     *
     * @param unit the prefix of the unit codes whose incidents are wanted; empty for no incidents
     */
    public Waiting waiting(LogName log, Optional<String> unit, Instant now) throws SQLException {
        String whole = unit.orElse("");
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select count(distinct incident) filter (where look > ?), min(look) filter (where look > ?),"
                                + " max(look) filter (where look > ?), count(*) filter (where look is null) from (select "
                                + DISPATCH_INCIDENT.text("sent.entry")
                                + " as incident, case when " + isTime(DISPATCHED_SENT) + " and coalesce("
                                + isTime(DISPATCH_CLEARED.text("sent.entry"))
                                + ", true) then (floor(extract(epoch from greatest(coalesce(("
                                + DISPATCH_CLEARED.text("sent.entry") + ")::timestamptz, (" + DISPATCHED_SENT
                                + ")::timestamptz + interval '" + DispatchRecord.OPEN_MAX.toSeconds()
                                + " seconds') + interval '" + DispatchRecord.RECORDED_WITHIN.toSeconds()
                                + " seconds', sent.recorded_at::timestamptz + interval '"
                                + DispatchRecord.LINKED_WITHIN.toSeconds() + " seconds')) / 60)::bigint + "
                                + MINUTES_TO_LOOK
                                + ") * 60 end as look from entry sent where ? and sent.log = ? and sent."
                                + DISPATCHES + " and (" + DISPATCHED_SENT + " >= ? or sent.recorded_at >= ?) and "
                                + DispatchUnits.isNewest("sent") + " and (? = '' or exists (select from "
                                + DispatchUnits.of("sent")
                                + " as own where starts_with(own.unit, ?)))) as each")) {
            Duration longest =
                    DispatchRecord.CALL_MAX.plus(DispatchRecord.RECORDED_WITHIN).plus(MARGIN);
            Rows.set(
                    select,
                    List.of(
                            now.getEpochSecond(),
                            now.getEpochSecond(),
                            now.getEpochSecond(),
                            unit.isPresent(),
                            log.value(),
                            now.minus(longest).toString(),
                            now.minus(DispatchRecord.LINKED_WITHIN)
                                    .minus(MARGIN)
                                    .toString(),
                            whole,
                            whole));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                long records = row.getLong(1);
                return records == 0
                        ? new Waiting(0, null, null, row.getLong(4))
                        : new Waiting(
                                records,
                                Instant.ofEpochSecond(row.getLong(2)),
                                Instant.ofEpochSecond(row.getLong(3)),
                                row.getLong(4));
            }
        }
    }

    /** Whether a text is a time as events have it, so that PostgreSQL can read it; null where it is null. */
    private static String isTime(String text) {
        return text
                + " ~ ('^([1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
                + "|02-(0[1-9]|1[0-9]|2[0-8]))|[1-9][0-9](0[48]|[2468][048]|[13579][26])-02-29)"
                + "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9}|)Z$')";
    }

    /** The entries that explain these gaps, by the name of the gap; none for one whose last entry does not. */
    static Map<String, EntryRow> explanations(Connection connection, LogName log, List<String> gapIds)
            throws SQLException {
        Map<String, EntryRow> explanations = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement("select distinct on (" + GAP_ID.text() + ") "
                + EntryRow.COLUMNS + " from entry where log = ? and " + GAPS + " and " + GAP_ID.text()
                + " = any (?) order by " + GAP_ID.text() + ", index desc")) {
            select.setString(1, log.value());
            select.setArray(2, connection.createArrayOf("text", gapIds.toArray()));
            for (EntryRow last : Rows.entries(select)) {
                if (last.eventType().equals(EXPLAINED)) {
                    explanations.put(last.json().at("/event/gapId").asText(), last);
                }
            }
        }
        return explanations;
    }
}
