package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Role;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PeopleEvent.CredentialResetApproved;
import org.liuhen.custody.event.PeopleEvent.CredentialResetProposed;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.feed.Feed;
import org.liuhen.job.JobSettings;
import org.liuhen.station.Entrance.Entered;

/** One administrator cannot become somebody else: every way is tried. And second factors, over HTTP. */
class PeopleIT {
    private static final String UNIT = "110105";
    private static final String OWN = "four quiet words for it";

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static Entrance entrance;
    private static final Map<Role, Entered> BY_ROLE = new EnumMap<>(Role.class);
    private static final Map<String, Entered> PEOPLE = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--sign-in", "local", "--no-previews");
        entrance = new Entrance(station);
        for (Role role : Role.values()) {
            BY_ROLE.put(role, admit(role.word(), role == Role.ADMINISTRATOR ? "" : UNIT, role));
        }
        admit("second", "", Role.ADMINISTRATOR);
        admit("auditor-of-all", "", Role.AUDITOR);
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    private static Entered admit(String number, String unit, Role role) throws Exception {
        Entered entered = entrance.admit(number, OWN, unit, role);
        PEOPLE.put(number, entered);
        return entered;
    }

    /** Everything that one administrator can do to sign in as a supervisor, or to pass for the second person. */
    @Test
    void oneAdministratorAloneBecomesNobody() throws Exception {
        Entered victim = admit("victim", UNIT, Role.SUPERVISOR);
        HttpResponse<String> proposed = reset("administrator", "victim");
        assertEquals(202, proposed.statusCode(), proposed.body());
        assertFalse(proposed.body().contains("\"password\""), "nobody sees a whole password");
        String change = Entrance.read(proposed).get("changeId").asText();
        String half = Entrance.read(proposed).get("passwordHalf").asText();
        refused(409, "ST-143", decide("administrator", change, "approve"));
        refused(409, "ST-144", decide("victim", change, "approve"));
        refused(403, "IN-165", decide(entrance.console(), change, "approve"));
        refused(409, "IN-159", reset("administrator", "victim"));
        for (String password : List.of(half, half + "-" + half)) {
            refused(401, "IN-150", signIn("victim", password, null, "a password of the attacker"));
        }
        assertEquals(200, get(victim.token(), "/api/account").statusCode(), "the supervisor stays signed in");
        assertEquals(
                200,
                entrance.post(null, "/api/session", victim.credentials()).statusCode(),
                "and the password stays good");

        HttpResponse<String> puppet = propose("administrator", "puppet", Role.ADMINISTRATOR, "");
        assertEquals(202, puppet.statusCode(), puppet.body());
        refused(
                409,
                "ST-143",
                decide("administrator", Entrance.read(puppet).get("changeId").asText(), "approve"));
        refused(
                401,
                "IN-150",
                signIn("puppet", Entrance.read(puppet).get("passwordHalf").asText(), null, OWN + "!"));

        admit("sent-away", UNIT, Role.SUPERVISOR);
        assertEquals(204, delete("administrator", "/api/people/sent-away").statusCode());
        HttpResponse<String> again = propose("administrator", "sent-away", Role.OFFICER, UNIT);
        assertEquals(202, again.statusCode(), "a number that was here needs a second person, too");
        refused(
                401,
                "IN-150",
                signIn("sent-away", Entrance.read(again).get("passwordHalf").asText(), null, OWN + "!"));

        HttpResponse<String> myself = propose("administrator", "administrator", Role.APPROVER, "");
        assertEquals(202, myself.statusCode(), myself.body());
        refused(
                409,
                "ST-143",
                decide("administrator", Entrance.read(myself).get("changeId").asText(), "approve"));
        assertEquals(200, get("administrator", "/api/people").statusCode(), "the administrator keeps the role");
        assertEquals(
                200,
                decide("administrator", Entrance.read(myself).get("changeId").asText(), "refuse")
                        .statusCode(),
                "what one proposed one may take back");

        HttpRequest forged = HttpRequest.newBuilder(station.at("/api/people/victim/reset"))
                .header("Authorization", "Console guessed")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertEquals(
                401,
                station.http.send(forged, HttpResponse.BodyHandlers.ofString()).statusCode());
        recorded("accessDenied", "ST-143", "ST-144", "IN-165");
        assertEquals(0, count("credentialResetApproved", "victim"));
        assertEquals(0, count("admissionApproved", "puppet"));
    }

