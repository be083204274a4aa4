package org.liuhen.describe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Canon's CRW (its own format CIFF 1.0): heaps with a directory at their ends, in which heaps may be. */
final class Ciff {
    private static final long MARK = 0x4845415043434452L; // HEAPCCDR
    private static final int HEADER_MARK_AT = 6;
    private static final int HEADER_LENGTH_AT = 2;
    private static final int HEADER_BYTES_MIN = 32;
    private static final int LITTLE_ENDIAN = 0x4949;

    // CIFF 1.0: a heap ends with the place of its directory, which has a number of entries, then the entries
    private static final int PLACE_BYTES = 4;
    private static final int COUNT_BYTES = 2;
    private static final int ENTRY_BYTES = 10;
    private static final int ENTRY_LENGTH_AT = 2;
    private static final int ENTRY_PLACE_AT = 6;
    private static final int STORAGE = 0xc000;
    private static final int IN_ENTRY = 0x4000;
    private static final int KIND = 0x3800;
    private static final int HEAP_KIND = 0x2800;
    private static final int SECOND_HEAP_KIND = 0x3000;
    private static final int KIND_AND_ID = 0x3fff;

    private static final int RAW_MAKE_MODEL = 0x080a;
    private static final int CAPTURED_TIME = 0x180e;
    private static final int IMAGE_SPEC = 0x1810;

    private static final int DEPTH_MAX = 8;
    private static final int TEXT_BYTES_MAX = 512;
    private static final int ENTRIES_MAX = 10_000;

    private final Facts facts;
    private final ByteBuffer file;
    private int entries; // a hostile file may put heaps into one another

    private Ciff(Facts facts, ByteBuffer file) {
        this.facts = facts;
        this.file = file;
    }

    /** Adds camera, time and size, if this is such a file; gives whether it is. */
    static boolean addTo(Facts facts, ByteBuffer whole) {
        if (whole.limit() < HEADER_BYTES_MIN
                || whole.getShort(0) != LITTLE_ENDIAN
                || whole.getLong(HEADER_MARK_AT) != MARK) {
            return false;
        }
        ByteBuffer file = whole.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        new Ciff(facts, file).heap(file.getInt(HEADER_LENGTH_AT), file.limit(), 0);
        return true;
    }

    private void heap(int from, int to, int depth) {
        if (from < 0 || to > file.limit() || to - from < PLACE_BYTES + COUNT_BYTES || depth == DEPTH_MAX) {
            return;
        }
        long directory = from + Integer.toUnsignedLong(file.getInt(to - PLACE_BYTES));
        if (directory + COUNT_BYTES > to) {
            return;
        }
        int at = (int) directory + COUNT_BYTES;
        for (int i = file.getShort((int) directory) & 0xffff;
                i > 0 && at + ENTRY_BYTES <= to && entries++ < ENTRIES_MAX;
                i--, at += ENTRY_BYTES) {
            int tag = file.getShort(at) & 0xffff;
            boolean here = (tag & STORAGE) == IN_ENTRY;
            long start = here ? at + ENTRY_LENGTH_AT : from + Integer.toUnsignedLong(file.getInt(at + ENTRY_PLACE_AT));
            long end = here ? at + ENTRY_BYTES : start + Integer.toUnsignedLong(file.getInt(at + ENTRY_LENGTH_AT));
            if (end > to || end < start) {
                continue;
            }
            int kind = tag & KIND;
            if (kind == HEAP_KIND || kind == SECOND_HEAP_KIND) {
                heap((int) start, (int) end, depth + 1);
            } else {
                field(tag & KIND_AND_ID, (int) start, (int) end);
            }
        }
    }

    private void field(int tag, int from, int to) {
        switch (tag) {
            case RAW_MAKE_MODEL -> {
                byte[] bytes = new byte[Math.min(to - from, TEXT_BYTES_MAX)];
                file.get(from, bytes);
                String[] names = new String(bytes, StandardCharsets.ISO_8859_1).split("\0", 3);
                facts.stated("make", names[0], null, "CIFF RawMakeModel");
                facts.stated("model", names.length > 1 ? names[1] : "", null, "CIFF RawMakeModel");
            }
            case CAPTURED_TIME -> {
                long seconds = to - from < 8 ? 0 : Integer.toUnsignedLong(file.getInt(from));
                if (seconds > 0) { // by the camera's clock; the field has no zone
                    String time = Instant.ofEpochSecond(seconds).toString().replace("Z", "");
                    facts.stated("timeClaim", time, null, "CIFF CapturedTime");
                }
            }
            case IMAGE_SPEC -> {
                if (to - from >= 8) {
                    RawSizes.addStated(facts, file.getInt(from), file.getInt(from + 4), "CIFF ImageSpec");
                }
            }
            default -> {}
        }
    }
}
