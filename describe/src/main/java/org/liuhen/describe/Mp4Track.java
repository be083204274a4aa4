package org.liuhen.describe;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One track of an MP4 or MOV file: where each of its samples lies and how long it lasts, from the tables of its index (ISO/IEC 14496-12 §8.6
 * to §8.7) and from fragments.
 */
final class Mp4Track {
    private static final int SAMPLES_MAX = 4_000_000; // a day of pictures
    private static final int FULL_BOX_BYTES = 4; // version and flags (§4.2)
    private static final long UNKNOWN_DURATION = 0xffff_ffffL;

    // hdlr (§8.4.3; QuickTime File Format, "Handler reference atom"), stsd (§8.5.2)
    private static final int HDLR_COMPONENT_AT = 4;
    private static final int HDLR_TYPE_AT = 8;
    private static final int STSD_FORMAT_AT = 12;
    private static final int STSD_FORMAT_END = 16;

    // stts (§8.6.1.2): samples, duration; stsc (§8.7.4): first chunk, samples in each, description
    private static final int STTS_ENTRY_BYTES = 8;
    private static final int STSC_ENTRY_BYTES = 12;

    private int id;
    private String format = "";
    private String handler = "";
    private long timescale;
    private long duration;
    private int[] sizes = new int[0]; // none where all have the same
    private int sizeOfEach;
    private int samples;
    private long[] chunks = new long[0];
    private int[][] runs = new int[0][]; // first chunk, samples in each
    private int[][] times = new int[0][]; // samples, duration of each
    private final List<Run> fragments = new ArrayList<>();
    private boolean cut;

    /** Samples of a fragment that lie one behind the other. */
    @SuppressWarnings("ArrayRecordComponent") // nothing compares it
    private record Run(long at, int[] sizes, int[] durations) {}

    /** Gets each sample of a track in turn. */
    interface Visitor {
        /**
         * One sample, or several of one size that lie together.
         *
         * @param from the first byte
         * @param to behind the last byte
         * @param ticks the duration, in units of the track's timescale
         */
        void sample(long from, long to, long ticks);
    }

    int id() {
        return id;
    }

    /** The four-character code of the samples' format. */
    String format() {
        return format;
    }

    /** The handler type: {@code vide}, {@code soun}, {@code sbtl} and others. */
    String handler() {
        return handler;
    }

    boolean isPicture() {
        return handler.equals("vide");
    }

    boolean isSound() {
        return handler.equals("soun");
    }

    /** Ticks in a second, or 0. */
    long timescale() {
        return timescale;
    }

    /** Whether the track has a duration, and no places of samples. */
    boolean isWithoutPlaces() {
        boolean tables = samples > 0 && chunks.length > 0 && runs.length > 0;
        return duration > 0 && !cut && fragments.isEmpty() && !tables;
    }

    /** Whether the track has more samples than are held here. */
    boolean isCut() {
        return cut;
    }

    /** Shows each sample to the visitor, those in fragments last. */
    void forEach(Visitor visitor) {
        int sample = 0;
        int run = -1;
        int time = 0;
        int ofTime = 0;
        for (int chunk = 0; chunk < chunks.length && sample < samples; chunk++) {
            while (run + 1 < runs.length && runs[run + 1][0] <= chunk + 1) {
                run++;
            }
            int inChunk = run < 0 ? 0 : Math.max(0, Math.min(runs[run][1], samples - sample));
            long at = chunks[chunk];
            if (isSound() && sizeOfEach != 0 && times.length == 1) { // uncompressed: a chunk at a time
                long size = Integer.toUnsignedLong(sizeOfEach) * inChunk;
                visitor.sample(at, at + size, Integer.toUnsignedLong(times[0][1]) * inChunk);
                sample += inChunk;
                continue;
            }
            for (int i = 0; i < inChunk; i++) {
                while (time < times.length && ofTime >= times[time][0]) {
                    time++;
                    ofTime = 0;
                }
                long ticks = time < times.length ? Integer.toUnsignedLong(times[time][1]) : 0;
                ofTime++;
                long size = Integer.toUnsignedLong(sizeOfEach != 0 ? sizeOfEach : sizes[sample]);
                sample++;
                visitor.sample(at, at + size, ticks);
                at += size;
            }
        }
        for (Run fragment : fragments) {
            long at = fragment.at();
            for (int i = 0; i < fragment.sizes().length; i++) {
                long size = Integer.toUnsignedLong(fragment.sizes()[i]);
                visitor.sample(at, at + size, Integer.toUnsignedLong(fragment.durations()[i]));
                at += size;
            }
        }
    }

