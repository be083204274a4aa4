package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.liuhen.station.LiveStation.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.ReceiptVerification;

/**
 * A dock that is killed, that has no disk, no network or the wrong time: no copy is marked as one that may be erased without a
 * receipt that the offline verifier accepts, and no file becomes two items. Cameras are folders with their files.
 */
@Tag("soak")
@DisabledIf("onS3") // the dock does not know where the bytes rest
class DockIT {
    private static final int SECONDS_MAX = 90;

    @TempDir
    private Path folder;

    private Path home;
    private Path cameras;
    private Path policy;
    private final Random random = new Random(6);

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeEach
    void folders() throws IOException {
        home = folder.resolve("dock");
        cameras = Files.createDirectories(folder.resolve("cameras"));
        policy = folder.resolve("policy");
    }

    /** A camera with this many recordings, of which one is large. */
    private void camera(String serial, int files) throws IOException {
        Path dcim = Files.createDirectories(cameras.resolve(serial).resolve("DCIM"));
        Files.writeString(cameras.resolve(serial).resolve("SERIAL.TXT"), serial + "\n");
        Files.writeString(
                cameras.resolve(serial).resolve("TIME.TXT"),
                Instant.now().plusSeconds(90).toString());
        for (int i = 0; i < files; i++) {
            byte[] bytes = new byte[i == 0 ? 20_000_000 : 100_000];
            random.nextBytes(bytes);
            Path file = dcim.resolve(String.format("110023_20261125_0800%02d_%03d.mp4", i, i));
            Files.write(file, bytes);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3_600 - i)));
        }
    }

    private void enrol(List<String> before, Path data, String intake) throws Exception {
        Files.writeString(
                policy,
                "log " + Files.readString(data.resolve("keys/site-1.vkey")).strip() + "\nquorum none\n");
        List<String> add = new ArrayList<>(before);
        add.addAll(LiveStation.command(
                "device", "add", "DOCK-1", "--kind", "dock", "--data", data.toString(), "--officer", "900001"));
        String code = LiveStation.said(add);
        List<String> enrol = new ArrayList<>(before);
        enrol.addAll(LiveStation.command(
                "dock",
                "enrol",
                "DOCK-1",
                "--home",
                home.toString(),
                "--door",
                intake,
                "--code",
                code,
                "--policy",
                policy.toString()));
        LiveStation.said(enrol);
    }

    /** A dock at work, in a process of its own. */
    private Process dock(String... more) throws IOException {
        return dock(List.of(), more);
    }

    private Process dock(List<String> before, String... more) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(LiveStation.command("dock", "run", "--home", home.toString(), "--headless", cameras.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("dock.log").toFile()))
                .start();
    }

    private void finish(List<String> before) throws Exception {
        Process process = dock(before, "--once");
        boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, Files.readString(folder.resolve("dock.log")));
        assertEquals(0, process.exitValue(), Files.readString(folder.resolve("dock.log")));
    }

    private String journal() throws IOException {
        Path file = home.resolve("journal");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Which copies the dock says may be erased, each with its item. */
    private Map<Path, String> mayErase() throws Exception {
        Map<Path, String> found = new HashMap<>();
        for (String line : LiveStation.said(LiveStation.command("dock", "status", "--home", home.toString(), "--files"))
                .split("\n", -1)) {
            String[] words = line.strip().split(" +", -1);
            if (words.length == 3 && List.of("MAY_ERASE", "ERASING", "ERASED").contains(words[1])) {
                String[] place = words[0].split(":", 2);
                found.put(cameras.resolve(place[0]).resolve(place[1]), words[2]);
            }
        }
        return found;
    }

    /** Each copy that may be erased has a receipt that verifies for the very bytes on the camera. */
    private int everyMarkHasItsReceipt() throws Exception {
        Map<Path, String> marked = mayErase();
        for (Map.Entry<Path, String> one : marked.entrySet()) {
            if (Files.exists(one.getKey())) {
                Path receipt = home.resolve("receipts").resolve(one.getValue() + ".tlog-proof");
                var result = ReceiptVerification.verify(
                        one.toString(),
                        Files.readAllBytes(receipt),
                        Policy.parse(Files.readString(policy)),
                        Sha256Digest.of(Files.readAllBytes(one.getKey())));
                assertEquals(List.of(), result.faults(), one.toString());
            }
        }
        return marked.size();
    }

    /** Each file is one item and no more. */
    private static void eachFileIsOneItem(JsonNode list, int files) {
        Map<String, Integer> items = new HashMap<>();
        for (JsonNode item : list) {
            if (!item.get("state").asText().equals("withdrawn")
                    && !item.get("state").asText().equals("declared")) {
                items.merge(item.get("sha256").asText(), 1, Integer::sum);
            }
        }
        assertEquals(files, items.size(), items.toString());
        assertTrue(items.values().stream().allMatch(count -> count == 1), items.toString());
    }

    @Test
    void killedAtEachStepItGoesOnThere() throws Exception {
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            enrol(List.of(), station.data, station.devicesAt("").toString());
            int files = 0;
            for (int kill = 0; kill < 15; kill++) {
                String step = List.of("FOUND", "HASHED", "DECLARED", "SENT", "MAY_ERASE")
                        .get(kill % 5);
                camera("DSJ-" + kill, 3);
                files += 3;
                Process process = dock();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                int before = count(journal(), "\"step\":\"" + step + "\"");
                while (count(journal(), "\"step\":\"" + step + "\"") == before && System.nanoTime() < end) {
                    Thread.sleep(2);
                }
                Thread.sleep(random.nextInt(30));
                process.destroyForcibly().waitFor();
            }
            everyMarkHasItsReceipt();
            finish(List.of());
            assertEquals(files, everyMarkHasItsReceipt());
            eachFileIsOneItem(station.get("/api/evidence?limit=500").get("evidence"), files);
            await(() -> station.get("/api/log-events?type=clockMeasured")
                            .get("entries")
                            .size()
                    >= 15);
            JsonNode clock = station.get("/api/log-events?type=clockMeasured")
                    .get("entries")
                    .get(0)
                    .get("event");
            assertTrue(Math.abs(clock.get("offsetMillis").asLong() - 90_000) < 60_000, clock.toString());
            assertEquals("DOCK-1", clock.at("/context/actor/id").asText());
            JsonNode dock = station.get("/api/devices").get("devices").get(0);
            assertEquals(EventContext.VERSION, dock.at("/told/version").asText(), dock.toString());
            assertTrue(dock.at("/told/freeBytes").asLong() > 0, dock.toString());
        }
    }

    private static int count(String text, String word) {
        return text.split(java.util.regex.Pattern.quote(word), -1).length - 1;
    }

    @Test
    void killedWhileItErasesItEndsWhatItBeganAndKeepsWhatChanged() throws Exception {
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            enrol(List.of(), station.data, station.devicesAt("").toString());
            camera("DSJ-1", 6);
            finish(List.of());
            assertEquals(6, everyMarkHasItsReceipt());
            Path changed = cameras.resolve("DSJ-1/DCIM/110023_20261125_080003_003.mp4");
            FileTime time = Files.getLastModifiedTime(changed);
            byte[] bytes = Files.readAllBytes(changed);
            bytes[77] ^= 1;
            Files.write(changed, bytes);
            Files.setLastModifiedTime(changed, time); // same size, same time: only reading it shows
            List<String> erase = LiveStation.command("dock", "erase", "--home", home.toString(), cameras.toString());
            for (int kill = 0; kill < 3; kill++) {
                Process process = new ProcessBuilder(erase)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("erase.log").toFile())
                        .start();
                int before = count(journal(), "\"step\":\"ERASING\"");
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (count(journal(), "\"step\":\"ERASING\"") == before
                        && process.isAlive()
                        && System.nanoTime() < end) {
                    Thread.sleep(1);
                }
                process.destroyForcibly().waitFor();
            }
            assertEquals(
                    1,
                    new ProcessBuilder(erase)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor());
            try (var left = Files.list(changed.getParent())) {
                assertEquals(List.of(changed), left.toList(), "only the file that was changed is left");
            }
            await(() -> erased(station).size() == 5); // an event is acknowledged before the log shows it
            assertEquals(5, Set.copyOf(erased(station)).size(), "the record knows of each copy that is gone, once");
        }
    }

    /** The items of which the record says that a copy was erased, as often as it says so; each chain must verify. */
    private static List<String> erased(LiveStation station) throws Exception {
        List<String> erased = new ArrayList<>();
        for (JsonNode item : station.get("/api/evidence").get("evidence")) {
            String id = item.get("id").asText();
            JsonNode chain = station.get("/api/evidence/" + id + "/custody");
            for (int i = count(chain.toString(), "\"eventType\":\"copyErased\"");
                    i > 0 && chain.get("verified").asBoolean();
                    i--) {
                erased.add(id);
            }
        }
        return erased;
    }

    @Test
    void withAFullDiskItMarksNothingAndGoesOnWhenThereIsRoom() throws Exception {
        Files.createDirectories(home);
        assumeTrue(mounted(home), "only root can mount a small disk");
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            enrol(List.of(), station.data, station.devicesAt("").toString());
            camera("DSJ-1", 12);
            Path ballast = home.resolve("ballast");
            for (int round = 0; round < 4; round++) {
                Process process = dock();
                Thread.sleep(700 + random.nextInt(2_000));
                fill(ballast);
                Thread.sleep(2_500);
                everyMarkHasItsReceipt();
                process.destroyForcibly().waitFor();
                Files.deleteIfExists(ballast);
                camera("DSJ-" + (round + 2), 3);
            }
            assertTrue(Files.readString(folder.resolve("dock.log")).contains("DK-103"), "it said so");
            finish(List.of());
            assertEquals(24, everyMarkHasItsReceipt());
            eachFileIsOneItem(station.get("/api/evidence").get("evidence"), 24);
        } finally {
            new ProcessBuilder("umount", "-l", home.toString()).start().waitFor();
        }
    }

    private static boolean mounted(Path at) throws Exception {
        return new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", at.toString())
                        .start()
                        .waitFor()
                == 0;
    }

    private static void fill(Path ballast) {
        try (var out = Files.newOutputStream(ballast)) {
            byte[] some = new byte[4_096];
            for (int i = 0; i < 10_000; i++) {
                out.write(some);
            }
        } catch (IOException full) {
            assertTrue(full.getMessage().contains("No space"), full.getMessage());
        }
    }

    /** The dock's own clock, a year ahead and a year behind. */
    @ParameterizedTest
    @ValueSource(strings = {"+370d", "-370d"})
    void withTheWrongTimeItMarksNothingFalsely(String shift) throws Exception {
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            enrol(List.of(), station.data, station.devicesAt("").toString());
            camera("DSJ-1", 3);
            String wrong = "LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1) FAKETIME=" + shift
                    + " FAKETIME_DONT_FAKE_MONOTONIC=1 exec \"$@\"";
            Process process = dock(List.of("sh", "-c", wrong, "sh"));
            Thread.sleep(12_000);
            everyMarkHasItsReceipt();
            process.destroyForcibly().waitFor();
            int certificates = station.get("/api/log-events?type=deviceCertified")
                    .get("entries")
                    .size();
            assertTrue(certificates <= 2, "it does not ask for certificates without end");
            finish(List.of());
            assertEquals(3, everyMarkHasItsReceipt());
            eachFileIsOneItem(station.get("/api/evidence").get("evidence"), 3);
        }
    }

    /** Station and dock each in a network of their own, with a cable between them that is pulled. */
    @Test
    void withoutANetworkItWaitsAndThenCatchesUp() throws Exception {
        String[] setUp = {
            "ip netns add lh-station",
            "ip netns add lh-dock",
            "ip link add lh-s netns lh-station type veth peer name lh-d netns lh-dock",
            "ip -n lh-station addr add 10.99.0.1/24 dev lh-s",
            "ip -n lh-dock addr add 10.99.0.2/24 dev lh-d",
            "ip -n lh-station link set lo up",
            "ip -n lh-station link set lh-s up",
            "ip -n lh-dock link set lo up",
            "ip -n lh-dock link set lh-d up"
        };
        for (String command : setUp) {
            assumeTrue(shell(command) == 0, "only root can make network namespaces: " + command);
        }
        List<String> there = List.of("ip", "netns", "exec", "lh-station");
        List<String> here = List.of("ip", "netns", "exec", "lh-dock");
        try (LiveStation station = new LiveStation(
                there, folder.resolve("data"), "--devices-bind", "10.99.0.1", "--devices-name", "10.99.0.1")) {
            String code = LiveStation.said(with(
                    there,
                    "device",
                    "add",
                    "DOCK-1",
                    "--kind",
                    "dock",
                    "--data",
                    station.data.toString(),
                    "--officer",
                    "9"));
            Files.writeString(
                    policy,
                    "log "
                            + Files.readString(station.data.resolve("keys/site-1.vkey"))
                                    .strip() + "\nquorum none\n");
            String intake = "https://10.99.0.1:" + station.devicesAt("").getPort();
            LiveStation.said(with(
                    here,
                    "dock",
                    "enrol",
                    "DOCK-1",
                    "--home",
                    home.toString(),
                    "--door",
                    intake,
                    "--code",
                    code,
                    "--policy",
                    policy.toString()));
            camera("DSJ-1", 6);
            shell("tc -n lh-dock qdisc add dev lh-d root tbf rate 40mbit burst 64kb latency 50ms"); // where the
            // kernel can
            Process process = dock(here);
            for (int pull = 0; pull < 3; pull++) {
                Thread.sleep(1_500 + random.nextInt(1_500));
                shell("ip -n lh-station link set lh-s down");
                Thread.sleep(pull == 0 ? 25_000 : 3_000);
                everyMarkHasItsReceipt();
                shell("ip -n lh-station link set lh-s up");
                camera("DSJ-" + (pull + 2), 3);
            }
            assertTrue(process.isAlive());
            await(() -> mayErase().size() == 15);
            process.destroy();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it stops when it is told to");
            assertEquals(15, everyMarkHasItsReceipt());
            String list = LiveStation.said(
                    with(there, "list", "--json", "--data", station.data.toString(), "--officer", "9"));
            eachFileIsOneItem(LiveStation.JSON.readTree(list).get("evidence"), 15);
            assertFalse(list.isEmpty());
        } finally {
            shell("ip netns del lh-station");
            shell("ip netns del lh-dock");
        }
    }

    private static List<String> with(List<String> before, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(LiveStation.command(arguments));
        return command;
    }

    private static int shell(String command) throws Exception {
        return new ProcessBuilder(command.split(" ", -1))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
