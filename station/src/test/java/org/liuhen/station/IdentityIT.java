package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Sha256Digest;

/** Who sends is proved, and whoever pretends is refused and on the record. Devices are curl and openssl. */
@DisabledIf("onS3") // who sends has nothing to do with where the bytes rest
class IdentityIT {
    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static Process provider;
    private static int providerPort;
    private static int devices;

    private final byte[] bytes = new byte[30_000];

    IdentityIT() {
        new Random(devices).nextBytes(bytes);
    }

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeAll
    static void start() throws Exception {
        providerPort = FreePort.find();
        provider = new ProcessBuilder("node", "provider.mjs", Integer.toString(providerPort), "3")
                .directory(Path.of("src/test/oidc").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("provider.log").toFile())
                .start();
        station = new LiveStation(
                folder.resolve("data"),
                "--oidc-issuer",
                "http://127.0.0.1:" + providerPort,
                "--oidc-audience",
                "liuhen");
    }

    @AfterAll
    static void stop() {
        station.close();
        provider.destroy();
    }

    /** An enrolled device: a folder with its key, its certificate and the authority's. */
    private static Curl enrolled(LiveStation at, String serial, String kind) throws Exception {
        String[] code = add(at, serial, kind).split("[.]", -1);
        Path own = folder.resolve(serial + "-" + at.data.getFileName());
        Curl before = new Curl(own, "-k");
        before.keepCertificate(
                "ca", before.ask(at.devicesAt("/.well-known/est/cacerts")).body());
        X509Certificate authority = certificate(own.resolve("ca.crt"));
        assertEquals(
                code[1], Sha256Digest.of(authority.getPublicKey().getEncoded()).hex(), "the code names the authority");
        Curl device = new Curl(own, "--cacert", "ca.crt");
        device.request("first");
        Curl.Answer answer = device.ask(
                at.devicesAt("/.well-known/est/simpleenroll"),
                "-u",
                serial + ":" + code[0],
                "-H",
                "Content-Type: application/pkcs10",
                "--data-binary",
                "@first.b64");
        assertEquals(200, answer.status(), answer.body());
        device.keepCertificate("first", answer.body());
        return new Curl(own, "--cacert", "ca.crt", "--cert", "first.crt", "--key", "first.key");
    }

    private static String add(LiveStation at, String serial, String kind) throws Exception {
        ObjectNode body =
                LiveStation.JSON.createObjectNode().put("serial", serial).put("kind", kind);
        HttpResponse<String> added = at.send(HttpRequest.newBuilder(at.at("/api/devices"))
                .header("Liuhen-Officer", "900001")
                .POST(HttpRequest.BodyPublishers.ofString(
                        body.put("unitCode", "110105").toString())));
        assertEquals(201, added.statusCode(), added.body());
        return LiveStation.JSON.readTree(added.body()).get("code").asText();
    }

