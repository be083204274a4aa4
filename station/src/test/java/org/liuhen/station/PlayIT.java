package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PlayEvent.PlayOpened;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.feed.Feed;
import org.liuhen.job.JobSettings;

/** What is on the record of looking: one entry for opening an item, one session for playing it, whoever ends it. */
@Tag("browser")
class PlayIT {
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
    void onePlaybackWithFourSeeksIsOneSession() throws Exception {
        String id = recording("seeks");
        byte[] file = Files.readAllBytes(folder.resolve("seeks.mp4"));
        String play = open("110023", id);
        int size = file.length;
        int[][] asked = {{0, 10_000}, {5_000, 12_000}, {20_000, 20_100}, {12_000, 12_001}, {size - 50, size}};
        for (int[] range : asked) {
            HttpResponse<byte[]> part = range("110023", id, play, range[0], range[1]);
            assertEquals(206, part.statusCode());
            assertTrue(Arrays.equals(Arrays.copyOfRange(file, range[0], range[1]), part.body()));
        }
        assertEquals(
                200, tell("110023", id, play, "[[0,3000],[12000,12500]]", false).statusCode());
        assertEquals(200, tell("110023", id, play, "[[2900,3200]]", true).statusCode());
        await(() -> entries(id).contains("played"));
        assertEquals(
                List.of("playOpened", "played"),
                entries(id).stream().filter(PlayIT::isOfBytes).toList());
        JsonNode played = entry(id, "played");
        assertEquals(
                "[{\"fromByte\":0,\"toByte\":12001},{\"fromByte\":20000,\"toByte\":20100},{\"fromByte\":" + (size - 50)
                        + ",\"toByte\":" + size + "}]",
                played.get("served").toString());
        assertEquals(
                "[{\"fromMillis\":0,\"toMillis\":3200},{\"fromMillis\":12000,\"toMillis\":12500}]",
                played.get("claimedShown").toString());
        assertEquals("PLAYER", played.get("endedBy").asText());
        assertEquals(play, played.get("playId").asText());
        assertEquals("110023", played.at("/context/actor/id").asText());
        assertEquals(play, entry(id, "playOpened").at("/context/eventId").asText());
        assertTrue(station.get("/api/evidence/" + id + "/verification")
                .get("verified")
                .asBoolean());

        refused("RV-139", range("110023", id, play, 0, 10));
        assertEquals(409, tell("110023", id, play, "[]", true).statusCode());
        HttpResponse<byte[]> whole = get("110023", "/api/evidence/" + id + "/content");
        assertTrue(Arrays.equals(file, whole.body()));
        assertEquals(206, range("110023", id, null, 0, 10).statusCode());
        await(() -> entries(id).stream().filter("downloaded"::equals).count() == 2);
        assertEquals(1, entries(id).stream().filter("played"::equals).count());
    }

