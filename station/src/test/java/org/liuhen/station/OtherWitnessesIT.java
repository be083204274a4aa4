package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.liuhen.station.LiveStation.await;
import static org.liuhen.station.LiveStation.said;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Signature;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Monitor;
import org.liuhen.custody.verify.ReceiptVerification;
import org.liuhen.custody.witness.WitnessClient;
import org.liuhen.custody.witness.WitnessClient.RefusedException;

/**
 * What others wrote for C2SP logs and witnesses, with ours: a log of Tessera asks our witness, litewitness cosigns our log, and the readers of
 * Tessera and torchwood read it. Debian's newer suite has them ({@code src/test/go/fetch}); they run here, on loopback, as they are.
 */
@Tag("slow")
class OtherWitnessesIT {
    private static final LogName SITE = new LogName("site-1");
    private static final Path PROGRAM = Path.of("target/others").toAbsolutePath();
    private static final Pattern LITEWITNESS_KEY = Pattern.compile("vkey=\"?([^\" ]+)");
    private static final int UPLOADS = 50;

    private static Path packages;

    private final List<Process> processes = new ArrayList<>();

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @BeforeAll
    static void fetchAndBuild() throws Exception {
        Process fetch = new ProcessBuilder("src/test/go/fetch")
                .redirectError(Path.of("target/fetch.log").toFile())
                .start();
        String said = new String(fetch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        String trouble = fetch.waitFor() == 0 ? "" : Files.readString(Path.of("target/fetch.log"));
        assumeTrue(fetch.exitValue() != 3, trouble);
        assertEquals(0, fetch.exitValue(), trouble);
        packages = Path.of(said);
        ProcessBuilder go = new ProcessBuilder(
                        packages + "/go/bin/go", "build", "-o", PROGRAM.toString(), "src/test/go/others.go")
                .redirectErrorStream(true);
        go.environment()
                .putAll(Map.of(
                        "GO111MODULE",
                        "off",
                        "GOROOT",
                        packages + "/go",
                        "GOPATH",
                        packages + "/usr/share/gocode",
                        "GOCACHE",
                        packages + "/build",
                        "GOTOOLCHAIN",
                        "local",
                        "GOFLAGS",
                        ""));
        Process build = go.start();
        String errors = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, build.waitFor(), errors);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    /** What a program says, the errors with it; it is ended with the test. */
    private BufferedReader start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        return process.inputReader(StandardCharsets.UTF_8);
    }

    private static String others(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(List.of(arguments));
        return said(command);
    }

    private Policy.Witness ours(Path logs) throws IOException {
        int port = FreePort.find();
        LiveStation.Witness witness = LiveStation.witness(folder.resolve("witness"), logs, port);
        processes.add(witness.process());
        return new Policy.Witness(SignedNote.Verifier.parse(witness.key()), URI.create("http://127.0.0.1:" + port));
    }

    /** The witness litewitness, which knows these logs and keeps its key in an agent. */
    private Policy.Witness litewitness(SignedNote.Verifier... logs) throws Exception {
        String database = folder.resolve("litewitness.db").toString();
        String control = packages + "/usr/bin/witnessctl";
        for (SignedNote.Verifier log : logs) {
            said(List.of(control, "add-log", "-db", database, "-origin", log.name()));
            said(List.of(control, "add-key", "-db", database, "-origin", log.name(), "-key", log.toString()));
        }
        String socket = folder.resolve("agent").toString();
        String fingerprint = start(PROGRAM.toString(), "agent", socket).readLine();
        String address = "127.0.0.1:" + FreePort.find();
        BufferedReader says = start(
                packages + "/usr/bin/litewitness",
                "-name",
                "lite.example/w",
                "-db",
                database,
                "-ssh-agent",
                socket,
                "-key",
                fingerprint,
                "-listen",
                address);
        StringBuilder all = new StringBuilder();
        SignedNote.Verifier key = null;
        for (String line = says.readLine(); line != null; line = says.readLine()) {
            all.append(line).append('\n');
            Matcher named = LITEWITNESS_KEY.matcher(line);
            if (named.find()) {
                key = SignedNote.Verifier.parse(named.group(1));
            }
            if (line.contains("msg=listening")) {
                break;
            }
        }
        assertTrue(key != null, all.toString());
        return new Policy.Witness(key, URI.create("http://" + address));
    }

    @Test
    void ourWitnessCosignsTheLogOfTessera() throws Exception {
        Process tessera = new ProcessBuilder(
                        PROGRAM.toString(), "grow", folder.resolve("tessera").toString())
                .redirectError(folder.resolve("tessera.log").toFile())
                .start();
        processes.add(tessera);
        BufferedReader says = tessera.inputReader(StandardCharsets.UTF_8);
        String log = says.readLine();
        Policy.Witness witness = ours(Files.writeString(folder.resolve("logs"), "log " + log + "\nquorum none\n"));
        try (var words = tessera.outputWriter(StandardCharsets.UTF_8)) {
            words.write(witness.key() + " " + witness.url() + "\n");
        }
        assertEquals(
                """
                a head of 1 entries is cosigned
                a head of 3 entries is cosigned
                a head of 303 entries is cosigned
                a head of 310 entries is cosigned
                whoever knows no size, or an old one, is told the last one and gets its cosignature
                an older head: refused
                a fork that is longer: refused
                a fork of the same size: refused
                a head that another key signed: refused
                a log that is not known: refused
                the log itself is cosigned as before
                """.strip(), String.join("\n", says.lines().toList()), Files.readString(folder.resolve("tessera.log")));
        assertTrue(tessera.waitFor(10, TimeUnit.SECONDS) && tessera.exitValue() == 0);
    }

