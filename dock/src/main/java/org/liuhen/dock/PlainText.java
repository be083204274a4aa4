package org.liuhen.dock;

import org.liuhen.custody.evidence.FileName;

/** Text from a camera, such as a file's name, made fit for a line on a screen or for the record. */
public final class PlainText {
    private static final int REPLACEMENT = 0xfffd;
    private static final int NAME_MAX = 255;

    private PlainText() {}

    /**
     * The text with U+FFFD for each character that is none to look at: control characters, line breaks, direction marks and other
     * format characters, halves of characters.
     *
     * @param max how many characters (code points) are kept
     */
    static String of(String text, int max) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .limit(max)
                .map(point -> isHidden(point) ? REPLACEMENT : point)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    /** A name that {@link FileName} takes, as near to this one as can be. */
    public static String fileName(String name) {
        try {
            return new FileName(name).value();
        } catch (IllegalArgumentException notFit) {
            String plain = of(name, NAME_MAX).replace('/', (char) REPLACEMENT).replace('\\', (char) REPLACEMENT);
            return plain.isEmpty() || plain.equals(".") || plain.equals("..") ? "nameless" : plain;
        }
    }

    private static boolean isHidden(int point) {
        int type = Character.getType(point);
        return Character.isISOControl(point)
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
