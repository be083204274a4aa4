package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.CameraProfile.Claims;

class CameraProfileTest {
    @TempDir
    private Path folder;

    private CameraProfile shipped() throws IOException {
        return CameraProfile.read(folder.resolve("none")).get(0);
    }

    @Test
    void readsTheTimeWithAndWithoutAMark() throws Exception {
        Map<String, String> expected =
                Map.of("officerNo", "110023", "seq", "3", "marked", "true", "captureStart", "2026-11-25T00:06:00Z");
        for (String time : List.of("20261125_080600", "20261125080600")) {
            Claims claims = shipped().claims("110023_" + time + "_3_IMP.mp4");
            assertEquals(new Claims(expected, List.of()), claims);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20260230_080000",
                "20261325080000",
                "20261125_240000",
                "20261125080060",
                "00000000000000",
                "00010101_000000",
                "19700101_000000",
                "99999999_999999"
            })
    void leavesATimeOutThatIsNoneAndKeepsTheRest(String time) throws Exception {
        Claims claims = shipped().claims("110023_" + time + "_3_IMP.mp4");
        assertEquals(Map.of("officerNo", "110023", "seq", "3", "marked", "true"), claims.values());
        assertEquals(1, claims.unread().size(), claims.toString());
    }

    @Test
    void takesAnyNameWithoutAnException() throws Exception {
        Random random = new Random(20_261_125);
        String good = "110023_20261125_080600_3_IMP.mp4";
        int claimed = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder(good);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(name.length());
                switch (random.nextInt(4)) {
                    case 0 -> name.setCharAt(at, (char) ('0' + random.nextInt(10)));
                    case 1 -> name.deleteCharAt(at);
                    case 2 -> name.insert(at, (char) random.nextInt(0x10000));
                    default -> name.insert(at, name.substring(at));
                }
            }
            claimed += shipped().claims(name.toString()).values().size();
            new FileName(PlainText.fileName(name.toString()));
        }
        assertTrue(claimed > 5_000, "most of them say something: " + claimed);
    }

    @Test
    void saysWhichSegmentOfARecordingAFileIs() throws Exception {
        Claims second = shipped().claims("110023_20261125_080600_3-02_IMP.mp4");
        assertEquals("110023_20261125_080600_3", second.values().get("recordingId"));
        assertEquals("2", second.values().get("segment"));
        assertEquals("true", second.values().get("marked"));
        Claims whole = shipped().claims("110023_20261125_080600_3_IMP.mp4");
        assertFalse(whole.values().containsKey("recordingId") || whole.values().containsKey("segment"));
        Claims none = shipped().claims("110023_20261125_080600_3-0.mp4");
        assertFalse(none.values().containsKey("recordingId"));
        assertEquals(1, none.unread().size(), none.unread().toString());
        assertEquals("3", none.values().get("seq"), "the rest of the name counts");
    }

    @ParameterizedTest
    @CsvSource({"'DSJ-1', DSJ-1", "'\uFEFFDSJ-1\n', DSJ-1", "'  \r\n DSJ-1 \r\nV2\n', DSJ-1"})
    void readsASerialNumber(String text, String serial) throws Exception {
        assertEquals(serial, camera(text.getBytes(StandardCharsets.UTF_8)).serial());
    }

    @Test
    void aCameraWhoseSerialNumberCannotBeReadIsHereWithoutIt() throws Exception {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        for (byte[] text : List.of(
                new byte[0], noise, "A".repeat(100_000).getBytes(StandardCharsets.UTF_8), new byte[] {'D', 0, 'S'})) {
            Camera camera = camera(text);
            assertFalse(camera.named());
            assertEquals("?camera", camera.serial());
        }
    }

    private Camera camera(byte[] serial) throws IOException {
        Path mount = Files.createDirectories(folder.resolve("camera"));
        Files.write(mount.resolve("SERIAL.TXT"), serial);
        return shipped().recognise(mount).orElseThrow();
    }

    @Test
    void findsAFileAgainWhateverItsNameIs() throws Exception {
        Path mount = Files.createDirectories(folder.resolve("camera 1"));
        Camera camera = new Camera(shipped(), "DSJ-1", true, mount);
        for (String name : List.of("a.mp4", "line\nbreak.mp4", "\u00e9%41 ?#.mp4", "\ufffd.mp4", "\ud83d\ude00.mp4")) {
            Path file = Files.createDirectories(mount.resolve("DCIM")).resolve(name);
            Files.write(file, new byte[1]);
            assertEquals(file, camera.file(camera.path(file)));
        }
        assertEquals(5, shipped().recordings(mount).files().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[{}]",
                "[{\"name\":\"a\",\"has\":\"b\",\"serialPattern\":\"(\",\"recordings\":[]}]",
                "nothing",
                "[{\"name\":\"a\",\"has\":\"b\",\"serialPattern\":\"x\",\"recordings\":[]}]",
                "[{\"name\":\"a\",\"has\":\"b\",\"serialPattern\":\"(?<serial>x)\",\"recordings\":[\"{\"]}]",
                "[{\"name\":\"a\",\"has\":\"b\",\"serialPattern\":\"(?<serial>x)\",\"recordings\":[],\"time\":\"Q{\"}]",
                "[{\"name\":\"a\",\"has\":\"b\",\"serialPattern\":\"(?<serial>x)\",\"recordings\":[],\"time\":\"uuuu\"}]"
            })
    void refusesProfilesThatCouldNotWorkWhenItStarts(String profiles) throws Exception {
        Path own = folder.resolve("cameras.json");
        Files.writeString(own, profiles);
        IOException refused = assertThrows(IOException.class, () -> CameraProfile.read(own));
        assertTrue(refused.getMessage().startsWith("DK-114"), refused.getMessage());
    }

    @Test
    void markedRecordingsAreSentFirstThenTheOldest() throws Exception {
        Copy old = Copy.found("DSJ-1", "DCIM/110023_20261125_080600_1.mp4", 1, 1_000);
        Copy young = Copy.found("DSJ-1", "DCIM/110023_20261125_080600_2.mp4", 1, 2_000);
        Copy marked = Copy.found("DSJ-1", "DCIM/110023_20261125_080600_3_IMP.mp4", 1, 3_000);
        Copy markedLater = Copy.found("DSJ-1", "DCIM/110023_20261125_080600_4_IMP.mp4", 1, 4_000);
        Copy unnamed = Copy.found("DSJ-1", "DCIM/x.mp4", 1, 500);
        assertEquals(
                List.of(marked, markedLater, unnamed, old, young),
                Stream.of(young, unnamed, markedLater, old, marked)
                        .sorted(shipped().order())
                        .toList());
    }

    @Test
    void aNewFileIsTakenTwoSecondsAfterItsLastChange() {
        Copy found = Copy.found("DSJ-1", "DCIM/a.mp4", 1, 10_000);
        assertFalse(Transfers.isSettled(found, 10_000));
        assertFalse(Transfers.isSettled(found, 11_999));
        assertTrue(Transfers.isSettled(found, 12_000));
        assertFalse(Transfers.isSettled(found, 8_001), "the camera's clock may be ahead");
        assertTrue(Transfers.isSettled(found, 8_000));
    }
}
