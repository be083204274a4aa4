package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PersonalStatement;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;

/** What supervisors and legal officers work with: many links at once, rules of retention, figures, what is told live, a case for other programs. */
class ReviewIT {
    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static TusSender sender;

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--no-previews");
        sender = new TusSender(station);
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    @Test
    void manyItemsAreLinkedAtOnceOrNone() throws Exception {
        List<String> ids = List.of(sealed("many-1"), sealed("many-2"), sealed("many-3"));
        String all = String.join("\",\"", ids);
        HttpResponse<String> unknown = link("attach", all + "\",\"01j00000000000000000000000", "C-MANY");
        assertEquals(404, unknown.statusCode(), unknown.body());
        assertEquals("[]", item(ids.get(0)).get("cases").toString(), "none of them was taken");
        JsonNode linked = json(link("attach", all, "C-MANY"), 200);
        assertEquals(3, linked.get("acts").size());
        linked.get("acts").forEach(act -> assertTrue(act.has("index"), act.toString()));
        for (String id : ids) {
            assertEquals("[\"C-MANY\"]", item(id).get("cases").toString());
        }
        JsonNode again = json(link("attach", all, "C-MANY"), 200);
        assertEquals(3, again.get("already").size());
        assertEquals(0, again.get("acts").size());
        json(link("detach", ids.get(1), "C-MANY"), 200);
        assertEquals("[]", item(ids.get(1)).get("cases").toString());
        assertEquals(400, link("attach", "", "C-MANY").statusCode());
    }

    @Test
    void aCaseIsAGraphForOtherProgramsAndEachItemInItCountsAsViewed() throws Exception {
        String id = sealed("graph");
        json(link("attach", id, "案-GRAPH"), 200);
        HttpResponse<String> answer =
                station.send(HttpRequest.newBuilder(station.at("/api/cases/%E6%A1%88-GRAPH/case.jsonld")));
        assertEquals(
                "application/ld+json",
                answer.headers().firstValue("Content-Type").orElse(""));
        JsonNode graph = json(answer, 200).get("@graph");
        assertEquals(
                "case-investigation:Investigation", graph.get(0).get("@type").asText());
        assertEquals(
                item(id).get("sha256").asText(),
                graph.findValue("uco-types:hashValue").get("@value").asText());
        List<String> acts = new ArrayList<>();
        graph.forEach(node -> {
            if (node.get("@type").asText().equals("case-investigation:InvestigativeAction")) {
                acts.add(node.get("uco-core:name").asText());
            }
        });
        assertTrue(
                acts.containsAll(List.of("declared", "received", "verified", "sealed", "linkedToCase")),
                acts.toString());
        await(() -> station.get("/api/evidence/" + id + "/custody").toString().contains("\"purpose\":\"case graph\""));
        HttpResponse<String> none = station.send(HttpRequest.newBuilder(station.at("/api/cases/NONE/case.jsonld")));
        assertEquals(404, none.statusCode());
    }

