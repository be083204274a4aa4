package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The box {@code meta} of a HEIC picture (ISO/IEC 14496-12 §8.11, 23008-12), wherever it is in the file: its size, and its Exif. */
final class Heif {
    private static final int META_BYTES_MAX = 16 << 20;
    private static final int EXIF_BYTES_MAX = 4 << 20;
    private static final int BOX_HEADER_BYTES = 8; // ISO/IEC 14496-12 §4.2
    private static final int LONG_BOX_HEADER_BYTES = 16;
    private static final int BOX_TYPE_AT = 4;
    private static final int VERSION_AND_FLAGS_BYTES = 4;

    // ispe (ISO/IEC 23008-12 §6.5.3)
    private static final int ISPE_WIDTH_AT = 4;
    private static final int ISPE_HEIGHT_AT = 8;
    private static final int ISPE_BYTES = 12;

    // iinf, infe (ISO/IEC 14496-12 §8.11.6)
    private static final int IINF_ENTRIES_AT = 6;
    private static final int IINF_WIDE_ENTRIES_AT = 8; // from version 1 on, with a count of 32 bits
    private static final int INFE_ITEM_AT = 4;
    private static final int INFE_TYPE_AT = 8; // version 2
    private static final int INFE_WIDE_TYPE_AT = 10; // version 3, with an item of 32 bits

    // iloc (§8.11.3): construction methods
    private static final int IN_FILE = 0;
    private static final int IN_IDAT = 1;

    private static final int TIFF_LITTLE_ENDIAN = 0x49492a00;
    private static final int TIFF_BIG_ENDIAN = 0x4d4d002a;
    private static final int TIFF_SOUGHT_BYTES = 64;

    private final FileChannel file;
    private final Set<Long> exif = new HashSet<>(); // items
    private ByteBuffer data = ByteBuffer.allocate(0);
    private byte[] tiff = new byte[0];
    private long[] place; // of the Exif item in the file
    private long width;
    private long height;

    private Heif(FileChannel file) {
        this.file = file;
    }

