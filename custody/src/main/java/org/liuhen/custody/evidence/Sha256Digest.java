package org.liuhen.custody.evidence;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest (FIPS 180-4) as 64 lower-case hexadecimal characters. */
public record Sha256Digest(String hex) {
    public Sha256Digest {
        if (!Text.isLowerHex(hex, 64)) {
            throw new IllegalArgumentException("A SHA-256 digest has 64 lower-case hexadecimal characters; got "
                    + (hex == null ? "nothing" : hex.length() + " characters"));
        }
    }

    private static final ThreadLocal<MessageDigest> OF_THIS_THREAD = ThreadLocal.withInitial(Sha256Digest::algorithm);

    /** SHA-256 over these parts, one after the other, as 32 bytes. */
    public static byte[] raw(byte[]... parts) {
        MessageDigest sha256 = OF_THIS_THREAD.get(); // looking an algorithm up costs more than digesting a hash
        for (byte[] part : parts) {
            sha256.update(part);
        }
        return sha256.digest();
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
        return ofRaw(raw(bytes));
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
