package org.liuhen.review.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import org.liuhen.intake.Problem;

/**
 * The categories of the law, each with how long the law has an item kept, counted from the day on which the item was declared. The source is the Ministry
 * of Public Security's rule on recordings of law enforcement (公安机关现场执法视音频记录工作规定): at least six months, and permanently on four grounds.
 * A site may keep longer: {@link RetentionRules}.
 */
enum RetentionCategory {
    /** None of the grounds: six months. */
    GENERAL("一般执法记录", "公安机关现场执法视音频记录工作规定：不少于六个月", 184),
    /** Evidence in an administrative or criminal case. */
    CASE_EVIDENCE("作为行政、刑事案件证据使用", "公安机关现场执法视音频记录工作规定：永久保存", null),
    /** Somebody obstructed the enforcement of the law. */
    OBSTRUCTION("阻碍执法、妨害公务", "公安机关现场执法视音频记录工作规定：永久保存", null),
    /** A major emergency or a mass incident. */
    MAJOR_INCIDENT("重大突发事件、群体性事件", "公安机关现场执法视音频记录工作规定：永久保存", null),
    /** Another major, difficult or complex incident. */
    COMPLEX_INCIDENT("其他重大、疑难、复杂警情", "公安机关现场执法视音频记录工作规定：永久保存", null);

    private final String title;
    private final String source;
    private final Integer days;

    RetentionCategory(String title, String source, Integer days) {
        this.title = title;
        this.source = source;
        this.days = days;
    }

    /** For how many days the law has it kept at least, or null for ever. */
    Integer days() {
        return days;
    }

    /** Whether the law allows to keep it for so many days only; null means for ever. */
    boolean allows(Integer its) {
        return its == null || (days != null && its >= days);
    }

    static RetentionCategory of(String word) throws Problem {
        return Optional.of(word)
                .flatMap(wanted -> Arrays.stream(values())
                        .filter(category -> category.name().equals(wanted))
                        .findFirst())
                .orElseThrow(() -> new Problem(400, "RV-105", "category is one of " + Arrays.toString(values())));
    }

    /** As the page shows it, with for how many days it keeps an item now. */
    ObjectNode json(Integer inForce) {
        ObjectNode one = JsonNodeFactory.instance.objectNode();
        one.put("category", name()).put("title", title).put("source", source);
        return one.put("legalDays", days).put("days", inForce);
    }
}
