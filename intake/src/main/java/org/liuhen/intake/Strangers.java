package org.liuhen.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Which refusals of people and devices whom nobody knows get an entry in the permanent log. Else anybody could fill it by knocking: the
 * same refusal from the same address is one entry a minute, all together are ten, and what gets none is counted by the next one.
 */
public final class Strangers {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int A_MINUTE = 10;
    private static final int REMEMBERED_MAX = 10_000;

    private final Deque<Instant> entries = new ArrayDeque<>();
    private long missed;
    private final Map<String, Instant> last = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    /**
     * Whether a refusal gets an entry now, and how many before it got none.
     *
     * @param which what is the same refusal: the address, the code, and who was named if there is somebody of that name
     */
    public synchronized OptionalLong entry(String which, Instant now) {
        entries.removeIf(entry -> entry.isBefore(now.minus(MINUTE)));
        Instant before = last.get(which);
        if (entries.size() >= A_MINUTE || (before != null && before.isAfter(now.minus(MINUTE)))) {
            missed++;
            return OptionalLong.empty();
        }
        entries.add(now);
        last.remove(which);
        last.put(which, now);
        long told = missed;
        missed = 0;
        return OptionalLong.of(told);
    }
}
