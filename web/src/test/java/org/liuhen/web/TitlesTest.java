package org.liuhen.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
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
