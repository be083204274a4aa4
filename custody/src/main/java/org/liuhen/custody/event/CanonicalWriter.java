package org.liuhen.custody.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.erdtman.jcs.NumberToJSON;

/**
 * Writes a tree as canonical JSON (RFC 8785 §3.2): members sorted by their UTF-16 code units, no white space, the shortest
 * escapes, numbers as ECMAScript writes them. The record forms each event several times, so this is its inner loop; a test
 * compares it with another implementation.
 */
final class CanonicalWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final long EXACT_MAX = 1L << 53; // a larger integer is not exact in a double (RFC 8785 §3.2.2.3)

    private byte[] bytes = new byte[1_024];
    private int length;

    private CanonicalWriter() {}

    static byte[] write(JsonNode tree) {
        CanonicalWriter writer = new CanonicalWriter();
        writer.value(tree);
        return Arrays.copyOf(writer.bytes, writer.length);
    }

    private void value(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> object(node);
            case ARRAY -> {
                put('[');
                for (int i = 0; i < node.size(); i++) {
                    if (i > 0) {
                        put(',');
                    }
                    value(node.get(i));
                }
                put(']');
            }
            case STRING -> string(node.textValue());
            case NUMBER -> number(node);
            case BOOLEAN -> ascii(node.booleanValue() ? "true" : "false");
            case NULL -> ascii("null");
            default -> throw new IllegalStateException("A tree that was read has no " + node.getNodeType());
        }
    }

    private void object(JsonNode node) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(node.properties());
        boolean sorted = true;
        for (int i = 1; i < members.size() && sorted; i++) {
            sorted = members.get(i - 1).getKey().compareTo(members.get(i).getKey()) < 0;
        }
        if (!sorted) {
            members.sort(Map.Entry.comparingByKey()); // String.compareTo compares UTF-16 code units
        }
        put('{');
        for (int i = 0; i < members.size(); i++) {
            if (i > 0) {
                put(',');
            }
            string(members.get(i).getKey());
            put(':');
            value(members.get(i).getValue());
        }
        put('}');
    }

    private void number(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong() && Math.abs(node.longValue()) <= EXACT_MAX) {
            ascii(Long.toString(node.longValue()));
            return;
        }
        try {
            ascii(NumberToJSON.serializeNumber(node.doubleValue()));
        } catch (IOException infinite) {
            throw new IllegalArgumentException("JSON has no infinite numbers", infinite);
        }
    }

    private void string(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x80) {
                if (c == '"' || c == '\\') {
                    put('\\');
                }
                put(c);
            } else if (c >= 0x80) {
                i += multibyte(text, i, c);
            } else {
                control(c);
            }
        }
        put('"');
    }

    private void control(char c) {
        put('\\');
        switch (c) {
            case '\b' -> put('b');
            case '\t' -> put('t');
            case '\n' -> put('n');
            case '\f' -> put('f');
            case '\r' -> put('r');
            default -> {
                ascii("u00");
                put(HEX[c >> 4]);
                put(HEX[c & 15]);
            }
        }
    }

    /** UTF-8 of the character here; 1 where it takes two code units, else 0. */
    private int multibyte(String text, int at, char c) {
        if (c < 0x800) {
            put(0xc0 | (c >> 6));
        } else if (Character.isSurrogate(c)) {
            if (!Character.isHighSurrogate(c)
                    || at + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(at + 1))) {
                throw new IllegalArgumentException("A text has half a character (a lone surrogate, RFC 8785 §3.2.2.2)");
            }
            int point = Character.toCodePoint(c, text.charAt(at + 1));
            put(0xf0 | (point >> 18));
            continuation(point >> 12);
            continuation(point >> 6);
            continuation(point);
            return 1;
        } else {
            put(0xe0 | (c >> 12));
            continuation(c >> 6);
        }
        continuation(c);
        return 0;
    }

    private void continuation(int sixBits) {
        put(0x80 | (sixBits & 0x3f));
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void put(int b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) b;
    }
}