    /** Whoever writes into the feed past intake, with the key of the part that makes such events, gets no approval of the same person's proposal into the record. */
    @Test
    void theRecordItselfRefusesTheSamePerson() throws Exception {
        try (Feed feed = new Feed(
                JobSettings.kafka(null, folder.resolve("data/kafka.properties").toString()),
                PartKey.read(folder.resolve("data/keys"), Part.REVIEW),
                log -> 0)) {
            Actor actor = new Actor(Actor.Kind.OFFICER, "forger", null, "password+totp", "管理员");
            feed.append(
                    new LogName("site-1"),
                    new CredentialResetProposed(by(actor, "proposed"), "forged", "110088", UNIT, false));
            feed.append(
                    new LogName("site-1"),
                    new CredentialResetApproved(by(actor, "approved"), "forged", "110088", UNIT));
        }
        recorded("refused", "ST-143", "who proposed it does not approve it");
    }

    private static EventContext by(Actor actor, String cause) {
        return EventContext.of(
                EventContext.idFor(CredentialResetProposed.class, cause), null, Instant.now(), actor, null, "test");
    }

    @Test
    void twoPersonsResetAndNeitherOfThemCanSignIn() throws Exception {
        Entered victim = admit("forgot", UNIT, Role.SUPERVISOR);
        JsonNode proposed = Entrance.read(reset("administrator", "forgot"));
        HttpResponse<String> approved =
                decide("supervisor", proposed.get("changeId").asText(), "approve");
        assertEquals(200, approved.statusCode(), approved.body());
        String first = proposed.get("passwordHalf").asText();
        String second = Entrance.read(approved).get("passwordHalf").asText();
        assertEquals(401, get(victim.token(), "/api/account").statusCode(), "the sessions are over");
        refused(404, "IN-112", decide("second", proposed.get("changeId").asText(), "approve"));
        for (String guess : List.of(first, second, second + first)) {
            refused(401, "IN-150", signIn("forgot", guess, victim.recovery().peek(), OWN + "!"));
        }
        // Both of them together have the password, and still need the second factor.
        refused(401, "IN-163", signIn("forgot", first + "-" + second, null, OWN + "!"));
        refused(
                403,
                "IN-154",
                signIn("forgot", first + second, victim.recovery().peek(), null));
        HttpResponse<String> in = signIn(
                "forgot",
                first.toLowerCase(Locale.ROOT) + " " + second,
                victim.recovery().poll(),
                OWN + "!");
        assertEquals(200, in.statusCode(), in.body());
        JsonNode told = Entrance.read(in).at("/person/reset");
        assertEquals(
                "administrator supervisor",
                told.path("proposedBy").asText() + " " + told.path("approvedBy").asText());
        assertTrue(Instant.parse(told.get("at").asText()).isBefore(Instant.now()));
        refused(
                401,
                "IN-150",
                signIn("forgot", first + second, victim.recovery().peek(), OWN + "?"));
        recorded("credentialResetProposed", "\"officerNo\":\"forgot\"", "\"secondFactor\":false");
        recorded("credentialResetApproved", "\"officerNo\":\"forgot\"", "\"id\":\"supervisor\"");
        recorded("signedIn", "\"id\":\"forgot\"", "password+recovery");

        admit("lost-all", UNIT, Role.SUPERVISOR);
        ObjectNode all = body("reason", "lost telephone").put("secondFactor", true);
        JsonNode lost = Entrance.read(post("administrator", "/api/people/lost-all/reset", all));
        JsonNode rest = Entrance.read(decide("second", lost.get("changeId").asText(), "approve"));
        HttpResponse<String> bare = signIn(
                "lost-all",
                lost.get("passwordHalf").asText() + rest.get("passwordHalf").asText(),
                null,
                OWN + "!");
        assertEquals(200, bare.statusCode(), bare.body());
        assertTrue(Entrance.read(bare).at("/person/mustEnrol").asBoolean(), "another one has to be enrolled first");
    }

