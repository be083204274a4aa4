package org.liuhen.review;

import java.util.ArrayList;
import java.util.List;
import org.liuhen.custody.evidence.LogName;

/** What is looked for among the items that somebody may see, as one statement; the newest first, or a sample. */
final class Search {
    private final StringBuilder where;
    private final List<Object> values = new ArrayList<>();
    private String order = "id desc";
    private int limit = 50;

    Search(LogName log, Scope scope) {
        where = new StringBuilder("evidence.log = ? and " + scope.sql());
        values.add(log.value());
        values.addAll(scope.values());
    }

    /** Adds a condition with these values; nothing where a value is null. */
    Search where(String condition, Object... its) {
        for (Object value : its) {
            if (value == null) {
                return this;
            }
        }
        where.append(" and ").append(condition);
        values.addAll(List.of(its));
        return this;
    }

    Search id(String id) {
        return where("id = ?", id);
    }

    Search linkedTo(String caseId) {
        return where("item->'cases' @> jsonb_build_array(?::text)", caseId);
    }

    /** Only those with a smaller ID than this one: where the list before ended. */
    Search before(String id) {
        return where("id < ?", id);
    }

    /** Those whose file name, sender or case has this text. */
    Search text(String text) {
        if (text == null || text.isBlank()) {
            return this;
        }
        String pattern =
                "%" + text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
        return where("words ilike ?", pattern);
    }

    Search limit(int most) {
        limit = most;
        return this;
    }

    /** In an order that nobody chose and anybody can repeat: by MD5 of the seed and the ID. */
    Search sample(String seed) {
        if (seed != null) {
            order = "md5(? || id), id";
            values.add(seed);
        }
        return this;
    }

    String sql() {
        return "select id, item from evidence where " + where + " order by " + order + " limit " + limit;
    }

    List<Object> values() {
        return values;
    }
}
