package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * A day at a station, in Chinese and once more in English, played by Playwright in a real browser: {@code src/test/clients/day.mjs}. Items that
 * are old enough to end were made by the same station with its clock 200 days back.
 */
@Tag("browser")
class DayIT {
    private static final String CASE = "京朝公（刑）立字〔2026〕";
    private static final String EARLIER = "LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1) FAKETIME=-200d"
            + " FAKETIME_FORCE_MONOTONIC_FIX=1 exec \"$@\"";
    private static final DateTimeFormatter IN_NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.ofHours(8));
    private static final Map<String, List<String>> PEOPLE = new LinkedHashMap<>();

    static {
        PEOPLE.put("110023", List.of("officer", "case-officer"));
        PEOPLE.put("110099", List.of("legal-officer"));
        PEOPLE.put("110077", List.of("supervisor"));
        PEOPLE.put("110088", List.of("approver"));
        PEOPLE.put("jcy-01", List.of("prosecutor"));
        PEOPLE.put("jcy-02", List.of("prosecutor"));
        PEOPLE.put("900001", List.of("administrator"));
        PEOPLE.put("900002", List.of("administrator"));
    }

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private boolean roomThere;

    @Test
    void isPlayedFromTheDockToTheTombstone() throws Exception {
        Path data = folder.resolve("data");
        Map<String, String> ids = new HashMap<>();
        try (LiveStation earlier =
                new LiveStation(List.of("sh", "-c", EARLIER, "sh"), data, "--no-devices", "--no-previews")) {
            for (String lang : List.of("zh", "en")) {
                for (String what : List.of("held", "old")) {
                    ids.put(what + lang, upload(earlier, what + "-" + lang + ".txt", Map.of("unitCode", "110105")));
                }
            }
            earlier.awaitSealed(4);
            for (String id : ids.values()) {
                HttpResponse<String> done =
                        earlier.send(HttpRequest.newBuilder(earlier.at("/api/evidence/" + id + "/acts"))
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"act\":\"categorise\",\"category\":\"GENERAL\"}")));
                assertEquals(200, done.statusCode(), done.body());
            }
        }
        try (LiveStation station = new LiveStation(data, "--sign-in", "local", "--disposal-grace", "PT1S")) {
            Map<String, String> passwords = admitted(data);
            dock(station, data);
            Path pictures = Files.createDirectories(Path.of("target/tour"));
            for (String lang : List.of("zh", "en")) {
                ObjectNode day = LiveStation.JSON.createObjectNode();
                day.put("origin", station.at("").toString()).put("lang", lang);
                day.put("pictures", pictures.toAbsolutePath().toString());
                day.put("recovery", folder.resolve("recovery.json").toString());
                ObjectNode people = day.putObject("people");
                passwords.forEach(people::put);
                ObjectNode items = day.putObject("items");
                items.put("held", ids.get("held" + lang)).put("old", ids.get("old" + lang));
                prepare(station, data, lang, day, items);
                play(day);
                passwords.clear(); // everybody has chosen a password now
            }
        }
        if (Boolean.getBoolean("liuhen.write")) {
            Path tour = Files.createDirectories(Path.of("../docs/tour"));
            try (Stream<Path> made = Files.list(Path.of("target/tour"))) {
                for (Path picture : (Iterable<Path>) made::iterator) {
                    Files.write(tour.resolve(picture.getFileName().toString()), Files.readAllBytes(picture));
                }
            }
        }
    }

    private static void play(ObjectNode day) throws Exception {
        Process browser = new ProcessBuilder("node", "day.mjs", day.toString())
                .directory(Path.of("src/test/clients").toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, browser.waitFor(), said);
        assertEquals(
                "a moment of a recording marked; chosen with one click; a case found by the beginning of its number; a list of items on paper; a document in its case;"
                        + " sent back, answered and signed; a handover to an office returned, then accepted; a hold kept, a disposal left its tombstone;"
                        + " a package approved by a second person, one refused, one withdrawn; a gap explained and opened again, and a changed chain;"
                        + " a list in order, and done with all of it; a rule decided by two; a handover and a gap on a phone; a colleague admitted by two; every view on a phone and on a desk",
                said.strip());
    }

    /** Everybody gets a password for the first time, from whoever can read the station's key folder. */
    private static Map<String, String> admitted(Path data) throws Exception {
        Map<String, String> passwords = new HashMap<>();
        for (Map.Entry<String, List<String>> person : PEOPLE.entrySet()) {
            String unit = person.getKey().startsWith("9000") ? "" : "110105";
            passwords.put(
                    person.getKey(),
                    run(
                            "person",
                            "add",
                            person.getKey(),
                            "--as",
                            String.join(",", person.getValue()),
                            "--unit",
                            unit,
                            "--data",
                            data.toString()));
        }
        return passwords;
    }

    private static String run(String... arguments) throws Exception {
        return LiveStation.said(LiveStation.command(arguments));
    }

    /** The shift comes back: a camera with two recordings for each day that is played. */
    private void dock(LiveStation station, Path data) throws Exception {
        Path home = folder.resolve("dock");
        Path camera = folder.resolve("cameras/DSJ-1");
        Path dcim = Files.createDirectories(camera.resolve("DCIM"));
        Files.writeString(camera.resolve("SERIAL.TXT"), "DSJ-1\n");
        int sequence = 0;
        for (String lang : List.of("zh", "en")) {
            for (Instant begun : List.of(begun(lang), begun(lang).plus(2, ChronoUnit.HOURS))) {
                sequence++;
                Path file = dcim.resolve(
                        "110023_" + IN_NAME.format(begun) + "_" + String.format("%03d", sequence) + ".mp4");
                Recording.make(
                        file,
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc=d=3:s=640x360:r=10",
                        "-pix_fmt",
                        "yuv420p",
                        "-metadata",
                        "title=" + file.getFileName());
            }
        }
        Path policy = folder.resolve("policy");
        Files.writeString(
                policy,
                "log " + Files.readString(data.resolve("keys/site-1.vkey")).strip() + "\nquorum none\n");
        String code = run("device", "add", "DOCK-1", "--kind", "dock", "--unit", "110105", "--data", data.toString());
        run(
                "dock",
                "enrol",
                "DOCK-1",
                "--home",
                home.toString(),
                "--door",
                station.devicesAt("").toString(),
                "--code",
                code,
                "--policy",
                policy.toString());
        run(
                "dock",
                "run",
                "--once",
                "--headless",
                "--home",
                home.toString(),
                folder.resolve("cameras").toString());
    }

    private static Instant begun(String lang) {
        return Instant.now().truncatedTo(ChronoUnit.DAYS).minus(lang.equals("zh") ? 20 : 10, ChronoUnit.HOURS);
    }

    /** What the command centre knows of this day, a recording that came too late, and an entry that somebody changed. */
    private void prepare(LiveStation station, Path data, String lang, ObjectNode day, ObjectNode items)
            throws Exception {
        Instant first = begun(lang);
        Instant second = first.plus(2, ChronoUnit.HOURS);
        Path table = folder.resolve(lang + ".csv");
        Files.writeString(
                table,
                "incidentNo,revision,officerNos,dispatchedAt,clearedAt\n"
                        + row("JQ-" + lang + "-1", first)
                        + row("JQ-" + lang + "-2", second)
                        + row("JQ-" + lang + "-3", second.plusSeconds(60)));
        run("dispatch", table.toString(), "--data", data.toString(), "--officer", "900001");
        String late = upload(
                station,
                "late-" + lang + ".mp4",
                Map.of(
                        "unitCode", "110105",
                        "captureStart", Instant.now().minus(3, ChronoUnit.DAYS).toString(),
                        "captureEnd", Instant.now().minus(2, ChronoUnit.DAYS).toString()));
        items.put("late", late);
        String tampered = upload(station, "tampered-" + lang + ".txt", Map.of("unitCode", "110105"));
        items.put("tampered", tampered);
        day.put("incident", "JQ-" + lang + "-1");
        day.put("caseId", CASE + (lang.equals("zh") ? "17" : "18") + "号");
        day.put("document", lang.equals("zh") ? "询问笔录.txt" : "Record of questioning.txt");
        try (Connection connection = database(data)) {
            await(() -> count(
                            connection,
                            "select count(*) from evidence where item->>'sealedUntil' is not null and id in ('" + late
                                    + "', '" + tampered + "')")
                    == 2);
            await(() -> count(
                            connection,
                            "select count(*) from evidence where item->'cases' ?? 'JQ-" + lang
                                    + "-1' or item->'candidates' @> '[{\"incidentNo\":\"JQ-" + lang + "-2\"}]'")
                    == 2);
            await(() -> count(
                            connection,
                            "select count(*) from entry where event_type = 'gapFound' and chain = '" + late + "'")
                    == 1);
            items.put("linked", one(connection, "select id from evidence where item->'cases' ?? 'JQ-" + lang + "-1'"));
            items.put(
                    "ambiguous",
                    one(
                            connection,
                            "select id from evidence where item->'candidates' @> '[{\"incidentNo\":\"JQ-" + lang
                                    + "-2\"}]'"));
            assertEquals(
                    1,
                    connection
                            .createStatement()
                            .executeUpdate("update entry set entry = replace(entry, 'room-1', 'room-2') where chain = '"
                                    + tampered + "' and event_type = 'declared'"));
        }
    }

    private static String row(String incident, Instant from) {
        return incident + ",1,110023," + from.minusSeconds(120) + "," + from.plusSeconds(1_800) + "\n";
    }

    private static Connection database(Path data) throws Exception {
        String port =
                Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/liuhen",
                "liuhen",
                Files.readString(data.resolve("postgres.password")));
    }

    private static long count(Connection connection, String query) throws Exception {
        return Long.parseLong(one(connection, query));
    }

    private static String one(Connection connection, String query) throws Exception {
        try (var statement = connection.prepareStatement(query);
                var rows = statement.executeQuery()) {
            assertTrue(rows.next(), query);
            return rows.getString(1);
        }
    }

    /** As the officer, who signs in where the station wants it. */
    private String upload(LiveStation station, String name, Map<String, String> more) throws Exception {
        byte[] bytes = new byte[2_000];
        random.nextBytes(bytes);
        Map<String, String> metadata = new LinkedHashMap<>(TusSender.metadata(name, bytes));
        metadata.put("sha256", Sha256Digest.of(bytes).hex());
        metadata.putAll(more);
        Optional<String> token = token(station);
        token.ifPresent(there -> metadata.remove("officerNo")); // the token says who sends
        HttpRequest.Builder create = HttpRequest.newBuilder(station.at("/files"))
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", Integer.toString(bytes.length))
                .header("Upload-Metadata", TusSender.header(metadata))
                .header("Content-Type", "application/offset+octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
        token.ifPresent(there -> create.header("Authorization", "Bearer " + there));
        HttpResponse<String> created = station.send(create);
        assertEquals(201, created.statusCode(), created.body());
        return created.headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "");
    }

    /** Where the station wants people to sign in, the camera room does. */
    private Optional<String> token(LiveStation station) throws Exception {
        if (station.get("/api/session").path("signIn").asText().equals("claimed")) {
            return Optional.empty();
        }
        String first = roomThere
                ? run("person", "reset", "room-1", "--data", station.data.toString())
                : run(
                        "person",
                        "add",
                        "room-1",
                        "--as",
                        "officer",
                        "--unit",
                        "110105",
                        "--data",
                        station.data.toString());
        roomThere = true;
        ObjectNode body = LiveStation.JSON.createObjectNode();
        body.put("officerNo", "room-1").put("password", first).put("newPassword", "the room with the cameras");
        HttpResponse<String> answer = station.send(HttpRequest.newBuilder(station.at("/api/session"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        body.put("bearer", true).toString())));
        assertEquals(200, answer.statusCode(), answer.body());
        return Optional.of(LiveStation.JSON.readTree(answer.body()).get("token").asText());
    }
}
