package org.liuhen.describe.readback;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.liuhen.describe.readback.Structure.Kind;

/**
 * A sparse copy of a file: of its true size, but holding only the parts that a parser needs. It is written while the file
 * streams by, so describing costs no second read. ISO base media (MP4, MOV, 3GP; ISO/IEC 14496-12) keeps all boxes but the
 * media data beyond its first megabytes; other recordings keep head and tail; everything else is kept whole up to a limit.
 */
public final class Skeleton implements AutoCloseable {
    private static final long MEBIBYTE = 1 << 20;
    private static final long MEDIA_DATA_KEPT =
            MEBIBYTE; // with so much, ffprobe gives the same values as for the whole file
    /** How much is kept at both ends of recordings that are no ISO base media, and of files that are too large to be kept whole. */
    public static final long ENDS_KEPT = 4 * MEBIBYTE;

    static final int HOLES_MAX = 10_000;
    private static final int ZEROS_MAX = 1_000;

    /** The major brands of pictures (ISO/IEC 23008-12, AVIF). */
    private static final Set<String> PICTURES =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis");

    /** Boxes that may follow the index: one of them that ends behind the file was cut off; anything else that does is no box. */
    private static final Set<String> BEHIND_THE_INDEX = Set.of(
            "mdat", "moof", "mfra", "sidx", "ssix", "styp", "emsg", "prft", "free", "skip", "wide", "uuid", "meta",
            "udta", "moov");

    private static final byte[] NOTHING = new byte[64 << 10];
    private static final int FIRST_READ = 64 << 10;
    private static final int HEADER_READ = 2 << 10; // behind a part that was passed over there is a header
    private static final long READ_MAX = 4 * MEBIBYTE;
    private static final long WHOLE_KEPT = 256 * MEBIBYTE; // the scratch disk that one file may take

    private final FileChannel file;
    private final long sizeBytes;
    private final List<String> damage = new ArrayList<>();
    private final List<long[]> holes = new ArrayList<>();
    private Kind kind;
    private long position;
    private long kept;

    // The walk over ISO base media boxes.
    private final ByteBuffer header = ByteBuffer.allocate(16);
    private long boxStart;
    private long boxEnd;
    private boolean inMediaData;
    private long mediaDataKept;
    private boolean sawIndex;
    private boolean picture; // HEIF: its index is another box
    private boolean lost;
    private long appendedFrom = -1;

    // The search for runs of zeros.
    private final List<Zeros> zeros = new ArrayList<>();
    private final byte[] last = new byte[Zeros.BEFORE_BYTES]; // bytes behind which a run may begin
    private long zerosFrom = -1;
    private String beforeZeros = "";

