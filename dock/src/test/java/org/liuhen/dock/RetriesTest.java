package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RetriesTest {
    private long now = -5_000; // System.nanoTime may be negative
    private final Retries retries = new Retries(() -> now);

    /** How long it is until the work is due. */
    private long pause() {
        long from = now;
        while (!retries.isDue("copy")) {
            now += 500;
        }
        return now - from;
    }

    @Test
    void newWorkIsDue() {
        assertTrue(retries.isDue("copy"));
        assertNull(retries.left("copy"));
    }

    @Test
    void pausesDoubleUpToAMinute() {
        for (long expected : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000}) {
            retries.later("copy");
            assertEquals(expected, pause());
        }
        assertTrue(retries.isDue("another copy"));
        assertNull(retries.left("copy"), "it goes on by itself");
    }

    @Test
    void successBeginsAnew() {
        retries.later("copy");
        retries.later("copy");
        retries.laterLeft("copy", "DK-109");
        retries.succeeded("copy");
        assertNull(retries.left("copy"));
        pause();
        retries.later("copy");
        assertEquals(1_000, pause());
    }

    @Test
    void whatDoesNotGoOnByItselfIsTriedOnceAMinute() {
        for (int i = 0; i < 3; i++) {
            retries.laterLeft("copy", "DK-109");
            assertEquals("DK-109", retries.left("copy"));
            assertEquals(60_000, pause());
        }
    }

    @Test
    void anUnreadableFileIsLeftFromTheThirdAttemptOn() {
        retries.laterUnreadable("copy", "DK-111");
        retries.laterUnreadable("copy", "DK-111");
        assertNull(retries.left("copy"));
        pause();
        retries.laterUnreadable("copy", "DK-111");
        assertEquals("DK-111", retries.left("copy"));
        assertEquals(4_000, pause(), "it is tried again nevertheless");
    }

    @Test
    void aPauseLeavesNothing() {
        retries.pause("clock");
        assertFalse(retries.isDue("clock"));
        assertNull(retries.left("clock"));
    }
}
