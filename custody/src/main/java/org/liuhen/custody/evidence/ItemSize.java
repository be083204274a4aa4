package org.liuhen.custody.evidence;

/** How large an item may be. */
public final class ItemSize {
    /** The largest item, in bytes: 5 TiB, the largest object of S3. */
    public static final long MAX = 5L << 40;

    private ItemSize() {}

    /** Refuses, with an {@link IllegalArgumentException}, a number of bytes that no item has. */
    public static void require(long sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > MAX) {
            throw new IllegalArgumentException("An item has 0 to " + MAX + " bytes (5 TiB); got " + sizeBytes);
        }
    }
}