    @Test
    void whoMayProposeAndApprove() throws Exception {
        admit("of-unit", UNIT, Role.OFFICER);
        admit("of-another-unit", "110106", Role.OFFICER);
        for (Role role : Role.values()) {
            String who = role.word();
            for (String number : List.of("of-unit", "of-another-unit", who)) {
                HttpResponse<String> tried = reset(who, number);
                if (role == Role.ADMINISTRATOR) {
                    assertEquals(202, tried.statusCode(), who + number + tried.body());
                    String change = Entrance.read(tried).get("changeId").asText();
                    assertEquals(200, decide("second", change, "refuse").statusCode());
                } else {
                    refused(403, "IN-151", tried);
                }
                String change =
                        Entrance.read(reset("second", number)).get("changeId").asText();
                HttpResponse<String> approved = decide(who, change, "approve");
                boolean may = Set.of(Role.ADMINISTRATOR, Role.SUPERVISOR).contains(role);
                boolean reaches = role == Role.ADMINISTRATOR || !number.equals("of-another-unit");
                if (!may || !reaches) {
                    refused(403, may ? "IN-165" : "IN-151", approved);
                } else if (number.equals(who)) {
                    refused(409, "ST-144", approved);
                } else {
                    assertEquals(200, approved.statusCode(), who + number + approved.body());
                    continue;
                }
                assertEquals(200, decide("second", change, "refuse").statusCode());
            }
        }
        assertTrue(get("supervisor", "/api/people").body().contains("of-unit"));
        assertFalse(get("supervisor", "/api/people").body().contains("of-another-unit"));
        assertFalse(get("supervisor", "/api/people?only=changes").body().contains("\"of-unit"));
        refused(400, "IN-105", post("administrator", "/api/people/of-unit/reset", body("reason", " ")));
        HttpResponse<String> moved = propose("administrator", "of-another-unit", Role.OFFICER, UNIT);
        refused(
                403,
                "IN-165",
                decide("supervisor", Entrance.read(moved).get("changeId").asText(), "approve"));
    }

    /** The console acts alone, in events of its own. */
    @Test
    void whatTheConsoleDoesSaysConsole() throws Exception {
        Entered someone = admit("by-console", UNIT, Role.OFFICER);
        ObjectNode roles = body("officerNo", "by-console").put("unitCode", UNIT);
        roles.putArray("roles").add("auditor");
        assertEquals(
                201, entrance.post(entrance.console(), "/api/people", roles).statusCode());
        assertEquals(401, get(someone.token(), "/api/account").statusCode(), "a change of roles ends the sessions");
        HttpResponse<String> reset =
                entrance.post(entrance.console(), "/api/people/by-console/reset", body("reason", "forgot it"));
        assertEquals(201, reset.statusCode(), reset.body());
        HttpResponse<String> in =
                signIn("by-console", Entrance.read(reset).get("password").asText(), null, OWN + "!");
        assertTrue(Entrance.read(in).at("/person/reset/approvedBy").asText().startsWith("console"), in.body());
        for (String type : List.of("admittedByConsole", "rolesChangedByConsole", "credentialResetByConsole")) {
            recorded(type, "\"officerNo\":\"by-console\"", "\"credential\":\"console\"");
        }
    }

    @Test
    void whoDecidesEnrolsASecondFactorFirst() throws Exception {
        ObjectNode body = body("officerNo", "new-approver").put("unitCode", UNIT);
        body.putArray("roles").add("approver");
        String first = Entrance.read(entrance.post(entrance.console(), "/api/people", body))
                .get("password")
                .asText();
        String token = entrance.signIn("new-approver", first, OWN);
        for (String path : List.of("/api/evidence", "/api/rules", "/api/desk", "/api/categories")) {
            refused(403, "IN-158", get(token, path));
        }
        assertEquals(200, get(token, "/api/account").statusCode());
        HttpResponse<String> wrong =
                entrance.post("Bearer " + token, "/api/account/totp", body("password", "wrong one"));
        refused(403, "IN-164", wrong);
        assertEquals(4, Entrance.read(wrong).path("attemptsLeft").asInt(), wrong.body());
        refused(409, "IN-159", entrance.post("Bearer " + token, "/api/account/totp/confirmation", body("code", "1")));
        Entered entered = entrance.enrol("new-approver", OWN, token);
        assertEquals(200, get(token, "/api/rules").statusCode());
        recorded("secondFactorEnrolled", "\"id\":\"new-approver\"", "TOTP");

        long now = Entrance.step();
        refused(401, "IN-163", signIn("new-approver", OWN, null, null));
        refused(401, "IN-164", signIn("new-approver", OWN, Entrance.code(entered.secret(), now - 3), null));
        refused(401, "IN-164", signIn("new-approver", OWN, Entrance.code(entered.secret(), now + 3), null));
        String code = Entrance.code(entered.secret(), Entrance.step());
        HttpResponse<String> in = signIn("new-approver", OWN, code, null);
        assertEquals(200, in.statusCode(), in.body());
        refused(401, "IN-164", signIn("new-approver", OWN, code, null));
        recorded("signedIn", "\"id\":\"new-approver\"", "password+totp");
        recorded("accessDenied", "\"id\":\"new-approver\"", "IN-163", "IN-164");
    }

