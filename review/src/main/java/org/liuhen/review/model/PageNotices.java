package org.liuhen.review.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Units;

/**
 * What people are told on the page: for each entry of the last {@value #KEPT_DAYS} days that concerns somebody one row, and for an export one with all
 * of its items; not one for each person. {@link NoticeWriter} adds the rows. Who sees a row is asked when it is read, by the same {@link Scope} as
 * everywhere. The tables are no part of the read model: they stay where its tables are replaced, and where they are lost they are filled again from the
 * entries, so that nothing is lost but who has looked. Every method throws SQLException where PostgreSQL does not answer.
 */
public final class PageNotices {
    /** For so many days people are told of something. */
    public static final int KEPT_DAYS = NoticeTables.KEPT_DAYS;

    /** Of so many rows for a person, the newest, the list is made. */
    private static final int ROWS_MAX = 20_000;

    /** The number of new lines ends here. */
    public static final int COUNT_MAX = 100;

    /** What one person does with many items, each within this time after the one before, is one line. */
    private static final String TOGETHER = "60 seconds";

    /** Until when a person has looked: a log and a number. */
    private static final String LOOKED =
            "coalesce((select made from notice_looked where log = ? and person = ?), '-infinity')";

    /** When a row was added; a time to come was put there later, and nobody could have looked at it. */
    private static final String ADDED = "made <= now()";

    /** Those who may do one of these acts with an item are told of it. A change of the list of people is about no item. */
    private static final List<Act> ACTS_ON_ITEMS =
            List.of(Act.ANSWER_HANDOVER, Act.ANSWER_REVIEW, Act.REVIEW, Act.APPROVE_EXPORT, Act.FETCH_EXPORT, Act.VIEW);

    /** An export concerns whoever may do this with all of its items. */
    private static final String ALL_PARTS =
            "mine.whole > 0 and " + NoticeWriter.COMPLETE + " and not exists (select from unnest(mine.parts) part"
                    + " left join evidence on evidence.id = part and evidence.log = mine.log where %s is not true)";

    private final NoticeTables tables;

    PageNotices(DataSource database) {
        tables = new NoticeTables(database);
    }

    /** What is told to offices is told to those alone who may answer it: the others have no use for so many rows. */
    private static List<String> audiences(Person person) {
        List<String> all = new ArrayList<>(List.of(NoticeWriter.person(person.id())));
        String prefix = person.may(Act.ANSWER_HANDOVER) ? Units.prefix(person.unitCode()) : "";
        for (int end = 1; end <= prefix.length(); end++) {
            all.add("office " + prefix.substring(0, end));
        }
        for (Act act : List.of(Act.APPROVE_EXPORT, Act.APPROVE_PERSON)) {
            if (person.may(act)) {
                all.add(NoticeWriter.whoMay(act));
            }
        }
        return all;
    }

    /**
     * One line of a person's list.
     *
     * @param by who did it
     * @param at when the last of it was recorded
     * @param items of how many items, or changes, it is
     * @param open how many of them wait still, or were not seen since
     * @param fresh whether some of it came since the person looked last
     * @param item the item where it is one alone; else empty
     * @param fileName the file name of that one; else empty
     * @param due when the first of what came back and waits is due, in ISO 8601; else empty
     */
    public record Line(
            String kind,
            String by,
            Instant at,
            int items,
            int open,
            boolean fresh,
            String item,
            String fileName,
            String due) {}

    /**
     * What a person is told.
     *
     * @param lines the newest first
     * @param until when the newest of what there is was added: what the person has looked at when these lines were shown; null where there is nothing
     */
    public record Told(List<Line> lines, Instant until) {}

    /** The newest lines of a person, at most so many. */
    public Told told(LogName log, Person person, int limit) throws SQLException {
        return told(log, person, false, limit);
    }

