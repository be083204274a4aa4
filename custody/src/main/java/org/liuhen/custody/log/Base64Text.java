package org.liuhen.custody.log;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Base64 (RFC 4648 §4) of which each value has one text only. The JDK's decoder passes over unused bits at the end, so a
 * note could be changed and would still verify.
 */
public final class Base64Text {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9+/]*+={0,2}+");

    private Base64Text() {}

    /**
     * The bytes of a signature line, whose unused bits at the end may be set, as other implementations of signed notes take them: a line of a
     * key that nobody here knows must not make the whole note one that cannot be read (C2SP signed-note).
     */
    static byte[] decodeAnyForm(String text) {
        if (text.length() % 4 != 0 || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("This is not Base64 with its padding");
        }
        return Base64.getDecoder().decode(text);
    }

    /** The bytes; refuses a text that is not exactly what those bytes are written as. */
    public static byte[] decode(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("The Base64 text has bits that belong to no byte");
        }
        return bytes;
    }
}
