package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The index of an MP4 or MOV file (ISO/IEC 14496-12): its tracks, and where each sample of them lies and how long it lasts, from the
 * tables in {@code moov} and from the fragments ({@code moof}) behind it.
 */
final class Mp4Index {
    private static final int INDEX_BYTES_MAX = 64 << 20;
    private static final int SAMPLES_MAX = 4_000_000; // a day of pictures
    private static final int DEPTH_MAX = 8;
    private static final int TEXT_BYTES_MAX = 4_096;
    private static final int MORE_BYTES_MAX = 4 << 20;
    private static final long XMP_HIGH = 0xbe7acfcb97a942e8L; // XMP part 3, MPEG-4
    private static final long XMP_LOW = 0x9c71999491e3afacL;
    private static final long CANON_HIGH = 0x85c0b687820f11e0L; // what is in it is Exif
    private static final long CANON_LOW = 0x8111f4ce462b6a48L;

    private final FileChannel file;
    private final List<Track> tracks = new ArrayList<>();
    private final Map<Integer, Long> fragmentDefaults = new HashMap<>(); // of trex: duration << 32 | size
    private long timescale;
    private long duration;
    private boolean cut;
    private double segments; // seconds by the indexes of segments
    private long segmentsEnd;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, long[]> more = new HashMap<>(); // GPMF, XMP, Canon's Exif

    /** One track, with the place of each sample. */
    static final class Track {
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

        /** The code of its samples' format. */
        String format() {
            return format;
        }

        /** What it is: {@code vide}, {@code soun}, {@code sbtl} and others. */
        String handler() {
            return handler;
        }

        /** Ticks in a second, or 0. */
        long timescale() {
            return timescale;
        }

        /** How long it lasts by its own header, in ticks; 0 where that does not say. */
        long duration() {
            return duration;
        }

        /** Whether it says how long it lasts, but not where its samples are. */
        boolean isWithoutPlaces() {
            boolean tables = samples > 0 && chunks.length > 0 && runs.length > 0;
            return duration > 0 && !cut && fragments.isEmpty() && !tables;
        }

        /** Whether it has more samples than this reader holds. */
        boolean isCut() {
            return cut;
        }

        /** Sees each sample, or samples of one size that lie together: from their first byte to before the last, and their duration in ticks. */
        interface Visitor {
            void sample(long from, long to, long ticks);
        }

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
                if (handler.equals("soun") && sizeOfEach != 0 && times.length == 1) { // as it was sampled
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
    }

    private Mp4Index(FileChannel file) {
        this.file = file;
    }

    /** Reads the index; what of it cannot be read is not there. */
    static Mp4Index of(FileChannel file) throws IOException {
        Mp4Index index = new Mp4Index(file);
        index.boxes(0, file.size(), 0, null);
        return index;
    }

    /** Texts of the user data by the types of their boxes: who made it, who is heard or seen in it, and its title by 3GPP. */
    Map<String, String> texts() {
        return texts;
    }

    /** QuickTime has a length and a language before the text; 3GPP (TS 26.244 §8) a version and a language. */
    private static String text(String type, ByteBuffer bytes) {
        boolean quickTime = type.charAt(0) == 0xa9;
        int head = quickTime ? 4 : 6;
        if (bytes.remaining() <= head) {
            return "";
        }
        int length =
                quickTime ? Math.min(bytes.getShort(0) & 0xffff, bytes.remaining() - head) : bytes.remaining() - head;
        byte[] raw = new byte[length];
        bytes.get(head, raw);
        boolean wide = length > 2 && raw[0] == (byte) 0xfe && raw[1] == (byte) 0xff;
        Charset charset = wide ? StandardCharsets.UTF_16 : MemberNames.of(List.of(raw), StandardCharsets.ISO_8859_1);
        return new String(raw, charset).replace("\0", "").strip();
    }

    /** What a camera's own box ({@code GPM}, {@code CMT1}) or a packet of XMP ({@code XMP}) holds; no bytes where there is none. */
    ByteBuffer more(String what) throws IOException {
        long[] part = more.get(what);
        return part == null || part[1] - part[0] > MORE_BYTES_MAX
                ? ByteBuffer.allocate(0)
                : at(part[0], (int) (part[1] - part[0]));
    }

