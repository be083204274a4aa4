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
}
