package org.liuhen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalEntriesTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it may pass its largest value
    private final RefusalEntries denials = new RefusalEntries(nanos::get);

    @Test
    void theSameIsOneEntryAMinuteAndTheNextCountsTheOthers() {
        assertEquals(Optional.of(" (from a)"), denials.entry("a", "IN-150"));
        assertEquals(Optional.empty(), denials.entry("a", "IN-150"));
        assertEquals(Optional.empty(), denials.entry("a", "IN-150"));
        assertEquals(
                Optional.of(" (from b; 2 unauthenticated denials before it have no entry)"),
                denials.entry("b", "IN-150"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
        assertEquals(Optional.of(" (from a)"), denials.entry("a", "IN-150"));
    }

    @Test
    void allTogetherAreTenAMinute() {
        for (int i = 0; i < 10; i++) {
            assertEquals(Optional.of(" (from a" + i + ")"), denials.entry("a" + i, "IN-150"));
        }
        for (int i = 10; i < 100; i++) {
            assertEquals(Optional.empty(), denials.entry("a" + i, "IN-150"));
        }
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
        assertEquals(
                Optional.of(" (from a; 90 unauthenticated denials before it have no entry)"),
                denials.entry("a", "IN-150"));
    }
}
