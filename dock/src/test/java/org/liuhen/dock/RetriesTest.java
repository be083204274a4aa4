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
        assertNull(retries.blockedBecause("copy"));
    }

    @Test
    void pausesDoubleUpToAMinute() {
        for (long expected : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000}) {
            retries.retry("copy");
            assertEquals(expected, pause());
        }
        assertTrue(retries.isDue("another copy"));
        assertNull(retries.blockedBecause("copy"), "it goes on by itself");
    }

    @Test
    void successBeginsAnew() {
        retries.retry("copy");
        retries.retry("copy");
        retries.retryBlocked("copy", "DK-109");
        retries.succeeded("copy");
        assertNull(retries.blockedBecause("copy"));
        pause();
        retries.retry("copy");
        assertEquals(1_000, pause());
    }

    @Test
    void whatDoesNotGoOnByItselfIsTriedOnceAMinute() {
        for (int i = 0; i < 3; i++) {
            retries.retryBlocked("copy", "DK-109");
            assertEquals("DK-109", retries.blockedBecause("copy"));
            assertEquals(60_000, pause());
        }
    }

    @Test
    void anUnreadableFileIsLeftFromTheThirdAttemptOn() {
        retries.retryUnreadable("copy", "DK-111");
        retries.retryUnreadable("copy", "DK-111");
        assertNull(retries.blockedBecause("copy"));
        pause();
        retries.retryUnreadable("copy", "DK-111");
        assertEquals("DK-111", retries.blockedBecause("copy"));
        assertEquals(4_000, pause(), "it is tried again nevertheless");
    }

    @Test
    void aPauseLeavesNothing() {
        retries.pause("clock");
        assertFalse(retries.isDue("clock"));
        assertNull(retries.blockedBecause("clock"));
    }
}
