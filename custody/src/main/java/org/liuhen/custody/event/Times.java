package org.liuhen.custody.event;

import java.time.Instant;
import java.time.LocalDate;
import org.liuhen.custody.evidence.RecordTime;

/** Instants as the record writes them, {@code 2026-09-22T05:06:40.001Z}. */
final class Times {
    private static final int SECONDS = "2026-09-22T05:06:40".length();

    private Times() {}

    /**
     * The instant that this text is: RFC 3339 in UTC with {@code T} and {@code Z}, whole seconds below 60 and at most nine digits of a
     * fraction. Every other form, and what {@link RecordTime} does not hold, is refused: verifiers in other languages read the same.
     */
    static Instant parse(String text) {
        if (text == null || !hasForm(text)) {
            throw new IllegalArgumentException("Each time reads as 2026-09-22T05:06:40.001Z");
        }
        return RecordTime.require("Each time", read(text));
    }

    /** As an event writes it; refuses what could not be read again. */
    static String write(Instant time) {
        return RecordTime.require("Each time", time).toString();
    }

    private static Instant read(String text) {
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        int second = number(text, 11, 13) * 3_600 + number(text, 14, 16) * 60 + number(text, 17, SECONDS);
        int nanos = 0;
        int digits = text.length() - SECONDS - 2;
        if (digits > 0) {
            nanos = number(text, SECONDS + 1, text.length() - 1);
            for (int i = digits; i < 9; i++) {
                nanos *= 10;
            }
        }
        return Instant.ofEpochSecond(day * 86_400 + second, nanos);
    }

    private static boolean hasForm(String text) {
        int length = text.length();
        if (length <= SECONDS || length == SECONDS + 2 || length > SECONDS + 11) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            char expected = i == length - 1 ? 'Z' : i == SECONDS ? '.' : "0000-00-00T00:00:00.000000000".charAt(i);
            if (expected == '0' ? c < '0' || c > '9' : c != expected) {
                return false;
            }
        }
        return number(text, 11, 13) < 24 && number(text, 14, 16) < 60 && number(text, 17, SECONDS) < 60;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
