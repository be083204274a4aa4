package org.liuhen.review.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.web.Problem;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1, true",
        "bytes=10-19, 10, 20, true",
        "bytes=90-, 90, 100, true",
        "bytes=90-500, 90, 100, true",
        "bytes=-5, 95, 100, true",
        "bytes=-500, 0, 100, true",
        "'bytes=0-1,5-6', 0, 100, false",
        "bytes=-, 0, 100, false",
        "bytes=5-2, 0, 100, false",
        "bytes=500-499, 0, 100, false",
        "lines=1-2, 0, 100, false"
    })
    void readsOneRangeAndGivesTheWholeForWhatItDoesNotRead(String header, long from, long to, boolean partial)
            throws Problem {
        assertEquals(new ByteRange(from, to, partial), ByteRange.parse(header, 100));
    }

    @Test
    void givesTheWholeWhereNoRangeIsAsked() throws Problem {
        assertEquals(new ByteRange(0, 100, false), ByteRange.parse(null, 100));
    }

    @Test
    void aConditionHoldsForTheSameBytesOnly() {
        assertTrue(ByteRange.holds(null, null));
        assertTrue(ByteRange.holds("\"ab\"", "\"ab\""));
        assertFalse(ByteRange.holds("\"ab\"", "\"cd\""));
        assertFalse(ByteRange.holds("\"null\"", null), "bytes without a digest have no tag");
        assertFalse(ByteRange.holds("Fri, 27 Nov 2026 08:00:00 GMT", "\"ab\""), "a date is no tag");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
    void refusesARangeWithoutBytes(String header) {
        assertEquals(
                416,
                assertThrows(Problem.class, () -> ByteRange.parse(header, 100)).status());
    }
}
