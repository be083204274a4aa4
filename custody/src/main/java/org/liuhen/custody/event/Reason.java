package org.liuhen.custody.event;

/**
 * Free text from outside, such as the message of an exception or of a program, made fit for an event: never null, never too long, and
 * always encodable.
 */
public final class Reason {
    private static final String NONE = "no reason was given";
    private static final int REPLACEMENT = 0xfffd;

    private Reason() {}

    /**
     * The text, at most {@code max} UTF-16 code units long. It is cut between two characters; halves of characters (lone surrogates) and
     * control characters other than line feed and tab become U+FFFD.
     */
    public static String of(String text, int max) {
        if (text == null || text.isBlank()) {
            return NONE;
        }
        StringBuilder fit = new StringBuilder(Math.min(text.length(), max));
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            boolean bad = (Character.isISOControl(point) && point != '\n' && point != '\t')
                    || Character.getType(point) == Character.SURROGATE;
            int shown = bad ? REPLACEMENT : point;
            if (fit.length() + Character.charCount(shown) > max) {
                break;
            }
            fit.appendCodePoint(shown);
        }
        return fit.toString();
    }

    /** The text as it is, at most {@code max} UTF-16 code units long; it is cut between two characters. */
    public static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
    }

    /** What an exception says of itself: its kind and its message. */
    public static String of(Throwable failed, int max) {
        String name = failed.getClass().getSimpleName();
        String message = failed.getMessage();
        return of(message == null ? name : name + ": " + message, max);
    }
}
