package org.liuhen.review.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Place;
import org.liuhen.review.projection.SearchTerms;

class SearchTest {
    private static final String START = "select id, item, fault from evidence where evidence.log = ? and ";

    private static Search search() {
        return new Search(new LogName("site-1"), Scope.EVERYTHING);
    }

    private static void check(Search search, String condition, Object... values) {
        assertEquals(START + "true and " + condition + " order by id desc limit 50", search.sql());
        assertEquals("site-1", search.values().get(0));
        assertEquals(List.of(values), search.values().subList(1, search.values().size()));
    }

    @Test
    void withoutFiltersItListsTheNewestItemsOfTheScope() {
        Search search = new Search(new LogName("site-1"), new Scope("a = ? or b = ?", List.of("1", "2")));
        assertEquals(START + "a = ? or b = ? order by id desc limit 50", search.sql());
        assertEquals(List.of("site-1", "1", "2"), search.values());
    }

    @Test
    void eachFilterIsOneConditionWithItsValues() {
        check(search().id("01j"), "id = ?", "01j");
        check(search().linkedTo("C-1"), "item->'cases' @> jsonb_build_array(?::text)", "C-1");
        check(search().before("01j"), "id < ?", "01j");
        check(search().text("ab 12"), "words @@ ?::tsquery", "'12':* & 'ab':*");
        check(
                search().text("a-b 12"),
                "words @@ ?::tsquery and (words @@ ?::tsquery or words = strip(words))",
                "'12':* & 'a' & 'b':*",
                "'a' <1> 'b':*");
        check(search().marked(SearchTerms.STATE, "sealed"), "words @@ ?::tsquery", "'s:sealed'");
        check(search().beginning(SearchTerms.UNIT, "1101"), "words @@ ?::tsquery", "'u:1101':*");
        check(search().where("a between ? and ?", "1", "2"), "a between ? and ?", "1", "2");
        check(
                search().at(new Place(1, 2, 3, 4)),
                "item ?? 'place' and box(point((item->'place'->>0)::float8, (item->'place'->>1)::float8),"
                        + " point((item->'place'->>2)::float8, (item->'place'->>3)::float8))"
                        + " && box(point(?, ?), point(?, ?))",
                1.0,
                2.0,
                3.0,
                4.0);
    }

    @Test
    void aFilterWithoutValueIsNoCondition() {
        Search search = search().id(null)
                .linkedTo(null)
                .before(null)
                .text(null)
                .text("（ ）")
                .marked(SearchTerms.STATE, null)
                .beginning(SearchTerms.UNIT, null)
                .where("a between ? and ?", "1", null)
                .at(null)
                .sample(null);
        assertEquals(search().sql(), search.sql());
        assertEquals(search().values(), search.values());
    }

    @Test
    void amongTakesAllOfTheseItems() {
        Search search = search().among(List.of("a", "b", "c"));
        assertEquals(START + "true and id = any (string_to_array(?, ' ')) order by id desc limit 3", search.sql());
        assertEquals(List.of("site-1", "a b c"), search.values());
    }

    @Test
    void theSeedOfASampleIsTheLastValueWhereverItWasGiven() {
        Search search = search().sample("dice").id("01j").limit(7);
        assertEquals(START + "true and id = ? order by md5(? || id), id limit 7", search.sql());
        assertEquals(List.of("site-1", "01j", "dice"), search.values());
        assertEquals(7, search.limit());
    }

    @Test
    void onlyASearchByWordsLooksAmongTheNewestItemsFirst() {
        assertNull(search().id("01j").recentSql());
        assertNull(search().text("（ ）").recentSql());
        assertNull(search().text("a").sample("dice").recentSql(), "a sample is drawn from all items");
        Search search = search().text("a");
        assertEquals(
                "select id, item, fault from (select * from evidence where log = ? order by id desc limit 5000) as evidence"
                        + " where evidence.log = ? and true and words @@ ?::tsquery order by id desc limit 50",
                search.recentSql());
        assertEquals(List.of("site-1", "site-1", "'a':*"), search.recentValues());
    }

    @Test
    void theNewestItemsBeginWhereTheListBeforeEnded() {
        Search search = search().text("a").before("01j");
        assertEquals(
                "select id, item, fault from (select * from evidence where log = ? and id < ? order by id desc limit 5000)"
                        + " as evidence where evidence.log = ? and true and words @@ ?::tsquery and id < ?"
                        + " order by id desc limit 50",
                search.recentSql());
        assertEquals(List.of("site-1", "01j", "site-1", "'a':*", "01j"), search.recentValues());
    }

    @Test
    void aListInAnotherOrderHasTheKeyOfEachItemAndGoesOnBehindAPlace() {
        ItemOrder byName = ItemOrder.of("name").orElseThrow();
        String key = "(coalesce(left(lower(item->>'fileName'), 60), '') collate \"C\")";
        Search first = search().ordered(byName, null);
        assertEquals(
                "select id, item, fault, " + key + " as key from evidence where evidence.log = ? and true order by "
                        + key + ", id limit 50",
                first.sql());
        Search next = search().text("a").ordered(byName, new ItemOrder.Position("b.mp4", "01j"));
        assertTrue(next.sql().contains(" and (" + key + ", id) > (?, ?) order by "), next.sql());
        assertEquals(List.of("site-1", "'a':*", "b.mp4", "01j"), next.values());
        assertNull(next.recentSql(), "the newest items are not the first ones of this order");
        Search oldest = search().ordered(ItemOrder.of("uploaded").orElseThrow(), new ItemOrder.Position("", "01j"));
        assertEquals(START + "true and id > ? order by id limit 50", oldest.sql());
    }

    @Test
    void anOutlineCountsAllThatTheSearchFindsWhateverItsLimitIs() {
        Search search = search().text("a").limit(7);
        String sql = search.outlineSql(100, 1_000);
        assertTrue(sql.contains(START.replace("item, fault", "'' as key") + "true and words @@ ?::tsquery"), sql);
        assertTrue(sql.contains("order by id desc limit 1001) as found"), sql);
        assertTrue(sql.contains("filter (where place % 100 = 0 and place < 1000)"), sql);
        assertEquals(search.values(), search.whereValues());
    }
}
