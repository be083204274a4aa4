package org.liuhen.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The browsers in which people of the station's own list signed in with their present passwords (OWASP, "Slow Down Online Guessing Attacks with
 * Device Cookies"). A cookie has a number of the browser, which is random, and a mark for each of the last people who signed in there. A mark is
 * keyed by what is stored of the person's password: so it holds after a restart and at each process, and ends with the password.
 */
final class KnownBrowsers {
    private static final Pattern COOKIE = Pattern.compile("[0-9A-Za-z_-]{22}(\\.[0-9A-Za-z_-]{22}){1,16}");
    private static final int PEOPLE_MAX = 16;
    private static final int RANDOM_BYTES = 16;
    private static final int MARK_BYTES = 16;

    private final PeopleList list;
    private final SecureRandom random = new SecureRandom();

    KnownBrowsers(PeopleList list) {
        this.list = list;
    }

    /**
     * A cookie by which this browser is known later, for this person and for those who signed in there before.
     *
     * @param present the cookie that the browser has, or null
     */
    String cookie(String officerNo, String present) throws IOException {
        List<String> parts = new ArrayList<>(parts(present));
        if (parts.isEmpty()) {
            byte[] number = new byte[RANDOM_BYTES];
            random.nextBytes(number);
            parts.add(text(number));
        }
        Optional<ListedPerson> person = list.find(officerNo);
        if (person.isPresent()) {
            String mark = mark(person.get(), parts.get(0));
            parts.remove(mark);
            parts.add(1, mark);
        }
        return String.join(".", parts.subList(0, Math.min(parts.size(), PEOPLE_MAX + 1)));
    }

    /**
     * The number of the browser that has this cookie, where the person signed in with it; else null.
     *
     * @param cookie null for none
     */
    String find(String officerNo, String cookie) throws IOException {
        List<String> parts = parts(cookie);
        Optional<ListedPerson> person = parts.isEmpty() ? Optional.empty() : list.find(officerNo);
        if (person.isEmpty()) {
            return null;
        }
        byte[] mark = mark(person.get(), parts.get(0)).getBytes(UTF_8);
        boolean known = false;
        for (String one : parts.subList(1, parts.size())) {
            known |= MessageDigest.isEqual(mark, one.getBytes(UTF_8));
        }
        return known ? parts.get(0) : null;
    }

    private static List<String> parts(String cookie) {
        return cookie == null || !COOKIE.matcher(cookie).matches() ? List.of() : List.of(cookie.split("\\."));
    }

    private static String mark(ListedPerson person, String number) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec((person.salt() + "\n" + person.hash()).getBytes(UTF_8), "HmacSHA256"));
            byte[] whole = mac.doFinal(("known browser\n" + number + "\n" + person.officerNo()).getBytes(UTF_8));
            return text(Arrays.copyOf(whole, MARK_BYTES));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA-256", impossible);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
