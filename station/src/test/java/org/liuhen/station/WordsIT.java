package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Role;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalProposed;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.storage.Vault;

/**
 * Officers search what documents say: found and shown in Chinese and English, within their own reach alone, with hostile documents and hostile
 * questions beside, through a changed text in storage, tables that are filled anew, and a disposal.
 */
@Tag("slow")
class WordsIT {
    private static final String A = "110105";
    private static final String B = "110106";
    private static final LogName SITE = new LogName("site-1");

    private static final String PASSWORD = "a password for the test";

    @TempDir
    private Path folder;

    private final Map<String, String> tokens = new HashMap<>();
    private LiveStation station;

    @Test
    void documentsAreFoundByWhatTheySay() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--sign-in", "local");
        try {
            admit("officerA", Role.OFFICER, A);
            admit("otherA", Role.OFFICER, A);
            admit("caseA", Role.CASE_OFFICER, A);
            admit("caseB", Role.CASE_OFFICER, B);
            admit("auditor", Role.AUDITOR, "");
            String record = upload(
                    "询问笔录.docx",
                    packed("word/document.xml", "被询问人张三于二〇二六年十一月", "在朝阳区扒窃他人手机，共计 3 部。")); // a paragraph ends between
            String decision = upload("决定书.pdf", pdf("行政处罚决定书：李四盗窃电动车"));
            String letter = upload(
                    "letter.eml",
                    "From: a@example.com\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe STOLEN bicycle\r\n");
            String marks = upload("marks.txt", "100% of _under' [a-z]+.* <b>bold</b> \\\\ \"quoted\" ＡＢＣ１２３");
            String large = upload("one.txt", "a".repeat(4 << 20));
            String bomb = upload("bomb.docx", bomb());

            await(() -> all("caseA", "").size() == 6
                    && found("caseA", "扒窃").size() == 1
                    && found("caseA", "盗窃").size() == 1
                    && found("caseA", "aaaaaa").size() == 1
                    && found("caseA", "stolen").size() == 1
                    && found("caseA", "100%").size() == 1);
            await(() -> list("caseA", "扒窃").path("notSearched").asInt() == 0);
            assertEquals(Set.of(record), found("caseA", "扒窃"));
            assertEquals(Set.of(record), found("caseA", "十一月在朝阳区"), "across the end of a paragraph");
            assertEquals(Set.of(record), found("caseA", "手机 张三"), "two words, anywhere in it");
            assertEquals(Set.of(), found("caseA", "张三 盗窃"), "which no document has both of");
            assertEquals(Set.of(), found("caseA", "窃扒"));
            assertEquals(Set.of(decision), found("caseA", "李四盗窃"));
            assertEquals(Set.of(letter), found("caseA", "stolen BICYCLE"));
            assertEquals(Set.of(letter), found("officerA", "ｓｔｏｌｅｎ"), "full width is half width");
            assertEquals(Set.of(marks), found("caseA", "abc123"));
            assertEquals(Set.of(record, decision), join(found("caseA", "扒窃"), found("caseA", "盗窃")));

            JsonNode passage = list("caseA", "扒窃").at("/evidence/0/passage");
            assertEquals("扒窃", passage.get("found").asText());
            assertTrue(passage.get("before").asText().endsWith("朝阳区"), passage.toString());
            assertTrue(passage.get("after").asText().startsWith("他人手机"), passage.toString());
            assertFalse(all("caseA", "").get(0).has("passage"), "only where words were asked for");

            // Nobody finds what he may not see, nor learns how much there is of it.
            for (String nobody : List.of("caseB", "otherA")) {
                assertEquals(Set.of(), found(nobody, "扒窃"));
                assertEquals(
                        0,
                        ask(nobody, "/api/evidence-pages?text=" + encoded("扒窃"))
                                .get("found")
                                .asInt());
                assertEquals(1, csv(nobody, "扒窃").lines().count(), "the head of the table");
            }
            assertEquals(
                    1,
                    ask("caseA", "/api/evidence-pages?text=" + encoded("扒窃"))
                            .get("found")
                            .asInt());
            assertTrue(csv("caseA", "扒窃").contains(record));
            HttpResponse<String> refused = get("auditor", "/api/evidence?text=" + encoded("扒窃"));
            assertEquals(403, refused.statusCode());
            assertTrue(refused.body().contains("RV-146"), refused.body());
            assertEquals(200, get("auditor", "/api/evidence").statusCode());
            await(() -> get("auditor", "/api/log-events?type=searched").body().contains("text=扒窃"));

            assertEquals(
                    200,
                    get("caseA", "/api/evidence?aaa=" + "x".repeat(600) + "&text=" + encoded("盗窃电动车"))
                            .statusCode());
            await(() -> get("auditor", "/api/log-events?type=searched").body().contains("text=盗窃电动车 aaa=x"));

            hostileQuestions(marks, large);
            awaitDescribed(bomb);
            changedTexts(letter, decision, record);
            disposed(record);
        } finally {
            station.close();
        }
    }

    private void hostileQuestions(String marks, String large) throws Exception {
        for (String literal :
                List.of("100%", "_under'", "[a-z]+.*", "<b>bold</b>", "\\\\", "\"quoted\"", "', [", "%")) {
            HttpResponse<String> answer = get("caseA", "/api/evidence?text=" + encoded(literal));
            if (literal.equals("%") || literal.equals("', [")) {
                assertTrue(answer.statusCode() == 400 && answer.body().contains("RV-145"), answer.body());
            } else {
                assertEquals(Set.of(marks), found("caseA", literal), literal);
            }
        }
        for (String none : List.of("%%", "__", "''", "_%", ".*.*", "a'; drop table passage; --", "{1,2}", "&|", ":*")) {
            HttpResponse<String> answer = get("caseA", "/api/evidence?text=" + encoded(none));
            assertTrue(answer.statusCode() == 200 || answer.body().contains("RV-145"), none + answer.body());
            assertFalse(answer.body().contains(marks), none);
        }
        for (String wrong : List.of("一", "", " ", "\u200b\u200b", "a".repeat(101), "张 三")) {
            HttpResponse<String> answer = get("caseA", "/api/evidence?text=" + encoded(wrong));
            assertEquals(wrong.isEmpty() ? 200 : 400, answer.statusCode(), wrong + answer.body());
            assertTrue(wrong.isEmpty() || answer.body().contains("RV-145"), answer.body());
        }
        assertEquals(400, get("caseA", "/api/evidence?text=ab%00cd").statusCode(), "U+0000 in an address is IN-160");
        assertEquals(
                400,
                get("caseA", "/api/evidence?text=%ED%A0%80%ED%B0%80").statusCode(),
                "halves of characters are IN-160");
        assertEquals(Set.of(large), found("caseA", "a".repeat(100)));
        JsonNode passage = list("caseA", "a".repeat(100)).at("/evidence/0/passage");
        assertTrue(passage.toString().length() < 400, "a short one, also of 4 MiB");
    }

    /** One text is another one in storage, one is not there, and the tables are filled anew: the others are found as before. */
    private void changedTexts(String altered, String missing, String whole) throws Exception {
        assertEquals(Set.of(altered), found("caseA", "bicycle"));
        try (Vault vault = station.vaultSettings().open()) {
            String path = "metadata/" + digest(altered, "textSha256");
            assertTrue(vault.log(SITE).read(path).isPresent());
            vault.log(SITE).write(path, "x\n\na forged bicycle".getBytes(StandardCharsets.UTF_8));
            vault.log(SITE).remove("metadata/" + digest(missing, "textSha256"));
        }
        startAgain();
        assertEquals(Set.of(altered), found("caseA", "bicycle"), "what was read before stays");
        int own = (int) one("select version from model");
        run("update model set version = " + (own - 1));
        startAgain();
        await(() -> one("select version from model") == own);
        await(() -> list("caseA", "扒窃").path("notSearched").asInt() == 2
                && found("caseA", "扒窃").equals(Set.of(whole)));
        assertEquals(Set.of(), found("caseA", "forged"));
        assertEquals(Set.of(), found("caseA", "bicycle"));
        assertEquals(Set.of(), found("caseA", "盗窃"));
        assertTrue(Files.readString(station.data.resolve("station.log")).contains("RM-105"));
        String faults = ask("auditor", "/api/verification").get("faults").toString();
        assertTrue(faults.contains(altered) && faults.contains(missing), faults);
    }

    private void disposed(String id) throws Exception {
        String text = "metadata/" + digest(id, "textSha256");
        String preview = "metadata/" + digest(id, "previewSha256");
        JsonNode item = all("caseA", "&id=" + id).get(0);
        StoredObject object = new StoredObject(
                item.at("/object/bucket").asText(),
                item.at("/object/key").asText(),
                item.at("/object/versionId").asText(null));
        Actor officer = new Actor(Actor.Kind.OFFICER, "caseA", A, "password");
        Actor approver = new Actor(Actor.Kind.OFFICER, "approverA", A, "password");
        feed(Part.REVIEW, new DisposalProposed(context(DisposalProposed.class, id, officer), "its time is over"));
        feed(Part.REVIEW, new DisposalApproved(context(DisposalApproved.class, id, approver)));
        feed(
                Part.INGEST_JOB,
                new Disposed(
                        context(Disposed.class, id, Actor.component("retention")),
                        object,
                        new Sha256Digest(item.get("sha256").asText())));
        await(() -> all("caseA", "&id=" + id).get(0).get("state").asText().equals("disposed"));
        assertEquals(Set.of(), found("caseA", "扒窃"));
        assertEquals(0, one("select count(*) from passage where item = '" + id + "'"));
        assertEquals(0, one("select count(*) from document where item = '" + id + "'"));
        try (Vault vault = station.vaultSettings().open()) {
            await(() -> vault.log(SITE).read(text).isEmpty()
                    && vault.log(SITE).read(preview).isEmpty());
        }
        String faults = ask("auditor", "/api/verification").get("faults").toString();
        assertFalse(faults.contains(id), "what went with its item is not missed: " + faults);
    }

    private static EventContext context(Class<? extends CustodyEvent> type, String item, Actor actor) {
        return EventContext.of(
                EventContext.idFor(type, "words" + item), new EvidenceId(item), Instant.now(), actor, "x", "test");
    }

    private void feed(Part part, CustodyEvent event) throws Exception {
        byte[] bytes = CanonicalJson.encode(event);
        byte[] signature = PartKey.read(station.data.resolve("keys"), part).sign(SITE.value(), bytes);
        try (KafkaProducer<String, byte[]> kafka =
                new KafkaProducer<>(station.kafka(), new StringSerializer(), new ByteArraySerializer())) {
            kafka.send(new ProducerRecord<>(
                            "custody.events",
                            null,
                            SITE.value(),
                            bytes,
                            List.of(new RecordHeader(PartKey.HEADER, signature))))
                    .get();
        }
    }

    /** A document whose text comes from a font of Adobe-GB1 that is not in it, as many programs in China write them. */
    private static byte[] pdf(String text) {
        String shown = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16BE));
        String page = "BT /F1 12 Tf 50 700 Td <" + shown + "> Tj ET";
        String[] objects = {
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            "<</Length " + page.length() + ">>stream\n" + page + "\nendstream",
            "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
            "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
                    + "/Supplement 2>>/DW 1000/FontDescriptor 7 0 R>>",
            "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
                    + "/Descent -120/CapHeight 880/StemV 93>>"
        };
        StringBuilder file = new StringBuilder("%PDF-1.4\n");
        StringBuilder table = new StringBuilder("xref\n0 8\n0000000000 65535 f \n");
        for (int i = 0; i < objects.length; i++) {
            table.append(String.format("%010d 00000 n \n", file.length()));
            file.append(i + 1).append(" 0 obj\n").append(objects[i]).append("\nendobj\n");
        }
        int start = file.length();
        file.append(table)
                .append("trailer\n<</Size 8/Root 1 0 R>>\nstartxref\n")
                .append(start)
                .append("\n%%EOF\n");
        return file.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** A Word document with these paragraphs. */
    private static byte[] packed(String part, String... paragraphs) throws Exception {
        StringBuilder body = new StringBuilder(
                "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>");
        for (String paragraph : paragraphs) {
            body.append("<w:p><w:r><w:t>").append(paragraph).append("</w:t></w:r></w:p>");
        }
        return word(part, body.append("</w:body></w:document>").toString(), 1);
    }

    /** A Word document of some 1 MiB that unpacks to 300. */
    private static byte[] bomb() throws Exception {
        return word("word/document.xml", "<w:p><w:r><w:t>bomb</w:t></w:r></w:p>".repeat(30_000), 300);
    }

    private static byte[] word(String part, String content, int times) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("[Content_Types].xml"));
            zip.write(("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                            + "<Override PartName=\"/" + part
                            + "\" ContentType=\"application/vnd.openxmlformats-officedocument"
                            + ".wordprocessingml.document.main+xml\"/></Types>")
                    .getBytes(StandardCharsets.US_ASCII));
            zip.putNextEntry(new ZipEntry("_rels/.rels"));
            zip.write(
                    ("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship"
                                    + " Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\""
                                    + " Target=\"" + part + "\"/></Relationships>")
                            .getBytes(StandardCharsets.US_ASCII));
            zip.putNextEntry(new ZipEntry(part));
            for (int i = 0; i < times; i++) {
                zip.write(content.getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private void admit(String number, Role role, String unit) throws Exception {
        tokens.put(
                number,
                new Entrance(station).admit(number, PASSWORD, unit, role).token());
    }

    /** Ends the station and starts it, which ends all sessions. */
    private void startAgain() throws Exception {
        station.close();
        station.start();
        for (String number : List.copyOf(tokens.keySet())) {
            HttpResponse<String> session = station.http.send(
                    HttpRequest.newBuilder(station.at("/api/session"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"officerNo\":\"" + number
                                    + "\",\"password\":\"" + PASSWORD + "\",\"bearer\":true}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, session.statusCode(), session.body());
            tokens.put(
                    number,
                    LiveStation.JSON.readTree(session.body()).get("token").asText());
        }
    }

    private String upload(String name, String text) throws Exception {
        return upload(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private String upload(String name, byte[] bytes) throws Exception {
        Map<String, String> metadata = new LinkedHashMap<>(TusSender.metadata(name, bytes));
        metadata.remove("officerNo");
        return new TusSender(station).uploadAs(named("officerA", "/files"), metadata, bytes);
    }

    /** A digest that the description of an item names. */
    private String digest(String id, String name) throws Exception {
        for (JsonNode value : ask("caseA", "/api/evidence/" + id).get("metadata")) {
            if (value.get("name").asText().equals(name)) {
                return value.get("value").asText();
            }
        }
        throw new AssertionError(id + " has no " + name);
    }

    private void awaitDescribed(String id) throws Exception {
        await(() -> all("caseA", "&id=" + id).get(0).has("sealedUntil"));
    }

    private List<JsonNode> all(String who, String query) throws Exception {
        List<JsonNode> items = new ArrayList<>();
        ask(who, "/api/evidence?limit=100" + query).path("evidence").forEach(items::add);
        return items;
    }

    private JsonNode list(String who, String text) throws Exception {
        return ask(who, "/api/evidence?text=" + encoded(text));
    }

    private Set<String> found(String who, String text) throws Exception {
        Set<String> ids = new TreeSet<>();
        list(who, text).path("evidence").forEach(item -> ids.add(item.get("id").asText()));
        return ids;
    }

    private static Set<String> join(Set<String> one, Set<String> other) {
        Set<String> both = new TreeSet<>(one);
        both.addAll(other);
        return both;
    }

    private String csv(String who, String text) throws Exception {
        return get(who, "/api/evidence.csv?text=" + encoded(text)).body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonNode ask(String who, String path) throws Exception {
        return LiveStation.JSON.readTree(get(who, path).body());
    }

    private HttpResponse<String> get(String who, String path) throws Exception {
        return station.http.send(named(who, path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder named(String who, String path) {
        return HttpRequest.newBuilder(station.at(path)).header("Authorization", "Bearer " + tokens.get(who));
    }

    private Connection database() throws Exception {
        Path postgres = station.data.resolve("postgres");
        String port = Files.readAllLines(postgres.resolve("postmaster.pid")).get(3);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/liuhen",
                EmbeddedDatabase.USER,
                Files.readString(EmbeddedDatabase.secret(postgres)).strip());
    }

    private long one(String query) throws Exception {
        try (Connection connection = database();
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void run(String statement) throws Exception {
        try (Connection connection = database()) {
            connection.createStatement().execute(statement);
        }
    }
}
