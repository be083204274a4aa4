package org.liuhen.access;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Decides which refusals of unknown people and devices get an entry in the permanent log, so that requests of strangers cannot fill it: the
 * same refusal from the same address is one entry a minute, all together are ten, and what gets none is counted by the next one. Time is
 * that of a clock that nobody can set back.
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

    /** Nobody was refused yet. */
    public RefusalEntries() {
        this(System::nanoTime);
    }

    /** With this clock, in nanoseconds. */
    RefusalEntries(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Whether a refusal gets an entry now: what its reason ends with then, which is where it came from and how many before it got none.
     *
     * @param which what is the same refusal beside the address: the code, and the person that was named, if there is one
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
        String told = missed == 0 ? "" : "; " + missed + " refusals of strangers before it";
        missed = 0;
        return Optional.of(" (from " + address + told + ")");
    }
}