    List<Track> tracks() {
        return tracks;
    }

    /** Whether its samples may stand in fragments instead of in this index. */
    boolean isFragmented() {
        return !fragmentDefaults.isEmpty();
    }

    /** Whether a part of the index itself is missing. */
    boolean isCut() {
        return cut;
    }

    /** How long the recording lasts by its header ({@code mvhd}, or {@code mehd} of a fragmented one), in seconds; 0 where that does not say. */
    double seconds() {
        return Math.max(segments, timescale == 0 ? 0 : (double) duration / timescale);
    }

    /** Where the last segment ends by the indexes of segments ({@code sidx}), or 0. */
    long segmentsEnd() {
        return segmentsEnd;
    }

    /** An index of segments: how long each is, in bytes and in ticks. */
    private void segments(ByteBuffer bytes, long end) {
        boolean wide = bytes.get(0) == 1;
        int at = wide ? 28 : 20;
        if (bytes.limit() < at + 4 || bytes.getInt(8) == 0) {
            return;
        }
        long place = end + (wide ? bytes.getLong(20) : Integer.toUnsignedLong(bytes.getInt(16)));
        long ticks = 0;
        int count = bytes.getShort(at + 2) & 0xffff;
        for (int i = 0; i < count && at + 16 + 12 * i <= bytes.limit(); i++) {
            int size = bytes.getInt(at + 4 + 12 * i);
            place += size & 0x7fffffff; // its first bit says that it is another index
            ticks += Integer.toUnsignedLong(bytes.getInt(at + 8 + 12 * i));
        }
        segments = Math.max(segments, (double) ticks / Integer.toUnsignedLong(bytes.getInt(8)));
        segmentsEnd = Math.max(segmentsEnd, place);
    }

    private ByteBuffer at(long position, int length) throws IOException {
        return at(file, position, length);
    }

