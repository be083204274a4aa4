package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.Passage;

/**
 * The words of documents, in the tables {@code document} and {@code passage}. The follower of the log says which descriptions are to be looked
 * at, in the transaction that writes their items; what they name is filled in afterwards. Every method throws SQLException where PostgreSQL does
 * not answer.
 */
public final class Documents {
    /** What was not read is asked for again after so long. */
    private static final int AGAIN_MINUTES = 10;

    private static final int ROWS_AT_A_TIME = 200;

    /** An item whose words are not searched yet; the description says whether it has any. */
    public record Wanted(String item, Sha256Digest description) {}

    /**
     * How many items are not searched.
     *
     * @param waiting those whose turn has not come
     * @param unread those of which the description or the words are missing or wrong
     */
    public record Unsearched(long waiting, long unread) {}

    private final DataSource database;

    Documents(DataSource database) {
        this.database = database;
    }

    /** Says that the newest description of each of these items is to be looked at, and takes the words of disposed ones away. */
    static void follow(Connection connection, LogName log, Map<String, ItemView> items) throws SQLException {
        try (PreparedStatement want =
                        connection.prepareStatement("insert into document (item, log, description, wanted)"
                                + " values (?, ?, ?, true) on conflict (item) do update set description = excluded.description,"
                                + " wanted = true, tried = null, trouble = null"
                                + " where document.description <> excluded.description");
                PreparedStatement forget = connection.prepareStatement("delete from document where item = ?");
                PreparedStatement remove = connection.prepareStatement("delete from passage where item = ?")) {
            for (Map.Entry<String, ItemView> one : items.entrySet()) {
                ItemView item = one.getValue();
                if (item.is(ItemView.State.DISPOSED)) {
                    forget.setString(1, one.getKey());
                    forget.addBatch();
                    remove.setString(1, one.getKey());
                    remove.addBatch();
                } else if (mayHaveWords(item)) {
                    want.setString(1, one.getKey());
                    want.setString(2, log.value());
                    want.setString(3, item.metadataSha256().orElseThrow().hex());
                    want.addBatch();
                }
            }
            want.executeBatch();
            forget.executeBatch(); // it waits for whoever writes passages of the item, so they are there to be removed
            remove.executeBatch();
        }
    }

    /** Whether the newest description of an item may name words: recordings and pictures have none. */
    private static boolean mayHaveWords(ItemView item) {
        return item.metadataSha256().isPresent() && !item.mediaType().matches("(audio|video|image)/.*");
    }

    /** Some items whose words are to be read, those that failed longest ago last. */
    public List<Wanted> wanted(LogName log, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select item, description from document"
                        + " where log = ? and wanted and (tried is null or tried < now() - interval '" + AGAIN_MINUTES
                        + " minutes') order by tried nulls first, item limit " + limit)) {
            select.setString(1, log.value());
            Map<String, Sha256Digest> found = new LinkedHashMap<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), new Sha256Digest(rows.getString(2)));
                }
            }
            return found.entrySet().stream()
                    .map(one -> new Wanted(one.getKey(), one.getValue()))
                    .toList();
        }
    }

    /**
     * Replaces the words of an item. Nothing where the item has another description since, or was disposed of.
     *
     * @param passages the words; empty where the item has none
     */
    public void write(Wanted wanted, List<Passage> passages) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement found =
                            connection.prepareStatement("update document set wanted = false, tried = null,"
                                    + " trouble = null where item = ? and description = ?");
                    PreparedStatement remove = connection.prepareStatement("delete from passage where item = ?");
                    PreparedStatement insert = connection.prepareStatement(
                            "insert into passage (item, number, shown, folded, grams) values (?, ?, ?, ?, ?)")) {
                found.setString(1, wanted.item());
                found.setString(2, wanted.description().hex());
                if (found.executeUpdate() == 0) {
                    connection.rollback();
                    return;
                }
                remove.setString(1, wanted.item());
                remove.executeUpdate();
                int number = 0;
                for (Passage passage : passages) {
                    insert.setString(1, wanted.item());
                    insert.setInt(2, number++);
                    insert.setString(3, passage.shown());
                    insert.setString(4, passage.folded());
                    insert.setObject(5, Passage.grams(passage.folded()));
                    insert.addBatch();
                    if (number % ROWS_AT_A_TIME == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
                connection.commit();
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /**
     * Notes that the words of an item could not be read. They are asked for again after {@value #AGAIN_MINUTES} minutes; words that were read of
     * an earlier description stay.
     */
    public void fail(Wanted wanted, String why) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "update document set tried = now(), trouble = ? where item = ? and description = ?")) {
            update.setString(1, why.replace('\0', ' '));
            update.setString(2, wanted.item());
            update.setString(3, wanted.description().hex());
            update.executeUpdate();
        }
    }

    /** How many items of the log are not searched yet. */
    public Unsearched unsearched(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select count(*) filter (where trouble is null),"
                        + " count(trouble) from document where log = ? and wanted")) {
            select.setString(1, log.value());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Unsearched(row.getLong(1), row.getLong(2));
            }
        }
    }

    /** Of these items, the words around the first place where each has the first word that is searched for. */
    public Map<String, DocumentSearch.Excerpt> excerpts(Collection<String> items, DocumentSearch search)
            throws SQLException {
        Map<String, DocumentSearch.Excerpt> excerpts = new LinkedHashMap<>();
        String word = search.words().get(0);
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(DocumentSearch.PASSAGES)) {
            select.setArray(1, connection.createArrayOf("text", items.toArray()));
            select.setString(2, DocumentSearch.grams(word));
            select.setString(3, word);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    excerpts.put(rows.getString(1), search.excerpt(rows.getString(2)));
                }
            }
        }
        return excerpts;
    }
}
