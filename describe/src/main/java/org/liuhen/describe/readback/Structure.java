package org.liuhen.describe.readback;

import java.util.List;

/**
 * How a file is built, as far as it was seen while its skeleton was written.
 *
 * @param sizeBytes its length
 * @param kind which kind of file it is
 * @param damage faults of its structure, in words
 * @param holes the parts that its skeleton does not hold, in order, each from its first byte to before its last. A file may be
 *     made to have millions of them: then the last one reaches over what follows, kept or not
 * @param zeros long runs of zeros in what was read of it
 * @param appendedFrom where in ISO base media something begins behind the last box, or -1
 */
public record Structure(
        long sizeBytes, Kind kind, List<String> damage, List<long[]> holes, List<Zeros> zeros, long appendedFrom) {
    /** How a file is built, as far as it decides what to keep. */
    public enum Kind {
        ISO_BASE_MEDIA,
        OTHER_MEDIA,
        OTHER
    }

    public Structure {
        damage = List.copyOf(damage);
        holes = List.copyOf(holes);
        zeros = List.copyOf(zeros);
    }

    /** There are no bytes. */
    public static final Structure NONE = new Structure(0, Kind.OTHER, List.of(), List.of(), List.of(), -1);

    /** What the skeleton lacks of these parts of the file, in their order; the first so many pieces. */
    public List<long[]> missing(List<long[]> parts, int atMost) {
        return parts.stream()
                .flatMap(part -> missing(part[0], part[1]).stream())
                .limit(atMost)
                .toList();
    }

    /** What the skeleton lacks of this part of the file. */
    private List<long[]> missing(long from, long to) {
        int low = 0; // the first hole that ends behind the beginning, by bisection: a hostile index asks for many parts
        for (int high = holes.size(); low < high; ) {
            int middle = (low + high) >>> 1;
            if (holes.get(middle)[1] <= from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return holes.subList(low, holes.size()).stream()
                .takeWhile(hole -> hole[0] < to)
                .map(hole -> new long[] {Math.max(from, hole[0]), Math.min(to, hole[1])})
                .toList();
    }
}