    /** A stranger reads the same of a number that nobody has; who looks after the unit finds the attempts at its people. */
    @Test
    void aWrongPasswordSaysHowManyAreLeftAndIsFoundByTheUnit() throws Exception {
        admit("mistypes", UNIT, Role.OFFICER);
        for (String number : List.of("mistypes", "nobody-at-all")) {
            for (int left = 4; left >= 0; left--) {
                HttpResponse<String> wrong = signIn(number, "a wrong password " + left, null, null);
                assertEquals(401, wrong.statusCode(), wrong.body());
                assertEquals(left, Entrance.read(wrong).get("attemptsLeft").asInt(), wrong.body());
                assertEquals(left == 0, Entrance.read(wrong).has("waitSeconds"), wrong.body());
                assertEquals(
                        left == 0, wrong.headers().firstValue("Retry-After").isPresent());
            }
            HttpResponse<String> refused = signIn(number, OWN, null, null);
            refused(429, "IN-152", refused);
            long wait = Entrance.read(refused).get("waitSeconds").asLong();
            assertTrue(wait >= 1 && wait <= 60, refused.body());
            assertEquals(
                    Long.toString(wait),
                    refused.headers().firstValue("Retry-After").orElseThrow());
        }
        await(() -> {
            String found = get("supervisor", "/api/entries?actor=mistypes&type=accessDenied")
                    .body();
            return found.contains("IN-150 ") && found.contains("IN-152 ");
        });
        await(() -> get("auditor-of-all", "/api/entries?actor=127.0.0.1&type=accessDenied")
                .body()
                .contains("IN-152 "));
        assertFalse(
                get("auditor-of-all", "/api/log-events?type=accessDenied")
                        .body()
                        .contains("nobody-at-all"),
                "what strangers type stays out of the record");
    }

