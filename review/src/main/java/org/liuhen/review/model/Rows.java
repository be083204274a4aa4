package org.liuhen.review.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.ItemView;

/** Reads the rows that a statement selects, in their order. */
final class Rows {
    private Rows() {}

    /** Gives the placeholders of a statement their values. */
    static void set(PreparedStatement statement, List<Object> values) throws SQLException {
        int at = 1;
        for (Object value : values) {
            statement.setObject(at++, value);
        }
    }

    /** The texts of the first column. */
    static List<String> texts(PreparedStatement select) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    /** The items of the second column, by the IDs of the first. */
    static Map<String, ItemView> items(PreparedStatement select) throws SQLException {
        Map<String, ItemView> items = new LinkedHashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                items.put(rows.getString(1), item(rows.getString(2)));
            }
        }
        return items;
    }

    /** The entries of rows with the columns {@link EntryRow#COLUMNS}. */
    static List<EntryRow> entries(PreparedStatement select) throws SQLException {
        List<EntryRow> entries = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                entries.add(EntryRow.read(rows));
            }
        }
        return entries;
    }

    /** The item that a column of JSON has. */
    static ItemView item(String json) throws SQLException {
        try {
            return ItemJson.read(json);
        } catch (JsonProcessingException impossible) {
            throw new SQLDataException("PostgreSQL returned a jsonb that is no item", impossible);
        }
    }
}
