package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;
import static org.liuhen.station.LiveStation.liuhen;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.HttpLog;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.Monitor;
import org.liuhen.custody.verify.ReceiptVerification;
import org.liuhen.storage.Vault;

/** A station, a witness in a process of its own and a monitor: receipts, an outage, and an insider with every power. */
@Tag("slow")
class WitnessIT {
    private static final LogName SITE = new LogName("site-1");
    private static final byte[] BYTES = "证据\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private String key;

    @Test
    void anOutsiderSeesThatThePastIsWhatItWas() throws Exception {
        System.setProperty("AWS_ACCESS_KEY_ID", System.getProperty("s3.accessKey", ""));
        System.setProperty("AWS_SECRET_ACCESS_KEY", System.getProperty("s3.secretKey", ""));
        Path data = folder.resolve("data");
        int port = FreePort.find();
        Files.createDirectories(data.resolve("keys"));
        String logKey = LogKey.readOrCreate(data.resolve("keys/site-1.pem"), SITE)
                .verifier()
                .toString();
        Files.writeString(folder.resolve("logs"), "log " + logKey + "\nquorum none\n");
        Process witness = witness(port);
        Files.writeString(
                folder.resolve("policy"),
                "log " + logKey + "\nwitness jcy " + key + " http://127.0.0.1:" + port + "\nquorum jcy\n");
        Policy policy = Policy.parse(Files.readString(folder.resolve("policy")));
        try (LiveStation station = new LiveStation(
                        data, "--policy", folder.resolve("policy").toString());
                Vault vault = station.vaultSettings().open()) {
            Monitor monitor =
                    new Monitor(new HttpLog(station.at("/log/site-1")), policy, folder.resolve("monitor.head"));
            TusSender sender = new TusSender(station);
            receiptsCount(station, sender, policy);
            await(() -> {
                Monitor.Look look = monitor.look();
                assertEquals(List.of(), look.faults());
                return look.witnessedSize() == look.head().size();
            });

            tellsMonitorsWhatItSaw(port, policy);
            isAlone();
            servesTilesAsSpecified(station);

            witness.destroyForcibly().waitFor();
            byte[] second = "第二份证据\n".getBytes(StandardCharsets.UTF_8);
            String waiting = sender.upload(TusSender.metadata("waiting.txt", second), second);
            station.awaitSealed(2); // nothing but the receipt waits for the witness
            assertEquals(202, receipt(station, waiting, 2).statusCode());
            await(() -> station.get("/api/health").get("witnesses").asText().contains("WT-103"));
            assertTrue(station.get("/api/health").get("healthy").asBoolean());
            witness = witness(port);
            await(() -> receipt(station, waiting, 20).statusCode() == 200);
            await(() -> station.get("/api/health").get("witnesses").asText().equals("OK"));
            assertEquals(List.of(), monitor.look().faults());

            station.kill();
            rewriteThePast(vault.log(SITE), data);
            station.start();
            byte[] third = "第三份证据\n".getBytes(StandardCharsets.UTF_8);
            String after = sender.upload(TusSender.metadata("after.txt", third), third);
            station.awaitSealed(3);
            await(() -> station.get("/api/health").get("witnesses").asText().contains("WT-102"));
            assertFalse(station.get("/api/health").get("healthy").asBoolean());
            assertEquals(202, receipt(station, after, 2).statusCode());
            assertTrue(codes(monitor.look().faults()).contains("VF-114"));
            assertEquals(List.of("VF-114"), firstLook(station, policy), "the witness's head convicts at first sight");
        } finally {
            witness.destroyForcibly();
        }
    }