    @Test
    void aRecoveryCodeIsGoodOnceAndWrongCodesAreFew() throws Exception {
        Entered entered = admit("often-wrong", UNIT, Role.APPROVER);
        String recovery = entered.recovery().poll();
        assertEquals(200, signIn("often-wrong", OWN, recovery, null).statusCode());
        refused(401, "IN-164", signIn("often-wrong", OWN, recovery, null));
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            codes.add(code(signIn("often-wrong", OWN, "00000" + i, null)));
        }
        assertTrue(codes.contains("IN-152"), codes.toString());
        // Over sessions that are open, at most ten an hour.
        codes.clear();
        for (int i = 0; i < 12; i++) {
            codes.add(code(post(
                    "often-wrong",
                    "/api/account/password",
                    body("code", "11111" + i % 10).put("newPassword", OWN + " guessed"))));
        }
        assertTrue(codes.contains("IN-152"), codes.toString());
        assertEquals(
                204,
                post(
                                "often-wrong",
                                "/api/account/password",
                                body("code", entered.recovery().poll()).put("newPassword", OWN + " by recovery"))
                        .statusCode(),
                "a recovery code is no guess");
    }

    @Test
    void oneChangesOnesOwnPasswordAndLosesOtherSessions() throws Exception {
        Entered self = admit("changes", UNIT, Role.OFFICER);
        String other = Entrance.read(
                        entrance.post(null, "/api/session", self.credentials().put("bearer", true)))
                .get("token")
                .asText();
        refused(
                403,
                "IN-164",
                post(
                        "changes",
                        "/api/account/password",
                        body("password", "wrong").put("newPassword", OWN + " 2")));
        refused(
                400,
                "IN-153",
                post("changes", "/api/account/password", body("password", OWN).put("newPassword", "x")));
        refused(
                400,
                "IN-105",
                post(
                        "changes",
                        "/api/account/password",
                        body("newPassword", OWN + " 2").put("password", "")));
        assertEquals(200, get(other, "/api/account").statusCode());
        assertEquals(
                204,
                post("changes", "/api/account/password", body("password", OWN).put("newPassword", OWN + " 2"))
                        .statusCode());
        assertEquals(401, get(other, "/api/account").statusCode());
        assertEquals(200, get("changes", "/api/account").statusCode());
        assertEquals(200, signIn("changes", OWN + " 2", null, null).statusCode());
        recorded("passwordChanged", "\"id\":\"changes\"");

        Entered enrolled = entrance.enrol("changes", OWN + " 2", self.token());
        refused(401, "IN-163", post("changes", "/api/account/totp/removal", body("password", OWN + " 2")));
        assertEquals(
                204,
                post(
                                "changes",
                                "/api/account/totp/removal",
                                body("password", OWN + " 2")
                                        .put("code", enrolled.recovery().poll()))
                        .statusCode());
        assertEquals(401, get("changes", "/api/account").statusCode());
        assertEquals(200, signIn("changes", OWN + " 2", null, null).statusCode());
        recorded("secondFactorRemoved", "\"id\":\"changes\"");
    }

    private static SoftAuthenticator authenticator() throws Exception {
        return new SoftAuthenticator(station.at("").toString().replaceFirst("/$", ""), "127.0.0.1");
    }

    private static HttpResponse<String> register(Entered who, SoftAuthenticator device) throws Exception {
        HttpResponse<String> options = entrance.post(
                "Bearer " + who.token(),
                "/api/account/passkeys",
                body("password", who.password()).put("code", who.recovery().poll()));
        assertEquals(200, options.statusCode(), options.body());
        return confirm(who, device, device.create(Entrance.read(options)));
    }

    private static HttpResponse<String> confirm(Entered who, SoftAuthenticator device, JsonNode made) throws Exception {
        return entrance.post(
                "Bearer " + who.token(),
                "/api/account/passkeys/confirmation",
                body("name", "desk " + device.id()).set("credential", made));
    }

    private static JsonNode challenge() throws Exception {
        return Entrance.read(entrance.post(null, "/api/session/passkey", LiveStation.JSON.createObjectNode()));
    }

    private static HttpResponse<String> signIn(JsonNode passkey) throws Exception {
        return entrance.post(
                null, "/api/session", LiveStation.JSON.createObjectNode().set("passkey", passkey));
    }

    @Test
    void aPasskeyIsTakenWithAllThatItHasToProveAndNotOtherwise() throws Exception {
        Entered owner = admit("with-passkey", UNIT, Role.APPROVER);
        SoftAuthenticator device = authenticator();
        SoftAuthenticator elsewhere = authenticator();
        elsewhere.origin = "https://evil.example";
        refusedFor("BadOrigin", register(owner, elsewhere));
        elsewhere = authenticator();
        elsewhere.rpId = "evil.example";
        refusedFor("BadRpId", register(owner, elsewhere));
        SoftAuthenticator unverified = authenticator();
        unverified.verifiesNobody();
        refusedFor("UserNotVerified", register(owner, unverified));
        assertEquals(200, register(owner, device).statusCode());
        refusedFor("Nobody here has", signIn(authenticator().get(challenge())));

        HttpResponse<String> in = signIn(device.get(challenge()));
        assertEquals(200, in.statusCode(), in.body());
        assertEquals("with-passkey", Entrance.read(in).at("/person/id").asText());
        recorded("signedIn", "\"id\":\"with-passkey\"", "\"credential\":\"passkey\"");
        recorded("secondFactorEnrolled", "\"id\":\"with-passkey\"", "PASSKEY");

        JsonNode answer = device.get(challenge());
        assertEquals(200, signIn(answer).statusCode());
        refusedFor("IllegalArgument", signIn(answer)); // replayed
        device.counter = 1;
        refusedFor("MaliciousCounterValue", signIn(device.get(challenge()))); // went back: a copy
        device.counter = 50;
        ObjectNode handled = device.get(challenge());
        handled.withObject("/response").put("userHandle", "c29tZWJvZHkgZWxzZQ");
        refusedFor("IllegalArgument", signIn(handled));
        device.origin = "http://localhost:" + station.at("").getPort();
        refusedFor("BadOrigin", signIn(device.get(challenge())));
        device.origin = station.at("").toString().replaceFirst("/$", "");
        device.verifiesNobody();
        refusedFor("UserNotVerified", signIn(device.get(challenge())));
        recorded("accessDenied", "\"id\":\"with-passkey\"", "IN-166");

        Entered other = admit("other-passkey", UNIT, Role.OFFICER);
        SoftAuthenticator second = authenticator();
        HttpResponse<String> first = register(other, second);
        assertEquals(10, Entrance.read(first).get("recoveryCodes").size());
        refused(401, "IN-163", signIn("other-passkey", OWN, null, null)); // never the password alone again
        SoftAuthenticator forged = authenticator();
        forged.pretends(second);
        refusedFor("BadSignature", signIn(forged.get(challenge())));
        // A challenge for another person's registration is none for this one.
        JsonNode options = Entrance.read(post(
                "with-passkey",
                "/api/account/passkeys",
                body("password", OWN).put("code", owner.recovery().poll())));
        SoftAuthenticator third = authenticator();
        refusedFor("IllegalArgument", confirm(other, third, third.create(options)));
        refusedFor("IllegalArgument", signIn(second.get(options)));
        HttpResponse<String> removed = entrance.post(
                "Bearer " + other.token(), "/api/account/passkeys/" + second.id() + "/removal", body("password", OWN));
        assertEquals(204, removed.statusCode(), "signed in with it: " + removed.body());
        refusedFor("Nobody here has", signIn(second.get(challenge())));
        assertEquals(200, signIn("other-passkey", OWN, null, null).statusCode());
    }

    /** A real browser, with the authenticator that its own developers' tools give it. */
    @Test
    @Tag("browser")
    void aBrowserEnrolsAPasskeyAndSignsInWithIt() throws Exception {
        Path pictures = Files.createDirectories(Path.of("target/people"));
        for (String lang : List.of("zh", "en")) {
            ObjectNode body = body("officerNo", "desk-" + lang).put("unitCode", UNIT);
            body.putArray("roles").add("supervisor");
            ObjectNode play = LiveStation.JSON.createObjectNode();
            play.put("origin", "http://localhost:" + station.at("").getPort());
            play.put("lang", lang).put("officerNo", "desk-" + lang);
            play.put("pictures", pictures.toAbsolutePath().toString());
            play.set(
                    "password",
                    Entrance.read(entrance.post(entrance.console(), "/api/people", body))
                            .get("password"));
            assertEquals("enrolled, signed in, refused unverified", browser("passkey.mjs", play));
        }
    }

    /** Proposing, approving, coming in and being told, and looking after devices, on the page, at a desk and on a telephone. */
    @Test
    @Tag("browser")
    void twoPersonsDecideOnThePage() throws Exception {
        Path pictures = Files.createDirectories(Path.of("target/people"));
        for (String lang : List.of("zh", "en")) {
            ObjectNode play = LiveStation.JSON.createObjectNode();
            play.put("origin", station.at("").toString()).put("lang", lang);
            play.put("pictures", pictures.toAbsolutePath().toString()).put("newcomer", "wang-" + lang);
            play.set("first", admit("first-" + lang, "", Role.ADMINISTRATOR).credentials());
            play.set("second", admit("second-" + lang, UNIT, Role.SUPERVISOR).credentials());
            assertEquals(
                    "admitted by two, reset by two, told; a device given out, records brought in; units have names",
                    browser("people.mjs", play));
            recorded("deviceSuspended", "\"deviceSerial\":\"BWC-wang-" + lang, "\"id\":\"first-" + lang);
            recorded("admissionApproved", "\"officerNo\":\"wang-" + lang, "\"id\":\"second-" + lang);
        }
    }

    private static String browser(String script, JsonNode play) throws Exception {
        Process browser = new ProcessBuilder("node", script, play.toString())
                .directory(Path.of("src/test/clients").toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, browser.waitFor(), said);
        return said.strip();
    }

    /** Secrets are in a file that nobody else reads, and no secret is in the record. */
    @Test
    void noSecretIsInTheRecord() throws Exception {
        Entered entered = BY_ROLE.get(Role.LEGAL_OFFICER);
        List<Path> lists = TestFiles.below(folder.resolve("data")).stream()
                .filter(file -> file.getFileName().toString().equals("people"))
                .toList();
        assertEquals(1, lists.size(), lists.toString());
        assertEquals(Set.of(), others(lists.get(0)), "0600");
        String log = get("auditor-of-all", "/api/log-events").body();
        assertTrue(log.contains("secondFactorEnrolled"));
        String kept = Files.readString(lists.get(0));
        for (String code : entered.recovery()) {
            assertFalse(kept.contains(code) || log.contains(code));
        }
        assertFalse(log.contains(entered.secret().substring(0, 16)));
    }

    private static Set<?> others(Path file) throws Exception {
        Set<?> all = new HashSet<>(Files.getPosixFilePermissions(file));
        all.removeAll(PosixFilePermissions.fromString("rw-------"));
        return all;
    }

    private static ObjectNode body(String name, String value) {
        return LiveStation.JSON.createObjectNode().put(name, value);
    }

    private static HttpResponse<String> signIn(String number, String password, String code, String own)
            throws Exception {
        return entrance.post(
                null,
                "/api/session",
                body("officerNo", number)
                        .put("password", password)
                        .put("code", code)
                        .put("newPassword", own)
                        .put("bearer", true));
    }

    private static HttpResponse<String> propose(String who, String number, Role role, String unit) throws Exception {
        ObjectNode body = body("officerNo", number).put("unitCode", unit).put("reason", "x");
        body.putArray("roles").add(role.word());
        return post(who, "/api/people", body);
    }

    private static HttpResponse<String> reset(String who, String number) throws Exception {
        return post(who, "/api/people/" + number + "/reset", body("reason", "forgot it"));
    }

    private static HttpResponse<String> decide(String who, String change, String act) throws Exception {
        ObjectNode body = body("act", act).put("reason", "x");
        String path = "/api/people/changes/" + change + "/acts";
        return who.startsWith("Console ") ? entrance.post(who, path, body) : post(who, path, body);
    }

    private static HttpResponse<String> post(String who, String path, JsonNode body) throws Exception {
        return entrance.post("Bearer " + PEOPLE.get(who).token(), path, body);
    }

    private static HttpResponse<String> get(String who, String path) throws Exception {
        return ask(who, "GET", path);
    }

    private static HttpResponse<String> delete(String who, String path) throws Exception {
        return ask(who, "DELETE", path);
    }

    private static HttpResponse<String> ask(String who, String method, String path) throws Exception {
        String token = PEOPLE.containsKey(who) ? PEOPLE.get(who).token() : who;
        return station.http.send(
                HttpRequest.newBuilder(station.at(path))
                        .header("Authorization", "Bearer " + token)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String code(HttpResponse<String> answer) throws Exception {
        return answer.body().isEmpty() ? "" : Entrance.read(answer).path("code").asText();
    }

    private static void refused(int status, String code, HttpResponse<String> answer) throws Exception {
        assertEquals(status + " " + code, answer.statusCode() + " " + code(answer), answer.uri() + answer.body());
    }

    private static void refusedFor(String reason, HttpResponse<String> answer) throws Exception {
        refused(401, "IN-166", answer);
        assertTrue(answer.body().contains(reason), answer.body());
    }

    /** Waits until one or more events of this kind have all these words. */
    private static void recorded(String type, String... words) throws Exception {
        await(() -> {
            String log = get("auditor-of-all", "/api/log-events?type=" + type).body();
            return Stream.of(words).allMatch(log::contains);
        });
    }

    private static int count(String type, String number) throws Exception {
        int count = 0;
        JsonNode log = Entrance.read(get("auditor-of-all", "/api/log-events?type=" + type));
        for (JsonNode entry : log.get("entries")) {
            count += entry.at("/event/officerNo").asText().equals(number) ? 1 : 0;
        }
        return count;
    }
}
