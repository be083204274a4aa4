package org.liuhen.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;
import org.liuhen.web.Problem;

class PeopleTest {
    private static final String OWN = "four quiet words for it";

    @TempDir
    Path folder;

    private static Optional<Person> prove(People people, String password, String code) throws Exception {
        return people.passwords().authenticate("110023", password, code, false, "127.0.0.1", null);
    }

    /** The list of a station that ran before there were proposals and second factors is an array, and its passwords stay good. */
    @Test
    void readsTheListOfEarlierVersions() throws Exception {
        try (Vault vault = VaultSettings.directory(folder, false).open()) {
            LogStore notes = vault.notes(new LogName("site-1"));
            People before = People.in(notes);
            before.changes().admit("110023", "n", "110105", List.of("supervisor"));
            before.passwords().change("110023", OWN);
            JsonNode file = new ObjectMapper().readTree(notes.read("people").orElseThrow());
            notes.write("people", file.get("people").toString().getBytes(UTF_8));

            People people = People.in(notes);
            assertEquals(List.of(), people.list().changes());
            assertEquals(Optional.empty(), prove(people, OWN + "?", ""));
            assertEquals("password", prove(people, OWN, "").orElseThrow().credential());
            assertTrue(prove(people, OWN, "").orElseThrow().mustEnrol());
            assertEquals(
                    10,
                    people.factors()
                            .enrol("110023", new byte[Totp.SECRET_BYTES], 1)
                            .size());
            assertEquals(
                    "IN-163",
                    assertThrows(Problem.class, () -> prove(people, OWN, "")).code());
        }
    }

    /** Ten codes an hour are all for a number, also of a browser that is known; a recovery code is no guess. */
    @Test
    void codesOfAnAppAreFewAndRecoveryCodesAreNot() throws Exception {
        try (Vault vault = VaultSettings.directory(folder, false).open()) {
            People people = People.in(vault.notes(new LogName("site-1")));
            people.changes().admit("110023", "n", "110105", List.of("supervisor"));
            List<String> recovery = people.factors().enrol("110023", new byte[Totp.SECRET_BYTES], Long.MAX_VALUE - 2);
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        "IN-164",
                        assertThrows(Problem.class, () -> people.factors().use("110023", "123456"))
                                .code());
            }
            Problem refused = assertThrows(Problem.class, () -> people.factors().use("110023", "123456"));
            assertEquals("IN-152", refused.code());
            long wait = refused.members().get("waitSeconds");
            assertTrue(wait > 3_500 && wait <= 3_600, wait + " s");
            assertEquals(
                    "recovery", people.factors().use("110023", recovery.get(0).toLowerCase(Locale.ROOT)));
            assertThrows(Problem.class, () -> people.factors().use("110023", recovery.get(0)));
            assertEquals(
                    9,
                    people.list()
                            .find("110023")
                            .orElseThrow()
                            .knownFactors()
                            .recovery()
                            .size());
            assertFalse(people.list().find("110023").orElseThrow().toString().contains(recovery.get(1)));
        }
    }
}
