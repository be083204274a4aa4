package org.liuhen.review.model;

import static org.liuhen.review.model.IndexedExpressions.GAPS;
import static org.liuhen.review.model.ItemMember.CASES;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.GapEvent.GapExplained;
import org.liuhen.custody.event.GapEvent.GapKind;
import org.liuhen.custody.evidence.LogName;

/** The figures of units and officers. {@link Counted} says what they count. Every method throws SQLException where PostgreSQL does not answer. */
public final class FigureQueries {
    /** An answer has no more rows. */
    public static final int ROWS_MAX = 20_000;

    private static final String DISPATCHED_SENT = EventMember.DISPATCHED_AT.text("sent.entry");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataSource database;

    FigureQueries(DataSource database) {
        this.database = database;
    }

    /**
     * A period of whole seconds.
     *
     * @param from its first moment
     * @param to the moment after it
     * @param zone the time zone of its days
     */
    public record Period(Instant from, Instant to, ZoneId zone) {
        /** The first moment of each of its days; of the first day that of the period. */
        private List<Instant> starts() {
            List<Instant> starts = new ArrayList<>(List.of(from));
            LocalDate day = from.atZone(zone).toLocalDate();
            for (Instant start = from; start.isBefore(to); ) {
                day = day.plusDays(1);
                start = day.atStartOfDay(zone).toInstant();
                if (start.isBefore(to)) {
                    starts.add(start);
                }
            }
            return starts;
        }
    }

    /**
     * The figures of each unit and day, by unit and with the newest day first; at most {@value #ROWS_MAX} and one more.
     *
     * @param items the items that are counted, of one period; the limit does not count
     * @param reach the prefix of the unit codes whose dispatch records are counted; empty for none
     * @param of the prefix of those of them that are asked for, or {@link Counted#NO_UNIT}; null for all
     */
    public List<ObjectNode> units(LogName log, Search items, Optional<String> reach, String of, Period period)
            throws SQLException {
        List<Instant> starts = period.starts();
        Map<String, ObjectNode> days = new TreeMap<>();
        try (Connection connection = database.getConnection()) {
            Object begins = connection.createArrayOf(
                    "text", starts.stream().map(Counted::second).toArray());
            try (PreparedStatement select = connection.prepareStatement("select unit, day, "
                    + counts(Counted.UNIT + " as unit, width_bucket(" + Counted.DECLARED + ", ?) as day", items)
                    + " group by 1, 2 order by 1, 2 desc limit " + (ROWS_MAX + 1))) {
                List<Object> values = new ArrayList<>(List.of(begins));
                values.addAll(items.whereValues());
                Rows.set(select, values);
                List<String> figures = new ArrayList<>(List.of("items"));
                figures.addAll(Counted.FIGURES.keySet());
                addFigures(select, days, starts, period.zone(), figures);
            }
            if (reach.isPresent()) {
                dispatches(connection, log, begins, reach.get(), of, period, starts, days);
            }
        }
        return List.copyOf(days.values());
    }

    private static void dispatches(
            Connection connection,
            LogName log,
            Object begins,
            String reach,
            String of,
            Period period,
            List<Instant> starts,
            Map<String, ObjectNode> days)
            throws SQLException {
        boolean none = Counted.NO_UNIT.equals(of);
        String members = EventMember.DISPATCH_INCIDENT.text("sent.entry") + " as incident, sent.altered, left("
                + DISPATCHED_SENT + ", 19) as sent_at";
        try (PreparedStatement select = connection.prepareStatement(
                "with " + DispatchUnits.counted(members, DISPATCHED_SENT + " >= ? and " + DISPATCHED_SENT + " < ?")
                        + " select unit, width_bucket(sent_at, ?) as day, count(*) as dispatches, count(*) filter (where altered) as altered,"
                        + " count(*) filter (where exists (select from evidence where log = ? and " + CASES.json()
                        + " @> jsonb_build_array(incident))) as recorded,"
                        + " count(*) filter (where (select event_type from entry gap where gap.log = ? and gap." + GAPS
                        + " and " + EventMember.GAP_ID.text("gap.entry") + " = '"
                        + GapKind.DISPATCH_WITHOUT_RECORDING
                        + " ' || incident order by gap.index desc limit 1) = '"
                        + CustodyEvent.typeName(GapExplained.class)
                        + "') as explained from counted_in where starts_with(unit, ?) and starts_with(unit, ?)"
                        + " and (not ? or unit = '') group by 1, 2 order by 1, 2 desc limit " + (ROWS_MAX + 1))) {
            Rows.set(
                    select,
                    List.of(
                            log.value(),
                            log.value(),
                            Counted.second(period.from()),
                            Counted.second(period.to()),
                            begins,
                            log.value(),
                            log.value(),
                            reach,
                            none || of == null ? "" : of,
                            none));
            addFigures(select, days, starts, period.zone(), List.of("dispatches", "altered", "recorded", "explained"));
        }
    }

    /**
     * The figures and the items that they are counted among. The inner query keeps of each item what is counted and no more ({@code offset 0}
     * holds PostgreSQL to it), so that a long period is grouped in memory.
     */
    private static String counts(String keys, Search items) {
        StringBuilder counts = new StringBuilder("count(*) as items");
        StringBuilder counted = new StringBuilder(keys);
        Counted.FIGURES.forEach((figure, condition) -> {
            counts.append(", count(*) filter (where ")
                    .append(figure)
                    .append(") as ")
                    .append(figure);
            counted.append(", ").append(condition).append(" as ").append(figure);
        });
        return counts + " from (select " + counted + " from evidence where " + items.where() + " and " + Counted.ITEM
                + " offset 0) as counted";
    }

    private static void addFigures(
            PreparedStatement select,
            Map<String, ObjectNode> days,
            List<Instant> starts,
            ZoneId zone,
            List<String> figures)
            throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                String unit = rows.getString("unit");
                LocalDate day = starts.get(rows.getInt("day") - 1).atZone(zone).toLocalDate();
                long newestFirst = Long.MAX_VALUE - day.toEpochDay();
                ObjectNode figuresOfDay = days.computeIfAbsent(
                        unit + "\n" + newestFirst,
                        key -> JSON.createObjectNode().put("unitCode", unit).put("day", day.toString()));
                for (String figure : figures) {
                    figuresOfDay.put(figure, rows.getLong(figure));
                }
            }
        }
    }

    /**
     * The figures of each officer, in the order of their numbers; at most {@value #ROWS_MAX} and one more.
     *
     * @param items the items that are counted; the limit does not count
     */
    public List<ObjectNode> officers(Search items) throws SQLException {
        List<ObjectNode> officers = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select officer, "
                        + counts(Counted.OFFICER + " as officer", items) + " group by 1 order by 1 limit "
                        + (ROWS_MAX + 1))) {
            Rows.set(select, items.whereValues());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ObjectNode officer = JSON.createObjectNode().put("officerNo", rows.getString("officer"));
                    officer.put("items", rows.getLong("items"));
                    for (String figure : Counted.FIGURES.keySet()) {
                        officer.put(figure, rows.getLong(figure));
                    }
                    officers.add(officer);
                }
            }
        }
        return officers;
    }
}
