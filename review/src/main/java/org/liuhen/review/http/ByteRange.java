package org.liuhen.review.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.intake.Problem;

/** One range of bytes (RFC 9110 §14), from the first to before the last. */
public record ByteRange(long from, long to, boolean partial) {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * What a request asks of so many bytes. The headers of the answer say what it gets: a part, the whole, or that there is no such part. Its
     * length is set when the bytes are at hand.
     *
     * @param digest names these bytes for the condition of a range (RFC 9110 §13.1.5), or null
     */
    public static ByteRange answer(Context context, long size, String digest) throws Problem {
        String etag = "\"" + digest + "\"";
        context.header("Accept-Ranges", "bytes");
        if (digest != null) {
            context.header("ETag", etag);
        }
        String condition = context.header("If-Range");
        boolean asks = context.method().equals(HandlerType.GET)
                && (condition == null || (digest != null && condition.equals(etag)));
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

    /** What the header asks of so many bytes. A header that asks for several ranges gets the whole, as allowed. */
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
