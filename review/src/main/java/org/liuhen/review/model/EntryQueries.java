package org.liuhen.review.model;

import static org.liuhen.review.model.EventMember.PUBLIC_KEY;
import static org.liuhen.review.model.EventMember.ROLES;
import static org.liuhen.review.model.EventMember.UNIT_CODE;
import static org.liuhen.review.model.EventMember.UNIT_NAME;
import static org.liuhen.review.model.EventMember.UNIT_OF_ACTOR;
import static org.liuhen.review.model.EventMember.kindIn;
import static org.liuhen.review.model.IndexedExpressions.CASE_DECISIONS;
import static org.liuhen.review.model.IndexedExpressions.CLOCKS;
import static org.liuhen.review.model.IndexedExpressions.DECIDED_CASE;
import static org.liuhen.review.model.IndexedExpressions.DEVICE;
import static org.liuhen.review.model.IndexedExpressions.NAMED_UNIT;
import static org.liuhen.review.model.IndexedExpressions.REFUSALS;
import static org.liuhen.review.model.IndexedExpressions.REFUSED_EVENT;
import static org.liuhen.review.model.IndexedExpressions.RULES;
import static org.liuhen.review.model.IndexedExpressions.SIGNED_IN;
import static org.liuhen.review.model.IndexedExpressions.SIGNING_KEYS;
import static org.liuhen.review.model.IndexedExpressions.UNIT;
import static org.liuhen.review.model.IndexedExpressions.UNITS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.liuhen.access.Person;
import org.liuhen.access.Role;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.projection.EntryRow;

/** Reads entries of the log from the table {@code entry}. Every method throws SQLException where PostgreSQL does not answer. */
public final class EntryQueries {
    /** Whether the unit that an entry names, or the unit of its actor, has a code with a given prefix. */
    private static final String OF_UNIT = "starts_with(coalesce(" + UNIT_CODE.text() + ", " + UNIT
            + ", ''), ?) or starts_with(coalesce(" + UNIT_OF_ACTOR.text() + ", ''), ?)";