    /** Adds samples of a fragment that lie one behind the other from {@code at} on. */
    void addRun(long at, int[] sizesOfRun, int[] durations) {
        fragments.add(new Run(at, sizesOfRun, durations));
    }

    /** As many entries of a table as are held here; where the table states more, the track is cut. */
    int count(int stated) {
        cut |= stated < 0 || stated > SAMPLES_MAX;
        return Math.max(0, Math.min(stated, SAMPLES_MAX));
    }

    /** Where the field behind the times of creation and change stands in {@code mvhd}, {@code tkhd} and {@code mdhd}: their version decides. */
    static int behindTimes(ByteBuffer box) {
        return FULL_BOX_BYTES + 2 * timeBytes(box);
    }

    /** How many bytes a time or a duration has: version 1 of a box has 64 bits. */
    private static int timeBytes(ByteBuffer box) {
        return box.get(0) == 1 ? Long.BYTES : Integer.BYTES;
    }

    /** A duration of 32 or 64 bits, by the version of its box; 0 where it is not known, which all ones say. */
    static long duration(ByteBuffer box, int at) {
        int length = timeBytes(box);
        if (box.limit() < at + length) {
            return 0;
        }
        long ticks = length == Long.BYTES ? box.getLong(at) : Bytes.unsignedInt(box, at);
        return ticks < 0 || ticks == UNKNOWN_DURATION ? 0 : ticks;
    }

    /** Takes a table of this track; {@code box} begins with its version and flags. */
    void add(String type, ByteBuffer box) {
        int behindTimes = behindTimes(box);
        box.position(FULL_BOX_BYTES);
        switch (type) {
            case "tkhd" -> id = box.limit() >= behindTimes + 4 ? box.getInt(behindTimes) : 0; // §8.3.2
            case "mdhd" -> { // §8.4.2
                if (box.limit() >= behindTimes + 4 + timeBytes(box)) {
                    timescale = Bytes.unsignedInt(box, behindTimes);
                    duration = duration(box, behindTimes + 4);
                }
            }
            case "hdlr" -> {
                if (!Bytes.code(box, HDLR_COMPONENT_AT).equals("dhlr")) { // QuickTime's second one, of the data's place
                    handler = Bytes.code(box, HDLR_TYPE_AT);
                }
            }
            case "stsd" -> format = box.limit() >= STSD_FORMAT_END ? Bytes.code(box, STSD_FORMAT_AT) : format;
            case "stsz" -> sizes(box);
            case "stsc" -> runs = pairs(box, STSC_ENTRY_BYTES);
            case "stts" -> times = pairs(box, STTS_ENTRY_BYTES);
            case "stco", "co64" -> chunks(box, type.equals("co64") ? Long.BYTES : Integer.BYTES); // §8.7.5
            default -> cut = true; // stz2 (§8.7.3.3): sizes of four bits
        }
    }

    /** §8.7.3.2: one size for all samples, or one for each. */
    private void sizes(ByteBuffer box) {
        sizeOfEach = box.getInt();
        int stated = box.getInt();
        if (sizeOfEach != 0) {
            samples = Math.max(0, stated);
            return;
        }
        samples = Math.min(count(stated), box.remaining() / Integer.BYTES);
        sizes = new int[samples];
        for (int i = 0; i < samples; i++) {
            sizes[i] = box.getInt();
        }
    }

    private void chunks(ByteBuffer box, int width) {
        chunks = new long[Math.min(count(box.getInt()), box.remaining() / width)];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = width == Long.BYTES ? box.getLong() : Integer.toUnsignedLong(box.getInt());
        }
    }

    /** The first two numbers of each entry. */
    private int[][] pairs(ByteBuffer box, int entryBytes) {
        int[][] pairs = new int[Math.min(count(box.getInt()), box.remaining() / entryBytes)][2];
        for (int[] pair : pairs) {
            pair[0] = box.getInt();
            pair[1] = box.getInt();
            box.position(box.position() + entryBytes - 2 * Integer.BYTES);
        }
        return pairs;
    }
}
