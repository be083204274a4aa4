package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogApiTest {
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br, GZIP", "gzip;q=0.5", "gzip;q=0.001, br", "deflate, gzip; q=1"})
    void gzipIsTaken(String header) {
        assertTrue(LogApi.acceptsGzip(header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "br", "gzip;q=0", "gzip; q=0.0, br", "gzip ; q=0.000", "bigzip", "identity"})
    void gzipIsNotTaken(String header) {
        assertFalse(LogApi.acceptsGzip(header));
    }

    @Test
    void aRequestThatDoesNotSayTakesNone() {
        assertFalse(LogApi.acceptsGzip(null));
    }
}