    private static HttpResponse<String> change(String serial, String act, String officer) throws Exception {
        ObjectNode body = LiveStation.JSON
                .createObjectNode()
                .put("reason", "for the test")
                .put("officerNo", officer);
        return station.send(HttpRequest.newBuilder(station.at("/api/devices/" + serial + "/" + act))
                .header("Liuhen-Officer", "900001")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = TusSender.metadata("a" + devices++ + ".bin", bytes);
        metadata.remove("officerNo");
        return metadata;
    }

    private Curl.Answer upload(Curl device, Map<String, String> metadata, String... more) throws Exception {
        return upload(station, device, metadata, more);
    }

    private Curl.Answer upload(LiveStation at, Curl device, Map<String, String> metadata, String... more)
            throws Exception {
        Path file = device.folder().resolve("file.bin");
        Files.write(file, bytes);
        String[] arguments = {
            "-H", "Tus-Resumable: 1.0.0",
            "-H", "Upload-Length: " + bytes.length,
            "-H", "Upload-Metadata: " + TusSender.header(metadata),
            "-H", "Content-Type: application/offset+octet-stream",
            "--data-binary", "@file.bin"
        };
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return device.ask(at.devicesAt("/files"), all);
    }

    /** Waits until the record of the log itself has an entry with all of these words. */
    private static void recorded(String... words) throws Exception {
        recorded(station, words);
    }

    private static void recorded(LiveStation at, String... words) throws Exception {
        await(() -> {
            for (JsonNode entry : at.get("/api/log-events").get("entries")) {
                String text = entry.toString();
                if (java.util.Arrays.stream(words).allMatch(text::contains)) {
                    return true;
                }
            }
            return false;
        });
    }

    @Test
    void aDeviceEnrolsUploadsRenewsAndIsNamedByTheRecord() throws Exception {
        Curl device = enrolled(station, "DSJ-1", "camera");
        assertEquals(200, change("DSJ-1", "assign", "110023").statusCode());
        Curl.Answer sent = upload(device, metadata());
        assertEquals(201, sent.status(), sent.body());
        String id = sent.header("Location").substring("/files/".length());
        await(() -> station.get("/api/evidence/" + id + "/custody").toString().contains("sealed"));
        String chain = station.get("/api/evidence/" + id + "/custody").toString();
        String certificate = Sha256Digest.of(
                        certificate(device.folder().resolve("first.crt")).getEncoded())
                .hex();
        assertTrue(chain.contains("\"credential\":\"mtls " + certificate + "\""), chain);
        assertTrue(chain.contains("\"onBehalfOf\":\"110023\""), "the one who carries it: " + chain);
        Curl.Answer receipt =
                device.ask(station.devicesAt("/files/" + id + "/receipt?wait=30"), "-H", "Tus-Resumable: 1.0.0");
        assertEquals(200, receipt.status(), receipt.body());

        device.request("second");
        Curl.Answer renewed = device.ask(
                station.devicesAt("/.well-known/est/simplereenroll"),
                "-H",
                "Content-Type: application/pkcs10",
                "--data-binary",
                "@second.b64");
        assertEquals(200, renewed.status(), renewed.body());
        device.keepCertificate("second", renewed.body());
        Curl next = new Curl(device.folder(), "--cacert", "ca.crt", "--cert", "second.crt", "--key", "second.key");
        assertEquals(
                200,
                next.ask(station.devicesAt("/files/" + id), "-I", "-H", "Tus-Resumable: 1.0.0")
                        .status(),
                "what it began with the old key is still its own");
        recorded("deviceAdded", "DSJ-1", "900001");
        recorded("deviceCertified", certificate, "\"renewal\":false");
        recorded("deviceCertified", "DSJ-1", "\"renewal\":true");
        recorded("deviceAssigned", "DSJ-1", "110023");
        assertEquals(200, change("DSJ-1", "return", null).statusCode());
        recorded("deviceReturned", "DSJ-1", "110023");
    }

    /** A dock reads the clock of a camera after its recording came in: the item and the list have the right time then. */
    @Test
    void aClockThatIsReadLaterCorrectsTheItem() throws Exception {
        Curl dock = enrolled(station, "DOCK-7", "dock");
        byte[] sound = DispatchIT.sound(3);
        System.arraycopy(sound, 0, bytes, 0, sound.length);
        Map<String, String> metadata = metadata();
        metadata.put("filename", "20261118090500_DSJ7A99_110601.wav");
        metadata.put("deviceSerial", "DSJ7A99");
        metadata.put("captureStart", "2026-11-18T01:05:00Z");
        String id = upload(dock, metadata).header("Location").substring("/files/".length());
        await(() -> station.get("/api/evidence/" + id).has("recordedFrom"));
        assertEquals(
                "2026-11-18T01:04:58Z",
                station.get("/api/evidence/" + id).get("recordedFrom").asText());
        String clock = "{\"deviceSerial\":\"DSJ7A99\",\"offsetMillis\":-3600000,\"uncertaintyMillis\":400,"
                + "\"method\":\"file time.txt\",\"measuredAt\":\"2026-11-19T01:00:00Z\"}";
        assertEquals(
                204,
                dock.ask(station.devicesAt("/clocks"), "--data-binary", clock).status());
        await(() -> station.get("/api/evidence/" + id).has("deviceClock"));
        JsonNode item = station.get("/api/evidence/" + id);
        assertEquals("2026-11-18T02:04:58Z", item.get("recordedFrom").asText());
        assertEquals("2026-11-18T01:04:58Z", item.at("/captureTime/earliest").asText(), "the claim stays as it is");
        assertEquals(
                "2026-11-18T02:04:58Z",
                item.at("/captureTime/corrected/earliest").asText());
        assertEquals("DOCK-7", item.at("/deviceClock/measuredBy").asText());
        assertTrue(station.get("/api/evidence?from=2026-11-18T02:00:00Z&to=2026-11-18T02:10:00Z")
                .toString()
                .contains(id));
        assertTrue(station.get("/api/verification").get("verified").asBoolean(), "the auditor computes the same");
    }

    @Test
    void nobodyIsLetInWithoutProofAndACodeCountsOnce() throws Exception {
        Curl nobody = new Curl(folder.resolve("nobody"), "-k");
        refused(upload(nobody, metadata()), 401, "IN-120");
        recorded("accessDenied", "IN-120", "127.0.0.1");
        String code = add(station, "DSJ-2", "camera").split("[.]", -1)[0];
        nobody.request("first");
        String[] enrol = {"-u", "DSJ-2:" + code, "--data-binary", "@first.b64"};
        assertEquals(
                200,
                nobody.ask(station.devicesAt("/.well-known/est/simpleenroll"), enrol)
                        .status());
        refused(nobody.ask(station.devicesAt("/.well-known/est/simpleenroll"), enrol), 401, "IN-124");
        recorded("accessDenied", "IN-124");
        refused(nobody.ask(station.devicesAt("/.well-known/est/simplereenroll"), "-d", ""), 401, "IN-120");
        refused(nobody.ask(station.devicesAt("/api/evidence")), 404, "IN-112");
    }

    @Test
    void aCameraSpeaksForItselfAloneAndADockForCameras() throws Exception {
        Curl one = enrolled(station, "DSJ-3", "camera");
        Curl other = enrolled(station, "DSJ-4", "camera");
        Curl dock = enrolled(station, "DOCK-1", "dock");
        Map<String, String> smuggled = metadata();
        smuggled.put("deviceSerial", "DSJ-4");
        refused(upload(one, smuggled), 403, "IN-121");
        recorded("accessDenied", "IN-121", "\"id\":\"DSJ-3\"");
        assertEquals(201, upload(dock, smuggled).status());

        Curl.Answer sent = upload(one, metadata());
        String place = sent.header("Location");
        refused(other.ask(station.devicesAt(place), "-H", "Tus-Resumable: 1.0.0", "-X", "DELETE"), 403, "IN-122");
        refused(other.ask(station.devicesAt(place + "/receipt"), "-H", "Tus-Resumable: 1.0.0"), 403, "IN-122");
        recorded("accessDenied", "IN-122", "\"id\":\"DSJ-4\"");

        smuggled.remove("officerNo");
        HttpResponse<String> onTrust = new TusSender(station).create(smuggled, bytes.length);
        assertEquals(403, onTrust.statusCode(), onTrust.body());
        HttpResponse<String> resumed = new TusSender(station).head(place);
        assertEquals(403, resumed.statusCode(), "what a device began with its key goes on with its key");
    }

    @Test
    void aRevokedOrSuspendedDeviceIsCutOffInTheMiddleAndKeepsWhatWasAcknowledged() throws Exception {
        Curl device = enrolled(station, "DSJ-5", "camera");
        byte[] large = new byte[4_000_000];
        new Random(5).nextBytes(large);
        Files.write(device.folder().resolve("large.bin"), large);
        Curl.Answer created = device.ask(
                station.devicesAt("/files"),
                "-X",
                "POST",
                "-H",
                "Tus-Resumable: 1.0.0",
                "-H",
                "Upload-Length: " + large.length,
                "-H",
                "Upload-Metadata: " + withoutOfficer(large));
        String place = created.header("Location");
        long began = System.nanoTime();
        CompletableFuture<Curl.Answer> slow = CompletableFuture.supplyAsync(() -> {
            try {
                return device.ask(
                        station.devicesAt(place),
                        "-X",
                        "PATCH",
                        "--limit-rate",
                        "50k",
                        "-H",
                        "Expect:",
                        "-H",
                        "Tus-Resumable: 1.0.0",
                        "-H",
                        "Upload-Offset: 0",
                        "-H",
                        "Content-Type: application/offset+octet-stream",
                        "--data-binary",
                        "@large.bin");
            } catch (IOException | InterruptedException failed) {
                throw new IllegalStateException(failed);
            }
        });
        Curl listening = new Curl(device.folder(), "--cacert", "ca.crt", "--cert", "first.crt", "--key", "first.key");
        CompletableFuture<Curl.Answer> receipts = CompletableFuture.supplyAsync(() -> {
            try {
                return listening.ask(
                        station.devicesAt("/receipts?of=" + place.substring("/files/".length())),
                        "-N",
                        "-H",
                        "Accept: text/event-stream");
            } catch (IOException | InterruptedException failed) {
                throw new IllegalStateException(failed);
            }
        });
        Thread.sleep(3_000);
        assertFalse(receipts.isDone());
        assertEquals(200, change("DSJ-5", "suspend", null).statusCode());
        Curl.Answer cut = slow.get(60, TimeUnit.SECONDS);
        assertEquals(200, receipts.get(60, TimeUnit.SECONDS).status(), "who waits for receipts is sent away, too");
        assertTrue(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) < 60);
        assertNotEquals(204, cut.status(), "it did not get to the end");
        refused(upload(device, metadata()), 403, "IN-128");
        recorded("accessDenied", "IN-128", "DSJ-5");
        assertEquals(200, change("DSJ-5", "resume", null).statusCode());
        Curl.Answer head = device.ask(station.devicesAt(place), "-I", "-H", "Tus-Resumable: 1.0.0");
        assertTrue(Long.parseLong(head.header("Upload-Offset")) > 50_000, "what came before is kept: " + head);
        assertEquals(200, change("DSJ-5", "revoke", null).statusCode());
        refused(upload(device, metadata()), 403, "IN-127");
        recorded("accessDenied", "IN-127", "DSJ-5");
        String seen = listed("DSJ-5").get("seenAt").asText();
        refused(tell(device, "{\"version\":\"1.0\",\"freeBytes\":1}"), 403, "IN-127");
        assertFalse(listed("DSJ-5").has("told"), "a revoked key tells nothing");
        assertEquals(seen, listed("DSJ-5").get("seenAt").asText(), "and is not seen");
        assertFalse(listed("DSJ-5").get("unseen").asBoolean(), "nobody waits for it");
        assertEquals(409, change("DSJ-5", "resume", null).statusCode(), "revoked is for ever");
        recorded("deviceSuspended", "DSJ-5");
        recorded("deviceResumed", "DSJ-5");
        recorded("deviceRevoked", "DSJ-5");
    }

