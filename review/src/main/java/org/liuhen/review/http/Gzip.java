package org.liuhen.review.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** The content coding gzip (RFC 9110 §8.4.1.3), for answers that hold no secret. */
public final class Gzip {
    /** A reader takes gzip, and not with the weight 0 (RFC 9110 §12.5.3). */
    private static final Pattern TAKEN =
            Pattern.compile("\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))", Pattern.CASE_INSENSITIVE);

    private Gzip() {}

    /**
     * Whether a header Accept-Encoding names gzip, and not with the weight 0.
     *
     * @param header its value; null for none
     */
    public static boolean isAccepted(String header) {
        return header != null && TAKEN.matcher(header).find();
    }

    /** The bytes in gzip. */
    public static byte[] of(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // nothing is written outside this process
        }
        return compressed.toByteArray();
    }
}
