package org.liuhen.review.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipTest {
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br, GZIP", "gzip;q=0.5", "gzip;q=0.001, br", "deflate, gzip; q=1"})
    void gzipIsTaken(String header) {
        assertTrue(Gzip.isAccepted(header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "br", "gzip;q=0", "gzip; q=0.0, br", "gzip ; q=0.000", "bigzip", "identity"})
    void gzipIsNotTaken(String header) {
        assertFalse(Gzip.isAccepted(header));
    }

    @Test
    void aRequestThatDoesNotSayTakesNone() {
        assertFalse(Gzip.isAccepted(null));
    }
}
