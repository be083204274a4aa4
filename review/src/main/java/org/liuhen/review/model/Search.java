package org.liuhen.review.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Place;
import org.liuhen.review.projection.SearchTerms;

/** A search among the items of a scope, as one SQL statement. It finds items in an order, the newest first unless another is said, or a sample. */
public final class Search {
    private static final int RECENT = 5_000;

    /** Where documents are searched each item costs more. */
    private static final int RECENT_DOCUMENTS = 1_000;

    /**
     * What the index finds by its words is looked at once more for their order ({@link SearchTerms#inOrder}). Items of which an earlier version wrote
     * the words have no places; they are found by the words alone until the tables of this version are filled.
     */
    public static final String IN_ORDER = "(words @@ ?::tsquery or words = strip(words))";

    private final StringBuilder where;
    private final List<Object> values = new ArrayList<>();
    private final String log;
    private String seed;
    private ItemOrder order = ItemOrder.NEWEST;
    private ItemOrder.Position behind;
    private boolean byWords;
    private boolean byDocuments;
    private int limit = 50;

    /** Finds all items of the scope, 50 at most. */
    public Search(LogName log, Scope scope) {
        where = new StringBuilder("evidence.log = ? and " + scope.sql());
        this.log = log.value();
        values.add(log.value());
        values.addAll(scope.values());
    }

    /**
     * Adds a condition.
     *
     * @param condition an SQL condition on the table {@code evidence}; never text from a request
     * @param arguments the values of its placeholders; where one is null, the condition is left out
     */
    public Search where(String condition, Object... arguments) {
        for (Object value : arguments) {
            if (value == null) {
                return this;
            }
        }
        where.append(" and ").append(condition);
        values.addAll(List.of(arguments));
        return this;
    }

    /**
     * Only items that began, or may have begun, from this moment on (ISO 8601 in UTC) and before that one; null is no bound.
     */
    public Search begun(String from, String to) {
        if (from == null) {
            return where(IndexedExpressions.BEGUN + " < ?", to);
        }
        return to == null
                ? where(IndexedExpressions.BEGUN_SINCE, from, from, from)
                : where(IndexedExpressions.BEGUN_WITHIN, from, to, from, from);
    }

    /** Only the item with this ID; all where it is null. */
    public Search id(String id) {
        return where("id = ?", id);
    }

    /** Only these items. The limit becomes their number. */
    public Search among(Collection<String> ids) {
        limit = ids.size();
        return where("id = any (string_to_array(?, ' '))", String.join(" ", ids)); // an ID has no space in it
    }

    /** Only items that are linked to this case; all where it is null. */
    public Search linkedTo(String caseId) {
        return where(ItemMember.CASES.json() + " @> jsonb_build_array(?::text)", caseId);
    }

    /** Only items that this person sent, that were sent for this person, or that were offered or handed over to this person. */
    public Search mine(String person) {
        return where(
                "(words @@ ?::tsquery or (" + ItemMember.HANDED_TO.exists() + " and " + ItemMember.HANDED_TO.json()
                        + " @> jsonb_build_array(?::text)))",
                SearchTerms.exactly(SearchTerms.OWN + person),
                person);
    }

    /** In this order, and only the items behind this place; all where it is null. */
    public Search ordered(ItemOrder order, ItemOrder.Position behind) {
        this.order = order;
        this.behind = behind;
        return behind == null ? this : where(order.behind(), order.values(behind));
    }

    /** The newest first, and only those with a smaller ID than this one, which is the last one of the list before; all where it is null. */
    public Search before(String id) {
        return ordered(ItemOrder.NEWEST, id == null ? null : new ItemOrder.Position("", id));
    }

    /**
     * Only items that have all words of this text, and those of each piece without a space in their order in one name; all where it is null or has
     * no word.
     */
    public Search text(String text) {
        return text == null ? this : words(SearchTerms.query(text)).where(IN_ORDER, SearchTerms.inOrder(text));
    }

    /**
     * Only items with this value.
     *
     * @param mark a mark of {@link SearchTerms}
     * @param value the value; null for all
     */
    public Search marked(String mark, String value) {
        return value == null ? this : words(SearchTerms.exactly(mark + value));
    }

