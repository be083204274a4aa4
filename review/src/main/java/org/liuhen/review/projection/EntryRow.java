package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Merkle;

/**
 * One entry of a log as a row of the table {@code entry}.
 *
 * @param log the name of the log
 * @param index the place of the entry in the log, from 0
 * @param chain the ID of the item, or the log's own chain
 * @param itemSequence the place of the entry in its chain, from 0
 * @param eventType the type of the event, or {@value #UNREADABLE}
 * @param eventId the ID of the event
 * @param occurredAt when it happened, in ISO 8601 and UTC
 * @param recordedAt when it was recorded, in ISO 8601 and UTC
 * @param actor the ID of the actor
 * @param entry the canonical entry, from which the other columns follow
 * @param leaf the leaf hash of the entry, in hexadecimal
 */
public record EntryRow(
        String log,
        long index,
        String chain,
        long itemSequence,
        String eventType,
        String eventId,
        String occurredAt,
        String recordedAt,
        String actor,
        String entry,
        String leaf) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The columns of the table, in the order of the components. */
    public static final String COLUMNS =
            "log, index, chain, item_sequence, event_type, event_id, occurred_at, recorded_at, actor, entry, leaf";
    /** Inserts a row; {@link #set} sets its values. */
    public static final String INSERT = "insert into entry (" + COLUMNS + ") values (?,?,?,?,?,?,?,?,?,?,?)";

    /**
     * The row of an entry.
     *
     * @param bytes the canonical entry
     */
    public static EntryRow of(LogName log, long index, byte[] bytes, Entry entry) {
        return new EntryRow(
                log.value(),
                index,
                entry.chain(),
                entry.itemSequence(),
                entry.event().typeName(),
                entry.event().context().eventId(),
                entry.event().context().occurredAt().toString(),
                entry.recordedAt().toString(),
                entry.event().context().actor().id(),
                new String(bytes, StandardCharsets.UTF_8),
                Sha256Digest.ofRaw(Merkle.leafHash(bytes)).hex());
    }

    /** The type of a row whose entry this version cannot read, or the database cannot hold. */
    public static final String UNREADABLE = "unreadable";

    /**
     * The row of an entry of which only the text is kept.
     *
     * @param bytes the bytes of the entry; NUL, which PostgreSQL does not hold, is replaced
     */
    public static EntryRow unreadable(LogName log, long index, byte[] bytes) {
        String leaf = Sha256Digest.ofRaw(Merkle.leafHash(bytes)).hex();
        String text = new String(bytes, StandardCharsets.UTF_8).replace('\0', '\ufffd');
        return new EntryRow(log.value(), index, Entry.LOG_CHAIN, -1, UNREADABLE, leaf, "", "", "", text, leaf);
    }

    /** The canonical entry. */
    public byte[] bytes() {
        return entry.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the entry has the leaf hash that was computed when the log was followed, so that nobody altered the row since. */
    public boolean isWhole() {
        return Sha256Digest.ofRaw(Merkle.leafHash(bytes())).hex().equals(leaf);
    }

    /**
     * Requires that the row is {@linkplain #isWhole() whole}.
     *
     * @throws AlteredRowException where it is not: nothing is decided by it
     */
    public void requireWhole() throws AlteredRowException {
        if (!isWhole()) {
            throw new AlteredRowException(index);
        }
    }

    /**
     * The row with all that the entry says taken from the entry: of the other columns only the place in the log. Empty where this version cannot read
     * the entry.
     *
     * @throws AlteredRowException where it is not {@linkplain #isWhole() whole}
     */
    public Optional<EntryRow> proven() throws AlteredRowException {
        requireWhole();
        byte[] bytes = bytes();
        try {
            return Optional.of(of(new LogName(log), index, bytes, Entry.decode(bytes)));
        } catch (MalformedEventException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * The entry as JSON.
     *
     * @throws AlteredRowException where the row was altered and is not JSON
     */
    public JsonNode json() throws AlteredRowException {
        try {
            return JSON.readTree(entry);
        } catch (IOException altered) {
            throw new AlteredRowException(index, altered);
        }
    }

    /**
     * The event of the entry.
     *
     * @throws AlteredRowException where the row was altered and is no entry
     */
    public CustodyEvent event() throws AlteredRowException {
        try {
            return Entry.decode(bytes()).event();
        } catch (MalformedEventException altered) {
            throw new AlteredRowException(index, altered);
        }
    }

    /** Sets the values of {@link #INSERT}. */
    public void set(PreparedStatement insert) throws SQLException {
        insert.setString(1, log);
        insert.setLong(2, index);
        insert.setString(3, chain);
        insert.setLong(4, itemSequence);
        insert.setString(5, eventType);
        insert.setString(6, eventId);
        insert.setString(7, occurredAt);
        insert.setString(8, recordedAt);
        insert.setString(9, actor);
        insert.setString(10, entry);
        insert.setString(11, leaf);
    }

    /** Reads the current row of a result with the columns {@link #COLUMNS}. */
    public static EntryRow read(ResultSet row) throws SQLException {
        return new EntryRow(
                row.getString("log"),
                row.getLong("index"),
                row.getString("chain"),
                row.getLong("item_sequence"),
                row.getString("event_type"),
                row.getString("event_id"),
                row.getString("occurred_at"),
                row.getString("recorded_at"),
                row.getString("actor"),
                row.getString("entry"),
                row.getString("leaf"));
    }
}
