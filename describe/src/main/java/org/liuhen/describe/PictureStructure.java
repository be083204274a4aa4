package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Where a JPEG, PNG, GIF or BMP picture ends, and what is appended behind that. */
final class PictureStructure {
    /** The first three bytes of JPEG: SOI, and the first byte of the next marker (ITU-T T.81 §B.1.1.3). */
    static final int JPEG = 0xffd8ff;

    static final int PNG = 0x89504e47; // ISO/IEC 15948 §5.2
    static final int GIF = 0x47494638; // GIF89a §17
    static final int BMP = 0x424d; // BITMAPFILEHEADER.bfType

    /** A larger picture is not checked, since it would have to be read as a whole. */
    private static final long BYTES_MAX = 64 << 20;

    // ITU-T T.81 table B.1
    private static final int MARKER = 0xff;
    private static final int SOI_BYTES = 2;
    private static final int MARKER_BYTES = 2;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int TEM = 0x01;
    private static final int RST_AND_SOI_MASK = 0xf8;
    private static final int RST = 0xd0;

    // ISO/IEC 15948 §5.2, §5.3: length, type, data, CRC
    private static final int PNG_SIGNATURE_BYTES = 8;
    private static final int PNG_TYPE_AT = 4;
    private static final int PNG_DATA_AT = 8;
    private static final int PNG_CHUNK_BYTES = 12;

    // GIF89a §18 to §27
    private static final int GIF_HEADER_BYTES = 13;
    private static final int GIF_FLAGS_AT = 10;
    private static final int GIF_COLOURS = 0x80;
    private static final int GIF_COLOURS_SIZE = 7;
    private static final int GIF_EXTENSION = 0x21;
    private static final int GIF_EXTENSION_BYTES = 2;
    private static final int GIF_IMAGE = 0x2c;
    private static final int GIF_IMAGE_FLAGS_AT = 9;
    private static final int GIF_IMAGE_BYTES = 11; // its descriptor, and the minimum code size behind it
    private static final int GIF_TRAILER = 0x3b;

    // BITMAPFILEHEADER, and from INFO_AT on BITMAPINFOHEADER
    private static final int BMP_FILE_SIZE_AT = 2;
    private static final int BMP_PIXELS_AT = 10;
    private static final int BMP_INFO_AT = 14;
    private static final int INFO_BYTES = 40;
    private static final int INFO_WIDTH_AT = 4;
    private static final int INFO_HEIGHT_AT = 8;
    private static final int INFO_BITS_AT = 14;
    private static final int INFO_COMPRESSION_AT = 16;

    private PictureStructure() {}

    private static boolean isTooLarge(CheckedFile file) {
        return file.size() > BYTES_MAX;
    }

    private static byte[] all(CheckedFile file) throws IOException {
        ByteBuffer read = file.at(0, (int) file.size());
        byte[] bytes = new byte[read.remaining()];
        read.get(bytes);
        return bytes;
    }

    /** Segments, then data that marks its own end (ITU-T T.81 annex B). */
    static void jpeg(CheckedFile file) throws IOException {
        if (isTooLarge(file)) {
            return;
        }
        byte[] bytes = all(file);
        int at = SOI_BYTES;
        while (at + MARKER_BYTES <= bytes.length) {
            if (bytes[at] != (byte) MARKER) {
                file.damage("malformed: at byte " + at + " of the picture stands no marker");
                return;
            }
            int marker = bytes[at + 1] & 0xff;
            if (marker == MARKER) {
                at++; // a fill byte (§B.1.1.2)
            } else if (marker == EOI) {
                file.appended(at + MARKER_BYTES);
                return;
            } else if (marker == TEM || (marker & RST_AND_SOI_MASK) == RST) {
                at += MARKER_BYTES;
            } else {
                int length = at + 4 > bytes.length ? 2 : ((bytes[at + 2] & 0xff) << 8) | (bytes[at + 3] & 0xff);
                at += MARKER_BYTES + Math.max(2, length);
                while (marker == SOS && at + 1 < bytes.length && !endsScan(bytes, at)) {
                    at++;
                }
            }
        }
        file.damage("truncated: the picture has no end (EOI)");
    }

