package org.liuhen.review.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchTermsTest {
    private static ItemView item() throws JsonProcessingException {
        ObjectNode item = new ObjectMapper().createObjectNode();
        item.put("fileName", "询问笔录_110023-20261125.MP4").put("sender", "DOCK-1");
        item.putArray("units").add("110105").add("110106");
        item.putArray("owners").add("110023");
        item.putArray("cases").add("（2022）京0105刑初123号");
        return ItemJson.read(item.toString());
    }

    @Test
    void latinWordsAreWholeAndChineseOnesAreEachTwoCharacters() throws JsonProcessingException {
        List<String> words = SearchTerms.of(item());
        assertTrue(words.containsAll(List.of("询问", "问笔", "笔录", "笔", "110023", "20261125", "mp4", "刑初", "0105", "号")));
        assertTrue(
                words.containsAll(List.of("dock", "o:DOCK-1", "o:110023", "w:110023", "u:110105", "u:110106")),
                words.toString());
        assertTrue(words.stream().noneMatch(word -> word.contains("录1")), "scripts do not mix");
    }

    @Test
    void aQueryAsksForEachWordAndLatinOnesByTheirBeginning() {
        assertEquals("'11':* & '笔录' & '问笔'", SearchTerms.query(" 问笔录 11"));
        assertEquals("'笔'", SearchTerms.query("笔"));
        assertNull(SearchTerms.query("（ ）——"));
    }

    @Test
    void whatSomebodyTypesIsNoSyntax() {
        assertEquals("'a':* & 'b':*", SearchTerms.query("a' | ' & !b:*"));
        assertEquals("'o:x'' | ''y\\\\'", SearchTerms.exactly("o:x' | 'y\\"));
    }

    @Test
    void whatIsTypedInOnePieceIsAskedForInItsOrderWhateverSignsAreBetween() {
        for (String piece : List.of("附件-01", "附件01", "附件_01", "（附件）01")) {
            assertEquals("'01':* & '附件'", SearchTerms.query(piece));
            assertEquals("'附件' <2> '01':*", SearchTerms.inOrder(piece));
        }
        assertEquals("'刑初' <2> '123' <1> '号'", SearchTerms.inOrder("刑初123号"));
        assertEquals("'123' & '刑初' & '号'", SearchTerms.query("刑初123号"), "a number in the middle is whole");
        assertEquals("'询问' <1> '问笔' <1> '笔录'", SearchTerms.inOrder("询问笔录"));
        assertEquals("'a' <1> 'b':* & 'c' <1> 'd':*", SearchTerms.inOrder("a-b 1 c-d"));
        assertEquals("'a' <1> 'b':*", SearchTerms.inOrder("ａ＿ｂ　１"), "full width");
        for (String none : List.of("附件 01", "01", "笔", "", "- -")) {
            assertNull(SearchTerms.inOrder(none), none);
        }
    }

    @Test
    void eachWordOfANameHasItsPlacesAndTwoNamesAreNoNeighbours() throws JsonProcessingException {
        ObjectNode item = new ObjectMapper().createObjectNode();
        item.put("fileName", "附件-01.mp4").put("sender", "01");
        item.putArray("units").add("110105");
        item.putArray("cases").add("C'1");
        assertEquals(
                "'01':3,6 '1':13 'c':12 'mp4':4 'o:01' 'u:110105' '件':2 '附':1 '附件':1",
                SearchTerms.vector(ItemJson.read(item.toString())));
    }
}
