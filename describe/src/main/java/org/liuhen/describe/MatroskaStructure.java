package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.liuhen.describe.readback.Skeleton;

/** Where the segment of a Matroska or WebM file (RFC 9559) ends, and segments whose header is not there. */
final class MatroskaStructure {
    /** The ID of the element that a file begins with (RFC 8794 §11.2.1). */
    static final int EBML = 0x1a45dfa3;

    /** The ID of an element to be skipped (RFC 8794 §11.3.2). */
    static final int VOID = 0xec;

    private static final int SEGMENT = 0x18538067;
    private static final int CLUSTER = 0x1f43b675;
    private static final int ID_BYTES = 4;

    /** The longest header of an element: an ID of 4 bytes, a length of 8. */
    private static final int HEADER_BYTES_MAX = 12;

    private static final int NUMBER_BYTES_MAX = 8;

    /** The length of an element whose length was not known when it was written (RFC 8794 §6.2). */
    private static final long UNKNOWN = -1;

    /** SeekHead, Info, Tracks (RFC 9559 §5.1). */
    private static final Set<Integer> FIRST_OF_SEGMENT = Set.of(0x114d9b74, 0x1549a966, 0x1654ae6b);

    /** A variable-size integer (RFC 8794 §4): its value, or {@link #UNKNOWN}, and how many bytes it takes. */
    record VarInt(long value, int bytes) {}

    /** The header of an element; its length may be {@link #UNKNOWN}. */
    private record Element(long id, long length, int headerBytes) {
        boolean isUnknown() {
            return length < 0;
        }
    }

    private MatroskaStructure() {}

    /** The length that stands here, or null where none does. */
    static VarInt length(ByteBuffer bytes, int at) {
        return number(bytes, at, false);
    }

    private static VarInt number(ByteBuffer bytes, int at, boolean withMarker) {
        if (at >= bytes.limit()) {
            return null;
        }
        int first = bytes.get(at) & 0xff;
        int length = Integer.numberOfLeadingZeros(first) - 23; // the marker is the first bit of the byte that is set
        if (length > NUMBER_BYTES_MAX || at + length > bytes.limit()) {
            return null;
        }
        int withoutMarker = first & (0xff >> length);
        long value = withMarker ? first : withoutMarker;
        boolean ones = withoutMarker == 0xff >> length;
        for (int i = 1; i < length; i++) {
            int next = bytes.get(at + i) & 0xff;
            ones &= next == 0xff;
            value = (value << 8) | next;
        }
        return new VarInt(ones && !withMarker ? UNKNOWN : value, length);
    }

    /** The element that begins here, or null where none does. */
    private static Element element(CheckedFile file, long at) throws IOException {
        ByteBuffer bytes = file.at(at, HEADER_BYTES_MAX);
        VarInt id = number(bytes, 0, true);
        VarInt length = id == null ? null : length(bytes, id.bytes());
        return length == null ? null : new Element(id.value(), length.value(), id.bytes() + length.bytes());
    }

    /** Checks a file that begins with {@link #EBML}. */
    static void check(CheckedFile file) throws IOException {
        long size = file.size();
        Element header = element(file, 0);
        long at = header == null || header.isUnknown() ? size : header.headerBytes() + header.length();
        Element segment = at < size ? element(file, at) : null;
        if (segment == null || segment.id() != SEGMENT) {
            file.damage("malformed: behind its header no segment begins");
        } else if (segment.isUnknown()) {
            lastCluster(file, at);
        } else {
            file.mustHold("the segment", at + segment.headerBytes() + segment.length());
        }
    }

    /** A writer that does not go back leaves the length of the segment unknown: then the last cluster must end where the file ends. */
    private static void lastCluster(CheckedFile file, long segment) throws IOException {
        long size = file.size();
        long from = Math.max(segment, size - Skeleton.ENDS_KEPT);
        ByteBuffer tail = file.at(from, (int) (size - from));
        int last = -1;
        for (int i = tail.limit() - ID_BYTES; i >= 0 && last < 0; i--) {
            last = tail.getInt(i) == CLUSTER ? i : -1;
        }
        if (last < 0) {
            return;
        }
        long position = from + last;
        while (position < size) {
            Element element = element(file, position);
            if (element == null) {
                file.damage("truncated: the element that begins at byte " + position + " has no end");
                return;
            }
            boolean into = element.id() == CLUSTER && element.isUnknown();
            position += element.headerBytes() + (into ? 0 : Math.max(0, element.length()));
        }
        file.mustHold("the last element", position);
    }

    /** Finds a segment with no header before it, by one of the elements that segments begin with (RFC 9559 §5.1). */
    static void checkHeadless(CheckedFile file) throws IOException {
        ByteBuffer head = file.head();
        for (int i = 0; i + ID_BYTES + NUMBER_BYTES_MAX + NUMBER_BYTES_MAX < head.limit(); i++) {
            if (head.getInt(i) == SEGMENT) {
                VarInt length = length(head, i + ID_BYTES);
                int first = length == null ? 0 : head.getInt(i + ID_BYTES + length.bytes());
                if (FIRST_OF_SEGMENT.contains(first)) {
                    file.damage(
                            "malformed: a segment of Matroska begins at byte " + i + ", and its header is not there");
                }
                return;
            }
        }
    }
}
