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
 * The index of an MP4 or MOV file (ISO/IEC 14496-12): its boxes, with the tracks, the duration, the texts and the cameras' own boxes that
 * are in them.
 */
final class Mp4Index {
    private static final int INDEX_BYTES_MAX = 64 << 20;
    private static final int DEPTH_MAX = 8;

    /** The depth at which user data is read: it has boxes, and what is in those is not looked into. */
    private static final int DEPTH_OF_USER_DATA = DEPTH_MAX - 1;

    private static final int TEXT_BYTES_MAX = 4_096;
    private static final int MORE_BYTES_MAX = 4 << 20;
    private static final int SEGMENT_INDEX_BYTES_MAX = 1 << 20;
    private static final int HEADER_READ_BYTES = 64;

    // §4.2: length, type, and the length once more in 64 bits where it is 1
    private static final int HEADER_BYTES = 8;
    private static final int TYPE_AT = 4;
    private static final int LONG_HEADER_BYTES = 16;
    private static final int USER_TYPE_BYTES = 16;

    private static final long XMP_HIGH = 0xbe7acfcb97a942e8L; // XMP part 3, MPEG-4
    private static final long XMP_LOW = 0x9c71999491e3afacL;
    private static final long CANON_HIGH = 0x85c0b687820f11e0L; // Canon's box with Exif in it
    private static final long CANON_LOW = 0x8111f4ce462b6a48L;

    private static final int MVHD_DURATION_END = 20; // §8.2.2, version 0
    private static final int MEHD_DURATION_AT = 4; // §8.8.2

    // sidx (§8.16.3), from its version and flags on; its two times have 32 or 64 bits by the version
    private static final int SIDX_TIMESCALE_AT = 8;
    private static final int SIDX_FIRST_OFFSET_AT = 16;
    private static final int SIDX_WIDE_FIRST_OFFSET_AT = 20;
    private static final int SIDX_RESERVED_BYTES = 2;
    private static final int SIDX_ENTRY_BYTES = 12;
    private static final int SIDX_ENTRY_DURATION_AT = 4;
    private static final int SIDX_SIZE = 0x7fffffff; // its first bit is set for a reference to another index

    // texts of user data: QuickTime File Format, "User data text"; 3GPP TS 26.244 §8
    private static final char QUICKTIME_SIGN = '\u00a9';
    private static final int QUICKTIME_TEXT_AT = 4; // behind its length and language
    private static final int THREE_GPP_TEXT_AT = 6; // behind version, flags and language

    private final FileChannel file;
    private final List<Mp4Track> tracks = new ArrayList<>();
    private final Mp4Fragments fragments = new Mp4Fragments(tracks);
    private long timescale;
    private long duration;
    private boolean cut;
    private double segmentSeconds;
    private long segmentsEnd;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, long[]> more = new HashMap<>(); // GPMF, XMP, Canon's Exif

    private Mp4Index(FileChannel file) {
        this.file = file;
    }

    /** Reads the index; a part of it that cannot be read is left out. */
    static Mp4Index of(FileChannel file) throws IOException {
        Mp4Index index = new Mp4Index(file);
        index.boxes(0, file.size(), 0, null);
        return index;
    }

    List<Mp4Track> tracks() {
        return tracks;
    }

    /** Texts of the user data by the types of their boxes: the author, the performers, and the title by 3GPP. */
    Map<String, String> texts() {
        return texts;
    }

    /** The content of a camera's own box ({@code GPM}, {@code CMT1}) or of a packet of XMP ({@code XMP}); no bytes where there is none. */
    ByteBuffer more(String what) throws IOException {
        long[] part = more.get(what);
        return part == null || part[1] - part[0] > MORE_BYTES_MAX
                ? ByteBuffer.allocate(0)
                : Bytes.at(file, part[0], (int) (part[1] - part[0]));
    }

    /** Whether samples may stand in fragments instead of in this index. */
    boolean isFragmented() {
        return fragments.areAnnounced();
    }

    /** Whether a part of the index itself is missing. */
    boolean isCut() {
        return cut;
    }

    /**
     * The duration of the recording in seconds, by its header ({@code mvhd}, or {@code mehd} of a fragmented one) or by the indexes of its
     * segments ({@code sidx}); 0 where none states it.
     */
    double seconds() {
        return Math.max(segmentSeconds, timescale == 0 ? 0 : (double) duration / timescale);
    }

    /** Where the last segment ends by the indexes of segments ({@code sidx}), or 0. */
    long segmentsEnd() {
        return segmentsEnd;
    }

    private void boxes(long from, long to, int depth, Mp4Track track) throws IOException {
        long at = from;
        while (at + HEADER_BYTES <= to && depth < DEPTH_MAX) {
            ByteBuffer header = Bytes.at(file, at, LONG_HEADER_BYTES);
            if (header.remaining() < HEADER_BYTES) {
                return;
            }
            long size = Bytes.unsignedInt(header, 0);
            String type = Bytes.code(header, TYPE_AT);
            int headerBytes = HEADER_BYTES;
            if (size == 1 && header.remaining() >= LONG_HEADER_BYTES) {
                size = header.getLong(HEADER_BYTES);
                headerBytes = LONG_HEADER_BYTES;
            } else if (size == 0) {
                size = to - at;
            }
            if (size < headerBytes) {
                return;
            }
            cut |= size > to - at && (depth > 0 || type.equals("moov")) && depth < DEPTH_OF_USER_DATA;
            long end = size > to - at ? to : at + size; // of an index that was cut off, the first tables may be whole
            box(type, at, at + headerBytes, end, depth, track);
            at = end;
        }
    }

