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
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Role;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;

/** A handover to an office: who sees it, who answers it, and that one of its people answers it once. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OfficeIT {
    private static final String OFFICE = "130100";
    private static final String OFFER = "{\"act\":\"offer\",\"toUnit\":\"" + OFFICE + "\",\"reason\":\"trial\"}";

    /** How often two people answer at the same instant. */
    private static final int ROUNDS = 5;

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static SignedIn people;
    private static final Map<String, OwnKey> KEYS = new HashMap<>();
    private static int files;

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--sign-in", "local", "--no-previews");
        people = new SignedIn(station);
        people.admit("giver", "110105", Role.CASE_OFFICER);
        people.admit("both", "110105", Role.CASE_OFFICER, Role.PROSECUTOR);
        people.admit("other-case", "110106", Role.CASE_OFFICER);
        people.admit("jcy-1", OFFICE, Role.PROSECUTOR);
        people.admit("jcy-2", "13010100", Role.PROSECUTOR);
        people.admit("jcy-3", "130200", Role.PROSECUTOR);
        people.admit("jcy-site", "", Role.PROSECUTOR);
        people.admit("clerk", OFFICE, Role.CASE_OFFICER);
        people.admit("auditor", "", Role.AUDITOR);
        for (String who : List.of("jcy-1", "jcy-2", "giver")) {
            OwnKey own = new OwnKey();
            KEYS.put(who, own);
            ok(people.post(who, "/api/signing-keys", "{\"publicKey\":\"" + own.publicKey() + "\"}"));
        }
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    @Test
    @Order(1)
    void anOfferNamesAnOfficeOfWhichSomebodyCanTakeIt() throws Exception {
        String id = upload();
        for (String body : List.of(
                "{\"act\":\"offer\",\"toUnit\":\"\",\"reason\":\"x\"}",
                "{\"act\":\"offer\",\"toUnit\":\" \",\"reason\":\"x\"}",
                "{\"act\":\"offer\",\"toUnit\":\"0000\",\"reason\":\"x\"}",
                "{\"act\":\"offer\",\"toUnit\":\"" + "1".repeat(65) + "\",\"reason\":\"x\"}",
                "{\"act\":\"offer\",\"to\":\"jcy-1\",\"toUnit\":\"130100\",\"reason\":\"x\"}",
                "{\"act\":\"offer\",\"reason\":\"x\"}")) {
            HttpResponse<String> answer = people.act("giver", id, body);
            assertEquals("400 RV-105", answer.statusCode() + " " + code(answer), body + answer.body());
        }
        for (String unit : List.of("999999", "110106", "1301001", "13010199")) {
            HttpResponse<String> answer = people.act("giver", id, OFFER.replace(OFFICE, unit));
            assertEquals("409 RV-147", answer.statusCode() + " " + code(answer), unit + answer.body());
        }
        assertEquals("RV-147", code(people.act("both", id, OFFER.replace(OFFICE, "110105"))), "nobody but the giver");
        assertEquals("IN-151", code(people.act("jcy-1", id, OFFER)));
        assertEquals("RV-120", code(people.act("other-case", id, OFFER)));
        JsonNode units = read(people.get("giver", "/api/recipients")).get("units");
        assertEquals(List.of("110105", "130100", "13010100", "130200"), units.findValuesAsText("unitCode"));
        assertFalse(people.item("giver", id).has("handover"));
    }

    @Test
    void theOfficesPeopleSeeItAndOneOfThemReturnsIt() throws Exception {
        String id = upload();
        ok(people.act("giver", id, OFFER));
        for (String who : List.of("jcy-1", "jcy-2")) {
            assertTrue(people.sees(who, id), who);
            assertTrue(pile(who).contains(id), who);
            assertEquals(
                    1, read(people.get(who, "/api/desk")).at("/piles/toAnswer").asInt(), who);
        }
        JsonNode desk = read(people.get("giver", "/api/desk"));
        assertEquals(0, desk.required("offeredLate").asInt(), "nobody is late yet");
        JsonNode ofGiver = desk.path("piles");
        assertEquals(
                List.of(0, 1),
                List.of(
                        ofGiver.path("toAnswer").asInt(),
                        ofGiver.path("offered").asInt()));
        for (String who : List.of("jcy-3", "jcy-site", "clerk", "other-case")) {
            assertFalse(people.sees(who, id), who);
            assertFalse(pile(who).contains(id), who);
            assertEquals("RV-120", code(people.get(who, "/api/evidence/" + id)), who);
            String refused = code(people.act(who, id, "{\"act\":\"accept\"}"));
            assertTrue(Set.of("RV-120", "IN-151").contains(refused), who + refused);
        }
        assertEquals("ST-120", code(people.act("giver", id, "{\"act\":\"offer\",\"to\":\"jcy-3\",\"reason\":\"x\"}")));
        assertEquals("ST-120", code(people.act("giver", id, OFFER)));
        assertEquals("RV-129", code(people.act("jcy-1", id, "{\"act\":\"accept\"}")), "an acceptance is signed");
        assertEquals("RV-106", code(people.act("jcy-1", id, "{\"act\":\"refuse\"}")), "a return has a reason");
        ok(people.act("jcy-2", id, "{\"act\":\"refuse\",\"reason\":\"not ours\"}"));
        await(() -> people.list("giver", "desk=named").contains(id)); // whoever offered it finds that it came back
        assertEquals(
                1, read(people.get("giver", "/api/desk")).at("/piles/named").asInt());
        assertEquals(200, people.get("giver", "/api/evidence/" + id).statusCode());
        await(() -> !people.list("giver", "desk=named").contains(id));
        assertFalse(people.sees("jcy-1", id) || people.sees("jcy-2", id));
        JsonNode last = people.item("giver", id).get("lastHandover");
        assertEquals(
                List.of("jcy-2", OFFICE, "refused", "not ours"),
                List.of(text(last, "by"), text(last, "toUnit"), text(last, "outcome"), text(last, "words")));
        HttpResponse<String> late = people.act("jcy-1", id, "{\"act\":\"accept\"}");
        assertEquals("409 ST-122", late.statusCode() + " " + code(late));
        assertTrue(late.body().contains("jcy-2 has refused it"), late.body());
        assertEquals("RV-120", code(people.act("jcy-3", id, "{\"act\":\"accept\"}")), "another office hears nothing");
    }

    @Test
    void theGiverTakesItBackAndWhoGaveItDoesNotAnswerIt() throws Exception {
        String id = upload();
        ok(people.act("giver", id, OFFER));
        assertEquals("RV-120", code(people.act("other-case", id, "{\"act\":\"withdraw\",\"reason\":\"x\"}")));
        ok(people.act("giver", id, "{\"act\":\"withdraw\",\"reason\":\"the wrong office\"}"));
        assertFalse(people.sees("jcy-1", id));
        assertEquals("ST-122", code(people.act("jcy-1", id, "{\"act\":\"refuse\",\"reason\":\"x\"}")));
        assertEquals("ST-122", code(people.act("giver", id, "{\"act\":\"withdraw\",\"reason\":\"x\"}")));
        people.admit("colleague", "11010500", Role.PROSECUTOR);
        ok(people.act("both", id, OFFER.replace(OFFICE, "110105")));
        assertTrue(people.sees("colleague", id));
        assertEquals("ST-153", code(people.act("both", id, "{\"act\":\"refuse\",\"reason\":\"x\"}")));
        ok(people.act("colleague", id, "{\"act\":\"refuse\",\"reason\":\"x\"}"));
        assertTrue(
                read(people.get("auditor", "/api/verification")).get("verified").asBoolean());
    }

    @Test
    void anOfferThatIsSignedNamesTheOffice() throws Exception {
        String id = upload();
        String handover = "0123456789abcdef0123456789abcdef";
        String body = OFFER.replace("{\"act\"", "{\"handoverId\":\"" + handover + "\",\"act\"");
        String signed = KEYS.get("giver").signed(body, "giver", id, people.newest("giver", id), by -> {
            EventContext context = new EventContext(
                    by.eventId(),
                    by.evidenceId(),
                    by.occurredAt(),
                    by.clock(),
                    by.actor(),
                    null,
                    "trial",
                    null,
                    by.instrument());
            return new HandoverOfferedToUnit(context, handover, OFFICE);
        });
        assertEquals(
                "RV-126",
                code(people.act("giver", id, signed.replace(OFFICE, "13010100"))),
                "another office is signed");
        ok(people.act("giver", id, signed));
        ok(people.act("jcy-1", id, accepted("jcy-1", id, handover)));
        assertTrue(people.sees("jcy-1", id));
        assertFalse(people.sees("jcy-2", id), "who took it over has it");
        assertEquals("[\"jcy-1\"]", people.item("giver", id).get("handedTo").toString());
        JsonNode chain = read(people.get("giver", "/api/evidence/" + id + "/custody"));
        assertTrue(chain.get("verified").asBoolean(), chain.get("faults").toString());
    }

    /** Both have asked before the record has either answer: the record decides, and exactly one of them has it. */
    @Test
    void ofTwoWhoAnswerAtTheSameInstantOneIsFirst() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        Set<String> winners = new TreeSet<>();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                String id = upload();
                ok(people.act("giver", id, OFFER));
                String handover = people.item("jcy-1", id).at("/handover/id").asText();
                Map<String, String> bodies = new HashMap<>();
                for (String who : List.of("jcy-1", "jcy-2")) {
                    bodies.put(who, accepted(who, id, handover));
                }
                if (round % 2 == 1) { // one accepts, the other returns
                    bodies.put(
                            "jcy-2",
                            KEYS.get("jcy-2")
                                    .signed(
                                            "{\"act\":\"refuse\",\"reason\":\"no\"}",
                                            "jcy-2",
                                            id,
                                            people.newest("jcy-2", id),
                                            by -> new HandoverRefused(by, handover, "no")));
                }
                CyclicBarrier together = new CyclicBarrier(2);
                Map<String, Future<HttpResponse<String>>> answers = new HashMap<>();
                bodies.forEach((who, body) -> answers.put(who, both.submit(() -> {
                    together.await();
                    return people.act(who, id, body);
                })));
                List<String> first = new ArrayList<>();
                for (Map.Entry<String, Future<HttpResponse<String>>> answer : answers.entrySet()) {
                    HttpResponse<String> said = answer.getValue().get();
                    if (said.statusCode() == 200) {
                        first.add(answer.getKey());
                    } else {
                        assertEquals("409 ST-122", said.statusCode() + " " + code(said), said.body());
                    }
                }
                assertEquals(1, first.size(), "round " + round + " " + first);
                winners.addAll(first);
                JsonNode last = people.item("giver", id).get("lastHandover");
                assertEquals(first.get(0), text(last, "by"));
                boolean taken = text(last, "outcome").equals("accepted");
                for (String who : bodies.keySet()) {
                    assertEquals(taken && who.equals(first.get(0)), people.sees(who, id), who);
                }
                JsonNode chain = read(people.get("giver", "/api/evidence/" + id + "/custody"));
                assertTrue(
                        chain.get("verified").asBoolean(), chain.get("faults").toString());
            }
        } finally {
            both.shutdownNow();
        }
        System.out.println("who was first: " + winners);
        assertTrue(
                read(people.get("auditor", "/api/verification")).get("verified").asBoolean());
    }

    /** Last, for the log of this station does not hold afterwards: an insider with the key of the part names the office's unit for a stranger. */
    @Test
    @Order(Integer.MAX_VALUE)
    void anAcceptanceInTheNameOfAStrangerIsFoundByWhoVerifiesTheLog() throws Exception {
        String id = upload();
        ok(people.act("giver", id, OFFER));
        EventContext context = EventContext.of(
                EventContext.idFor(HandoverAccepted.class, "forged"),
                new EvidenceId(id),
                Instant.now(),
                new Actor(Actor.Kind.PROSECUTOR, "jcy-3", OFFICE, "password"),
                null,
                "review");
        byte[] bytes = CanonicalJson.encode(new HandoverAccepted(
                context, people.item("jcy-1", id).at("/handover/id").asText()));
        PartKey review = PartKey.read(station.data.resolve("keys"), Part.REVIEW);
        try (KafkaProducer<String, byte[]> kafka =
                new KafkaProducer<>(station.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            kafka.send(new ProducerRecord<>(
                            "custody.events",
                            null,
                            "site-1",
                            bytes,
                            List.of(new RecordHeader(PartKey.HEADER, review.sign("site-1", bytes)))))
                    .get();
        }
        await(() -> people.item("giver", id).has("lastHandover"));
        JsonNode answer = read(people.get("auditor", "/api/verification"));
        assertFalse(answer.get("verified").asBoolean());
        assertEquals(List.of("VF-119"), answer.get("faults").findValuesAsText("code"), answer.toString());
        assertTrue(answer.get("faults").toString().contains("jcy-3"), answer.toString());
    }

    private static String accepted(String who, String id, String handover) throws Exception {
        return KEYS.get(who)
                .signed(
                        "{\"act\":\"accept\"}",
                        who,
                        id,
                        people.newest(who, id),
                        by -> new HandoverAccepted(by, handover));
    }

    private static String upload() throws Exception {
        byte[] bytes = ("a file for the office " + files++).getBytes(StandardCharsets.UTF_8);
        String id = people.upload("giver", "office-" + files + ".txt", bytes, Map.of());
        await(() -> people.item("giver", id).has("sealedUntil"));
        return id;
    }

    private static List<String> pile(String who) throws Exception {
        return read(people.get(who, "/api/evidence?limit=500&desk=toAnswer"))
                .path("evidence")
                .findValuesAsText("id");
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).asText();
    }
}
