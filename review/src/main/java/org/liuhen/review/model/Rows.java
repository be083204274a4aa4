package org.liuhen.review.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.liuhen.review.projection.EntryRow;

/** Reads the rows that a statement selects, in their order. */
final class Rows {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Rows() {}

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
    static Map<String, ObjectNode> items(PreparedStatement select) throws SQLException {
        Map<String, ObjectNode> items = new LinkedHashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                items.put(rows.getString(1), parse(rows.getString(2)));
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

    private static ObjectNode parse(String json) throws SQLException {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException impossible) {
            throw new SQLException("PostgreSQL returned a jsonb that is not JSON", impossible);
        }
    }
}
