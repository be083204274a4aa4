package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;

class HttpDateTest {
    /** RFC 9110 §5.6.7: IMF-fixdate has two digits for the day, on its first days too. */
    @Test
    void isOfOneLengthOnEachDayOfTheYear() {
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", Tus.httpDate(Instant.parse("1994-11-06T08:49:37Z")));
        for (int day = 0; day < 366; day++) {
            Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(86_400L * day);
            String date = Tus.httpDate(at);
            assertEquals("Sun, 06 Nov 1994 08:49:37 GMT".length(), date.length(), date);
            assertEquals(
                    at,
                    OffsetDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        }
    }
}