    /** So many bytes from there on, fewer where the file ends. */
    static ByteBuffer at(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                break;
            }
        }
        return bytes.flip();
    }

    private void boxes(long from, long to, int depth, Track track) throws IOException {
        long at = from;
        while (at + 8 <= to && depth < DEPTH_MAX) {
            ByteBuffer header = at(at, 16);
            if (header.remaining() < 8) {
                return;
            }
            long size = Integer.toUnsignedLong(header.getInt(0));
            String type = fourCharacters(header, 4);
            int headerBytes = 8;
            if (size == 1 && header.remaining() >= 16) {
                size = header.getLong(8);
                headerBytes = 16;
            } else if (size == 0) {
                size = to - at;
            }
            if (size < headerBytes) {
                return;
            }
            cut |= size > to - at && (depth > 0 || type.equals("moov")) && depth < DEPTH_MAX - 1;
            long end = size > to - at ? to : at + size; // of an index that was cut off, the first tables may be whole
            box(type, at, at + headerBytes, end, depth, track);
            at = end;
        }
    }

    private void box(String type, long start, long from, long to, int depth, Track track) throws IOException {
        switch (type) {
            case "moov", "mdia", "minf", "stbl", "mvex" -> boxes(from, to, depth + 1, track);
            case "udta" -> boxes(from, to, DEPTH_MAX - 1, null); // what is in it is not looked into
            case "\u00a9aut", "\u00a9ART", "\u00a9prf", "auth", "perf", "titl" -> {
                if (depth == DEPTH_MAX - 1) { // in user data; elsewhere they have another form
                    texts.putIfAbsent(type, text(type, at(from, (int) Math.min(to - from, TEXT_BYTES_MAX))));
                }
            }
            case "CMT1", "CMT2", "CMT4" -> more.putIfAbsent(type, new long[] {from, to});
            case "GPMF", "XMP_" -> more.putIfAbsent(type.substring(0, 3), new long[] {from, to});
            case "uuid" -> {
                ByteBuffer id = at(from, 16);
                if (id.remaining() == 16 && id.getLong(0) == XMP_HIGH && id.getLong(8) == XMP_LOW) {
                    more.putIfAbsent("XMP", new long[] {from + 16, to});
                } else if (id.remaining() == 16 && id.getLong(0) == CANON_HIGH && id.getLong(8) == CANON_LOW) {
                    boxes(from + 16, to, DEPTH_MAX - 1, null);
                }
            }
            case "trak" -> {
                Track found = new Track();
                tracks.add(found);
                boxes(from, to, depth + 1, found);
            }
            case "moof" -> {
                if (to - from <= INDEX_BYTES_MAX) {
                    fragment(start, at(from, (int) (to - from)));
                }
            }
            default -> {
                if (to - from <= INDEX_BYTES_MAX) {
                    table(type, track, from, to);
                }
            }
        }
    }

    private void table(String type, Track track, long from, long to) throws IOException {
        switch (type) {
            case "mvhd", "mehd", "trex" -> {
                ByteBuffer bytes = at(from, (int) Math.min(to - from, 64));
                if (type.equals("mvhd") && bytes.remaining() >= 20) {
                    timescale = Integer.toUnsignedLong(bytes.getInt(bytes.get(0) == 1 ? 20 : 12));
                    duration = duration(bytes, bytes.get(0) == 1 ? 24 : 16);
                } else if (type.equals("mehd") && bytes.remaining() >= 8 && duration == 0) {
                    duration = duration(bytes, 4);
                } else if (type.equals("trex") && bytes.remaining() >= 24) {
                    fragmentDefaults.put(
                            bytes.getInt(4),
                            (Integer.toUnsignedLong(bytes.getInt(12)) << 32)
                                    | Integer.toUnsignedLong(bytes.getInt(16)));
                }
            }
            case "sidx" -> segments(at(from, (int) Math.min(to - from, 1 << 20)), to);
            case "tkhd", "mdhd", "hdlr", "stsd", "stsz", "stz2", "stco", "co64", "stsc", "stts" -> {
                ByteBuffer bytes = at(from, (int) (to - from));
                if (track != null && bytes.remaining() >= 12) {
                    fill(type, track, bytes);
                }
            }
            default -> {}
        }
    }

    /** A duration of 32 or 64 bits, by the version of its box; all ones mean "not known". */
    private static long duration(ByteBuffer bytes, int at) {
        boolean wide = bytes.get(0) == 1;
        if (bytes.limit() < at + (wide ? 8 : 4)) {
            return 0;
        }
        long ticks = wide ? bytes.getLong(at) : Integer.toUnsignedLong(bytes.getInt(at));
        return ticks < 0 || ticks == 0xffff_ffffL ? 0 : ticks;
    }

    private static void fill(String type, Track track, ByteBuffer bytes) {
        boolean wide = bytes.getInt() >>> 24 == 1;
        switch (type) {
            case "tkhd" -> track.id = bytes.limit() >= (wide ? 24 : 16) ? bytes.getInt(wide ? 20 : 12) : 0;
            case "mdhd" -> {
                if (bytes.limit() >= (wide ? 32 : 20)) {
                    track.timescale = Integer.toUnsignedLong(bytes.getInt(wide ? 20 : 12));
                    track.duration = duration(bytes, wide ? 24 : 16);
                }
            }
            case "hdlr" -> {
                if (!fourCharacters(bytes, 4).equals("dhlr")) { // QuickTime has one more, of where the data is
                    track.handler = fourCharacters(bytes, 8);
                }
            }
            case "stsd" -> {
                if (bytes.limit() >= 16) {
                    track.format = fourCharacters(bytes, 12);
                }
            }
            case "stsz" -> {
                track.sizeOfEach = bytes.getInt();
                int stated = bytes.getInt();
                if (track.sizeOfEach != 0) {
                    track.samples = Math.max(0, stated);
                    return;
                }
                track.samples = Math.min(count(track, stated), bytes.remaining() / 4);
                track.sizes = new int[track.samples];
                for (int i = 0; i < track.samples; i++) {
                    track.sizes[i] = bytes.getInt();
                }
            }
            case "stsc" -> track.runs = pairs(track, bytes, 12);
            case "stts" -> track.times = pairs(track, bytes, 8);
            case "stco", "co64" -> {
                int width = type.equals("co64") ? 8 : 4;
                track.chunks = new long[Math.min(count(track, bytes.getInt()), bytes.remaining() / width)];
                for (int i = 0; i < track.chunks.length; i++) {
                    track.chunks[i] = width == 8 ? bytes.getLong() : Integer.toUnsignedLong(bytes.getInt());
                }
            }
            default -> track.cut = true; // stz2: sizes of four bits
        }
    }

    private static int[][] pairs(Track track, ByteBuffer bytes, int width) {
        int[][] pairs = new int[Math.min(count(track, bytes.getInt()), bytes.remaining() / width)][2];
        for (int[] pair : pairs) {
            pair[0] = bytes.getInt();
            pair[1] = bytes.getInt();
            bytes.position(bytes.position() + width - 8);
        }
        return pairs;
    }

    private static int count(Track track, int stated) {
        track.cut |= stated < 0 || stated > SAMPLES_MAX;
        return Math.max(0, Math.min(stated, SAMPLES_MAX));
    }

    /** The boxes in {@code moof}: for each track its samples, which lie from the fragment's own beginning on unless it says otherwise. */
    private void fragment(long moof, ByteBuffer boxes) {
        while (boxes.remaining() >= 8) {
            ByteBuffer box = next(boxes);
            if (box == null) {
                return;
            }
            if (fourCharacters(box, 4).equals("traf")) {
                box.position(8);
                trackFragment(moof, box);
            }
        }
    }

    private void trackFragment(long moof, ByteBuffer boxes) {
        Track track = null;
        long base = moof;
        long next = moof;
        int duration = 0;
        int size = 0;
        for (ByteBuffer box = next(boxes); box != null; box = next(boxes)) {
            String type = fourCharacters(box, 4);
            if (box.limit() < 16) {
                continue;
            }
            int flags = box.getInt(8) & 0xffffff;
            box.position(12);
            if (type.equals("tfhd")) {
                int id = box.getInt();
                track = tracks.stream().filter(one -> one.id == id).findFirst().orElse(null);
                long defaults = fragmentDefaults.getOrDefault(id, 0L);
                base = (flags & 1) != 0 && box.remaining() >= 8 ? box.getLong() : moof;
                next = base;
                skip(box, flags & 2);
                duration = (flags & 8) != 0 && box.remaining() >= 4 ? box.getInt() : (int) (defaults >>> 32);
                size = (flags & 0x10) != 0 && box.remaining() >= 4 ? box.getInt() : (int) defaults;
            } else if (type.equals("trun") && track != null) {
                int count = count(track, box.getInt());
                next = (flags & 1) != 0 && box.remaining() >= 4 ? base + box.getInt() : next;
                skip(box, flags & 4);
                int width = 4 * Integer.bitCount(flags & 0xf00);
                if (width > 0) {
                    count = Math.min(count, box.remaining() / width);
                }
                int[] sizes = new int[count];
                int[] durations = new int[count];
                long length = 0;
                for (int i = 0; i < count; i++) {
                    durations[i] = (flags & 0x100) != 0 ? box.getInt() : duration;
                    sizes[i] = (flags & 0x200) != 0 ? box.getInt() : size;
                    skip(box, flags & 0x400);
                    skip(box, flags & 0x800);
                    length += Integer.toUnsignedLong(sizes[i]);
                }
                track.fragments.add(new Track.Run(next, sizes, durations));
                next += length;
            }
        }
    }

    private static void skip(ByteBuffer box, int flag) {
        if (flag != 0 && box.remaining() >= 4) {
            box.getInt();
        }
    }

    /** The next box with its header, or null where none is whole. */
    private static ByteBuffer next(ByteBuffer boxes) {
        if (boxes.remaining() < 12) {
            return null;
        }
        int size = boxes.getInt(boxes.position());
        if (size < 12 || size > boxes.remaining()) {
            return null;
        }
        ByteBuffer box = boxes.slice(boxes.position(), size);
        boxes.position(boxes.position() + size);
        return box;
    }

    private static String fourCharacters(ByteBuffer bytes, int at) {
        byte[] code = new byte[4];
        bytes.get(at, code);
        return new String(code, StandardCharsets.ISO_8859_1);
    }
}
