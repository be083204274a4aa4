package org.liuhen.describe;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import org.liuhen.describe.readback.Skeleton;
import org.liuhen.describe.readback.Structure;
import org.liuhen.describe.readback.Zeros;

/**
 * Where a file's own structure says that it ends, against where it ends. What is missing is damage, and then what the file's index
 * declares is told apart from what is there; what is more, behind a picture, is appended. Also damage: zeros where compressed sound
 * or pictures should be. Nothing is decoded.
 */
final class StructureReader {
    private static final String SOURCE = "structure";
    private static final long PICTURE_BYTES_MAX = 64 << 20;
    private static final int MAGIC_BYTES = 64 << 10;
    private static final long UNKNOWN = 0xffff_ffffL;
    private static final long NEVER_WRITTEN =
            0xffff_0000L; // a length that a program that cannot go back wrote beforehand
    private static final int FIRST_BOX_BYTES = 8;
    private static final int RIFF = 0x52494646;
    private static final int RF64 = 0x52463634;
    private static final int BW64 = 0x42573634;
    private static final int FORM = 0x464f524d;
    private static final int EBML = 0x1a45dfa3;
    private static final int SEGMENT = 0x18538067;
    private static final int CLUSTER = 0x1f43b675;

    /** The list of the others, information, tracks. */
    private static final Set<Integer> FIRST_OF_SEGMENT = Set.of(0x114d9b74, 0x1549a966, 0x1654ae6b);

    /** Sound that is stored as it was sampled: so many bytes are so much time. */
    private static final Set<Integer> PCM = Set.of(1, 3, 6, 7, 0xfffe);

    /** Compressed formats in MP4 whose samples hold no long runs of zeros. */
    private static final Set<String> COMPRESSED_SAMPLES = Set.of(
            "avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe", "mp4v", "mp4a", "s263", "samr", "sawb", "jpeg", "mjpa",
            "mjpb", "av01", "vp08", "vp09", "Opus", "fLaC", "ac-3", "ec-3", ".mp3");

    /** The same by ffprobe's names. */
    private static final Set<String> COMPRESSED = Set.of(
            "h264",
            "hevc",
            "mpeg4",
            "h263",
            "mjpeg",
            "av1",
            "vp8",
            "vp9",
            "wmv1",
            "wmv2",
            "wmv3",
            "vc1",
            "dvvideo",
            "theora",
            "msmpeg4v2",
            "msmpeg4v3",
            "aac",
            "mp2",
            "mp3",
            "opus",
            "vorbis",
            "flac",
            "ac3",
            "eac3",
            "amr_nb",
            "amr_wb",
            "wmav1",
            "wmav2");

    /** Chunks of AVI that keep room. */
    private static final Set<String> KEPT_FREE = Set.of("JUNK", "indx");

    private final Facts facts;
    private final FileChannel file;
    private final long size;
    private final Request request;
    private final TikaReader types;

    private StructureReader(Facts facts, FileChannel file, Request request, TikaReader types) {
        this.facts = facts;
        this.file = file;
        this.size = request.sizeBytes();
        this.request = request;
        this.types = types;
    }

