package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;
import static org.liuhen.station.SignedIn.code;
import static org.liuhen.station.SignedIn.ok;
import static org.liuhen.station.SignedIn.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Role;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CaseEvent.CaseAssigned;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalProposed;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;

/**
 * What an insider tries: to take over another unit's case, to hide own recordings from the own unit, to sign for nobody, to read what is
 * another unit's. Two units, A (110105) and B (110106), and people of the whole site.
 */
@Tag("slow")
class InsiderIT {
    private static final String A = "110105";
    private static final String B = "110106";

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static SignedIn people;
    private static final Set<String> PEOPLE = new TreeSet<>();
    private static int files;

    /** The states that a case of unit A can be in. Assigned is, where somebody is, {@code assignedB} of unit B. */
    private enum State {
        OPEN,
        CLOSED,
        ASSIGNED,
        SEALED,
        JUVENILE
    }

    /** Of each state an item of unit A in the case, and one of unit B that its sender declared into it. */
    private static final Map<State, String> OWN = new EnumMap<>(State.class);

    private static final Map<State, String> BROUGHT = new EnumMap<>(State.class);

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--sign-in", "local", "--no-previews");
        people = new SignedIn(station);
        for (String unit : List.of(A, B)) {
            String letter = unit.equals(A) ? "A" : "B";
            people.admit("officer" + letter, unit, Role.OFFICER);
            people.admit("case" + letter, unit, Role.CASE_OFFICER);
            people.admit("legal" + letter, unit, Role.LEGAL_OFFICER);
            people.admit("supervisor" + letter, unit, Role.SUPERVISOR);
            people.admit("approver" + letter, unit, Role.APPROVER);
        }
        people.admit("assignedB", B, Role.CASE_OFFICER);
        people.admit("legal", "", Role.LEGAL_OFFICER);
        people.admit("auditor", "", Role.AUDITOR);
        people.admit("caseSite", "", Role.CASE_OFFICER);
        people.admit("jcy", "", Role.PROSECUTOR);
        people.admit("admin", "", Role.ADMINISTRATOR);
        PEOPLE.addAll(people.numbers());
        for (State state : State.values()) {
            OWN.put(state, upload("officerA", Map.of("caseId", "C-" + state)));
        }
        for (State state : State.values()) {
            linked("caseA", OWN.get(state), "C-" + state);
            BROUGHT.put(state, upload("officerB", Map.of("caseId", "C-" + state)));
        }
        for (State state : State.values()) {
            linked("caseB", BROUGHT.get(state), "C-" + state);
        }
        ok(decide("legalA", "C-CLOSED", "{\"act\":\"close\",\"reason\":\"x\"}"));
        ok(decide("legalA", "C-ASSIGNED", "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"assignedB\"]}"));
        for (State state : List.of(State.SEALED, State.JUVENILE)) {
            ok(decide(
                    "legalA",
                    "C-" + state,
                    "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"assignedB\"],\"protection\":\"" + state
                            + "\"}"));
        }
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    private static final Set<State> ALL = Set.of(State.values());
    private static final Set<State> NONE = Set.of();
    private static final Set<State> UNPROTECTED = Set.of(State.OPEN, State.CLOSED, State.ASSIGNED);
    private static final Set<State> NAMED = Set.of(State.ASSIGNED, State.SEALED, State.JUVENILE);

    /** In which states of a case of unit A somebody reaches unit A's item in it; who is not here reaches none. */
    private static final Map<String, Set<State>> REACHES_OWN = Map.of(
            "officerA", UNPROTECTED, // sent by the officer
            "caseA", UNPROTECTED,
            "legalA", UNPROTECTED,
            "supervisorA", UNPROTECTED,
            "approverA", UNPROTECTED,
            "assignedB", NAMED,
            "legal", UNPROTECTED,
            "caseSite", UNPROTECTED,
            "auditor", UNPROTECTED);

    /** The same for the item that unit B's officer declared into it: it is unit B's, whatever unit A does with its case. */
    private static final Map<String, Set<State>> REACHES_BROUGHT = Map.of(
            "officerB", ALL,
            "caseB", ALL,
            "legalB", ALL,
            "supervisorB", ALL,
            "approverB", ALL,
            "assignedB", ALL,
            "legal", ALL,
            "caseSite", ALL,
            "auditor", ALL);