    @Test
    void aSessionIsGoodForItsPersonAndItsItemAlone() throws Exception {
        String id = recording("mine");
        String other = recording("other");
        String play = open("110023", id);
        refused("RV-138", range("110024", id, play, 0, 10));
        refused("RV-138", range("110023", other, play, 0, 10));
        refused("RV-138", range("110023", id, "0".repeat(32), 0, 10));
        refused("RV-138", range("110023", id, "x", 0, 10));
        assertEquals(403, tell("110024", id, play, "[]", true).statusCode());
        assertEquals(206, range("110023", id, play, 0, 10).statusCode(), "nobody else ended it");
        await(() -> entries(id).contains("accessDenied") && entries(other).contains("accessDenied"));
        String text = upload("notes.txt", "text".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> nothing =
                station.send(HttpRequest.newBuilder(station.at("/api/evidence/" + text + "/plays"))
                        .POST(HttpRequest.BodyPublishers.noBody()));
        assertEquals(415, nothing.statusCode(), nothing.body());
        HttpResponse<String> wrong =
                station.send(HttpRequest.newBuilder(station.at("/api/evidence/" + id + "/plays/" + play))
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"shown\":[{\"fromMillis\":2,\"toMillis\":1}]}")));
        assertEquals(400, wrong.statusCode(), wrong.body());
    }

    @Test
    void nobodyPlaysAnyNumberOfRecordingsAtOnce() throws Exception {
        String id = recording("many");
        String first = open("110099", id);
        for (int i = 1; i < 100; i++) {
            open("110099", id);
        }
        HttpRequest one = named("110099", "/api/evidence/" + id + "/plays")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<byte[]> another = station.http.send(one, HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(429, another.statusCode());
        refused("RV-140", another);
        assertEquals(200, tell("110099", id, first, "[]", true).statusCode());
        open("110099", id);
        open("110023", id); // somebody else may
    }

    @Test
    void openingAnItemIsOneEntryEachTime() throws Exception {
        String id = recording("opened");
        JsonNode opened = station.get("/api/evidence/" + id + "?with=custody");
        assertTrue(opened.get("custody").get("verified").asBoolean());
        assertEquals(id, opened.get("custody").get("id").asText());
        await(() -> entries(id).contains("viewed"));
        station.get("/api/evidence/" + id + "?with=custody");
        await(() -> views(id) == 2);
        assertFalse(station.get("/api/evidence/" + id).has("custody"));
        await(() -> views(id) == 3);
        station.get("/api/evidence/" + id + "/custody");
        await(() -> views(id) == 4);
        Thread.sleep(1_000); // a fifth would have come by now
        assertEquals(4, views(id));
    }

    /** What small pictures show was given and is told as that; what was played has no part in it. */
    @Test
    void smallPicturesAlongARecordingAreNotWhatWasPlayed() throws Exception {
        String id = recording("pictures");
        String sound = made("sound.mp4", "-f", "lavfi", "-i", "sine=d=10", "-metadata", "title=sound");
        String other = made(
                "mpeg4-part2.mp4",
                "-f",
                "lavfi",
                "-i",
                "testsrc=d=20:s=320x240:r=10",
                "-c:v",
                "mpeg4"); // MPEG-4 Part 2, which Chromium does not play
        for (String lang : List.of("zh", "en")) {
            Process browser = new ProcessBuilder(
                            "node", "play.mjs", station.at("").toString(), lang, id, sound, other)
                    .directory(Path.of("src/test/clients").toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, browser.waitFor(), said);
            assertEquals("pictures", said.strip());
        }
        await(() -> entries(id).stream().filter("played"::equals).count() == 2);
        for (JsonNode played : rows(id)) {
            if (!played.get("eventType").asText().equals("played")) {
                continue;
            }
            assertTrue(played.get("servedForPictures").size() > 0, played.toString());
            long all = bytes(played.get("served"));
            assertTrue(bytes(played.get("servedForPictures")) <= all, played.toString());
            JsonNode shown = played.get("claimedShown");
            assertTrue(shown.size() > 0);
            for (JsonNode range : shown) { // the first second, and the picture at 20 s * 2/12 that was gone to
                long from = range.get("fromMillis").asLong();
                long to = range.get("toMillis").asLong();
                assertTrue(to < 2_000 || (from > 3_200 && to < 3_600), played.toString());
            }
        }
        await(() -> entries(sound).stream().filter("played"::equals).count() == 2);
        assertFalse(entry(sound, "played").has("servedForPictures"));
    }

    private static long bytes(JsonNode ranges) {
        long all = 0;
        for (JsonNode range : ranges) {
            all += range.get("toByte").asLong() - range.get("fromByte").asLong();
        }
        return all;
    }

    /** A station that dies leaves the beginning of a session; the session goes on after the start, and its end says what nobody knows any more. */
    @Test
    void aSessionOutlivesTheStationThatOpenedIt() throws Exception {
        String id = recording("died");
        String play = open("110023", id);
        assertEquals(206, range("110023", id, play, 0, 100).statusCode());
        station.kill();
        station.start();
        await(() -> entries(id).contains("playOpened"));
        assertFalse(entries(id).contains("played"));
        await(() -> range("110023", id, play, 0, 100).statusCode() == 206);
        station.close();
        station.start();
        await(() -> entries(id).contains("played"));
        JsonNode played = entry(id, "played");
        assertEquals("STOP", played.get("endedBy").asText());
        assertFalse(played.has("served"), "what the killed process gave is not known");
        assertFalse(played.has("claimedShown"));
        refused("RV-139", range("110023", id, play, 0, 100));
    }

    @Test
    void theStationEndsASessionThatNobodyEnded() throws Exception {
        String id = recording("forgotten");
        String play = EventContext.idFor(PlayOpened.class, "forgotten");
        try (Feed feed = new Feed(
                JobSettings.kafka(null, folder.resolve("data/kafka.properties").toString()),
                PartKey.read(folder.resolve("data/keys"), Part.REVIEW),
                log -> 0)) {
            Actor officer = new Actor(Actor.Kind.OFFICER, "110023", null, "claimed");
            Instant longAgo = Instant.now().minus(Duration.ofHours(13));
            feed.append(
                    new LogName("site-1"),
                    new PlayOpened(EventContext.of(play, new EvidenceId(id), longAgo, officer, null, "review"), play));
        }
        await(() -> entries(id).contains("playOpened"));
        refused("RV-139", range("110023", id, play, 0, 100));
        await(() -> entries(id).contains("played"));
        assertEquals("LIMIT", entry(id, "played").get("endedBy").asText());
    }

    private static boolean isOfBytes(String kind) {
        return kind.startsWith("play") || kind.equals("downloaded");
    }

    private static void refused(String code, HttpResponse<byte[]> answer) throws Exception {
        assertEquals(code, LiveStation.JSON.readTree(answer.body()).path("code").asText());
    }

    private static String open(String who, String id) throws Exception {
        HttpResponse<String> opened = station.http.send(
                named(who, "/api/evidence/" + id + "/plays")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(201, opened.statusCode(), opened.body());
        return LiveStation.JSON.readTree(opened.body()).get("playId").asText();
    }

    /** Says what was shown: pairs of milliseconds. */
    private static HttpResponse<String> tell(String who, String id, String play, String pairs, boolean ended)
            throws Exception {
        String shown = pairs.replaceAll("\\[([0-9]+),([0-9]+)\\]", "{\"fromMillis\":$1,\"toMillis\":$2}");
        return station.http.send(
                named(who, "/api/evidence/" + id + "/plays/" + play)
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"shown\":" + shown + ",\"ended\":" + ended + "}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<byte[]> range(String who, String id, String play, int from, int to) throws Exception {
        String query = play == null ? "" : "?play=" + play;
        return station.http.send(
                named(who, "/api/evidence/" + id + "/media" + query)
                        .header("Range", "bytes=" + from + "-" + (to - 1))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> get(String who, String path) throws Exception {
        return station.http.send(named(who, path).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder named(String who, String path) {
        return HttpRequest.newBuilder(station.at(path)).header("Liuhen-Officer", who);
    }

    private static long views(String id) throws Exception {
        return entries(id).stream().filter("viewed"::equals).count();
    }

    /** The kinds of the entries of an item, read without looking at it. */
    private static List<String> entries(String id) throws Exception {
        List<String> kinds = new ArrayList<>();
        rows(id).forEach(event -> kinds.add(event.get("eventType").asText()));
        return kinds;
    }

    private static JsonNode entry(String id, String kind) throws Exception {
        return rows(id).stream()
                .filter(event -> event.get("eventType").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> rows(String id) throws Exception {
        Path data = folder.resolve("data");
        String port =
                Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3);
        List<JsonNode> events = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/liuhen",
                        "liuhen",
                        Files.readString(data.resolve("postgres.password")));
                PreparedStatement select =
                        connection.prepareStatement("select entry from entry where chain = ? order by item_sequence")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    events.add(LiveStation.JSON.readTree(rows.getString(1)).get("event"));
                }
            }
        }
        return events;
    }

    /** A sealed recording of some hundred KiB that is like no other. */
    private static String recording(String name) throws Exception {
        Path file = Recording.make(folder.resolve(name + ".mp4"), 20);
        long size = Files.size(file);
        assertTrue(size > 40_000, size + " bytes");
        return upload(file.getFileName().toString(), Files.readAllBytes(file));
    }

    private static String made(String name, String... how) throws Exception {
        Path file = Recording.make(folder.resolve(name), how);
        return upload(name, Files.readAllBytes(file));
    }

    private static String upload(String name, byte[] bytes) throws Exception {
        String id = sender.upload(TusSender.metadata(name, bytes), bytes).replaceFirst(".*/", "");
        await(() -> entries(id).contains("sealed"));
        return id;
    }
}