    /**
     * Only items with a value that begins with this text.
     *
     * @param mark a mark of {@link SearchTerms}
     * @param prefix the text; null for all
     */
    public Search beginning(String mark, String prefix) {
        return prefix == null ? this : words(SearchTerms.beginning(mark + prefix));
    }

    private Search words(String query) {
        byWords |= query != null;
        return where("words @@ ?::tsquery", query);
    }

    /**
     * Only items in whose documents the words stand, and of which the person may see what is written; all where it is null.
     *
     * @param readable the items whose previews the person may see
     */
    public Search words(DocumentSearch words, Scope readable) {
        if (words == null) {
            return this;
        }
        byDocuments = true;
        for (String word : words.words()) {
            where(DocumentSearch.CONDITION, DocumentSearch.grams(word), word);
        }
        return where(readable.sql(), readable.values().toArray());
    }

    /** Only items whose positions lie in a box that touches this one; all where it is null. */
    public Search at(Place place) {
        return place == null
                ? this
                : where(
                        ItemMember.PLACE.exists() + " and " + IndexedExpressions.PLACE
                                + " && box(point(?, ?), point(?, ?))",
                        (double) place.west(),
                        (double) place.south(),
                        (double) place.east(),
                        (double) place.north());
    }

    /** Sets the greatest number of items. */
    public Search limit(int limit) {
        this.limit = limit;
        return this;
    }

    /** Finds items in an order that nobody chose and anybody can repeat: by the MD5 digest of the seed and the ID. Null for the order of the list. */
    public Search sample(String seed) {
        this.seed = seed;
        return this;
    }

    /** The conditions alone, for another statement on the table {@code evidence}: without order and limit. */
    String where() {
        return where.toString();
    }

    /** The values of the placeholders in {@link #where()}. */
    List<Object> whereValues() {
        return List.copyOf(values);
    }

    private String conditions() {
        return where + " order by " + (seed == null ? order.sql() : "md5(? || id), id") + " limit " + limit;
    }

    private String selected() {
        return "select id, item, fault"
                + (order.byId() ? "" : ", " + order.key().sql() + " as key");
    }

    String sql() {
        return selected() + " from evidence where " + conditions();
    }

    /**
     * One row that says how many items are found, whatever the limit is, and behind which of them a page begins: the columns {@code found},
     * {@code ids} and {@code keys}.
     *
     * @param page how many items a page has
     * @param most the count ends here, with one more than that
     */
    String outlineSql(int page, int most) {
        String key = order.byId() ? "''" : order.key().sql();
        String begins = " order by place) filter (where place % " + page + " = 0 and place < " + most + ")";
        String found = "select id, " + key + " as key from evidence where " + where + " order by " + order.sql()
                + " limit " + (most + 1);
        return "select count(*) as found, array_agg(id" + begins + " as ids, array_agg(key" + begins + " as keys from"
                + " (select id, key, row_number() over (order by " + order.sql("key") + ") as place from (" + found
                + ") as found) as placed";
    }

    ItemOrder order() {
        return order;
    }

    int limit() {
        return limit;
    }

    /**
     * The same search among the newest {@value #RECENT} items only, or {@value #RECENT_DOCUMENTS} where documents are searched. It is fast for words that many items have, since it need not fetch all of
     * them to know the newest. Where it finds fewer items than the limit, the whole search is needed. Null where it never helps.
     */
    String recentSql() {
        return (byWords || byDocuments) && seed == null && order.equals(ItemOrder.NEWEST)
                ? selected() + " from (select * from evidence where log = ?" + (behind == null ? "" : " and id < ?")
                        + " order by id desc limit " + (byDocuments ? RECENT_DOCUMENTS : RECENT)
                        + ") as evidence where "
                        + conditions().replace(DocumentSearch.CONDITION, DocumentSearch.ONE_BY_ONE)
                : null;
    }

    List<Object> recentValues() {
        List<Object> recent = new ArrayList<>();
        recent.add(log);
        if (behind != null) {
            recent.add(behind.id());
        }
        recent.addAll(values);
        return recent;
    }

    List<Object> values() {
        List<Object> all = new ArrayList<>(values);
        if (seed != null) {
            all.add(seed); // the placeholder of the order is the last one
        }
        return all;
    }
}
