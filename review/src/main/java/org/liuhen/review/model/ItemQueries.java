package org.liuhen.review.model;

import static org.liuhen.review.model.IndexedExpressions.STEM;
import static org.liuhen.review.model.IndexedExpressions.UNMEASURED;
import static org.liuhen.review.model.ItemMember.DECLARED_AT;
import static org.liuhen.review.model.ItemMember.DESCRIBED_WITH;
import static org.liuhen.review.model.ItemMember.DESCRIPTION_REQUESTED_WITH;
import static org.liuhen.review.model.ItemMember.DEVICE;
import static org.liuhen.review.model.ItemMember.EXPORTS;
import static org.liuhen.review.model.ItemMember.METADATA_SHA256;
import static org.liuhen.review.model.ItemMember.RECORDING_ID;
import static org.liuhen.review.model.ItemMember.SEGMENT;
import static org.liuhen.review.model.ItemMember.SENDER;
import static org.liuhen.review.model.ItemMember.stateIn;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.ItemView.State;

/** Reads items from the table {@code evidence}. Every method throws SQLException where PostgreSQL does not answer. */
public final class ItemQueries {
    /** The count of an {@link Outline} ends here. */
    public static final int FOUND_MAX = 100_000;

    private final DataSource database;

    ItemQueries(DataSource database) {
        this.database = database;
    }

