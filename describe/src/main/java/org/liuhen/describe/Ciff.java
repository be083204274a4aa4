package org.liuhen.describe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Canon's CRW (its own format CIFF 1.0): heaps with a directory at their ends, in which heaps may be. */
final class Ciff {
    private static final long MARK = 0x4845415043434452L; // HEAPCCDR
    private static final int DEPTH_MAX = 8;
    private static final int TEXT_BYTES_MAX = 512;
    private static final int ENTRIES_MAX = 10_000;

    private final Facts facts;
    private final ByteBuffer file;
    private int entries; // heaps may be said to be in one another

    private Ciff(Facts facts, ByteBuffer file) {
        this.facts = facts;
        this.file = file;
    }

    /** Whether it is one; then what it says of camera, time and size. */
    static boolean addTo(Facts facts, ByteBuffer whole) {
        if (whole.limit() < 32 || whole.getShort(0) != 0x4949 || whole.getLong(6) != MARK) {
            return false;
        }
        ByteBuffer file = whole.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        new Ciff(facts, file).heap(file.getInt(2), file.limit(), 0);
        return true;
    }

    private void heap(int from, int to, int depth) {
        if (from < 0 || to > file.limit() || to - from < 6 || depth == DEPTH_MAX) {
            return;
        }
        long directory = from + Integer.toUnsignedLong(file.getInt(to - 4));
        if (directory + 2 > to) {
            return;
        }
        int at = (int) directory + 2;
        for (int i = file.getShort((int) directory) & 0xffff;
                i > 0 && at + 10 <= to && entries++ < ENTRIES_MAX;
                i--, at += 10) {
            int tag = file.getShort(at) & 0xffff;
            boolean here = (tag & 0xc000) == 0x4000;
            long start = here ? at + 2 : from + Integer.toUnsignedLong(file.getInt(at + 6));
            long end = here ? at + 10 : start + Integer.toUnsignedLong(file.getInt(at + 2));
            if (end > to || end < start) {
                continue;
            }
            int kind = tag & 0x3800;
            if (kind == 0x2800 || kind == 0x3000) {
                heap((int) start, (int) end, depth + 1);
            } else {
                field(tag & 0x3fff, (int) start, (int) end);
            }
        }
    }

    private void field(int tag, int from, int to) {
        switch (tag) {
            case 0x080a -> {
                byte[] bytes = new byte[Math.min(to - from, TEXT_BYTES_MAX)];
                file.get(from, bytes);
                String[] names = new String(bytes, StandardCharsets.ISO_8859_1).split("\0", 3);
                facts.stated("make", names[0], null, "CIFF RawMakeModel");
                facts.stated("model", names.length > 1 ? names[1] : "", null, "CIFF RawMakeModel");
            }
            case 0x180e -> {
                long seconds = to - from < 8 ? 0 : Integer.toUnsignedLong(file.getInt(from));
                if (seconds > 0) { // by the camera's clock; whether that was universal time, it does not say
                    String time = Instant.ofEpochSecond(seconds).toString().replace("Z", "");
                    facts.stated("timeClaim", time, null, "CIFF CapturedTime");
                }
            }
            case 0x1810 -> {
                if (to - from >= 8) {
                    RawSizes.say(facts, file.getInt(from), file.getInt(from + 4), "CIFF ImageSpec");
                }
            }
            default -> {}
        }
    }
}
