package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.DispatchRecords;

/** Dispatch records come in as a table, as JSON and through Kafka; recordings find their incident, before and after, and officers choose. */
class DispatchIT {
    @TempDir
    static Path folder;

    private static LiveStation station;
    private static TusSender sender;

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"));
        sender = new TusSender(station);
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    @Test
    void aTableLinksWhatCameBeforeAndWhatComesAfter() throws Exception {
        String before = record("before", "110101", "2026-11-20T02:10:00Z");
        String table = """
                incidentNo,revision,unitCode,officerNos,deviceSerials,dispatchedAt,clearedAt
                JQ20261120-0001,1,京朝,110101；110102,,2026-11-20T10:00:00+08:00,2026-11-20T11:00:00+08:00
                """;
        HttpResponse<String> taken = post("text/csv; charset=gb18030", table.getBytes(Charset.forName("GB18030")));
        assertEquals(202, taken.statusCode(), taken.body());
        String after = record("after", "110102", "2026-11-20T03:04:00Z");
        for (String id : new String[] {before, after}) {
            await(() -> item(id).path("cases").toString().equals("[\"JQ20261120-0001\"]"));
            JsonNode item = item(id);
            assertEquals("RULE", item.at("/links/JQ20261120-0001/basis").asText());
            assertEquals("INCIDENT", item.at("/links/JQ20261120-0001/kind").asText());
            JsonNode chain = station.get("/api/evidence/" + id + "/custody");
            assertTrue(chain.get("verified").asBoolean());
            JsonNode rule = chain.findValue("rule");
            assertEquals("dispatch-window", rule.get("name").asText());
            assertEquals(
                    "2026-11-20T02:00:00Z",
                    rule.at("/candidates/0/dispatchedAt").asText());
        }
        inACaseOfIncidents(before, "JQ20261120-0001");
        assertEquals(
                202,
                post("text/csv; charset=gb18030", table.getBytes(Charset.forName("GB18030")))
                        .statusCode());
        String last =
                "{\"incidentNo\":\"JQ-LAST\",\"officerNos\":[\"110103\"],\"dispatchedAt\":\"2026-11-20T02:00:00Z\"}";
        assertEquals(
                202,
                post("application/json", last.getBytes(StandardCharsets.UTF_8)).statusCode());
        await(() -> dispatches().contains("JQ-LAST"));
        assertEquals(2, dispatches().split("JQ20261120-0001", -1).length, "twice is once");
    }

