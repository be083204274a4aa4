package org.liuhen.access;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** One-time codes by time (TOTP, RFC 6238) of six digits, with HMAC-SHA-1 and steps of 30 seconds, as authenticator apps make them. */
final class Totp {
    /** As long as the output of HMAC-SHA-1, which RFC 4226 §4 recommends. */
    static final int SECRET_BYTES = 20;

    private static final int STEP_SECONDS = 30;
    private static final int WINDOW = 1;
    private static final int MODULUS = 1_000_000;

    private Totp() {}

    /** The code of one step (RFC 4226 §5.3). */
    static String code(byte[] secret, long step) {
        byte[] mac;
        try {
            Mac hmac = Mac.getInstance("HmacSHA1");
            hmac.init(new SecretKeySpec(secret, "HmacSHA1"));
            mac = hmac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA-1", impossible);
        }
        int number = ByteBuffer.wrap(mac).getInt(mac[mac.length - 1] & 0xf) & Integer.MAX_VALUE;
        return String.format(Locale.ROOT, "%06d", number % MODULUS);
    }

    /** The step that it is now. */
    static long step(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), STEP_SECONDS);
    }

    /**
     * The step whose code this is: the present one, the one before or the one after (RFC 6238 §5.2), but none that was accepted before nor an
     * older one. Nothing where it is the code of none of these.
     */
    static OptionalLong accepted(byte[] secret, String code, Instant now, long lastAccepted) {
        long present = step(now);
        for (long step = Math.max(present - WINDOW, lastAccepted + 1); step <= present + WINDOW; step++) {
            if (MessageDigest.isEqual(code(secret, step).getBytes(US_ASCII), code.getBytes(UTF_8))) {
                return OptionalLong.of(step);
            }
        }
        return OptionalLong.empty();
    }

    /** The secret as a person types it. */
    static String text(byte[] secret) {
        return Base32.toBase32String(secret);
    }

    /** What an authenticator app reads (Key URI Format). */
    static String uri(byte[] secret, String site, String officerNo) {
        String label = (site + ":" + officerNo);
        return "otpauth://totp/" + encoded(label) + "?secret=" + text(secret) + "&issuer=" + encoded(site);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