    @Test
    void aRuleIsChangedByTwoPersonsAndNeverBelowTheLaw() throws Exception {
        String id = sealed("rule");
        json(act("110001", "/api/evidence/" + id + "/acts", "{\"act\":\"categorise\",\"category\":\"GENERAL\"}"), 200);
        assertEquals(184, item(id).get("keptDays").asInt());
        refused("RV-124", act("110001", "/api/rules", rule("GENERAL", "100")));
        refused("RV-124", act("110001", "/api/rules", rule("GENERAL", "184")));
        refused("RV-124", act("110001", "/api/rules", rule("OBSTRUCTION", "4000")));
        refused("RV-105", act("110001", "/api/rules", rule("GENERAL", "0")));
        refused("RV-105", act("110001", "/api/rules", rule("NONE", "400")));

        JsonNode preview = station.get("/api/rules/preview?category=GENERAL&days=400");
        assertEquals(1, preview.get("longer").asInt(), preview.toString());
        assertEquals(184, preview.get("daysNow").asInt());
        assertEquals(
                item(id).get("sizeBytes").asLong(), preview.get("longerBytes").asLong());
        assertFalse(station.get("/api/rules/preview?category=GENERAL&days=90")
                .get("allowed")
                .asBoolean());

        String ruleId = json(act("110001", "/api/rules", rule("GENERAL", "400")), 200)
                .get("ruleId")
                .asText();
        HttpRequest.Builder twice = HttpRequest.newBuilder(station.at("/api/rules"))
                .header("Idempotency-Key", "k-1")
                .POST(HttpRequest.BodyPublishers.ofString(rule("GENERAL", "500")));
        String one = json(station.send(twice.copy()), 200).get("ruleId").asText();
        assertEquals(one, json(station.send(twice.copy()), 200).get("ruleId").asText());
        String decide = "/api/rules/" + ruleId + "/acts";
        refused("ST-140", act("110001", decide, "{\"act\":\"approve\"}"));
        refused("ST-139", act("110002", "/api/rules/NONE/acts", "{\"act\":\"approve\"}"));
        json(act("110002", decide, "{\"act\":\"approve\",\"reason\":\"省厅通知\"}"), 200);
        refused("ST-139", act("110003", decide, "{\"act\":\"refuse\",\"reason\":\"late\"}"));

        Instant until =
                new EvidenceId(id).declaredAt().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(400));
        await(() -> item(id).get("sealedUntil").asText().equals(until.toString()));
        assertEquals(
                0,
                station.get("/api/rules/preview?category=GENERAL&days=400")
                        .get("longer")
                        .asInt());
        String later = sealed("rule later");
        json(
                act("110001", "/api/evidence/" + later + "/acts", "{\"act\":\"categorise\",\"category\":\"GENERAL\"}"),
                200);
        assertEquals(400, item(later).get("keptDays").asInt());
        JsonNode rules = station.get("/api/rules");
        assertEquals(400, rules.at("/categories/0/days").asInt());
        assertEquals(184, rules.at("/categories/0/legalDays").asInt());
        assertEquals(2, rules.get("changes").size(), "what was said twice is one");
        assertEquals("110002", rules.at("/changes/1/decidedBy").asText());

