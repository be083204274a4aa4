package org.liuhen.review.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of a list of items: by a key, and items with the same key by their ID. A list goes on behind a {@link Position}, never behind a number
 * of items, so an item that comes in between moves no other one to another page.
 *
 * @param descending whether the greatest key comes first
 */
public record ItemOrder(Key key, boolean descending) {
    /** The newest upload first. */
    public static final ItemOrder NEWEST = new ItemOrder(Key.UPLOADED, true);

    private static final Pattern CURSOR = Pattern.compile("(?:([A-Za-z0-9_-]*)\\.)?([0-9a-z]{26})");

    /** What items are ordered by. Each key is a text that is never null and is compared byte by byte. */
    public enum Key {
        /** When the upload was declared, which is what the beginning of an ID says. */
        UPLOADED("id"),
        /** When the recording began, to the second. */
        RECORDED(seconds(IndexedExpressions.BEGUN)),
        /** The beginning of the file name in small letters. */
        NAME("left(lower(" + ItemMember.FILE_NAME.text() + "), 60)"),
        /** How long the recording is. */
        LENGTH(digits(ItemMember.LENGTH_MILLIS)),
        /** How many bytes it has. */
        SIZE(digits(ItemMember.SIZE_BYTES)),
        /** Who recorded it, else for whom it was sent, else who sent it. */
        OFFICER("coalesce(" + ItemMember.OFFICER_NO.text() + ", " + ItemMember.ON_BEHALF_OF.text() + ", "
                + ItemMember.SENDER.text() + ")"),
        /** How far it has come. */
        STATE(ItemMember.STATE.text()),
        /** The first of its cases. */
        CASE(ItemMember.CASES.json() + "->>0"),
        /** Until when it is kept, to the second. */
        SEALED(seconds(ItemMember.SEALED_UNTIL.text())),
        /** Until when it has to be mended as its last review said, to the second; the end of time where none was said. */
        DUE("coalesce(" + seconds(ItemMember.LAST_REVIEW_DUE.text()) + ", '9999')"),
        /** Since when its handover waits for an answer, to the second. */
        OFFERED(seconds(ItemMember.HANDOVER_AT.text()));

        private final String sql;

        Key(String expression) {
            sql = expression.equals("id") ? expression : "(coalesce(" + expression + ", '') collate \"C\")";
        }

        /** As an address names it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The SQL expression, on which the table has an index. */
        String sql() {
            return sql;
        }

        /** An instant of ISO 8601 has its seconds at the same place in each text, and fractions of any length after them. */
        private static String seconds(String instant) {
            return "left(" + instant + ", 19)";
        }

        /** A number without a sign as 20 digits, so that texts have the order of the numbers. */
        private static String digits(ItemMember number) {
            return "lpad(" + number.text() + ", 20, '0')";
        }
    }

    /**
     * A place in a list, behind the item with this key and this ID, whether it is still there or not.
     *
     * @param key the key as it was; empty text in a list by ID
     */
    public record Position(String key, String id) {
        /** The place as a text for addresses; the ID alone in a list by ID. */
        public String cursor() {
            return key.isEmpty()
                    ? id
                    : Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8)) + "."
                            + id;
        }

        /** The place that {@link #cursor} gave; empty where the text is none. */
        public static Optional<Position> of(String cursor) {
            Matcher parts = CURSOR.matcher(cursor);
            if (!parts.matches()) {
                return Optional.empty();
            }
            if (parts.group(1) == null) {
                return Optional.of(new Position("", parts.group(2)));
            }
            try {
                String key = new String(Base64.getUrlDecoder().decode(parts.group(1)), StandardCharsets.UTF_8);
                return key.indexOf('\0') < 0 ? Optional.of(new Position(key, parts.group(2))) : Optional.empty();
            } catch (IllegalArgumentException invalid) {
                return Optional.empty();
            }
        }
    }

    /** The names of all keys, as addresses have them. */
    public static List<String> words() {
        return Arrays.stream(Key.values()).map(Key::word).toList();
    }

    /** The order that an address names: a key, with {@code -} before it where the greatest comes first. Empty where there is no such key. */
    public static Optional<ItemOrder> of(String text) {
        boolean descending = text.startsWith("-");
        String word = descending ? text.substring(1) : text;
        return Arrays.stream(Key.values())
                .filter(key -> key.word().equals(word))
                .findFirst()
                .map(key -> new ItemOrder(key, descending));
    }

    boolean byId() {
        return key == Key.UPLOADED;
    }

    /** What follows {@code order by}. */
    String sql() {
        return sql(key.sql());
    }

    /** The same, where the key is a column of this name. */
    String sql(String key) {
        String direction = descending ? " desc" : "";
        return (byId() ? "" : key + direction + ", ") + "id" + direction;
    }

    /** The condition that an item comes behind a place, with a placeholder for each of {@link #values}. */
    String behind() {
        String than = descending ? " < " : " > ";
        return byId() ? "id" + than + "?" : "(" + key.sql() + ", id)" + than + "(?, ?)";
    }

    /** The values of the placeholders of {@link #behind}. */
    Object[] values(Position behind) {
        return byId() ? new Object[] {behind.id()} : new Object[] {behind.key(), behind.id()};
    }
}