    private static void tellsMonitorsWhatItSaw(int port, Policy policy) throws Exception {
        String hash =
                Sha256Digest.of(SITE.origin().getBytes(StandardCharsets.UTF_8)).hex();
        HttpResponse<byte[]> answer = get(URI.create("http://127.0.0.1:" + port + "/" + hash + "/checkpoint"));
        assertEquals(200, answer.statusCode());
        SignedNote seen = SignedNote.parse(answer.body());
        assertTrue(seen.isSignedBy(policy.logs().get(0)) && policy.isWitnessed(seen), seen.toString());
        assertEquals(
                404,
                get(URI.create("http://127.0.0.1:" + port + "/" + "0".repeat(64) + "/checkpoint"))
                        .statusCode());
    }

    /** Two that both knew an old head would cosign two heads that contradict each other. */
    private void isAlone() throws Exception {
        Path said = folder.resolve("second.log");
        Process second = new ProcessBuilder(LiveStation.command(
                        "witness",
                        "--name",
                        "jcy.test/w1",
                        "--data",
                        folder.resolve("witness").toString(),
                        "--logs",
                        folder.resolve("logs").toString(),
                        "--port",
                        "0"))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertTrue(second.waitFor(1, TimeUnit.MINUTES) && second.exitValue() != 0);
        assertTrue(Files.readString(said).contains("WT-104 "), Files.readString(said));
    }

    /** C2SP tlog-tiles: what may be cached, what is packed, and HEAD as GET. */
    private static void servesTilesAsSpecified(LiveStation station) throws Exception {
        HttpResponse<byte[]> head = get(station.at("/log/site-1/checkpoint"));
        assertEquals(Optional.of("no-cache"), head.headers().firstValue("Cache-Control"));
        assertEquals(
                Optional.of("text/plain;charset=utf-8"),
                head.headers().firstValue("Content-Type").map(type -> type.replace(" ", "")));
        long size = Checkpoint.sizeIn(head.body());
        URI hashes = station.at("/log/site-1/tile/0/000.p/" + size);
        assertEquals(
                Optional.of("public, max-age=31536000, immutable"),
                get(hashes).headers().firstValue("Cache-Control"));
        assertEquals(size * 32, get(hashes).body().length);
        HttpResponse<byte[]> asked = client().send(
                        HttpRequest.newBuilder(hashes)
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, asked.statusCode());
        assertEquals(
                size * 32, asked.headers().firstValueAsLong("Content-Length").orElseThrow());
        URI bundle = station.at("/log/site-1/tile/entries/000.p/" + size);
        byte[] plain = get(bundle).body();
        for (String takes : new String[] {"gzip", "br, gzip;q=0.5", "identity", "gzip;q=0, identity"}) {
            HttpResponse<byte[]> answer = get(bundle, "Accept-Encoding", takes);
            boolean packed = answer.headers().firstValue("Content-Encoding").isPresent();
            assertEquals(takes.startsWith("gzip;q=0") || takes.equals("identity"), !packed, takes);
            assertEquals(Optional.of("Accept-Encoding"), answer.headers().firstValue("Vary"));
            byte[] bytes = packed
                    ? new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes()
                    : answer.body();
            assertArrayEquals(plain, bytes);
        }
    }

    private static HttpClient client() {
        return HttpClient.newHttpClient();
    }

