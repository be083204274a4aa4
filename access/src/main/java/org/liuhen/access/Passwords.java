package org.liuhen.access;

import java.io.IOException;
import java.util.Optional;
import org.liuhen.web.Problem;

/** Checks and changes the passwords of the station's own list, as often as {@link SignInAttempts} allows. */
final class Passwords {
    static final int LENGTH_MAX = 256;

    private static final int LENGTH_MIN = 12;
    private static final int DIFFERENT_MIN = 6;

    private final PeopleList list;
    private final PasswordHashes hashes;
    private final SecondFactors factors;
    private final SignInAttempts attempts;
    private final KnownBrowsers browsers;

    Passwords(PeopleList list, PasswordHashes hashes, SecondFactors factors, SignInAttempts attempts) {
        this.list = list;
        this.hashes = hashes;
        this.factors = factors;
        this.attempts = attempts;
        this.browsers = new KnownBrowsers(list);
    }

    /**
     * The person whom number and password authenticate, with a code where there is a second factor; empty where the password is wrong.
     * IN-152: too many attempts. IN-154: a first password, and no other one to change it to. IN-163, IN-164: no code, or a wrong one.
     *
     * @param code a code of the authenticator app, or a recovery code; an empty text where none was sent
     * @param chooses whether the request has another password that takes the place of this one
     * @param address where the attempt comes from
     * @param cookie the device cookie ({@link #knownBrowser}), or null
     */
    Optional<Person> authenticate(
            String officerNo, String password, String code, boolean chooses, String address, String cookie)
            throws IOException, Problem {
        String browser = browsers.find(officerNo, cookie);
        Optional<ListedPerson> found = withPassword(officerNo, password, address, browser);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.get().once() && !chooses) { // before a code is used up
            attempts.good(officerNo, address, browser);
            throw new Problem(403, "IN-154", "This password is good once: choose your own, and send it as newPassword");
        }
        String credential = "password";
        if (found.get().hasSecondFactor()) {
            credential += "+" + factors.use(officerNo, code);
        }
        attempts.good(officerNo, address, browser);
        return Optional.of(found.get().person(credential));
    }

    /** Adds to the refusal of a wrong password how many attempts are left, and for how long none is looked at where that is 0. */
    Problem withLeft(Problem wrong, String officerNo, String address, String cookie) throws IOException {
        return attempts.withLeft(wrong, officerNo, address, browsers.find(officerNo, cookie));
    }

    /** Whether this is the person's password; a wrong one counts as at signing in. */
    boolean isPassword(String officerNo, String password, String address, String cookie) throws IOException, Problem {
        String browser = browsers.find(officerNo, cookie);
        boolean same = withPassword(officerNo, password, address, browser).isPresent();
        if (same) {
            attempts.good(officerNo, address, browser);
        }
        return same;
    }

    private Optional<ListedPerson> withPassword(String officerNo, String password, String address, String browser)
            throws IOException, Problem {
        attempts.count(officerNo, address, browser);
        Optional<ListedPerson> found = list.find(officerNo);
        return hashes.matches(found, password) ? found : Optional.empty();
    }

    /**
     * A cookie for the browser in which this person has signed in.
     *
     * @param present the one that it has, or null
     */
    String knownBrowser(String officerNo, String present) throws IOException {
        return browsers.cookie(officerNo, present);
    }

    /** Refuses (IN-153) a password that is too weak for this person. */
    static void requireStrong(String officerNo, String password) throws Problem {
        if (password.length() < LENGTH_MIN
                || password.length() > LENGTH_MAX
                || password.contains(officerNo)
                || password.chars().distinct().count() < DIFFERENT_MIN) {
            throw new Problem(
                    400,
                    "IN-153",
                    "A password has at least " + LENGTH_MIN + " characters, " + DIFFERENT_MIN
                            + " different ones, and not your number in it; several words make a good one");
        }
    }

    /** Changes the password to one that the person chose. IN-153: it is too weak. */
    void change(String officerNo, String password) throws IOException, Problem {
        requireStrong(officerNo, password);
        PasswordHashes.Hashed hashed = hashes.of(password);
        list.edit(officerNo, listed -> listed.withPassword(hashed.salt(), hashed.hash(), false));
    }
}