    private static String withoutOfficer(byte[] file) {
        Map<String, String> metadata = TusSender.metadata("large.bin", file);
        metadata.remove("officerNo");
        return TusSender.header(metadata);
    }

    private static JsonNode listed(String serial) throws Exception {
        HttpResponse<String> answer =
                station.send(HttpRequest.newBuilder(station.at("/api/devices")).header("Liuhen-Officer", "900001"));
        for (JsonNode one : LiveStation.JSON.readTree(answer.body()).get("devices")) {
            if (one.get("serial").asText().equals(serial)) {
                return one;
            }
        }
        throw new AssertionError(serial + " is not listed");
    }

    private static Curl.Answer tell(Curl device, String body) throws Exception {
        return device.ask(station.devicesAt("/status"), "-H", "Content-Type: application/json", "--data-binary", body);
    }

    /** What a device says of itself is bounded; another device changes nothing of it. */
    @Test
    void theListSaysWhenADeviceWasSeenAndWhatItTold() throws Exception {
        Curl dock = enrolled(station, "DOCK-TELLS", "dock");
        Curl other = enrolled(station, "DOCK-QUIET", "dock");
        assertFalse(listed("DOCK-TELLS").has("seenAt"), "it has a certificate and never used it");
        assertFalse(listed("DOCK-TELLS").get("unseen").asBoolean(), "which is no fault on its first day");
        Instant before = Instant.now().minusSeconds(1);
        assertEquals(
                204,
                tell(dock, "{\"version\":\"留痕 0.1.0 <b>\",\"freeBytes\":9007199254740992}")
                        .status());
        assertEquals(204, tell(other, "{\"version\":\"1\",\"freeBytes\":0}").status());
        JsonNode told = listed("DOCK-TELLS");
        assertTrue(before.isBefore(Instant.parse(told.get("seenAt").asText())), told.toString());
        assertFalse(told.get("unseen").asBoolean(), told.toString());
        assertEquals("留痕 0.1.0 <b>", told.at("/told/version").asText());
        assertEquals(9_007_199_254_740_992L, told.at("/told/freeBytes").asLong());
        assertFalse(told.at("/told/lowSpace").asBoolean(), told.toString());
        assertTrue(listed("DOCK-QUIET").at("/told/lowSpace").asBoolean());
        String version = "\"version\":\"1.0\"";
        for (String wrong : List.of(
                "{}",
                "[]",
                "no JSON",
                "{" + version + "}",
                "{" + version + ",\"freeBytes\":-1}",
                "{" + version + ",\"freeBytes\":9007199254740993}",
                "{" + version + ",\"freeBytes\":99999999999999999999999}",
                "{" + version + ",\"freeBytes\":1.5}",
                "{" + version + ",\"freeBytes\":\"1\"}",
                "{\"version\":\"\",\"freeBytes\":1}",
                "{\"version\":\" \",\"freeBytes\":1}",
                "{\"version\":\"" + "x".repeat(65) + "\",\"freeBytes\":1}",
                "{\"version\":\"1\\n2\",\"freeBytes\":1}",
                "{\"version\":\"1\\u202e2\",\"freeBytes\":1}",
                "{\"version\":\"1\\ud8002\",\"freeBytes\":1}",
                "{\"version\":\"" + "x".repeat(40_000) + "\",\"freeBytes\":1}")) {
            refused(tell(dock, wrong), 400, "IN-105");
        }
        assertEquals(told.get("told"), listed("DOCK-TELLS").get("told"), "a refused claim changes nothing");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        Curl device = enrolled(station, "DSJ-6", "camera");
        device.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=DSJ-6",
                "-keyout",
                "own.key",
                "-out",
                "own.crt");
        Curl forged = new Curl(device.folder(), "--cacert", "ca.crt", "--cert", "own.crt", "--key", "own.key");
        refused(upload(forged, metadata()), 403, "IN-126");
        recorded("accessDenied", "IN-126", "CN=DSJ-6");
    }

    @Test
    void aCertificateThatIsOverIsRefused() throws Exception {
        try (LiveStation shortly = new LiveStation(
                folder.resolve("shortly"), "--devices-certificate", "PT12S", "--device-gib-a-day", "1")) {
            Curl device = enrolled(shortly, "DSJ-7", "camera");
            assertEquals(201, upload(shortly, device, metadata()).status());
            refused(
                    device.ask(
                            shortly.devicesAt("/files"),
                            "-X",
                            "POST",
                            "-H",
                            "Tus-Resumable: 1.0.0",
                            "-H",
                            "Upload-Length: " + (1 << 30),
                            "-H",
                            "Upload-Metadata: " + TusSender.header(metadata())),
                    429,
                    "IN-146");
            Thread.sleep(13_000);
            refused(upload(shortly, device, metadata()), 403, "IN-129");
            recorded(shortly, "accessDenied", "IN-129", "DSJ-7");
        }
    }

    @Test
    void aSequenceThatRunsBackwardsIsAnAlarmAndNothingIsLost() throws Exception {
        Curl device = enrolled(station, "DSJ-10", "camera");
        for (String[] one : new String[][] {
            {"7", "2026-11-25T08:00:00Z"}, {"6", "2026-11-25T07:00:00Z"}, {"9", "2026-11-25T09:00:00Z"}
        }) {
            Map<String, String> metadata = metadata();
            metadata.put("seq", one[0]);
            metadata.put("captureStart", one[1]);
            bytes[0]++;
            metadata.put("sha256", Sha256Digest.of(bytes).hex());
            assertEquals(201, upload(device, metadata).status());
        }
        assertEquals(0, alarms("DSJ-10"), "they may come in any order");
        Map<String, String> backwards = metadata();
        backwards.put("seq", "3");
        backwards.put("captureStart", "2026-11-25T10:00:00Z");
        bytes[0]++;
        backwards.put("sha256", Sha256Digest.of(bytes).hex());
        assertEquals(201, upload(device, backwards).status());
        recorded("deviceAlarmed", "DSJ-10", "IN-142");
    }

    private static int alarms(String serial) throws Exception {
        int alarms = 0;
        for (JsonNode entry : station.get("/api/log-events?type=deviceAlarmed").get("entries")) {
            alarms += entry.toString().contains(serial) ? 1 : 0;
        }
        return alarms;
    }

    /** The IETF's resumable uploads over HTTP/2: the place is told before the body has come. */
    @Test
    void overHttp2TheIetfsClientHearsOfItsPlaceAtOnce() throws Exception {
        Curl device = enrolled(station, "DSJ-11", "camera");
        Files.write(device.folder().resolve("file.bin"), bytes);
        Map<String, String> metadata = metadata();
        metadata.remove("sha256");
        String digest = "sha-256=:"
                + Base64.getEncoder().encodeToString(Sha256Digest.of(bytes).bytes()) + ":";
        Curl.Answer sent = device.ask(
                station.devicesAt("/uploads"),
                "--http2",
                "-H",
                "Upload-Draft-Interop-Version: 8",
                "-H",
                "Upload-Complete: ?1",
                "-H",
                "Repr-Digest: " + digest,
                "-H",
                "Upload-Metadata: " + TusSender.header(metadata),
                "-H",
                "Content-Type: application/octet-stream",
                "--data-binary",
                "@file.bin");
        assertEquals(201, sent.status(), sent.toString());
        assertTrue(sent.raw().startsWith("HTTP/2 104"), sent.raw());
        String early = sent.raw().substring(0, sent.raw().indexOf("HTTP/2 201"));
        assertTrue(early.contains("location: " + sent.header("Location")), sent.raw());
        assertTrue(early.contains("upload-limit: max-size="), sent.raw());
        assertEquals("?1", sent.header("Upload-Complete"));
    }

    /** A certificate is public: whoever has it, and not its key, gets no further than the handshake. */
    @Test
    void aCopiedCertificateWithoutItsKeyIsRefused() throws Exception {
        Curl device = enrolled(station, "DSJ-8", "camera");
        device.request("thief");
        device.openssl("pkcs8", "-topk8", "-nocrypt", "-in", "thief.key", "-outform", "DER", "-out", "thief.der");
        PrivateKey wrong = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(
                        Files.readAllBytes(device.folder().resolve("thief.der"))));
        X509Certificate victim = certificate(device.folder().resolve("first.crt"));
        java.security.KeyStore trusted = java.security.KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificate(device.folder().resolve("ca.crt")));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(new KeyManager[] {new Thief(victim, wrong)}, trust.getTrustManagers(), new SecureRandom());
        HttpClient thief = HttpClient.newBuilder().sslContext(tls).build();
        HttpRequest request = HttpRequest.newBuilder(station.devicesAt("/files"))
                .header("Tus-Resumable", "1.0.0")
                .build();
        assertThrows(IOException.class, () -> thief.send(request, HttpResponse.BodyHandlers.ofString()));
        recorded("accessDenied", "IN-125", "TLS handshake");
    }

    /** Somebody has the key too: the device is seen here and there by turns. */
    @Test
    void aCopiedKeyUsedInTwoPlacesSuspendsTheDevice() throws Exception {
        Curl device = enrolled(station, "DSJ-9", "camera");
        String[] there = {"--interface", "127.0.0.2", "-I", "-H", "Tus-Resumable: 1.0.0"};
        String[] here = {"-I", "-H", "Tus-Resumable: 1.0.0"};
        Object any = station.devicesAt("/files/01jdb3kz0r0000000000000000");
        assertEquals(404, device.ask(any, here).status());
        assertEquals(404, device.ask(any, there).status(), "it moved, which is no alarm");
        assertEquals(404, device.ask(any, here).status());
        recorded("deviceAlarmed", "DSJ-9", "IN-140", "127.0.0.2");
        assertEquals(404, device.ask(any, there).status());
        assertEquals(403, device.ask(any, here).status());
        assertEquals(403, device.ask(any, there).status());
        recorded("deviceSuspended", "DSJ-9", "IN-140");
        recorded("accessDenied", "DSJ-9", "IN-128");
    }

    @Test
    void anOfficerShowsATokenOfTheProviderAndNoOtherOne() throws Exception {
        Curl officer = new Curl(folder.resolve("officer"), "-k");
        String token = token(officer, "liuhen");
        Curl.Answer sent = upload(officer, metadata(), "-H", "Authorization: Bearer " + token);
        assertEquals(201, sent.status(), sent.body());
        String id = sent.header("Location").substring("/files/".length());
        await(() -> station.get("/api/evidence/" + id + "/custody").toString().contains("sealed"));
        String chain = station.get("/api/evidence/" + id + "/custody").toString();
        assertTrue(chain.contains("\"credential\":\"bearer\"") && chain.contains("\"id\":\"110023\""), chain);
        Map<String, String> another = metadata();
        another.put("officerNo", "110024");
        refused(upload(officer, another, "-H", "Authorization: Bearer " + token(officer, "liuhen")), 403, "IN-121");

        String[] parts = token.split("[.]", -1);
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}".getBytes(StandardCharsets.UTF_8));
        String changed = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                        .replace("110023", "110024")
                        .getBytes(StandardCharsets.UTF_8));
        Thread.sleep(9_500); // three seconds of life, and five by which clocks may differ
        for (String wrong : new String[] {
            none + "." + parts[1] + ".",
            parts[0] + "." + changed + "." + parts[2],
            token(officer, "another-door"),
            token, // over by now
            "nothing"
        }) {
            refused(upload(officer, metadata(), "-H", "Authorization: Bearer " + wrong), 401, "IN-131");
        }
        recorded("accessDenied", "IN-131");
    }

    private static String token(Curl officer, String audience) throws Exception {
        Curl.Answer answer = officer.ask(
                "http://127.0.0.1:" + providerPort + "/token",
                "-u",
                "officer-110023:secret",
                "-d",
                "grant_type=client_credentials&scope=upload&resource=urn:door:" + audience);
        assertEquals(200, answer.status(), answer.body());
        return LiveStation.JSON.readTree(answer.body()).get("access_token").asText();
    }

    private static void refused(Curl.Answer answer, int status, String code) throws IOException {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals(code, LiveStation.JSON.readTree(answer.body()).path("code").asText(), answer.body());
    }

    /** Shows one certificate and signs with another key. */
    private static final class Thief extends X509ExtendedKeyManager {
        private final X509Certificate shown;
        private final PrivateKey key;

        Thief(X509Certificate shown, PrivateKey key) {
            this.shown = shown;
            this.key = key;
        }

        @Override
        public String chooseEngineClientAlias(String[] type, Principal[] issuers, SSLEngine engine) {
            return "stolen";
        }

        @Override
        public String chooseClientAlias(String[] type, Principal[] issuers, Socket socket) {
            return "stolen";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {shown};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"stolen"};
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
