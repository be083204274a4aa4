package org.liuhen.custody.event;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.erdtman.jcs.NumberToJSON;

/**
 * Reads JSON and refuses every form but the canonical one (RFC 8785 §3.2): no white space, members in strictly rising
 * order, the shortest escapes, numbers as ECMAScript writes them, well-formed UTF-8. It goes over the bytes once and builds
 * nothing, so that a log of millions of entries can be checked; a test compares it with reading a tree and writing it
 * again. Everything that is wrong is an {@link IllegalArgumentException} that names the byte.
 */
final class CanonicalReader {
    private static final int DEPTH_MAX = 32;
    private static final int DIGITS_MAX = 16;
    private static final String SHORT_ESCAPES = "\"\\bfnrt";
    private static final String ESCAPED = "\"\\\b\f\n\r\t";

    private final byte[] bytes;
    private int at;
    private int depth;
    private boolean plain; // the last text read: ASCII without escapes

    CanonicalReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Where the next byte stands. */
    int position() {
        return at;
    }

    /** Reads an object; each member's name is given to {@code value}, which reads its value. */
    void object(Consumer<String> value) {
        members((from, to, isPlain) -> value.accept(text(from, to, isPlain)));
    }

    /** Reads a text. */
    String text() {
        int from = at + 1;
        string();
        return text(from, at - 1, plain);
    }

    /** Reads a whole number of 0 to 2^53. */
    long integer() {
        int from = at;
        skip();
        long number = 0;
        for (int i = from; i < at; i++) {
            if (bytes[i] < '0' || bytes[i] > '9' || at - from > DIGITS_MAX) {
                throw wrong("here stands a whole number of 0 to 2^53", from);
            }
            number = 10 * number + bytes[i] - '0';
        }
        if (number > CanonicalWriter.EXACT_MAX) {
            throw wrong("here stands a whole number of 0 to 2^53", from);
        }
        return number;
    }

    /** Says that nothing may follow. */
    void end() {
        if (at != bytes.length) {
            throw wrong("nothing follows the value", at);
        }
    }

