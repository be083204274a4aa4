package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.CaseFile;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.SearchTerms;

/** Writes what the follower of the log has computed. Beside it only {@link Documents} writes rows, and notes of faults are put to items. */
public final class ReadModelWriter {
    private ReadModelWriter() {}

    /**
     * Adds entries, replaces the items and cases that they change, and moves the position in the log. The caller commits.
     *
     * @param connection a connection in a transaction
     * @param version the version of the tables when the caller began to read
     * @param size how many entries of the log the tables hold then
     * @param entries the new entries
     * @param items the changed items, by ID
     * @param cases the changed cases, by ID
     * @throws SQLException where PostgreSQL does not answer or does not take a value, or the tables were replaced
     */
    public static void write(
            Connection connection,
            LogName log,
            int version,
            long size,
            List<EntryRow> entries,
            Map<String, ItemView> items,
            Map<String, CaseFile> cases)
            throws SQLException {
        int now = ReadModelSchema.version(connection);
        if (now != version) {
            throw new SQLException("the tables of version " + version + " were replaced by those of version " + now);
        }
        try (PreparedStatement insert = connection.prepareStatement(EntryRow.INSERT);
                PreparedStatement upsert = connection.prepareStatement("insert into evidence (id, log, item, words)"
                        + " values (?, ?, ?::jsonb, ?::tsvector)"
                        + " on conflict (id) do update set item = excluded.item, words = excluded.words");
                PreparedStatement file = connection.prepareStatement(
                        "insert into casefile (log, case_id, unit, protection, reach, closed, officers)"
                                + " values (?, ?, ?, ?, ?, ?, ?::jsonb)"
                                + " on conflict (log, case_id) do update set unit = excluded.unit,"
                                + " protection = excluded.protection, reach = excluded.reach,"
                                + " closed = excluded.closed, officers = excluded.officers");
                PreparedStatement place = connection.prepareStatement("insert into followed (log, size) values (?, ?)"
                        + " on conflict (log) do update set size = excluded.size")) {
            for (EntryRow entry : entries) {
                entry.set(insert);
                insert.addBatch();
            }
            insert.executeBatch();
            for (Map.Entry<String, ItemView> item : items.entrySet()) {
                upsert.setString(1, item.getKey());
                upsert.setString(2, log.value());
                upsert.setString(3, ItemJson.write(item.getValue()).toString());
                upsert.setString(4, SearchTerms.vector(item.getValue()));
                upsert.addBatch();
            }
            upsert.executeBatch();
            for (Map.Entry<String, CaseFile> one : cases.entrySet()) {
                file.setString(1, log.value());
                file.setString(2, one.getKey());
                file.setString(3, one.getValue().unit());
                file.setString(4, one.getValue().protection());
                file.setString(5, one.getValue().reach());
                file.setBoolean(6, one.getValue().closed());
                file.setString(7, one.getValue().json().get("officers").toString());
                file.addBatch();
            }
            file.executeBatch();
            Documents.follow(connection, log, items);
            place.setString(1, log.value());
            place.setLong(2, size);
            place.executeUpdate();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(FollowedChanges.NOTIFY);
        }
    }
}
