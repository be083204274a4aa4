package org.liuhen.access;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.liuhen.web.Problem;

/** Limits the requests of each person to 100 a second, after 500 at once (token bucket). */
final class RequestPace {
    private static final int AT_ONCE = 500;
    private static final int A_SECOND = 100;
    private static final int REMEMBERED_MAX = 10_000;

    /** By person; the least recently used one is forgotten first. */
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    /** Counts a request. IN-157: it is one too many. */
    void count(String personId) throws Problem {
        Bucket bucket;
        synchronized (buckets) {
            bucket = buckets.computeIfAbsent(personId, key -> Bucket.builder()
                    .addLimit(limit -> limit.capacity(AT_ONCE).refillGreedy(A_SECOND, Duration.ofSeconds(1)))
                    .build());
        }
        if (!bucket.tryConsume(1)) {
            throw new Problem(
                    429,
                    "IN-157",
                    "More than " + A_SECOND + " requests a second in your name; wait a second and go on");
        }
    }
}
