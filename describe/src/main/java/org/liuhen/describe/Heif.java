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
    private static final int SIZES_BYTES = 20; // of the property ispe

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

    /** Reads it; what of it cannot be read is not there. */
    static Heif of(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            Heif heif = new Heif(file);
            long at = 0;
            while (at + 16 <= file.size()) {
                ByteBuffer header = Bytes.at(file, at, 16);
                long size = Integer.toUnsignedLong(header.getInt(0));
                int head = size == 1 ? 16 : 8;
                size = size == 1 ? header.getLong(8) : size == 0 ? file.size() - at : size;
                if (size < head) {
                    break;
                }
                if (Bytes.code(header, 4).equals("meta") && size <= META_BYTES_MAX) {
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
        while (at + 8 <= in.limit()) {
            long size = Integer.toUnsignedLong(in.getInt(at));
            size = size == 0 ? in.limit() - at : size;
            if (size < 8 || at + size > in.limit()) {
                return;
            }
            visitor.box(Bytes.code(in, at + 4), in.slice(at + 8, (int) size - 8));
            at += (int) size;
        }
    }

    private void meta(ByteBuffer meta) throws IOException {
        if (meta.limit() < 4) {
            return;
        }
        ByteBuffer inside = meta.slice(4, meta.limit() - 4);
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
        if (type.equals("ispe") && content.limit() >= SIZES_BYTES - 8) {
            long wide = Integer.toUnsignedLong(content.getInt(4));
            long high = Integer.toUnsignedLong(content.getInt(8));
            if (wide * high > width * height) {
                width = wide;
                height = high;
            }
        }
    }

    private void items(ByteBuffer list) throws IOException {
        boolean wide = list.limit() > 8 && list.get(0) > 0;
        if (list.limit() > 8) {
            boxes(list.position(wide ? 8 : 6), (type, entry) -> {
                int version = entry.limit() < 12 ? 0 : entry.get(0);
                if (type.equals("infe") && version >= 2) {
                    boolean large = version > 2 && entry.limit() >= 14;
                    long item = large ? Integer.toUnsignedLong(entry.getInt(4)) : entry.getShort(4) & 0xffff;
                    if (Bytes.code(entry, large ? 10 : 8).equals("Exif")) {
                        exif.add(item);
                    }
                }
            });
        }
    }

    /** Where each item is: {@code iloc}, with fields as wide as it says. */
    private void places(ByteBuffer in) throws IOException {
        int version = in.get(0);
        in.position(4);
        int sizes = in.getShort() & 0xffff;
        int offsetBytes = sizes >> 12;
        int lengthBytes = (sizes >> 8) & 0xf;
        int baseBytes = (sizes >> 4) & 0xf;
        int indexBytes = version > 0 ? sizes & 0xf : 0;
        long items = number(in, version < 2 ? 2 : 4);
        for (long i = 0; i < items && in.hasRemaining(); i++) {
            long item = number(in, version < 2 ? 2 : 4);
            long method = version > 0 ? number(in, 2) & 0xf : 0;
            number(in, 2); // which file; 0 is this one
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

    /** An Exif item begins with how many bytes to pass over (23008-12 Annex A); some devices count them otherwise. */
    private void item(long method, long from, long length) throws IOException {
        if (length < 12 || length > EXIF_BYTES_MAX || from < 0) {
            return;
        }
        byte[] bytes = new byte[(int) length];
        if (method == 0) {
            place = new long[] {from, from + length};
            ByteBuffer read = Bytes.at(file, from, bytes.length);
            if (read.remaining() < bytes.length) {
                return;
            }
            read.get(bytes);
        } else if (method == 1 && from + length <= data.limit()) {
            data.get((int) from, bytes);
        } else {
            return;
        }
        for (int at = 0; at + 8 < bytes.length && at < 64; at++) {
            int mark = ByteBuffer.wrap(bytes).getInt(at);
            if (mark == 0x49492a00 || mark == 0x4d4d002a) {
                tiff = Arrays.copyOfRange(bytes, at, bytes.length);
                return;
            }
        }
    }
}
