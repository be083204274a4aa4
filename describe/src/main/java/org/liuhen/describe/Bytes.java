package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Reads parts of a file, and the fields that formats of recordings and pictures have in common. */
final class Bytes {
    private static final int CODE_BYTES = 4;

    private Bytes() {}

    /** {@code length} bytes of the file from {@code position} on, fewer where the file ends; big-endian. */
    static ByteBuffer at(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                break;
            }
        }
        return bytes.flip();
    }

    /** A four-character code, such as the type of a box or a chunk. */
    static String code(ByteBuffer bytes, int at) {
        byte[] code = new byte[CODE_BYTES];
        bytes.get(at, code);
        return new String(code, StandardCharsets.ISO_8859_1);
    }

    /** An unsigned number of 16 bits, in the byte order of the buffer. */
    static int unsignedShort(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    /** An unsigned number of 32 bits, in the byte order of the buffer. */
    static long unsignedInt(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }
}
