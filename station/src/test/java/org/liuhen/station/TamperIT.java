package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.storage.Vault;

/** Changes one thing behind the station's back, and expects that verification names exactly that thing. */
@Tag("slow")
class TamperIT {
    private static final LogName SITE = new LogName("site-1");
    private static final int ITEMS = 5;
    private static final int TRACK = 3; // the item that holds positions

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path folder;

    private static LiveStation station;
    private static Vault vault;
    private static LogStore log;
    private static List<JsonNode> items;
    private static byte[] earlierHead;

    @BeforeAll
    static void uploadFiveFiles() throws Exception {
        station = new LiveStation(folder.resolve("data"));
        vault = station.vaultSettings().open();
        log = vault.log(SITE);
        TusSender sender = new TusSender(station);
        for (int i = 0; i < ITEMS; i++) {
            String text = i == TRACK ? "lat,lon\n" + "39.9042,116.4074\n".repeat(100) : ("证据 " + i + "\n").repeat(100);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sender.upload(TusSender.metadata("note-" + i + ".txt", bytes), bytes);
            if (i == 1) {
                station.awaitSealed(2);
                earlierHead = log.read("checkpoint").orElseThrow();
            }
        }
        items = station.awaitSealed(ITEMS);
    }

    @AfterAll
    static void stop() throws IOException {
        vault.close();
        station.close();
        TestFiles.deleteAll(folder);
    }

    /** What another test looked at is an event, which the log may show only later: nothing is changed before it is there. */
    @BeforeEach
    void awaitTheEndOfTheLog() throws Exception {
        String place = "/api/evidence/" + items.get(0).get("id").asText();
        String mark = UUID.randomUUID().toString();
        station.get(place + "?purpose=" + mark);
        LiveStation.await(() -> station.get(place + "/custody").toString().contains(mark));
        LiveStation.await(
                () -> { // that look is an event, too, once a minute
                    byte[] before = log.read("checkpoint").orElseThrow();
                    Thread.sleep(2_000);
                    return Arrays.equals(before, log.read("checkpoint").orElseThrow());
                });
    }

    @Test
    void holdsWhereNothingWasTouched() throws Exception {
        assertEquals(List.of(), faults());
    }

