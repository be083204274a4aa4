package org.liuhen.review.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.web.Problem;

/**
 * One range of bytes (RFC 9110 §14).
 *
 * @param from the first byte, from 0
 * @param to the byte after the last one
 * @param partial whether the answer is a part (206), not the whole (200)
 */
public record ByteRange(long from, long to, boolean partial) {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * The range that a request asks for. Sets the headers and the status of the answer, but not its length.
     *
     * @param size the number of bytes that there are
     * @param digest the SHA-256 digest of the bytes, for the condition of a range (RFC 9110 §13.1.5); null for none
     * @throws Problem with code RV-107 where there are no bytes in the range
     */
    public static ByteRange answer(Context context, long size, String digest) throws Problem {
        String etag = "\"" + digest + "\"";
        context.header("Accept-Ranges", "bytes");
        if (digest != null) {
            context.header("ETag", etag);
        }
        String condition = context.header("If-Range");
        boolean asks = context.method().equals(HandlerType.GET) && holds(condition, digest == null ? null : etag);
        ByteRange range;
        try {
            range = parse(asks ? context.header("Range") : null, size);
        } catch (Problem none) {
            context.header("Content-Range", "bytes */" + size);
            throw none;
        }
        if (range.partial()) {
            context.status(206).header("Content-Range", "bytes " + range.from() + "-" + (range.to() - 1) + "/" + size);
        }
        return range;
    }

    /**
     * Whether the condition of a range holds (RFC 9110 §13.1.5).
     *
     * @param condition the header If-Range; null for none
     * @param etag the entity tag of the bytes; null where they have none
     */
    static boolean holds(String condition, String etag) {
        return condition == null || condition.equals(etag);
    }

    /**
     * The range that a header asks for. A header with several ranges gets the whole, as RFC 9110 allows.
     *
     * @param header the header Range; null for none
     */
    static ByteRange parse(String header, long size) throws Problem {
        Matcher range = header == null ? null : ONE.matcher(header);
        if (range == null || !range.matches() || range.group().equals("bytes=-")) {
            return new ByteRange(0, size, false);
        }
        long from;
        long to;
        if (range.group(1).isEmpty()) { // the last n bytes
            from = Math.max(0, size - Long.parseLong(range.group(2)));
            to = size;
        } else {
            from = Long.parseLong(range.group(1));
            if (!range.group(2).isEmpty() && Long.parseLong(range.group(2)) < from) {
                return new ByteRange(0, size, false); // an invalid range is none (RFC 9110 §14.1.1)
            }
            to = range.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(range.group(2)) + 1);
        }
        if (from >= to) {
            throw new Problem(416, "RV-107", "The item has " + size + " bytes");
        }
        return new ByteRange(from, to, true);
    }
}
