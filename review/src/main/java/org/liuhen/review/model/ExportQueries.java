package org.liuhen.review.model;

import static org.liuhen.review.model.IndexedExpressions.EXPORT_WAITS;
import static org.liuhen.review.model.ItemMember.EXPORTS;
import static org.liuhen.review.model.ItemMember.EXPORTS_ASKED_BY;
import static org.liuhen.review.model.ItemMember.EXPORTS_ENDED;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.ItemView;

/** Reads which exports there are. Every method throws SQLException where PostgreSQL does not answer. */
public final class ExportQueries {
    private final DataSource database;

    ExportQueries(DataSource database) {
        this.database = database;
    }

    /** How far an export has come, by the events of its items. */
    public enum State {
        /** It waits for a second person. */
        REQUESTED,
        /** A second person has approved it for each of its items; the package is being made. */
        APPROVED,
        /** It is recorded as exported for each of its items; the package is written once witnesses have cosigned that. */
        EXPORTED,
        /** A second person refused it. No package is made. */
        REFUSED,
        /** The one who asked for it took the request back. No package is made. */
        WITHDRAWN;

        /**
         * The state of an export whose items have come so far. Where people decided at the same moment, its items differ; then no package is
         * made.
         *
         * @param stages how far each item has come, as {@link ItemView#export} says it
         */
        public static State of(Collection<String> stages) {
            if (stages.contains("withdrawn")) {
                return WITHDRAWN;
            }
            if (stages.contains("refused")) {
                return REFUSED;
            }
            if (stages.contains("requested")) {
                return REQUESTED;
            }
            return stages.stream().allMatch("exported"::equals) ? EXPORTED : APPROVED;
        }
    }

    /**
     * An export.
     *
     * @param id its ID, a ULID
     * @param state how far it has come
     * @param items how many of its items the read model knows
     * @param endedBy who refused or withdrew it; null where nobody did
     * @param endedFor why; null where nobody did
     */
    public record Export(String id, State state, int items, String endedBy, String endedFor) {}

    /**
     * The exports whose items are all in the scope, the newest first.
     *
     * @param state only those of this state; null for all
     * @param limit the greatest number of exports
     */
    public List<Export> newest(LogName log, Scope scope, State state, int limit) throws SQLException {
        List<Export> exports = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select * from (select export.key as id,"
                        + " case when bool_or(export.value = 'withdrawn') then 'WITHDRAWN'"
                        + " when bool_or(export.value = 'refused') then 'REFUSED'"
                        + " when bool_or(export.value = 'requested') then 'REQUESTED'"
                        + " when bool_and(export.value = 'exported') then 'EXPORTED' else 'APPROVED' end as state, count(*) as items,"
                        + " max(" + EXPORTS_ENDED.json() + " -> export.key ->> 'by') as ended_by,"
                        + " max(" + EXPORTS_ENDED.json() + " -> export.key ->> 'reason') as ended_for"
                        + " from evidence, jsonb_each_text(" + EXPORTS.json() + ") export where log = ? and "
                        + EXPORTS.exists()
                        + " group by 1 having bool_and(" + scope.sql()
                        + ")) exports where ?::text is null or state = ? order by id desc limit ?")) {
            int at = 1;
            select.setString(at++, log.value());
            for (String value : scope.values()) {
                select.setString(at++, value);
            }
            String name = state == null ? null : state.name();
            select.setString(at++, name);
            select.setString(at++, name);
            select.setInt(at, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    exports.add(new Export(
                            rows.getString("id"),
                            State.valueOf(rows.getString("state")),
                            rows.getInt("items"),
                            rows.getString("ended_by"),
                            rows.getString("ended_for")));
                }
            }
        }
        return exports;
    }

    /** How many exports have items in the scope, and others that are not in it; those that ended without a package are not counted. */
    public long partly(LogName log, Scope scope) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select count(*) from (select export.key"
                        + " from evidence, jsonb_each_text(" + EXPORTS.json() + ") export where log = ? and "
                        + EXPORTS.exists() + " group by 1 having bool_or(" + scope.sql() + ") and not bool_and("
                        + scope.sql() + ") and not bool_or(export.value in ('withdrawn', 'refused'))) exports")) {
            List<Object> values = new ArrayList<>(List.of(log.value()));
            values.addAll(scope.values());
            values.addAll(scope.values());
            Rows.set(select, values);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * The items for which the export of this ID has come so far.
     *
     * @param stage as {@link ItemView#export} says it
     */
    public List<String> items(LogName log, String id, String stage) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select id from evidence where log = ? and "
                        + EXPORTS.exists() + " and " + EXPORTS.json() + " ->> ? = ?")) {
            Rows.set(select, List.of(log.value(), id, stage));
            return Rows.texts(select);
        }
    }

    /** Whether an item of the export of this ID is known, in whatever state the export is. */
    public boolean isKnown(LogName log, String id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select exists (select from evidence where log = ? and "
                                + EXPORTS.exists() + " and " + EXPORTS.json() + " ->> ? is not null)")) {
            select.setString(1, log.value());
            select.setString(2, id);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /**
     * How many exports wait for this person: those that another one asked for, and whose waiting items are all in the scope; at most
     * {@code max}.
     *
     * @param officer the ID of the person who would approve
     */
    public int waiting(LogName log, Scope scope, String officer, int max) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select count(*) from (select from evidence,"
                        + " jsonb_each_text(" + EXPORTS.json() + ") export where log = ? and " + EXPORT_WAITS
                        + " and export.value = 'requested' and " + EXPORTS_ASKED_BY.json()
                        + " ->> export.key is distinct from ? group by export.key having bool_and(" + scope.sql()
                        + ") limit ?) waiting")) {
            int at = 1;
            select.setString(at++, log.value());
            select.setString(at++, officer);
            for (String value : scope.values()) {
                select.setString(at++, value);
            }
            select.setInt(at, max);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
