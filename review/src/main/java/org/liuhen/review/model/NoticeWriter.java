package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.liuhen.access.Act;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Units;

/** Fills the tables of {@link PageNotices}. Every method throws SQLException where PostgreSQL does not answer. */
public final class NoticeWriter {
    /** The kinds that stay true: nothing that is done later ends them. */
    public static final Set<String> STAY = Set.of("export.ready", "export.refused");

    /** Whether a row of an export has items enough to be told. A refusal of one item refuses the export, and nobody refuses the others. */
    static final String COMPLETE = "(kind = 'export.refused' or cardinality(parts) >= whole)";

    /** A row is told to nobody as long as this is the time when it was added. */
    private static final String NOT_TOLD = "timestamptz 'infinity'";

    private static final String INSERT = "insert into notice (log, cause, kind, audience, index, act, actor, at, about,"
            + " subject, whole, units, holder, parts, made) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            + " case when ? then now() else " + NOT_TOLD + " end) on conflict ";

    /** Of an export more items came. */
    private static final String ADD_PARTS =
            "(log, cause, kind, audience) do update set at = greatest(notice.at, excluded.at),"
                    + " parts = array(select distinct unnest(notice.parts || excluded.parts))"
                    + " where not excluded.parts <@ notice.parts";

    private static final String TELL = "update notice set made = now() where log = ? and cause = ? and kind = ?"
            + " and not over and made = " + NOT_TOLD + " and " + COMPLETE;

    /** Of the items of a package each has an entry; the later ones do not end what stays true. */
    private static final String DECIDED = "update notice set over = true, made = case when ? then " + NOT_TOLD
            + " else made end where log = ? and subject = ? and subject <> '' and (whole > 0 or about = ?)"
            + " and kind <> all (?) and index < ? and not over";

    private static final String SEEN = "update notice set over = true where log = ? and audience = ? and about = ?"
            + " and subject = '' and index < ? and not over";

    private static final String DISMISSED = "update notice set over = true, made = " + NOT_TOLD + " where log = ?"
            + " and act = '" + Act.APPROVE_PERSON + "' and (holder = ? or actor = ?) and index < ? and not over";

    private final NoticeTables tables;

    NoticeWriter(NoticeTables tables) {
        this.tables = tables;
    }

    /**
     * What an entry says to somebody.
     *
     * @param index the place of the entry in the log
     * @param cause the ID of the event, of the export, or of the review and its time
     * @param kind such as {@code handover.offered}
     * @param audience who is told: {@link #person}, {@link #office} or {@link #whoMay}
     * @param act what the person may do who is told
     * @param actor who did it, and is not told
     * @param at when it was recorded
     * @param item the ID of the item; empty where it is about none
     * @param subject the ID of the handover, the review, the export or the change; empty where it is only to be seen
     * @param whole of how many items an export is; 0 where it is none
     * @param units the units that a change of the list of people is about
     * @param holder the person that it is about, who is not told; empty where there is none
     * @param parts the items of an export that came so far
     */
    public record Notice(
            long index,
            String cause,
            String kind,
            String audience,
            Act act,
            String actor,
            Instant at,
            String item,
            String subject,
            int whole,
            List<String> units,
            String holder,
            List<String> parts) {
        public Notice {
            units = List.copyOf(units);
            parts = List.copyOf(parts);
        }

        /** The same export with the items of this notice of it, too. */
        public Notice and(Notice later) {
            List<String> all = new ArrayList<>(parts);
            all.addAll(later.parts);
            return new Notice(
                    index, cause, kind, audience, act, actor, later.at, item, subject, whole, units, holder, all);
        }
    }

    /** That what was said before waits no more. */
    public sealed interface End {
        /** The place of the entry that says so: what was said after it waits. */
        long index();
    }

    /**
     * Something was answered or decided.
     *
     * @param item the ID of the item; empty where it is about none
     * @param subject the ID of the handover, the review, the export or the change
     * @param takenBack whether it was withdrawn: nobody did anything, and nobody is told of it any more
     */
    public record Decided(long index, String item, String subject, boolean takenBack) implements End {}

    /** A person has seen what was said of an item until then. */
    public record Seen(long index, String item, String person) implements End {}

    /** A person was dismissed, and with the person what was proposed of and by this one. */
    public record Dismissed(long index, String person) implements End {}

    /** The audience that is one person. */
    public static String person(String number) {
        return "person " + number;
    }

    /** The audience that is an office and those below it. The whole site is no office. */
    public static String office(String unitCode) {
        return "office " + Units.prefix(unitCode);
    }

    /** The audience of all who may do this. */
    public static String whoMay(Act act) {
        return "act " + act;
    }

    /** Something failed: the tables may be gone, and are made again where they are. */
    public void doubt() {
        tables.doubt();
    }

    /** The first entry of the log that was not gone through; empty where none was. */
    public OptionalLong position(LogName log) throws SQLException {
        try (Connection connection = tables.open()) {
            return Position.of(connection, NoticeTables.POSITIONS, log);
        }
    }

    /**
     * Adds what entries say, ends what they end, and moves the position. What was added before is not added again.
     *
     * @param position the first entry that was not gone through after this
     */
    public void add(LogName log, long position, List<Notice> all, List<End> ends) throws SQLException {
        try (Connection connection = tables.open()) {
            connection.setAutoCommit(false);
            try {
                insert(
                        connection,
                        INSERT + "do nothing",
                        log,
                        all.stream().filter(one -> one.whole() == 0).toList());
                List<Notice> exports =
                        all.stream().filter(one -> one.whole() > 0).toList();
                insert(connection, INSERT + ADD_PARTS, log, exports);
                complete(connection, log, exports);
                end(connection, log, ends);
                Position.move(connection, NoticeTables.POSITIONS, log, position);
                connection.commit();
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            }
        }
    }

    private static void insert(Connection connection, String sql, LogName log, List<Notice> all) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (Notice one : all) {
                Rows.set(
                        insert,
                        List.of(
                                log.value(),
                                one.cause(),
                                one.kind(),
                                one.audience(),
                                one.index(),
                                one.act().name(),
                                one.actor(),
                                one.at().atOffset(ZoneOffset.UTC),
                                one.item(),
                                one.subject(),
                                one.whole(),
                                one.units().toArray(String[]::new),
                                one.holder(),
                                one.parts().toArray(String[]::new),
                                one.whole() == 0));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void complete(Connection connection, LogName log, List<Notice> exports) throws SQLException {
        try (PreparedStatement complete = connection.prepareStatement(TELL)) {
            for (Notice one : exports) {
                Rows.set(complete, List.of(log.value(), one.cause(), one.kind()));
                complete.executeUpdate();
            }
        }
    }

    private static void end(Connection connection, LogName log, List<End> ends) throws SQLException {
        String[] stay = STAY.toArray(String[]::new);
        try (PreparedStatement decided = connection.prepareStatement(DECIDED);
                PreparedStatement seen = connection.prepareStatement(SEEN);
                PreparedStatement dismissed = connection.prepareStatement(DISMISSED)) {
            for (End end : ends) {
                if (end instanceof Decided one) {
                    Rows.set(
                            decided,
                            List.of(one.takenBack(), log.value(), one.subject(), one.item(), stay, one.index()));
                    decided.addBatch();
                } else if (end instanceof Seen one) {
                    Rows.set(seen, List.of(log.value(), person(one.person()), one.item(), one.index()));
                    seen.addBatch();
                } else if (end instanceof Dismissed one) {
                    Rows.set(dismissed, List.of(log.value(), one.person(), one.person(), one.index()));
                    dismissed.addBatch();
                }
            }
            decided.executeBatch();
            seen.executeBatch();
            dismissed.executeBatch();
        }
    }

    /** Forgets what is older than {@value NoticeTables#KEPT_DAYS} days, and who looked before that. */
    public void forget() throws SQLException {
        try (Connection connection = tables.open();
                Statement delete = connection.createStatement()) {
            delete.executeUpdate("delete from notice where not " + NoticeTables.RECENT);
            delete.executeUpdate(
                    "delete from notice_looked where made < now() - interval '" + NoticeTables.KEPT_DAYS + " days'");
        }
    }
}
