package org.liuhen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;
import org.liuhen.web.Problem;

/** Whom wrong passwords lock out, and in which browser. */
class KnownBrowsersTest {
    private static final String HERE = "10.0.0.1";
    private static final String RIGHT = "four quiet words here";

    @TempDir
    private Path folder;

    private Vault vault;
    private People people;

    @BeforeEach
    void open() throws Exception {
        vault = VaultSettings.directory(folder, false).open();
        people = started();
        for (String number : List.of("110023", "110024")) {
            admit(number);
        }
    }

    @AfterEach
    void close() throws Exception {
        vault.close();
    }

    /** A process that starts with these notes. */
    private People started() {
        return People.in(vault.notes(new LogName("site-1")));
    }

    private void admit(String number) throws Exception {
        people.changes().admit(number, "", "110105", List.of("officer"));
        people.passwords().change(number, RIGHT);
    }

    private boolean enters(String number, String password, String cookie) throws Exception {
        return people.passwords()
                .authenticate(number, password, "", false, HERE, cookie)
                .isPresent();
    }

    /** Tries wrong passwords until the answer is that these are too many; gives how many were looked at, and what is said then. */
    private String tooMany(String number, String cookie) throws Exception {
        for (int tried = 0; tried < 100; tried++) {
            try {
                assertFalse(enters(number, "a wrong password " + tried, cookie));
            } catch (Problem refused) {
                assertEquals("IN-152", refused.code());
                return tried + " " + refused.getMessage();
            }
        }
        throw new AssertionError("nobody is ever told to wait");
    }

    /** The number of the browser, before its marks. */
    private static String number(String cookie) {
        return cookie.substring(0, cookie.indexOf('.'));
    }

    @Test
    void wrongPasswordsElsewhereDoNotLockOutTheBrowserThatSignedInBefore() throws Exception {
        String known = people.passwords().knownBrowser("110023", null);
        assertTrue(tooMany("110023", null).startsWith("5 "), "five of another browser");
        assertThrows(Problem.class, () -> enters("110023", RIGHT, null), "which waits, right or wrong");
        assertTrue(enters("110023", RIGHT, known));
    }

    @Test
    void aBrowserOfSeveralPeopleIsKnownForEachOfThemAlsoAfterARestart() throws Exception {
        String one = people.passwords().knownBrowser("110023", null);
        String both = people.passwords().knownBrowser("110024", one);
        people = started();
        for (String number : List.of("110023", "110024")) {
            tooMany(number, null);
            assertTrue(enters(number, RIGHT, both), number);
        }
        assertThrows(Problem.class, () -> enters("110024", RIGHT, one), "who did not sign in there is not known there");
    }

    @Test
    void wrongPasswordsInAKnownBrowserAreLimitedThereAndTheAnswerSaysSo() throws Exception {
        String known = people.passwords().knownBrowser("110023", null);
        String both = people.passwords().knownBrowser("110024", known);
        assertEquals("10 Too many wrong passwords in this browser. Wait a minute", tooMany("110023", both));
        assertThrows(Problem.class, () -> enters("110023", RIGHT, both));
        assertThrows(Problem.class, () -> enters("110023", RIGHT, known), "the same browser with an older cookie");
        assertTrue(enters("110024", RIGHT, both), "the other person at it is not locked out");
        assertTrue(enters("110023", RIGHT, null), "nor the person elsewhere");
        assertTrue(
                tooMany("110023", null).endsWith("in which you signed in with your present password"),
                "what helps elsewhere");
    }

    /** Whoever types a wrong password reads how many are left, and until when none is looked at; of a number that nobody has, too. */
    @Test
    void aWrongPasswordSaysHowManyAreLeftWhoeverHasTheNumber() throws Exception {
        String known = people.passwords().knownBrowser("110023", null);
        assertEquals(List.of(4L, 3L, 2L, 1L, 0L), left("110024", "10.0.0.7", null, 5));
        assertEquals(List.of(4L, 3L, 2L, 1L, 0L), left("nobody", "10.0.0.8", null, 5));
        assertEquals(
                List.of(4L, 3L, 2L, 1L, 5L, 4L, 3L, 2L, 1L, 0L),
                left("110023", HERE, known, 10),
                "four guesses do not tell that somebody signed in here");
        Problem last = people.passwords().withLeft(new Problem(401, "IN-150", "wrong"), "110023", HERE, known);
        Problem refused = assertThrows(Problem.class, () -> enters("110023", RIGHT, known));
        for (Problem one : List.of(last, refused)) {
            long wait = one.members().get("waitSeconds");
            assertTrue(wait >= 1 && wait <= 60, wait + " s");
        }
    }

    private List<Long> left(String number, String address, String cookie, int tries) throws Exception {
        List<Long> left = new ArrayList<>();
        for (int i = 0; i < tries; i++) {
            assertTrue(people.passwords()
                    .authenticate(number, "a wrong password " + i, "", false, address, cookie)
                    .isEmpty());
            Problem said = people.passwords().withLeft(new Problem(401, "IN-150", "wrong"), number, address, cookie);
            assertEquals(i == tries - 1, said.members().containsKey("waitSeconds"));
            left.add(said.members().get("attemptsLeft"));
        }
        return left;
    }

    @Test
    void nobodyMakesAKnownBrowser() throws Exception {
        String known = people.passwords().knownBrowser("110023", null);
        String[] parts = {number(known), known.substring(number(known).length() + 1)};
        String other = people.passwords().knownBrowser("110024", null);
        String again = people.passwords().knownBrowser("110023", null);
        tooMany("110023", null);
        for (String forged : List.of(
                other,
                parts[0],
                parts[0] + ".",
                known + "x",
                known.substring(0, known.length() - 1),
                parts[1] + "." + parts[0],
                number(again) + "." + parts[1],
                number(other) + "." + parts[1],
                known + ".." + parts[1],
                "." + parts[1],
                "")) {
            assertThrows(Problem.class, () -> enters("110023", RIGHT, forged), forged);
        }
        assertTrue(enters("110023", RIGHT, known));
        assertNull(new KnownBrowsers(people.list()).find("nobody", known));
    }

    @Test
    void itEndsWithThePasswordAndWithSixteenOthers() throws Exception {
        String known = people.passwords().knownBrowser("110023", null);
        KnownBrowsers browsers = new KnownBrowsers(people.list());
        String cookie = known;
        for (int i = 0; i < 16; i++) {
            assertEquals(number(known), browsers.find("110023", cookie));
            admit("2000" + i);
            cookie = people.passwords().knownBrowser("2000" + i, cookie);
            assertEquals(cookie, people.passwords().knownBrowser("2000" + i, cookie), "the same again");
        }
        assertNull(browsers.find("110023", cookie));
        assertEquals(16, cookie.chars().filter(one -> one == '.').count());
        people.passwords().change("110023", RIGHT + " and more");
        assertNull(browsers.find("110023", known));
        assertNotEquals(known, people.passwords().knownBrowser("110023", known));
    }
}
