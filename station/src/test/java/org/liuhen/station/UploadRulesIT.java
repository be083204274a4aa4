package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.access.Role;
import org.liuhen.custody.evidence.Sha256Digest;

/** What tus 1.0, the IETF's resumable uploads, RFC 9530 and HTTP ask of a server, clause by clause: docs/conformance/uploads.md. */
@DisabledIf("onS3") // the protocols are the same, whatever the store
class UploadRulesIT {
    private static final String STREAM = "Content-Type: application/offset+octet-stream";
    private static final String PARTIAL = "Content-Type: application/partial-upload";
    private static final String TUS = "Tus-Resumable: 1.0.0";
    private static final int SIZE = 1_000;

    @TempDir
    private static Path folder;

    private static LiveStation station;

    private final byte[] bytes = new byte[SIZE];

    UploadRulesIT() {
        new Random().nextBytes(bytes);
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--size-max", "100000");
    }

    @AfterAll
    static void stop() throws Exception {
        station.close();
    }

    /** An answer, with its headers by their names in lower case. */
    private record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        JsonNode json() throws IOException {
            return LiveStation.JSON.readTree(body);
        }

        Answer is(int expected) {
            assertEquals(expected, status, toString());
            return this;
        }

        Answer code(String expected) throws IOException {
            assertEquals(expected, json().path("code").asText(), toString());
            return this;
        }
    }

    /** One request, byte by byte, on a connection of its own. */
    private static Answer ask(String method, String path, byte[] body, String... headers) throws IOException {
        return ask(method, path, body, false, List.of(headers));
    }

    /** A body that does not say how long it is (RFC 9112 §7.1), in two chunks. */
    private static Answer askInChunks(String method, String path, byte[] body, String... headers) throws IOException {
        return ask(method, path, body, true, List.of(headers));
    }

    private static Answer ask(String method, String path, byte[] body, boolean chunked, List<String> headers)
            throws IOException {
        return ask(station, method, path, body, chunked, headers);
    }

    private static Answer ask(
            LiveStation of, String method, String path, byte[] body, boolean chunked, List<String> headers)
            throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), of.at("/").getPort())) {
            socket.setSoTimeout(30_000);
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
            head.append("Connection: close\r\nLiuhen-Officer: 110023\r\n");
            headers.forEach(header -> head.append(header).append("\r\n"));
            head.append(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length)
                    .append("\r\n\r\n");
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            if (chunked) {
                int half = body.length / 2;
                for (byte[] chunk : List.of(TusSender.slice(body, 0, half), TusSender.slice(body, half, body.length))) {
                    if (chunk.length > 0) {
                        String size = Integer.toHexString(chunk.length) + "\r\n";
                        socket.getOutputStream().write(size.getBytes(StandardCharsets.US_ASCII));
                        socket.getOutputStream().write(chunk);
                        socket.getOutputStream().write(new byte[] {'\r', '\n'});
                    }
                }
                socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                socket.getOutputStream().write(body);
            }
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            assertTrue(end > 0, method + " " + path + ": " + text);
            Map<String, String> said = new LinkedHashMap<>();
            Matcher line = Pattern.compile("(?m)^([A-Za-z-]+): *(.*?)\r?$").matcher(text.substring(0, end));
            while (line.find()) {
                said.merge(line.group(1).toLowerCase(java.util.Locale.ROOT), line.group(2), (a, b) -> a + ", " + b);
            }
            return new Answer(Integer.parseInt(text.substring(9, 12)), said, text.substring(end + 4));
        }
    }

    private static String pair(String key, String value) {
        return key + " " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private String metadata(String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.add(pair("sha256", Sha256Digest.of(bytes).hex()));
        if (all.stream().noneMatch(one -> one.startsWith("filename"))) {
            all.add(pair("filename", "a.bin"));
        }
        all.add(pair("officerNo", "110023"));
        return "Upload-Metadata: " + String.join(",", all);
    }

    private Answer create(String... metadata) throws IOException {
        return ask("POST", "/files", new byte[0], TUS, "Upload-Length: " + SIZE, metadata(metadata));
    }

    private String created(String... metadata) throws IOException {
        return create(metadata).is(201).header("location");
    }

    private static String id(String place) {
        return place.substring(place.lastIndexOf('/') + 1);
    }

    /** The chain of the item, once it is sealed. */
    private static String record(String place) throws Exception {
        String[] chain = new String[1];
        await(() -> {
            Answer answer = ask("GET", "/api/evidence/" + id(place) + "/custody", new byte[0]);
            chain[0] = answer.body();
            return answer.status() == 200 && chain[0].contains("\"eventType\":\"sealed\"");
        });
        return chain[0];
    }

    private Answer head(String place) throws IOException {
        return ask("HEAD", place, new byte[0], TUS);
    }

    private Answer patch(String place, long offset, byte[] part, String... more) throws IOException {
        List<String> headers = new ArrayList<>(List.of(TUS, STREAM, "Upload-Offset: " + offset));
        headers.addAll(List.of(more));
        return ask("PATCH", place, part, false, headers);
    }

    /** tus 1.0, Upload-Metadata: the value may be empty, with or without its space. Browsers know no type for .dav, .264 and .insv. */
    @Test
    void anEmptyValueSaysNothing() throws Exception {
        created("filetype ");
        created("filetype");
        created("filetype", pair("filename", "ch1.dav"));
        create(pair("filename", ""), "filetype").is(400).code("IN-104");
    }

    /** U+200D, U+200C and U+180E belong to names; what turns a name around does not, nor is a name made of nothing that shows. */
    @Test
    void namesHaveWhatJoinsTheirLetters() throws Exception {
        for (String name : List.of(
                "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67.jpg",
                "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.mp4",
                "\u1820\u180e\u1820.txt")) {
            String place = created(pair("filename", name));
            assertEquals(204, patch(place, 0, bytes).status());
            assertTrue(record(place).contains(name), name);
            new Random().nextBytes(bytes);
        }
        for (String name : List.of("\u200d", "\u200d\u200c", "a\u202e4pm.exe", "a\u200b.txt", "a\u2066b")) {
            create(pair("filename", name)).is(400).code("IN-105");
        }
    }

    /** tus 1.0, Creation: HEAD gives the metadata "as specified by the Client during the creation". */
    @Test
    void metadataIsToldAsItCame() throws Exception {
        String odd = "filetype,is_confidential , " + pair("filename", "e\u0301.bin") + ", "
                + pair("captureStart", "2026-11-24T01:00:00.000Z") + ","
                + pair("sha256", Sha256Digest.of(bytes).hex())
                + "," + pair("officerNo", "110023").replace("=", "");
        String place = ask("POST", "/files", new byte[0], TUS, "Upload-Length: " + SIZE, "Upload-Metadata: " + odd)
                .is(201)
                .header("location");
        assertEquals(odd, head(place).header("upload-metadata"));
        assertEquals(204, patch(place, 0, bytes).status());
        record(place);
        assertEquals(odd, head(place).header("upload-metadata"), "of a complete one, too");
        String long1 = metadata() + ", " + " ".repeat(7_300) + "x"; // as much as a request may have
        place = ask("POST", "/files", new byte[0], TUS, "Upload-Length: " + SIZE, long1)
                .is(201)
                .header("location");
        assertEquals(long1, "Upload-Metadata: " + head(place).is(200).header("upload-metadata"));
        Answer part = ask("POST", "/files", new byte[0], TUS, "Upload-Length: 1", "Upload-Concat: partial", metadata());
        assertEquals(
                metadata(), "Upload-Metadata: " + head(part.header("location")).header("upload-metadata"));
    }

    /** A key without a meaning here is on the record as the sender's claim; one that is a misspelt key of ours is refused. */
    @Test
    void unknownKeysAreClaims() throws Exception {
        String place = created("is_confidential", pair("relativePath", "\u4e00\u6708/a.bin"));
        assertEquals(204, patch(place, 0, bytes).status());
        String chain = record(place);
        assertTrue(
                chain.contains(
                        "\"others\":[{\"name\":\"is_confidential\"},{\"name\":\"relativePath\",\"value\":\"\u4e00\u6708/a.bin\"}]"),
                chain);
        create("case-id QQ==").is(400).code("IN-103");
        create("OfficerNo QQ==").is(400).code("IN-103");
        create("x " + Base64.getEncoder().encodeToString(new byte[] {(byte) 0xff}))
                .is(400)
                .code("IN-102");
        create(pair("x", "a".repeat(257))).is(400).code("IN-105");
        String[] many = new String[17];
        for (int i = 0; i < many.length; i++) {
            many[i] = "k" + i;
        }
        create(many).is(400).code("IN-103");
    }

    @ParameterizedTest
    @ValueSource(strings = {"video/MP4; codecs=\"avc1\"", "Video/mp4", "application/x-subrip"})
    void mediaTypesHaveCapitalsAndParameters(String type) throws Exception {
        String place = created(pair("filetype", type));
        Answer answer = ask(
                "PATCH",
                place,
                bytes,
                TUS,
                "Upload-Offset: 0",
                "Content-Type: Application/Offset+Octet-Stream; charset=UTF-8");
        assertEquals(204, answer.status(), answer.body());
        assertTrue(record(place).contains(type.replace("\"", "\\\"")));
    }

    /** tus 1.0, Concatenation: a part may be there several times. An answer that was lost is given again. */
    @Test
    void aConcatenationMayRepeatPartsAndBeRepeated() throws Exception {
        byte[] twice = new byte[SIZE];
        System.arraycopy(bytes, 0, twice, 0, SIZE / 2);
        System.arraycopy(bytes, 0, twice, SIZE / 2, SIZE / 2);
        System.arraycopy(twice, 0, bytes, 0, SIZE);
        String part = ask(
                        "POST",
                        "/files",
                        TusSender.slice(bytes, 0, SIZE / 2),
                        TUS,
                        STREAM,
                        "Upload-Length: " + SIZE / 2,
                        "Upload-Concat: partial")
                .is(201)
                .header("location");
        String concat = "Upload-Concat: final;" + part + " " + part;
        Answer made =
                ask("POST", "/files", new byte[0], TUS, concat, metadata()).is(201);
        Answer again =
                ask("POST", "/files", new byte[0], TUS, concat, metadata()).is(201);
        assertEquals(made.header("location"), again.header("location"), "no second item");
        assertTrue(record(made.header("location")).contains("\"eventType\":\"verified\""));
        assertEquals(
                made.header("location"),
                ask("POST", "/files", new byte[0], TUS, concat, metadata())
                        .is(201)
                        .header("location"));
        head(part).is(404);
        bytes[0] ^= 1;
        ask("POST", "/files", new byte[0], TUS, concat, metadata())
                .is(404)
                .code("IN-112"); // another item; its parts are gone
    }

    /** A proxy that serves the page below a path of its own says so. */
    @Test
    void addressesBeginWithTheProxysPath() throws Exception {
        String length = "Upload-Length: " + SIZE;
        for (String[] one : new String[][] {
            {"/liuhen", "/liuhen/files/"},
            {"/a/b/", "/a/b/files/"},
            {"//evil.example", "/files/"},
            {"https://evil.example", "/files/"},
            {"/a\"b", "/files/"}
        }) {
            Answer made = ask("POST", "/files", new byte[0], TUS, length, metadata(), "X-Forwarded-Prefix: " + one[0]);
            assertTrue(made.is(201).header("location").startsWith(one[1]), made.toString());
            assertTrue(made.header("link").startsWith("<" + one[1]), made.toString());
        }
    }

    private String digest(byte[] of) {
        return "sha-256=:"
                + Base64.getEncoder().encodeToString(Sha256Digest.of(of).bytes()) + ":";
    }

    private Answer draft(byte[] part, String complete, String... more) throws IOException {
        List<String> headers = new ArrayList<>(List.of(metadata(), "Upload-Complete: " + complete));
        headers.addAll(List.of(more));
        return ask("POST", "/uploads", part, false, headers);
    }

    private String begun() throws IOException {
        return draft(TusSender.slice(bytes, 0, 400), "?0", "Upload-Length: " + SIZE)
                .is(201)
                .header("location");
    }

    private Answer append(String place, long offset, byte[] part, String complete, String... more) throws IOException {
        List<String> headers =
                new ArrayList<>(List.of(PARTIAL, "Upload-Offset: " + offset, "Upload-Complete: " + complete));
        headers.addAll(List.of(more));
        return ask("PATCH", place, part, false, headers);
    }

    private byte[] rest() {
        return TusSender.slice(bytes, 400, SIZE);
    }

    /** Draft, Upload Append: the last append answers as the creation would have, and a lost answer is given again. */
    @Test
    void theLastAppendAnswersAsTheCreation() throws Exception {
        Answer whole = draft(bytes, "?1").is(201);
        new Random().nextBytes(bytes);
        String place = begun();
        Answer last = append(place, 400, rest(), "?1").is(201);
        for (String header : List.of("upload-complete", "upload-offset")) {
            assertEquals(whole.header(header), last.header(header), header);
        }
        assertEquals("?1", last.header("upload-complete"));
        assertEquals(place, last.header("location"));
        assertTrue(last.header("link").contains("/receipt>"));
        Answer again = append(place, SIZE, new byte[0], "?1").is(201);
        assertEquals("?1", again.header("upload-complete"));
        append(place, SIZE, new byte[1], "?1").is(400).code("IN-138");
        Answer elsewhere = append(place, 400, rest(), "?1").is(409).code("VT-102");
        assertEquals(SIZE, elsewhere.json().get("expected-offset").asInt());
        assertTrue(record(place).contains("\"eventType\":\"verified\""));
        record(whole.header("location"));
    }

    /** Draft, Completeness: the server may say that an upload is complete. It does when the last byte is there. */
    @Test
    void theLastByteCompletesWhateverWasSaid() throws Exception {
        String place = begun();
        Answer last = append(place, 400, rest(), "?0").is(201);
        assertEquals("?1", last.header("upload-complete"));
        append(place, SIZE, new byte[0], "?1").is(201);
    }

    /** Draft, Offset Retrieval: GET as HEAD. */
    @Test
    void theStateIsToldToGetAndHead() throws Exception {
        String place = begun();
        for (String method : List.of("GET", "HEAD")) {
            Answer state = ask(method, place, new byte[0]).is(204);
            assertEquals("400", state.header("upload-offset"));
            assertEquals("?0", state.header("upload-complete"));
            assertEquals(Integer.toString(SIZE), state.header("upload-length"));
            assertTrue(state.header("upload-limit").matches("max-size=100000, max-age=[0-9]+"), state.toString());
            assertEquals("no-store", state.header("cache-control"));
        }
    }

    /** Draft, Length: all words about it agree, or the request is refused and changes nothing. */
    @Test
    void lengthsAgree() throws Exception {
        draft(bytes, "?1", "Upload-Length: 999").is(400).code("IN-138");
        draft(bytes, "?0", "Upload-Length: 999").is(400).code("IN-138");
        String place = begun();
        for (Answer refused : List.of(
                append(place, 400, rest(), "?1", "Upload-Length: 1001"),
                append(place, 400, rest(), "?0", "Upload-Length: 999"),
                append(place, 400, TusSender.slice(bytes, 400, 10), "?1"),
                append(place, 400, bytes, "?0"))) {
            assertEquals("?0", refused.is(400).code("IN-138").header("upload-complete"));
            assertTrue(refused.json().get("type").asText().endsWith("#inconsistent-upload-length"), refused.toString());
        }
        assertEquals("400", ask("HEAD", place, new byte[0]).header("upload-offset"));
        String[] few = {PARTIAL, "Upload-Offset: 400", "Upload-Complete: ?1"};
        Answer short1 = askInChunks("PATCH", place, TusSender.slice(bytes, 400, 100), few)
                .is(400)
                .code("IN-138");
        assertEquals("?0", short1.header("upload-complete"));
        assertEquals("500", short1.header("upload-offset"), "what came is kept");
        append(place, 500, TusSender.slice(bytes, 500, SIZE), "?1", "Upload-Length: " + SIZE)
                .is(201);
        assertTrue(record(place).contains("\"eventType\":\"verified\""));
    }

    /** Draft, Upload Append: an upload whose offset would exceed its length is invalid from then on. */
    @Test
    void moreBytesThanTheLengthEndTheUpload() throws Exception {
        String place = begun();
        byte[] more = new byte[700];
        askInChunks("PATCH", place, more, PARTIAL, "Upload-Offset: 400", "Upload-Complete: ?0")
                .is(400)
                .code("IN-138");
        ask("HEAD", place, new byte[0]).is(404);
        append(place, 400, rest(), "?1").is(404);
        await(() ->
                ask("GET", "/api/evidence?id=" + id(place), new byte[0]).body().contains("\"withdrawn\""));
    }

    /** Draft, Limits: a refusal because of a limit says it. */
    @Test
    void aRefusalBecauseOfALimitSaysIt() throws Exception {
        Answer refused =
                draft(new byte[0], "?0", "Upload-Length: 100001").is(413).code("IN-108");
        assertEquals("max-size=100000", refused.header("upload-limit"));
        assertEquals(
                "max-size=100000",
                ask("OPTIONS", "/uploads", new byte[0]).is(204).header("upload-limit"));
    }

    /** RFC 9651: parameters are passed over; what is no item of the type is as if it were not there. */
    @Test
    void fieldsAreStructured() throws Exception {
        Answer made =
                draft(new byte[0], "?0;x=1", "Upload-Length: 1000;note=\"a\"").is(201);
        String place = made.header("location");
        append(place, 0, bytes, "?1;later").is(201);
        draft(new byte[0], "1", "Upload-Length: 1000").is(400).code("IN-139");
        draft(new byte[0], "?0", "Upload-Length: 1000.0").is(400).code("IN-101");
        draft(new byte[0], "?0", "Upload-Length: 1000", "Upload-Length: 1000")
                .is(400)
                .code("IN-101");
        String open = begun();
        ask("PATCH", open, rest(), PARTIAL, "Upload-Offset: \"400\"", "Upload-Complete: ?1")
                .is(400)
                .code("IN-109");
        ask("PATCH", open, rest(), PARTIAL, "Upload-Offset: 400").is(400).code("IN-139");
    }

    /** RFC 9530: lines of one field are one; other algorithms are passed over; a digest that is wanted is told. */
    @Test
    void digestsOfContentAndRepresentation() throws Exception {
        String sha512 = "Content-Digest: sha-512=:AAAA:";
        byte[] part = TusSender.slice(bytes, 0, 400);
        String place =
                draft(new byte[0], "?0", "Upload-Length: " + SIZE).is(201).header("location");
        append(place, 0, part, "?0", "Content-Digest: " + digest(part), sha512)
                .is(460)
                .code("IN-110");
        append(place, 0, part, "?0", sha512, "Content-Digest: " + digest(part))
                .is(460)
                .code("IN-110");
        append(place, 0, part, "?0", "Content-Digest: md5=:AAAA:, x=:BBBB:;q=1").is(204);
        append(place, 400, rest(), "?1", "Content-Digest: sha-256=AAAA").is(400).code("IN-118");
        Answer last = append(
                        place,
                        400,
                        rest(),
                        "?1",
                        "Content-Digest: " + digest(rest()),
                        "Want-Repr-Digest: sha-512=3, sha-256=10")
                .is(201);
        assertEquals(digest(bytes), last.header("repr-digest"));
        new Random().nextBytes(bytes);
        assertEquals(
                "", draft(bytes, "?1", "Want-Repr-Digest: sha-256=0").is(201).header("repr-digest"));
        new Random().nextBytes(bytes);
        String[] twice = {"Repr-Digest: sha-512=:AAAA:", "Repr-Digest: " + digest(bytes), "Upload-Complete: ?1"};
        String named = "Upload-Metadata: " + pair("filename", "a.bin") + "," + pair("officerNo", "110023");
        ask("POST", "/uploads", bytes, twice[0], twice[1], twice[2], named).is(201);
        ask("POST", "/uploads", bytes, "Repr-Digest: sha-512=:AAAA:", twice[2], named)
                .is(400)
                .code("IN-104");
    }

    /** The bytes that came are others than those that were declared: that is said of the whole, and not of the transfer. */
    @Test
    void anotherDigestIsSaidOfTheWhole() throws Exception {
        String place = begun();
        byte[] others = rest();
        others[0] ^= 1;
        Answer refused = append(place, 400, others, "?1").is(460).code("IN-111");
        assertEquals("?1", refused.header("upload-complete"));
    }

    /** The bytes of the name are GBK, as an old camera or a Chinese Windows writes it; Java gets the argument without them. */
    @Test
    void aNameOnDiskThatIsNotUtf8IsUploaded() throws Exception {
        Path file = Path.of(URI.create(folder.toUri() + "gbk/%B2%E2%CA%D4.mp4"));
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        String url = station.at("").toString();
        List<String> command = LiveStation.command("upload", "--officer", "110023", "--url", url);
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of("sh", "-c", "exec \"$@\" *.mp4", "sh"), command.stream())
                                .toList())
                .directory(file.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.contains("DK-112") && said.contains("\u6d4b\u8bd5.mp4"), said);
        assertTrue(ask("GET", "/api/evidence", new byte[0]).body().contains("\u6d4b\u8bd5.mp4"), said);
    }

    /** WHATWG Fetch 3.3: the pages that the site names send uploads with a bearer token, those of others do not, and nothing else is theirs. */
    @Test
    void pagesOfNamedOriginsSendUploads() throws Exception {
        String named = "Origin: https://portal.example";
        try (LiveStation other = new LiveStation(
                folder.resolve("other"), "--sign-in", "local", "--upload-origin", "https://portal.example")) {
            String token = new Entrance(other)
                    .admit("110023", "a password for tests", "110105", Role.OFFICER)
                    .token();
            String[] asks = {
                "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: authorization, upload-offset"
            };
            Answer preflight = ask(other, "OPTIONS", "/files", named, asks[0], asks[1]);
            assertTrue(preflight.status() < 300, preflight.toString());
            assertEquals("https://portal.example", preflight.header("access-control-allow-origin"));
            assertTrue(preflight.header("access-control-allow-methods").contains("PATCH"), preflight.toString());
            assertTrue(
                    preflight.header("access-control-allow-headers").contains("Upload-Offset"), preflight.toString());
            Answer made = ask(
                            other,
                            "POST",
                            "/files",
                            named,
                            "Sec-Fetch-Site: cross-site",
                            "Authorization: Bearer " + token,
                            TUS,
                            "Upload-Length: 1000",
                            "Upload-Metadata: " + pair("filename", "a.bin") + "," + pair("sha256", "0".repeat(64)))
                    .is(201);
            assertEquals("https://portal.example", made.header("access-control-allow-origin"));
            assertTrue(made.header("access-control-expose-headers").contains("Location"), made.toString());
            assertEquals("", made.header("access-control-allow-credentials"));
            for (Answer refused : List.of(
                    ask(other, "OPTIONS", "/files", "Origin: https://evil.example", asks[0], asks[1]),
                    ask(other, "OPTIONS", "/api/evidence", named, asks[0], asks[1]),
                    ask(station, "OPTIONS", "/files", named, asks[0], asks[1]))) {
                assertEquals("", refused.header("access-control-allow-origin"), refused.toString());
            }
        }
    }

    private static Answer ask(LiveStation of, String method, String path, String... headers) throws IOException {
        return ask(of, method, path, new byte[0], false, List.of(headers));
    }

    /**
     * An offset that was told holds until the next append, in both protocols: a request that still brings bytes, as one of a broken
     * connection does, is ended before HEAD is answered.
     */
    @Test
    void anOffsetThatWasToldHolds() throws Exception {
        offsetHolds(created(), TUS, STREAM);
        String draft = draft(new byte[0], "?0", "Upload-Length: " + SIZE).header("location");
        offsetHolds(draft, "Upload-Complete: ?1", PARTIAL);
    }

    /** Whether the other side ends a connection, with or without an answer, that brings the second half of the bytes. */
    private boolean endsWithTheRest(Socket connection) throws IOException {
        try {
            connection.getOutputStream().write(bytes, SIZE / 2, SIZE / 2);
            return connection.getInputStream().readAllBytes() != null;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    private void offsetHolds(String place, String... headers) throws Exception {
        try (Socket earlier =
                new Socket(InetAddress.getLoopbackAddress(), station.at("/").getPort())) {
            earlier.setSoTimeout(30_000);
            String request = "PATCH " + place + " HTTP/1.1\r\nHost: 127.0.0.1\r\nLiuhen-Officer: 110023\r\n"
                    + String.join("\r\n", headers)
                    + "\r\nUpload-Offset: 0\r\nExpect: 100-continue\r\nContent-Length: " + SIZE + "\r\n\r\n";
            earlier.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String goOn = "HTTP/1.1 100 Continue\r\n\r\n"; // the request has its session now
            assertEquals(
                    goOn, new String(earlier.getInputStream().readNBytes(goOn.length()), StandardCharsets.US_ASCII));
            earlier.getOutputStream().write(bytes, 0, SIZE / 2);
            String told = ask("HEAD", place, new byte[0], headers[0]).header("upload-offset");
            assertTrue(endsWithTheRest(earlier), "the request that still brought bytes is over");
            assertEquals(told, ask("HEAD", place, new byte[0], headers[0]).header("upload-offset"));
        }
    }

    /** RFC 9457 §3.1.3 and RFC 9110 §11.6.1: a title is for people, and a 401 says how to prove who asks. */
    @Test
    void refusalsAreProblems() throws Exception {

        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), station.at("/").getPort())) {
            String request = "GET /api/cases/C-1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(text.startsWith("HTTP/1.1 401 ") && text.contains("WWW-Authenticate: Bearer"), text);
        }
        Answer nobody = ask("POST", "/files", new byte[0], TUS, "Upload-Length: x", metadata())
                .is(400);
        assertEquals("Upload-Length is missing", nobody.json().get("title").asText());
        Answer inChinese = ask(
                        "POST", "/files", new byte[0], TUS, "Upload-Length: x", "Accept-Language: zh-CN,en;q=0.5")
                .is(400);
        assertEquals("缺少文件长度", inChinese.json().get("title").asText());
        assertEquals("zh", inChinese.header("content-language"));
        Answer long1 = ask("GET", "/api/health", new byte[0], "X: " + "x".repeat(20_000))
                .is(431)
                .code("IN-148");
        assertEquals("application/problem+json", long1.header("content-type"));
    }
}
