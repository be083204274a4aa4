package org.liuhen.review.projection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How the words of a document are compared, and how they are parted. */
class PassageTest {
    private static String folded(String text) {
        return FoldedText.of(text).text();
    }

    @Test
    void foldsWidthCaseAndTheEndsOfLines() {
        assertEquals("abc 123", folded("ＡＢＣ　１２３"));
        assertEquals("张三,李四", folded("张三，\n 李四"));
        assertEquals("扒窃嫌疑人", folded("扒窃\n嫌疑人"));
        assertEquals("警号110023", folded("警号 110023"));
        assertEquals("the stolen bicycle", folded(" The\tstolen\r\n  BICYCLE "));
        assertEquals("strasse ﬁ".replace("ﬁ", "fi"), folded("STRASSE ﬁ"));
        assertEquals("café", folded("Cafe\u0301"), "a mark of its own is the character with the mark");
        assertEquals("ガ", folded("ｶﾞ"));
        assertEquals("bicycle", folded("bi\u00adcy\u200bcle\ufeff"), "characters without width");
        assertEquals("a b", folded("a\0b"), "a control character parts words");
        assertEquals("ab", folded("a\ud800b"), "half a character is none");
        assertEquals("𠀀𠀁", folded("𠀀 𠀁"));
        assertEquals("株式会社", folded("㍿"));
        assertEquals("%_'\\[.*", folded("%_'\\[.*"));
    }

    @Test
    void everyWordOfAHundredCharactersLiesInOnePassage() {
        Random random = new Random(43);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.appendCodePoint(i % 7 == 0 ? 0x20000 + random.nextInt(200) : 0x4e00 + random.nextInt(3_000));
            text.append(i % 31 == 0 ? "\n" : "");
        }
        List<Passage> passages = Passage.of(text.toString());
        assertTrue(passages.size() > 20, passages.size() + " passages");
        String all = folded(text.toString());
        int[] points = all.codePoints().toArray();
        for (int i = 0; i + Passage.SOUGHT_MAX <= points.length; i++) {
            String word = new String(points, i, Passage.SOUGHT_MAX);
            assertTrue(passages.stream().anyMatch(one -> one.folded().contains(word)), "at " + i);
        }
        for (Passage one : passages) {
            assertEquals(one.folded(), folded(one.shown()), "what is shown is what was compared");
            assertTrue(!Character.isLowSurrogate(one.shown().charAt(0)), "a character is not parted");
        }
    }

    @Test
    void hasPassagesOfWhateverItGets() {
        assertEquals(List.of(), Passage.of(""));
        assertEquals(List.of(), Passage.of(" \n\0\u200b "));
        List<Passage> one = Passage.of("a".repeat(4 << 20));
        assertEquals(1 + (4 << 20) / 1_000, one.size());
        assertTrue(one.stream().allMatch(passage -> Passage.grams(passage.folded()).length == 1));
        assertEquals(1, Passage.of("x").size());
        assertEquals("a b", Passage.of("a\0b").get(0).shown());
        assertTrue(Passage.of("\ufdfa".repeat(100_000)).size() > 1_000, "one character that is eighteen");
    }

    @Test
    void pairsAreNumbersAndNoneHasASpace() {
        assertArrayEquals(new int[] {('a' << 16) ^ 'b'}, Passage.grams("ab ab"));
        assertEquals(0, Passage.grams("a b c").length);
        assertEquals(0, Passage.grams("一").length);
        int[] found = Passage.grams("犯罪嫌疑人犯罪");
        int[] sought = Passage.grams("嫌疑");
        assertTrue(Arrays.stream(sought).allMatch(gram -> Arrays.binarySearch(found, gram) >= 0));
    }
}
