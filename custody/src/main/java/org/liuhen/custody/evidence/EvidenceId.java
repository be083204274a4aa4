package org.liuhen.custody.evidence;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * The name of one item of evidence: a ULID in lower case, 26 characters of Crockford's Base32. Its first 48 bits are the
 * milliseconds since 1970 at which the item was declared, so the place of its bytes in storage follows from the name
 * alone; the other 80 bits are random. It holds no personal data.
 */
public record EvidenceId(String value) {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 26;

    public EvidenceId {
        if (value == null || value.length() != LENGTH || !isBase32(value) || !RecordTime.holds(millis(value))) {
            throw new IllegalArgumentException("An evidence ID has " + LENGTH
                    + " characters of lower-case Crockford Base32, of which the first ten are a time before the year 10000; got "
                    + (value == null ? "nothing" : value.length() + " characters"));
        }
    }

    private static boolean isBase32(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (ALPHABET.indexOf(value.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** A new name for an item declared at this time. */
    public static EvidenceId create(Instant declaredAt, SecureRandom random) {
        char[] text = new char[LENGTH];
        long millis = declaredAt.toEpochMilli();
        for (int i = 9; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) (millis & 31));
            millis >>>= 5;
        }
        for (int i = 10; i < LENGTH; i++) {
            text[i] = ALPHABET.charAt(random.nextInt(32));
        }
        return new EvidenceId(new String(text));
    }

    /** When the item was declared, to the millisecond, by the clock of the intake. */
    public Instant declaredAt() {
        return Instant.ofEpochMilli(millis(value));
    }

    private static long millis(String value) {
        long millis = 0;
        for (int i = 0; i < 10; i++) {
            millis = millis << 5 | ALPHABET.indexOf(value.charAt(i));
        }
        return millis;
    }

    /** The month, in UTC, under which the item's bytes are stored. */
    public YearMonth month() {
        return YearMonth.from(declaredAt().atOffset(ZoneOffset.UTC));
    }

    @Override
    public String toString() {
        return value;
    }
}
