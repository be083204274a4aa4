package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.cli.ExitCodes;
import org.liuhen.custody.bag.Authority;
import org.liuhen.custody.bag.BagVerification;
import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.bag.Verify;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sm3Digest;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.custody.verify.Fault;
import org.liuhen.storage.Vault;

/** Evidence leaves a real station in a package that proves itself, and only on the word of two people. */
class ExportIT {
    private static final String CASE = "（2022）京0105刑初123号";

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path folder;

    private static Authority authority;
    private static LiveStation station;
    private static TusSender sender;
    private static final byte[] RECORDING = new byte[5_000_000];

    @BeforeAll
    static void start() throws Exception {
        authority = new Authority(Files.createDirectories(folder.resolve("authority")));
        Files.createDirectories(folder.resolve("data/keys"));
        String key = LogKey.readOrCreate(folder.resolve("data/keys/site-1.pem"), new LogName("site-1"))
                .verifier()
                .toString();
        Path policy = Files.writeString(
                folder.resolve("policy"),
                "log " + key + "\nquorum none\ntimestamp time "
                        + authority.certificate().hex() + " " + authority.serve() + "\n");
        Sm2.readOrCreate(
                Files.createDirectories(folder.resolve("data/keys/export")).resolve("site-1.sm2.pem"));
        station = new LiveStation(folder.resolve("data"), "--policy", policy.toString(), "--sm3");
        sender = new TusSender(station);
        new Random(3).nextBytes(RECORDING);
    }

    @AfterAll
    static void stop() {
        station.close();
        authority.close();
    }

    private static String upload(String name, byte[] bytes, String caseId) throws Exception {
        var metadata = TusSender.metadata(name, bytes);
        metadata.put("caseId", caseId);
        String id = sender.upload(metadata, bytes).substring("/files/".length());
        await(() -> station.get("/api/evidence?id=" + id).at("/evidence/0").has("sealedUntil"));
        await(() -> station.get("/api/evidence?id=" + id)
                .at("/evidence/0/cases")
                .toString()
                .contains(caseId));
        return id;
    }