    private static Signer signer(String name) {
        return new Signer(name, new Ed25519PrivateKeyParameters(new SecureRandom()));
    }

    private static List<byte[]> entries(String word, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> (word + " " + i).getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** Asks for a cosignature of the head of this log as its record job does. */
    private static Signature ask(WitnessClient client, MemoryLogStore log) throws Exception {
        SignedNote head = SignedNote.parse(log.files.get(Tiles.CHECKPOINT));
        return client.cosign(head, new Tiles(log, Checkpoint.parse(head.text()).size()));
    }

    private static String refusal(WitnessClient client, MemoryLogStore log) {
        return assertThrows(RefusedException.class, () -> ask(client, log)).getMessage();
    }

    @Test
    void litewitnessAnswersWhoeverAsksAsWeDo() throws Exception {
        LogName name = new LogName("site-2");
        Signer signer = signer(name.origin());
        Policy.Witness witness = litewitness(signer.verifier());
        WitnessClient client = new WitnessClient(witness);
        MemoryLogStore log = new MemoryLogStore();
        LogPublisher publisher = new LogPublisher(log, name, signer);
        MemoryLogStore cut = new MemoryLogStore();
        int size = 0;
        for (int next : new int[] {1, 3, 303, 310}) {
            publisher.publish(size, entries("entry", size, next));
            size = next;
            SignedNote head = SignedNote.parse(log.files.get(Tiles.CHECKPOINT));
            SignedNote cosigned = head.with(List.of(ask(client, log)));
            assertTrue(cosigned.cosignedAt(witness.key()).isPresent());
            if (size == 3) {
                cut.files.putAll(log.files);
            }
        }
        ask(client, log); // the same head once more
        ask(new WitnessClient(witness), log); // who knows no size is told it
        assertTrue(refusal(new WitnessClient(witness), cut).contains("has seen a head of 310"));
        for (int forked : new int[] {310, 400}) {
            MemoryLogStore fork = new MemoryLogStore();
            new LogPublisher(fork, name, signer).publish(0, entries("another entry", 0, forked));
            assertTrue(refusal(client, fork).contains(" answered 422"));
        }
        MemoryLogStore strange = new MemoryLogStore();
        LogName stranger = new LogName("site-3");
        new LogPublisher(strange, stranger, signer(stranger.origin())).publish(0, entries("entry", 0, 5));
        assertTrue(refusal(client, strange).contains(" answered 404"));
        ask(client, log);
    }

    @Test
    void litewitnessCosignsAStationsLogAndOthersReadIt() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("keys"));
        SignedNote.Verifier log =
                LogKey.readOrCreate(data.resolve("keys/site-1.pem"), SITE).verifier();
        Policy.Witness ours = ours(Files.writeString(folder.resolve("logs"), "log " + log + "\nquorum none\n"));
        Policy.Witness lite = litewitness(log);
        Path file = Files.writeString(
                folder.resolve("policy"),
                String.format(
                        "log %s%nwitness ours %s %s%nwitness lite %s %s%ngroup both all ours lite%nquorum both%n",
                        log, ours.key(), ours.url(), lite.key(), lite.url()));
        Policy policy = Policy.parse(Files.readString(file));
        try (LiveStation station = new LiveStation(data, "--policy", file.toString())) {
            TusSender sender = new TusSender(station);
            receiptHolds(station, sender, "first", policy, file);
            String place = station.at("/log/site-1").toString();
            String head = folder.resolve("head").toString();
            assertEquals("""
                    torchwood: each entry is in the tree, and 3 keys of the policy signed the witnessed head
                    Tessera: each entry is in the tree, and all files are those of the tree
                    """.strip(), others("read", place, log.toString(), file.toString(), head));
            for (int i = 0; i < UPLOADS; i++) {
                byte[] bytes = ("证据 " + i).getBytes(StandardCharsets.UTF_8);
                sender.upload(TusSender.metadata(i + ".txt", bytes), bytes);
            }
            station.awaitSealed(1 + UPLOADS);
            receiptHolds(station, sender, "last", policy, file);
            Monitor monitor =
                    new Monitor(new HttpLog(station.at("/log/site-1")), policy, folder.resolve("monitor.head"));
            await(() -> {
                Monitor.Look look = monitor.look();
                assertEquals(List.of(), look.faults());
                return look.witnessedSize() == look.head().size();
            });
            assertEquals("""
                    torchwood: the head continues the last one
                    torchwood: each entry is in the tree, and 3 keys of the policy signed the witnessed head
                    Tessera: the head continues the last one
                    Tessera: each entry is in the tree, and all files are those of the tree
                    """.strip(), others("read", place, log.toString(), file.toString(), head));
            long size = Checkpoint.sizeIn(Files.readAllBytes(Path.of(head)));
            assertTrue(size > 256, size + " entries fill no tile");
            assertEquals("OK", station.get("/api/health").get("witnesses").asText());
        }
    }

    /** Uploads something; its receipt holds by our verifier and by torchwood's, with both witnesses. */
    private void receiptHolds(LiveStation station, TusSender sender, String name, Policy policy, Path file)
            throws Exception {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        String location = sender.upload(TusSender.metadata(name + ".txt", bytes), bytes);
        URI place = station.at(location + "/receipt?wait=30");
        HttpResponse<String> receipt = station.send(HttpRequest.newBuilder(place));
        assertEquals(200, receipt.statusCode(), receipt.body());
        byte[] kept = receipt.body().getBytes(StandardCharsets.UTF_8);
        assertEquals(
                List.of(),
                ReceiptVerification.verify("receipt", kept, policy, Sha256Digest.of(bytes))
                        .faults());
        Path path = Files.write(folder.resolve(name), kept);
        assertEquals("torchwood: the receipt holds", others("receipt", path.toString(), file.toString()));
    }
}
