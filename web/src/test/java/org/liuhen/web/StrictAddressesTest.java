package org.liuhen.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each address has one spelling (RFC 3986, section 6.2.2). */
class StrictAddressesTest {
    @Test
    void oneSpellingIsAccepted() {
        for (String path : List.of(
                "/",
                "/api/evidence",
                "/api/evidence/",
                "/log/site-1/tile/0/x001/067.p/8",
                "/api/cases/A%20B",
                "/api/people/%E6%B0%91%E8%AD%A6",
                "/a:@!$&'()*+,=-._~b",
                "/...",
                "/a..b")) {
            assertNull(StrictAddresses.wrongPath(path), path);
        }
        for (String query : List.of("", "q=1&q=2", "q=%E6%B0%91", "q=a+b", "q=%41", "a;b=/?:@", "q=%0a")) {
            assertNull(StrictAddresses.wrongQuery(query), query);
        }
    }

    @Test
    void aSecondSpellingIsRefusedWithItsReason() {
        Map.of(
                        "//api", "an empty part between two slashes",
                        "/api//evidence", "an empty part between two slashes",
                        "/api/.", "a part that is . or ..",
                        "/api/../log", "a part that is . or ..",
                        "/%61pi", "a percent-encoded letter, digit, or one of -._~",
                        "/api/%2e", "a percent-encoded letter, digit, or one of -._~",
                        "/api%2fevidence", "a percent-encoded control character or one of / \\ % ; ?",
                        "/api/%25", "a percent-encoded control character or one of / \\ % ; ?",
                        "/api/%00", "a percent-encoded control character or one of / \\ % ; ?",
                        "/api;x=1", "a character that has to be percent-encoded")
                .forEach((path, reason) -> assertEquals(reason, StrictAddresses.wrongPath(path), path));
        Map.of(
                        "/api/%7f", "a percent-encoded control character or one of / \\ % ; ?",
                        "/api/%5C", "a percent-encoded control character or one of / \\ % ; ?",
                        "/api/%", "a % without two hexadecimal digits",
                        "/api/%4", "a % without two hexadecimal digits",
                        "/api/%zz", "a % without two hexadecimal digits",
                        "/api/\"", "a character that has to be percent-encoded",
                        "/api/民", "a character that has to be percent-encoded",
                        "/api/%ff", "bytes that are not UTF-8",
                        "/api/%C0%80", "bytes that are not UTF-8",
                        "/api/%ED%A0%80", "bytes that are not UTF-8")
                .forEach((path, reason) -> assertEquals(reason, StrictAddresses.wrongPath(path), path));
    }

    @Test
    void aQueryIsUtf8WithoutControlCharacters() {
        Map.of(
                        "q=%00", "U+0000 in its query",
                        "q=%", "a % without two hexadecimal digits in its query",
                        "q=%4", "a % without two hexadecimal digits in its query",
                        "q=a b", "a character in its query that has to be percent-encoded",
                        "q=\u007f", "a character in its query that has to be percent-encoded",
                        "q=民", "a character in its query that has to be percent-encoded",
                        "q=%ff", "bytes in its query that are not UTF-8",
                        "q=%C0%80", "bytes in its query that are not UTF-8")
                .forEach((query, reason) -> assertEquals(reason, StrictAddresses.wrongQuery(query), query));
    }
}
