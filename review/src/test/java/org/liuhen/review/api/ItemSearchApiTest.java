package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.custody.evidence.Place;
import org.liuhen.web.Problem;

class ItemSearchApiTest {
    @Test
    void aBoxInDegreesIsWidenedToHundredths() throws Problem {
        assertEquals(new Place(11638, 3990, 11641, 3992), ItemSearchApi.place("116.385,39.903,116.401,39.911"));
        assertEquals(new Place(-50, -25, 0, 100), ItemSearchApi.place("-0.5,-.25,0,1"));
        assertNull(ItemSearchApi.place(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1,2,3", "1,2,3,x", "1,2,NaN,4", "1;2;3;4"})
    void whatIsNoBoxIsRefused(String bbox) {
        assertEquals(
                "RV-105",
                assertThrows(Problem.class, () -> ItemSearchApi.place(bbox)).code());
    }
}
