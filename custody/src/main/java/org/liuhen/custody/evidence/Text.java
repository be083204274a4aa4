package org.liuhen.custody.evidence;

/** Which characters may not stand in a name that people compare by eye. */
final class Text {
    private Text() {}

    static boolean isHidden(int codePoint) {
        return Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.FORMAT
                || Character.getType(codePoint) == Character.SURROGATE
                || codePoint == 0x2028
                || codePoint == 0x2029;
    }
}
