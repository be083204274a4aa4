package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.Javalin;
import io.javalin.security.Roles;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.AccessControl;
import org.liuhen.access.Act;
import org.liuhen.access.Role;
import org.liuhen.cli.Client;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.GapEvent.GapKind;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.feed.Feed;
import org.liuhen.intake.DevicesApi;
import org.liuhen.intake.Resumable;
import org.liuhen.intake.Senders;
import org.liuhen.intake.Tus;
import org.liuhen.job.JobSettings;
import org.liuhen.review.api.DescribeAgain;
import org.liuhen.review.api.DispatchApi;
import org.liuhen.review.api.MapTiles;
import org.liuhen.review.api.ReviewApi;
import org.liuhen.review.export.Exports;
import org.liuhen.review.notify.NotifyApi;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/**
 * Who may do what: every role at every address, and every role at items of cases in every state, against a table that was written by hand
 * here and not taken from the program.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessIT {
    private static final Set<String> HTTP = Set.of("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS");

    /** What each role may, and nothing else. */
    private static final Map<Role, String> MAY = Map.of(
            Role.OFFICER, "UPLOAD SEARCH VIEW PREVIEW PLAY LINK NOTE CATEGORISE ANSWER_REVIEW",
            Role.CASE_OFFICER,
                    "UPLOAD SEARCH VIEW PREVIEW PLAY DOWNLOAD LINK NOTE CATEGORISE ANSWER_REVIEW OFFER_HANDOVER PROPOSE_DISPOSAL REQUEST_EXPORT"
                            + " FETCH_EXPORT SEE_GAPS",
            Role.LEGAL_OFFICER,
                    "SEARCH VIEW PREVIEW PLAY DOWNLOAD NOTE REVIEW HOLD PROPOSE_RULE DECIDE_CASE SEE_GAPS AUDIT",
            Role.SUPERVISOR,
                    "SEARCH VIEW PREVIEW PLAY DOWNLOAD NOTE REVIEW HOLD SEE_GAPS EXPLAIN_GAP SEE_LOG AUDIT APPROVE_PERSON",
            Role.APPROVER, "SEARCH VIEW PREVIEW APPROVE_EXPORT APPROVE_DISPOSAL APPROVE_RULE FETCH_EXPORT",
            Role.PROSECUTOR, "SEARCH VIEW PREVIEW PLAY DOWNLOAD NOTE ANSWER_HANDOVER FETCH_EXPORT",
            Role.AUDITOR, "SEARCH VIEW SEE_GAPS SEE_LOG AUDIT",
            Role.ADMINISTRATOR,
                    "IMPORT_DISPATCH DESCRIBE_AGAIN MANAGE_DEVICES MANAGE_NOTIFICATIONS NAME_UNITS MANAGE_PEOPLE APPROVE_PERSON");

    /** Which role each verb of an item needs. */
    private static final Map<String, Act> VERBS = new TreeMap<>(Map.ofEntries(
            Map.entry("categorise", Act.CATEGORISE),
            Map.entry("openReview", Act.REVIEW),
            Map.entry("return", Act.REVIEW),
            Map.entry("sign", Act.REVIEW),
            Map.entry("answer", Act.ANSWER_REVIEW),
            Map.entry("note", Act.NOTE),
            Map.entry("hold", Act.HOLD),
            Map.entry("release", Act.HOLD),
            Map.entry("offer", Act.OFFER_HANDOVER),
            Map.entry("withdraw", Act.OFFER_HANDOVER),
            Map.entry("accept", Act.ANSWER_HANDOVER),
            Map.entry("refuse", Act.ANSWER_HANDOVER),
            Map.entry("proposeDisposal", Act.PROPOSE_DISPOSAL),
            Map.entry("approveDisposal", Act.APPROVE_DISPOSAL),
            Map.entry("refuseDisposal", Act.APPROVE_DISPOSAL)));

    /** The states that a case can be in, each with an item of unit 110105 in it. */
    private enum State {
        NO_CASE,
        OPEN,
        CLOSED,
        /** Somebody of another unit is assigned, too. */
        ASSIGNED,
        /** Only the one of the other unit may see it. */
        SEALED,
        JUVENILE,
        /** Nothing of it is of this unit. */
        OTHER_UNIT
    }

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static final Map<Role, String> TOKENS = new EnumMap<>(Role.class);
    private static final Map<State, String> ITEMS = new EnumMap<>(State.class);
    private static final Map<String, String> PASSWORDS = new HashMap<>();
    private static final Map<String, Entrance.Entered> ENTERED = new HashMap<>();
    private static String outsider;
    private static String site;

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--sign-in", "local", "--no-previews");
        for (Role role : Role.values()) {
            TOKENS.put(role, admitted(role.word(), role, role == Role.ADMINISTRATOR ? "" : "110105"));
        }
        outsider = admitted("outsider", Role.CASE_OFFICER, "110106");
        site = admitted("site-auditor", Role.AUDITOR, "");
        String other = admitted("other-unit", Role.OFFICER, "110106");
        for (State state : State.values()) {
            ITEMS.put(state, upload(state == State.OTHER_UNIT ? other : TOKENS.get(Role.CASE_OFFICER), state));
        }
        String legal = TOKENS.get(Role.LEGAL_OFFICER);
        await(() -> seen(TOKENS.get(Role.CASE_OFFICER), "").size() == State.values().length - 1);
        await(() -> seen(other, "&state=verified").size() == 1);
        await(() -> seen(TOKENS.get(Role.CASE_OFFICER), "&state=verified").size() == State.values().length - 1);
        decide(legal, State.CLOSED, "{\"act\":\"close\",\"reason\":\"x\"}");
        decide(legal, State.ASSIGNED, "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"outsider\"]}");
        for (State state : List.of(State.SEALED, State.JUVENILE)) {
            decide(
                    legal,
                    state,
                    "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"outsider\"],\"protection\":\"" + state
                            + "\"}");
        }
        HttpResponse<String> offered = act(
                TOKENS.get(Role.CASE_OFFICER),
                State.CLOSED,
                "{\"act\":\"offer\",\"to\":\"prosecutor\",\"reason\":\"x\"}");
        assertEquals(200, offered.statusCode(), offered.body());
        HttpResponse<String> toTheOffice = act(
                TOKENS.get(Role.CASE_OFFICER),
                State.NO_CASE,
                "{\"act\":\"offer\",\"toUnit\":\"110100\",\"reason\":\"x\"}");
        assertEquals(200, toTheOffice.statusCode(), toTheOffice.body());
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    /** May this person see this item? Written down once more, from the design. */
    private static boolean sees(String who, State state) {
        boolean assigned = who.equals("outsider")
                && Set.of(State.ASSIGNED, State.SEALED, State.JUVENILE).contains(state);
        if (who.equals("prosecutor")) {
            return state == State.CLOSED
                    || state == State.NO_CASE; // offered to the person, and to a unit above the person's
        }
        if (who.equals("officer") || who.equals("administrator")) {
            return false; // none of these is the officer's own
        }
        boolean unit = who.equals("outsider") == (state == State.OTHER_UNIT);
        boolean isProtected = state == State.SEALED || state == State.JUVENILE;
        return assigned || (unit && !isProtected);
    }

    @Test
    void everyAddressNamesWhatItServesAndServesNobodyElse() throws Exception {
        Map<String, Set<Act>> addresses = addresses();
        assertTrue(addresses.size() > 45, addresses.toString());
        int asked = 0;
        for (Map.Entry<String, Set<Act>> address : addresses.entrySet()) {
            String[] words = address.getKey().split(" ", 2);
            String path = filled(words[1]);
            assertFalse(address.getValue().isEmpty(), address.getKey() + " serves nobody");
            if (address.getValue().contains(Act.PUBLIC)) {
                continue;
            }
            assertEquals(401, ask(null, words[0], path).statusCode(), address.getKey());
            assertEquals(401, ask("forged-token", words[0], path).statusCode(), address.getKey());
            for (Role role : Role.values()) {
                boolean may = address.getValue().stream().anyMatch(act -> may(role, act));
                HttpResponse<String> answer = ask(TOKENS.get(role), words[0], path);
                assertEquals(
                        !may,
                        words[0].equals("HEAD")
                                ? answer.statusCode() == 403 && !may
                                : code(answer).equals("IN-151"),
                        role + " " + address + ": " + answer.statusCode() + " " + answer.body());
                assertNotEquals(401, answer.statusCode(), role + " " + address);
                assertTrue(answer.statusCode() < 500, role + " " + address + answer.body());
                asked++;
            }
        }
        assertTrue(asked > 250, asked + " questions");
        recorded("accessDenied", "IN-151", "GET /api/people");
    }

    /**
     * Each address in second spellings, by everybody: a letter or a slash that is percent-encoded once or twice, dots, empty parts, parameters
     * of a part. None is served.
     */
    @Test
    @Tag("slow")
    void noSecondSpellingOfAnAddressIsServed() throws Exception {
        Set<String> paths = new TreeSet<>();
        addresses().keySet().forEach(address -> paths.add(filled(address.split(" ", 2)[1])));
        paths.addAll(
                List.of("/log/site-1/tile/entries/000", "/log/site-1/tile/entries/000.p/1", "/log/site-1/tile/0/000"));
        List<String> tokens = new ArrayList<>(TOKENS.values());
        tokens.add(null);
        int asked = 0;
        for (String path : paths) {
            for (String spelling : spellings(path)) {
                for (String token : tokens) {
                    HttpResponse<String> answer = ask(token, "GET", spelling);
                    assertEquals(400, answer.statusCode(), spelling + ": " + answer.body());
                    // What is no request at all to the server never comes as far as our own rule.
                    assertTrue(Set.of("IN-160", "IN-148").contains(code(answer)), spelling + ": " + answer.body());
                    asked++;
                }
            }
        }
        assertTrue(asked > 3_000, asked + " questions");
        for (String query : List.of("q=%00", "q=a%00b", "q=%ff", "id=%C0%80", "%00=1")) {
            HttpResponse<String> answer = ask(TOKENS.get(Role.AUDITOR), "GET", "/api/evidence?" + query);
            assertEquals("400 IN-160", answer.statusCode() + " " + code(answer), query);
        }
        String entries =
                ask(TOKENS.get(Role.AUDITOR), "GET", "/log/site-1/checkpoint").body();
        assertTrue(entries.startsWith("liuhen.org/"), entries);
        assertEquals(401, ask(null, "GET", "/log/site-1/tile/entries/000.p/1").statusCode());
    }

    private static Set<String> spellings(String path) {
        Set<String> all = new TreeSet<>();
        for (int i = 1; i < path.length(); i++) {
            String encoded = String.format("%%%02x", (int) path.charAt(i));
            boolean first = path.charAt(i - 1) == '/';
            if (path.charAt(i) == '/') {
                all.add(path.substring(0, i) + encoded + path.substring(i + 1));
                all.add(path.substring(0, i) + "%25" + encoded.substring(1) + path.substring(i + 1));
                all.add(path.substring(0, i) + "/" + path.substring(i));
                all.add(path.substring(0, i) + ";x=1" + path.substring(i));
            } else if (first) {
                all.add(path.substring(0, i) + encoded + path.substring(i + 1));
                all.add(path.substring(0, i) + "%25" + encoded.substring(1) + path.substring(i + 1));
                all.add(path.substring(0, i) + "./" + path.substring(i));
                all.add(path.substring(0, i) + "x/../" + path.substring(i));
                all.add(path.substring(0, i) + "%2e/" + path.substring(i));
            }
        }
        all.add(path + ";jsessionid=1");
        all.add(path + "%00");
        all.add(path + "%ff");
        all.add(path + "/.");
        all.removeIf(spelling -> spelling.startsWith("//")); // the client would take it for a host
        return all;
    }

    /** Each address that changes something, asked for in a browser's session by another site's page. */
    @Test
    void noOtherSitesPageChangesAnything() throws Exception {
        for (Role role : List.of(Role.ADMINISTRATOR, Role.CASE_OFFICER, Role.LEGAL_OFFICER)) {
            String cookie = signedIn(role.word());
            for (String address : addresses().keySet()) {
                String[] words = address.split(" ", 2);
                if (Set.of("GET", "HEAD", "OPTIONS").contains(words[0]) || address.equals("POST /api/session")) {
                    continue;
                }
                for (List<String> from : List.of(
                        List.of("Sec-Fetch-Site", "cross-site"),
                        List.of("Sec-Fetch-Site", "same-site"),
                        List.of("Sec-Fetch-Site", "none"),
                        List.of("Origin", "https://evil.example"),
                        List.of("Origin", "null"),
                        List.<String>of())) {
                    HttpRequest.Builder request = HttpRequest.newBuilder(station.at(filled(words[1])))
                            .header("Cookie", cookie)
                            .header("Tus-Resumable", "1.0.0")
                            .method(words[0], HttpRequest.BodyPublishers.ofString("{}"));
                    if (!from.isEmpty()) {
                        request.header(from.get(0), from.get(1));
                    }
                    HttpResponse<String> answer =
                            station.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                    assertEquals("403 IN-156", answer.statusCode() + " " + code(answer), role + " " + address + from);
                }
            }
        }
    }

    private static String signedIn(String who) throws Exception {
        HttpResponse<String> signedIn = station.http.send(
                HttpRequest.newBuilder(station.at("/api/session"))
                        .POST(HttpRequest.BodyPublishers.ofString(credentials(who, PASSWORDS.get(who))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, signedIn.statusCode(), signedIn.body());
        return sessionCookie(signedIn).replaceFirst(";.*", "");
    }

    /** The OpenAPI document names every address of the API with its acts, and no other one; and what was answered is among what it says. */
    @Test
    void theOpenApiDocumentIsWhatTheServiceIs() throws Exception {
        JsonNode document =
                LiveStation.JSON.readTree(ask(null, "GET", "/api/openapi.json").body());
        Map<String, Set<Act>> said = new TreeMap<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    Set<Act> acts = new TreeSet<>();
                    method.getValue().get("x-acts").forEach(act -> acts.add(Act.valueOf(act.asText())));
                    said.put(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), acts);
                }));
        Map<String, Set<Act>> served = new TreeMap<>();
        addresses().forEach((address, acts) -> {
            if (address.contains(" /api/")) {
                served.put(address, new TreeSet<>(acts));
            }
        });
        assertEquals(served.toString(), said.toString());
        for (String address : said.keySet()) {
            String[] words = address.split(" ", 2);
            JsonNode responses = document.at("/paths")
                    .get(words[1])
                    .get(words[0].toLowerCase(Locale.ROOT))
                    .get("responses");
            boolean ends = address.equals("DELETE /api/session"); // the others still need these sessions
            for (String token : ends
                    ? new String[] {null}
                    : new String[] {null, TOKENS.get(Role.CASE_OFFICER), TOKENS.get(Role.SUPERVISOR)}) {
                HttpResponse<String> answer = ask(token, words[0], filled(words[1]));
                assertTrue(
                        (answer.statusCode() < 500 || address.equals("GET /api/health"))
                                && responses.has(Integer.toString(answer.statusCode())),
                        address + " answers " + answer.statusCode() + " " + answer.body());
            }
        }
    }

    private static String filled(String path) {
        return path.replace("{id}", ITEMS.get(State.OPEN))
                .replace("{caseId}", "C-OPEN")
                .replace("{ruleId}", "R")
                .replace("{serial}", "S")
                .replace("{act}", "suspend")
                .replace("{officerNo}", "nobody")
                .replace("{changeId}", "C")
                .replace("{passkeyId}", "P")
                .replace("/pdfjs/{file}", "/pdfjs/pdf.min.mjs")
                .replace("/fonts/{file}", "/fonts/FoxitSans.pfb")
                .replace("/cmaps/{file}", "/cmaps/GBK-EUC-H.bcmap")
                .replace("/guides/{name}", "/guides/officers.zh")
                .replace("/leaflet/{file}", "/leaflet/leaflet.css")
                .replace("{z}/{x}/{y}", "10/843/388")
                .replace("{play}", "0".repeat(32))
                .replace("<path>", "x");
    }

    @Test
    void aWayOfNotificationsThatIsNotSetUpIsNotTried() throws Exception {
        String administrator = TOKENS.get(Role.ADMINISTRATOR);
        for (JsonNode way : LiveStation.JSON
                .readTree(ask(administrator, "GET", "/api/notifications").body())
                .get("channels")) {
            assertFalse(way.get("setUp").asBoolean() || way.has("waiting"), way.toString());
            HttpResponse<String> answer = station.http.send(
                    named(administrator, "/api/notifications/test")
                            .POST(HttpRequest.BodyPublishers.ofString(way.toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals("409 NT-106", answer.statusCode() + " " + code(answer));
        }
    }

    @Test
    void everyVerbOfAnItemNeedsItsRole() throws Exception {
        for (Map.Entry<String, Act> verb : VERBS.entrySet()) {
            for (Role role : Role.values()) {
                String body = "{\"act\":\"" + verb.getKey() + "\"}"; // what it needs is missing: nothing is done
                HttpResponse<String> answer = act(TOKENS.get(role), State.OPEN, body);
                boolean refused = Set.of("IN-151", "RV-120").contains(code(answer));
                boolean may = may(role, verb.getValue()) && sees(role.word(), State.OPEN);
                assertEquals(!may, refused, role + " " + verb.getKey() + ": " + answer.body());
            }
        }
    }

    /** Who asks what somebody did hears of no item that may not be seen, and page by page the same as at once. */
    @Test
    void whatSomebodyDidIsToldAsFarAsTheItemsMayBeSeen() throws Exception {
        List<String> actors = List.of("case-officer", "legal-officer", "other-unit", "outsider", "nobody");
        long until = 0; // what comes while this is asked is left out
        for (String actor : actors) {
            for (String line : did(site, actor, 1, Long.MAX_VALUE / 10)) {
                until = Math.max(until, 1 + Long.parseLong(line.replaceFirst(" .*", "")));
            }
        }
        Set<String> everything = new TreeSet<>();
        for (String actor : actors) {
            everything.addAll(did(site, actor, 500, until));
        }
        assertTrue(everything.stream().anyMatch(line -> line.contains(ITEMS.get(State.OTHER_UNIT))));
        for (Role role : List.of(Role.SUPERVISOR, Role.AUDITOR)) {
            String token = TOKENS.get(role);
            Set<String> told = new TreeSet<>();
            for (String actor : actors) {
                List<String> lines = did(token, actor, 500, until);
                assertEquals(lines, did(token, actor, 3, until), actor + ", page by page");
                told.addAll(lines);
            }
            assertTrue(everything.containsAll(told), role + " hears what nobody did");
            for (State state : State.values()) {
                String id = ITEMS.get(state);
                Set<String> ofItem =
                        everything.stream().filter(line -> line.endsWith(id)).collect(Collectors.toSet());
                assertEquals(
                        Set.of(State.SEALED, State.JUVENILE).contains(state),
                        ofItem.isEmpty(),
                        state + ": the auditor of the whole site sees no protected item either");
                ofItem.retainAll(told);
                assertEquals(sees(role.word(), state), !ofItem.isEmpty(), role + " " + state + " " + ofItem);
            }
        }
        String open = ITEMS.get(State.OPEN);
        List<String> ofItem = events(site, "item=" + open + "&limit=500");
        assertTrue(ofItem.size() > 3 && ofItem.stream().allMatch(line -> line.endsWith(open)), ofItem + "");
        List<String> two = events(site, "item=" + open + "&type=received&type=verified");
        assertEquals(List.of("verified " + open, "received " + open), two);
        assertEquals(List.of(), events(site, "actor=nobody&item=" + open));
        JsonNode cases =
                LiveStation.JSON.readTree(ask(site, "GET", "/api/cases").body()).get("cases");
        String caseId = cases.get(0).get("caseId").asText();
        List<String> ofCase = events(site, "case=" + Client.encode(caseId) + "&type=linkedToCase&type=caseAssigned");
        assertTrue(!ofCase.isEmpty() && everything.size() > ofCase.size(), ofCase + "");
        assertEquals(List.of(), events(site, "case=NOSUCHCASE"));
        assertEquals(
                List.of(),
                events(TOKENS.get(Role.SUPERVISOR), "item=" + ITEMS.get(State.OTHER_UNIT)),
                "no item of another unit");
        String badly = ask(site, "GET", "/api/entries").body();
        assertTrue(badly.contains("RV-105"), badly);
        assertTrue(ask(site, "GET", "/api/entries?actor=x&before=y").body().contains("RV-105"));
        for (String bound : List.of("from", "to")) {
            for (Instant far : List.of(Instant.MIN, Instant.MAX, Instant.EPOCH)) {
                HttpResponse<String> answer = ask(
                        site, "GET", "/api/entries?actor=case-officer&" + bound + "=" + Client.encode(far.toString()));
                assertEquals(200, answer.statusCode(), bound + " " + far + " " + answer.body());
            }
        }
    }

    /** Type and item of the entries that this question finds. */
    private static List<String> events(String token, String question) throws Exception {
        List<String> found = new ArrayList<>();
        HttpResponse<String> answer = ask(token, "GET", "/api/entries?" + question);
        assertEquals(200, answer.statusCode(), answer.body());
        for (JsonNode entry : LiveStation.JSON.readTree(answer.body()).get("entries")) {
            JsonNode event = entry.get("event");
            found.add(event.get("eventType").asText() + " "
                    + event.at("/context/evidenceId").asText());
        }
        return found;
    }

    /** What somebody did before the entry with this index, as lines of index, type and item, in pages of this many. */
    private static List<String> did(String token, String actor, int limit, long until) throws Exception {
        List<String> all = new ArrayList<>();
        String before = "&before=" + until;
        while (true) {
            JsonNode page = LiveStation.JSON
                    .readTree(ask(token, "GET", "/api/entries?actor=" + actor + "&limit=" + limit + before)
                            .body())
                    .get("entries");
            for (JsonNode entry : page) {
                JsonNode event = entry.get("event");
                assertEquals(actor, event.at("/context/actor/id").asText());
                all.add(entry.get("index").asText() + " "
                        + event.get("eventType").asText() + " "
                        + event.at("/context/evidenceId").asText());
            }
            if (page.size() < limit) {
                return all;
            }
            before = "&before=" + page.get(limit - 1).get("index").asText();
        }
    }

    /** The cases that somebody is listed, in pages of this many. */
    private static List<String> cases(String token, int limit) throws Exception {
        List<String> all = new ArrayList<>();
        String before = "";
        while (true) {
            JsonNode page = LiveStation.JSON
                    .readTree(ask(token, "GET", "/api/cases?limit=" + limit + before)
                            .body())
                    .get("cases");
            page.forEach(one ->
                    all.add(one.get("caseId").asText() + " " + one.get("items").asText()));
            if (page.size() < limit) {
                return all;
            }
            JsonNode last = page.get(limit - 1);
            before = "&before=" + last.get("newest").asText() + "&beforeCase="
                    + last.get("caseId").asText();
        }
    }

    /** A list, a search, a case, a preview, the bytes and an export tell the same of an item as the item itself. */
    @Test
    void whatSomebodyMayNotSeeIsInNoListAndBehindNoAddress() throws Exception {
        Map<String, String> people = new LinkedHashMap<>();
        TOKENS.forEach((role, token) -> people.put(role.word(), token));
        people.put("outsider", outsider);
        int exportsListed = 0;
        for (Map.Entry<String, String> person : people.entrySet()) {
            Role role = Role.of(person.getKey()).orElse(Role.CASE_OFFICER);
            if (may(role, Act.SEARCH)) {
                assertEquals(
                        cases(person.getValue(), 500), cases(person.getValue(), 2), "the same cases, page by page");
            }
            for (State state : State.values()) {
                String who = person.getKey() + " " + state;
                boolean sees = sees(person.getKey(), state);
                String id = ITEMS.get(state);
                if (may(role, Act.SEARCH)) {
                    assertEquals(sees, seen(person.getValue(), "").contains(id), who);
                    assertEquals(
                            sees, seen(person.getValue(), "&q=" + state.name()).contains(id), who);
                    assertEquals(sees, seen(person.getValue(), "&id=" + id).contains(id), who);
                    assertEquals(sees ? 1 : 0, counted(person.getValue(), id), who);
                    HttpResponse<String> table = ask(person.getValue(), "GET", "/api/evidence.csv?id=" + id);
                    assertEquals(sees, table.body().contains(id), who);
                    String ofCase = ask(person.getValue(), "GET", "/api/cases/C-" + state)
                            .body();
                    assertEquals(sees && state != State.NO_CASE, ofCase.contains(id), who);
                    List<String> cases = LiveStation.JSON
                            .readTree(ask(person.getValue(), "GET", "/api/cases?q=C-" + state)
                                    .body())
                            .findValuesAsText("caseId");
                    assertEquals(sees && state != State.NO_CASE, cases.contains("C-" + state), who);
                }
                if (may(role, Act.VIEW)) {
                    HttpResponse<String> graph =
                            ask(person.getValue(), "GET", "/api/cases/C-" + state + "/case.jsonld");
                    assertEquals(sees && state != State.NO_CASE ? 200 : 404, graph.statusCode(), who);
                    assertEquals(sees && state != State.NO_CASE, graph.body().contains(id), who);
                }
                HttpResponse<String> linked = station.http.send(
                        named(person.getValue(), "/api/links")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"act\":\"detach\",\"evidence\":[\"" + id
                                        + "\"],\"caseId\":\"C-NEVER\",\"reason\":\"x\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                refuses(sees, may(role, Act.LINK), linked, who);
                refuses(sees, may(role, Act.VIEW), ask(person.getValue(), "GET", "/api/evidence/" + id), who);
                refuses(
                        sees,
                        may(role, Act.VIEW),
                        ask(person.getValue(), "GET", "/api/evidence/" + id + "/custody"),
                        who);
                refuses(
                        sees,
                        may(role, Act.PREVIEW),
                        ask(person.getValue(), "GET", "/api/evidence/" + id + "/preview"),
                        who);
                refuses(
                        sees,
                        may(role, Act.DOWNLOAD),
                        ask(person.getValue(), "GET", "/api/evidence/" + id + "/content"),
                        who);
                refuses(
                        sees,
                        may(role, Act.PLAY),
                        ask(person.getValue(), "GET", "/api/evidence/" + id + "/media"),
                        who);
                refuses(
                        sees,
                        may(role, Act.PLAY),
                        ask(person.getValue(), "POST", "/api/evidence/" + id + "/plays"),
                        who);
                refuses(
                        sees,
                        may(role, Act.AUDIT),
                        ask(person.getValue(), "GET", "/api/evidence/" + id + "/verification"),
                        who);
                HttpResponse<String> export = station.http.send(
                        named(person.getValue(), "/api/exports")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"evidence\":[\"" + id + "\"],\"recipient\":\"r\",\"purpose\":\"p\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                refuses(sees, may(role, Act.REQUEST_EXPORT), export, who);
                HttpResponse<String> exports = ask(person.getValue(), "GET", "/api/exports");
                if (exports.statusCode() == 200) {
                    for (JsonNode one :
                            LiveStation.JSON.readTree(exports.body()).get("exports")) {
                        String listed = "/api/exports/" + one.get("id").asText();
                        assertEquals(
                                200,
                                ask(person.getValue(), "GET", listed).statusCode(),
                                () -> who + " is listed what may not be opened");
                        exportsListed++;
                    }
                }
            }
        }
        assertTrue(exportsListed > 0, "nobody is listed anything");
        String token = TOKENS.get(Role.LEGAL_OFFICER);
        assertEquals(seen(token, ""), seen(token, "&seed=abc"), "a sample is drawn from what one may see");
        assertEquals(Set.of(ITEMS.get(State.NO_CASE)), seen(token, "&seed=abc&desk=unlinked&state=verified"));
        HttpResponse<String> foreign = station.http.send(
                named(TOKENS.get(Role.LEGAL_OFFICER), "/api/cases/C-OTHER_UNIT/acts")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"legal-officer\"]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals("RV-120", code(foreign), "no self-assignment to another unit's case");
        String chain = ask(outsider, "GET", "/api/evidence/" + ITEMS.get(State.SEALED) + "/custody")
                .body();
        assertTrue(
                chain.contains("accessDenied") && chain.contains("RV-120"),
                "who was refused stands in the item's chain");
        recorded("searched", "q=SEALED");
        recorded("searched", "count id=" + ITEMS.get(State.SEALED));
        recorded("searched", "table id=" + ITEMS.get(State.SEALED));
    }

    /** What is missing of an incident is told to the unit that was sent, and to those above it; and whoever looks is on the record. */
    @Test
    void aGapOfAnIncidentIsItsUnits() throws Exception {
        StringBuilder dispatches = new StringBuilder("incidentNo,unitCode,officerNos,dispatchedAt\n");
        try (Feed feed = new Feed(
                JobSettings.kafka(null, folder.resolve("data/kafka.properties").toString()),
                PartKey.read(folder.resolve("data/keys"), Part.INGEST_JOB),
                log -> 0)) {
            for (String[] one : new String[][] {{"110105", "1"}, {"110106", "1"}, {"", "1"}, {"", "other-unit"}}) {
                String incidentNo = "JQ of " + one[0] + " " + one[1];
                dispatches.append(String.join(",", incidentNo, one[0], one[1], "2026-11-20T02:00:00Z\n"));
                String gapId = "DISPATCH_WITHOUT_RECORDING " + incidentNo;
                feed.append(
                        new LogName("site-1"),
                        new GapFound(
                                EventContext.of(
                                        EventContext.idFor(GapFound.class, gapId),
                                        null,
                                        Instant.now(),
                                        Actor.component("gaps"),
                                        null,
                                        "test"),
                                gapId,
                                GapKind.DISPATCH_WITHOUT_RECORDING,
                                Instant.parse("2026-11-21T02:00:00Z"),
                                "made by the test"));
            }
        }
        HttpResponse<String> taken = station.http.send(
                named(TOKENS.get(Role.ADMINISTRATOR), "/api/dispatch-records")
                        .header("Content-Type", "text/csv")
                        .POST(HttpRequest.BodyPublishers.ofString(dispatches.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(202, taken.statusCode(), taken.body());
        await(() -> gaps(TOKENS.get(Role.SUPERVISOR)).contains("110105")
                && gaps(outsider).contains("110106")
                && gaps(outsider).contains("other-unit"));
        assertEquals(1, gaps(TOKENS.get(Role.SUPERVISOR)).split("made by the test", -1).length - 1);
        assertEquals(
                2,
                gaps(outsider).split("made by the test", -1).length - 1,
                "its own, and its officer's without a unit");
        recorded("searched", "look=gaps");

        // Whose unit has it explains it, in the role for that; to everybody else it is not there.
        String words = ",\"ground\":\"NO_DEVICE\",\"reason\":\"未配发\"}";
        String own = "{\"act\":\"explain\",\"gapId\":\"DISPATCH_WITHOUT_RECORDING JQ of 110105 1\"" + words;
        String others = own.replace("110105", "110106");
        assertEquals("RV-132", code(explain(TOKENS.get(Role.SUPERVISOR), others)));
        assertEquals("IN-151", code(explain(TOKENS.get(Role.LEGAL_OFFICER), own)));
        assertEquals(200, explain(TOKENS.get(Role.SUPERVISOR), own).statusCode());
        assertTrue(gaps(TOKENS.get(Role.SUPERVISOR)).contains("未配发"));
        assertFalse(gaps(outsider).contains("未配发"), "an explanation is seen by whom the gap is");
    }

    private static HttpResponse<String> explain(String token, String body) throws Exception {
        return station.http.send(
                named(token, "/api/gaps/acts")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Who may see the log's entries follows it from outside, signed in: somebody of the whole site. Nobody else does. */
    @Test
    void anAuditorFollowsTheLogFromOutside() throws Exception {
        Path policy = Files.writeString(
                folder.resolve("policy"),
                "log "
                        + Files.readString(folder.resolve("data/keys/site-1.vkey"))
                                .strip() + "\nquorum none\n");
        for (String who : List.of("site-auditor", "auditor", "officer", "", "forgot")) {
            List<String> command = new ArrayList<>(LiveStation.command(
                    "monitor",
                    station.at("/log/site-1").toString(),
                    "--policy",
                    policy.toString(),
                    "--memory",
                    folder.resolve("head-" + who).toString()));
            ProcessBuilder monitor = new ProcessBuilder(command).redirectErrorStream(true);
            if (!who.isEmpty()) {
                command.addAll(List.of("--officer", who));
            }
            if (PASSWORDS.containsKey(who)) {
                monitor.environment().put("LIUHEN_PASSWORD", PASSWORDS.get(who));
            }
            Process process = monitor.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(who.equals("site-auditor"), process.waitFor() == 0 && said.contains("verified: "), who + said);
            assertTrue(
                    who.equals("site-auditor")
                            || said.contains(
                                    Map.of("", "401", "auditor", "403", "officer", "403", "forgot", "LIUHEN_PASSWORD")
                                            .get(who)),
                    said);
        }
    }

    private static String gaps(String token) throws Exception {
        return ask(token, "GET", "/api/gaps").body();
    }

    private static void refuses(boolean sees, boolean may, HttpResponse<String> answer, String who) throws Exception {
        String expected = !may ? "IN-151" : sees ? "" : "RV-120";
        String got = Set.of("IN-151", "RV-120").contains(code(answer)) ? code(answer) : "";
        assertEquals(
                expected, got, who + " " + answer.uri().getPath() + ": " + answer.statusCode() + " " + answer.body());
        assertTrue(answer.statusCode() < 500, answer.body());
    }

    @Test
    void aCookieIsGoodForOurOwnPageAloneAndASessionEnds() throws Exception {
        HttpResponse<String> signedIn = station.http.send(
                HttpRequest.newBuilder(station.at("/api/session"))
                        .POST(HttpRequest.BodyPublishers.ofString(credentials("auditor", PASSWORDS.get("auditor"))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, signedIn.statusCode(), signedIn.body());
        assertFalse(signedIn.body().contains("token"), "a page never sees the token");
        String header = sessionCookie(signedIn);
        assertTrue(header.contains("HttpOnly") && header.contains("SameSite=Lax"), header);
        String cookie = header.replaceFirst(";.*", "");
        assertEquals(200, cookie(cookie, "GET", "same-origin").statusCode());
        assertEquals(403, cookie(cookie, "GET", "cross-site").statusCode());
        assertEquals(403, cookie(cookie, "POST", "cross-site").statusCode());
        assertEquals(403, cookie(cookie, "POST", null).statusCode(), "nor without a word from where");
        assertEquals(
                401,
                cookie(cookie.replaceFirst(".$", "x"), "GET", "same-origin").statusCode());
        station.http.send(
                HttpRequest.newBuilder(station.at("/api/session"))
                        .header("Cookie", cookie)
                        .header("Sec-Fetch-Site", "same-origin")
                        .DELETE()
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(401, cookie(cookie, "GET", "same-origin").statusCode(), "signed out");
    }

    @Test
    void whoIsDismissedIsOutAtOnceAndPasswordsCannotBeGuessedQuickly() throws Exception {
        String token = admitted("leaver", Role.AUDITOR, "110105");
        assertEquals(200, ask(token, "GET", "/api/gaps").statusCode());
        assertEquals(
                204,
                ask(TOKENS.get(Role.ADMINISTRATOR), "DELETE", "/api/people/leaver")
                        .statusCode());
        assertEquals(401, ask(token, "GET", "/api/gaps").statusCode());
        admitted("victim", Role.AUDITOR, "110105");
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(station.http
                    .send(
                            HttpRequest.newBuilder(station.at("/api/session"))
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            credentials("victim", "wrong password " + i)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode());
        }
        assertEquals(List.of(401, 401, 401, 401, 401, 429), answers);
        admitted("another", Role.AUDITOR, "110105");
        var atOnce = IntStream.range(0, 20)
                .mapToObj(i -> station.http.sendAsync(
                        HttpRequest.newBuilder(station.at("/api/session"))
                                .POST(HttpRequest.BodyPublishers.ofString(credentials("another", "at once " + i)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()))
                .toList();
        long lookedAt = atOnce.stream()
                .filter(answer -> answer.join().statusCode() == 401)
                .count();
        assertEquals(5, lookedAt, "many at the same moment are no more than many in a row");
        recorded("accessDenied", "\"id\":\"victim\"", "IN-150");
    }

    /**
     * An officer plays what he recorded, the whole of it if he wants, and each byte is on the record; he has no other way to its bytes, and plays
     * nothing of others.
     */
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void anOfficerPlaysOwnRecordingsAndFetchesNone() throws Exception {
        String officer = TOKENS.get(Role.OFFICER);
        byte[] bytes = Files.readAllBytes(Recording.make(folder.resolve("own.mp4"), 5));
        String own = sent(officer, "own.mp4", bytes);
        String others = sent(
                TOKENS.get(Role.CASE_OFFICER),
                "others.mp4",
                Files.readAllBytes(Recording.make(folder.resolve("others.mp4"), 6)));
        await(() -> ask(officer, "GET", "/api/evidence?id=" + own).body().contains("verified"));
        await(() -> seen(TOKENS.get(Role.CASE_OFFICER), "&state=verified").contains(others));
        HttpResponse<String> opened = ask(officer, "POST", "/api/evidence/" + own + "/plays");
        assertEquals(201, opened.statusCode(), opened.body());
        String media = LiveStation.JSON.readTree(opened.body()).get("media").asText();
        String play = LiveStation.JSON.readTree(opened.body()).get("playId").asText();
        HttpResponse<byte[]> whole =
                station.http.send(named(officer, media).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, whole.statusCode());
        assertTrue(Arrays.equals(bytes, whole.body()), "a player receives all that it asks for");
        assertFalse(whole.headers().firstValue("Content-Disposition").isPresent(), "it is no file to save");
        assertEquals(
                200, ask(officer, "HEAD", "/api/evidence/" + own + "/media").statusCode());
        for (String path : List.of("/media", "/media?play=", "/media?for=pictures")) {
            HttpResponse<String> fetched = ask(officer, "GET", "/api/evidence/" + own + path);
            assertNotEquals(200, fetched.statusCode(), path);
            assertEquals(path.endsWith("=") ? "RV-138" : "RV-148", code(fetched), path);
        }
        for (String path : List.of("/content", "/content?purpose=view", "/content?play=" + play)) {
            assertEquals("IN-151", code(ask(officer, "GET", "/api/evidence/" + own + path)), path);
        }
        assertEquals("RV-120", code(ask(officer, "POST", "/api/evidence/" + others + "/plays")));
        assertEquals("RV-120", code(ask(officer, "GET", "/api/evidence/" + others + "/media?play=" + play)));
        HttpResponse<String> ended = station.http.send(
                named(officer, "/api/evidence/" + own + "/plays/" + play)
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"ended\":true}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, ended.statusCode(), ended.body());
        await(() -> ask(officer, "GET", "/api/evidence/" + own + "/custody")
                .body()
                .contains("\"served\":[{\"fromByte\":0,\"toByte\":" + bytes.length + "}]"));
        String chain = ask(officer, "GET", "/api/evidence/" + own + "/custody").body();
        assertFalse(chain.contains("\"downloaded\""), chain);
        assertTrue(chain.contains("RV-148"), "who tried to fetch is on the record");
        HttpResponse<String> fetches = ask(TOKENS.get(Role.CASE_OFFICER), "GET", "/api/evidence/" + own + "/media");
        assertEquals(200, fetches.statusCode(), "who may fetch needs no session");
        HttpResponse<String> approver = ask(TOKENS.get(Role.APPROVER), "POST", "/api/evidence/" + own + "/plays");
        assertEquals("IN-151", code(approver), "no other role plays because of this");
    }

    private static String sent(String token, String name, byte[] bytes) throws Exception {
        Map<String, String> metadata = TusSender.metadata(name, bytes);
        metadata.remove("officerNo");
        return new TusSender(station).uploadAs(named(token, "/files"), metadata, bytes);
    }

    /**
     * Whoever tries passwords shuts out nobody who signed in before, and does not fill the permanent log. The last one: for a minute after it no
     * unknown browser of this address signs in.
     */
    @Test
    @Order(Integer.MAX_VALUE)
    void passwordsOfOthersShutNobodyOutAndDoNotFillTheLog() throws Exception {
        admitted("tried", Role.AUDITOR, "110105");
        String browser = knownBrowser("tried");
        long before = entries();
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(tryPassword("tried", "wrong password " + i, null).statusCode());
        }
        assertTrue(answers.contains(429), answers.toString());
        assertEquals(
                429, tryPassword("tried", PASSWORDS.get("tried"), null).statusCode(), "a stranger's browser waits");
        assertEquals(200, tryPassword("tried", PASSWORDS.get("tried"), browser).statusCode());
        HttpResponse<String> shared = tryPassword("approver", PASSWORDS.get("approver"), browser);
        assertEquals(200, shared.statusCode(), shared.body());
        assertEquals(
                200,
                tryPassword("tried", PASSWORDS.get("tried"), browserCookie(shared))
                        .statusCode(),
                "somebody else signed in there meanwhile");
        assertEquals(
                429, tryPassword("tried", PASSWORDS.get("tried"), browser + "x").statusCode());
        assertEquals(
                429,
                tryPassword("tried", PASSWORDS.get("tried"), knownBrowser("approver"))
                        .statusCode());
        for (int i = 0; i < 120; i++) {
            assertNotEquals(200, tryPassword("invented " + i, "wrong", null).statusCode());
            assertNotEquals(200, tryPassword("invented-" + i, "wrong", null).statusCode());
        }
        Thread.sleep(3_000); // what is on its way arrives
        long more = entries() - before;
        assertTrue(
                more <= 2 * 2 * 10 + 4,
                more + " entries for 250 tries"); // of at most two minutes, and the sign-ins above
    }

    @Test
    void aProgramThatSignsOutIsOut() throws Exception {
        String token = admitted("program", Role.AUDITOR, "110105");
        assertEquals(200, ask(token, "GET", "/api/gaps").statusCode());
        assertEquals(204, ask(token, "DELETE", "/api/session").statusCode());
        assertEquals(401, ask(token, "GET", "/api/gaps").statusCode());
    }

    private static String sessionCookie(HttpResponse<String> signedIn) {
        return signedIn.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("liuhen="))
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> tryPassword(String number, String password, String browser) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(station.at("/api/session"))
                .POST(HttpRequest.BodyPublishers.ofString(credentials(number, password)));
        if (browser != null) {
            request.header("Cookie", "liuhen-browser=" + browser);
        }
        return station.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String knownBrowser(String who) throws Exception {
        return browserCookie(tryPassword(who, PASSWORDS.get(who), null));
    }

    private static String browserCookie(HttpResponse<String> signedIn) {
        return signedIn.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("liuhen-browser="))
                .map(cookie -> cookie.replaceFirst("^[^=]*=([^;]*);.*", "$1"))
                .findFirst()
                .orElseThrow();
    }

    /** How many entries the log has. */
    private static long entries() throws Exception {
        return Long.parseLong(ask(null, "GET", "/log/site-1/checkpoint")
                .body()
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow());
    }

    private static void recorded(String type, String... words) throws Exception {
        await(() -> {
            String log = ask(site, "GET", "/api/log-events?type=" + type).body();
            return Arrays.stream(words).allMatch(log::contains);
        });
    }

    private static boolean may(Role role, Act act) {
        return act == Act.OWN_ACCOUNT || Set.of(MAY.get(role).split(" ")).contains(act.name());
    }

    /** Every address of the page and its API with what it serves, as the station adds them. */
    private static Map<String, Set<Act>> addresses() throws Exception {
        LogName site = new LogName("site-1");
        AccessControl access = AccessControl.local(null, site, null, "");
        Vault vault = VaultSettings.directory(folder.resolve("none"), false).open();
        Exports exports = new Exports(
                vault.evidence(), vault.log(site), site, null, null, null, null, null, null, null, access.access());
        Senders people = Senders.atThePage(null, site, null);
        PageRoutes routes = new PageRoutes(
                access,
                context -> {},
                new Tus(null, people),
                new Resumable(null, people),
                new DevicesApi(null, null, DevicesApi.Marks.DEFAULT),
                new ReviewApi(vault, site, null, null, null, null, access.access()),
                new MapTiles(null, ""),
                new DescribeAgain(site, null, null, List.of()),
                new DispatchApi(site, null),
                exports,
                new NotifyApi(site, null, List.of()),
                new SettingsApi(EffectiveSettings.NONE, null, null, null));
        Javalin none = Javalin.create(config -> routes.addTo(config.routes));
        exports.close();
        Map<String, Set<Act>> addresses = new TreeMap<>();
        for (var handler : none.unsafe.internalRouter.allHttpHandlers()) {
            Roles roles = handler.endpoint.metadata(Roles.class);
            if (HTTP.contains(handler.endpoint.method.name())) {
                addresses.put(
                        handler.endpoint.method.name() + " " + handler.endpoint.path,
                        roles == null
                                ? Set.of()
                                : roles.getRoles().stream().map(Act.class::cast).collect(Collectors.toSet()));
            }
        }
        return addresses;
    }

    private static String admitted(String number, Role role, String unit) throws Exception {
        String own = "a password for tests, " + PASSWORDS.size();
        PASSWORDS.put(number, own);
        ENTERED.put(number, new Entrance(station).admit(number, own, unit, role));
        return ENTERED.get(number).token();
    }

    private static String credentials(String number, String password) {
        return password.equals(PASSWORDS.get(number))
                ? ENTERED.get(number).credentials().toString()
                : LiveStation.JSON
                        .createObjectNode()
                        .put("officerNo", number)
                        .put("password", password)
                        .toString();
    }

    private static String upload(String token, State state) throws Exception {
        byte[] bytes = ("笔录 " + state).getBytes(StandardCharsets.UTF_8);
        Map<String, String> metadata = TusSender.metadata(state + ".txt", bytes);
        metadata.remove("officerNo");
        if (state != State.NO_CASE) {
            metadata.put("caseId", "C-" + state);
        }
        return new TusSender(station).uploadAs(named(token, "/files"), metadata, bytes);
    }

    private static void decide(String token, State state, String body) throws Exception {
        HttpResponse<String> decided = station.http.send(
                named(token, "/api/cases/C-" + state + "/acts")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, decided.statusCode(), decided.body());
    }

    private static HttpResponse<String> act(String token, State state, String body) throws Exception {
        return station.http.send(
                named(token, "/api/evidence/" + ITEMS.get(state) + "/acts")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Set<String> seen(String token, String filter) throws Exception {
        Set<String> ids = new TreeSet<>();
        JsonNode answer = LiveStation.JSON.readTree(
                ask(token, "GET", "/api/evidence?limit=100" + filter).body());
        answer.path("evidence").forEach(item -> ids.add(item.get("id").asText()));
        return ids;
    }

    /** How many items the same question finds, as the total above a list says. */
    private static int counted(String token, String id) throws Exception {
        return LiveStation.JSON
                .readTree(ask(token, "GET", "/api/evidence-pages?id=" + id).body())
                .get("found")
                .asInt();
    }

    private static HttpRequest.Builder named(String token, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(station.at(path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> ask(String token, String method, String path) throws Exception {
        return station.http.send(
                named(token, path)
                        .header("Tus-Resumable", "1.0.0")
                        .method(
                                method,
                                Set.of("POST", "PATCH").contains(method)
                                        ? HttpRequest.BodyPublishers.ofString("{}")
                                        : HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> cookie(String cookie, String method, String from) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(station.at(
                        method.equals("GET") ? "/api/gaps" : "/api/evidence/" + ITEMS.get(State.OPEN) + "/acts"))
                .header("Cookie", cookie);
        if (from != null) {
            request.header("Sec-Fetch-Site", from);
        }
        return station.http.send(
                request.method(method, HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The code of a refusal; a HEAD has no body to say it in, so its status stands for it. */
    private static String code(HttpResponse<String> answer) throws Exception {
        if (answer.request().method().equals("HEAD")) {
            return answer.statusCode() == 403 ? "IN-151" : "";
        }
        boolean problem = answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem");
        return problem ? LiveStation.JSON.readTree(answer.body()).path("code").asText() : "";
    }
}
