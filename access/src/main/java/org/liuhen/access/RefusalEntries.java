package org.liuhen.access;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Decides which denials of unauthenticated callers get an entry in the permanent log, so that such requests cannot fill it: the same denial
 * from the same address is one entry a minute, all together are ten, and each entry counts those before it that got none. Time is monotonic.
 */
public final class RefusalEntries {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int A_MINUTE = 10;
    private static final int REMEMBERED_MAX = 10_000;

    private final LongSupplier nanos;
    private final Deque<Long> entries = new ArrayDeque<>();
    private long missed;
    private final Map<String, Long> last = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    /** With the clock of this machine. */
    public RefusalEntries() {
        this(System::nanoTime);
    }

    /** With this clock, in nanoseconds. */
    RefusalEntries(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Counts a denial. If it gets an entry, gives what ends its reason: the address, and how many denials before it got no entry.
     *
     * @param which what makes two denials of one address the same: the code, and the person that was named, if there is one
     */
    public synchronized Optional<String> entry(String address, String which) {
        long now = nanos.getAsLong();
        String same = address + "\n" + which;
        entries.removeIf(entry -> now - entry > MINUTE);
        Long before = last.get(same);
        if (entries.size() >= A_MINUTE || (before != null && now - before <= MINUTE)) {
            missed++;
            return Optional.empty();
        }
        entries.add(now);
        last.remove(same);
        last.put(same, now);
        String unrecorded = missed == 0 ? "" : "; " + missed + " unauthenticated denials before it have no entry";
        missed = 0;
        return Optional.of(" (from " + address + unrecorded + ")");
    }
}