        // A shorter one, back to what the law asks: what is here keeps what it was promised.
        String back = json(act("110002", "/api/rules", rule("GENERAL", "184")), 200)
                .get("ruleId")
                .asText();
        json(act("110001", "/api/rules/" + back + "/acts", "{\"act\":\"approve\"}"), 200);
        assertEquals(184, station.get("/api/rules").at("/categories/0/days").asInt());
        assertEquals(until.toString(), item(id).get("sealedUntil").asText());
        assertTrue(station.get("/api/verification").get("verified").asBoolean());
    }

    @Test
    void whatWasRecordedAtAPlaceIsFoundThere() throws Exception {
        byte[] gpx = """
                <?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
                <trkpt lat="39.9061" lon="116.3912"><time>2026-11-20T02:00:00Z</time></trkpt>
                <trkpt lat="39.9144" lon="116.3975"><time>2026-11-20T02:05:00Z</time></trkpt></trkseg></trk></gpx>
                """.getBytes(StandardCharsets.UTF_8);
        String place = sender.upload(TusSender.metadata("way.gpx", gpx), gpx);
        String id = place.substring(place.lastIndexOf('/') + 1);
        await(() -> item(id).has("place"));
        assertEquals("[11639,3990,11640,3992]", item(id).get("place").toString());
        assertTrue(at("116.38,39.89,116.395,39.91").contains(id));
        assertTrue(at("116.3,39.8,116.5,40").contains(id), "all around it");
        assertTrue(at("116.3931,39.9101,116.3932,39.9102").contains(id), "within it");
        assertFalse(at("116.42,39.89,116.43,39.91").contains(id));
        assertFalse(at("-116.40,39.89,-116.38,39.91").contains(id));
        refused("RV-105", act("110001", "/api/evidence?bbox=116,39,115,40", null));
        refused("RV-105", act("110001", "/api/evidence?bbox=here", null));
    }

    private static String at(String box) throws Exception {
        return station.get("/api/evidence?bbox=" + box).toString();
    }

    @Test
    void anOpinionIsItsAuthorsWhateverTheStationSays() throws Exception {
        String id = sealed("opinion");
        String acts = "/api/evidence/" + id + "/acts";
        json(act("110555", acts, "{\"act\":\"openReview\"}"), 200);
        String reviewId = item(id).get("reviews").fieldNames().next();
        JsonNode entries = station.get("/api/evidence/" + id + "/custody").get("entries");
        Sha256Digest seen =
                new Sha256Digest(entries.get(entries.size() - 1).get("leaf").asText());
        Ed25519PrivateKeyParameters own = new Ed25519PrivateKeyParameters(new SecureRandom());
        String good = opinion(id, reviewId, "110555", seen, own);
        refused("RV-126", act("110555", acts, good)); // the key is nobody's yet
        refused("RV-126", act("110555", "/api/signing-keys", "{\"publicKey\":\"AAAA\"}"));
        String key = "{\"publicKey\":\"" + key(own) + "\"}";
        json(act("110556", "/api/signing-keys", key), 200);
        refused("RV-126", act("110555", acts, good)); // another person's key
        json(act("110555", "/api/signing-keys", key), 200);
        assertEquals(
                1,
                json(act("110555", "/api/signing-keys", null), 200).get("keys").size());
        refused("RV-129", act("110555", acts, "{\"act\":\"sign\",\"reason\":\"程序合法\"}")); // who has a key signs
        refused("RV-126", act("110555", acts, good.replace("程序合法", "程序违法")));
        refused("RV-126", act("110555", acts, opinion(id, reviewId, "110555", Sha256Digest.of(new byte[1]), own)));
        refused(
                "RV-126",
                act("110555", acts, good.replace("\"act\":\"sign\"", "\"act\":\"hold\""))); // nobody signs a hold
        refused("RV-126", act("110556", acts, good)); // signed by another one than the one who acts
        json(act("110555", acts, good), 200);
        JsonNode after = station.get("/api/evidence/" + id + "/custody");
        assertTrue(after.get("verified").asBoolean(), after.get("faults").toString());
        assertEquals(key(own), after.findValue("signature").get("publicKey").asText());
        assertTrue(station.get("/api/verification").get("verified").asBoolean());
    }

    @Test
    void aReviewThatCameBackIsAnsweredAndWaitsForTheReviewer() throws Exception {
        String id = sealed("answer");
        String acts = "/api/evidence/" + id + "/acts";
        String answer = "{\"act\":\"answer\",\"outcome\":\"RECTIFIED\",\"reason\":\"已补签\"}";
        refused("ST-145", act("110901", acts, answer)); // nothing came back
        json(act("110902", acts, "{\"act\":\"openReview\"}"), 200);
        json(act("110902", acts, "{\"act\":\"return\",\"reason\":\"缺少签名\"}"), 200);
        assertTrue(pile("returned").contains(id));
        refused("RV-105", act("110901", acts, answer.replace("RECTIFIED", "GOOD")));
        refused("RV-106", act("110901", acts, answer.replace("已补签", " ")));
        refused("ST-146", act("110902", acts, answer)); // who sent it back
        json(act("110901", acts, answer), 200);
        refused("ST-145", act("110901", acts, answer)); // once
        assertFalse(pile("returned").contains(id) || pile("reviews").contains(id));
        assertTrue(pile("answered").contains(id));
        assertTrue(station.get("/api/desk").at("/piles/answered").asInt() > 0);
        assertEquals("缺少签名", item(id).at("/lastReview/words").asText());
        refused("ST-147", act("110901", acts, "{\"act\":\"sign\",\"reason\":\"程序合法\"}"));
        json(act("110903", acts, "{\"act\":\"return\",\"reason\":\"仍缺签名\"}"), 200);
        json(act("110901", acts, answer.replace("RECTIFIED", "OBJECTED")), 200);
        json(act("110902", acts, "{\"act\":\"sign\",\"reason\":\"异议成立\"}"), 200);
        assertFalse(pile("answered").contains(id));
        assertTrue(
                station.get("/api/evidence/" + id + "/custody").get("verified").asBoolean());
    }

    private static String pile(String name) throws Exception {
        return station.get("/api/evidence?desk=" + name).toString();
    }

    private static String opinion(
            String id, String reviewId, String actor, Sha256Digest seen, Ed25519PrivateKeyParameters own) {
        ReviewSigned event = new ReviewSigned(
                EventContext.of(
                        EventContext.idFor(ReviewSigned.class, "any"),
                        new EvidenceId(id),
                        Instant.now(),
                        new Actor(Actor.Kind.OFFICER, actor, null, "any"),
                        null,
                        "any"),
                reviewId,
                "程序合法");
        byte[] statement = PersonalStatement.bytes(event, seen);
        byte[] value = new byte[64];
        own.sign(Ed25519.Algorithm.Ed25519, null, statement, 0, statement.length, value, 0);
        return "{\"act\":\"sign\",\"reviewId\":\"" + reviewId + "\",\"reason\":\"程序合法\",\"signature\":{\"publicKey\":\""
                + key(own) + "\",\"seen\":\"" + seen.hex() + "\",\"value\":\""
                + Base64.getEncoder().encodeToString(value) + "\"}}";
    }

    private static String key(Ed25519PrivateKeyParameters own) {
        return Base64.getEncoder().encodeToString(own.generatePublicKey().getEncoded());
    }

    @Test
    void whatChangesIsToldWithoutBeingAskedFor() throws Exception {
        HttpResponse<InputStream> stream = station.http.send(
                HttpRequest.newBuilder(station.at("/api/live?officer=110777"))
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, stream.statusCode());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            JsonNode first = told(lines);
            String id = sealed("live");
            long uncategorised = first.at("/piles/uncategorised").asLong();
            JsonNode next = told(lines);
            while (next.at("/piles/uncategorised").asLong() == uncategorised) {
                next = told(lines);
            }
            assertTrue(next.get("entries").asLong() > first.get("entries").asLong(), id);
            assertTrue(next.get("pipeline").has("receiving"), next.toString());
        }
        HttpResponse<String> nobody = station.http.send(
                HttpRequest.newBuilder(station.at("/api/live")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(401, nobody.statusCode(), nobody.body());
    }

    /** The next desk. Numbers of notices come between. */
    private static JsonNode told(BufferedReader lines) throws Exception {
        String event = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ") && event.equals("desk")) {
                return LiveStation.JSON.readTree(line.substring(6));
            }
        }
        throw new AssertionError("The connection ended");
    }

    @Test
    void whoAsksTooFastWaitsAndHindersNobody() throws Exception {
        List<HttpResponse<String>> slowed = new ArrayList<>();
        for (int batch = 0; batch < 20 && slowed.isEmpty(); batch++) {
            List<CompletableFuture<HttpResponse<String>>> hundred = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                hundred.add(station.http.sendAsync(
                        HttpRequest.newBuilder(station.at("/api/categories"))
                                .header("Liuhen-Officer", "110666")
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> answer : hundred) {
                if (answer.get().statusCode() == 429) {
                    slowed.add(answer.get());
                }
            }
        }
        assertFalse(slowed.isEmpty(), "2,000 at once are too many");
        assertTrue(slowed.get(0).body().contains("IN-157"), slowed.get(0).body());
        assertTrue(slowed.get(0).headers().firstValue("Retry-After").isPresent());
        assertEquals(200, act("110667", "/api/desk", null).statusCode());
    }

    @Test
    void aUnitSeesOfHowManyDispatchesARecordingIsThere() throws Exception {
        Instant sent = Instant.now().minus(Duration.ofDays(3)).truncatedTo(ChronoUnit.SECONDS);
        byte[] bytes = "recorded".getBytes(StandardCharsets.UTF_8);
        Map<String, String> metadata = TusSender.metadata("unit.txt", bytes);
        metadata.put("officerNo", "110801");
        metadata.put("unitCode", "110108");
        metadata.put("captureStart", sent.plusSeconds(60).toString());
        metadata.put("captureEnd", sent.plusSeconds(3_000).toString());
        sender.upload(metadata, bytes);
        String records = """
                [{"incidentNo":"JQ-U1","unitCode":"110108","officerNos":["110801"],"dispatchedAt":"%1$s","clearedAt":"%2$s"},
                 {"incidentNo":"JQ-U2","unitCode":"110108","officerNos":["110802"],"dispatchedAt":"%1$s","clearedAt":"%2$s"}]
                """.formatted(sent, sent.plusSeconds(2_400));
        assertEquals(202, act("110001", "/api/dispatch-records", records).statusCode());
        await(() -> {
            JsonNode of = day(sent.toString().substring(0, 10));
            return of != null
                    && of.path("dispatches").asInt() == 2
                    && of.path("recorded").asInt() == 1;
        });
        JsonNode today = day(Instant.now().toString().substring(0, 10));
        assertEquals(1, today.get("items").asInt());
        assertEquals(1, today.get("linked").asInt());
        assertEquals(0, today.get("in_time").asInt(), "it came three days later");

        String day = Instant.now().toString().substring(0, 10);
        String period = "?zone=UTC&from=" + day + "&to=" + day;
        JsonNode officers =
                station.get("/api/units" + period + "&by=officer&unit=1101").get("officers");
        assertEquals("110801", officers.findValue("officerNo").asText(), officers.toString());
        assertEquals(0, officers.findValue("in_time").asInt());
        String days = "uploaded_from=" + day + "T00:00:00Z&of_unit=110108&of_officer=110801";
        JsonNode late =
                station.get("/api/evidence?" + days + "&figure=not_in_time").get("evidence");
        assertEquals(List.of("unit.txt"), late.findValuesAsText("fileName"));
        assertEquals(
                0,
                station.get("/api/evidence?" + days + "&figure=in_time")
                        .get("evidence")
                        .size());
        assertEquals("RV-105", station.get("/api/evidence?figure=x").get("code").asText());
        for (String wrong :
                List.of("from=2026-11-31", "from=2025-01-01&to=2026-11-01", "from=2026-11-02&to=2026-11-01")) {
            assertEquals(
                    "RV-111", station.get("/api/units?" + wrong).get("code").asText(), wrong);
        }
        assertEquals("RV-105", station.get("/api/units?by=day").get("code").asText());
        String table = station.send(HttpRequest.newBuilder(station.at("/api/units.csv" + period + "&lang=zh"))
                        .header("Liuhen-Officer", "110001"))
                .body();
        assertTrue(table.startsWith("\uFEFF\"单位代码\",\"单位名称\",\"件数\",\"及时上传\",\"及时上传 %\""), table);
        assertTrue(table.contains("\r\n\"110108\",\"\",\"1\",\"0\",\"0.0\""), table);
    }

    private static JsonNode day(String day) throws Exception {
        for (JsonNode one : station.get("/api/units?zone=UTC").get("units")) {
            if (one.get("unitCode").asText().equals("110108")
                    && one.get("day").asText().equals(day)) {
                return one;
            }
        }
        return null;
    }

    private static String sealed(String name) throws Exception {
        byte[] bytes = (name + Instant.now()).getBytes(StandardCharsets.UTF_8);
        String place = sender.upload(TusSender.metadata(name + ".txt", bytes), bytes);
        String id = place.substring(place.lastIndexOf('/') + 1);
        await(() -> item(id).has("sealedUntil"));
        return id;
    }

    private static JsonNode item(String id) throws Exception {
        JsonNode found = station.get("/api/evidence?id=" + id).path("evidence");
        return found.size() == 1 ? found.get(0) : LiveStation.JSON.createObjectNode();
    }

    private static String rule(String category, String days) {
        return "{\"category\":\"" + category + "\",\"days\":" + days + ",\"reason\":\"省厅通知\"}";
    }

    private static HttpResponse<String> link(String act, String ids, String caseId) throws Exception {
        String list = ids.isEmpty() ? "[]" : "[\"" + ids + "\"]";
        return act(
                "110001",
                "/api/links",
                "{\"act\":\"" + act + "\",\"evidence\":" + list + ",\"caseId\":\"" + caseId + "\",\"reason\":\"x\"}");
    }

    private static HttpResponse<String> act(String officer, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(station.at(path))
                .header("Liuhen-Officer", officer)
                .header("Content-Type", "application/json");
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return station.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer, int status) throws Exception {
        assertEquals(status, answer.statusCode(), answer.body());
        return LiveStation.JSON.readTree(answer.body());
    }

    private static void refused(String code, HttpResponse<String> answer) throws Exception {
        JsonNode problem = LiveStation.JSON.readTree(answer.body());
        assertEquals(code, problem.path("code").asText(), answer.body());
        assertNull(problem.get("ruleId"));
    }
}
