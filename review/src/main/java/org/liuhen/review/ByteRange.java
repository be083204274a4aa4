package org.liuhen.review;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.intake.Problem;

/** One range of bytes (RFC 9110 §14), from the first to before the last. */
record ByteRange(long from, long to, boolean partial) {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

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
            to = range.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(range.group(2)) + 1);
        }
        if (from >= to) {
            throw new Problem(416, "RV-107", "The item has " + size + " bytes");
        }
        return new ByteRange(from, to, true);
    }
}
