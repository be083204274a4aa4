package org.liuhen.custody.log;

import java.util.Base64;

/**
 * Base64 (RFC 4648 §4) of which each value has one text only. The JDK's decoder passes over unused bits at the end, so a
 * note could be changed and would still verify.
 */
public final class Base64Text {
    private Base64Text() {}

    /** The bytes; refuses a text that is not exactly what those bytes are written as. */
    public static byte[] decode(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("The Base64 text has bits that belong to no byte");
        }
        return bytes;
    }
}