    private void box(String type, long start, long from, long to, int depth, Mp4Track track) throws IOException {
        switch (type) {
            case "moov", "mdia", "minf", "stbl", "mvex" -> boxes(from, to, depth + 1, track);
            case "udta" -> boxes(from, to, DEPTH_OF_USER_DATA, null);
            case "\u00a9aut", "\u00a9ART", "\u00a9prf", "auth", "perf", "titl" -> {
                if (depth == DEPTH_OF_USER_DATA) { // elsewhere they have another form
                    int length = (int) Math.min(to - from, TEXT_BYTES_MAX);
                    texts.putIfAbsent(type, text(type, Bytes.at(file, from, length)));
                }
            }
            case "CMT1", "CMT2", "CMT4" -> more.putIfAbsent(type, new long[] {from, to});
            case "GPMF", "XMP_" -> more.putIfAbsent(type.substring(0, 3), new long[] {from, to});
            case "uuid" -> userType(from, to);
            case "trak" -> {
                Mp4Track found = new Mp4Track();
                tracks.add(found);
                boxes(from, to, depth + 1, found);
            }
            case "moof" -> {
                if (to - from <= INDEX_BYTES_MAX) {
                    fragments.add(start, Bytes.at(file, from, (int) (to - from)));
                }
            }
            default -> {
                if (to - from <= INDEX_BYTES_MAX) {
                    table(type, track, from, to);
                }
            }
        }
    }

    private void userType(long from, long to) throws IOException {
        ByteBuffer id = Bytes.at(file, from, USER_TYPE_BYTES);
        if (id.remaining() < USER_TYPE_BYTES) {
            return;
        }
        long high = id.getLong();
        long low = id.getLong();
        if (high == XMP_HIGH && low == XMP_LOW) {
            more.putIfAbsent("XMP", new long[] {from + USER_TYPE_BYTES, to});
        } else if (high == CANON_HIGH && low == CANON_LOW) {
            boxes(from + USER_TYPE_BYTES, to, DEPTH_OF_USER_DATA, null);
        }
    }

    private void table(String type, Mp4Track track, long from, long to) throws IOException {
        switch (type) {
            case "mvhd" -> {
                ByteBuffer box = start(from, to, HEADER_READ_BYTES);
                if (box.remaining() >= MVHD_DURATION_END) {
                    int behindTimes = Mp4Track.behindTimes(box);
                    timescale = Bytes.unsignedInt(box, behindTimes);
                    duration = Mp4Track.duration(box, behindTimes + Integer.BYTES);
                }
            }
            case "mehd" -> {
                ByteBuffer box = start(from, to, HEADER_READ_BYTES);
                if (box.remaining() >= MEHD_DURATION_AT + Integer.BYTES && duration == 0) {
                    duration = Mp4Track.duration(box, MEHD_DURATION_AT);
                }
            }
            case "trex" -> fragments.addDefaults(start(from, to, HEADER_READ_BYTES));
            case "sidx" -> segments(start(from, to, SEGMENT_INDEX_BYTES_MAX), to);
            case "tkhd", "mdhd", "hdlr", "stsd", "stsz", "stz2", "stco", "co64", "stsc", "stts" -> {
                ByteBuffer box = Bytes.at(file, from, (int) (to - from));
                if (track != null && box.remaining() >= 12) { // the shortest that holds something
                    track.add(type, box);
                }
            }
            default -> {}
        }
    }

    private ByteBuffer start(long from, long to, int bytesMax) throws IOException {
        return Bytes.at(file, from, (int) Math.min(to - from, bytesMax));
    }

    /** An index of segments: how long each is, in bytes and in ticks. */
    private void segments(ByteBuffer box, long end) {
        boolean wide = box.get(0) == 1;
        int offsetAt = wide ? SIDX_WIDE_FIRST_OFFSET_AT : SIDX_FIRST_OFFSET_AT;
        int countAt = offsetAt + (wide ? Long.BYTES : Integer.BYTES) + SIDX_RESERVED_BYTES;
        int entriesAt = countAt + Short.BYTES;
        if (box.limit() < entriesAt || box.getInt(SIDX_TIMESCALE_AT) == 0) {
            return;
        }
        long place = end + (wide ? box.getLong(offsetAt) : Bytes.unsignedInt(box, offsetAt));
        long ticks = 0;
        int count = Bytes.unsignedShort(box, countAt);
        int at = entriesAt;
        for (int i = 0; i < count && at + SIDX_ENTRY_BYTES <= box.limit(); i++) {
            place += box.getInt(at) & SIDX_SIZE;
            ticks += Bytes.unsignedInt(box, at + SIDX_ENTRY_DURATION_AT);
            at += SIDX_ENTRY_BYTES;
        }
        segmentSeconds = Math.max(segmentSeconds, (double) ticks / Bytes.unsignedInt(box, SIDX_TIMESCALE_AT));
        segmentsEnd = Math.max(segmentsEnd, place);
    }

    private static String text(String type, ByteBuffer box) {
        boolean quickTime = type.charAt(0) == QUICKTIME_SIGN;
        int at = quickTime ? QUICKTIME_TEXT_AT : THREE_GPP_TEXT_AT;
        int rest = box.remaining() - at;
        if (rest <= 0) {
            return "";
        }
        byte[] raw = new byte[quickTime ? Math.min(Bytes.unsignedShort(box, 0), rest) : rest];
        box.get(at, raw);
        boolean wide = raw.length > 2 && raw[0] == (byte) 0xfe && raw[1] == (byte) 0xff; // a byte order mark
        Charset charset = wide ? StandardCharsets.UTF_16 : MemberNames.of(List.of(raw), StandardCharsets.ISO_8859_1);
        return new String(raw, charset).replace("\0", "").strip();
    }
}