    /** The items with these IDs, by their IDs. An ID that the read model does not know is left out. */
    public Map<String, ItemView> byIds(List<String> ids) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id, item from evidence where id = any (?)")) {
            select.setArray(1, connection.createArrayOf("text", ids.toArray()));
            return Rows.items(select);
        }
    }

    /** The same items as the JSON texts that are stored. */
    public Map<String, String> storedByIds(List<String> ids) throws SQLException {
        Map<String, String> stored = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id, item from evidence where id = any (?)")) {
            select.setArray(1, connection.createArrayOf("text", ids.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    stored.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return stored;
    }

    /** The item with this ID. */
    public Optional<ItemView> byId(String id) throws SQLException {
        return Optional.ofNullable(byIds(List.of(id)).get(id));
    }

    /** The IDs of all items of a log, in ascending order. */
    public List<String> ids(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id from evidence where log = ? order by id")) {
            select.setString(1, log.value());
            return Rows.texts(select);
        }
    }

    /**
     * The newest items of a log and the codes of what did not verify when the chain of each was looked at last; empty text where all did. They come
     * in descending order of their IDs.
     *
     * @param before only IDs less than this one; null for all
     */
    public Map<String, String> faults(LogName log, String before, int limit) throws SQLException {
        Map<String, String> faults = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id, coalesce(fault, '') from evidence where log = ?"
                                + (before == null ? "" : " and id < ?") + " order by id desc limit " + limit)) {
            Rows.set(select, before == null ? List.of(log.value()) : List.of(log.value(), before));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    faults.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return faults;
    }

    /** What a search finds, by ID and in the order of the search. */
    public Map<String, ItemView> search(Search search) throws SQLException {
        return page(search).items();
    }

    /**
     * A page of a list.
     *
     * @param items the items, by ID and in the order of the search
     * @param next where the next page begins; empty where this one is not full, so that none follows
     */
    public record Page(Map<String, ItemView> items, Optional<ItemOrder.Position> next) {}

    /** What a search finds, and where it goes on. */
    public Page page(Search search) throws SQLException {
        String recentSql = search.recentSql();
        if (recentSql != null) {
            Page recent = page(search, recentSql, search.recentValues());
            if (recent.next().isPresent()) {
                return recent;
            }
        }
        return page(search, search.sql(), search.values());
    }

    private Page page(Search search, String sql, List<Object> values) throws SQLException {
        Map<String, ItemView> items = new LinkedHashMap<>();
        ItemOrder.Position last = null;
        try (Connection connection = database.getConnection();
                PreparedStatement select = prepared(connection, sql, values);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                ItemView item = Rows.item(rows.getString("item"));
                item.foundChainFault(rows.getString("fault"));
                items.put(rows.getString("id"), item);
                last = new ItemOrder.Position(search.order().byId() ? "" : rows.getString("key"), rows.getString("id"));
            }
        }
        return new Page(items, Optional.ofNullable(items.size() == search.limit() ? last : null));
    }

    /** How many items a search finds, whatever its limit is. */
    public int count(Search search) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = prepared(
                        connection, "select count(*) from evidence where " + search.where(), search.whereValues());
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, List<Object> values)
            throws SQLException {
        PreparedStatement select = connection.prepareStatement(sql);
        Rows.set(select, values);
        return select;
    }

    /**
     * How long a list is, and where its pages begin.
     *
     * @param found how many items there are, at most {@value #FOUND_MAX}
     * @param complete whether these are all
     * @param pages where each page but the first begins
     */
    public record Outline(int found, boolean complete, List<ItemOrder.Position> pages) {}

    /**
     * Counts what a search finds, and says where its pages begin.
     *
     * @param page how many items a page has
     */
    public Outline outline(Search search, int page) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        prepared(connection, search.outlineSql(page, FOUND_MAX), search.whereValues());
                ResultSet row = select.executeQuery()) {
            row.next();
            int found = row.getInt("found");
            List<ItemOrder.Position> pages = new ArrayList<>();
            if (row.getArray("ids") != null) {
                String[] ids = (String[]) row.getArray("ids").getArray();
                String[] keys = (String[]) row.getArray("keys").getArray();
                for (int i = 0; i < ids.length && (i + 1) * page < found; i++) {
                    pages.add(new ItemOrder.Position(keys[i], ids[i]));
                }
            }
            return new Outline(Math.min(found, FOUND_MAX), found <= FOUND_MAX, pages);
        }
    }

    /**
     * Other items of the same sender, declared within 24 hours of this one, whose file name differs in its extension only. An example is a
     * recording and the log of its positions.
     */
    public Map<String, ItemView> sameName(LogName log, String id, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select other.id, other.item from evidence one"
                        + " join evidence other on other.log = one.log and other.id <> one.id"
                        + " and " + SENDER.text("other.item") + " = " + SENDER.text("one.item") + " and "
                        + STEM.replace("item", "other.item") + " = " + STEM.replace("item", "one.item")
                        + " and abs(extract(epoch from (" + DECLARED_AT.text("other.item")
                        + ")::timestamptz - (" + DECLARED_AT.text("one.item")
                        + ")::timestamptz)) < 86400 where one.log = ? and one.id = ? order by other.id limit ?")) {
            select.setString(1, log.value());
            select.setString(2, id);
            select.setInt(3, limit);
            return Rows.items(select);
        }
    }

    /** The segments of one recording, by ID and in the order of their numbers. */
    public Map<String, ItemView> segments(LogName log, String recordingId, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id, item from evidence where log = ? and "
                                + RECORDING_ID.text() + " = ? order by " + SEGMENT.as("int") + ", id limit ?")) {
            select.setString(1, log.value());
            select.setString(2, recordingId);
            select.setInt(3, limit);
            return Rows.items(select);
        }
    }

    /**
     * IDs of items whose description was made by other tools than these and for which no new description by these tools was requested.
     * They come in ascending order.
     *
     * @param tools the version of each tool, by its name
     * @param after only IDs greater than this one; null for all
     */
    public List<String> describedByOtherTools(LogName log, ObjectNode tools, String after, int limit)
            throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select id from evidence where log = ? and id > ?"
                                + " and " + METADATA_SHA256.exists() + " and "
                                + stateIn(State.RECEIVED, State.VERIFIED, State.REJECTED)
                                + " and " + DESCRIBED_WITH.json() + " is distinct from ?::jsonb"
                                + " and " + DESCRIPTION_REQUESTED_WITH.json()
                                + " is distinct from ?::jsonb order by id limit ?")) {
            select.setString(1, log.value());
            select.setString(2, after == null ? "" : after);
            select.setString(3, tools.toString());
            select.setString(4, tools.toString());
            select.setInt(5, limit);
            return Rows.texts(select);
        }
    }

    /**
     * The newest items of a device whose clock offset is not known, by descending ID.
     *
     * @param device the serial number of the device
     */
    public List<String> withoutClockOffset(LogName log, String device, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select id from evidence where log = ? and "
                        + DEVICE.text() + " = ? and " + UNMEASURED + " order by id desc limit ?")) {
            select.setString(1, log.value());
            select.setString(2, device);
            select.setInt(3, limit);
            return Rows.texts(select);
        }
    }

    /** The IDs of the exports that a second person approved for an item or more, whether the package was made or not. */
    public List<String> approvedExports(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select distinct export.key from evidence,"
                        + " jsonb_each_text(" + EXPORTS.json() + ") export"
                        + " where log = ? and " + EXPORTS.exists() + " and export.value in ('approved', 'exported')")) {
            select.setString(1, log.value());
            return Rows.texts(select);
        }
    }
}