    /** A case says of which incidents its items are, and an incident to which cases they went. */
    private static void inACaseOfIncidents(String item, String incident) throws Exception {
        HttpResponse<String> linked =
                station.send(HttpRequest.newBuilder(station.at("/api/evidence/" + item + "/links"))
                        .header("Liuhen-Officer", "110101")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"act\":\"attach\",\"caseId\":\"A-20\",\"reason\":\"opened for it\"}")));
        assertTrue(linked.statusCode() / 100 == 2, linked.body());
        await(() -> station.get("/api/cases/A-20").path("evidence").size() == 1);
        JsonNode ofCase = station.get("/api/cases/A-20");
        assertEquals("{\"" + incident + "\":1}", ofCase.at("/summary/others").toString());
        JsonNode sent = ofCase.get("incidents");
        assertEquals(1, sent.size(), sent.toString());
        assertEquals(incident, sent.at("/0/incidentNo").asText());
        assertEquals("[\"110101\",\"110102\"]", sent.at("/0/officerNos").toString());
        assertEquals(
                "1 0", sent.at("/0/items").asInt() + " " + sent.at("/0/gaps").size());
        JsonNode ofIncident = station.get("/api/cases/" + incident);
        assertEquals("{\"A-20\":1}", ofIncident.at("/summary/others").toString());
        assertEquals(2, ofIncident.at("/incidents/0/items").asInt());
    }

    @Test
    void whereTwoMatchAnOfficerChoosesWithOneClickAndTheRuleIsSilent() throws Exception {
        String id = record("two", "110201", "2026-11-21T02:10:00Z");
        String two = """
                [{"incidentNo":"JQ-A","officerNos":["110201"],"dispatchedAt":"2026-11-21T02:00:00Z"},
                 {"incidentNo":"JQ-B","officerNos":["110201"],"dispatchedAt":"2026-11-21T02:05:00Z","clearedAt":"2026-11-21T02:30:00Z"}]
                """;
        assertEquals(
                202,
                post("application/json", two.getBytes(StandardCharsets.UTF_8)).statusCode());
        await(() -> item(id).path("candidates").size() == 2);
        assertEquals(0, item(id).get("cases").size());
        assertTrue(station.get("/api/evidence?undecided=true").toString().contains(id));

        HttpResponse<String> chosen = station.send(HttpRequest.newBuilder(station.at("/api/evidence/" + id + "/links"))
                .header("Liuhen-Officer", "110201")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"act\":\"attach\",\"caseId\":\"JQ-B\",\"reason\":\"chosen among the candidates\"}")));
        assertEquals(200, chosen.statusCode(), chosen.body()); // on the record already
        await(() -> item(id).path("cases").toString().equals("[\"JQ-B\"]"));
        assertFalse(item(id).has("candidates"));
        assertEquals("INCIDENT", item(id).at("/links/JQ-B/kind").asText());
        assertFalse(station.get("/api/evidence?undecided=true").toString().contains(id));

        // The other record is changed so that JQ-A cannot be meant any more: nothing follows, for an officer has
        // decided.
        String changed =
                "{\"incidentNo\":\"JQ-A\",\"revision\":1,\"officerNos\":[\"110299\"],\"dispatchedAt\":\"2026-11-21T02:00:00Z\"}";
        assertEquals(
                202,
                post("application/json", changed.getBytes(StandardCharsets.UTF_8))
                        .statusCode());
        await(() -> dispatches().contains("110299"));
        String later = record("later", "110299", "2026-11-21T02:10:00Z");
        await(() -> item(later).path("cases").toString().equals("[\"JQ-A\"]"));
        assertEquals("[\"JQ-B\"]", item(id).get("cases").toString());
        assertTrue(station.get("/api/verification").get("verified").asBoolean());
    }

    @Test
    void recordsThroughKafkaCountAndWhatIsNoRecordIsRefusedInTheLog() throws Exception {
        String id = record("kafka", "110301", "2026-11-22T02:10:00Z");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(station.kafka(), new StringSerializer(), new StringSerializer())) {
            for (String record : new String[] {
                "{\"incidentNo\":\"JQ-K\",\"officerNos\":[\"110301\"],\"dispatchedAt\":\"2026-11-22T02:00:00\"}",
                "警情",
                "{\"incidentNo\":\"JQ-K\",\"officerNos\":[\"110301\"],\"dispatchedAt\":\"2026-11-22T02:00:00Z\"}"
            }) {
                producer.send(new ProducerRecord<>(DispatchRecords.TOPIC, "site-1", record))
                        .get(10, TimeUnit.SECONDS);
            }
        }
        await(() -> item(id).path("cases").toString().equals("[\"JQ-K\"]"));
        await(() -> station.get("/api/log-events?type=refused").toString().contains("LK-102"));
        String refused = station.get("/api/log-events?type=refused").toString();
        assertTrue(refused.contains("dispatchedAt is a time with its zone"), refused);
    }

    @Test
    void aRequestIsTakenWholeOrNotAtAllAndSaysWhy() throws Exception {
        refuses(
                "application/json",
                "[{\"incidentNo\":\"JQ-GOOD\",\"officerNos\":[\"1\"],\"dispatchedAt\":\"2026-11-22T02:00:00Z\"},{}]",
                "Record 2: incidentNo is missing");
        refuses("application/json", "{\"incidentNo\":\"J\",\"officer\":\"1\"}", "no member officer");
        refuses(
                "application/json",
                "{\"incidentNo\":\"J\",\"officerNos\":[],\"dispatchedAt\":\"2026-11-22T02:00:00Z\"}",
                "at least one of");
        refuses("application/json", "{\"incidentNo\":\"J\",\"revision\":\"x\"}", "revision is a whole number");
        refuses("application/json", "no", "neither JSON");
        refuses("text/csv", "incidentNo,officerNos,dispatchedAt\nJ,1,yesterday\n", "its zone");
        refuses("text/csv", "incidentNo,incidentNo\nJ,J\n", "CSV");
        HttpResponse<String> wrongBytes =
                post("text/csv", "incidentNo,unitCode\nJ,京\n".getBytes(Charset.forName("GB18030")));
        assertEquals(400, wrongBytes.statusCode(), wrongBytes.body());
        assertEquals(400, post("text/csv; charset=nowhere", new byte[0]).statusCode());
        assertFalse(dispatches().contains("JQ-GOOD"));
    }

    @Test
    void whatCameTooLateIsAGapOnTheItemAndInTheListAndOnTheRecord() throws Exception {
        byte[] bytes = "late".getBytes(StandardCharsets.UTF_8);
        Map<String, String> metadata = TusSender.metadata("late.txt", bytes);
        metadata.put("officerNo", "110401");
        metadata.put("captureStart", "2026-11-10T02:00:00Z");
        metadata.put("captureEnd", "2026-11-10T02:10:00Z");
        String place = sender.upload(metadata, bytes);
        String id = place.substring(place.lastIndexOf('/') + 1);
        await(() -> station.get("/api/gaps").toString().contains("LATE_UPLOAD " + id));
        JsonNode gap = station.get("/api/gaps").get("gaps").get(0);
        assertEquals("late.txt", gap.path("fileName").asText());
        assertEquals(id, gap.get("evidenceId").asText());
        assertEquals("2026-11-11T02:10:00Z", gap.get("since").asText());
        assertTrue(item(id).at("/gaps/LATE_UPLOAD").asText().contains("after the recording ended"));
        assertTrue(
                station.get("/api/evidence/" + id + "/custody").get("verified").asBoolean());
    }

    /** Our own command line says no time, and no tus client does: what the file and its name say links the recording and finds that it is late. */
    @Test
    void aRecordingWhoseSenderSaysNoTimeIsLinkedByWhatItSaysItself() throws Exception {
        String table =
                "[{\"incidentNo\":\"JQ-FILE\",\"officerNos\":[\"110501\"],\"dispatchedAt\":\"2026-11-20T10:00:00+08:00\","
                        + "\"clearedAt\":\"2026-11-20T11:00:00+08:00\"}]";
        assertEquals(
                202,
                post("application/json", table.getBytes(StandardCharsets.UTF_8)).statusCode());
        Path file = Files.write(folder.resolve("20261120100500_DSJ7A12_110501.wav"), sound(20));
        assertEquals(
                0,
                LiveStation.liuhen(
                        "upload", file.toString(), "--url", station.at("").toString(), "--officer", "110501"));
        await(() -> station.get("/api/evidence?case=JQ-FILE").get("evidence").size() == 1);
        JsonNode item =
                station.get("/api/evidence?case=JQ-FILE").get("evidence").get(0);
        String id = item.get("id").asText();
        assertEquals("RULE", item.at("/links/JQ-FILE/basis").asText());
        assertEquals("2026-11-20T02:04:58Z", item.get("recordedFrom").asText());
        assertEquals("20000", item.at("/captureTime/lengthMillis").asText());
        assertEquals("DEVICE", item.at("/captureTime/clock").asText());
        await(() -> station.get("/api/gaps").toString().contains("LATE_UPLOAD " + id));
        assertTrue(
                station.get("/api/evidence/" + id + "/custody").get("verified").asBoolean());
        String found = station.get("/api/evidence?from=2026-11-20T00:00:00Z&to=2026-11-20T02:30:00Z")
                .toString();
        assertTrue(found.contains(id), "by the day on which it was recorded");
    }

    /** Silence of so many seconds (WAVE, PCM, 8 kHz, 8 bits). */
    static byte[] sound(int seconds) {
        int size = 8_000 * seconds;
        return ByteBuffer.allocate(44 + size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(36 + size)
                .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(8_000)
                .putInt(8_000)
                .putShort((short) 1)
                .putShort((short) 8)
                .put("data".getBytes(StandardCharsets.US_ASCII))
                .putInt(size)
                .array();
    }

    private static String dispatches() throws Exception {
        return station.get("/api/log-events?type=dispatchRecorded").toString();
    }

    private static void refuses(String type, String body, String why) throws Exception {
        HttpResponse<String> answer = post(type, body.getBytes(StandardCharsets.UTF_8));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("RV-118") && answer.body().contains(why), answer.body());
    }

    private static HttpResponse<String> post(String type, byte[] body) throws Exception {
        return station.send(HttpRequest.newBuilder(station.at("/api/dispatch-records"))
                .header("Liuhen-Officer", "110001")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    /** Uploads a recording of this officer that began at this time. */
    private static String record(String name, String officerNo, String captureStart) throws Exception {
        byte[] bytes = ("recording " + name).getBytes(StandardCharsets.UTF_8);
        Map<String, String> metadata = TusSender.metadata(name + ".txt", bytes);
        metadata.put("officerNo", officerNo);
        metadata.put("captureStart", captureStart);
        String place = sender.upload(metadata, bytes);
        return place.substring(place.lastIndexOf('/') + 1);
    }

    private static JsonNode item(String id) throws Exception {
        JsonNode found = station.get("/api/evidence?id=" + id).get("evidence");
        return found.isEmpty() ? LiveStation.JSON.createObjectNode() : found.get(0);
    }
}
