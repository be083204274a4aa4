package org.liuhen.custody.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PlaceTest {
    @Test
    void roundsOutwardAndSaysNoMoreThanAKilometre() {
        assertEquals(new Place(11639, 3990, 11640, 3992), Place.around(116.3912, 39.9061, 116.3975, 39.9144));
        assertEquals(new Place(-7049, -3346, -7048, -3345), Place.around(-70.4812, -33.4561, -70.4812, -33.4561));
        assertEquals(new Place(0, 0, 0, 0), Place.around(0, 0, 0, 0));
    }

    @Test
    void isOnThisEarth() {
        for (double[] box : new double[][] {
            {-181, 0, 0, 0}, {0, 0, 181, 0}, {0, -91, 0, 0}, {0, 0, 0, 91}, {2, 0, 1, 0}, {0, 2, 0, 1}
        }) {
            assertThrows(IllegalArgumentException.class, () -> Place.around(box[0], box[1], box[2], box[3]));
        }
        assertThrows(IllegalArgumentException.class, () -> Place.around(Double.NEGATIVE_INFINITY, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> Place.around(0, 0, Double.NaN, 0));
    }
}