    /** Reads the box; a part of it that cannot be read is left out. */
    static Heif of(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            Heif heif = new Heif(file);
            long at = 0;
            while (at + LONG_BOX_HEADER_BYTES <= file.size()) {
                ByteBuffer header = Bytes.at(file, at, LONG_BOX_HEADER_BYTES);
                long size = Bytes.unsignedInt(header, 0);
                int head = size == 1 ? LONG_BOX_HEADER_BYTES : BOX_HEADER_BYTES;
                size = size == 1 ? header.getLong(BOX_HEADER_BYTES) : size == 0 ? file.size() - at : size;
                if (size < head) {
                    break;
                }
                if (Bytes.code(header, BOX_TYPE_AT).equals("meta") && size <= META_BYTES_MAX) {
                    heif.meta(Bytes.at(file, at + head, (int) (size - head)));
                    break;
                }
                at += size;
            }
            return heif;
        }
    }

    /** The largest {@code ispe} property: the picture may be put together from tiles that have one, too. */
    long width() {
        return width;
    }

    long height() {
        return height;
    }

    /** The TIFF file that the Exif item is; no bytes where there is none. */
    byte[] exif() {
        return tiff.clone();
    }

    /** From which byte to before which the Exif item is in the file; null where there is none, or it is in the box itself. */
    long[] exifPlace() {
        return place == null ? null : place.clone();
    }

    private interface Visitor {
        void box(String type, ByteBuffer content) throws IOException;
    }

    private static void boxes(ByteBuffer in, Visitor visitor) throws IOException {
        int at = in.position();
        while (at + BOX_HEADER_BYTES <= in.limit()) {
            long size = Bytes.unsignedInt(in, at);
            size = size == 0 ? in.limit() - at : size;
            if (size < BOX_HEADER_BYTES || at + size > in.limit()) {
                return;
            }
            visitor.box(
                    Bytes.code(in, at + BOX_TYPE_AT), in.slice(at + BOX_HEADER_BYTES, (int) size - BOX_HEADER_BYTES));
            at += (int) size;
        }
    }

    private void meta(ByteBuffer meta) throws IOException {
        if (meta.limit() < VERSION_AND_FLAGS_BYTES) {
            return;
        }
        ByteBuffer inside = meta.slice(VERSION_AND_FLAGS_BYTES, meta.limit() - VERSION_AND_FLAGS_BYTES);
        boxes(inside, (type, content) -> {
            switch (type) {
                case "iinf" -> items(content);
                case "iprp" ->
                    boxes(content, (of, properties) -> {
                        if (of.equals("ipco")) {
                            boxes(properties, this::property);
                        }
                    });
                case "idat" -> data = content;
                default -> {}
            }
        });
        if (!exif.isEmpty()) {
            boxes(inside, (type, content) -> {
                if (type.equals("iloc")) {
                    places(content);
                }
            });
        }
    }

    private void property(String type, ByteBuffer content) {
        if (type.equals("ispe") && content.limit() >= ISPE_BYTES) {
            long wide = Bytes.unsignedInt(content, ISPE_WIDTH_AT);
            long high = Bytes.unsignedInt(content, ISPE_HEIGHT_AT);
            if (wide * high > width * height) {
                width = wide;
                height = high;
            }
        }
    }

    private void items(ByteBuffer list) throws IOException {
        boolean wide = list.limit() > IINF_WIDE_ENTRIES_AT && list.get(0) > 0;
        if (list.limit() > IINF_WIDE_ENTRIES_AT) {
            boxes(list.position(wide ? IINF_WIDE_ENTRIES_AT : IINF_ENTRIES_AT), (type, entry) -> {
                int version = entry.limit() < INFE_TYPE_AT + 4 ? 0 : entry.get(0);
                if (type.equals("infe") && version >= 2) {
                    boolean large = version > 2 && entry.limit() >= INFE_WIDE_TYPE_AT + 4;
                    long item =
                            large ? Bytes.unsignedInt(entry, INFE_ITEM_AT) : Bytes.unsignedShort(entry, INFE_ITEM_AT);
                    if (Bytes.code(entry, large ? INFE_WIDE_TYPE_AT : INFE_TYPE_AT)
                            .equals("Exif")) {
                        exif.add(item);
                    }
                }
            });
        }
    }

    /** The places of the items ({@code iloc}); its first fields say how wide the others are. */
    private void places(ByteBuffer in) throws IOException {
        int version = in.get(0);
        in.position(VERSION_AND_FLAGS_BYTES);
        int sizes = in.getShort() & 0xffff;
        int offsetBytes = sizes >> 12;
        int lengthBytes = (sizes >> 8) & 0xf;
        int baseBytes = (sizes >> 4) & 0xf;
        int indexBytes = version > 0 ? sizes & 0xf : 0;
        long items = number(in, version < 2 ? 2 : 4);
        for (long i = 0; i < items && in.hasRemaining(); i++) {
            long item = number(in, version < 2 ? 2 : 4);
            long method = version > 0 ? number(in, 2) & 0xf : 0;
            number(in, 2); // the index of the file; 0 is this one
            long base = number(in, baseBytes);
            long extents = number(in, 2);
            for (long extent = 0; extent < extents && in.hasRemaining(); extent++) {
                number(in, indexBytes);
                long from = base + number(in, offsetBytes);
                long length = number(in, lengthBytes);
                if (extent == 0 && exif.contains(item) && tiff.length == 0) {
                    item(method, from, length);
                }
            }
        }
    }

    private static long number(ByteBuffer in, int bytes) {
        long number = 0;
        for (int i = 0; i < bytes && in.hasRemaining(); i++) {
            number = (number << 8) | (in.get() & 0xff);
        }
        return number;
    }

    /** An Exif item begins with the number of bytes before the TIFF header (23008-12 Annex A), which some devices count otherwise: so the header is sought. */
    private void item(long method, long from, long length) throws IOException {
        if (length < 12 || length > EXIF_BYTES_MAX || from < 0) {
            return;
        }
        byte[] bytes = new byte[(int) length];
        if (method == IN_FILE) {
            place = new long[] {from, from + length};
            ByteBuffer read = Bytes.at(file, from, bytes.length);
            if (read.remaining() < bytes.length) {
                return;
            }
            read.get(bytes);
        } else if (method == IN_IDAT && from + length <= data.limit()) {
            data.get((int) from, bytes);
        } else {
            return;
        }
        for (int at = 0; at + 8 < bytes.length && at < TIFF_SOUGHT_BYTES; at++) {
            int mark = ByteBuffer.wrap(bytes).getInt(at);
            if (mark == TIFF_LITTLE_ENDIAN || mark == TIFF_BIG_ENDIAN) {
                tiff = Arrays.copyOfRange(bytes, at, bytes.length);
                return;
            }
        }
    }
}
