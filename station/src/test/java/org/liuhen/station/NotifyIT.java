package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Role;

/** Who is told, outside the page, that something waits: by a real receiver of webhooks and a real mail server. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NotifyIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OFFICE = "130100";
    private static final String OFFER = "{\"act\":\"offer\",\"toUnit\":\"" + OFFICE + "\",\"reason\":\"trial\"}";

    /** So long nothing comes that must not come: a look at the log and one at the table take two seconds. */
    private static final long QUIET_MILLIS = 6_000;

    private static final int CROWD = 10_000;
    private static final String CROWDED = "140000";

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static Receiver receiver;
    private static GreenMail mails;
    private static final Map<String, String> TOKENS = new HashMap<>();
    private static int files;

    @BeforeAll
    static void start() throws Exception {
        receiver = new Receiver();
        mails = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mails.start();
        station = new LiveStation(
                List.of("env", "LIUHEN_WEBHOOK_SECRET=" + SECRET),
                folder.resolve("data"),
                "--sign-in",
                "local",
                "--no-previews",
                "--notify-page",
                "https://liuhen.example",
                "--notify-webhook",
                receiver.url(),
                "--notify-mail-host",
                "127.0.0.1",
                "--notify-mail-port",
                Integer.toString(mails.getSmtp().getPort()),
                "--notify-mail-no-tls",
                "--notify-mail-from",
                "liuhen@mail.example",
                "--notify-mail-to",
                "{person}@mail.example");
        admit("giver", "110105", Role.CASE_OFFICER);
        admit("044001", "110105", Role.CASE_OFFICER);
        admit("other", "110106", Role.CASE_OFFICER);
        admit("legal", "110105", Role.LEGAL_OFFICER);
        admit("approver", "110105", Role.APPROVER);
        admit("approver-2", "110106", Role.APPROVER);
        admit("jcy-1", OFFICE, Role.PROSECUTOR);
        admit("jcy-2", "13010100", Role.PROSECUTOR);
        admit("jcy-3", "130200", Role.PROSECUTOR);
        admit("clerk", OFFICE, Role.CASE_OFFICER);
        admit("admin-1", "", Role.ADMINISTRATOR);
        admit("admin-2", "", Role.ADMINISTRATOR);
    }

    @AfterAll
    static void stop() {
        if (station != null) {
            station.close();
        }
        mails.stop();
        receiver.close();
    }

    @AfterEach
    void forget() {
        receiver.answers(Receiver.status(204));
        receiver.forget();
    }

    @Test
    @Order(1)
    void aHandoverToAnOfficeTellsEachOfItsPeopleOnce() throws Exception {
        String id = upload();
        ok(act("giver", id, OFFER));
        assertTold("handover.offered", "jcy-1", "jcy-2");
        for (Receiver.Got got : receiver.got()) {
            assertTrue(got.isSignedWith(SECRET), got.toString());
            assertFalse(got.isSignedWith("whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "another secret");
            assertEquals(got.id(), got.text("id"));
            assertEquals("https://liuhen.example/#/item/" + id, got.text("link"));
            assertEquals(got.text("person").equals("jcy-1") ? OFFICE : "13010100", got.text("unit"));
            assertEquals(
                    Set.of("id", "kind", "person", "unit", "at", "link"),
                    got.json().properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet()));
            assertTrue(
                    Math.abs(Instant.now().getEpochSecond() - Long.parseLong(got.timestamp())) < 60, got.timestamp());
        }
        await(() -> mails.getReceivedMessages().length == 2);
        Set<String> recipients = new TreeSet<>();
        for (MimeMessage mail : mails.getReceivedMessages()) {
            recipients.add(mail.getAllRecipients()[0].toString());
            assertEquals("留痕：有证据移送给您或您的单位，待接收", mail.getSubject());
            assertEquals("auto-generated", mail.getHeader("Auto-Submitted")[0]);
            String text = mail.getContent().toString();
            assertTrue(text.contains("https://liuhen.example/#/item/" + id), text);
            ByteArrayOutputStream raw = new ByteArrayOutputStream();
            mail.writeTo(raw);
            assertFalse(raw.toString(StandardCharsets.UTF_8).contains("notify-"), "no file name");
            String messageId = mail.getHeader("Message-ID", null);
            assertTrue(
                    receiver.got().stream().anyMatch(got -> messageId.equals("<" + got.id() + "@mail.example>")),
                    "the same ID on both ways");
        }
        assertEquals(Set.of("jcy-1@mail.example", "jcy-2@mail.example"), recipients);
    }

    @Test
    @Order(2)
    void whoIsNamedMayHaveToDoAndAskedIsToldAndNobodyElse() throws Exception {
        String id = upload();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 @other @giver @nobody 请看\"}"));
        assertTold("note.named", "044001"); // the other one may not see it
        assertEquals(1, read(get("044001", "/api/desk")).at("/piles/named").asInt());
        assertTrue(list("044001", "desk=named").contains(id));
        assertFalse(list("giver", "desk=named").contains(id));
        assertTrue(list("giver", "mine=true").contains(id), "who sent it");
        assertFalse(list("044001", "mine=true").contains(id));
        ok(get("044001", "/api/evidence/" + id));
        await(() -> read(get("044001", "/api/desk")).at("/piles/named").asInt() == 0);

        receiver.forget();
        ok(act("legal", id, "{\"act\":\"openReview\"}"));
        await(() -> item("legal", id).has("reviews"));
        String due = Instant.now().plus(Duration.ofHours(20)).toString();
        ok(act("legal", id, "{\"act\":\"return\",\"reason\":\"no category\",\"due\":\"" + due + "\"}"));
        assertTold("review.returned", "giver");

        receiver.forget();
        ObjectNode asks = LiveStation.JSON.createObjectNode();
        asks.putArray("evidence").add(id);
        asks.put("recipient", "检察院").put("purpose", "移送");
        HttpResponse<String> asked = post("giver", "/api/exports", asks.toString());
        assertEquals(202, asked.statusCode(), asked.body());
        assertTold("export.requested", "approver"); // the other approver's unit has not sent it
        receiver.forget();
        String export = read(asked).get("exportId").asText();
        await(() ->
                post("approver", "/api/exports/" + export + "/approval", "{}").statusCode() < 300);
        assertTold("export.ready", "giver");

        receiver.forget();
        HttpResponse<String> proposed = post(
                "admin-1",
                "/api/people",
                "{\"officerNo\":\"044009\",\"unitCode\":\"110105\",\"roles\":[\"officer\"],\"reason\":\"new\"}");
        assertTrue(proposed.statusCode() < 300, proposed.body());
        assertTold("person.proposed", "admin-2");
        assertEquals("https://liuhen.example/#/people", receiver.got().get(0).text("link"));
    }

    @Test
    @Order(3)
    void aReceiverThatFailsThreeTimesGetsItThenWithTheSameId() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        receiver.answers(exchange ->
                Receiver.status(calls.incrementAndGet() <= 3 ? 503 : 204).to(exchange));
        String id = upload();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001\"}"));
        await(() -> receiver.got().size() == 4);
        assertEquals(1, receiver.got().stream().map(Receiver.Got::id).distinct().count());
        for (Receiver.Got got : receiver.got()) {
            assertTrue(got.isSignedWith(SECRET), "each time with its own timestamp");
        }
        Thread.sleep(QUIET_MILLIS);
        assertEquals(4, receiver.got().size(), "it was taken");
    }

    @Test
    @Order(4)
    void aRedirectIsNotFollowedAndALongAnswerIsNotRead() throws Exception {
        try (Receiver elsewhere = new Receiver()) {
            AtomicInteger calls = new AtomicInteger();
            receiver.answers(exchange -> {
                if (calls.incrementAndGet() == 1) {
                    exchange.getResponseHeaders().set("Location", elsewhere.url());
                    Receiver.status(307).to(exchange);
                    return;
                }
                exchange.sendResponseHeaders(200, 5 << 20);
                exchange.getResponseBody().write(new byte[5 << 20]);
                exchange.close();
            });
            String id = upload();
            ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001\"}"));
            await(() -> receiver.got().size() >= 2);
            Thread.sleep(QUIET_MILLIS);
            assertEquals(2, receiver.got().size(), "the second answer was taken, however long it is");
            assertEquals(0, elsewhere.got().size());
        }
    }

    @Test
    @Order(5)
    void aReceiverThatNeverAnswersDelaysNeitherThePageNorMail() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        receiver.answers(exchange -> {
            try {
                end.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            int before = mails.getReceivedMessages().length;
            String id = upload();
            ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 one\"}"));
            await(() -> receiver.got().size() == 1);
            long start = System.nanoTime();
            ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 two\"}"));
            await(() -> list("044001", "desk=named").contains(id));
            assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 10);
            await(() -> mails.getReceivedMessages().length == before + 2);
        } finally {
            receiver.answers(Receiver.status(204));
            end.countDown();
        }
        await(() -> waiting() == 0); // what was not taken comes again
    }

    @Test
    @Order(6)
    void neitherARestartNorTablesThatAreFilledAnewSendAnythingTwice() throws Exception {
        String id = upload();
        ok(act("giver", id, OFFER));
        assertTold("handover.offered", "jcy-1", "jcy-2");
        receiver.forget();
        int before = mails.getReceivedMessages().length;
        station.kill();
        station.start();
        await(() -> get("giver", "/api/account").statusCode() != 503);
        sql("update model set version = 1"); // of another version: at the next start the tables are filled anew
        station.close();
        station.start();
        signInAgain("giver", "044001");
        await(() -> item("giver", id).has("handover"));
        Thread.sleep(QUIET_MILLIS);
        assertTold("review.due", "giver"); // the review that came back, which is looked for at a start: once
        assertEquals(before + 1, mails.getReceivedMessages().length);
        receiver.forget();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 new\"}"));
        assertTold("note.named", "044001");
    }

    @Test
    @Order(7)
    void aLostDatabaseSendsNothingOld() throws Exception {
        String id = upload();
        ok(act("giver", id, OFFER));
        assertTold("handover.offered", "jcy-1", "jcy-2");
        receiver.forget();
        station.close();
        try (Stream<Path> all = Files.walk(station.data.resolve("postgres"))) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
        station.start();
        signInAgain("giver", "044001");
        await(() -> item("giver", id).has("handover"));
        Thread.sleep(QUIET_MILLIS);
        assertEquals(
                List.of(),
                receiver.got().stream()
                        .filter(got -> !got.body().contains("review.due"))
                        .toList());
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 new\"}"));
        await(() -> receiver.got().stream().anyMatch(got -> got.body().contains("note.named")));
    }

    @Test
    @Order(8)
    void tenThousandPeopleOfAnOfficeAreEachToldOnce() throws Exception {
        station.close();
        Path people = people();
        ObjectNode list = (ObjectNode) LiveStation.JSON.readTree(people.toFile());
        ArrayNode all = list.withArray("people");
        JsonNode one = Stream.iterate(0, i -> i + 1)
                .map(all::get)
                .filter(person -> person.get("officerNo").asText().equals("jcy-1"))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < CROWD; i++) {
            ObjectNode copy = one.deepCopy();
            all.add(copy.put("officerNo", "crowd-" + i)
                    .put("unitCode", CROWDED)
                    .put("name", "张\r\nBcc: all@elsewhere.example"));
        }
        Files.writeString(people, list.toString());
        station.start();
        signInAgain("giver", "044001");
        receiver.forget();
        String id = upload();
        ok(act("giver", id, OFFER.replace(OFFICE, CROWDED)));
        await(() -> receiver.got().size() > 100);
        long start = System.nanoTime();
        ok(get("giver", "/api/evidence"));
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 5, "the page answers meanwhile");
        await(() -> receiver.got().size() >= CROWD);
        Thread.sleep(QUIET_MILLIS);
        assertEquals(CROWD, receiver.got().size());
        assertEquals(
                CROWD, receiver.got().stream().map(Receiver.Got::id).distinct().count());
    }

    /** Last: nothing comes afterwards. */
    @Test
    @Order(9)
    void aReceiverThatIsGoneIsLeftAlone() throws Exception {
        receiver.answers(Receiver.status(410));
        String id = upload();
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 one\"}"));
        await(() -> receiver.got().size() == 1);
        ok(act("giver", id, "{\"act\":\"note\",\"reason\":\"@044001 two\"}"));
        Thread.sleep(QUIET_MILLIS);
        assertEquals(1, receiver.got().size());
        assertTrue(Files.readString(station.data.resolve("station.log")).contains("NT-102"));
    }

    /** That these people, and nobody else, are told this, each once. */
    private static void assertTold(String kind, String... people) throws Exception {
        await(() -> receiver.got().size() >= people.length);
        Thread.sleep(2_500);
        List<String> told = new ArrayList<>();
        for (Receiver.Got got : receiver.got()) {
            told.add(got.text("kind") + " " + got.text("person"));
        }
        assertEquals(
                Stream.of(people).map(person -> kind + " " + person).sorted().toList(),
                told.stream().sorted().toList());
    }

    private static Path people() throws Exception {
        try (Stream<Path> all = Files.walk(station.data.resolve("vault"))) {
            return all.filter(path -> path.getFileName().toString().equals("people") && Files.isRegularFile(path))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Connection database() throws Exception {
        Path postgres = station.data.resolve("postgres");
        String port = Files.readAllLines(postgres.resolve("postmaster.pid")).get(3);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/liuhen",
                EmbeddedDatabase.USER,
                Files.readString(EmbeddedDatabase.secret(postgres)).strip());
    }

    /** How many notifications nobody has taken yet. */
    private static long waiting() throws Exception {
        try (Connection connection = database();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select count(*) from notification where ended is null")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void sql(String statement) throws Exception {
        try (Connection connection = database();
                Statement update = connection.createStatement()) {
            update.execute(statement);
        }
    }

    private static void admit(String number, String unit, Role... roles) throws Exception {
        TOKENS.put(
                number,
                new Entrance(station)
                        .admit(number, "a password for the test", unit, roles)
                        .token());
    }

    private static void signInAgain(String... numbers) throws Exception {
        for (String number : numbers) {
            ObjectNode body = LiveStation.JSON.createObjectNode();
            body.put("officerNo", number)
                    .put("password", "a password for the test")
                    .put("bearer", true);
            HttpResponse<String> session = new Entrance(station).post(null, "/api/session", body);
            assertEquals(200, session.statusCode(), session.body());
            TOKENS.put(number, read(session).get("token").asText());
        }
    }

    private static String upload() throws Exception {
        byte[] bytes = ("a file that somebody is told of " + files++).getBytes(StandardCharsets.UTF_8);
        Map<String, String> metadata = new HashMap<>(TusSender.metadata("notify-" + files + ".txt", bytes));
        metadata.remove("officerNo");
        HttpResponse<String> created = station.http.send(
                named("giver", "/files")
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", Integer.toString(bytes.length))
                        .header("Upload-Metadata", TusSender.header(metadata))
                        .header("Content-Type", "application/offset+octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(201, created.statusCode(), created.body());
        String id = created.headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "");
        await(() -> item("giver", id).has("sealedUntil"));
        return id;
    }

    private static JsonNode item(String who, String id) throws Exception {
        JsonNode found = read(get(who, "/api/evidence?id=" + id)).path("evidence");
        return found.size() == 1 ? found.get(0) : LiveStation.JSON.createObjectNode();
    }

    private static List<String> list(String who, String asks) throws Exception {
        return read(get(who, "/api/evidence?limit=500&" + asks))
                .path("evidence")
                .findValuesAsText("id");
    }

    private static JsonNode read(HttpResponse<String> answer) throws Exception {
        return LiveStation.JSON.readTree(answer.body());
    }

    private static HttpResponse<String> act(String who, String id, String body) throws Exception {
        return post(who, "/api/evidence/" + id + "/acts", body);
    }

    private static HttpRequest.Builder named(String who, String path) {
        return HttpRequest.newBuilder(station.at(path)).header("Authorization", "Bearer " + TOKENS.get(who));
    }

    private static HttpResponse<String> get(String who, String path) throws Exception {
        return station.http.send(named(who, path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String who, String path, String body) throws Exception {
        return station.http.send(
                named(who, path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void ok(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.uri() + " " + answer.body());
    }
}
