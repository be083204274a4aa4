package org.liuhen.access;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.liuhen.web.Problem;

/**
 * Limits attempts at passwords and codes. Wrong passwords of an attacker do not lock out the person: a browser in which the person has signed
 * in before has a limit of its own ({@code KnownBrowsers}). All other attempts count for number and address together, for the number, for the address, and for all.
 */
final class SignInAttempts {
    private static final Duration AGAIN_AFTER = Duration.ofMinutes(1);
    private static final int OF_A_KNOWN_BROWSER = 10;
    private static final int OF_AN_ADDRESS_FOR_A_NUMBER = 5;
    private static final int FOR_A_NUMBER = 20;
    private static final int OF_AN_ADDRESS = 60;
    private static final int OF_ALL = 600; // each takes a processor some 50 ms
    private static final Duration CODES_AGAIN_AFTER = Duration.ofHours(1);
    private static final int CODES_FOR_A_NUMBER = 10; // 240 a day are one chance in 1400 for who knows the password
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int REMEMBERED_MAX = 50_000;

    /** The least recently used one is forgotten first. */
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    private Map<String, Integer> limits(String officerNo, String address, String browser) {
        Map<String, Integer> limits = new LinkedHashMap<>();
        if (browser != null) {
            limits.put("browser " + browser + " " + officerNo, OF_A_KNOWN_BROWSER);
            return limits;
        }
        limits.put("all", OF_ALL);
        limits.put("address " + address, OF_AN_ADDRESS);
        limits.put("number " + officerNo, FOR_A_NUMBER);
        limits.put("both " + address + " " + officerNo, OF_AN_ADDRESS_FOR_A_NUMBER);
        return limits;
    }

    /**
     * Counts an attempt before it is checked, so that attempts at the same moment are no more than attempts in a row. IN-152: too many.
     *
     * @param browser the number of the browser where the person is known there ({@code KnownBrowsers}); else null
     */
    synchronized void count(String officerNo, String address, String browser) throws Problem {
        long wait = waitSeconds(officerNo, address, browser);
        if (wait > 0) {
            throw new Problem(
                            429,
                            "IN-152",
                            browser == null
                                    ? "Too many wrong passwords. Wait a minute, or use a browser in which you signed in with your present password"
                                    : "Too many wrong passwords in this browser. Wait a minute")
                    .after(wait);
        }
        limits(officerNo, address, browser)
                .forEach((which, most) -> bucket(which, most).tryConsume(1));
    }

    /**
     * Says of a wrong password that at least so many attempts are left ({@code attemptsLeft}) and, where none is, for how long (IN-152 then). It says
     * the same of a number that nobody has: attempts are counted by what was typed. And as long as other browsers still have one, it says the same in
     * a known browser, which has more: else one guess tells who uses a computer.
     */
    synchronized Problem withLeft(Problem wrong, String officerNo, String address, String browser) {
        long left = limits(officerNo, address, browser).entrySet().stream()
                .mapToLong(limit -> bucket(limit.getKey(), limit.getValue()).getAvailableTokens())
                .min()
                .orElseThrow();
        Problem said = wrong.with(
                Map.of("attemptsLeft", left > OF_AN_ADDRESS_FOR_A_NUMBER ? left - OF_AN_ADDRESS_FOR_A_NUMBER : left));
        return left > 0 ? said : said.after(waitSeconds(officerNo, address, browser));
    }

    /** After how many seconds an attempt is looked at again; 0 where it is now. */
    private long waitSeconds(String officerNo, String address, String browser) {
        return limits(officerNo, address, browser).entrySet().stream()
                .mapToLong(limit -> waitSeconds(bucket(limit.getKey(), limit.getValue())))
                .max()
                .orElseThrow();
    }

    private static long waitSeconds(Bucket bucket) {
        long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        return (nanos + SECOND - 1) / SECOND;
    }

    private Bucket bucket(String which, int most) {
        return bucket(which, most, AGAIN_AFTER);
    }

    private Bucket bucket(String which, int most, Duration againAfter) {
        return buckets.computeIfAbsent(which, none -> Bucket.builder()
                .addLimit(limit -> limit.capacity(most).refillIntervally(most, againAfter))
                .build());
    }

    /** Counts a code of an authenticator app, whatever browser it comes from: six digits are few. IN-152: too many. */
    synchronized void countCode(String officerNo) throws Problem {
        Bucket codes = codes(officerNo);
        if (!codes.tryConsume(1)) {
            throw new Problem(429, "IN-152", "Too many wrong codes. Use a recovery code, or wait an hour")
                    .after(waitSeconds(codes));
        }
    }

    /** Takes an attempt back: the code was right. */
    synchronized void goodCode(String officerNo) {
        codes(officerNo).addTokens(1);
    }

    private Bucket codes(String officerNo) {
        return bucket("code " + officerNo, CODES_FOR_A_NUMBER, CODES_AGAIN_AFTER);
    }

    /** Takes an attempt back: the password was right. */
    synchronized void good(String officerNo, String address, String browser) {
        limits(officerNo, address, browser)
                .forEach((which, most) -> bucket(which, most).addTokens(1));
    }

    /** Forgets the attempts at a number, after its password was reset. */
    synchronized void forget(String officerNo) {
        buckets.keySet()
                .removeIf(which -> which.equals("number " + officerNo)
                        || (which.startsWith("both ") && which.endsWith(" " + officerNo)));
    }
}
