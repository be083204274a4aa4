package org.liuhen.review.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Half-open ranges of whole numbers, in their order and apart from each other. Of more than the greatest number, the nearest two become one. */
final class MergedRanges {
    private final int max;
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /**
     * No range yet.
     *
     * @param max the greatest number of ranges
     */
    MergedRanges(int max) {
        this.max = max;
    }

    /**
     * Adds a range; an empty one adds nothing.
     *
     * @param from the first number
     * @param to the number after the last one
     */
    void add(long from, long to) {
        if (from >= to) {
            return;
        }
        Map.Entry<Long, Long> before = ranges.floorEntry(from);
        long first = before != null && before.getValue() >= from ? before.getKey() : from;
        long end = to;
        for (Map.Entry<Long, Long> next = ranges.ceilingEntry(first);
                next != null && next.getKey() <= end;
                next = ranges.ceilingEntry(first)) {
            end = Math.max(end, next.getValue());
            ranges.remove(next.getKey());
        }
        ranges.put(first, end);
        if (ranges.size() > max) {
            joinNearest();
        }
    }

    private void joinNearest() {
        Map.Entry<Long, Long> last = null;
        long nearest = Long.MAX_VALUE;
        long left = 0;
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            if (last != null && range.getKey() - last.getValue() < nearest) {
                nearest = range.getKey() - last.getValue();
                left = last.getKey();
            }
            last = range;
        }
        add(left, ranges.higherKey(left));
    }

    /** The ranges, each as what this makes of its first number and the number after its last one. */
    <R> List<R> as(BiFunction<Long, Long, R> maker) {
        List<R> made = new ArrayList<>();
        ranges.forEach((from, to) -> made.add(maker.apply(from, to)));
        return made;
    }
}