    private static boolean endsScan(byte[] bytes, int at) {
        int next = bytes[at + 1] & 0xff;
        return bytes[at] == (byte) MARKER && next != 0 && next != MARKER && (next & RST_AND_SOI_MASK) != RST;
    }

    /** Chunks, each with a checksum, to IEND (ISO/IEC 15948 §5.3). */
    static void png(CheckedFile file) throws IOException {
        if (isTooLarge(file)) {
            return;
        }
        long size = file.size();
        ByteBuffer bytes = file.at(0, (int) size);
        long at = PNG_SIGNATURE_BYTES;
        while (at + PNG_CHUNK_BYTES <= size) {
            int start = (int) at;
            long length = Bytes.unsignedInt(bytes, start);
            String type = Bytes.code(bytes, start + PNG_TYPE_AT);
            if (at + PNG_CHUNK_BYTES + length > size) {
                file.endsAt("the chunk " + type, at + PNG_CHUNK_BYTES + length);
                return;
            }
            CRC32 sum = new CRC32(); // of the type and the data
            sum.update(bytes.slice(start + PNG_TYPE_AT, PNG_DATA_AT - PNG_TYPE_AT + (int) length));
            if (sum.getValue() != Bytes.unsignedInt(bytes, start + PNG_DATA_AT + (int) length)) {
                file.damage("malformed: the chunk " + type + " at byte " + at + " has a wrong checksum");
            }
            at += PNG_CHUNK_BYTES + length;
            if (type.equals("IEND")) {
                file.appended(at);
                return;
            }
        }
        file.damage("truncated: the picture has no end (IEND)");
    }

    /** Blocks, each of sub-blocks to an empty one, to the trailer (GIF89a §15, §16, §27). */
    static void gif(CheckedFile file) throws IOException {
        if (isTooLarge(file)) {
            return;
        }
        byte[] bytes = all(file);
        int at = GIF_HEADER_BYTES + colourTable(bytes[GIF_FLAGS_AT]);
        while (at < bytes.length) {
            int block = bytes[at] & 0xff;
            if (block == GIF_TRAILER) {
                file.appended(at + 1);
                return;
            }
            if (block == GIF_EXTENSION) {
                at += GIF_EXTENSION_BYTES;
            } else if (block == GIF_IMAGE && at + GIF_IMAGE_FLAGS_AT + 1 < bytes.length) {
                at += GIF_IMAGE_BYTES + colourTable(bytes[at + GIF_IMAGE_FLAGS_AT]);
            } else {
                file.damage("malformed: at byte " + at + " of the picture no block begins");
                return;
            }
            while (at < bytes.length && bytes[at] != 0) {
                at += 1 + (bytes[at] & 0xff);
            }
            at++;
        }
        file.damage("truncated: the picture has no end (its trailer)");
    }

    /** The bytes of the colour table that these flags announce. */
    private static int colourTable(byte flags) {
        return (flags & GIF_COLOURS) == 0 ? 0 : 3 << ((flags & GIF_COLOURS_SIZE) + 1);
    }

    /** Uncompressed rows, each padded to 4 bytes; the length of compressed ones cannot be computed. */
    static void bmp(CheckedFile file, ByteBuffer head) throws IOException {
        head.order(ByteOrder.LITTLE_ENDIAN);
        long size = file.size();
        ByteBuffer info = file.at(BMP_INFO_AT, INFO_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (Bytes.unsignedInt(head, BMP_INFO_AT) < INFO_BYTES
                || info.limit() < INFO_BYTES
                || info.getInt(INFO_COMPRESSION_AT) != 0) {
            return;
        }
        long bits = (long) info.getInt(INFO_WIDTH_AT) * Bytes.unsignedShort(info, INFO_BITS_AT);
        long row = (bits + 31) / 32 * 4;
        long end = Bytes.unsignedInt(head, BMP_PIXELS_AT) + row * Math.abs((long) info.getInt(INFO_HEIGHT_AT));
        if (row > 0 && end > size) {
            file.endsAt("the picture", end);
        } else if (row > 0) {
            file.appended(Math.max(end, Math.min(size, Bytes.unsignedInt(head, BMP_FILE_SIZE_AT))));
        }
    }
}
