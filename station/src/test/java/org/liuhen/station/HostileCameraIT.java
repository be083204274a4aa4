package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.HostileEvents;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.ReceiptVerification;

/**
 * Cameras with hundreds of names and text files that nobody expects between good ones. Each file that can be read is uploaded and gets
 * its receipt, with the claims that could be read; the rest is named with a code; and the dock comes to its end.
 */
@Tag("slow")
@DisabledIf("onS3") // the dock does not know where the bytes rest
class HostileCameraIT {
    private static final int SECONDS_MAX = 300;

    @TempDir
    private Path folder;

    private Path home;
    private Path cameras;
    private int files;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    private Path camera(String mount, byte[] serial, byte[] time) throws IOException {
        Path dcim = Files.createDirectories(cameras.resolve(mount).resolve("DCIM"));
        Files.write(cameras.resolve(mount).resolve("SERIAL.TXT"), serial);
        if (time != null) {
            Files.write(cameras.resolve(mount).resolve("TIME.TXT"), time);
        }
        return dcim;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A file with bytes of its own, an hour old. */
    private Path file(Path at) throws IOException {
        Files.write(at, text("recording " + files++));
        Files.setLastModifiedTime(at, FileTime.from(Instant.now().minusSeconds(3_600)));
        return at;
    }

    /** Files with names of bytes that are no text, which Java cannot write: halves of characters, and bytes that UTF-8 has not. */
    private void filesWithoutText(Path dcim) throws Exception {
        for (String name : List.of("\\355\\240\\275.mp4", "\\377\\376.mp4", "\\377\\375.mp4", "a\\200b.mp4")) {
            String script = "printf 'recording " + files++ + "' > \"$1/$(printf '" + name
                    + "')\" && touch -d '1 hour ago' \"$1\"/*.mp4";
            assertEquals(
                    0,
                    new ProcessBuilder("sh", "-c", script, "sh", dcim.toString())
                            .inheritIO()
                            .start()
                            .waitFor());
        }
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (String extreme : HostileEvents.extremeTexts()) {
            String part = extreme.replace("\0", "\u0001").replace("/", "\u2215");
            while (text(part).length > 200) {
                part = part.substring(0, part.offsetByCodePoints(0, part.codePointCount(0, part.length()) - 1));
            }
            names.add(part + ".mp4");
            names.add("110023_" + part + "_7.mp4");
            names.add("110023_20261125_080600_" + part + ".mp4");
        }
        for (String time : List.of(
                "20261125080600",
                "19700101_000000",
                "20260230_080000",
                "99999999999999",
                "20261325_080000",
                "00000000000000")) {
            names.add("110023_" + time + "_3_IMP.mp4");
            names.add(time + "_999999999.mp4");
        }
        names.add("line\nbreak.mp4");
        names.add("\r\n\u0085\u2028\u001b[2J.mp4");
        names.add("\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67.mp4");
        names.add("x".repeat(251) + ".mp4");
        names.add("\u8bc1".repeat(83) + ".mp4");
        names.add(" .mp4");
        names.add("back\\slash.mp4");
        names.add("%ff%00.mp4");
        return names.stream().distinct().toList();
    }

    private String dock(List<String> before, int exit) throws Exception {
        List<String> command = new ArrayList<>(before);
        command.addAll(LiveStation.command(
                "dock",
                "run",
                "--home",
                home.toString(),
                "--headless",
                "--once",
                "--parallel",
                "8",
                cameras.toString()));
        Path log = folder.resolve("dock.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(log);
        assertTrue(ended, "it ends by itself: " + said);
        assertEquals(exit, process.exitValue(), said);
        return said;
    }

    private void enrol(LiveStation station) throws Exception {
        Path policy = folder.resolve("policy");
        Files.writeString(
                policy,
                "log "
                        + Files.readString(station.data.resolve("keys/site-1.vkey"))
                                .strip() + "\nquorum none\n");
        String code = LiveStation.said(LiveStation.command(
                "device", "add", "DOCK-1", "--kind", "dock", "--data", station.data.toString(), "--officer", "900001"));
        LiveStation.said(LiveStation.command(
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
                policy.toString()));
    }

    /** The receipts that the dock keeps, by the digest of the bytes that they are for; each verifies. */
    private Map<String, Path> receipts(List<Path> recordings) throws Exception {
        Map<String, String> items = new LinkedHashMap<>();
        for (String line : Files.readAllLines(home.resolve("journal"))) {
            JsonNode copy = LiveStation.JSON.readTree(line.substring(9)).path("copy");
            if (copy.path("step").asText().equals("MAY_ERASE")) {
                items.put(copy.get("sha256").asText(), copy.get("evidenceId").asText());
            }
        }
        Map<String, Path> receipts = new LinkedHashMap<>();
        for (Path recording : recordings) {
            Sha256Digest digest = Sha256Digest.of(Files.readAllBytes(recording));
            assertTrue(items.containsKey(digest.hex()), "a receipt of " + recording);
            Path receipt = home.resolve("receipts").resolve(items.get(digest.hex()) + ".tlog-proof");
            var result = ReceiptVerification.verify(
                    "a file",
                    Files.readAllBytes(receipt),
                    Policy.parse(Files.readString(folder.resolve("policy"))),
                    digest);
            assertEquals(List.of(), result.faults(), recording.toString());
            receipts.put(digest.hex(), receipt);
        }
        return receipts;
    }

    private List<Path> recordings() throws IOException {
        return TestFiles.below(cameras).stream()
                .filter(file -> file.getFileName().toString().endsWith(".mp4"))
                .filter(Files::isReadable)
                .filter(file -> !file.getFileName().toString().startsWith("unreadable"))
                .toList();
    }

    private static int count(String text, String word) {
        return text.split(java.util.regex.Pattern.quote(word), -1).length - 1;
    }

    @Test
    void eachFileThatCanBeReadComesOutWithItsReceipt() throws Exception {
        home = folder.resolve("dock");
        cameras = Files.createDirectories(folder.resolve("cameras"));
        Path good = camera("CAM1", text("DSJ-1\n"), text(Instant.now().toString()));
        for (int i = 0; i < 10; i++) {
            file(good.resolve("110023_20261125_0806" + (10 + i) + "_" + i + ".mp4"));
        }
        Path hostile = camera("CAM2", text("DSJ-2\n"), new byte[0]);
        Path folders = Files.createDirectories(hostile.resolve("sub\nfolder \ud83d\ude00"));
        for (String name : names()) {
            file(hostile.resolve(name));
            file(folders.resolve(name));
        }
        filesWithoutText(hostile);
        byte[] garbage = new byte[100_000];
        new java.util.Random(5).nextBytes(garbage);
        ByteArrayOutputStream controls = new ByteArrayOutputStream();
        for (int i = 0; i < 128; i++) {
            controls.write(i);
        }
        List<byte[]> serials = List.of(
                new byte[0],
                garbage,
                text("A".repeat(100_000)),
                controls.toByteArray(),
                new byte[] {(byte) 0xff},
                text("DSJ-1"));
        List<byte[]> times = List.of(
                garbage,
                text("+999999999-12-31T23:59:59Z"),
                text("1969-12-31T23:59:59Z"),
                text("0"),
                text("\u0000"),
                text("9999-12-31T23:59:59Z"));
        for (int i = 0; i < serials.size(); i++) {
            file(camera("NAMELESS" + i, serials.get(i), times.get(i)).resolve("20261125080600_1.mp4"));
            file(camera("CLOCK" + i, text("CLOCK-" + i), times.get(i)).resolve("20261125080600_1.mp4"));
        }
        Path unreadable = file(good.resolve("unreadable.mp4"));
        Path closed = Files.createDirectories(good.resolve("closed"));
        file(closed.resolve("unreadable2.mp4"));
        Files.setPosixFilePermissions(unreadable, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            enrol(station);
            // Root reads everything; without these two rights it is like everybody else.
            String rights = "-dac_override,-dac_read_search";
            String said = dock(List.of("setpriv", "--bounding-set", rights, "--inh-caps", rights), 1);
            List<Path> all = recordings();
            Path second = cameras.resolve("NAMELESS5/DCIM/20261125080600_1.mp4"); // the same serial number as CAM1 has
            receipts(all.stream().filter(file -> !file.equals(second)).toList());
            assertTrue(said.contains("left: DSJ-1:DCIM/unreadable.mp4: DK-111"), said);
            assertTrue(said.contains("left: DSJ-1:DCIM/closed: DK-111"), said);
            assertTrue(said.contains("DK-113"), said);
            assertEquals(5, count(said, ": DK-110 "), said);
            assertEquals(6, count(said, "DK-108"), said);
            assertEquals(
                    1,
                    count(said, "110023_20260230_080000_3_IMP.mp4: DK-112") - 1,
                    "said once of each of two: " + said);
            assertFalse(said.contains("DK-199") || said.contains("\tat ") || said.contains("\u001b"), said);

            JsonNode both = claims(station, "110023_20261125080600_3_IMP.mp4");
            assertEquals("2026-11-25T00:06:00Z", both.path("captureStart").asText(), both.toString());
            assertEquals("DSJ-2", both.path("deviceSerial").asText());
            JsonNode old = claims(station, "110023_19700101_000000_3_IMP.mp4");
            assertTrue(!old.has("captureStart") && old.path("sequence").asInt() == 3, old.toString());

            Files.setPosixFilePermissions(unreadable, PosixFilePermissions.fromString("rw-------"));
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
            Files.writeString(cameras.resolve("NAMELESS5/SERIAL.TXT"), "DSJ-5");
            dock(List.of(), 0);
            receipts(List.of(unreadable, closed.resolve("unreadable2.mp4"), second));

            LiveStation.said(LiveStation.command(
                    "dock", "erase", "--home", home.toString(), "--camera", "DSJ-2", cameras.toString()));
            assertTrue(recordings().stream().noneMatch(file -> file.startsWith(hostile)), "each name is found again");
        }
    }

    /** What was claimed of an item when it was received. */
    private static JsonNode claims(LiveStation station, String name) throws Exception {
        for (JsonNode item : station.items()) {
            if (item.get("fileName").asText().equals(name)) {
                JsonNode chain = station.get("/api/evidence/" + item.get("id").asText() + "/custody");
                JsonNode capture = chain.findValue("capture");
                assertTrue(capture != null, chain.toString());
                return capture;
            }
        }
        throw new AssertionError("there is no item " + name);
    }
}
