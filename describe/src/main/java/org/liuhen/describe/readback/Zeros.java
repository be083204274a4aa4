package org.liuhen.describe.readback;

/**
 * Bytes of a file that are all zero, as a damaged memory card leaves them.
 *
 * @param from the first of them
 * @param to behind the last
 * @param before the {@value #BEFORE_BYTES} bytes before them, in hexadecimal: they may be the header of a chunk that keeps room
 */
public record Zeros(long from, long to, String before) {
    /** Fewer are no finding. */
    public static final int BYTES_MIN = 4_096;

    static final int BEFORE_BYTES = 64;
}
