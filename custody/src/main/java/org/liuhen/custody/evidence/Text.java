package org.liuhen.custody.evidence;

/** Which characters may not stand in a name that people compare by eye. */
final class Text {
    private static final boolean[] LOWER_HEX = new boolean[128];

    static {
        "0123456789abcdef".chars().forEach(digit -> LOWER_HEX[digit] = true);
    }

    private Text() {}

    static boolean isHidden(int codePoint) {
        return Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.FORMAT
                || Character.getType(codePoint) == Character.SURROGATE
                || codePoint == 0x2028
                || codePoint == 0x2029;
    }

    static boolean hasHidden(String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (isHidden(text.codePointAt(i))) {
                return true;
            }
        }
        return false;
    }

    static boolean isLowerHex(String text, int length) {
        if (text == null || text.length() != length) {
            return false;
        }
        boolean good = true; // no branch per character: digits are random, and each entry of a log has four digests
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            good &= c < LOWER_HEX.length && LOWER_HEX[c];
        }
        return good;
    }
}
