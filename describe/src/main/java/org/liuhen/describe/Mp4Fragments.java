package org.liuhen.describe;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The samples that movie fragments of an MP4 file name (ISO/IEC 14496-12 §8.8), beside the tables of its index. */
final class Mp4Fragments {
    private static final int BOX_HEADER_BYTES = 8;
    private static final int BOX_TYPE_AT = 4;
    private static final int FULL_BOX_HEADER_BYTES = 12;
    private static final int FLAGS_AT = 8;
    private static final int FLAGS = 0xffffff;

    // trex (§8.8.3), from its version and flags on
    private static final int TREX_TRACK_AT = 4;
    private static final int TREX_DURATION_AT = 12;
    private static final int TREX_SIZE_AT = 16;
    private static final int TREX_BYTES = 24;

    // flags of tfhd (§8.8.7)
    private static final int BASE_OFFSET = 0x1;
    private static final int DESCRIPTION_INDEX = 0x2;
    private static final int DEFAULT_DURATION = 0x8;
    private static final int DEFAULT_SIZE = 0x10;

    // flags of trun (§8.8.8)
    private static final int DATA_OFFSET = 0x1;
    private static final int FIRST_SAMPLE_FLAGS = 0x4;
    private static final int SAMPLE_DURATION = 0x100;
    private static final int SAMPLE_SIZE = 0x200;
    private static final int SAMPLE_FLAGS = 0x400;
    private static final int SAMPLE_COMPOSITION = 0x800;
    private static final int OF_EACH_SAMPLE = SAMPLE_DURATION | SAMPLE_SIZE | SAMPLE_FLAGS | SAMPLE_COMPOSITION;

    /** The duration and the size of samples where a fragment has no others. */
    private record Defaults(int duration, int size) {
        static final Defaults NONE = new Defaults(0, 0);
    }

    private final List<Mp4Track> tracks;
    private final Map<Integer, Defaults> defaults = new HashMap<>();

    /** Fragments that add samples to these tracks. */
    Mp4Fragments(List<Mp4Track> tracks) {
        this.tracks = tracks;
    }

    /** Whether the index announces fragments. */
    boolean areAnnounced() {
        return !defaults.isEmpty();
    }

    /** Takes a {@code trex} box, from its version and flags on. */
    void addDefaults(ByteBuffer trex) {
        if (trex.remaining() >= TREX_BYTES) {
            defaults.put(
                    trex.getInt(TREX_TRACK_AT), new Defaults(trex.getInt(TREX_DURATION_AT), trex.getInt(TREX_SIZE_AT)));
        }
    }

    /**
     * Takes the boxes of a {@code moof}.
     *
     * @param moof where that box begins in the file: samples lie from there on unless the fragment has another offset
     */
    void add(long moof, ByteBuffer boxes) {
        while (boxes.remaining() >= BOX_HEADER_BYTES) {
            ByteBuffer box = next(boxes);
            if (box == null) {
                return;
            }
            if (Bytes.code(box, BOX_TYPE_AT).equals("traf")) {
                box.position(BOX_HEADER_BYTES);
                trackFragment(moof, box);
            }
        }
    }

    private void trackFragment(long moof, ByteBuffer boxes) {
        Mp4Track track = null;
        long base = moof;
        long next = moof;
        int duration = 0;
        int size = 0;
        for (ByteBuffer box = next(boxes); box != null; box = next(boxes)) {
            if (box.limit() < FULL_BOX_HEADER_BYTES + 4) {
                continue;
            }
            String type = Bytes.code(box, BOX_TYPE_AT);
            int flags = box.getInt(FLAGS_AT) & FLAGS;
            box.position(FULL_BOX_HEADER_BYTES);
            if (type.equals("tfhd")) {
                int id = box.getInt();
                track = tracks.stream()
                        .filter(one -> one.id() == id)
                        .findFirst()
                        .orElse(null);
                Defaults ofTrack = defaults.getOrDefault(id, Defaults.NONE);
                base = (flags & BASE_OFFSET) != 0 && box.remaining() >= Long.BYTES ? box.getLong() : moof;
                next = base;
                skip(box, flags & DESCRIPTION_INDEX);
                duration = number(box, flags & DEFAULT_DURATION, ofTrack.duration());
                size = number(box, flags & DEFAULT_SIZE, ofTrack.size());
            } else if (type.equals("trun") && track != null) {
                int count = track.count(box.getInt());
                next = (flags & DATA_OFFSET) != 0 && box.remaining() >= Integer.BYTES ? base + box.getInt() : next;
                skip(box, flags & FIRST_SAMPLE_FLAGS);
                next = run(track, box, flags, count, next, duration, size);
            }
        }
    }

    /** Adds the samples of a {@code trun}; gives where the next ones begin. */
    private static long run(Mp4Track track, ByteBuffer box, int flags, int stated, long from, int duration, int size) {
        int entryBytes = Integer.BYTES * Integer.bitCount(flags & OF_EACH_SAMPLE);
        int count = entryBytes > 0 ? Math.min(stated, box.remaining() / entryBytes) : stated;
        int[] sizes = new int[count];
        int[] durations = new int[count];
        long length = 0;
        for (int i = 0; i < count; i++) {
            durations[i] = (flags & SAMPLE_DURATION) != 0 ? box.getInt() : duration;
            sizes[i] = (flags & SAMPLE_SIZE) != 0 ? box.getInt() : size;
            skip(box, flags & SAMPLE_FLAGS);
            skip(box, flags & SAMPLE_COMPOSITION);
            length += Integer.toUnsignedLong(sizes[i]);
        }
        track.addRun(from, sizes, durations);
        return from + length;
    }

    private static int number(ByteBuffer box, int flag, int otherwise) {
        return flag != 0 && box.remaining() >= Integer.BYTES ? box.getInt() : otherwise;
    }

    private static void skip(ByteBuffer box, int flag) {
        number(box, flag, 0);
    }

    /** The next box with its header, or null where none is whole. */
    private static ByteBuffer next(ByteBuffer boxes) {
        if (boxes.remaining() < FULL_BOX_HEADER_BYTES) {
            return null;
        }
        int size = boxes.getInt(boxes.position());
        if (size < FULL_BOX_HEADER_BYTES || size > boxes.remaining()) {
            return null;
        }
        ByteBuffer box = boxes.slice(boxes.position(), size);
        boxes.position(boxes.position() + size);
        return box;
    }
}
