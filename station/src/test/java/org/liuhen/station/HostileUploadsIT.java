package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.HostileEvents;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.Vault;

/**
 * Uploads and dispatch records with each value at its extremes, byte by byte as a client writes them, by both protocols. No answer is
 * the server's fault, each refusal has a code of the list, and afterwards good uploads are sealed and each unfinished one can be read.
 */
@Tag("slow")
@DisabledIf("onS3") // what is refused is refused before the store is asked
class HostileUploadsIT {
    private static final List<String> KEYS = keys();
    private static final String TUS = "Tus-Resumable: 1.0.0";
    private static final Pattern CODE = Pattern.compile("\"code\":\"([A-Z]{2}-[0-9]{3})\"");

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static TusSender sender;
    private static String knownCodes;

    private final Random random = new Random(20_261_127);
    private int officers;
    private final Map<String, Integer> statuses = new LinkedHashMap<>();

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"));
        sender = new TusSender(station);
        knownCodes = Files.readString(Path.of("..", "docs", "errors.md"));
    }

    /** After a restart, whose sweep looks at each unfinished upload, there is none that cannot be read, and intake is open. */
    @AfterAll
    static void stop() throws Exception {
        station.close();
        try (Vault vault = station.vaultSettings().open()) {
            Uploads.Unannounced pending = vault.uploads().unannounced();
            assertEquals(List.of(), pending.unreadable());
            assertTrue(pending.uploads().size() > 0, "some were good and never finished");
        }
        station.start();
        try {
            byte[] last = {7};
            sender.upload(TusSender.metadata("last.bin", last), last);
            LiveStation.await(() -> station.items().stream()
                    .anyMatch(item -> item.get("sha256")
                                    .asText()
                                    .equals(Sha256Digest.of(last).hex())
                            && item.has("sealedUntil")));
            String log = Files.readString(station.data.resolve("station.log"));
            for (String fault : List.of("VT-20", "sweeping:", "IN-199", " failed\n")) {
                assertTrue(!log.contains(fault), fault + ": " + log);
            }
        } finally {
            station.close();
        }
    }

    /** What the server answered. */
    private record Answer(int status, String head, String body) {
        String location() {
            Matcher found = Pattern.compile("(?im)^Location: *(\\S+)").matcher(head);
            return found.find() ? found.group(1) : null;
        }
    }

    /** One request on a connection of its own. The header's text is written as ISO 8859-1: each character is one byte. */
    private Answer send(String method, String path, byte[] body, List<String> headers) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), station.at("/").getPort())) {
            socket.setSoTimeout(30_000);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            String head = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
            if (headers.stream().noneMatch(header -> header.startsWith("Liuhen-Officer:"))) {
                head += "Liuhen-Officer: 11" + officers++ % 100 + "\r\n"; // no one of them asks too often
            }
            request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
            for (String header : headers) {
                request.writeBytes((header + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            if (headers.stream().noneMatch(header -> header.startsWith("Content-Length:"))) {
                request.writeBytes(("Content-Length: " + body.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            request.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(body);
            try {
                socket.getOutputStream().write(request.toByteArray());
            } catch (IOException cut) {
                throw new IOException(method + " " + path + " " + headers + ": cut before it was sent", cut);
            }
            String text = new String(all(socket.getInputStream()), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            assertTrue(text.startsWith("HTTP/1.1 ") && end > 0, method + " " + path + " " + headers + ": " + text);
            return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
        }
    }

    private static byte[] all(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 14];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes.write(buffer, 0, read);
            }
        } catch (IOException reset) {
            // behind an answer to a request that was not read to its end
        }
        return bytes.toByteArray();
    }

    /** An answer that is no failure of the server; a refusal is a problem with a code that the list has. */
    private Answer good(String method, String path, byte[] body, String... headers) throws IOException {
        Answer answer = send(method, path, body, List.of(headers));
        String asked = method + " " + path + " " + List.of(headers).toString().replaceAll("(.{300}).*", "$1…");
        statuses.merge(path.split("[/?]", 3)[1] + " " + answer.status(), 1, Integer::sum);
        assertTrue(answer.status() < 500 || answer.status() == 503, asked + ": " + answer);
        if (answer.status() >= 400 && !method.equals("HEAD")) {
            Matcher code = CODE.matcher(answer.body());
            boolean server = answer.status() == 431 || answer.head().contains("must-revalidate"); // not even a request
            assertTrue(server || code.find(), asked + ": " + answer);
            assertTrue(server || named(code.group(1)), asked + ": " + answer);
            assertTrue(server || answer.body().length() < 4_000, asked + ": " + answer);
        }
        return answer;
    }

    private static boolean named(String code) {
        if (knownCodes.contains(code)) {
            return true;
        }
        Matcher range =
                Pattern.compile("([A-Z]{2}-[0-9]{3}) to ([A-Z]{2}-[0-9]{3})").matcher(knownCodes);
        while (range.find()) {
            if (range.group(1).compareTo(code) <= 0 && code.compareTo(range.group(2)) <= 0) {
                return true;
            }
        }
        return false;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** One pair as it would be well-formed, and the same wrong in each way that a header can be. */
    private List<String> pairs(String key, String value) {
        List<String> all = new ArrayList<>(
                List.of(key + " " + base64(value), key + " " + base64(value).replace("=", "")));
        if (value.length() < 100) {
            all.add(key + " " + value.replaceAll("[\r\n]", "?"));
            all.add(key + " " + Base64.getUrlEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_16LE)));
        }
        return all;
    }

    private List<String> extremes() {
        List<String> all = new ArrayList<>(HostileEvents.extremeTexts());
        all.addAll(List.of(
                "video/mp4;\u0000",
                "video/mp4;\u202e",
                "1969-12-31T16:00:00Z",
                "2026-02-30T00:00:00Z",
                "2026-11-25T08:00:00+18:00",
                "\u0663",
                "\ud83d\ude00".repeat(64),
                "x\ny",
                "2147483648",
                "9007199254740992"));
        return all;
    }

    private static String metadata(String name, byte[] bytes, String more) {
        return "Upload-Metadata: " + TusSender.header(TusSender.metadata(name, bytes)) + more;
    }

    /** A bare upload with the values of all other keys good. */
    private String with(String key, String pair) {
        Map<String, String> good = TusSender.metadata("a.bin", new byte[] {1});
        good.remove(key);
        if (key.startsWith("segment")) {
            good.put("recordingId", "r1");
            good.put("segment", "1");
            good.remove(key);
        }
        return "Upload-Metadata: " + TusSender.header(good) + "," + pair;
    }

    @Test
    void eachKeyOfTheMetadataAtEachExtreme() throws Exception {
        for (String key : KEYS) {
            for (String extreme : extremes()) {
                List<String> pairs = pairs(key, extreme);
                String right = with(key, pairs.get(0));
                String wrong = with(key, pairs.get(1 + random.nextInt(pairs.size() - 1)));
                good("POST", "/files", new byte[0], TUS, "Upload-Length: 1", right);
                good("POST", "/files", new byte[0], TUS, "Upload-Length: 1", wrong);
                good("POST", "/uploads", new byte[0], "Upload-Complete: ?0", "Upload-Length: 1", right);
                if (random.nextInt(3) == 0) {
                    String part = "Upload-Metadata: " + pairs.get(0);
                    good("POST", "/files", new byte[0], TUS, "Upload-Length: 1", "Upload-Concat: partial", part);
                }
            }
            for (String bytes :
                    List.of("\u00ff\u00fe", "\u00ed\u00a0\u00bd", "gICA", "7aC9", "====", "A", "\t", "a\u0000b")) {
                good("POST", "/files", new byte[0], TUS, "Upload-Length: 1", with(key, key + " " + bytes));
            }
            String twice = key + " " + base64("1") + "," + key + " " + base64("1");
            good("POST", "/files", new byte[0], TUS, "Upload-Length: 1", with(key, twice));
        }
        afterwards();
    }

    @Test
    void theOtherHeadersAtTheirExtremes() throws Exception {
        byte[] one = {0}; // as all of the bytes of the upload that is attacked
        List<String> numbers = new ArrayList<>(extremes());
        numbers.removeIf(text -> text.contains("\n"));
        String open = sender.create(TusSender.metadata("open.bin", new byte[100]), 100)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String id = open.substring(open.lastIndexOf('/') + 1);
        for (String text : numbers) {
            for (String header : List.of("Upload-Length", "Upload-Defer-Length", "Upload-Concat", "Upload-Checksum")) {
                String value = header + ": " + (header.equals("Upload-Concat") ? "final;" : "") + text;
                if (random.nextBoolean()) {
                    good("POST", "/files", new byte[0], value, TUS, metadata("a.bin", one, ""));
                } else {
                    String type = "Content-Type: application/offset+octet-stream";
                    good("POST", "/files", one, value, TUS, metadata("a.bin", one, ""), "Upload-Length: 1", type);
                }
            }
            for (String header : List.of(
                    "Upload-Length",
                    "Upload-Complete",
                    "Content-Digest",
                    "Repr-Digest",
                    "Upload-Offset",
                    "Liuhen-Officer")) {
                String value = header + ": " + text; // before the good one: of two the server takes the first
                if (random.nextBoolean()) {
                    good("POST", "/uploads", one, value, metadata("b.bin", one, ""), "Upload-Complete: ?1");
                } else {
                    String type = "Content-Type: application/partial-upload";
                    good("PATCH", "/uploads/" + id, one, value, "Upload-Complete: ?0", "Upload-Offset: 0", type);
                }
            }
            good("PATCH", open, one, TUS, "Content-Type: application/offset+octet-stream", "Upload-Offset: " + text);
            good(
                    "PATCH",
                    open,
                    one,
                    TUS,
                    "Content-Type: application/offset+octet-stream",
                    "Upload-Offset: 0",
                    "Upload-Checksum: sha256 " + text);
            good("POST", open, one, TUS, "X-HTTP-Method-Override: " + text);
            String encoded = java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
            if (encoded.length() < 7_000) {
                good("GET", "/receipts?of=" + encoded, new byte[0], TUS);
                good("GET", "/files/" + id + "/receipt?wait=" + encoded, new byte[0], TUS);
                good("GET", "/files/" + encoded + "/receipt", new byte[0], TUS);
                good(
                        "PATCH",
                        "/files/" + encoded,
                        one,
                        TUS,
                        "Content-Type: application/offset+octet-stream",
                        "Upload-Offset: 0");
                good("HEAD", "/uploads/" + encoded, new byte[0]);
                good("DELETE", "/files/" + encoded, new byte[0], TUS);
            }
        }
        for (String name :
                List.of("7zzzzzzzzzzzzzzzzzzzzzzzzz", "76ezzzzzzz0000000000000000", "00000000000000000000000000")) {
            for (long millis : List.of(253_402_300_799_999L, 253_402_300_800_000L, 0L)) {
                good(
                        "PATCH",
                        "/files/" + at(millis, name),
                        one,
                        TUS,
                        "Content-Type: application/offset+octet-stream",
                        "Upload-Offset: 0");
            }
        }
        for (String query : List.of("of=%zz", "of=%ff", "of=", "of", "", "of=" + id + "&of=" + id + "%00", "x=1")) {
            good("GET", "/receipts?" + query, new byte[0], TUS);
        }
        for (String value :
                List.of("sha-256=:AAAA:", "sha-256=AAAA", "sha-256=:%%:", "md5=:AAAA:", ",", "=", "sha-256=:")) {
            for (int i = 0; i < 20; i++) { // more often than there are places for senders
                good(
                        "PATCH",
                        "/uploads/" + id,
                        one,
                        "Upload-Complete: ?0",
                        "Upload-Offset: 0",
                        "Content-Type: application/partial-upload",
                        "Content-Digest: " + value);
                good(
                        "POST",
                        "/uploads",
                        one,
                        metadata("c.bin", one, ""),
                        "Upload-Complete: ?1",
                        "Content-Digest: " + value);
            }
        }
        String second = metadata("e.bin", one, "");
        assertEquals(
                400,
                good("POST", "/files", one, TUS, second, "Upload-Length: 1", second)
                        .status(),
                "none is dropped");
        String parts = "final;" + ("/files/" + id + " ").repeat(100);
        good("POST", "/files", new byte[0], TUS, metadata("d.bin", one, ""), "Upload-Concat: " + parts);
        good("POST", "/files", new byte[0], TUS, metadata("d.bin", one, ""), "Upload-Concat: final;/\u00e9/" + id);
        for (String length : List.of("9223372036854775807", "9223372036854775808", "-1", "x")) {
            good(
                    "PATCH",
                    "/uploads/" + id,
                    new byte[0],
                    "Upload-Complete: ?1",
                    "Upload-Offset: 999999999999999999",
                    "Content-Type: application/partial-upload",
                    "Content-Length: " + length);
        }
        for (int size : new int[] {7_000, 8_000, 16_000, 100_000}) {
            good(
                    "POST",
                    "/files",
                    new byte[0],
                    TUS,
                    "Upload-Length: 1",
                    "Upload-Metadata: filename " + "A".repeat(size));
            good(
                    "POST",
                    "/files",
                    new byte[0],
                    TUS,
                    "Upload-Length: 1",
                    "Upload-Metadata: " + "seq MQ==,".repeat(size / 9));
        }
        long durable = Long.parseLong(
                sender.head(open).headers().firstValue("Upload-Offset").orElseThrow());
        byte[] rest = new byte[100 - (int) durable];
        assertEquals(204, sender.patch(open, durable, rest).statusCode(), "the attacked upload goes on");
        afterwards();
    }

    /** Each way of refusing reaches a sender that listens only after it sent a large body to its end (RFC 9112 §9.6). */
    @Test
    void refusalsReachSendersThatListenLate() throws Exception {
        byte[] large = new byte[30_000_000];
        String open = sender.create(TusSender.metadata("late.bin", new byte[40_000_000]), 40_000_000)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String stream = "Content-Type: application/offset+octet-stream";
        String nowhere = "/files/7zzzzzzzzzzzzzzzzzzzzzzzzz";
        assertEquals(413, good("POST", "/nowhere", large).status(), "before a route is asked");
        assertEquals(404, good("POST", "/files/nowhere/at/all", large).status());
        assertEquals(412, good("PATCH", open, large, stream, "Upload-Offset: 0").status());
        assertEquals(400, good("PATCH", open, large, TUS, stream).status());
        assertEquals(415, good("PATCH", open, large, TUS, "Upload-Offset: 0").status());
        assertEquals(
                409, good("PATCH", open, large, TUS, stream, "Upload-Offset: 9").status());
        assertEquals(
                404,
                good("PATCH", nowhere, large, TUS, stream, "Upload-Offset: 0").status());
        assertEquals(
                400,
                good("POST", "/files", large, TUS, "Upload-Length: x", stream).status());
        assertEquals(400, good("POST", "/uploads", large, "Upload-Complete: ?1").status());
        assertEquals(413, good("POST", "/api/dispatch-records", large).status());
    }

    private static String at(long millis, String rest) {
        StringBuilder name = new StringBuilder();
        for (int digit = 9; digit >= 0; digit--) {
            name.append("0123456789abcdefghjkmnpqrstvwxyz".charAt((int) ((millis >>> (5 * digit)) & 31)));
        }
        return name + rest.substring(10);
    }

    @Test
    void dispatchRecordsAsJsonAsLinesAndAsTables() throws Exception {
        List<byte[]> records = new HostileEvents(3, new LogName("site-1")).dispatchRecords(600);
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] record : records) {
            good("POST", "/api/dispatch-records", record, "Content-Type: application/json");
            lines.writeBytes(record);
            lines.write('\n');
        }
        good("POST", "/api/dispatch-records", lines.toByteArray(), "Content-Type: application/x-ndjson");
        String names = "incidentNo,revision,unitCode,officerNos,deviceSerials,dispatchedAt,clearedAt\n";
        for (String extreme : extremes()) {
            for (int column = 0; column < 7; column++) {
                String[] cells = {"JQ1", "1", "110105", "110023", "B-1", "2026-11-25T08:00:00Z", "2026-11-25T09:00:00Z"
                };
                cells[column] = "\"" + extreme.replace("\"", "\"\"") + "\"";
                table(names + String.join(",", cells) + "\n", "");
            }
            table(extreme, "");
            table(extreme + "\n1", "");
            table(names.replace("unitCode", extreme) + "JQ1\n", "");
        }
        for (String table : List.of(
                "",
                "\n\n",
                names,
                names + "JQ1\n",
                names + "JQ1,1,2,3,4,5,6,7\n",
                names + "\"JQ1\n",
                "incidentNo,incidentNo\nJQ1,JQ2\n",
                ",,\n1,2,3\n",
                names + ",".repeat(1_000_000),
                "\"".repeat(1_001))) {
            table(table, "");
        }
        for (String charset : List.of(
                "", "utf-7", "x", "gb18030", "UTF-16", "%", "x-JISAutoDetect", "ISO-2022-CN", "a".repeat(500))) {
            table(names + "JQ1,1,\u6d4b,110023,,2026-11-25T08:00:00Z,\n", "; charset=" + charset);
        }
        byte[] noise = new byte[100_000];
        random.nextBytes(noise);
        good("POST", "/api/dispatch-records", noise, "Content-Type: text/csv");
        good("POST", "/api/dispatch-records", "[".repeat(1 << 20).getBytes(StandardCharsets.UTF_8));
        good("POST", "/api/dispatch-records", new byte[5 << 20], "Content-Type: text/csv");
        assertEquals(400, table(names + "JQ1,1,2,3,4,5,6,7\n", "").status(), "a cell too many is never dropped");
        String good = "{\"incidentNo\":\"JQ77\",\"officerNos\":[\"110023\"],\"dispatchedAt\":\"2026-11-25T08:00:00Z\"}";
        Answer both = good(
                "POST",
                "/api/dispatch-records",
                (good + "\n" + good.replace("77", "78")).getBytes(StandardCharsets.UTF_8));
        assertTrue(both.status() == 202 && both.body().contains("2"), "what stands behind the first is taken: " + both);
        String twice = good.replace("{", "{\"incidentNo\":\"JQ1\",");
        assertEquals(
                400,
                good("POST", "/api/dispatch-records", twice.getBytes(StandardCharsets.UTF_8))
                        .status());
        String wraps = good.replace("{", "{\"revision\":18446744073709551617,");
        assertEquals(
                400,
                good("POST", "/api/dispatch-records", wraps.getBytes(StandardCharsets.UTF_8))
                        .status());
        dispatchCommand(names);
        afterwards();
    }

    private Answer table(String table, String charset) throws Exception {
        return good(
                "POST",
                "/api/dispatch-records",
                table.getBytes(StandardCharsets.UTF_8),
                "Content-Type: text/csv" + charset);
    }

    private void dispatchCommand(String names) throws Exception {
        Path file = folder.resolve("broken.csv");
        for (String table :
                List.of("", names + "JQ1,1,2,3,4,5,6,7\n", names + "JQ1,x,,110023,,+999999999-12-31T23:59:59Z,\n")) {
            Files.writeString(file, table);
            Process process = new ProcessBuilder(LiveStation.command(
                            "dispatch",
                            file.toString(),
                            "--officer",
                            "110023",
                            "--url",
                            station.at("").toString()))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor() != 0 && said.contains("RV-118") && !said.contains("\tat "), said);
        }
    }

    /** What is refused leaves nothing behind: good uploads are sealed. */
    private void afterwards() throws Exception {
        System.out.println("answers: " + statuses);
        byte[] bytes = new byte[1_000];
        random.nextBytes(bytes);
        String first = sender.upload(TusSender.metadata("good.bin", bytes), bytes);
        random.nextBytes(bytes);
        Answer second = good("POST", "/uploads", bytes, metadata("good2.bin", bytes, ""), "Upload-Complete: ?1");
        assertEquals(201, second.status(), second.toString());
        for (String place : List.of(first, second.location())) {
            String id = place.substring(place.lastIndexOf('/') + 1);
            LiveStation.await(() -> sealed(id));
        }
    }

    private static boolean sealed(String id) throws Exception {
        try {
            JsonNode item = station.get("/api/evidence/" + id);
            return item.has("sealedUntil");
        } catch (JsonProcessingException notYet) {
            return false;
        }
    }

    /** The keys that the product knows, so that a new one is tried by itself, and three that it does not know. */
    private static List<String> keys() {
        try {
            Field known = Class.forName("org.liuhen.intake.UploadMetadata").getDeclaredField("KEYS");
            known.setAccessible(true);
            List<String> keys = new ArrayList<>();
            ((List<?>) known.get(null)).forEach(key -> keys.add((String) key));
            keys.addAll(List.of("Seq", "", "\u0000"));
            return keys;
        } catch (ReflectiveOperationException renamed) {
            throw new IllegalStateException("UploadMetadata has its keys elsewhere now", renamed);
        }
    }
}
