package org.liuhen.review.model;

import static org.liuhen.review.model.EventMember.DISPATCH_INCIDENT;
import static org.liuhen.review.model.EventMember.DISPATCH_OFFICERS;
import static org.liuhen.review.model.EventMember.DISPATCH_UNIT;
import static org.liuhen.review.model.EventMember.GAP_ID;
import static org.liuhen.review.model.EventMember.OFFICER_NO;
import static org.liuhen.review.model.EventMember.UNIT_CODE;
import static org.liuhen.review.model.EventMember.kindIn;
import static org.liuhen.review.model.IndexedExpressions.DISPATCHES;
import static org.liuhen.review.model.IndexedExpressions.PEOPLE;
import static org.liuhen.review.model.ItemMember.RECORDING_ID;
import static org.liuhen.review.model.ItemMember.SEGMENT;
import static org.liuhen.review.model.ItemMember.SEGMENT_COUNT;
import static org.liuhen.review.model.ItemMember.stateIn;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView.State;

/** Reads what should be in the log and is not. Every method throws SQLException where PostgreSQL does not answer. */
public final class GapQueries {
    private final DataSource database;

    GapQueries(DataSource database) {
        this.database = database;
    }

    /**
     * The entries that found the gaps that are still open, the newest first.
     *
     * @param scope the items whose gaps are wanted
     * @param unit the prefix of the unit codes whose incidents are wanted; empty for no incidents. An incident that names no unit belongs to the
     *     units of its officers
     * @param limit the greatest number of entries
     */
    public List<EntryRow> open(LogName log, Scope scope, Optional<String> unit, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + " from entry where log = ? and " + kindIn(GapFound.class)
                        + " and not exists (select from entry later"
                        + " where later.log = entry.log and later." + kindIn(GapFound.class, GapClosed.class) + " and "
                        + GAP_ID.text("later.entry") + " = " + GAP_ID.text("entry.entry")
                        + " and later.index > entry.index) and (chain = '" + Entry.LOG_CHAIN
                        + "' and ? and (? = '' or exists"
                        + " (select from entry sent where sent.log = entry.log and sent." + DISPATCHES
                        + " and " + DISPATCH_INCIDENT.text("sent.entry") + " = regexp_replace("
                        + GAP_ID.text("entry.entry") + ", '^[A-Z_]+ ', '') and (starts_with("
                        + DISPATCH_UNIT.text("sent.entry") + ", ?) or (" + DISPATCH_UNIT.text("sent.entry")
                        + " is null and exists (select from entry person where person.log = entry.log and person."
                        + PEOPLE
                        + " and " + OFFICER_NO.text("person.entry")
                        + " in (select jsonb_array_elements_text(" + DISPATCH_OFFICERS.json("sent.entry") + "))"
                        + " and starts_with(" + UNIT_CODE.text("person.entry") + ", ?))))))"
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
            select.setInt(at, limit);
            return Rows.entries(select);
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