    /**
     * How many lines came since the person looked last, of which something waits or was not seen; at most {@value #COUNT_MAX}.
     */
    public int fresh(LogName log, Person person) throws SQLException {
        try (Connection connection = tables.open();
                PreparedStatement select = connection.prepareStatement("select exists (select from notice where log = ?"
                        + " and audience = any(?) and not over and " + ADDED + " and made > " + LOOKED + ")")) {
            Rows.set(select, List.of(log.value(), texts(audiences(person)), log.value(), person.id()));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return 0;
                }
            }
        }
        return (int) told(log, person, true, 2 * COUNT_MAX).lines().stream()
                .filter(line -> line.open() > 0)
                .limit(COUNT_MAX)
                .count();
    }

    /** Which rows the person may see; the values follow the order of the placeholders. */
    private static String seen(Person person, List<Object> values) {
        StringBuilder seen = new StringBuilder("(mine.act = '" + Act.APPROVE_PERSON + "' and ? and mine.holder <> ?"
                + " and (? or not exists (select from unnest(mine.units) unit where not starts_with(unit, ?))))");
        values.addAll(List.of(
                person.may(Act.APPROVE_PERSON),
                person.id(),
                person.may(Act.MANAGE_PEOPLE),
                Units.prefix(person.unitCode())));
        for (Act act : ACTS_ON_ITEMS) {
            Scope scope = Scope.of(person, Set.of(act));
            String whole = act == Act.APPROVE_EXPORT || act == Act.FETCH_EXPORT ? ALL_PARTS : "%s";
            seen.append(" or (mine.act = '" + act + "' and ")
                    .append(String.format(whole, "(evidence.id is not null and " + scope.sql() + ")"))
                    .append(")");
            values.addAll(scope.values());
        }
        return seen.toString();
    }

    private Told told(LogName log, Person person, boolean freshOnly, int limit) throws SQLException {
        List<Object> values =
                new ArrayList<>(List.of(log.value(), person.id(), log.value(), texts(audiences(person)), person.id()));
        String seen = seen(person, values);
        values.add(limit);
        String sql = "with looked as (select " + LOOKED + " as at), mine as (select * from notice where log = ?"
                + " and audience = any(?) and actor <> ? and " + NoticeTables.RECENT + " and " + ADDED
                + (freshOnly ? " and made > (select at from looked)" : "")
                + " order by made desc, index desc limit " + ROWS_MAX
                + "), seen as (select mine.*, " + ItemMember.FILE_NAME.text("evidence.item") + " as name,"
                + " case when mine.whole > 0 then subject else '' end as alone"
                + " from mine left join evidence on evidence.id = mine.about and evidence.log = mine.log where " + seen
                + "), steps as (select *, case when at - lag(at) over (partition by kind, actor, alone order by index, cause)"
                + " > interval '" + TOGETHER + "' then 1 else 0 end as step from seen"
                + "), told as (select *, sum(step) over (partition by kind, actor, alone"
                + " order by index, cause) as part from steps) select kind, actor, max(at) as last,"
                + " greatest(max(whole), count(distinct coalesce(nullif(about, ''), subject))) as items,"
                + " greatest(max(whole) filter (where not over),"
                + " count(distinct coalesce(nullif(about, ''), subject)) filter (where not over)) as open,"
                + " bool_or(made > (select at from looked)) as fresh, min(about) as about, min(name) as name,"
                + " case when kind = 'review.due' then min(split_part(cause, ' ', 2) collate \"C\")"
                + " filter (where not over) end as due,"
                + " (select max(made) from mine) as until from told group by kind, actor, alone, part"
                + " order by max(made) desc, max(index) desc, kind, actor, alone, part desc limit ?";
        try (Connection connection = tables.open();
                PreparedStatement select = connection.prepareStatement(sql)) {
            Rows.set(select, values);
            List<Line> lines = new ArrayList<>();
            Instant until = null;
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    boolean one = row.getInt("items") == 1 && row.getString("about") != null;
                    lines.add(new Line(
                            row.getString("kind"),
                            row.getString("actor"),
                            instant(row, "last"),
                            row.getInt("items"),
                            row.getInt("open"),
                            row.getBoolean("fresh"),
                            one ? row.getString("about") : "",
                            one && row.getString("name") != null ? row.getString("name") : "",
                            timeOrNothing(row.getString("due"))));
                    until = instant(row, "until");
                }
            }
            return new Told(lines, until);
        }
    }

    /** A person has looked at what was added until this moment; a moment to come is now. What was looked at stays so. */
    public void looked(LogName log, String person, Instant until) throws SQLException {
        try (Connection connection = tables.open();
                PreparedStatement update = connection.prepareStatement("insert into notice_looked (log, person, made)"
                        + " values (?, ?, least(?, now())) on conflict (log, person) do update"
                        + " set made = greatest(notice_looked.made, excluded.made)")) {
            Rows.set(update, List.of(log.value(), person, until.atOffset(ZoneOffset.UTC)));
            update.executeUpdate();
        }
    }

    /** When something was added last; 1970 where nothing was. */
    public Instant newest(LogName log) throws SQLException {
        try (Connection connection = tables.open();
                PreparedStatement select = connection.prepareStatement(
                        "select coalesce(max(made), timestamptz 'epoch') as made from notice where log = ? and "
                                + ADDED)) {
            select.setString(1, log.value());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return instant(row, "made");
            }
        }
    }

    /** What fills these tables. */
    public NoticeWriter writer() {
        return new NoticeWriter(tables);
    }

    /** Until when each of these people has looked; who never has, or not for long, is left out. */
    public Map<String, Instant> lookedUntil(LogName log, Collection<String> people) throws SQLException {
        try (Connection connection = tables.open();
                PreparedStatement select = connection.prepareStatement(
                        "select person, made from notice_looked where log = ? and person = any(?)")) {
            Rows.set(select, List.of(log.value(), texts(people)));
            Map<String, Instant> found = new HashMap<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.put(row.getString("person"), instant(row, "made"));
                }
            }
            return found;
        }
    }

    private static String[] texts(Collection<String> all) {
        return all.toArray(String[]::new);
    }

    private static String timeOrNothing(String text) {
        try {
            return text == null ? "" : Instant.parse(text).toString();
        } catch (DateTimeException altered) {
            return "";
        }
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