    /** Who decides about a case of unit A. */
    private static final Set<String> DECIDES = Set.of("legalA", "legal");

    /** Into which cases of unit A somebody may link, and take out of them, what they see. */
    private static final Map<String, Set<State>> LINKS =
            Map.of("officerA", UNPROTECTED, "caseA", UNPROTECTED, "assignedB", NAMED, "caseSite", UNPROTECTED);

    /** Each act on an item with the roles that may do it at all. */
    private static final Map<String, Set<String>> VERBS = Map.ofEntries(
            Map.entry("categorise", Set.of("officer", "case")),
            Map.entry("openReview", Set.of("legal", "supervisor")),
            Map.entry("return", Set.of("legal", "supervisor")),
            Map.entry("sign", Set.of("legal", "supervisor")),
            Map.entry("answer", Set.of("officer", "case")),
            Map.entry("hold", Set.of("legal", "supervisor")),
            Map.entry("release", Set.of("legal", "supervisor")),
            Map.entry("offer", Set.of("case")),
            Map.entry("withdraw", Set.of("case")),
            Map.entry("accept", Set.<String>of()),
            Map.entry("refuse", Set.<String>of()),
            Map.entry("proposeDisposal", Set.of("case")),
            Map.entry("approveDisposal", Set.of("approver")),
            Map.entry("refuseDisposal", Set.of("approver")));

    private static String role(String who) {
        return who.startsWith("assigned") ? "case" : who.replaceFirst("(A|B|Site)$", "");
    }

