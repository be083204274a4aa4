package org.liuhen.dock;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * When work that failed is tried again, and what does not go on by itself. Work is named by a key, such as that of a copy. Pauses grow from
 * one second to a minute, each twice as long as the one before.
 */
final class Retries {
    static final long PAUSE_MILLIS_MIN = 1_000;
    static final long PAUSE_MILLIS_MAX = 60_000;

    /** The pause after the third attempt: from then on an unreadable file is taken for one that stays so. */
    private static final long UNREADABLE_MILLIS = 4 * PAUSE_MILLIS_MIN;

    private final LongSupplier millis;
    private final Map<String, Long> notBefore = new ConcurrentHashMap<>();
    private final Map<String, Long> pauses = new ConcurrentHashMap<>();
    private final Map<String, String> blocked = new ConcurrentHashMap<>();

    /** Retries by a clock in milliseconds that never goes back. */
    Retries(LongSupplier millis) {
        this.millis = millis;
    }

    /** Whether the work may begin now. */
    boolean isDue(String key) {
        long now = millis.getAsLong();
        return notBefore.getOrDefault(key, now) <= now;
    }

    /** The work failed, and the next attempt may succeed without intervention. */
    void retry(String key) {
        notBefore.put(key, millis.getAsLong() + grow(key));
    }

    /** The work failed because a file on a camera cannot be read. After some attempts it does not go on by itself. */
    void retryUnreadable(String key, String why) {
        retry(key);
        if (pauses.get(key) >= UNREADABLE_MILLIS) {
            block(key, why);
        }
    }

    /** The work failed and does not go on by itself. It is tried again after the longest pause. */
    void retryBlocked(String key, String why) {
        block(key, why);
        grow(key);
        pause(key);
    }

    private long grow(String key) {
        return pauses.merge(key, PAUSE_MILLIS_MIN, (before, first) -> Math.min(PAUSE_MILLIS_MAX, 2 * before));
    }

    /** The work is tried again after the longest pause. */
    void pause(String key) {
        notBefore.put(key, millis.getAsLong() + PAUSE_MILLIS_MAX);
    }

    /** Notes why the work does not go on by itself. */
    void block(String key, String why) {
        blocked.put(key, why);
    }

    /** Why the work does not go on by itself, or null where it does. */
    String blockedBecause(String key) {
        return blocked.get(key);
    }

    /** The work succeeded. */
    void succeeded(String key) {
        notBefore.remove(key);
        pauses.remove(key);
        blocked.remove(key);
    }
}