    /** Begins a skeleton of a file of this size. */
    public Skeleton(Path place, long sizeBytes) throws IOException {
        this.file = FileChannel.open(
                place, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        this.sizeBytes = sizeBytes;
    }

    /** The store has fewer bytes of a file than the record states; to read again does not help. */
    public static final class ShorterException extends IOException {
        ShorterException(String message) {
            super(message);
        }
    }

    /** A file that can be read in parts. */
    public interface Parts {
        /** The bytes from the first to before the last. */
        InputStream open(long from, long to) throws IOException;
    }

    /**
     * Writes the skeleton of a file of which only the parts are read that it keeps: some bytes more, and a read for each of them.
     *
     * @param place where the skeleton goes
     * @throws ShorterException if the store has fewer bytes of the file
     */
    public static Structure ofParts(Parts parts, long sizeBytes, Path place) throws IOException {
        try (Skeleton skeleton = new Skeleton(place, sizeBytes)) {
            long unsure = FIRST_READ;
            for (long at = 0; at < sizeBytes; at = skeleton.position) {
                if (skeleton.passable() > 0) {
                    skeleton.pass(skeleton.passable());
                    unsure = HEADER_READ;
                    continue;
                }
                long length = Math.min(sizeBytes - at, Math.min(READ_MAX, Math.max(unsure, skeleton.needed())));
                byte[] bytes;
                try (InputStream in = parts.open(at, at + length)) {
                    bytes = in.readNBytes((int) length);
                }
                if (bytes.length < length) {
                    throw new ShorterException(
                            "the store gave " + bytes.length + " of " + length + " bytes from " + at + " on");
                }
                skeleton.write(bytes, 0, bytes.length);
            }
            skeleton.finish();
            return skeleton.structure();
        }
    }

    /** The next bytes of the file; the first call decides what kind it is. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        findZeros(bytes, offset, length);
        if (kind == null) {
            kind = kindOf(ByteBuffer.wrap(bytes, offset, length).slice());
            picture = kind == Kind.ISO_BASE_MEDIA
                    && PICTURES.contains(new String(bytes, offset + 8, 4, StandardCharsets.ISO_8859_1));
        }
        if (kind == Kind.ISO_BASE_MEDIA) {
            walk(bytes, offset, length);
        } else if (headEnd() < sizeBytes) {
            long tail = Math.max(ENDS_KEPT, sizeBytes - ENDS_KEPT);
            keepWithin(bytes, offset, length, 0, ENDS_KEPT);
            keepWithin(bytes, offset, length, tail, Long.MAX_VALUE);
            hole(Math.max(position, ENDS_KEPT), Math.min(position + length, tail));
            position += length;
        } else {
            keep(bytes, offset, length);
        }
    }

    /** How many of the next bytes are surely kept; 0 where that is not known before the next byte is seen. */
    long needed() {
        if (kind == Kind.ISO_BASE_MEDIA) {
            boolean some = inMediaData || kept >= WHOLE_KEPT;
            return position >= boxEnd
                    ? 0
                    : Math.min(boxEnd, sizeBytes)
                            - position
                            - (some ? Math.max(0, boxEnd - position - (MEDIA_DATA_KEPT - mediaDataKept)) : 0);
        }
        return kind == null ? 0 : headEnd() > position ? headEnd() - position : sizeBytes - position;
    }

    /** How many of the next bytes are not kept, so that they need not be read. */
    long passable() {
        if (kind == Kind.ISO_BASE_MEDIA) {
            boolean none = (inMediaData || kept >= WHOLE_KEPT) && mediaDataKept >= MEDIA_DATA_KEPT;
            long end = lost ? sizeBytes : Math.min(boxEnd, sizeBytes);
            return none && end > position ? end - position : 0;
        }
        long tail = sizeBytes - ENDS_KEPT;
        return kind != null && position >= headEnd() && position < tail ? tail - position : 0;
    }

    /** Moves on over bytes that are {@link #passable}. */
    void pass(long bytes) {
        endZeros(position);
        Arrays.fill(last, (byte) 1);
        hole(position, position + bytes);
        position += bytes;
    }

    /** Where the part that is kept from the beginning ends, in a file that is no ISO base media. */
    private long headEnd() {
        return kind == Kind.OTHER_MEDIA || sizeBytes > WHOLE_KEPT ? ENDS_KEPT : sizeBytes;
    }

    /** Gives the skeleton its size. */
    public void finish() throws IOException {
        endZeros(position);
        if (kind == Kind.ISO_BASE_MEDIA) {
            if (appendedFrom < 0 && (boxEnd > position || header.position() > 0)) {
                damage.add("truncated: a box ends at byte " + boxEnd + ", the file at " + position);
            }
            if (!sawIndex) {
                damage.add("no index: the " + (picture ? "meta" : "moov") + " box is missing");
            }
        }
        if (position > 0 && file.size() < position) {
            file.write(ByteBuffer.allocate(1), position - 1); // the byte there was not kept, so it is a hole's
        }
    }

    /** The structure of the original, as far as it was seen. */
    public Structure structure() {
        return new Structure(position, kind == null ? Kind.OTHER : kind, damage, holes, zeros, appendedFrom);
    }

    private void hole(long from, long to) {
        if (from >= to) {
            return;
        }
        long[] last = holes.isEmpty() ? null : holes.get(holes.size() - 1);
        if (last != null && (last[1] == from || holes.size() == HOLES_MAX)) {
            last[1] = to;
        } else {
            holes.add(new long[] {from, to});
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void walk(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (position < boxEnd || lost) {
                int part = lost ? end - at : (int) Math.min(end - at, boxEnd - position);
                payload(bytes, at, part);
                at += part;
            } else {
                header.put(bytes[at]);
                keep(bytes, at, 1);
                at++;
                boxHeader();
            }
        }
    }

    private void payload(byte[] bytes, int offset, int length) throws IOException {
        if (!inMediaData && kept < WHOLE_KEPT) {
            keep(bytes, offset, length);
            return;
        }
        int part = (int) Math.max(0, Math.min(length, MEDIA_DATA_KEPT - mediaDataKept));
        if (part > 0) {
            mediaDataKept += part;
            keep(bytes, offset, part);
        }
        hole(position, position + length - part);
        position += length - part;
    }

    private void boxHeader() {
        if (header.position() < 8 || (header.getInt(0) == 1 && header.position() < 16)) {
            return;
        }
        int headerBytes = header.position();
        long size = headerBytes == 16 ? header.getLong(8) : Integer.toUnsignedLong(header.getInt(0));
        String type = new String(header.array(), 4, 4, StandardCharsets.ISO_8859_1);
        boxStart = position - headerBytes;
        header.clear();
        boolean beyond = (size < headerBytes && size != 0) || boxStart + size > sizeBytes || boxStart + size < 0;
        beyond |= size == 0 && type.equals("\0\0\0\0"); // filled up with zeros
        if (sawIndex && beyond && !BEHIND_THE_INDEX.contains(type)) {
            appendedFrom = boxStart; // behind the last box is something else
            lost = true;
            inMediaData = true;
        } else if (size == 0) {
            boxEnd = sizeBytes; // "to the end of the file"
        } else if (size < headerBytes || boxStart + size < 0) {
            damage.add("malformed: the box at byte " + boxStart + " claims " + size + " bytes");
            lost = true;
            inMediaData = true; // nothing after it can be trusted to be small
        } else {
            boxEnd = boxStart + size;
        }
        inMediaData |= type.equals("mdat");
        inMediaData &= lost || type.equals("mdat");
        sawIndex |= type.equals(picture ? "meta" : "moov");
    }

    /** Looks at each thousandth byte, and where that is zero at those around it. */
    private void findZeros(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            if (zerosFrom >= 0) {
                int part = Math.min(end - at, NOTHING.length);
                int other = Arrays.mismatch(bytes, at, at + part, NOTHING, 0, part);
                at += other < 0 ? part : other;
                if (other < 0) {
                    continue;
                }
                endZeros(position + at - offset);
            }
            int probe = Math.min(at + Zeros.BYTES_MIN / 4, end) - 1;
            int first = probe;
            while (first >= at && bytes[first] == 0) {
                first--;
            }
            if (first < probe) {
                zerosFrom = position + first + 1 - offset;
                beforeZeros = before(bytes, offset, first + 1);
            }
            at = probe + 1;
        }
        if (length >= last.length) {
            System.arraycopy(bytes, end - last.length, last, 0, last.length);
        } else {
            System.arraycopy(last, length, last, 0, last.length - length);
            System.arraycopy(bytes, offset, last, last.length - length, length);
        }
    }

    private String before(byte[] bytes, int offset, int end) {
        byte[] before = new byte[last.length];
        for (int i = 0; i < before.length; i++) {
            int from = end - before.length + i;
            before[i] = from >= offset ? bytes[from] : last[last.length + from - offset];
        }
        return HexFormat.of().formatHex(before);
    }

    private void endZeros(long to) {
        if (zerosFrom >= 0 && to - zerosFrom >= Zeros.BYTES_MIN && zeros.size() < ZEROS_MAX) {
            zeros.add(new Zeros(zerosFrom, to, beforeZeros));
        }
        zerosFrom = -1;
    }

    private void keepWithin(byte[] bytes, int offset, int length, long from, long to) throws IOException {
        long first = Math.max(position, from);
        long last = Math.min(position + length, to);
        if (first < last) {
            put(bytes, offset + (int) (first - position), (int) (last - first), first);
        }
    }

    private void keep(byte[] bytes, int offset, int length) throws IOException {
        put(bytes, offset, length, position);
        position += length;
        kept += length;
    }

    private void put(byte[] bytes, int offset, int length, long at) throws IOException {
        ByteBuffer part = ByteBuffer.wrap(bytes, offset, length);
        while (part.hasRemaining()) {
            file.write(part, at + part.position() - offset);
        }
    }

    private static Kind kindOf(ByteBuffer head) {
        if (head.remaining() < 12) {
            return Kind.OTHER;
        }
        int first = head.getInt(0);
        String second = new String(
                new byte[] {head.get(4), head.get(5), head.get(6), head.get(7)}, StandardCharsets.ISO_8859_1);
        if (List.of("ftyp", "moov", "mdat", "wide", "free", "skip", "styp", "moof")
                .contains(second)) {
            return Kind.ISO_BASE_MEDIA;
        }
        boolean known =
                switch (first) {
                    case 0x1A45DFA3, // Matroska, WebM
                            0x52494646, // RIFF: AVI, WAV
                            0x000001BA, // MPEG program stream
                            0x464C5601, // FLV
                            0x3026B275, // ASF: WMV
                            0x4F676753, // Ogg
                            0x664C6143, // FLAC
                            0x44484156 -> true; // DHAV: Dahua
                    default -> isTransportStream(head, 0) || isTransportStream(head, 4);
                };
        return known ? Kind.OTHER_MEDIA : Kind.OTHER;
    }

    /** MPEG transport stream: a sync byte 0x47 each 188 bytes (ISO/IEC 13818-1), or each 192 behind a time code. */
    private static boolean isTransportStream(ByteBuffer head, int before) {
        int packet = 188 + before;
        for (int i = 0; i < 3; i++) {
            int at = before + i * packet;
            if (at >= head.remaining() || head.get(at) != 0x47) {
                return false;
            }
        }
        return true;
    }
}