    /** Reads any value. */
    void skip() {
        switch (peek()) {
            case '{' -> members((from, to, isPlain) -> skip());
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private interface Member {
        /** The name stands from {@code from} to before {@code to}; the value is next. */
        void read(int from, int to, boolean isPlain);
    }

    private void members(Member member) {
        enter('{');
        if (peek() == '}') {
            leave();
            return;
        }
        int lastFrom = 0;
        int lastTo = -1;
        boolean lastPlain = true;
        while (true) {
            int from = at + 1;
            string();
            int to = at - 1;
            boolean isPlain = plain;
            if (lastTo >= 0 && !rises(lastFrom, lastTo, lastPlain, from, to, isPlain)) {
                throw wrong("members are sorted and none stands twice", from);
            }
            expect(':');
            member.read(from, to, isPlain);
            lastFrom = from;
            lastTo = to;
            lastPlain = isPlain;
            if (peek() == '}') {
                leave();
                return;
            }
            expect(',');
        }
    }

    /** Names are compared by their UTF-16 code units (RFC 8785 §3.2.3); for ASCII those are the bytes. */
    private boolean rises(int lastFrom, int lastTo, boolean lastPlain, int from, int to, boolean isPlain) {
        return (lastPlain && isPlain)
                ? Arrays.compareUnsigned(bytes, lastFrom, lastTo, bytes, from, to) < 0
                : text(lastFrom, lastTo, lastPlain).compareTo(text(from, to, isPlain)) < 0;
    }

    private void array() {
        enter('[');
        if (peek() == ']') {
            leave();
            return;
        }
        while (true) {
            skip();
            if (peek() == ']') {
                leave();
                return;
            }
            expect(',');
        }
    }

    private void enter(char bracket) {
        expect(bracket);
        if (++depth > DEPTH_MAX) {
            throw wrong("at most " + DEPTH_MAX + " values stand inside one another", at);
        }
    }

    private void leave() {
        at++;
        depth--;
    }

    private void string() {
        expect('"');
        plain = true;
        while (true) {
            int b = peek();
            if (b == '"') {
                at++;
                return;
            }
            if (b == '\\') {
                plain = false;
                at++;
                escape();
            } else if (b < 0x20) {
                throw wrong("a control character is escaped", at);
            } else if (b < 0x80) {
                at++;
            } else {
                plain = false;
                multibyte(b);
            }
        }
    }

    /** Only what must be escaped is, and in its shortest form (RFC 8785 §3.2.2.2). */
    private void escape() {
        int b = peek();
        at++;
        if (b != 'u') {
            if (SHORT_ESCAPES.indexOf(b) < 0) {
                throw wrong("this escape is not the shortest form", at - 1);
            }
            return;
        }
        int from = at;
        expect('0');
        expect('0');
        int code = hex() << 4;
        code |= hex();
        if (code >= 0x20 || ESCAPED.indexOf(code) >= 0) {
            throw wrong("this escape is not the shortest form", from);
        }
        if (code == 0) { // databases and programs in C cannot hold it
            throw wrong("a text has no character U+0000", from);
        }
    }

    private int hex() {
        int digit = Character.digit(peek(), 16);
        if (digit < 0 || (bytes[at] >= 'A' && bytes[at] <= 'F')) {
            throw wrong("escapes use lower-case hexadecimal digits", at);
        }
        at++;
        return digit;
    }

    /** One character of two to four bytes (Unicode Standard, table 3-7: the shortest form, no surrogates, at most U+10FFFF). */
    private void multibyte(int first) {
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        int second = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
        int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        boolean good = first >= 0xc2 && first <= 0xf4 && at + more < bytes.length && second >= low && second <= high;
        for (int i = 2; good && i <= more; i++) {
            good = (bytes[at + i] & 0xc0) == 0x80;
        }
        if (!good) {
            throw wrong("the text is not UTF-8", at);
        }
        at += 1 + more;
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
    }

    private void number() {
        int from = at;
        boolean whole = true;
        while (at < bytes.length && "+-.eE0123456789".indexOf(bytes[at]) >= 0) {
            whole &= bytes[at] >= '0' && bytes[at] <= '9';
            at++;
        }
        if (at == from) {
            throw wrong("here stands a value", from);
        }
        if (whole && at - from < 16 && (bytes[from] != '0' || at - from == 1)) {
            return;
        }
        String digits = text(from, at, true);
        try {
            if (digits.equals(canonical(digits))) {
                return;
            }
        } catch (IOException | NumberFormatException notOne) {
            throw new IllegalArgumentException(
                    wrong("this is not a number", from).getMessage(), notOne);
        }
        throw wrong("a number is written as ECMAScript writes it", from);
    }

    private static String canonical(String digits) throws IOException {
        if (digits.matches("-?[0-9]{1,18}") && Math.abs(Long.parseLong(digits)) <= CanonicalWriter.EXACT_MAX) {
            return Long.toString(Long.parseLong(digits));
        }
        return NumberToJSON.serializeNumber(Double.parseDouble(digits));
    }

    private String text(int from, int to, boolean isPlain) {
        if (isPlain) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }
        String raw = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '\\') {
                c = raw.charAt(++i);
                if (c == 'u') {
                    c = (char) Integer.parseInt(raw.substring(i + 1, i + 5), 16);
                    i += 4;
                } else {
                    c = ESCAPED.charAt(SHORT_ESCAPES.indexOf(c));
                }
            }
            text.append(c);
        }
        return text.toString();
    }

    private int peek() {
        if (at == bytes.length) {
            throw wrong("the text ends too early", at);
        }
        return bytes[at] & 0xff;
    }

    private void expect(int b) {
        if (peek() != b) {
            throw wrong("here stands " + (char) b, at);
        }
        at++;
    }

    private static IllegalArgumentException wrong(String rule, int position) {
        return new IllegalArgumentException("Not canonical JSON (RFC 8785), byte " + position + ": " + rule);
    }
}