    /** Whether an entry is about a case: the case, the log and the case again. An array, so that PostgreSQL uses the index of chains. */
    private static final String OF_CASE = " and (chain = any(array(select id from evidence where "
            + ItemMember.CASES.json() + " @> jsonb_build_array(?::text) and log = ?)) or (" + CASE_DECISIONS + " and "
            + DECIDED_CASE + " = ?))";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** {@link #newest} filters this many entries by unit. */
    private static final int ENTRIES_FILTERED = 20_000;

    private final DataSource database;

    EntryQueries(DataSource database) {
        this.database = database;
    }

    /**
     * The entries of a range of a log, by their index.
     *
     * @param from the first index
     * @param to the index after the last one
     */
    public Map<Long, EntryRow> range(LogName log, long from, long to) throws SQLException {
        Map<Long, EntryRow> entries = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + " from entry where log = ? and index >= ? and index < ? order by index")) {
            select.setString(1, log.value());
            select.setLong(2, from);
            select.setLong(3, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entries.put(rows.getLong("index"), EntryRow.read(rows));
                }
            }
        }
        return entries;
    }

    /** The entries of one chain, in their order. */
    public List<EntryRow> chain(String chain) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return chain(connection, chain);
        }
    }

    private static List<EntryRow> chain(Connection connection, String chain) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select " + EntryRow.COLUMNS + " from entry where chain = ? order by item_sequence, index")) {
            select.setString(1, chain);
            return Rows.entries(select);
        }
    }

    /** The chain of an item and the last leaf that the row of the item names. Both are read in one snapshot. */
    public ItemChain itemChain(String id) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (PreparedStatement select = connection.prepareStatement(
                    "select " + ItemMember.LAST_LEAF.text() + " from evidence where id = ?")) {
                select.setString(1, id);
                try (ResultSet row = select.executeQuery()) {
                    return new ItemChain(row.next() ? row.getString(1) : "none", chain(connection, id));
                }
            } finally {
                connection.rollback();
            }
        }
    }

    /**
     * One item's chain.
     *
     * @param lastLeaf the leaf hash that the row of the item names as its last, in hexadecimal; {@code none} where there is no such row
     * @param entries the entries of the chain, in their order
     */
    public record ItemChain(String lastLeaf, List<EntryRow> entries) {
        public ItemChain {
            entries = List.copyOf(entries);
        }
    }

    /**
     * The newest entries of the log's own chain, the newest first.
     *
     * @param eventType one type of event; null for all
     * @param unit the prefix of the unit codes whose entries are wanted, among the newest {@value #ENTRIES_FILTERED}; empty for all entries,
     *     including those that name no unit
     * @param limit the greatest number of entries
     */
    public List<EntryRow> newest(LogName log, String eventType, String unit, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + " from (select * from entry where chain = ? and log = ?"
                        + " and event_type = coalesce(?, event_type) order by item_sequence desc limit "
                        + ENTRIES_FILTERED + ") as entry where ? = '' or case when event_type = '"
                        + EntryRow.UNREADABLE + "' then false else " + OF_UNIT
                        + " end order by item_sequence desc limit ?")) {
            select.setString(1, Entry.LOG_CHAIN);
            select.setString(2, log.value());
            select.setString(3, eventType);
            select.setString(4, unit);
            select.setString(5, unit);
            select.setString(6, unit);
            select.setInt(7, limit);
            return Rows.entries(select);
        }
    }

    /**
     * What one person or device did, or what happened to an item or a case, the newest first: entries of items that may be seen, and entries of
     * the log's own chain.
     *
     * @param visible which items may be seen
     * @param unit the prefix of the unit codes whose entries of the log's own chain are wanted; empty for all
     * @param filter what else is asked for
     */
    public List<EntryRow> acts(LogName log, Scope visible, String unit, ActsFilter filter) throws SQLException {
        StringBuilder sql = new StringBuilder("select " + EntryRow.COLUMNS + " from entry where log = ?"
                + " and event_type <> '" + EntryRow.UNREADABLE + "' and case when chain = ? then ? = '' or " + OF_UNIT
                + " else exists (select from evidence where evidence.id = entry.chain and " + visible.sql()
                + ") end");
        List<Object> values = new ArrayList<>(List.of(log.value(), Entry.LOG_CHAIN, unit, unit, unit));
        values.addAll(visible.values());
        condition(sql, values, " and actor = ?", filter.actor());
        condition(sql, values, " and chain = ?", filter.item());
        condition(sql, values, OF_CASE, filter.caseId(), log.value(), filter.caseId());
        if (!filter.eventTypes().isEmpty()) {
            String places =
                    String.join(", ", Collections.nCopies(filter.eventTypes().size(), "?"));
            condition(
                    sql,
                    values,
                    " and event_type in (" + places + ")",
                    filter.eventTypes().toArray());
        }
        // Compared as texts, as searches do: a year that PostgreSQL does not know stops nothing. Without the Z a second
        // holds its fractions.
        condition(sql, values, " and occurred_at >= rtrim(?, 'Z')", filter.from());
        condition(sql, values, " and occurred_at < rtrim(?, 'Z')", filter.to());
        condition(sql, values, " and index < ?", filter.before());
        sql.append(" order by index desc limit ").append(filter.limit());
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql.toString())) {
            Rows.set(select, values);
            return Rows.entries(select);
        }
    }

    /** Adds a condition with these values, unless the first of them is null. */
    private static void condition(StringBuilder sql, List<Object> values, String condition, Object... given) {
        if (given[0] != null) {
            sql.append(condition);
            values.addAll(List.of(given));
        }
    }

    /**
     * Which acts are wanted; null in a member, and no type, leaves it out.
     *
     * @param actor the number of the person, or the serial number of the device
     * @param item the ID of the item that they are about
     * @param caseId the case that they are about: entries of the items that are linked to it now, and decisions about the case itself
     * @param eventTypes the types of event
     * @param from not before this instant (ISO 8601)
     * @param to before this instant
     * @param before only entries with a smaller index in the log
     * @param limit the greatest number of entries
     */
    public record ActsFilter(
            String actor,
            String item,
            String caseId,
            List<String> eventTypes,
            String from,
            String to,
            Long before,
            int limit) {
        public ActsFilter {
            eventTypes = List.copyOf(eventTypes);
        }
    }

    /** The entry of this event; empty while the record has none, and where it refused the event. */
    public Optional<EntryRow> byEventId(String eventId) throws SQLException {
        return one("event_id = ?", eventId);
    }

    /** The entry of this event, or that of the record's refusal of it. Empty while the record has neither. */
    public Optional<EntryRow> outcome(String eventId) throws SQLException {
        Optional<EntryRow> recorded = byEventId(eventId);
        return recorded.isPresent() ? recorded : one(REFUSALS + " and " + REFUSED_EVENT + " = ?", eventId);
    }

    private Optional<EntryRow> one(String condition, String value) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select " + EntryRow.COLUMNS + " from entry where " + condition + " limit 1")) {
            select.setString(1, value);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(EntryRow.read(rows)) : Optional.empty();
            }
        }
    }

    /** The canonical entry that says that all bytes of an item were received. Empty where there is none. */
    public Optional<String> receivedEntry(String id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select entry from entry where chain = ? and " + kindIn(Received.class))) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** The last clock measurement of each of these devices, by serial number. A device that was never measured is left out. */
    public Map<String, ClockMeasured> lastClockMeasurements(LogName log, Collection<String> devices)
            throws SQLException {
        Map<String, ClockMeasured> clocks = new HashMap<>();
        if (devices.isEmpty()) {
            return clocks;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + EntryRow.COLUMNS
                        + " from unnest(?::text[]) as device, lateral (select * from entry where log = ? and " + CLOCKS
                        + " and " + DEVICE + " = device order by index desc limit 1) as measured")) {
            select.setArray(1, connection.createArrayOf("text", devices.toArray()));
            select.setString(2, log.value());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ClockMeasured measured = (ClockMeasured) EntryRow.read(rows).event();
                    clocks.put(measured.deviceSerial(), measured);
                }
            }
        }
        return clocks;
    }

    /** The roles at the last sign-in of this person, as a JSON array of their names. Empty where the person never signed in. */
    public Optional<String> lastRoles(LogName log, String actor) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + ROLES.text()
                        + " from entry where log = ? and actor = ? and " + SIGNED_IN
                        + " order by index desc limit 1")) {
            select.setString(1, log.value());
            select.setString(2, actor);
            return Rows.texts(select).stream().findFirst();
        }
    }

    /**
     * The last sign-in of each person.
     *
     * @throws SQLException where the read model does not answer
     */
    public List<LastSignIn> lastSignIns(LogName log) throws SQLException {
        String actors = "select actor from entry where log = ? and " + SIGNED_IN;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("with recursive person as ((" + actors
                        + " order by actor limit 1) union all select (" + actors
                        + " and actor > person.actor order by actor limit 1) from person where person.actor is not null)"
                        + " select actor, " + UNIT_OF_ACTOR.text("last.entry") + ", " + ROLES.text("last.entry")
                        + " from person, lateral (select entry from entry where log = ? and actor = person.actor and "
                        + SIGNED_IN + " order by index desc limit 1) as last")) {
            for (int at = 1; at <= 3; at++) {
                select.setString(at, log.value());
            }
            List<LastSignIn> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new LastSignIn(rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
            return found;
        }
    }

    /**
     * The last sign-in of a person.
     *
     * @param actor the number of the person
     * @param unitCode the unit; null for the whole site
     * @param roles a JSON array of the names of the roles
     */
    public record LastSignIn(String actor, String unitCode, String roles) {
        /** The person with the roles that this version knows; with none where they cannot be read. */
        public Person person() {
            Set<Role> known = EnumSet.noneOf(Role.class);
            try {
                JSON.readTree(String.valueOf(roles))
                        .forEach(role -> Role.of(role.asText()).ifPresent(known::add));
            } catch (JsonProcessingException altered) {
                known.clear();
            }
            return new Person(actor, unitCode, known, "oidc");
        }
    }

    /** The names of the units that have one, by their codes. */
    public SortedMap<String, String> unitNames(LogName log) throws SQLException {
        SortedMap<String, String> names = new TreeMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select distinct on (" + NAMED_UNIT + ") "
                        + NAMED_UNIT + ", " + UNIT_NAME.text() + " from entry where log = ? and " + UNITS
                        + " order by " + NAMED_UNIT + ", index desc")) {
            select.setString(1, log.value());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString(2) != null) { // else its name was taken away
                        names.put(rows.getString(1), rows.getString(2));
                    }
                }
            }
        }
        return names;
    }

    /** The proposals of retention rules and the decisions about them, in their order. */
    public List<EntryRow> retentionRules(LogName log) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select " + EntryRow.COLUMNS + " from entry where log = ? and " + RULES + " order by index")) {
            select.setString(1, log.value());
            return Rows.entries(select);
        }
    }

    /** The public keys that this person registered for signing, in their order. */
    public List<String> signingKeys(LogName log, String actor) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select " + PUBLIC_KEY.text()
                        + " from entry where log = ? and actor = ? and " + SIGNING_KEYS + " order by index")) {
            select.setString(1, log.value());
            select.setString(2, actor);
            return Rows.texts(select);
        }
    }
}
