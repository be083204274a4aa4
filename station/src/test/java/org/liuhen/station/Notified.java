package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Role;

/** A station that tells people, outside the page, what waits: by a real receiver of webhooks and a real mail server. */
abstract class Notified {
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static final String OFFICE = "130100";
    static final String OFFER = "{\"act\":\"offer\",\"toUnit\":\"" + OFFICE + "\",\"reason\":\"trial\"}";

    /** So long nothing comes that must not come: a look at the log and one at the table take two seconds. */
    static final long QUIET_MILLIS = 6_000;

    @TempDir
    static Path folder;

    static LiveStation station;
    static Receiver receiver;
    static GreenMail mails;
    static final Map<String, String> TOKENS = new HashMap<>();
    static int files;

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

    /** That these people, and nobody else, are told this, each once. */
    static void assertTold(String kind, String... people) throws Exception {
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

    /** What was posted: kind, person and the end of the link. */
    static List<String> told() throws Exception {
        List<String> told = new ArrayList<>();
        for (Receiver.Got got : receiver.got()) {
            told.add(got.text("kind") + " " + got.text("person") + " "
                    + got.text("link").replaceFirst(".*/", "").replaceFirst("[?].*", ""));
        }
        return told.stream().sorted().toList();
    }

    /** How many of a kind wait to be posted. */
    static long unsent(String kind) throws Exception {
        return Long.parseLong(text("select count(*) from notification where ended is null and channel = 'webhook' and"
                + " kind = '" + kind + "'"));
    }

    static Path people() throws Exception {
        return TestFiles.below(station.data.resolve("vault")).stream()
                .filter(path -> path.getFileName().toString().equals("people"))
                .findFirst()
                .orElseThrow();
    }

    static Connection database() throws Exception {
        Path postgres = station.data.resolve("postgres");
        String port = Files.readAllLines(postgres.resolve("postmaster.pid")).get(3);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/liuhen",
                EmbeddedDatabase.USER,
                Files.readString(EmbeddedDatabase.secret(postgres)).strip());
    }

    /** How many notifications nobody has taken yet on this way. */
    static long waiting(String channel) throws Exception {
        return Long.parseLong(
                text("select count(*) from notification where ended is null and channel = '" + channel + "'"));
    }

    /** Waits until what the record has is posted, of all entries that the page knows. */
    static void allIsPosted() throws Exception {
        await(() -> text("select (select min(position) from notified) >= (select max(size) from followed)")
                        .equals("t")
                && waiting("webhook") == 0);
    }

    static void sql(String statement) throws Exception {
        try (Connection connection = database();
                Statement update = connection.createStatement()) {
            update.execute(statement);
        }
    }

    /** The first value of the first row. */
    static String text(String query) throws Exception {
        try (Connection connection = database();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Lets the station go through the entries once more, as if nobody had been told of this kind. */
    static void tellAgainFrom(long entry, String kind) throws Exception {
        sql("delete from notification where kind = '" + kind + "'");
        sql("update notified set position = " + entry);
    }

    static void admit(String number, String unit, Role... roles) throws Exception {
        TOKENS.put(
                number,
                new Entrance(station)
                        .admit(number, "a password for the test", unit, roles)
                        .token());
    }

    static void signInAgain(String... numbers) throws Exception {
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

    static String upload() throws Exception {
        byte[] bytes = ("a file that somebody is told of " + files++).getBytes(StandardCharsets.UTF_8);
        Map<String, String> metadata = new HashMap<>(TusSender.metadata("notify-" + files + ".txt", bytes));
        metadata.remove("officerNo");
        String id = new TusSender(station).uploadAs(named("giver", "/files"), metadata, bytes);
        await(() -> item("giver", id).has("sealedUntil"));
        return id;
    }

    static JsonNode item(String who, String id) throws Exception {
        JsonNode found = read(get(who, "/api/evidence?id=" + id)).path("evidence");
        return found.size() == 1 ? found.get(0) : LiveStation.JSON.createObjectNode();
    }

    static List<String> list(String who, String asks) throws Exception {
        return read(get(who, "/api/evidence?limit=500&" + asks))
                .path("evidence")
                .findValuesAsText("id");
    }

    static JsonNode notices(String who, String query) throws Exception {
        HttpResponse<String> answer = get(who, "/api/notices" + query);
        ok(answer);
        return read(answer);
    }

    /** Each line as kind, who did it, items and open ones. */
    static List<String> lines(String who) throws Exception {
        List<String> lines = new ArrayList<>();
        for (JsonNode line : notices(who, "").get("notices")) {
            lines.add(line.get("kind").asText() + " " + line.get("by").asText() + " "
                    + line.get("items").asInt() + " " + line.get("open").asInt());
        }
        return lines;
    }

    static int items(String who, String kind) throws Exception {
        return sum(who, kind, "items");
    }

    static int open(String who, String kind) throws Exception {
        return sum(who, kind, "open");
    }

    static int sum(String who, String kind, String figure) throws Exception {
        int sum = 0;
        for (JsonNode line : notices(who, "").get("notices")) {
            sum += line.get("kind").asText().equals(kind) ? line.get(figure).asInt() : 0;
        }
        return sum;
    }

    /** Asks for a package of these items; its ID. */
    static String ask(String... items) throws Exception {
        ObjectNode asks = LiveStation.JSON.createObjectNode();
        Stream.of(items).forEach(asks.putArray("evidence")::add);
        asks.put("recipient", "检察院").put("purpose", "移送");
        HttpResponse<String> asked = post("giver", "/api/exports", asks.toString());
        assertEquals(202, asked.statusCode(), asked.body());
        return read(asked).get("exportId").asText();
    }

    static JsonNode read(HttpResponse<String> answer) throws Exception {
        return LiveStation.JSON.readTree(answer.body());
    }

    static HttpResponse<String> act(String who, String id, String body) throws Exception {
        return post(who, "/api/evidence/" + id + "/acts", body);
    }

    static HttpRequest.Builder named(String who, String path) {
        return HttpRequest.newBuilder(station.at(path)).header("Authorization", "Bearer " + TOKENS.get(who));
    }

    static HttpResponse<String> get(String who, String path) throws Exception {
        return station.http.send(named(who, path).build(), HttpResponse.BodyHandlers.ofString());
    }

    static HttpResponse<String> post(String who, String path, String body) throws Exception {
        return station.http.send(
                named(who, path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static void ok(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.uri() + " " + answer.body());
    }
}