    @Test
    @DisabledIf("onS3") // there the bytes of a version cannot be changed through S3 at all; see RefusedObjectIT
    void namesTheItemWhoseStoredByteWasFlipped() throws Exception {
        JsonNode item = items.get(2);
        Path file = folder.resolve("data/vault/vault")
                .resolve(item.at("/object/key").asText());
        assertTrue(file.toFile().setWritable(true));
        byte[] before = Files.readAllBytes(file);
        List<String> faults = after(() -> Files.write(file, flipped(before, 7)), () -> Files.write(file, before));
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).startsWith("VF-109"), faults.toString());
        assertTrue(faults.get(0).contains(item.get("id").asText()), faults.toString());
    }

    @Test
    void namesTheEntryWhoseByteWasFlipped() throws Exception {
        String path = lastBundle();
        byte[] before = log.read(path).orElseThrow();
        int at = new String(before, StandardCharsets.ISO_8859_1).lastIndexOf("\"eventType\":\"sealed\"") - 40;
        List<String> faults = after(() -> log.write(path, flipped(before, at)), () -> log.write(path, before));
        assertTrue(faults.stream().anyMatch(fault -> fault.startsWith("VF-103")), faults.toString());
        assertTrue(
                faults.stream().allMatch(fault -> fault.matches("VF-(103|106|107|113).*")),
                "the entry, the one after it, and the row that no longer equals it: " + faults);
    }

    @Test
    void namesTheTileWhoseByteWasFlipped() throws Exception {
        long size = station.get("/api/verification").get("entries").asLong();
        String path = "tile/0/000.p/" + size;
        byte[] before = log.read(path).orElseThrow();
        List<String> faults = after(() -> log.write(path, flipped(before, 3 * 32 + 5)), () -> log.write(path, before));
        assertEquals(List.of("VF-104 AlteredTile[level=0, tile=0, position=3]"), faults);
    }

    @Test
    void namesTheDescriptionWhoseByteWasFlipped() throws Exception {
        JsonNode item = items.get(1);
        String path = "metadata/" + item.get("metadataSha256").asText();
        byte[] before = log.read(path).orElseThrow();
        List<String> faults = after(() -> log.write(path, flipped(before, 20)), () -> log.write(path, before));
        assertTrue(faults.get(0).startsWith("VF-111"), faults.toString());
        assertTrue(faults.toString().contains(item.get("id").asText()), faults.toString());
    }

    @Test
    void namesTheTrackWhoseByteWasFlippedAndDoesNotShowIt() throws Exception {
        JsonNode item = items.stream()
                .filter(one -> one.get("fileName").asText().equals("note-" + TRACK + ".txt"))
                .findFirst()
                .orElseThrow();
        String place = "/api/evidence/" + item.get("id").asText();
        assertEquals(
                116.4074,
                station.get(place + "/track").at("/geometry/coordinates/0/0").asDouble());
        String digest = "";
        for (JsonNode value : station.get(place).get("metadata")) {
            digest = value.get("name").asText().equals("trackSha256")
                    ? value.get("value").asText()
                    : digest;
        }
        String path = "metadata/" + digest;
        byte[] before = log.read(path).orElseThrow();
        List<String> faults = after(
                () -> {
                    log.write(path, flipped(before, 20));
                    assertEquals(
                            "RV-114", station.get(place + "/track").get("code").asText());
                },
                () -> log.write(path, before));
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).startsWith("VF-111") && faults.get(0).contains(digest), faults.toString());
    }

    @Test
    void namesTheRowOfTheSearchDatabaseThatWasChanged() throws Exception {
        String id = items.get(0).get("id").asText();
        List<String> faults = after(
                () -> sql(
                        "update evidence set item = jsonb_set(item, '{sender}', '\"110024\"') where id = '" + id + "'"),
                () -> sql("update evidence set item = jsonb_set(item, '{sender}', '\"110023\"') where id = '" + id
                        + "'"));
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).startsWith("VF-113 ReadModelDiffers[table=evidence, key=" + id), faults.toString());
        faults = after(
                () -> sql("update entry set actor = 'nobody' where log = 'site-1' and index = 3"),
                () -> sql("update entry set actor = (select actor from entry where log = 'site-1' and index = 4)"
                        + " where log = 'site-1' and index = 3"));
        assertTrue(faults.get(0).startsWith("VF-113 ReadModelDiffers[table=entry, key=site-1/3"), faults.toString());
    }

    @Test
    void namesTheLastEventOfAChainWhereItsRowWasRemoved() throws Exception {
        String id = items.get(0).get("id").asText();
        sql("create table kept as select * from entry where chain = '" + id + "' order by item_sequence desc limit 1");
        List<String> faults = after(
                () -> {
                    sql("delete from entry where (log, index) in (select log, index from kept)");
                    JsonNode chain = station.get("/api/evidence/" + id + "/custody");
                    assertFalse(chain.get("verified").asBoolean(), "the page must show it, too");
                },
                () -> sql("insert into entry select * from kept"));
        sql("drop table kept");
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).matches("VF-113 ReadModelDiffers\\[table=entry, key=site-1/\\d+, .*found=nothing\\]"));
    }

    /**
     * A chain that does not hold is told to the desk and by the health of the station, though nobody opens the item. So is an entry that nothing can read, and one with a place that no log has: they keep no
     * other item from being told.
     */
    @Test
    void tellsTheDeskOfChainsThatDoNotHold() throws Exception {
        String renamed = items.get(0).get("id").asText();
        String name = items.get(0).get("fileName").asText();
        String rename = "entry = replace(entry, '%s', '%s')";
        Map<String, List<String>> attacks = Map.of( // each, and how it is taken back
                renamed,
                List.of(rename.formatted(name, "note-x.txt"), rename.formatted("note-x.txt", name)),
                items.get(1).get("id").asText(),
                List.of("index = -1 - index", "index = -1 - index"),
                items.get(2).get("id").asText(),
                List.of("entry = entry || '}'", "entry = left(entry, -1)"),
                items.get(3).get("id").asText(),
                List.of("entry = repeat('[', 20000) || entry", "entry = ltrim(entry, '[')"));
        String row = "update entry set %s where event_type = 'declared' and chain = '%s'";
        LiveStation.await(() -> station.get("/api/desk").at("/piles/anomalies").asInt(-1) == 0); // after other attacks
        for (Map.Entry<String, List<String>> attack : attacks.entrySet()) {
            assertEquals(1, sql(row.formatted(attack.getValue().get(0), attack.getKey())));
        }
        LiveStation.await(() -> station.get("/api/desk").at("/piles/anomalies").asInt() == attacks.size());
        Set<String> listed =
                Set.copyOf(station.get("/api/evidence?desk=anomalies").findValuesAsText("id"));
        assertTrue(listed.containsAll(attacks.keySet()), listed.toString());
        assertTrue(station.get("/api/evidence?id=" + renamed)
                .at("/evidence/0/chainFault")
                .asText()
                .startsWith("VF-103"));
        assertTrue(station.get("/api/health").at("/problems").has("chainsBroken"));
        for (Map.Entry<String, List<String>> attack : attacks.entrySet()) {
            JsonNode chain = station.get("/api/evidence/" + attack.getKey() + "/custody");
            assertFalse(chain.get("verified").asBoolean(true), chain.toString());
            sql(row.formatted(attack.getValue().get(1), attack.getKey()));
        }
        LiveStation.await(() -> station.get("/api/desk").at("/piles/anomalies").asInt(-1) == 0);
        assertFalse(station.get("/api/health").at("/problems").has("chainsBroken"));
    }

    @Test
    void namesTheLastEventWhereItWasCutOffTheLogItself() throws Exception {
        String path = lastBundle();
        byte[] before = log.read(path).orElseThrow();
        int size = station.get("/api/verification").get("entries").asInt();
        byte[] cut = java.util.Arrays.copyOf(before, startOfEntry(before, size - 1));
        List<String> faults = after(() -> log.write(path, cut), () -> log.write(path, before));
        assertTrue(
                faults.get(0).startsWith("VF-102") && faults.get(0).contains("ends before entry " + (size - 1)),
                faults.toString());
    }

    @Test
    void seesThatAnOlderSignedHeadWasPutBack() throws Exception {
        byte[] before = log.read("checkpoint").orElseThrow();
        List<String> faults = after(() -> log.write("checkpoint", earlierHead), () -> log.write("checkpoint", before));
        assertTrue(faults.stream().anyMatch(fault -> fault.startsWith("VF-112")), faults.toString());
    }

    @Test
    void seesThatTheSignatureOfTheHeadWasFlipped() throws Exception {
        byte[] before = log.read("checkpoint").orElseThrow();
        List<String> faults = after(
                () -> log.write("checkpoint", flipped(before, before.length - 20)),
                () -> log.write("checkpoint", before));
        assertTrue(faults.get(0).startsWith("VF-101"), faults.toString());
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }

    private static String lastBundle() throws Exception {
        return "tile/entries/000.p/"
                + station.get("/api/verification").get("entries").asLong();
    }

    private static int startOfEntry(byte[] bundle, int index) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bundle);
        for (int i = 0; i < index; i++) {
            int length = in.read() << 8 | in.read();
            in.skipNBytes(length);
        }
        return bundle.length - in.available();
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }

    private interface Act {
        void run() throws Exception;
    }

    /** The faults found after an attack, which is taken back. */
    private static List<String> after(Act attack, Act takeBack) throws Exception {
        attack.run();
        try {
            return faults();
        } finally {
            takeBack.run();
            assertEquals(List.of(), faults(), "all is as it was");
        }
    }

    private static List<String> faults() throws Exception {
        List<String> faults = new ArrayList<>();
        JsonNode report = station.get("/api/verification");
        report.get("faults")
                .forEach(fault -> faults.add(
                        fault.get("code").asText() + " " + fault.get("fault").asText()));
        assertEquals(faults.isEmpty(), report.get("verified").asBoolean());
        return faults;
    }

    private static int sql(String statement) throws IOException, SQLException {
        String port = Files.readAllLines(folder.resolve("data/postgres/postmaster.pid"))
                .get(3);
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/liuhen",
                        "liuhen",
                        Files.readString(folder.resolve("data/postgres.password")));
                Statement run = connection.createStatement()) {
            return run.executeUpdate(statement);
        }
    }
}
