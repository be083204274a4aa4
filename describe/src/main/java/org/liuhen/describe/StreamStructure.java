package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Whether the last unit of a stream is whole, where no index has the length of the stream: pages of Ogg, tags of FLV, packets of MPEG,
 * frames of AAC and DV.
 */
final class StreamStructure {
    static final int OGG_PAGE = 0x4f676753; // OggS
    static final int FLV = 0x464c5601; // version 1
    static final int PROGRAM_STREAM = 0x000001ba; // pack_start_code (ISO/IEC 13818-1 §2.5.3.3)
    static final int SYNC_BYTE = 0x47; // of transport packets (ISO/IEC 13818-1 §2.4.3.2)

    static final int TRANSPORT_PACKET_BYTES = 188;
    static final int BLU_RAY_PACKET_BYTES = 192; // with 4 bytes of time before the packet
    static final int BLU_RAY_TIME_BYTES = 4;

    /** The first three bytes of a DIF block, a header (IEC 61834-2). */
    static final int DIF_HEADER = 0x1f0700;

    private static final int DIF_FLAGS_AT = 3;
    private static final int DIF_50_HZ = 0x80;
    private static final int DIF_50_HZ_BYTES = 144_000;
    private static final int DIF_60_HZ_BYTES = 120_000;

    /** Longer than a page of Ogg or a packet of MPEG can be. */
    private static final int TAIL_BYTES = 128 << 10;

    // RFC 3533 §6
    private static final int OGG_FLAGS_AT = 5;
    private static final int OGG_END_OF_STREAM = 4;
    private static final int OGG_SEGMENTS_AT = 26;
    private static final int OGG_HEADER_BYTES = 27;

    // Adobe Flash Video File Format 10.1, annex E.2, E.3, E.4.1
    private static final int FLV_FIRST_TAG_AT = 13;
    private static final int FLV_TAG_HEADER_BYTES = 11;
    private static final int FLV_LENGTH_BYTES = 4;
    private static final int FLV_DATA_SIZE = 0xffffff;

    // ISO/IEC 13818-1 §2.4.3.7
    private static final int PES_LENGTH_AT = 4;
    private static final int PES_HEADER_BYTES = 6;
    private static final int PES_STREAM_MIN = 0xbd; // private_stream_1
    private static final int PES_STREAM_MAX = 0xef; // the last stream of pictures

    // ISO/IEC 13818-7 §6.2
    private static final int ADTS_HEADER_BYTES = 7;
    private static final int ADTS_SYNC_AND_LAYER_MASK = 0xfff6;
    private static final int ADTS_SYNC_AND_LAYER = 0xfff0;

    private StreamStructure() {}

    /** Checks that a file consists of whole units of {@code length} bytes. */
    static void units(CheckedFile file, String what, int length) {
        if (file.size() % length != 0) {
            file.damage("truncated: of the last of the " + what + " there are " + file.size() % length + " of " + length
                    + " bytes");
        }
    }

    /** Checks a DV file, whose head begins with {@link #DIF_HEADER}: all frames have the same length. */
    static void dv(CheckedFile file, ByteBuffer head) {
        boolean fast = (head.get(DIF_FLAGS_AT) & DIF_50_HZ) == 0;
        units(file, "DIF frames", fast ? DIF_60_HZ_BYTES : DIF_50_HZ_BYTES);
    }

    private static long tailFrom(CheckedFile file) {
        return Math.max(0, file.size() - TAIL_BYTES);
    }

    /** The last page is whole, and marks the end of its stream (RFC 3533 §6). */
    static void ogg(CheckedFile file) throws IOException {
        long from = tailFrom(file);
        ByteBuffer tail = file.at(from, (int) (file.size() - from));
        for (int i = tail.limit() - OGG_HEADER_BYTES; i >= 0; i--) {
            if (tail.getInt(i) == OGG_PAGE) {
                int segments = tail.get(i + OGG_SEGMENTS_AT) & 0xff;
                int lengths = i + OGG_HEADER_BYTES;
                long end = from + lengths + segments;
                for (int s = 0; s < segments && lengths + s < tail.limit(); s++) {
                    end += tail.get(lengths + s) & 0xff;
                }
                if (end > file.size()) {
                    file.endsAt("the last page", end);
                } else if ((tail.get(i + OGG_FLAGS_AT) & OGG_END_OF_STREAM) == 0) {
                    file.damage("truncated: the last page is not marked as the end of its stream (RFC 3533 §6)");
                }
                return;
            }
        }
    }

    /** Behind each tag stands its length (annex E.3). */
    static void flv(CheckedFile file) throws IOException {
        long size = file.size();
        long length = size < FLV_FIRST_TAG_AT + FLV_TAG_HEADER_BYTES
                ? 0
                : Bytes.unsignedInt(file.at(size - FLV_LENGTH_BYTES, FLV_LENGTH_BYTES), 0);
        long tag = size - FLV_LENGTH_BYTES - length;
        boolean possible = length >= FLV_TAG_HEADER_BYTES && tag >= FLV_FIRST_TAG_AT;
        ByteBuffer last =
                possible && file.has(tag, tag + FLV_TAG_HEADER_BYTES) ? file.at(tag, FLV_TAG_HEADER_BYTES) : null;
        if (last == null || (last.getInt(0) & FLV_DATA_SIZE) + FLV_TAG_HEADER_BYTES != length) {
            file.damage("truncated: the file does not end with the length of its last tag");
        }
    }

    /** The last packet (PES) has its length in its header. */
    static void programStream(CheckedFile file) throws IOException {
        long from = tailFrom(file);
        ByteBuffer tail = file.at(from, (int) (file.size() - from));
        for (int i = tail.limit() - PES_HEADER_BYTES; i >= 0; i--) {
            int code = tail.getInt(i);
            int stream = code & 0xff;
            if (code >>> 8 == 1 && stream >= PES_STREAM_MIN && stream <= PES_STREAM_MAX) {
                long end = from + i + PES_HEADER_BYTES + Bytes.unsignedShort(tail, i + PES_LENGTH_AT);
                file.mustHold("the last packet", end);
                return;
            }
        }
    }

    /** Whether a file begins with a frame of AAC in ADTS. */
    static boolean isAdts(ByteBuffer head) {
        return (head.getShort(0) & ADTS_SYNC_AND_LAYER_MASK) == ADTS_SYNC_AND_LAYER;
    }

    /** Frames of AAC, each with its length (ISO/IEC 13818-7 §6.2); behind them may stand tags. */
    static void adts(CheckedFile file) throws IOException {
        long at = 0;
        while (at + ADTS_HEADER_BYTES <= file.size()) {
            ByteBuffer head = file.at(at, ADTS_HEADER_BYTES);
            int length = ((head.get(3) & 3) << 11) | ((head.get(4) & 0xff) << 3) | ((head.get(5) & 0xff) >>> 5);
            if (!isAdts(head) || length < ADTS_HEADER_BYTES) {
                return;
            }
            at += length;
        }
        file.mustHold("the last frame", at);
    }
}
