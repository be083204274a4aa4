package org.liuhen.review.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.DocumentSearch.Excerpt;

class DocumentSearchTest {
    private static List<String> words(String text) {
        return DocumentSearch.of(text).map(DocumentSearch::words).orElse(List.of());
    }

    @Test
    void readsWordsWithSpacesBetweenThem() {
        assertEquals(List.of("张三", "扒窃"), words(" 张三　扒窃 张三\n"));
        assertEquals(List.of("stolen", "bicycle"), words("STOLEN ｂｉｃｙｃｌｅ"));
        for (String literal : List.of("%%", "__", "''", "\\\\", ".*", "[a-z]", "a'b", "';drop", "&|!", ":*", "<b>")) {
            assertEquals(List.of(literal), words(literal));
        }
        assertEquals(List.of("株式会社"), words("㍿"));
        assertEquals(100, words("a".repeat(100)).get(0).length());
        assertEquals(100, words("𠀀".repeat(100)).get(0).codePointCount(0, 200));
    }

    @Test
    void refusesWhatCannotBeSearchedFor() {
        for (String none : List.of(
                "",
                " ",
                "\0\0",
                "a",
                "一",
                "a bc",
                "张 三",
                "\u200b\u200b",
                "a".repeat(101),
                "\ufdfa".repeat(6),
                " ".repeat(101))) {
            assertEquals(Optional.empty(), DocumentSearch.of(none), none);
        }
        assertEquals(List.of("bc\ufffd"), words("bc\ufffd"));
        assertEquals(List.of("bc"), words("b\ud800c"), "half a character is none");
    }

    private static Excerpt excerpt(String text, String sought) {
        return DocumentSearch.of(sought).orElseThrow().excerpt(text);
    }

    @Test
    void showsTheWordsAsTheDocumentHasThem() {
        assertEquals(new Excerpt("笔录：", "张 三", "，男，于 昨日 到案"), excerpt("笔录：张\n三，男，于\r\n昨日\0到案", "张三"));
        assertEquals(new Excerpt("The ", "ＳＴＯＬＥＮ", " one"), excerpt("The ＳＴＯＬＥＮ one", "stolen"));
        assertEquals(new Excerpt("", "㍿", "甲"), excerpt("㍿甲", "式会"));
        assertEquals(new Excerpt("a ", "bc", " de"), excerpt("a bc de", "de bc"), "the first of the words");
        String text = "𠀀".repeat(500) + "嫌疑人" + "𠀁".repeat(500);
        Excerpt around = excerpt(text, "嫌疑");
        assertEquals("嫌疑", around.found());
        assertTrue(around.before().codePoints().allMatch(point -> point == 0x20000), around.before());
        assertTrue(around.after().length() <= 62, around.after());
        assertEquals("", excerpt("nothing of it", "嫌疑").found());
        Excerpt html = excerpt("<script>alert(1)</script> 嫌疑", "alert(1)");
        assertEquals("<script>", html.before(), "it stays text");
    }

    /** What most documents say is found among the newest without reading them all; the placeholders stay where they are. */
    @Test
    void looksAmongTheNewestFirst() {
        Search search = new Search(new LogName("site-1"), Scope.EVERYTHING)
                .words(DocumentSearch.of("张三 扒窃").orElseThrow(), Scope.EVERYTHING);
        assertEquals(5, search.values().size(), "the log, and two for each word");
        assertEquals(search.values(), search.recentValues().subList(1, 6));
        String recent = search.recentSql();
        assertTrue(!recent.contains("= any (array(") && recent.contains("limit 1000"), recent);
        assertEquals(5 + 1, recent.chars().filter(one -> one == '?').count());
        assertEquals(
                search.sql(),
                new Search(new LogName("site-1"), Scope.EVERYTHING)
                        .words(DocumentSearch.of("张三 扒窃").orElseThrow(), Scope.EVERYTHING)
                        .words(null, Scope.EVERYTHING)
                        .sql());
    }

    @Test
    void writesPairsAsAnArrayOfPostgres() {
        assertEquals("{" + (('a' << 16) ^ 'b') + "," + (('b' << 16) ^ 'c') + "}", DocumentSearch.grams("abc"));
    }
}