    /** Every act × every person of either unit and of the site × own and foreign item × every state of the case: deny unless listed. */
    @Test
    void everyActOnEveryCaseIsItsOwnUnits() throws Exception {
        Set<String> turnedAway = Set.of("IN-151", "RV-120", "RV-127");
        List<String> wrong = new ArrayList<>();
        int asked = 0;
        for (String who : PEOPLE) {
            for (State state : State.values()) {
                for (boolean own : new boolean[] {true, false}) {
                    String id = (own ? OWN : BROUGHT).get(state);
                    boolean reaches = (own ? REACHES_OWN : REACHES_BROUGHT)
                            .getOrDefault(who, NONE)
                            .contains(state);
                    for (Map.Entry<String, Set<String>> verb : VERBS.entrySet()) {
                        // What it needs is missing, so that nothing is done where it would be allowed.
                        String code = code(people.act(
                                who, id, "{\"act\":\"" + verb.getKey() + "\",\"category\":\"NONE\",\"sample\":\"\"}"));
                        boolean anothers = verb.getKey().equals("withdraw") && own && who.equals("assignedB");
                        boolean may = reaches && verb.getValue().contains(role(who)) && !anothers;
                        asked++;
                        if (may == turnedAway.contains(code)) {
                            wrong.add(who + " " + verb.getKey() + " " + state + (own ? " A's" : " B's") + ": " + code);
                        }
                    }
                    for (String link : List.of("attach", "detach")) {
                        String body = "{\"act\":\"" + link + "\",\"caseId\":\"C-" + state + "\",\"evidence\":[\"" + id
                                + "\"]}";
                        boolean may = reaches && LINKS.getOrDefault(who, NONE).contains(state);
                        for (String path : List.of("/api/evidence/" + id + "/links", "/api/links")) {
                            String code = code(people.post(who, path, body));
                            asked++;
                            if (may == turnedAway.contains(code)) {
                                wrong.add(who + " " + link + " " + state + (own ? " A's" : " B's") + ": " + code);
                            }
                        }
                    }
                    boolean sees = reaches && !who.equals("admin");
                    String seen = code(people.get(who, "/api/evidence/" + id));
                    asked++;
                    if (sees == turnedAway.contains(seen)) {
                        wrong.add(who + " looks at " + state + (own ? " A's" : " B's") + ": " + seen);
                    }
                }
                for (String decision : List.of("assign", "close", "reopen")) {
                    String code = code(decide(who, "C-" + state, "{\"act\":\"" + decision + "\"}"));
                    asked++;
                    if (DECIDES.contains(who) == turnedAway.contains(code)) {
                        wrong.add(who + " " + decision + " " + state + ": " + code);
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(asked > 2_500, asked + " acts");
    }

    @Test
    void aCaseIsTakenOverByNobodyAndGivenAwayByItsUnit() throws Exception {
        String own = upload("officerA", Map.of("caseId", "C-TAKE"));
        linked("caseA", own, "C-TAKE");
        String brought = upload("officerB", Map.of("caseId", "C-TAKE"));
        linked("caseB", brought, "C-TAKE");
        String seal = "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"caseB\"],\"protection\":\"SEALED\"}";
        assertEquals("RV-120", code(decide("legalB", "C-TAKE", seal)));
        assertEquals("RV-120", code(decide("legalB", "C-TAKE", "{\"act\":\"close\",\"reason\":\"x\"}")));
        assertEquals(200, people.get("caseA", "/api/evidence/" + own).statusCode(), "the unit keeps its own items");
        assertEquals("RV-120", code(people.get("caseB", "/api/evidence/" + own)));
        JsonNode item = people.item("caseB", brought);
        assertEquals("[\"C-TAKE\"]", item.path("foreignCases").toString(), item.toString());
        assertTrue(pile("caseB", "claims").contains(brought), "it is counted as what its sender claims");

        ok(decide("legalA", "C-TAKE", "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[],\"unitCode\":\"110106\"}"));
        assertEquals("RV-120", code(decide("legalA", "C-TAKE", seal)), "the case is no longer this unit's");
        ok(decide("legalB", "C-TAKE", seal.replace("caseB", "officerB")));
        assertEquals("RV-120", code(people.get("caseB", "/api/evidence/" + brought)), "protected within its own unit");
        assertEquals(200, people.get("officerB", "/api/evidence/" + brought).statusCode());
        assertEquals(200, people.get("caseA", "/api/evidence/" + own).statusCode(), "and never from another one");
        assertTrue(
                read(people.get("auditor", "/api/verification")).get("verified").asBoolean());
    }

    /** Kafka's administrator, with the keys of no part, or with those of the parts that do not make the forged events. */
    @Test
    void nobodyForgesAnActInKafka() throws Exception {
        String sealed = OWN.get(State.SEALED);
        Path keys = station.data.resolve("keys");
        PartKey review = PartKey.read(keys, Part.REVIEW);
        List<PartKey> thieves = List.of(
                PartKey.read(keys, Part.INTAKE),
                PartKey.read(keys, Part.INGEST_JOB),
                PartKey.read(keys, Part.RECORD_JOB),
                PartKey.readOrCreate(folder.resolve("own"), Part.REVIEW));
        try (KafkaProducer<String, byte[]> kafka =
                new KafkaProducer<>(station.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            int forged = 0;
            for (CustodyEvent wanted : List.of(
                    new CaseAssigned(
                            forged(CaseAssigned.class, null, "legalA"),
                            new CaseId("C-SEALED"),
                            CaseEvent.Protection.SEALED,
                            List.of("caseB")),
                    new ExportRequested(
                            forged(ExportRequested.class, sealed, "caseA"),
                            "E-1",
                            "x",
                            1,
                            Sha256Digest.of(new byte[0])),
                    new ExportApproved(forged(ExportApproved.class, sealed, "approverA"), "E-1"),
                    new DisposalProposed(forged(DisposalProposed.class, sealed, "caseA"), "x"),
                    new DisposalApproved(forged(DisposalApproved.class, sealed, "approverA")))) {
                byte[] bytes = CanonicalJson.encode(wanted);
                List<byte[]> signatures = new ArrayList<>();
                signatures.add(null);
                signatures.add(review.sign("site-2", bytes));
                thieves.forEach(thief -> signatures.add(thief.sign("site-1", bytes)));
                for (byte[] signature : signatures) {
                    kafka.send(new ProducerRecord<>(
                                    "custody.events",
                                    null,
                                    "site-1",
                                    bytes,
                                    signature == null
                                            ? List.of()
                                            : List.of(new RecordHeader(PartKey.HEADER, signature))))
                            .get();
                }
                forged++;
            }
            int all = forged;
            await(() -> logged("RC-107") == all); // the same bytes are refused once
            assertEquals("RV-120", code(people.get("caseB", "/api/evidence/" + sealed)));
            JsonNode item = people.item("assignedB", sealed);
            assertFalse(item.toString().contains("E-1") || item.has("disposal"), item.toString());
            // Whoever knows the ID of what the right part will say cannot take its place.
            CustodyEvent real = new CaseAssigned(
                    forged(CaseAssigned.class, null, "legalA"),
                    new CaseId("C-SEALED"),
                    CaseEvent.Protection.SEALED,
                    List.of("assignedB", "caseA"));
            byte[] bytes = CanonicalJson.encode(real);
            kafka.send(new ProducerRecord<>("custody.events", "site-1", bytes)).get();
            kafka.send(new ProducerRecord<>(
                            "custody.events",
                            null,
                            "site-1",
                            bytes,
                            List.of(new RecordHeader(PartKey.HEADER, review.sign("site-1", bytes)))))
                    .get();
            await(() -> people.sees("caseA", sealed));
        }
        ok(decide(
                "legalA",
                "C-SEALED",
                "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"assignedB\"],\"protection\":\"SEALED\"}"));
        await(() -> !people.sees("caseA", sealed));
        assertTrue(
                read(people.get("auditor", "/api/verification")).get("verified").asBoolean());
    }

    /** Somebody with the key of the part that makes such events takes over what was offered to an office, in the name of one of another office. */
    @Test
    void nobodyTakesOverWhatWasOfferedToAnotherOffice() throws Exception {
        people.admit("officeA", "13010100", Role.PROSECUTOR);
        people.admit("officeB", "130200", Role.PROSECUTOR);
        String id = upload("officerA", Map.of());
        await(() -> people.item("caseA", id).has("sealedUntil"));
        ok(people.act("caseA", id, "{\"act\":\"offer\",\"toUnit\":\"130100\",\"reason\":\"x\"}"));
        String handover = people.item("caseA", id).at("/handover/id").asText();
        PartKey review = PartKey.read(station.data.resolve("keys"), Part.REVIEW);
        try (KafkaProducer<String, byte[]> kafka =
                new KafkaProducer<>(station.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            for (String unit : new String[] {"130200", "13", null}) {
                EventContext context = EventContext.of(
                        EventContext.idFor(HandoverAccepted.class, "forged " + unit),
                        new EvidenceId(id),
                        Instant.now(),
                        new Actor(Actor.Kind.PROSECUTOR, "officeB", unit, "password"),
                        null,
                        "review");
                byte[] bytes = CanonicalJson.encode(new HandoverAccepted(context, handover));
                kafka.send(new ProducerRecord<>(
                                "custody.events",
                                null,
                                "site-1",
                                bytes,
                                List.of(new RecordHeader(PartKey.HEADER, review.sign("site-1", bytes)))))
                        .get();
            }
            await(() -> count(id, "ST-123") == 3);
        }
        assertTrue(people.sees("officeA", id), "it waits for its office");
        assertFalse(people.sees("officeB", id));
        assertEquals("RV-120", code(people.act("officeB", id, "{\"act\":\"accept\"}")));
        ok(people.act(
                "officeA",
                id,
                signed("officeA", id, "{\"act\":\"accept\"}", by -> new HandoverAccepted(by, handover))));
        assertTrue(
                read(people.get("auditor", "/api/verification")).get("verified").asBoolean());
    }

    /** In how many entries of the item's chain this word stands. */
    private static long count(String id, String word) throws Exception {
        String chain = people.get("caseA", "/api/evidence/" + id + "/custody").body();
        return chain.split("\"" + word + "\"", -1).length - 1L;
    }

    private static EventContext forged(Class<? extends CustodyEvent> type, String item, String officer) {
        Actor actor = new Actor(Actor.Kind.OFFICER, officer, A, "password");
        return EventContext.of(
                EventContext.idFor(type, "forged"),
                item == null ? null : new EvidenceId(item),
                Instant.now(),
                actor,
                "x",
                "review");
    }

    /** In how many entries of the log this word stands. */
    private static long logged(String word) throws Exception {
        String all = people.get("auditor", "/api/log-events?type=refused").body();
        return all.split(word, -1).length - 1L;
    }

    @Test
    void nobodyHidesHisRecordingFromHisUnit() throws Exception {
        String claimed = upload("officerA", Map.of("unitCode", B));
        await(() -> people.sees("caseA", claimed));
        assertFalse(people.sees("caseB", claimed), "a claim shows it to nobody, either");
        JsonNode claims = people.item("caseA", claimed).path("claims");
        assertEquals(1, claims.size(), claims.toString());
        assertEquals(B, claims.at("/0/claimed").asText());
        assertEquals(A, claims.at("/0/proved").asText());
        assertTrue(pile("supervisorA", "claims").contains(claimed));
        assertTrue(
                read(people.get("supervisorA", "/api/desk")).at("/piles/claims").asInt() > 0);

        String foreign = upload("officerB", Map.of("caseId", "C-FOREIGN"));
        linked("caseB", foreign, "C-FOREIGN");
        ok(decide(
                "legalB",
                "C-FOREIGN",
                "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"caseB\"],\"protection\":\"SEALED\"}"));
        String attach = "{\"act\":\"attach\",\"caseId\":\"C-FOREIGN\",\"reason\":\"x\"}";
        assertEquals("RV-127", code(people.post("officerA", "/api/evidence/" + claimed + "/links", attach)));
        assertTrue(people.sees("caseA", claimed));
        String declared = upload("officerA", Map.of("caseId", "C-FOREIGN"));
        linked("caseA", declared, "C-FOREIGN");
        assertTrue(people.sees("caseA", declared) && people.sees("officerA", declared), "whatever it is declared into");
        ok(
                decide(
                        "legalB",
                        "C-FOREIGN",
                        "{\"act\":\"assign\",\"reason\":\"x\",\"officers\":[\"caseB\",\"officerA\"],\"protection\":\"SEALED\"}"));
        ok(people.post("officerA", "/api/evidence/" + claimed + "/links", attach));
        assertTrue(people.sees("caseA", claimed), "with the case's consent it is in it, and still its unit's");
        assertTrue(people.sees("caseB", claimed), "and whom the case names sees it");

        byte[] bytes = bytes();
        String first = upload("officerB", bytes, Map.of());
        await(() -> people.item("caseB", first).path("state").asText().equals("verified"));
        String second = upload("officerA", bytes, Map.of());
        await(() -> people.sees("caseA", first));
        assertEquals(
                "[\"110106\",\"110105\"]",
                people.item("caseA", first).get("units").toString());
        assertTrue(people.sees("officerA", first) && people.sees("caseB", first));
        await(() -> people.item("caseA", second).path("state").asText().equals("withdrawn"));
        String gone = "{\"act\":\"proposeDisposal\",\"reason\":\"x\"}";
        HttpResponse<String> disposal = people.act("caseB", first, gone);
        assertTrue(code(disposal).equals("RV-121") && disposal.body().contains(A), disposal.body());

        String nobodys = upload("caseSite", Map.of("unitCode", A));
        await(() -> people.sees("legal", nobodys));
        assertFalse(people.sees("caseA", nobodys));
        assertTrue(pile("legal", "noUnit").contains(nobodys), "an item of no unit is on a pile of the site");
    }

    @Test
    void aCamerasCertificateProvesTheCameraAndTheListSaysTheRest() throws Exception {
        Curl camera = enrolled("DSJ-1", A);
        HttpResponse<String> nobody =
                people.post("admin", "/api/devices/DSJ-1/assign", "{\"officerNo\":\"officerX\",\"reason\":\"x\"}");
        assertEquals("409 DA-108", nobody.statusCode() + " " + code(nobody), nobody.body());
        ok(people.post("admin", "/api/devices/DSJ-1/assign", "{\"officerNo\":\"officerA\",\"reason\":\"x\"}"));
        byte[] bytes = bytes();
        Files.write(camera.folder().resolve("file.bin"), bytes);
        Map<String, String> metadata = TusSender.metadata("camera.bin", bytes);
        metadata.put("officerNo", "officerB");
        metadata.put("unitCode", B);
        Curl.Answer sent = camera.ask(
                station.devicesAt("/files"),
                "-H",
                "Tus-Resumable: 1.0.0",
                "-H",
                "Upload-Length: " + bytes.length,
                "-H",
                "Upload-Metadata: " + TusSender.header(metadata),
                "-H",
                "Content-Type: application/offset+octet-stream",
                "--data-binary",
                "@file.bin");
        assertEquals(201, sent.status(), sent.body());
        String id = sent.header("Location").replaceFirst(".*/", "");
        await(() -> people.sees("caseA", id));
        assertTrue(people.sees("officerA", id), "who carries it");
        assertFalse(people.sees("caseB", id) || people.sees("officerB", id));
        JsonNode item = people.item("caseA", id);
        assertEquals("officerA", item.get("onBehalfOf").asText());
        assertEquals(2, item.get("claims").size(), item.toString());
    }

    @Test
    void nobodySignsWithoutHisKeyAndAHandoverHasSomebodyToTakeIt() throws Exception {
        String id = upload("officerA", Map.of());
        await(() -> people.item("caseA", id).has("sealedUntil"));
        ok(people.act("legalA", id, "{\"act\":\"openReview\"}"));
        String opinion = "{\"act\":\"sign\",\"reason\":\"lawful\"}";
        assertEquals("RV-129", code(people.act("legalA", id, opinion)));
        String review = people.item("legalA", id).get("reviews").fieldNames().next();
        ok(people.act(
                "legalA", id, signed("legalA", id, opinion, context -> new ReviewSigned(context, review, "lawful"))));

        for (String nobody : List.of("jcy-02", "caseB", "admin")) {
            HttpResponse<String> offered =
                    people.act("caseA", id, "{\"act\":\"offer\",\"to\":\"" + nobody + "\",\"reason\":\"x\"}");
            assertEquals("RV-130", code(offered), nobody + offered.body());
        }
        people.admit("leaver", "", Role.PROSECUTOR);
        assertEquals(
                204, people.send("admin", "DELETE", "/api/people/leaver", null).statusCode());
        assertEquals("RV-130", code(people.act("caseA", id, "{\"act\":\"offer\",\"to\":\"leaver\",\"reason\":\"x\"}")));

        String offer = "{\"act\":\"offer\",\"to\":\"jcy\",\"reason\":\"x\"}";
        ok(people.act("caseA", id, offer));
        assertTrue(people.sees("jcy", id));
        assertEquals("RV-120", code(people.act("caseB", id, "{\"act\":\"withdraw\",\"reason\":\"x\"}")));
        assertEquals("RV-106", code(people.act("caseA", id, "{\"act\":\"withdraw\"}")));
        ok(people.act("caseA", id, "{\"act\":\"withdraw\",\"reason\":\"the wrong one\"}"));
        assertFalse(people.sees("jcy", id));
        ok(people.act("caseA", id, offer));
        assertEquals("RV-129", code(people.act("jcy", id, "{\"act\":\"accept\"}")));
        String handover = people.item("jcy", id).at("/handover/id").asText();
        ok(people.act(
                "jcy",
                id,
                signed("jcy", id, "{\"act\":\"accept\"}", context -> new HandoverAccepted(context, handover))));
        assertEquals("ST-122", code(people.act("caseA", id, "{\"act\":\"withdraw\",\"reason\":\"too late\"}")));
        JsonNode chain = read(people.get("caseA", "/api/evidence/" + id + "/custody"));
        assertTrue(chain.get("verified").asBoolean(), chain.get("faults").toString());
        assertTrue(chain.toString().contains("handoverWithdrawn"));
        assertTrue(
                read(people.get("auditor", "/api/verification")).get("verified").asBoolean());
    }

    @Test
    void whatTheLogSaysOfAUnitIsItsUnitsAndTheRestTheSites() throws Exception {
        JsonNode mine = read(people.get("caseB", "/api/evidence?q=only-unit-b"));
        assertTrue(mine.has("evidence"));
        await(() -> people.get("auditor", "/api/log-events").body().contains("only-unit-b"));
        String site = people.get("auditor", "/api/log-events").body();
        assertTrue(site.contains("\"deviceSerial\"") || site.contains("lockProbed"), "what is no unit's");
        JsonNode ofA = read(people.get("supervisorA", "/api/log-events")).get("entries");
        assertTrue(ofA.size() > 0);
        for (JsonNode entry : ofA) {
            String unit = entry.at("/event/unitCode").asText()
                    + entry.at("/event/context/actor/unitCode").asText();
            assertTrue(unit.contains(A), entry.toString());
        }
        assertTrue(people.get("supervisorB", "/api/log-events").body().contains("only-unit-b"));

        JsonNode head = read(people.get("auditor", "/api/verification"));
        long entries = head.get("entries").asLong();
        String tile = "/log/site-1/tile/entries/000" + (entries < 256 ? ".p/" + entries : "");
        assertEquals("RV-128", code(people.get("supervisorA", tile)));
        assertTrue(
                Set.of(200, 404).contains(people.get("auditor", tile).statusCode()),
                "a part of a tile that has grown is gone");

        String recorded = upload("officerB", Map.of("officerNo", "officerB", "captureStart", "2026-11-20T08:00:00Z"));
        await(() -> people.item("caseB", recorded).has("sealedUntil"));
        String question = "/api/completeness?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&officerNo=officerB";
        await(() -> people.get("supervisorB", question).body().contains("proofs"));
        await(() -> read(people.get("supervisorB", question)).get("proofs").size() == 1);
        assertEquals("RV-120", code(people.get("supervisorA", question)));
        assertEquals(200, people.get("auditor", question).statusCode());
    }

    /** A note says at once whom it names and does not reach. */
    @Test
    void whoeverIsNamedAndMayNotSeeTheItemIsNotTold() throws Exception {
        String id = upload("officerA", Map.of());
        await(() -> people.item("caseA", id).has("sealedUntil"));
        HttpResponse<String> noted = people.act(
                "caseA", id, "{\"act\":\"note\",\"reason\":\"@legalA @caseB @999999 @officerA please look\"}");
        ok(noted);
        assertEquals("[\"caseB\",\"999999\"]", read(noted).get("notTold").toString());
        await(() -> people.list("legalA", "desk=named").contains(id));
        assertFalse(people.list("caseB", "desk=named").contains(id));
        HttpResponse<String> nobody = people.act("caseA", id, "{\"act\":\"note\",\"reason\":\"a@b, nobody\"}");
        ok(nobody);
        assertFalse(read(nobody).has("notTold"), "it names nobody");
    }

    /** The act with a signature of this person's own key over it, which is registered first. */
    private static String signed(String who, String id, String body, OwnKey.Said said) throws Exception {
        OwnKey own = new OwnKey();
        ok(people.post(who, "/api/signing-keys", "{\"publicKey\":\"" + own.publicKey() + "\"}"));
        JsonNode entries =
                read(people.get(who, "/api/evidence/" + id + "/custody")).get("entries");
        Sha256Digest seen =
                new Sha256Digest(entries.get(entries.size() - 1).get("leaf").asText());
        return own.signed(body, who, id, seen, said);
    }

    private static Curl enrolled(String serial, String unit) throws Exception {
        HttpResponse<String> added = people.post(
                "admin",
                "/api/devices",
                "{\"serial\":\"" + serial + "\",\"kind\":\"camera\",\"unitCode\":\"" + unit + "\",\"reason\":\"x\"}");
        assertEquals(201, added.statusCode(), added.body());
        String code = read(added).get("code").asText().replaceFirst("[.].*", "");
        Path own = folder.resolve(serial);
        Curl before = new Curl(own, "-k");
        before.keepCertificate(
                "ca", before.ask(station.devicesAt("/.well-known/est/cacerts")).body());
        Curl device = new Curl(own, "--cacert", "ca.crt");
        device.request("first");
        Curl.Answer answer = device.ask(
                station.devicesAt("/.well-known/est/simpleenroll"),
                "-u",
                serial + ":" + code,
                "-H",
                "Content-Type: application/pkcs10",
                "--data-binary",
                "@first.b64");
        assertEquals(200, answer.status(), answer.body());
        device.keepCertificate("first", answer.body());
        return new Curl(own, "--cacert", "ca.crt", "--cert", "first.crt", "--key", "first.key");
    }

    private static byte[] bytes() {
        return ("a file for the test " + files++).getBytes(StandardCharsets.UTF_8);
    }

    private static String upload(String who, Map<String, String> more) throws Exception {
        return upload(who, bytes(), more);
    }

    private static String upload(String who, byte[] bytes, Map<String, String> more) throws Exception {
        return people.upload(who, "file-" + files + ".txt", bytes, more);
    }

    private static void linked(String who, String id, String caseId) throws Exception {
        await(() -> people.item(who, id).path("cases").toString().contains(caseId));
    }

    private static Set<String> pile(String who, String pile) throws Exception {
        Set<String> ids = new TreeSet<>();
        read(people.get(who, "/api/evidence?limit=500&desk=" + pile))
                .path("evidence")
                .forEach(item -> ids.add(item.get("id").asText()));
        return ids;
    }

    private static HttpResponse<String> decide(String who, String caseId, String body) throws Exception {
        return people.post(who, "/api/cases/" + caseId + "/acts", body);
    }
}
