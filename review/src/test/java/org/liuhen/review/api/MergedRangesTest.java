package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergedRangesTest {
    private static String text(MergedRanges ranges) {
        return ranges.as((from, to) -> from + "-" + to).toString();
    }

    @Test
    void rangesThatTouchOrOverlapBecomeOne() {
        MergedRanges ranges = new MergedRanges(10);
        ranges.add(5, 5);
        assertEquals("[]", text(ranges));
        ranges.add(10, 20);
        ranges.add(30, 40);
        ranges.add(0, 10);
        assertEquals("[0-20, 30-40]", text(ranges));
        ranges.add(12, 15);
        ranges.add(40, 41);
        assertEquals("[0-20, 30-41]", text(ranges));
        ranges.add(19, 35);
        assertEquals("[0-41]", text(ranges));
    }

    @Test
    void ofTooManyTheNearestTwoBecomeOne() {
        MergedRanges ranges = new MergedRanges(3);
        for (int from : List.of(0, 100, 150, 300)) {
            ranges.add(from, from + 10);
        }
        assertEquals("[0-10, 100-160, 300-310]", text(ranges));
    }

    /** Against a set of bits, which is slow and simple. */
    @Test
    void holdExactlyWhatWasAdded() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            MergedRanges ranges = new MergedRanges(1_000);
            BitSet bits = new BitSet();
            for (int i = 0; i < 60; i++) {
                int from = random.nextInt(400);
                int to = from + random.nextInt(20);
                ranges.add(from, to);
                bits.set(from, to);
            }
            BitSet held = new BitSet();
            long[] last = {-1};
            ranges.as((from, to) -> {
                assertTrue(from > last[0] && to > from, "in their order and apart from each other");
                last[0] = to;
                held.set(from.intValue(), to.intValue());
                return from;
            });
            assertEquals(bits, held, "seed " + seed);
        }
    }
}