    private static HttpResponse<byte[]> get(URI place, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(place);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private void receiptsCount(LiveStation station, TusSender sender, Policy policy) throws Exception {
        HttpResponse<String> created = sender.create(TusSender.metadata("a.txt", BYTES), BYTES.length);
        String location = created.headers().firstValue("Location").orElseThrow();
        assertEquals(
                Optional.of("<" + location + "/receipt>; rel=\"https://liuhen.org/rel/receipt\""),
                created.headers().firstValue("Link"));
        assertEquals(202, receipt(station, location, 0).statusCode());
        assertEquals(
                404, receipt(station, "/files/01jdb3kz0r0000000000000000", 0).statusCode());
        assertEquals(204, sender.patch(location, 0, BYTES).statusCode());
        HttpResponse<String> receipt = receipt(station, location, 30);
        assertEquals(200, receipt.statusCode(), receipt.body());
        byte[] bytes = receipt.body().getBytes(StandardCharsets.UTF_8);
        ReceiptVerification.Result result =
                ReceiptVerification.verify("receipt", bytes, policy, Sha256Digest.of(BYTES));
        assertEquals(List.of(), result.faults());
        assertEquals(
                location.substring("/files/".length()),
                result.sealed().context().evidenceId().value());
        assertEquals(
                List.of("VF-109"),
                codes(ReceiptVerification.verify("receipt", bytes, policy, Sha256Digest.of(new byte[1]))
                        .faults()));
        SignedNote.Signer stranger = new SignedNote.Signer(
                "jcy.test/w1", Algorithm.COSIGNATURE_V1, new Ed25519PrivateKeyParameters(new SecureRandom()));
        Policy other =
                Policy.parse(policy.toString().replace(key, stranger.verifier().toString()));
        assertEquals(
                List.of("VF-115"),
                codes(ReceiptVerification.verify("receipt", bytes, other, null).faults()));
        Path file = Files.write(folder.resolve("a.txt"), BYTES);
        Path kept = Files.write(folder.resolve("a.tlog-proof"), bytes);
        assertEquals(0, liuhen("receipt", kept.toString(), "--policy", folder + "/policy", "--file", file.toString()));
        Files.writeString(file, "other bytes");
        assertEquals(1, liuhen("receipt", kept.toString(), "--policy", folder + "/policy", "--file", file.toString()));
    }

    private List<String> firstLook(LiveStation station, Policy policy) throws IOException {
        Monitor fresh = new Monitor(new HttpLog(station.at("/log/site-1")), policy, folder.resolve("fresh.head"));
        return codes(fresh.look().faults());
    }

    /**
     * The insider has the log's key and may write everywhere. He changes who declared the first item, mends the chain of
     * that item, builds the whole tree anew and signs it with the right key.
     */
    private static void rewriteThePast(LogStore log, Path data) throws Exception {
        SignedNote.Signer signer = LogKey.read(data.resolve("keys/site-1.pem"), SITE);
        long size = Checkpoint.open(log.read(Tiles.CHECKPOINT).orElseThrow(), SITE.origin(), signer.verifier())
                .size();
        Tiles tiles = new Tiles(log, size);
        Map<String, String> mended = new LinkedHashMap<>();
        List<byte[]> entries = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            byte[] was = tiles.entry(i);
            String text = new String(was, StandardCharsets.UTF_8);
            if (mended.isEmpty() && text.contains("\"eventType\":\"declared\"")) {
                text = text.replace("110023", "110099");
            }
            for (Map.Entry<String, String> leaf : mended.entrySet()) {
                text = text.replace(leaf.getKey(), leaf.getValue());
            }
            byte[] now = text.getBytes(StandardCharsets.UTF_8);
            if (!java.util.Arrays.equals(was, now)) {
                mended.put(hex(was), hex(now));
            }
            entries.add(now);
        }
        assertTrue(mended.size() > 3, "the chain has links to mend");
        MemoryLogStore rewritten = new MemoryLogStore();
        new LogPublisher(rewritten, SITE, signer).publish(0, entries);
        for (Map.Entry<String, byte[]> file : rewritten.files.entrySet()) {
            log.write(file.getKey(), file.getValue());
        }
    }

    private static String hex(byte[] entry) {
        return Sha256Digest.ofRaw(Merkle.leafHash(entry)).hex();
    }

    private Process witness(int port) throws IOException {
        LiveStation.Witness witness = LiveStation.witness(folder.resolve("witness"), folder.resolve("logs"), port);
        assertTrue(key == null || key.equals(witness.key()), "a witness keeps its key");
        key = witness.key();
        return witness.process();
    }

    private static HttpResponse<String> receipt(LiveStation station, String location, int wait) throws Exception {
        URI place = station.at(location + "/receipt?wait=" + wait);
        return station.send(HttpRequest.newBuilder(place));
    }

    private static List<String> codes(List<Fault> faults) {
        return faults.stream().map(Fault::code).distinct().toList();
    }
}