    private static HttpResponse<String> post(String path, String officer, String body) throws Exception {
        return station.http.send(
                HttpRequest.newBuilder(station.at(path))
                        .header("Liuhen-Officer", officer)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String request(List<String> ids, String caseId) throws Exception {
        ObjectNode body = LiveStation.JSON.createObjectNode();
        ids.forEach(body.putArray("evidence")::add);
        body.put("caseId", caseId).put("recipient", "朝阳区检察院").put("purpose", "移送审查起诉");
        HttpResponse<String> answer = post("/api/exports", "110023", body.toString());
        assertEquals(202, answer.statusCode(), answer.body());
        return LiveStation.JSON.readTree(answer.body()).get("exportId").asText();
    }

    private static void approve(String export) throws Exception {
        HttpResponse<String> own = post("/api/exports/" + export + "/approval", "110023", "{}");
        assertEquals(409, own.statusCode());
        assertTrue(own.body().contains("ST-127"), own.body());
        assertEquals(0, liuhen("approve", export, "--role", "legal officer"));
    }

    private static HttpResponse<byte[]> fetch(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(station.at(path)).header("Liuhen-Officer", "110099");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return station.http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void aCaseLeavesInAPackageThatVerifiesOffline() throws Exception {
        String video = upload("巡逻 Zoé.mp4", RECORDING, CASE);
        upload("笔录 100%?.txt", "笔录\n".getBytes(StandardCharsets.UTF_8), CASE);
        upload("空.txt", new byte[0], CASE);
        String export = request(List.of(), CASE);
        String place = "/api/exports/" + export;
        assertEquals("requested", station.get(place).get("state").asText());
        await(() -> station.get("/api/exports?state=requested").get("exports").size()
                == 1); // each item's event was followed
        assertEquals(1, waiting("110099"));
        assertEquals(0, waiting("110023"), "what somebody asked for waits for another person");
        JsonNode listed =
                station.get("/api/exports?state=requested").get("exports").get(0);
        assertEquals(
                List.of(export, "requested", "3", "朝阳区检察院", "移送审查起诉", "110023"),
                Stream.of("id", "state", "items", "recipient", "purpose", "requestedBy")
                        .map(name -> listed.get(name).asText())
                        .toList());
        assertEquals(CASE, listed.get("caseId").asText(), "who approves sees for which case");
        assertEquals(
                List.of("巡逻 Zoé.mp4", "笔录 100%?.txt", "空.txt"),
                listed.get("first").findValuesAsText("fileName"),
                "and which items");
        assertEquals(video, listed.at("/first/0/id").asText());
        assertEquals(409, fetch(place + "/files").statusCode(), "nothing leaves before it is approved");
        approve(export);
        await(() -> station.get(place).get("state").asText().equals("ready"));
        await(() -> station.get("/api/exports?state=exported")
                .get("exports")
                .findValuesAsText("id")
                .contains(export));
        assertEquals(
                0, station.get("/api/exports?state=requested").get("exports").size());
        assertEquals(0, waiting("110099"));

        Path bag = folder.resolve("bag");
        assertEquals(0, liuhen("fetch", export, "--to", bag.toString()));
        HttpResponse<byte[]> keys = fetch("/api/trust");
        assertEquals(200, keys.statusCode());
        Policy trust = Policy.parse(new String(keys.body(), StandardCharsets.UTF_8));
        assertEquals(
                Files.readString(station.data.resolve("keys/trust")),
                new String(keys.body(), StandardCharsets.UTF_8),
                "what fetches packages hands the keys over, too");
        BagVerification.Result result = BagVerification.verify(bag, trust, bytes -> {});
        assertEquals(List.of(), result.faults());
        assertEquals(3, result.items().size());
        assertEquals(export, result.exportId());
        Path original = bag.resolve("data/" + video + "/original/巡逻 Zoé.mp4");
        assertArrayEquals(RECORDING, Files.readAllBytes(original));
        assertEquals(1, trust.sm2().size(), "and the package is signed with SM2, too");
        String sm3 = Sm3Digest.ofRaw(Sm3Digest.algorithm().digest(RECORDING)).hex();
        assertTrue(Files.readString(bag.resolve("data/" + video + "/custody.jsonl"))
                .contains("\"sm3\":\"" + sm3));
        assertTrue(Files.readString(bag.resolve("data/" + video + "/custody.jsonl"))
                .contains("\"role\":\"legal officer\""));
        assertTrue(authority.verifies(
                Files.readAllBytes(bag.resolve("data/timestamps/time.tsr")),
                SignedNote.parse(headOf(bag, video)).text()));
        assertTrue(Files.readString(bag.resolve("summary.html")).contains("朝阳区检察院"));

        // What broke off goes on where it stood, and each giving of bytes is on the record.
        Files.write(original, Arrays.copyOf(RECORDING, 1_234_567));
        Files.delete(bag.resolve("bagit.txt"));
        assertEquals(0, liuhen("fetch", export, "--to", bag.toString()));
        assertEquals(List.of(), BagVerification.verify(bag, trust, bytes -> {}).faults());
        await(() -> {
            String chain = station.get("/api/evidence/" + video + "/custody").toString();
            return chain.contains("\"fromByte\":1234567") && chain.contains("\"authorization\":\"" + export + "\"");
        });

        HttpResponse<byte[]> zip = fetch(place + "/bag.zip");
        assertEquals(200, zip.statusCode());
        int half = zip.body().length / 2;
        HttpResponse<byte[]> rest = fetch(
                place + "/bag.zip",
                "Range",
                "bytes=" + half + "-",
                "If-Range",
                zip.headers().firstValue("ETag").orElseThrow());
        assertEquals(206, rest.statusCode());
        Path file = Files.write(folder.resolve("bag.zip"), Arrays.copyOf(zip.body(), half));
        Files.write(file, rest.body(), StandardOpenOption.APPEND);
        assertArrayEquals(zip.body(), Files.readAllBytes(file));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertEquals(
                0,
                Verify.run(
                        file, station.data.resolve("keys/trust"), new PrintStream(said, true, StandardCharsets.UTF_8)),
                said.toString(StandardCharsets.UTF_8));

        Files.write(original, new byte[1], StandardOpenOption.APPEND);
        assertEquals(
                1,
                liuhen(
                        "verify",
                        bag.toString(),
                        "--policy",
                        station.data.resolve("keys/trust").toString()));
        assertEquals(
                List.of("VF-205", "VF-109"),
                BagVerification.verify(bag, trust, bytes -> {}).faults().stream()
                        .map(Fault::code)
                        .toList());
    }

    private static byte[] headOf(Path bag, String item) throws Exception {
        byte[] proof = Files.readAllBytes(bag.resolve("data/" + item + "/custody.tlog-proof"));
        return TlogProof.parse(proof).checkpoint().bytes();
    }

    @Test
    void whatCannotBeExportedIsSaidAtOnce() throws Exception {
        for (String[] bad : new String[][] {
            {"{\"evidence\":[\"01jdb3kz0r0000000000000000\"],\"recipient\":\"a\",\"purpose\":\"b\"}", "404"},
            {"{\"evidence\":[\"nonsense\"],\"recipient\":\"a\",\"purpose\":\"b\"}", "400"},
            {"{\"evidence\":[],\"recipient\":\"a\",\"purpose\":\"b\"}", "400"},
            {"{\"caseId\":\"C-none\",\"recipient\":\"a\",\"purpose\":\"b\"}", "404"},
            {"{\"evidence\":[\"01jdb3kz0r0000000000000000\"],\"recipient\":\"\",\"purpose\":\"b\"}", "400"},
            {"{\"evidence\":[\"01jdb3kz0r0000000000000000\"],\"recipient\":\"a\"}", "400"},
            {"nonsense", "400"}
        }) {
            HttpResponse<String> answer = post("/api/exports", "110023", bad[0]);
            assertEquals(bad[1], Integer.toString(answer.statusCode()), bad[0] + " " + answer.body());
        }
        assertEquals(404, fetch("/api/exports/01jdb3kz0r0000000000000000").statusCode());
        assertEquals(
                404,
                post("/api/exports/01jdb3kz0r0000000000000000/approval", "110099", "{}")
                        .statusCode());
    }

    @Test
    void anOfficersItemsAreStatedToBeComplete() throws Exception {
        for (int number : new int[] {1, 2, 5}) {
            byte[] bytes = ("recording " + number).getBytes(StandardCharsets.UTF_8);
            var metadata = TusSender.metadata(number + ".txt", bytes);
            metadata.put("deviceSerial", "DSJ-9");
            metadata.put("seq", Integer.toString(number));
            String id = sender.upload(metadata, bytes).substring("/files/".length());
            await(() -> station.get("/api/evidence?id=" + id).at("/evidence/0").has("sealedUntil"));
        }
        Path statement = folder.resolve("statement.json");
        String trust = station.data.resolve("keys/trust").toString();
        String day = java.time.LocalDate.now(java.time.ZoneOffset.UTC).toString();
        String after = java.time.LocalDate.parse(day).plusDays(2).toString();
        await(() -> {
            assertEquals(
                    0,
                    liuhen(
                            "completeness",
                            "--device",
                            "DSJ-9",
                            "--from",
                            day + "T00:00:00Z",
                            "--to",
                            after + "T00:00:00Z",
                            "--out",
                            statement.toString()));
            return LiveStation.JSON.readTree(statement.toFile()).get("proofs").size() == 3;
        });
        assertEquals(
                "[\"DSJ-9: 3-4\"]",
                LiveStation.JSON.readTree(statement.toFile()).get("holes").toString());
        assertEquals(
                0,
                liuhen(
                        "completeness",
                        "--verify",
                        statement.toString(),
                        "--policy",
                        trust,
                        "--log",
                        station.at("/log/site-1").toString()));
    }

    /** A second person refuses it, or the one who asked takes it back; then nobody approves it, and no package is made. */
    @Test
    void aPackageThatWaitsIsRefusedOrWithdrawn() throws Exception {
        String id = upload("ended.txt", "ended".getBytes(StandardCharsets.UTF_8), "C-ended");
        String refused = request(List.of(id), null);
        String withdrawn = request(List.of(id), null);
        await(() -> listed(withdrawn).path("state").asText().equals("requested"));
        assertEquals(0, waiting("110023"), "nobody is shown as waiting what he asked for");
        assertTrue(waiting("110099") >= 2);
        String reason = "{\"reason\":\"用途不明\"}";
        decided("RV-106", post("/api/exports/" + refused + "/refusal", "110099", "{}"));
        decided("ST-151", post("/api/exports/" + refused + "/refusal", "110023", reason));
        decided("ST-152", post("/api/exports/" + withdrawn + "/withdrawal", "110099", reason));
        assertEquals(0, liuhen("refuse", refused, "--reason", "用途不明"));
        assertEquals(
                202,
                post("/api/exports/" + withdrawn + "/withdrawal", "110023", reason)
                        .statusCode());
        await(() -> listed(refused).path("state").asText().equals("refused"));
        await(() -> listed(withdrawn).path("state").asText().equals("withdrawn"));
        assertEquals("用途不明", listed(refused).get("reason").asText());
        assertEquals("110099", listed(refused).get("decidedBy").asText());
        assertEquals("110023", listed(withdrawn).get("decidedBy").asText());
        assertEquals(0, waiting("110099"));
        for (String export : List.of(refused, withdrawn)) {
            JsonNode shown = station.get("/api/exports/" + export);
            assertEquals(listed(export).get("state"), shown.get("state"));
            assertEquals("用途不明", shown.get("reason").asText());
            for (String late : List.of("approval", "refusal")) {
                decided("RV-131", post("/api/exports/" + export + "/" + late, "110099", reason));
            }
            decided("RV-131", post("/api/exports/" + export + "/withdrawal", "110023", reason));
            assertEquals(409, fetch("/api/exports/" + export + "/files").statusCode());
        }
        assertTrue(station.get("/api/exports?state=refused").toString().contains(refused));
        upload("other.txt", "other".getBytes(StandardCharsets.UTF_8), "C-other");
        String mixed = request(List.of(id), "C-other");
        await(() -> listed(mixed).path("state").asText().equals("requested"));
        assertEquals(2, listed(mixed).get("items").asInt());
        assertFalse(listed(mixed).has("caseId"), "what holds more than a case is not shown as that case");
        post("/api/exports/" + mixed + "/withdrawal", "110023", reason);
        await(() -> listed(mixed).path("state").asText().equals("withdrawn"));
        assertTrue(
                station.get("/api/evidence/" + id + "/custody").get("verified").asBoolean());
    }

    private static void decided(String code, HttpResponse<String> answer) throws Exception {
        assertEquals(code, LiveStation.JSON.readTree(answer.body()).path("code").asText(), answer.body());
    }

    private static int waiting(String officer) throws Exception {
        HttpRequest.Builder desk =
                HttpRequest.newBuilder(station.at("/api/desk")).header("Liuhen-Officer", officer);
        return LiveStation.JSON
                .readTree(station.http
                        .send(desk.build(), HttpResponse.BodyHandlers.ofString())
                        .body())
                .get("exportsToApprove")
                .asInt();
    }

    /** One stored request that cannot be read is named in the list, and stops none of the others. */
    @Test
    void aDamagedRequestDoesNotHideTheOthers() throws Exception {
        String id = upload("listed.txt", "listed".getBytes(StandardCharsets.UTF_8), "C-listed");
        String damaged = request(List.of(id), null);
        String whole = request(List.of(id), null);
        approve(damaged);
        approve(whole);
        await(() -> station.get("/api/exports/" + damaged).get("state").asText().equals("ready"));
        try (Vault vault = station.vaultSettings().open()) {
            vault.log(new LogName("site-1"))
                    .write("exports/" + damaged + "/request.json", "{}".getBytes(StandardCharsets.UTF_8));
        }
        await(() -> listed(damaged).path("state").asText().equals("failed"));
        assertTrue(listed(damaged).get("reason").asText().contains("cannot be read"));
        assertEquals("朝阳区检察院", listed(whole).get("recipient").asText());
    }

    private static JsonNode listed(String export) throws Exception {
        for (JsonNode one : station.get("/api/exports").get("exports")) {
            if (one.get("id").asText().equals(export)) {
                return one;
            }
        }
        return MissingNode.getInstance();
    }

    /** Only the folder lets a test change a stored byte; on S3 the lock refuses it. */
    @Test
    @DisabledIf("onS3")
    void bytesThatChangedInTheStoreAreNotExported() throws Exception {
        byte[] bytes = "whole".getBytes(StandardCharsets.UTF_8);
        String id = upload("changed.txt", bytes, "C-changed");
        JsonNode object = station.get("/api/evidence?id=" + id).at("/evidence/0/object");
        Path stored = station.data
                .resolve("vault")
                .resolve("vault")
                .resolve(object.get("key").asText());
        assertTrue(Files.exists(stored), stored.toString());
        assertTrue(stored.toFile().setWritable(true));
        Files.writeString(stored, "whale");
        String export = request(List.of(id), null);
        approve(export);
        await(() -> station.get("/api/exports/" + export).get("state").asText().equals("failed"));
        assertTrue(station.get("/api/exports/" + export).get("reason").asText().startsWith("RV-110"));
        await(() -> station.get("/api/evidence/" + id + "/custody").toString().contains("fixityChecked"));
        await(() -> station.get("/api/evidence?desk=anomalies").toString().contains(id));
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }

    private static int liuhen(String... arguments) throws IOException, InterruptedException {
        List<String> command = LiveStation.command(arguments);
        if (!arguments[0].equals("verify")) {
            command.addAll(List.of("--data", station.data.toString(), "--officer", "110099"));
        }
        Path log = folder.resolve("command.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        int code = builder.start().waitFor();
        if (code == ExitCodes.REFUSED) {
            throw new IOException(Files.readString(log));
        }
        return code;
    }
}