    /** Says what is missing of the file, and what is appended to it; after ffprobe has named its codecs. */
    static void read(Facts facts, Path path, Request request, TikaReader types) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            StructureReader reader = new StructureReader(facts, file, request, types);
            if (request.kind() == Structure.Kind.ISO_BASE_MEDIA) {
                reader.isoBaseMedia();
            } else {
                reader.zeros();
                reader.byMagic();
            }
        } catch (IOException | RuntimeException damaged) {
            facts.failed("structure", damaged);
        }
    }

    private void damage(String words) {
        facts.computed("damage", words, null, SOURCE);
    }

    private void endsAt(String what, long end) {
        damage("truncated: " + what + " ends at byte " + end + ", the file at " + size);
    }

    private void seconds(String name, double seconds, String source) {
        if (seconds > 0 && Double.isFinite(seconds)) {
            facts.add(Durations.value(name, seconds, source));
        }
    }

    /** So many bytes from there on, or as many as there are. */
    private ByteBuffer at(long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(length, size - from)));
        while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) {
            // until all are there
        }
        return bytes.flip();
    }

    private byte[] bytes(long from, int length) throws IOException {
        ByteBuffer read = at(from, length);
        byte[] bytes = new byte[read.remaining()];
        read.get(bytes);
        return bytes;
    }

    /** Whether the skeleton has these bytes of the file. */
    private boolean has(long from, long to) {
        return request.whole() || to <= Skeleton.ENDS_KEPT || from >= size - Skeleton.ENDS_KEPT;
    }

    private static String code(ByteBuffer bytes, int at) {
        byte[] code = new byte[4];
        bytes.get(at, code);
        return new String(code, StandardCharsets.ISO_8859_1);
    }

    private static long unsigned(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    private void byMagic() throws IOException {
        ByteBuffer head = at(0, 32);
        if (head.limit() < 32) {
            return;
        }
        int magic = head.getInt(0);
        switch (magic) {
            case RIFF, RF64, BW64 -> riff(head.order(ByteOrder.LITTLE_ENDIAN), magic != RIFF);
            case FORM -> {
                if (8 + unsigned(head, 4) > size + 1) {
                    endsAt("the FORM chunk", 8 + unsigned(head, 4));
                }
            }
            case EBML -> matroska();
            case 0x89504e47 -> png();
            case 0x47494638 -> gif();
            case 0x4f676753 -> ogg();
            case 0x464c5601 -> flv();
            case 0x3026b275 -> asf();
            case 0x504b0304 -> zip();
            case 0x000001ba -> programStream();
            case 0x377abcaf -> {
                ByteBuffer start = head.order(ByteOrder.LITTLE_ENDIAN);
                if (32 + start.getLong(12) + start.getLong(20) > size) {
                    endsAt("the list of members", 32 + start.getLong(12) + start.getLong(20));
                }
            }
            default -> {
                if (magic >>> 8 == 0xffd8ff) {
                    jpeg();
                } else if (((magic >>> 16) & 0xfff6) == 0xfff0 && request.whole()) {
                    adts();
                } else if (magic >>> 16 == 0x424d) {
                    bmp(head.order(ByteOrder.LITTLE_ENDIAN));
                } else if (magic >>> 8 == 0x1f0700) {
                    packets("DIF frames", (head.get(3) & 0x80) == 0 ? 120_000 : 144_000);
                } else if (request.kind() == Structure.Kind.OTHER_MEDIA && head.get(0) == 0x47) {
                    packets("transport packets", 188);
                } else if (request.kind() == Structure.Kind.OTHER_MEDIA && head.get(4) == 0x47) {
                    packets("transport packets", 192);
                } else if (request.kind() == Structure.Kind.OTHER) {
                    headless();
                }
            }
        }
    }

    /** A file of parts that all have one length. */
    private void packets(String what, int length) {
        if (size % length != 0) {
            damage("truncated: of the last of the " + what + " there are " + size % length + " of " + length
                    + " bytes");
        }
    }

    private void riff(ByteBuffer head, boolean wide) throws IOException {
        long end = 8 + unsigned(head, 4);
        switch (code(head, 8)) {
            case "WAVE" -> wave(end, wide);
            case "AVI " -> avi(end);
            case "WEBP" -> {
                if (end > size) {
                    endsAt("the picture", end);
                } else {
                    appended(end);
                }
            }
            default -> {
                if (end > size + 1) {
                    endsAt("the RIFF chunk", end);
                }
            }
        }
    }

    /** WAV (Microsoft's RIFF; EBU Tech 3306 for files beyond 4 GiB). */
    private void wave(long riffEnd, boolean wide) throws IOException {
        long end = riffEnd;
        long wideData = 0;
        long bytesPerSecond = 0;
        long rate = 0;
        long samples = 0;
        boolean pcm = false;
        long at = 12;
        while (at + 8 <= size && has(at, at + 64)) {
            ByteBuffer chunk = at(at, 64).order(ByteOrder.LITTLE_ENDIAN);
            String id = code(chunk, 0);
            long length = unsigned(chunk, 4);
            if (id.equals("ds64") && chunk.limit() >= 24) {
                end = 8 + chunk.getLong(8);
                wideData = chunk.getLong(16);
            } else if (id.equals("fmt ") && chunk.limit() >= 24) {
                pcm = PCM.contains(chunk.getShort(8) & 0xffff);
                bytesPerSecond = unsigned(chunk, 16);
                rate = unsigned(chunk, 12);
            } else if (id.equals("fact") && chunk.limit() >= 12) {
                samples = unsigned(chunk, 8);
            } else if (id.equals("data")) {
                long data = wide && length == UNKNOWN ? wideData : length;
                boolean never = (data == 0 && at + 8 < size) || (!wide && data == UNKNOWN);
                if (never) {
                    damage("not finished: the length of its data was never written");
                    if (pcm && bytesPerSecond > 0) {
                        seconds(Durations.PLAYABLE, (double) (size - at - 8) / bytesPerSecond, "bytes that are there");
                    }
                } else if (at + 8 + data > size) {
                    endsAt("the sound (the data chunk)", at + 8 + data);
                    if (pcm && bytesPerSecond > 0) {
                        seconds(Durations.DECLARED, (double) data / bytesPerSecond, "data chunk, fmt chunk");
                        seconds(
                                Durations.PLAYABLE,
                                (double) (size - at - 8) / bytesPerSecond,
                                "bytes of the data chunk that are there");
                    } else if (rate > 0 && samples < UNKNOWN) {
                        seconds(Durations.DECLARED, (double) samples / rate, "fact chunk, fmt chunk");
                    }
                } else if (end > size + 1) { // many a program leaves the last byte out, which would make it even
                    endsAt("the RIFF chunk", end);
                }
                return;
            }
            at += 8 + length + (length & 1);
        }
        if (end > size + 1) {
            endsAt("the RIFF chunk", end);
        }
    }

    /** AVI, and OpenDML's chunks behind the first. */
    private void avi(long riffEnd) throws IOException {
        double declared = 0;
        double microseconds = 0;
        long frames = 0;
        long moviEnd = 0;
        boolean finished = riffEnd > 8;
        long at = 12;
        while (at + 8 <= size && has(at, at + 64) && moviEnd == 0) {
            ByteBuffer chunk = at(at, 64).order(ByteOrder.LITTLE_ENDIAN);
            String id = code(chunk, 0);
            long length = unsigned(chunk, 4);
            String list = id.equals("LIST") && chunk.limit() >= 12 ? code(chunk, 8) : "";
            if (list.equals("movi")) {
                moviEnd = at + 8 + length;
                finished &= length > 4 && length < NEVER_WRITTEN;
            } else if (id.equals("avih") && chunk.limit() >= 28) {
                microseconds = unsigned(chunk, 8);
                frames = Math.max(frames, unsigned(chunk, 24));
            } else if (id.equals("dmlh") && chunk.limit() >= 12) {
                frames = Math.max(frames, unsigned(chunk, 8));
            } else if (id.equals("strh")
                    && chunk.limit() >= 44
                    && code(chunk, 8).equals("vids")) {
                double rate = unsigned(chunk, 32);
                declared = rate == 0 ? 0 : unsigned(chunk, 40) * unsigned(chunk, 28) / rate;
            } else if (id.equals("indx") && chunk.limit() >= 32 && has(at, at + 8 + length)) {
                openDml(at + 8, length);
            }
            boolean into = list.equals("hdrl") || list.equals("strl") || list.equals("odml");
            at += into ? 12 : 8 + length + (length & 1);
        }
        if (!finished) {
            damage("not finished: the length of its media data was never written");
        } else if (moviEnd > size) {
            endsAt("the media data (movi)", moviEnd);
        } else if (riffEnd > size + 1) {
            endsAt("the RIFF chunk", riffEnd);
        }
        if (facts.has("damage")) {
            seconds(Durations.DECLARED, Math.max(declared, microseconds * frames / 1e6), "avih, strh, dmlh");
        }
    }

    /** The index of indexes in a long AVI file says where each part of the media data has its own index, behind it. */
    private void openDml(long from, long length) throws IOException {
        ByteBuffer index = at(from, (int) Math.min(length, 1 << 20)).order(ByteOrder.LITTLE_ENDIAN);
        if (index.limit() < 24 || index.get(3) != 0) { // not of indexes
            return;
        }
        long last = 0;
        for (int at = 24, n = index.getInt(4); n > 0 && at + 16 <= index.limit(); n--, at += 16) {
            last = Math.max(last, index.getLong(at) + unsigned(index, at + 8));
        }
        if (last > size) {
            endsAt("an index that the file names", last);
        }
    }

    /** A number of EBML (RFC 8794 §4): its value, all bits of it where nobody knew it, and its length. */
    private static long[] number(ByteBuffer bytes, int at, boolean withMarker) {
        if (at >= bytes.limit()) {
            return null;
        }
        int first = bytes.get(at) & 0xff;
        int length = Integer.numberOfLeadingZeros(first) - 23;
        if (length > 8 || at + length > bytes.limit()) {
            return null;
        }
        long value = withMarker ? first : first & (0xff >> length);
        boolean ones = (first & (0xff >> length)) == 0xff >> length;
        for (int i = 1; i < length; i++) {
            int next = bytes.get(at + i) & 0xff;
            ones &= next == 0xff;
            value = (value << 8) | next;
        }
        return new long[] {ones && !withMarker ? -1 : value, length};
    }

    /** An element's name, length or -1, and the length of its header; null where none begins. */
    private long[] element(long at) throws IOException {
        ByteBuffer bytes = at(at, 12);
        long[] id = number(bytes, 0, true);
        long[] length = id == null ? null : number(bytes, (int) id[1], false);
        return length == null ? null : new long[] {id[0], length[0], id[1] + length[1]};
    }

    private void matroska() throws IOException {
        long[] header = element(0);
        long at = header == null || header[1] < 0 ? size : header[2] + header[1];
        long[] segment = at < size ? element(at) : null;
        if (segment == null || segment[0] != SEGMENT) {
            damage("malformed: behind its header no segment begins");
            return;
        }
        if (segment[1] >= 0) {
            long end = at + segment[2] + segment[1];
            if (end > size) {
                endsAt("the segment", end);
            }
            return;
        }
        // Its writer did not come back to say how long it became: the last cluster must end where the file ends.
        long from = Math.max(at, size - Skeleton.ENDS_KEPT);
        ByteBuffer tail = at(from, (int) (size - from));
        int last = -1;
        for (int i = tail.limit() - 4; i >= 0 && last < 0; i--) {
            last = tail.getInt(i) == CLUSTER ? i : -1;
        }
        if (last < 0) {
            return;
        }
        long position = from + last;
        while (position < size) {
            long[] element = element(position);
            if (element == null) {
                damage("truncated: the element that begins at byte " + position + " has no end");
                return;
            }
            boolean into = element[0] == CLUSTER && element[1] < 0;
            position += element[2] + (into ? 0 : Math.max(0, element[1]));
        }
        if (position > size) {
            endsAt("the last element", position);
        }
    }

    /** A segment of Matroska, with one of the elements that it begins with (RFC 9559 §5.1), and no header before it. */
    private void headless() throws IOException {
        ByteBuffer head = at(0, MAGIC_BYTES);
        for (int i = 0; i + 20 < head.limit(); i++) {
            if (head.getInt(i) == SEGMENT) {
                long[] length = number(head, i + 4, false);
                int first = length == null ? 0 : head.getInt(i + 4 + (int) length[1]);
                if (FIRST_OF_SEGMENT.contains(first)) {
                    damage("malformed: a segment of Matroska begins at byte " + i + ", and its header is not there");
                }
                return;
            }
        }
    }

    private void ogg() throws IOException {
        long from = Math.max(0, size - (128 << 10)); // a page is smaller
        ByteBuffer tail = at(from, (int) (size - from));
        for (int i = tail.limit() - 27; i >= 0; i--) {
            if (tail.getInt(i) == 0x4f676753) {
                int segments = tail.get(i + 26) & 0xff;
                long end = from + i + 27 + segments;
                for (int s = 0; s < segments && i + 27 + s < tail.limit(); s++) {
                    end += tail.get(i + 27 + s) & 0xff;
                }
                if (end > size) {
                    endsAt("the last page", end);
                } else if ((tail.get(i + 5) & 4) == 0) {
                    damage("truncated: the last page is not marked as the end of its stream (RFC 3533 §6)");
                }
                return;
            }
        }
    }

    /** Each tag is followed by its own length (Adobe's FLV 10.1, annex E.3). */
    private void flv() throws IOException {
        long length = size < 24 ? 0 : unsigned(at(size - 4, 4), 0);
        long tag = size - 4 - length;
        ByteBuffer last = length >= 11 && tag >= 13 && has(tag, tag + 11) ? at(tag, 11) : null;
        if (last == null || (last.getInt(0) & 0xffffff) + 11 != length) {
            damage("truncated: the file does not end with the length of its last tag");
        }
    }

    /** The list of members stands at the end, and behind it a record that says where (APPNOTE 4.3.16). */
    private void zip() throws IOException {
        long from = Math.max(0, size - (64 << 10) - 22);
        ByteBuffer tail = at(from, (int) (size - from));
        for (int i = tail.limit() - 22; i >= 0; i--) {
            if (tail.getInt(i) == 0x504b0506) {
                return;
            }
        }
        damage("truncated: the list of members, which stands at the end, is missing");
    }

    /** The last packet says how long it is (ISO/IEC 13818-1 §2.4.3.7). */
    private void programStream() throws IOException {
        long from = Math.max(0, size - (128 << 10)); // a packet is shorter
        ByteBuffer tail = at(from, (int) (size - from));
        for (int i = tail.limit() - 6; i >= 0; i--) {
            int code = tail.getInt(i);
            if (code >>> 8 == 1 && (code & 0xff) >= 0xbd && (code & 0xff) <= 0xef) {
                long end = from + i + 6 + (tail.getShort(i + 4) & 0xffff);
                if (end > size) {
                    endsAt("the last packet", end);
                }
                return;
            }
        }
    }

    /** Frames of AAC, each with its length (ISO/IEC 13818-7 §6.2). */
    private void adts() throws IOException {
        long at = 0;
        while (at + 7 <= size) {
            ByteBuffer head = at(at, 7);
            boolean frame = head.get(0) == (byte) 0xff && (head.get(1) & 0xf6) == 0xf0;
            int length = ((head.get(3) & 3) << 11) | ((head.get(4) & 0xff) << 3) | ((head.get(5) & 0xff) >>> 5);
            if (!frame) {
                return; // tags behind the sound
            }
            if (length < 7) {
                return;
            }
            at += length;
        }
        if (at > size) {
            endsAt("the last frame", at);
        }
    }

    private void asf() throws IOException {
        byte[] properties = {
            (byte) 0xa1,
            (byte) 0xdc,
            (byte) 0xab,
            (byte) 0x8c,
            0x47,
            (byte) 0xa9,
            (byte) 0xcf,
            0x11,
            (byte) 0x8e,
            (byte) 0xe4,
            0x00,
            (byte) 0xc0,
            0x0c,
            0x20,
            0x53,
            0x65
        };
        ByteBuffer head = at(0, 1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 30; at + 104 <= head.limit(); ) {
            byte[] id = new byte[16];
            head.get(at, id);
            long length = head.getLong(at + 16);
            if (java.util.Arrays.equals(id, properties)) {
                boolean live = (head.getInt(at + 88) & 1) != 0; // then the length is not known
                long stated = head.getLong(at + 40);
                if (!live && stated > size) {
                    endsAt("the recording", stated);
                    double played =
                            head.getLong(at + 64) / 1e7 - head.getLong(at + 80) / 1e3; // and what is loaded first
                    seconds(Durations.DECLARED, played, "file properties");
                }
                return;
            }
            if (length < 24 || length > head.limit()) {
                return;
            }
            at += (int) length;
        }
    }

    /** Segments, then data that marks its own end (ITU-T T.81 annex B). */
    private void jpeg() throws IOException {
        if (size > PICTURE_BYTES_MAX) {
            return;
        }
        byte[] bytes = bytes(0, (int) size);
        int at = 2;
        while (at + 2 <= bytes.length) {
            if (bytes[at] != (byte) 0xff) {
                damage("malformed: at byte " + at + " of the picture stands no marker");
                return;
            }
            int marker = bytes[at + 1] & 0xff;
            if (marker == 0xff) {
                at++; // a fill byte
            } else if (marker == 0xd9) {
                appended(at + 2);
                return;
            } else if (marker == 1 || (marker & 0xf8) == 0xd0) {
                at += 2;
            } else {
                int length = at + 4 > bytes.length ? 2 : ((bytes[at + 2] & 0xff) << 8) | (bytes[at + 3] & 0xff);
                at += 2 + Math.max(2, length);
                while (marker == 0xda && at + 1 < bytes.length && !endsScan(bytes, at)) {
                    at++;
                }
            }
        }
        damage("truncated: the picture has no end (EOI)");
    }

    private static boolean endsScan(byte[] bytes, int at) {
        int next = bytes[at + 1] & 0xff;
        return bytes[at] == (byte) 0xff && next != 0 && next != 0xff && (next & 0xf8) != 0xd0;
    }

    /** Chunks, each with a checksum, to IEND (ISO/IEC 15948 §5.3). */
    private void png() throws IOException {
        if (size > PICTURE_BYTES_MAX) {
            return;
        }
        ByteBuffer bytes = at(0, (int) size);
        long at = 8;
        while (at + 12 <= size) {
            int start = (int) at;
            long length = unsigned(bytes, start);
            String type = code(bytes, start + 4);
            if (at + 12 + length > size) {
                endsAt("the chunk " + type, at + 12 + length);
                return;
            }
            CRC32 sum = new CRC32();
            sum.update(bytes.slice(start + 4, 4 + (int) length));
            if (sum.getValue() != unsigned(bytes, start + 8 + (int) length)) {
                damage("malformed: the chunk " + type + " at byte " + at + " has a wrong checksum");
            }
            at += 12 + length;
            if (type.equals("IEND")) {
                appended(at);
                return;
            }
        }
        damage("truncated: the picture has no end (IEND)");
    }

    private void gif() throws IOException {
        if (size > PICTURE_BYTES_MAX) {
            return;
        }
        byte[] bytes = bytes(0, (int) size);
        int at = 13 + ((bytes[10] & 0x80) == 0 ? 0 : 3 << ((bytes[10] & 7) + 1));
        while (at < bytes.length) {
            int block = bytes[at] & 0xff;
            if (block == 0x3b) {
                appended(at + 1);
                return;
            }
            if (block == 0x21) {
                at += 2;
            } else if (block == 0x2c && at + 10 < bytes.length) {
                at += 11 + ((bytes[at + 9] & 0x80) == 0 ? 0 : 3 << ((bytes[at + 9] & 7) + 1));
            } else {
                damage("malformed: at byte " + at + " of the picture no block begins");
                return;
            }
            while (at < bytes.length && bytes[at] != 0) {
                at += 1 + (bytes[at] & 0xff);
            }
            at++;
        }
        damage("truncated: the picture has no end (its trailer)");
    }

    private void bmp(ByteBuffer head) throws IOException {
        long header = unsigned(head, 14);
        ByteBuffer info = at(14, 40).order(ByteOrder.LITTLE_ENDIAN);
        if (header < 40
                || info.limit() < 40
                || info.getInt(16) != 0) { // compressed: its length is not to be worked out
            return;
        }
        long row = ((long) info.getInt(4) * (info.getShort(14) & 0xffff) + 31) / 32 * 4;
        long end = unsigned(head, 10) + row * Math.abs((long) info.getInt(8));
        if (row > 0 && end > size) {
            endsAt("the picture", end);
        } else if (row > 0) {
            appended(Math.max(end, Math.min(size, unsigned(head, 2))));
        }
    }

    /** What stands behind the end, and what it begins like. */
    private void appended(long from) throws IOException {
        long length = size - from;
        if (length <= 0) {
            return;
        }
        byte[] first = bytes(from, MAGIC_BYTES);
        boolean zeros = true;
        for (byte b : first) {
            zeros &= b == 0;
        }
        String source = "behind the end, at byte " + from;
        facts.computed("appendedBytes", String.valueOf(length), "bytes", source);
        if (zeros) {
            return; // room that was filled up
        }
        try (InputStream in = new BufferedInputStream(Channels.newInputStream(file.position(from)))) {
            String type = types.typeOf(in);
            if (!type.equals(TikaReader.UNKNOWN_TYPE)) {
                facts.computed("appendedType", type, null, source);
            }
        }
    }

    private static long overlap(List<Zeros> all, long from, long to) {
        long sum = 0;
        for (Zeros zeros : all) { // few, and in order
            if (zeros.from() >= to) {
                break;
            }
            sum += Math.max(0, Math.min(to, zeros.to()) - Math.max(from, zeros.from()));
        }
        return sum;
    }

    /** How a track's samples fare. */
    private final class Samples {
        private long all;
        private long missing;
        private long misplaced;
        private long zeroed;
        private long firstZeroed = -1;
        private long ticksThere;

        Samples(Mp4Index.Track track, List<Zeros> zeros) {
            boolean compressed = COMPRESSED_SAMPLES.contains(track.format());
            track.forEach((from, to, ticks) -> {
                all++;
                if (to > size) {
                    missing++;
                } else if (from < FIRST_BOX_BYTES) {
                    misplaced++;
                } else if (compressed && to > from && overlap(zeros, from, to) >= Math.min(to - from, 1_024)) {
                    zeroed++;
                    firstZeroed = firstZeroed < 0 ? from : firstZeroed;
                } else {
                    ticksThere += ticks;
                }
            });
        }
    }

    private void isoBaseMedia() throws IOException {
        if (request.appendedFrom() >= 0) {
            appended(request.appendedFrom());
        }
        Mp4Index index = Mp4Index.of(file);
        if (index.segmentsEnd() > size) {
            endsAt("the last segment that the index names", index.segmentsEnd());
        }
        Mp4Index.Track main = null;
        Samples ofMain = null;
        for (Mp4Index.Track track : index.tracks()) {
            boolean picture = track.handler().equals("vide");
            if (!picture && !track.handler().equals("soun")) {
                continue;
            }
            Samples samples = new Samples(track, request.zeros());
            String which = (picture ? "pictures" : "sound") + " (track "
                    + (1 + index.tracks().indexOf(track)) + ")";
            if (track.isWithoutPlaces() && !index.isFragmented()) {
                damage("malformed: the index does not say where the " + which + " is");
            }
            if (samples.misplaced > 0) {
                damage("malformed: of the " + which + " the index names " + samples.misplaced + " of " + samples.all
                        + " samples where none can be");
            }
            if (samples.missing > 0) {
                damage("truncated: of the " + which + " the index names " + samples.missing + " of " + samples.all
                        + " samples beyond the end of the file");
            }
            if (samples.zeroed > 0) {
                damage("zeros: of the " + which + " there are only zeros in " + samples.zeroed + " of " + samples.all
                        + " samples, the first at byte " + samples.firstZeroed);
            }
            if (samples.all > 0 && (main == null || (picture && !main.handler().equals("vide")))) {
                main = track;
                ofMain = samples;
            }
        }
        if (!facts.has("damage")) {
            return;
        }
        seconds(Durations.DECLARED, index.seconds(), "mvhd or mehd");
        if (main != null && !index.isCut() && !main.isCut() && main.timescale() > 0 && ofMain.ticksThere > 0) {
            seconds(
                    Durations.PLAYABLE,
                    (double) ofMain.ticksThere / main.timescale(),
                    "samples of track " + (1 + index.tracks().indexOf(main)) + " that are there");
        }
    }

    /** Zeros in a recording all of whose streams are compressed, outside of what its container keeps free. */
    private void zeros() {
        List<String> codecs = facts.values.stream()
                .filter(value ->
                        value.name().equals("videoCodec") || value.name().equals("audioCodec"))
                .map(Value::value)
                .toList();
        String container = facts.values.stream()
                .filter(value -> value.name().equals("container"))
                .map(Value::value)
                .findFirst()
                .orElse("");
        boolean stuffed = container.equals("mpegts"); // each of its packets begins with a byte that is not zero
        boolean known =
                stuffed || container.equals("avi") || container.startsWith("matroska") || container.equals("flv");
        if (!known || codecs.isEmpty() || !(stuffed || COMPRESSED.containsAll(codecs))) {
            return;
        }
        long bytes = 0;
        long first = -1;
        for (Zeros run : request.zeros()) {
            if (!isKeptFree(run)) {
                bytes += run.to() - run.from();
                first = first < 0 ? run.from() : first;
            }
        }
        if (bytes > 0) {
            damage("zeros: " + bytes + " bytes of the media data are zero, the first at byte " + first);
        }
    }

    /** Whether the run lies in a chunk of AVI that is to be empty or to be filled, or a Void element of Matroska, as the bytes before it say. */
    private static boolean isKeptFree(Zeros run) {
        byte[] before = java.util.HexFormat.of().parseHex(run.before().toLowerCase(Locale.ROOT));
        ByteBuffer bytes =
                ByteBuffer.allocate(before.length + 8).put(before).rewind().order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 4 <= before.length; at++) {
            long start = run.from() - before.length + at;
            if (KEPT_FREE.contains(code(bytes, at)) && start + 8 + unsigned(bytes, at + 4) >= run.to()) {
                return true;
            }
        }
        for (int at = 0; at < before.length; at++) {
            long[] length = (before[at] & 0xff) == 0xec ? number(bytes, at + 1, false) : null;
            long start = run.from() - before.length + at;
            if (length != null && length[0] > 0 && start + 1 + length[1] + length[0] >= run.to()) {
                return true;
            }
        }
        return false;
    }
}
