package org.liuhen.review.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A ZIP file without compression whose bytes follow from the names, sizes and checksums of its members: any range of it can be given without
 * what is before. Written after PKWARE's APPNOTE 6.3.10, with the ZIP64 records (§4.3.14, §4.3.15, §4.5.3) where a size or a place needs them. Each
 * time is 1980-01-01, the first one that the format knows.
 */
final class StoredZip {
    /** The largest value of a field of two and of four bytes says that the true one is in a ZIP64 record. */
    private static final int IN_ZIP64_2 = 0xFFFF;

    private static final long IN_ZIP64_4 = 0xFFFF_FFFFL;
    private static final short WITHOUT_ZIP64 = 20;
    private static final short WITH_ZIP64 = 45;
    /** Names are UTF-8 (APPNOTE §4.4.4, bit 11). */
    private static final short UTF_8_NAMES = 1 << 11;

    private static final int FIRST_DATE = 1 << 5 | 1;
    /** Made on Unix (APPNOTE §4.4.2.2): names from elsewhere are those of an old code page to some programs, Debian's unzip among them. */
    private static final short ON_UNIX = 3 << 8;
    /** A file that its owner writes and everybody reads. */
    private static final int READABLE = 0100644 << 16;

    /**
     * One file in it.
     *
     * @param path its name in the ZIP file, with {@code /} between folders
     * @param size in bytes
     * @param crc32 of its bytes (APPNOTE §4.4.7)
     */
    record Member(String path, long size, long crc32) {}

    /** Where the bytes of members come from. */
    interface Bytes {
        /** The bytes of this member from {@code from} to {@code to}, exclusive; an empty one is opened where its header ends in the range. */
        InputStream open(int member, long from, long to) throws Exception;
    }

    private final List<Member> members;
    /** Where the header of each member begins, and last, where the directory begins. */
    private final long[] places;

    private final byte[] directory;

    StoredZip(List<Member> members) {
        this.members = List.copyOf(members);
        places = new long[members.size() + 1];
        for (int i = 0; i < members.size(); i++) {
            places[i + 1] =
                    places[i] + header(members.get(i)).length + members.get(i).size();
        }
        directory = directory();
    }

    /** In bytes. */
    long size() {
        return places[members.size()] + directory.length;
    }

    /**
     * Writes the bytes from {@code from} to {@code to}, exclusive; opens the members that have bytes in the range, and each at those bytes alone.
     *
     * @throws IOException where a member ends before its size
     */
    void write(OutputStream out, long from, long to, Bytes bytes) throws Exception {
        for (int i = 0; i < members.size(); i++) {
            if (places[i + 1] <= from || places[i] >= to) {
                continue;
            }
            byte[] header = header(members.get(i));
            part(out, header, places[i], from, to);
            long start = places[i] + header.length;
            long first = Math.max(from, start) - start;
            long end = Math.min(to, places[i + 1]) - start;
            boolean empty = members.get(i).size() == 0 && from < start && to >= start;
            if (first < end || empty) {
                try (InputStream in = bytes.open(i, first, end)) {
                    long given = in.transferTo(out);
                    if (given != end - first) {
                        throw new IOException(members.get(i).path() + " gave " + given + " bytes of " + (end - first));
                    }
                }
            }
        }
        part(out, directory, places[members.size()], from, to);
    }

    /** Writes those of these bytes, which stand at {@code place}, that are in the range. */
    private static void part(OutputStream out, byte[] bytes, long place, long from, long to) throws IOException {
        int first = (int) Math.min(bytes.length, Math.max(0, from - place));
        int end = (int) Math.min(bytes.length, Math.max(0, to - place));
        if (first < end) {
            out.write(bytes, first, end - first);
        }
    }

    /** What stands before the bytes of a member (APPNOTE §4.3.7). */
    private static byte[] header(Member member) {
        byte[] name = member.path().getBytes(StandardCharsets.UTF_8);
        boolean large = member.size() >= IN_ZIP64_4;
        byte[] bytes = new byte[30 + name.length + (large ? 20 : 0)];
        ByteBuffer header = little(bytes);
        header.putInt(0x04034b50).putShort(large ? WITH_ZIP64 : WITHOUT_ZIP64);
        common(header, member, name, large ? 20 : 0);
        header.put(name);
        if (large) {
            header.putShort((short) 1)
                    .putShort((short) 16)
                    .putLong(member.size())
                    .putLong(member.size());
        }
        return bytes;
    }

    /** The fields that the header of a member and its line in the directory share. */
    private static void common(ByteBuffer to, Member member, byte[] name, int extra) {
        int size = (int) Math.min(IN_ZIP64_4, member.size());
        to.putShort(UTF_8_NAMES).putShort((short) 0).putShort((short) 0).putShort((short) FIRST_DATE);
        to.putInt((int) member.crc32())
                .putInt(size)
                .putInt(size)
                .putShort((short) name.length)
                .putShort((short) extra);
    }

    /** The directory and its end (APPNOTE §4.3.12, §4.3.14 to §4.3.16). */
    private byte[] directory() {
        long lines = 0;
        for (int i = 0; i < members.size(); i++) {
            lines += line(i).length;
        }
        long start = places[members.size()];
        boolean zip64 = members.size() >= IN_ZIP64_2 || lines >= IN_ZIP64_4 || start >= IN_ZIP64_4;
        byte[] bytes = new byte[Math.toIntExact(lines + (zip64 ? 76 : 0) + 22)];
        ByteBuffer all = little(bytes);
        for (int i = 0; i < members.size(); i++) {
            all.put(line(i));
        }
        if (zip64) {
            all.putInt(0x06064b50)
                    .putLong(44)
                    .putShort(WITH_ZIP64)
                    .putShort(WITH_ZIP64)
                    .putInt(0)
                    .putInt(0);
            all.putLong(members.size()).putLong(members.size()).putLong(lines).putLong(start);
            all.putInt(0x07064b50).putInt(0).putLong(start + lines).putInt(1);
        }
        short count = (short) Math.min(IN_ZIP64_2, members.size());
        all.putInt(0x06054b50)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort(count)
                .putShort(count);
        all.putInt((int) Math.min(IN_ZIP64_4, lines))
                .putInt((int) Math.min(IN_ZIP64_4, start))
                .putShort((short) 0);
        return bytes;
    }

    private byte[] line(int i) {
        Member member = members.get(i);
        byte[] name = member.path().getBytes(StandardCharsets.UTF_8);
        boolean large = member.size() >= IN_ZIP64_4;
        boolean far = places[i] >= IN_ZIP64_4;
        int fields = (large ? 16 : 0) + (far ? 8 : 0);
        int extra = fields == 0 ? 0 : 4 + fields;
        short needed = fields == 0 ? WITHOUT_ZIP64 : WITH_ZIP64;
        byte[] bytes = new byte[46 + name.length + extra];
        ByteBuffer line = little(bytes);
        line.putInt(0x02014b50).putShort((short) (ON_UNIX | needed)).putShort(needed);
        common(line, member, name, extra);
        line.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(READABLE);
        line.putInt((int) Math.min(IN_ZIP64_4, places[i])).put(name);
        if (fields > 0) {
            line.putShort((short) 1).putShort((short) fields);
            if (large) {
                line.putLong(member.size()).putLong(member.size());
            }
            if (far) {
                line.putLong(places[i]);
            }
        }
        return bytes;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
