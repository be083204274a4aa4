package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.CaseFile;
import org.liuhen.review.projection.EntryRow;

/**
 * Reads cases: what was decided about them from the table {@code casefile}, and what is linked to them from {@code evidence}. Every method
 * throws SQLException where PostgreSQL does not answer.
 */
public final class CaseQueries {
    /** Among so many of the newest items the cases with the newest items are looked for first. */
    private static final int RECENT = 2_000;

    private static final int SENDERS_MAX = 20;
    private static final int OTHERS_MAX = 20;
    private static final String CASE_IDS = "jsonb_array_elements_text(" + ItemMember.CASES.json() + ")";
    private static final String LINKED_TO_IT = ItemMember.CASES.json() + " @> jsonb_build_array(case_id)";

    private final DataSource database;

    CaseQueries(DataSource database) {
        this.database = database;
    }

    /** What was decided about a case; {@link CaseFile#NOTHING} where nothing was. */
    public CaseFile byId(LogName log, String caseId) throws SQLException {
        return byIds(log, List.of(caseId)).getOrDefault(caseId, CaseFile.NOTHING);
    }

    /**
     * What was decided about these cases, by their IDs. A case about which nothing was decided is left out.
     *
     * @param caseIds the cases; null for all
     */
    public Map<String, CaseFile> byIds(LogName log, List<String> caseIds) throws SQLException {
        Map<String, CaseFile> files = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select case_id, unit, protection, reach, closed, array(select jsonb_array_elements_text(officers)) as officers"
                                + " from casefile where log = ? and (? or case_id = any (?)) order by case_id")) {
            select.setString(1, log.value());
            select.setBoolean(2, caseIds == null);
            select.setArray(3, connection.createArrayOf("text", caseIds == null ? new Object[0] : caseIds.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    List<String> officers =
                            List.of((String[]) rows.getArray("officers").getArray());
                    files.put(
                            rows.getString("case_id"),
                            new CaseFile(
                                    rows.getString("unit"),
                                    rows.getString("protection"),
                                    rows.getString("reach"),
                                    officers,
                                    rows.getBoolean("closed")));
                }
            }
        }
        return files;
    }

    /**
     * A case as a list shows it.
     *
     * @param caseId the case
     * @param newest the ID of the newest item that is linked to it
     * @param items how many items are linked to it
     */
    public record Listed(String caseId, String newest, long items) {}

    /**
     * The cases to which items are linked, the case with the newest item first; of those with the same one, in the order of their IDs.
     *
     * @param visible which items count; a case without one of them is not listed
     * @param prefix how the case IDs begin; empty for all
     * @param after the newest item and the ID of the last case of the page before; null for the first page
     * @param limit the greatest number of cases
     */
    public List<Listed> newest(Search visible, String prefix, Position after, int limit) throws SQLException {
        List<Listed> recent = newest(visible, prefix, after, limit, " order by id desc limit " + RECENT);
        return recent.size() == limit ? recent : newest(visible, prefix, after, limit, "");
    }

    /** Where a list of cases goes on: after this case, which has this newest item. */
    public record Position(String newest, String caseId) {}

    private List<Listed> newest(Search visible, String prefix, Position after, int limit, String window)
            throws SQLException {
        StringBuilder sql = new StringBuilder("with found as (select id, item from evidence where " + visible.where());
        List<Object> values = new ArrayList<>(visible.whereValues());
        sql.append(" and ").append(ItemMember.CASES.json()).append(" <> '[]'::jsonb");
        if (after != null) {
            sql.append(" and id <= ?");
            values.add(after.newest());
        }
        sql.append(window).append("), listed as (select case_id, max(id) as newest from found, ");
        sql.append(CASE_IDS).append(" case_id where starts_with(case_id, ?)");
        values.add(prefix);
        if (after != null) { // no case that an earlier page has listed
            sql.append(" and not exists (select from evidence where id > ? and " + LINKED_TO_IT + " and ");
            sql.append(visible.where()).append(")");
            values.add(after.newest());
            values.addAll(visible.whereValues());
        }
        sql.append(" group by case_id");
        if (after != null) {
            sql.append(" having max(id) < ? or case_id > ?");
            values.addAll(List.of(after.newest(), after.caseId()));
        }
        sql.append(" order by newest desc, case_id limit ").append(limit);
        sql.append(") select case_id, newest, (select count(*) from evidence where " + LINKED_TO_IT + " and ");
        sql.append(visible.where()).append(") from listed order by newest desc, case_id");
        values.addAll(visible.whereValues());
        List<Listed> cases = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql.toString())) {
            Rows.set(select, values);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    cases.add(new Listed(rows.getString(1), rows.getString(2), rows.getLong(3)));
                }
            }
        }
        return cases;
    }

    /**
     * What items have together.
     *
     * @param items how many there are
     * @param recordings how many are moving pictures or sound
     * @param first when the first recording began, in ISO 8601; null where there is no item
     * @param last when the last recording began
     * @param uncategorised how many are verified or rejected, and have no category
     * @param held how many are on hold
     * @param senders how many each officer or device has sent, most first; {@value #SENDERS_MAX} at most
     * @param others how many of them are linked to each other case or incident, too, most first; {@value #OTHERS_MAX} at most
     */
    public record Summary(
            long items,
            long recordings,
            String first,
            String last,
            long uncategorised,
            long held,
            Map<String, Long> senders,
            Map<String, Long> others) {}

    /**
     * What the items of a case that a search finds have together; the limit of the search does not count.
     *
     * @param items the search for what is linked to the case
     */
    public Summary summary(Search items, String caseId) throws SQLException {
        String from = " from evidence where " + items.where();
        try (Connection connection = database.getConnection();
                PreparedStatement all =
                        connection.prepareStatement("select count(*), min(" + IndexedExpressions.BEGUN + "), max("
                                + IndexedExpressions.BEGUN + "), count(*) filter (where "
                                + Piles.PILES.get("uncategorised") + "), count(*) filter (where "
                                + Piles.PILES.get("holds") + "), count(*) filter (where " + ItemMember.MEDIA_TYPE.text()
                                + " similar to '(video|audio)/%')" + from);
                PreparedStatement each = connection.prepareStatement("select " + ItemMember.SENDER.text()
                        + " as sender, count(*)" + from + " group by sender order by 2 desc, 1 limit "
                        + SENDERS_MAX);
                PreparedStatement linked =
                        connection.prepareStatement("select case_id, count(*) from evidence, " + CASE_IDS + " case_id"
                                + " where " + items.where() + " and case_id <> ? group by 1 order by 2 desc, 1 limit "
                                + OTHERS_MAX)) {
            Rows.set(each, items.whereValues());
            Map<String, Long> senders = counts(each);
            List<Object> but = new ArrayList<>(items.whereValues());
            but.add(caseId);
            Rows.set(linked, but);
            Map<String, Long> others = counts(linked);
            Rows.set(all, items.whereValues());
            try (ResultSet row = all.executeQuery()) {
                row.next();
                return new Summary(
                        row.getLong(1),
                        row.getLong(6),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getLong(5),
                        senders,
                        others);
            }
        }
    }

    private static Map<String, Long> counts(PreparedStatement select) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                if (rows.getString(1) != null) {
                    counts.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return counts;
    }

    /**
     * The newest dispatch record of each of these incidents, in the order of their numbers. A number without one is left out.
     *
     * @param unit the prefix of the unit codes whose incidents are wanted; empty for no incidents. {@link DispatchUnits} says whose an incident is
     */
    public List<EntryRow> dispatches(LogName log, List<String> numbers, Optional<String> unit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + " from entry where ? and log = ? and " + IndexedExpressions.DISPATCHES + " and "
                        + IndexedExpressions.INCIDENT + " = any (?) and " + DispatchUnits.isNewest("entry")
                        + " and (? = '' or exists (select from " + DispatchUnits.of("entry")
                        + " as own where starts_with(own.unit, ?))) order by " + IndexedExpressions.INCIDENT)) {
            select.setBoolean(1, unit.isPresent());
            select.setString(2, log.value());
            select.setArray(3, connection.createArrayOf("text", numbers.toArray()));
            select.setString(4, unit.orElse(""));
            select.setString(5, unit.orElse(""));
            return Rows.entries(select);
        }
    }
}
