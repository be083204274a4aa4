package org.liuhen.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.liuhen.custody.evidence.Sha256Digest;

/** Codes that the station makes and people type: first passwords, of two halves, and recovery codes. Five random bits for each character. */
final class SecretCodes {
    /** Characters of one half of a first password. */
    static final int HALF = 12;

    /** Characters of a recovery code. */
    static final int RECOVERY = 16;

    private static final int RECOVERY_CODES = 10;
    private static final int GROUP = 4;

    /** Without those that look like another one. */
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final SecureRandom RANDOM = new SecureRandom();

    private SecretCodes() {}

    /** One half of a first password. */
    static String half() {
        return code(HALF);
    }

    /** The recovery codes of one person. */
    static List<String> recovery() {
        return Stream.generate(() -> code(RECOVERY)).limit(RECOVERY_CODES).toList();
    }

    private static String code(int characters) {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < characters; i++) {
            code.append(i > 0 && i % GROUP == 0 ? "-" : "").append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    /** A code without the differences of typing: case, hyphens, spaces. */
    static String normal(String typed) {
        return typed.toUpperCase(Locale.ROOT).replaceAll("[^0-9A-Z]", "");
    }

    /** SHA-256 of a code, in hexadecimal. */
    static String digest(String code) {
        return Sha256Digest.of(normal(code).getBytes(StandardCharsets.US_ASCII)).hex();
    }
}
