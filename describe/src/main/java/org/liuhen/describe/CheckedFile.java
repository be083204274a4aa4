package org.liuhen.describe;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import org.liuhen.describe.readback.Skeleton;

/** One file whose structure is checked: its bytes, as far as the skeleton has them, and the facts that say what is wrong. */
final class CheckedFile {
    private static final String SOURCE = "structure";
    private static final int MAGIC_BYTES = 64 << 10;

    private final Facts facts;
    private final FileChannel file;
    private final Request request;
    private final TikaReader types;

    CheckedFile(Facts facts, FileChannel file, Request request, TikaReader types) {
        this.facts = facts;
        this.file = file;
        this.request = request;
        this.types = types;
    }

    FileChannel channel() {
        return file;
    }

    Request request() {
        return request;
    }

    /** The length of the original in bytes, which its skeleton has too. */
    long size() {
        return request.sizeBytes();
    }

    /** {@code length} bytes from {@code from} on, or as many as there are; zeros where the skeleton leaves them out. */
    ByteBuffer at(long from, int length) throws IOException {
        return Bytes.at(file, from, (int) Math.max(0, Math.min(length, size() - from)));
    }

    /** The bytes at the beginning of the file. */
    ByteBuffer head() throws IOException {
        return at(0, MAGIC_BYTES);
    }

    /** Whether the skeleton has these bytes of the file. */
    boolean has(long from, long to) {
        return request.whole() || to <= Skeleton.ENDS_KEPT || from >= size() - Skeleton.ENDS_KEPT;
    }

    /** Whether some damage of the file was found. */
    boolean isDamaged() {
        return facts.has("damage");
    }

    void damage(String words) {
        facts.computed("damage", words, null, SOURCE);
    }

    /** Adds the damage that {@code what} would end behind the end of the file. */
    void endsAt(String what, long end) {
        damage("truncated: " + what + " ends at byte " + end + ", the file at " + size());
    }

    /** Adds the damage that {@code what} ends behind the end of the file, if it does. */
    void mustHold(String what, long end) {
        if (end > size()) {
            endsAt(what, end);
        }
    }

    /** Adds a duration in seconds, if it is one. */
    void seconds(String name, double seconds, String source) {
        if (seconds > 0 && Double.isFinite(seconds)) {
            facts.add(Durations.value(name, seconds, source));
        }
    }

    /** Adds the length and the media type of what stands behind {@code from}, where the content ends. */
    void appended(long from) throws IOException {
        long length = size() - from;
        if (length <= 0) {
            return;
        }
        ByteBuffer first = at(from, MAGIC_BYTES);
        boolean zeros = true;
        while (first.hasRemaining()) {
            zeros &= first.get() == 0;
        }
        String source = "behind the end, at byte " + from;
        facts.computed("appendedBytes", String.valueOf(length), "bytes", source);
        if (zeros) {
            return; // padding
        }
        try (InputStream in = new BufferedInputStream(Channels.newInputStream(file.position(from)))) {
            String type = types.typeOf(in);
            if (!type.equals(TikaReader.UNKNOWN_TYPE)) {
                facts.computed("appendedType", type, null, source);
            }
        }
    }
}
