package org.liuhen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalEntriesTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it may pass its largest value
    private final RefusalEntries strangers = new RefusalEntries(nanos::get);

    @Test
    void theSameIsOneEntryAMinuteAndTheNextTellsOfTheOthers() {
        assertEquals(Optional.of(" (from a)"), strangers.entry("a", "IN-150"));
        assertEquals(Optional.empty(), strangers.entry("a", "IN-150"));
        assertEquals(Optional.empty(), strangers.entry("a", "IN-150"));
        assertEquals(Optional.of(" (from b; 2 refusals of strangers before it)"), strangers.entry("b", "IN-150"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
        assertEquals(Optional.of(" (from a)"), strangers.entry("a", "IN-150"));
    }

    @Test
    void allTogetherAreTenAMinute() {
        for (int i = 0; i < 10; i++) {
            assertEquals(Optional.of(" (from a" + i + ")"), strangers.entry("a" + i, "IN-150"));
        }
        for (int i = 10; i < 100; i++) {
            assertEquals(Optional.empty(), strangers.entry("a" + i, "IN-150"));
        }
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
        assertEquals(Optional.of(" (from a; 90 refusals of strangers before it)"), strangers.entry("a", "IN-150"));
    }
}
