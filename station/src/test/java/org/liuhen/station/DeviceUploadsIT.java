package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.custody.evidence.Sha256Digest;

/** What intake takes, and how it refuses the rest: each refusal has a code, says what to do, and loses nothing. */
class DeviceUploadsIT {
    private static final long SIZE_MAX = 50_000_000;

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path folder;

    private static LiveStation station;
    private static TusSender sender;

    private final byte[] bytes = new byte[10_000];
    private final Map<String, String> metadata;

    DeviceUploadsIT() {
        new Random().nextBytes(bytes);
        metadata = TusSender.metadata("body.bin", bytes);
    }

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--size-max", Long.toString(SIZE_MAX));
        sender = new TusSender(station);
    }

    @AfterAll
    static void stop() throws IOException {
        station.close();
        TestFiles.deleteAll(folder);
    }

    @Test
    void saysWhatItSpeaks() throws Exception {
        HttpResponse<String> answer = station.send(
                HttpRequest.newBuilder(station.at("/files")).method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertEquals(204, answer.statusCode());
        assertEquals("1.0.0", answer.headers().firstValue("Tus-Version").orElseThrow());
        assertEquals(
                Long.toString(SIZE_MAX),
                answer.headers().firstValue("Tus-Max-Size").orElseThrow());
        assertTrue(answer.headers().firstValue("Tus-Extension").orElseThrow().contains("checksum"));
        assertTrue(answer.headers()
                .firstValue("Tus-Checksum-Algorithm")
                .orElseThrow()
                .contains("sha256"));
    }

    @Test
    void takesAFileWithItsCreation() throws Exception {
        HttpResponse<String> answer = station.send(sender.request(station.at("/files"))
                .header("Upload-Length", Integer.toString(bytes.length))
                .header("Upload-Metadata", TusSender.header(metadata))
                .header("Content-Type", "application/offset+octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        assertEquals(201, answer.statusCode(), answer.body());
        assertEquals("10000", answer.headers().firstValue("Upload-Offset").orElseThrow());
        assertEquals("verified", sealed(location(answer)).get("state").asText());
    }

    @Test
    void tellsTheMetadataAndTheTimeLimitOfAnUpload() throws Exception {
        metadata.put("caseId", "（2022）京0105刑初123号");
        metadata.put("captureStart", "2026-11-24T01:00:00Z");
        metadata.put("seq", "17");
        String location = location(sender.create(metadata, bytes.length));
        HttpResponse<String> head = sender.head(location);
        assertEquals(200, head.statusCode());
        assertEquals("no-store", head.headers().firstValue("Cache-Control").orElseThrow());
        assertTrue(head.headers().firstValue("Upload-Expires").isPresent());
        for (String pair : TusSender.header(metadata).split(",", -1)) {
            assertTrue(
                    head.headers().firstValue("Upload-Metadata").orElseThrow().contains(pair), pair);
        }
    }

    @Test
    void keepsAndRejectsAFileWithAnotherDigestThanDeclared() throws Exception {
        metadata.put("sha256", Sha256Digest.of(new byte[] {1}).hex());
        String location = location(sender.create(metadata, bytes.length));
        HttpResponse<String> answer = sender.patch(location, 0, bytes);
        refused(answer, 460, "IN-111");
        JsonNode item = sealed(location);
        assertEquals("rejected", item.get("state").asText());
        assertEquals(Sha256Digest.of(bytes).hex(), item.get("sha256").asText(), "the bytes are kept");
        HttpResponse<String> content = station.send(HttpRequest.newBuilder(
                station.at("/api/evidence/" + item.get("id").asText() + "/content")));
        assertEquals(200, content.statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "filename", "officerNo"})
    void refusesAnUploadThatLacks(String key) throws Exception {
        metadata.remove(key);
        refused(sender.create(metadata, 1), 400, "IN-104");
    }

    @ParameterizedTest
    @CsvSource({
        "sha256, ABC",
        "filename, ../etc/passwd",
        "filename, a/b.mp4",
        "filename, exe.\u202e4pm",
        "filename, tab\u0009.mp4",
        "caseId, ' '",
        "caseId, line\u2028break",
        "captureStart, yesterday",
        "seq, -1",
        "seq, many",
        "filetype, not a type",
        "deviceSerial, a\u200fb"
    })
    void refusesAValueThatIsNotOne(String key, String value) throws Exception {
        metadata.put(key, value);
        refused(sender.create(metadata, 1), 400, "IN-105");
    }

    @Test
    void takesANameOf255ChineseCharactersAndNotOneMore() throws Exception {
        metadata.put("filename", "证".repeat(255));
        assertEquals(201, sender.create(metadata, 1).statusCode());
        metadata.put("filename", "证".repeat(256));
        refused(sender.create(metadata, 1), 400, "IN-105");
    }

    @Test
    void refusesAMisspeltKey() throws Exception {
        metadata.put("caseid", "C1"); // one of ours but for its capitals
        refused(sender.create(metadata, 1), 400, "IN-103");
    }

    @ParameterizedTest
    @ValueSource(strings = {"filename %%%", "filename ", "filename gICA", "filename YQ==,filename YQ==", ",", "=,="})
    void refusesMetadataThatIsNotMetadata(String header) throws Exception {
        HttpResponse<String> answer = station.send(sender.request(station.at("/files"))
                .header("Upload-Length", "1")
                .header("Upload-Metadata", header)
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"code\":\"IN-10"), answer.body());
    }

    @Test
    void refusesALengthThatIsNotOneOrTooLarge() throws Exception {
        for (String length : new String[] {"-1", "1e3", "99999999999999999999", ""}) {
            HttpResponse<String> answer = station.send(sender.request(station.at("/files"))
                    .header("Upload-Length", length)
                    .header("Upload-Metadata", TusSender.header(metadata))
                    .POST(HttpRequest.BodyPublishers.noBody()));
            refused(answer, 400, "IN-101");
        }
        refused(sender.create(metadata, SIZE_MAX + 1), 413, "IN-108");
    }

    @Test
    void refusesARequestThatDoesNotSpeakTus() throws Exception {
        HttpResponse<String> answer = station.send(HttpRequest.newBuilder(station.at("/files"))
                .header("Upload-Length", "1")
                .POST(HttpRequest.BodyPublishers.noBody()));
        refused(answer, 412, "IN-106");
    }

    @Test
    void refusesBytesOfAnotherContentType() throws Exception {
        String location = location(sender.create(metadata, bytes.length));
        HttpResponse<String> answer = station.send(sender.request(station.at(location))
                .header("Upload-Offset", "0")
                .header("Content-Type", "application/octet-stream")
                .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(bytes)));
        refused(answer, 415, "IN-107");
    }

    @Test
    void refusesAnOffsetThatIsNotWhereTheBytesEnd() throws Exception {
        String location = location(sender.create(metadata, bytes.length));
        assertEquals(
                204, sender.patch(location, 0, TusSender.slice(bytes, 0, 4_000)).statusCode());
        refused(sender.patch(location, 0, bytes), 409, "VT-102");
        refused(sender.patch(location, 4_001, bytes), 409, "VT-102");
        assertEquals(
                "4000",
                sender.head(location).headers().firstValue("Upload-Offset").orElseThrow());
        assertEquals(
                204,
                sender.patch(location, 4_000, TusSender.slice(bytes, 4_000, 6_000))
                        .statusCode());
        assertEquals("verified", sealed(location).get("state").asText());
    }

    @Test
    void refusesMoreBytesThanDeclared() throws Exception {
        String location = location(sender.create(metadata, bytes.length - 1));
        refused(sender.patch(location, 0, bytes), 413, "VT-103");
    }

    @Test
    void keepsNothingOfBytesThatDoNotHaveTheirChecksum() throws Exception {
        String location = location(sender.create(metadata, bytes.length));
        byte[] first = TusSender.slice(bytes, 0, 5_000);
        String right = "sha256 "
                + Base64.getEncoder().encodeToString(Sha256Digest.of(first).bytes());
        String wrong = "sha256 "
                + Base64.getEncoder().encodeToString(Sha256Digest.of(bytes).bytes());
        refused(sender.patch(location, 0, first, "Upload-Checksum", wrong), 460, "IN-110");
        assertEquals(
                "0", sender.head(location).headers().firstValue("Upload-Offset").orElseThrow());
        refused(sender.patch(location, 0, first, "Upload-Checksum", "md5 AAAA"), 400, "IN-118");
        refused(sender.patch(location, 0, first, "Upload-Checksum", "sha256 %%"), 400, "IN-118");
        assertEquals(
                204, sender.patch(location, 0, first, "Upload-Checksum", right).statusCode());
        assertEquals(
                204,
                sender.patch(location, 5_000, TusSender.slice(bytes, 5_000, 5_000))
                        .statusCode());
        assertEquals("verified", sealed(location).get("state").asText());
    }

    @Test
    void knowsNoUploadThatWasNeverMade() throws Exception {
        refused(sender.patch("/files/01jdb3kz0r0000000000000000", 0, bytes), 404, "IN-112");
        refused(sender.patch("/files/..%2f..%2fetc", 0, bytes), 400, 404);
        assertEquals(404, sender.head("/files/01jdb3kz0r0000000000000000").statusCode());
    }

    @Test
    void letsASenderTakeBackAnUploadBeforeItIsCompleteAndNeverAfter() throws Exception {
        String location = location(sender.create(metadata, bytes.length));
        sender.patch(location, 0, TusSender.slice(bytes, 0, 10));
        assertEquals(204, delete(location).statusCode());
        assertEquals(404, sender.head(location).statusCode());
        refused(delete(location), 404, "IN-112");
        String id = location.substring("/files/".length());
        await(() -> station.items().stream()
                .anyMatch(item -> item.get("id").asText().equals(id)
                        && item.get("state").asText().equals("withdrawn")));
        String complete = sender.upload(metadata, bytes);
        refused(delete(complete), 403, "IN-114");
        refused(sender.patch(complete, 0, bytes), 409, "VT-102"); // whose answer was lost asks where to go on
        assertEquals("verified", sealed(complete).get("state").asText());
    }

    @Test
    void recordsThatAFileIsEmpty() throws Exception {
        String location = sender.upload(TusSender.metadata("empty.mp4", new byte[0]), new byte[0]);
        JsonNode item = sealed(location);
        assertEquals("verified", item.get("state").asText());
        assertEquals("the file has 0 bytes", item.get("descriptionFailure").asText());
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @Test
    @Tag("slow")
    @DisabledIf("onS3") // the tools are the same, whatever the store
    void goesOnBehindAFileThatNoToolCanRead() throws Exception {
        byte[] corrupt = new byte[100_000];
        new Random(1).nextBytes(corrupt);
        System.arraycopy(new byte[] {0, 0, 0, 24, 'f', 't', 'y', 'p', 'i', 's', 'o', 'm'}, 0, corrupt, 0, 12);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bomb)) {
            zip.putNextEntry(new ZipEntry("zeros"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 2_048; i++) {
                zip.write(zeros);
            }
        }
        byte[] png = pngBomb();
        byte[] jpeg = Samples.jpegWithGps();
        String unreadable = sender.upload(TusSender.metadata("corrupt.mp4", corrupt), corrupt);
        String zip = sender.upload(TusSender.metadata("bomb.zip", bomb.toByteArray()), bomb.toByteArray());
        String pixels = sender.upload(TusSender.metadata("bomb.png", png), png);
        String named = sender.upload(TusSender.metadata("report.pdf", jpeg), jpeg);
        String fine = sender.upload(metadata, bytes);

        JsonNode mp4 = sealed(unreadable);
        assertTrue(mp4.get("descriptionFailure").asText().startsWith("ffprobe: "), mp4.toString());
        JsonNode packed = sealed(zip);
        assertEquals("application/zip", packed.get("mediaType").asText());
        JsonNode picture = sealed(pixels);
        assertTrue(picture.get("descriptionFailure").asText().contains("memory"), picture.toString());
        JsonNode disguised = sealed(named);
        assertEquals("image/jpeg", disguised.get("mediaType").asText());
        JsonNode shown = station.get("/api/evidence/" + disguised.get("id").asText());
        assertTrue(shown.get("metadata").toString().contains("typeMismatch"), shown.toString());

        assertEquals("verified", sealed(fine).get("state").asText(), "the next one is fine");
        assertTrue(station.get("/api/health").get("healthy").asBoolean());
        assertEquals(
                "NONE", station.get("/api/health").get("witnesses").asText(), "nobody is named, so nobody is well");
    }

    @Test
    void attachesAndDetachesWithAReasonAndRecordsADownload() throws Exception {
        String location = sender.upload(metadata, bytes);
        String id = sealed(location).get("id").asText();
        refused(link(id, "attach", "", "why"), 400, "IN-105");
        refused(link(id, "attach", "C-7", " "), 400, "RV-106");
        refused(link(id, "detach", "C-7", "it was never there"), 409, "ST-108");
        assertEquals(200, link(id, "attach", "C-7", "the same scene").statusCode());
        await(() -> station.get("/api/cases/C-7").get("evidence").size() == 1);
        refused(link(id, "attach", "C-7", "again"), 409, "ST-107");
        assertEquals(200, link(id, "detach", "C-7", "another scene after all").statusCode());
        await(() -> station.get("/api/cases/C-7").get("evidence").isEmpty());
        HttpResponse<byte[]> part = station.http.send(
                HttpRequest.newBuilder(station.at("/api/evidence/" + id + "/content?officer=110024&purpose=court"))
                        .header("Range", "bytes=100-199")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(206, part.statusCode());
        assertEquals(Sha256Digest.of(TusSender.slice(bytes, 100, 100)), Sha256Digest.of(part.body()));
        await(() -> {
            JsonNode chain = station.get("/api/evidence/" + id + "/custody");
            String text = chain.get("entries").toString();
            return chain.get("verified").asBoolean()
                    && text.contains("\"eventType\":\"downloaded\",\"fromByte\":100")
                    && text.contains("\"purpose\":\"court\"")
                    && text.contains("another scene after all");
        });
        HttpResponse<String> nobody = station.http.send(
                HttpRequest.newBuilder(station.at("/api/evidence/" + id + "/content"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        refused(nobody, 401, "RV-103");
    }

    /** RFC 9110 §14 and §13.1.5. */
    @Test
    void rangesOfContent() throws Exception {
        String id = sealed(sender.upload(metadata, bytes)).get("id").asText();
        String place = "/api/evidence/" + id + "/content";
        String etag = "\"" + Sha256Digest.of(bytes).hex() + "\"";
        HttpResponse<String> head = station.send(
                HttpRequest.newBuilder(station.at(place)).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals("10000", head.headers().firstValue("Content-Length").orElseThrow());
        assertEquals(etag, head.headers().firstValue("ETag").orElseThrow());
        assertFalse(
                station.get("/api/evidence/" + id + "/custody").toString().contains("downloaded"), "nobody saw a byte");
        for (String[] asked : new String[][] {
            {"bytes=5-2", "", "200", null},
            {"bytes=2-5", "", "206", "bytes 2-5/10000"},
            {"bytes=10000-", "", "416", "bytes */10000"},
            {"bytes=2-5", etag, "206", "bytes 2-5/10000"},
            {"bytes=2-5", "\"other\"", "200", null},
            {"bytes=2-5", "Wed, 21 Oct 2015 07:28:00 GMT", "200", null},
            {"bytes=10000-", "\"other\"", "200", null}
        }) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(station.at(place)).header("Range", asked[0]);
            if (!asked[1].isEmpty()) {
                request.header("If-Range", asked[1]);
            }
            HttpResponse<String> answer = station.send(request);
            assertEquals(Integer.parseInt(asked[2]), answer.statusCode(), asked[0] + " " + asked[1]);
            assertEquals(asked[3], answer.headers().firstValue("Content-Range").orElse(null));
        }
    }

    /** A picture whose compressed text chunk unpacks to 1 GiB. */
    private static byte[] pngBomb() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        Samples.pngChunk(png, "IHDR", new byte[] {0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0});
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write("Comment\0\0".getBytes(StandardCharsets.ISO_8859_1));
        try (OutputStream packed = new java.util.zip.DeflaterOutputStream(text)) {
            byte[] letters = "a".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 1_024; i++) {
                packed.write(letters);
            }
        }
        Samples.pngChunk(png, "zTXt", text.toByteArray());
        ByteArrayOutputStream pixel = new ByteArrayOutputStream();
        try (OutputStream packed = new java.util.zip.DeflaterOutputStream(pixel)) {
            packed.write(new byte[] {0, 0});
        }
        Samples.pngChunk(png, "IDAT", pixel.toByteArray());
        Samples.pngChunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static HttpResponse<String> link(String id, String act, String caseId, String reason) throws Exception {
        String body = LiveStation.JSON
                .createObjectNode()
                .put("act", act)
                .put("caseId", caseId)
                .put("reason", reason)
                .toString();
        return station.send(HttpRequest.newBuilder(station.at("/api/evidence/" + id + "/links"))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> delete(String location) throws Exception {
        return station.send(sender.request(station.at(location)).DELETE());
    }

    private static String location(HttpResponse<String> created) {
        assertEquals(201, created.statusCode(), created.body());
        return created.headers().firstValue("Location").orElseThrow();
    }

    private static JsonNode sealed(String location) throws Exception {
        String id = location.substring("/files/".length());
        JsonNode[] found = new JsonNode[1];
        await(() -> {
            found[0] = station.items().stream()
                    .filter(item -> item.get("id").asText().equals(id))
                    .findFirst()
                    .orElse(null);
            return found[0] != null && found[0].has("sealedUntil");
        });
        return found[0];
    }

    private static void refused(HttpResponse<String> answer, int status, String code) throws IOException {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("Content-Type").orElseThrow());
        JsonNode problem = LiveStation.JSON.readTree(answer.body());
        assertEquals(code, problem.get("code").asText());
        assertEquals(status, problem.get("status").asInt());
        assertFalse(problem.get("detail").asText().isBlank());
    }

    private static void refused(HttpResponse<String> answer, int... oneOf) {
        assertTrue(java.util.Arrays.stream(oneOf).anyMatch(status -> status == answer.statusCode()), answer.toString());
    }
}
