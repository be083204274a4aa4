package org.liuhen.review.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import org.liuhen.web.Problem;

/**
 * The retention categories of the law. Each has the retention that the law demands, counted from the declaration of the item. The source is the
 * rule of the Ministry of Public Security on recordings of law enforcement (公安机关现场执法视音频记录工作规定): at least six months, and for ever
 * on four grounds. A site may keep items longer: {@link RetentionRules}.
 */
enum RetentionCategory {
    /** None of the grounds: six months. */
    GENERAL("一般执法记录", "公安机关现场执法视音频记录工作规定：不少于六个月", 184),
    /** Evidence in an administrative or criminal case. */
    CASE_EVIDENCE("作为行政、刑事案件证据使用", "公安机关现场执法视音频记录工作规定：永久保存", null),
    /** A person obstructed the enforcement of the law. */
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

    /** The least retention in days; null for ever. */
    Integer days() {
        return days;
    }

    /**
     * Whether the law allows this retention.
     *
     * @param retentionDays in days; null for ever
     */
    boolean allows(Integer retentionDays) {
        return retentionDays == null || (days != null && retentionDays >= days);
    }

    /**
     * The category of this name.
     *
     * @throws Problem with code RV-105 where there is none
     */
    static RetentionCategory of(String name) throws Problem {
        return Optional.of(name)
                .flatMap(wanted -> Arrays.stream(values())
                        .filter(category -> category.name().equals(wanted))
                        .findFirst())
                .orElseThrow(() -> new Problem(400, "RV-105", "category is one of " + Arrays.toString(values())));
    }

    /** The Chinese title of the category of this name; the name itself where there is no such category. */
    static String title(String name) {
        return Arrays.stream(values())
                .filter(category -> category.name().equals(name))
                .map(category -> category.title)
                .findFirst()
                .orElse(name);
    }

    /**
     * The category as the API shows it.
     *
     * @param inForce its retention at this site, in days; null for ever
     */
    ObjectNode json(Integer inForce) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("category", name()).put("title", title).put("source", source);
        return node.put("legalDays", days).put("days", inForce);
    }
}
