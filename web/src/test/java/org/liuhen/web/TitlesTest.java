package org.liuhen.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TitlesTest {
    @ParameterizedTest
    @CsvSource({
        "'zh-CN,zh;q=0.9,en;q=0.8', zh",
        "'zh-Hant-TW', zh",
        "'en-US,en;q=0.5', en",
        "'de,zh;q=0.3', zh",
        "'en;q=0.2,zh;q=0.9', zh",
        "'de', en",
        "'*', en",
        "'', en",
        "'zh;q=none', en",
    })
    void theLanguageThatTheClientPrefers(String header, String language) {
        assertEquals(Locale.forLanguageTag(language), Titles.language(header));
    }

    @Test
    void withoutTheHeaderItIsEnglish() {
        assertEquals(Locale.ENGLISH, Titles.language(null));
    }

    /** The header comes from strangers, and is read where a refusal is answered: nothing may be thrown there. */
    @Test
    void noHeaderThrows() {
        String letters = "zh-en;q=0.51,* \tA";
        Random random = new Random(1);
        for (int i = 0; i < 300_000; i++) {
            StringBuilder header = new StringBuilder();
            for (int left = random.nextInt(14); left > 0; left--) {
                header.append(letters.charAt(random.nextInt(letters.length())));
            }
            Locale language = Titles.language(header.toString());
            assertTrue(
                    language.equals(Locale.ENGLISH) || language.equals(Locale.CHINESE), () -> header + " " + language);
        }
        assertEquals(Locale.ENGLISH, Titles.language("zh,".repeat(3_000)));
    }

    /** Who reads it sent the earlier request, too, mostly: nobody else is to blame. */
    @Test
    void anUploadThatIsBusySaysWhatToDo() {
        assertEquals(
                "An earlier request still brings bytes of this upload; ask again in some seconds",
                Titles.of("VT-106", Locale.ENGLISH));
        assertEquals("此件仍在接收上一次传输的数据，请几秒后再试", Titles.of("VT-106", Locale.CHINESE));
    }

    /** Also on a machine whose own language is the other one. */
    @Test
    void theMachinesLanguageIsNotAsked() {
        Locale machine = Locale.getDefault();
        try {
            for (Locale one : new Locale[] {Locale.CHINA, Locale.US}) {
                Locale.setDefault(one);
                assertEquals("Nobody is signed in", Titles.of("IN-150", Locale.ENGLISH));
                assertEquals("尚未登录或登录已过期，请登录", Titles.of("IN-150", Locale.CHINESE));
            }
        } finally {
            Locale.setDefault(machine);
        }
    }
}
