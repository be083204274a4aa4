package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Sha256Digest;

/** Connections that hang, senders that crowd, bytes that come twice, recordings in pieces, and the IETF's way to resume. */
class ResumeIT {
    private static final int SENDERS = 10;
    private static final int HANGING_MILLIS = 2_000; // on S3 nothing shows that a small piece has arrived

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static TusSender sender;

    private final byte[] bytes = new byte[3_000_000];

    ResumeIT() {
        new Random(System.nanoTime()).nextBytes(bytes);
    }

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--senders", Integer.toString(SENDERS));
        sender = new TusSender(station);
    }

    @AfterAll
    static void stop() {
        station.close();
    }

    private static String created(HttpResponse<String> answer) {
        assertEquals(201, answer.statusCode(), answer.body());
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static long offset(String location) throws Exception {
        return Long.parseLong(
                sender.head(location).headers().firstValue("Upload-Offset").orElseThrow());
    }

    private static JsonNode item(String id) throws Exception {
        for (JsonNode item : station.get("/api/evidence?limit=500").get("evidence")) {
            if (item.get("id").asText().equals(id)) {
                return item;
            }
        }
        return LiveStation.JSON.createObjectNode();
    }

    private static JsonNode sealed(String location) throws Exception {
        String id = location.substring(location.lastIndexOf('/') + 1);
        await(() -> item(id).has("sealedUntil"));
        return item(id);
    }

    /** A request that began and fell silent, as from a device whose network is gone. */
    private Socket halfSent(String location, long from, int length) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), station.at("/").getPort());
        OutputStream out = socket.getOutputStream();
        String head = "PATCH " + location + " HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: "
                + from
                + "\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: " + (bytes.length - from)
                + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(bytes, (int) from, length);
        out.flush();
        return socket;
    }

    /** Asks where to go on and sends the rest, as each client does; what a cut request kept may come to light only then. */
    private void goesOn(String location) throws Exception {
        HttpResponse<String> answer = null;
        for (int attempt = 0; attempt < 3 && (answer == null || answer.statusCode() == 409); attempt++) {
            long durable = offset(location);
            answer = sender.patch(location, durable, TusSender.slice(bytes, durable, bytes.length));
        }
        assertEquals(204, answer.statusCode(), answer.body());
    }

    @Test
    void aHalfOpenConnectionDoesNotHoldUpTheSenderThatComesBack() throws Exception {
        String location = created(sender.create(TusSender.metadata("half.bin", bytes), bytes.length));
        try (Socket hanging = halfSent(location, 0, 1_000_000)) {
            Thread.sleep(HANGING_MILLIS);
            long began = System.nanoTime();
            goesOn(location);
            assertTrue(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) < 10, "seconds, not minutes");
            assertFalse(hanging.isClosed());
        }
        assertEquals("verified", sealed(location).get("state").asText());
    }

    @Test
    void twoSendersOfOneUploadNeverMixTheirBytes() throws Exception {
        String location = created(sender.create(TusSender.metadata("two.bin", bytes), bytes.length));
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sockets.add(halfSent(location, offset(location), 200_000));
            Thread.sleep(300);
        }
        goesOn(location);
        for (Socket socket : sockets) {
            socket.close();
        }
        assertEquals("verified", sealed(location).get("state").asText());
    }

    @Test
    void sendersBeyondTheCapAreToldToComeBackAndMarkedOnesGoFirst() throws Exception {
        List<Socket> holding = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            Map<String, String> metadata = TusSender.metadata("cap" + i + ".bin", bytes);
            metadata.put("officerNo", "11002" + i);
            places.add(created(sender.create(metadata, bytes.length)));
        }
        for (int i = 0; i < SENDERS - 1; i++) {
            holding.add(halfSent(places.get(i), 0, 1_000));
        }
        Thread.sleep(HANGING_MILLIS);
        HttpResponse<String> refused = sender.patch(places.get(SENDERS - 1), 0, bytes);
        assertEquals(503, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("IN-115"), refused.body());
        assertTrue(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()) > 0);
        Map<String, String> marked = TusSender.metadata("marked.bin", bytes);
        marked.put("officerNo", "110050");
        marked.put("marked", "true");
        String first = created(sender.create(marked, bytes.length));
        assertEquals(204, sender.patch(first, 0, bytes).statusCode(), "a place is kept for it");
        for (Socket socket : holding) {
            socket.close();
        }
        await(() -> sender.patch(places.get(SENDERS - 1), offset(places.get(SENDERS - 1)), bytes)
                        .statusCode()
                != 503);
    }

    @Test
    void oneSenderDoesNotTakeAllPlaces() throws Exception {
        List<Socket> holding = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (int i = 0; i <= SENDERS / 2; i++) {
            Map<String, String> metadata = TusSender.metadata("greedy" + i + ".bin", bytes);
            metadata.put("officerNo", "110099");
            places.add(created(sender.create(metadata, bytes.length)));
        }
        for (int i = 0; i < SENDERS / 2; i++) {
            holding.add(halfSent(places.get(i), 0, 1_000));
        }
        Thread.sleep(HANGING_MILLIS);
        assertEquals(503, sender.patch(places.get(SENDERS / 2), 0, bytes).statusCode());
        String other = created(sender.create(TusSender.metadata("other.bin", bytes), bytes.length));
        assertEquals(204, sender.patch(other, 0, bytes).statusCode(), "another sender has its own");
        for (Socket socket : holding) {
            socket.close();
        }
    }

    @Test
    void theSameBytesAgainAreOneMoreEventOfTheSameItem() throws Exception {
        String first = sender.upload(TusSender.metadata("a.bin", bytes), bytes);
        Map<String, String> again = TusSender.metadata("copy of a.bin", bytes);
        again.put("officerNo", "110024");
        again.put("caseId", "C-again");
        String second = sender.upload(again, bytes);
        assertEquals(bytes.length, offset(second), "it is finished, under its own name");
        String item = first.substring("/files/".length());
        assertTrue(links(second).contains("/files/" + item + ">; rel=\"duplicate\""), links(second));
        assertFalse(links(first).contains("duplicate"), links(first));
        sealed(first);
        await(() -> station.get("/api/evidence/" + item + "/custody").toString().contains("receivedAgain"));
        JsonNode chain = station.get("/api/evidence/" + item + "/custody");
        assertTrue(chain.get("verified").asBoolean(), chain.toString());
        assertTrue(chain.toString().contains("110024") && chain.toString().contains("copy of a.bin"), chain.toString());
        await(() -> station.get("/api/cases/C-again").get("evidence").toString().contains(item));
        String other = second.substring("/files/".length());
        await(() -> item(other).path("state").asText().equals("withdrawn"));
        String receipt = receipt(first);
        assertEquals(receipt, receipt(second), "whoever brought them again may forget them, too");

        byte[] wrong = bytes.clone();
        wrong[5] ^= 1;
        String third = created(sender.create(TusSender.metadata("not a.bin", bytes), bytes.length));
        assertEquals(
                460, sender.patch(third, 0, wrong).statusCode(), "a sender that only says it has them proves nothing");
        assertEquals("rejected", sealed(third).get("state").asText());
    }

    private String links(String location) throws Exception {
        return sender.head(location).headers().firstValue("Link").orElse("");
    }

    @Test
    void theSameBytesFromManyAtOnceAreOneItem() throws Exception {
        ExecutorService many = Executors.newFixedThreadPool(4);
        List<CompletableFuture<String>> sent = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sent.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return sender.upload(TusSender.metadata("many.bin", bytes), bytes);
                        } catch (IOException | InterruptedException failed) {
                            throw new IllegalStateException(failed);
                        }
                    },
                    many));
        }
        int items = 0;
        for (CompletableFuture<String> one : sent) {
            String id = one.get(60, TimeUnit.SECONDS).substring("/files/".length());
            await(() -> List.of("verified", "withdrawn")
                    .contains(item(id).path("state").asText()));
            items += item(id).get("state").asText().equals("verified") ? 1 : 0;
        }
        many.shutdown();
        assertEquals(1, items);
    }

    private static String receipt(String location) throws Exception {
        for (int i = 0; i < 4; i++) {
            HttpResponse<String> answer = station.send(
                    sender.request(station.at(location + "/receipt?wait=20")).GET());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
        }
        throw new IOException("no receipt");
    }

    @Test
    void receiptsComeByThemselvesOnOneConnection() throws Exception {
        byte[] other = bytes.clone();
        other[0] ^= 1;
        String first = sender.upload(TusSender.metadata("push1.bin", bytes), bytes);
        String second = sender.upload(TusSender.metadata("push2.bin", other), other);
        String asked =
                "/receipts?of=" + first.substring("/files/".length()) + "&of=" + second.substring("/files/".length());
        HttpResponse<String> pushed = station.send(HttpRequest.newBuilder(station.at(asked))
                .header("Accept", "text/event-stream")
                .timeout(Duration.ofSeconds(60)));
        assertEquals(200, pushed.statusCode(), pushed.body());
        for (String place : List.of(first, second)) {
            String event = Stream.of(pushed.body().split("\n\n"))
                    .filter(one -> one.contains("id: " + place.substring("/files/".length())))
                    .findFirst()
                    .orElseThrow();
            String data = event.lines()
                    .filter(line -> line.startsWith("data:"))
                    .map(line -> line.substring("data: ".length()) + "\n")
                    .collect(Collectors.joining());
            assertTrue(event.contains("event: receipt"), event);
            assertEquals(receipt(place), data);
        }
        for (String wrong : List.of("/receipts", "/receipts?of=none")) {
            assertEquals(
                    400, station.send(HttpRequest.newBuilder(station.at(wrong))).statusCode());
        }
    }

    @Test
    void aRecordingInPiecesIsPutTogether() throws Exception {
        for (int segment : new int[] {1, 3}) {
            byte[] piece = TusSender.slice(bytes, segment, 10_000);
            Map<String, String> metadata = TusSender.metadata("piece" + segment + ".bin", piece);
            metadata.put("recordingId", "DSJ-7/42");
            metadata.put("segment", Integer.toString(segment));
            metadata.put("segmentCount", "3");
            sealed(sender.upload(metadata, piece));
        }
        assertEquals(
                0,
                station.get("/api/missing-segments").get("open").asInt(),
                "what was declared today may still be on its way");
        byte[] piece = TusSender.slice(bytes, 2, 10_000);
        Map<String, String> metadata = TusSender.metadata("piece2.bin", piece);
        metadata.put("recordingId", "DSJ-7/42");
        metadata.put("segment", "4");
        metadata.put("segmentCount", "3");
        assertEquals(400, sender.create(metadata, piece.length).statusCode());
        metadata.put("segment", "2");
        String last = sender.upload(metadata, piece);
        sealed(last);
        JsonNode shown = station.get("/api/evidence/" + last.substring("/files/".length()));
        assertEquals(3, shown.get("segments").size(), shown.toString());
    }

    private HttpResponse<String> concat(String what, Map<String, String> metadata, Integer size) throws Exception {
        HttpRequest.Builder request = sender.request(station.at("/files")).header("Upload-Concat", what);
        if (size != null) {
            request.header("Upload-Length", Integer.toString(size));
        }
        if (metadata != null) {
            request.header("Upload-Metadata", TusSender.header(metadata));
        }
        return station.send(request.POST(HttpRequest.BodyPublishers.noBody()));
    }

    @Test
    void partsThatWereSentBesideEachOtherBecomeOneItem() throws Exception {
        int middle = 1_200_000;
        Map<String, String> metadata = TusSender.metadata("parts.bin", bytes);
        String first = created(concat("partial", null, middle));
        String second = created(concat("partial", null, bytes.length - middle));
        assertEquals(
                204,
                sender.patch(second, 0, TusSender.slice(bytes, middle, bytes.length))
                        .statusCode());
        HttpResponse<String> early = concat("final;" + first + " " + second, metadata, null);
        assertTrue(early.statusCode() == 409 && early.body().contains("IN-144"), early.body());
        assertEquals(
                204, sender.patch(first, 0, TusSender.slice(bytes, 0, 700_000)).statusCode());
        assertEquals(
                204,
                sender.patch(first, 700_000, TusSender.slice(bytes, 700_000, middle - 700_000))
                        .statusCode());
        assertEquals(
                "partial",
                sender.head(first).headers().firstValue("Upload-Concat").orElseThrow());
        HttpResponse<String> turned = concat("final;" + second + " " + first, metadata, null);
        assertEquals(460, turned.statusCode(), "the parts in another order are other bytes: " + turned.body());
        assertEquals(404, sender.head(first).statusCode(), "they are kept as what was rejected, and as nothing else");

        first = created(concat("partial", null, middle));
        second = created(concat("partial", null, bytes.length - middle));
        assertEquals(
                204, sender.patch(first, 0, TusSender.slice(bytes, 0, middle)).statusCode());
        assertEquals(
                204,
                sender.patch(second, 0, TusSender.slice(bytes, middle, bytes.length))
                        .statusCode());
        String both = "final;" + station.at(first) + " " + station.at(second);
        String item = created(concat(both, metadata, null));
        assertEquals(bytes.length, offset(item));
        assertEquals(
                both, sender.head(item).headers().firstValue("Upload-Concat").orElseThrow());
        assertEquals(403, sender.patch(item, bytes.length, new byte[1]).statusCode());
        assertEquals("verified", sealed(item).get("state").asText());
        assertEquals(404, sender.head(second).statusCode());
        assertFalse(station.get("/api/evidence?limit=500").toString().contains(first.substring("/files/".length())));

        String dropped = created(concat("partial", null, 5));
        assertEquals(204, sender.patch(dropped, 0, new byte[5]).statusCode());
        assertEquals(
                204,
                station.send(sender.request(station.at(dropped)).DELETE()).statusCode(),
                "a finished part is no evidence");
        for (String wrong : List.of("final;/files/none", "final;mailto:none", "final;")) {
            assertEquals(400, concat(wrong, metadata, null).statusCode());
        }
        assertEquals(400, concat("whole", metadata, 5).statusCode());
    }

    private HttpRequest.Builder ietf(String path) {
        return HttpRequest.newBuilder(station.at(path));
    }

    private String metadataWithoutDigest() {
        Map<String, String> metadata = TusSender.metadata("draft.bin", bytes);
        metadata.remove("sha256");
        return TusSender.header(metadata);
    }

    private String digest() {
        return "sha-256=:"
                + Base64.getEncoder().encodeToString(Sha256Digest.of(bytes).bytes()) + ":";
    }

    @Test
    void theIetfsUploadsResumeToo() throws Exception {
        HttpResponse<String> created = station.send(ietf("/uploads")
                .header("Upload-Complete", "?0")
                .header("Upload-Length", Integer.toString(bytes.length))
                .header("Upload-Metadata", metadataWithoutDigest())
                .header("Repr-Digest", digest())
                .POST(HttpRequest.BodyPublishers.ofByteArray(TusSender.slice(bytes, 0, 1_000_000))));
        String place = created(created);
        assertEquals("?0", created.headers().firstValue("Upload-Complete").orElseThrow());
        assertEquals("1000000", created.headers().firstValue("Upload-Offset").orElseThrow());
        HttpResponse<String> wrong = append(place, 999_999, "?1", TusSender.slice(bytes, 999_999, bytes.length));
        assertEquals(409, wrong.statusCode(), wrong.body());
        assertTrue(wrong.body().contains("http-problem-types#mismatching-upload-offset"), wrong.body());
        assertEquals(
                400,
                append(place, 1_000_000, "?1", TusSender.slice(bytes, 1_000_000, 5))
                        .statusCode());
        assertEquals(
                204,
                append(place, 1_000_000, "?0", TusSender.slice(bytes, 1_000_000, 1_000_000))
                        .statusCode());
        HttpResponse<String> head = station.send(ietf(place).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals(204, head.statusCode());
        assertEquals("2000000", head.headers().firstValue("Upload-Offset").orElseThrow());
        assertEquals("?0", head.headers().firstValue("Upload-Complete").orElseThrow());
        assertTrue(head.headers().firstValue("Upload-Limit").orElseThrow().contains("max-age="));
        HttpResponse<String> last = append(place, 2_000_000, "?1", TusSender.slice(bytes, 2_000_000, bytes.length));
        assertEquals(201, last.statusCode(), last.body());
        assertEquals("?1", last.headers().firstValue("Upload-Complete").orElseThrow());
        JsonNode item = sealed(place);
        assertEquals("verified", item.get("state").asText());
        assertEquals(201, append(place, bytes.length, "?1", new byte[0]).statusCode(), "an answer that was lost");
        HttpResponse<String> over = append(place, bytes.length, "?1", new byte[1]);
        assertTrue(over.body().contains("http-problem-types#inconsistent-upload-length"), over.body());
    }

    private HttpResponse<String> append(String place, long offset, String complete, byte[] part) throws Exception {
        return station.send(ietf(place)
                .header("Upload-Offset", Long.toString(offset))
                .header("Upload-Complete", complete)
                .header("Content-Type", "application/partial-upload")
                .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(part)));
    }

    @Test
    void aDigestOfTheContentIsChecked() throws Exception {
        byte[] part = TusSender.slice(bytes, 0, 1_000);
        String right = "sha-256=:"
                + Base64.getEncoder().encodeToString(Sha256Digest.of(part).bytes()) + ":";
        for (String[] one :
                new String[][] {{digest(), "460"}, {"md5=:AAAA:", "204"}, {"sha-256=AAAA", "400"}, {right, "204"}}) {
            String location = created(sender.create(TusSender.metadata("digest.bin", bytes), bytes.length));
            HttpResponse<String> answer = sender.patch(location, 0, part, "Content-Digest", one[0]);
            assertEquals(Integer.parseInt(one[1]), answer.statusCode(), one[0] + answer.body());
            assertEquals(one[1].equals("204") ? 1_000 : 0, offset(location));
        }
    }

    @Test
    void headersThatAreTooLargeAreRefused() throws Exception {
        Map<String, String> metadata = TusSender.metadata("a".repeat(200), bytes);
        metadata.put("caseId", "案".repeat(3_000));
        assertTrue(
                List.of(400, 431).contains(sender.create(metadata, bytes.length).statusCode()));
    }
}
