package org.liuhen.custody.evidence;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest (FIPS 180-4) as 64 lower-case hexadecimal characters. */
public record Sha256Digest(String hex) {
    public Sha256Digest {
        if (hex == null
                || hex.length() != 64
                || hex.chars().anyMatch(c -> !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))) {
            throw new IllegalArgumentException("A SHA-256 digest has 64 lower-case hexadecimal characters; got "
                    + (hex == null ? "nothing" : hex.length() + " characters"));
        }
    }

    /** A fresh SHA-256 from the JDK, which uses the processor's own instructions where it has them. */
    public static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform has SHA-256", missing);
        }
    }

    /** The digest of these bytes. */
    public static Sha256Digest of(byte[] bytes) {
        return ofRaw(algorithm().digest(bytes));
    }

    /** The digest that these 32 bytes are. */
    public static Sha256Digest ofRaw(byte[] digest) {
        return new Sha256Digest(HexFormat.of().formatHex(digest));
    }

    /** The 32 bytes of the digest. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
