package org.liuhen.review.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Place;
import org.liuhen.review.projection.SearchTerms;

/** What is looked for among the items that somebody may see, as one statement; the newest first, or a sample. */
public final class Search {
    private static final int RECENT = 5_000;

    private final StringBuilder where;
    private final List<Object> values = new ArrayList<>();
    private final String log;
    private String seed;
    private String before;
    private boolean byWords;
    private int limit = 50;

    public Search(LogName log, Scope scope) {
        where = new StringBuilder("evidence.log = ? and " + scope.sql());
        this.log = log.value();
        values.add(log.value());
        values.addAll(scope.values());
    }

    /** Adds a condition with these values; nothing where a value is null. */
    public Search where(String condition, Object... its) {
        for (Object value : its) {
            if (value == null) {
                return this;
            }
        }
        where.append(" and ").append(condition);
        values.addAll(List.of(its));
        return this;
    }

    public Search id(String id) {
        return where("id = ?", id);
    }

    /** Only these, all of them. */
    public Search among(Collection<String> ids) {
        limit = ids.size();
        return where("id = any (string_to_array(?, ' '))", String.join(" ", ids)); // an ID has no space in it
    }

    public Search linkedTo(String caseId) {
        return where("item->'cases' @> jsonb_build_array(?::text)", caseId);
    }

    /** Only those with a smaller ID than this one: where the list before ended. */
    public Search before(String id) {
        before = id;
        return where("id < ?", id);
    }

    /** Those that are found by all words of this text. */
    public Search text(String text) {
        return text == null ? this : words(SearchTerms.query(text));
    }

    /** Those with this value exactly. */
    public Search marked(String mark, String value) {
        return value == null ? this : words(SearchTerms.exactly(mark + value));
    }

    /** Those whose value begins so. */
    public Search beginning(String mark, String value) {
        return value == null ? this : words(SearchTerms.beginning(mark + value));
    }

    private Search words(String query) {
        byWords |= query != null;
        return where("words @@ ?::tsquery", query);
    }

    /** Those whose box touches this one. */
    public Search at(Place place) {
        return place == null
                ? this
                : where(
                        "item ?? 'place' and " + IndexedExpressions.PLACE + " && box(point(?, ?), point(?, ?))",
                        (double) place.west(),
                        (double) place.south(),
                        (double) place.east(),
                        (double) place.north());
    }

    public Search limit(int most) {
        limit = most;
        return this;
    }

    /** In an order that nobody chose and anybody can repeat: by MD5 of the seed and the ID. */
    public Search sample(String its) {
        seed = its;
        return this;
    }

    private String rest() {
        return where + " order by " + (seed == null ? "id desc" : "md5(? || id), id") + " limit " + limit;
    }

    String sql() {
        return "select id, item from evidence where " + rest();
    }

    int limit() {
        return limit;
    }

    /**
     * The same among the newest items alone. What is found by words that many items have is found there, and not all of them need to be
     * fetched to know the newest; where this gives fewer than asked for, the whole question is needed. Null where that never helps.
     */
    String recentSql() {
        return byWords && seed == null
                ? "select id, item from (select * from evidence where log = ?" + (before == null ? "" : " and id < ?")
                        + " order by id desc limit " + RECENT + ") as evidence where " + rest()
                : null;
    }

    List<Object> recentValues() {
        List<Object> recent = new ArrayList<>();
        recent.add(log);
        if (before != null) {
            recent.add(before);
        }
        recent.addAll(values);
        return recent;
    }

    List<Object> values() {
        List<Object> all = new ArrayList<>(values);
        if (seed != null) {
            all.add(seed); // the order comes after every condition, whenever it was asked for
        }
        return all;
    }
}
