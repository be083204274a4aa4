package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.FileName;

/** Names in packages are taken by every file system, whatever the sender called the file. */
class PackageNamesTest {
    private static String safe(String name) {
        String path = BagWriter.originalPath(Kit.A.value(), new FileName(name));
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Test
    void keepsWhatEverySystemTakesAndChangesTheRest() {
        Map.ofEntries(
                        Map.entry("现场.mp4", "现场.mp4"),
                        Map.entry("a:b?.mp4", "a_b_.mp4"),
                        Map.entry("CON", "_CON"),
                        Map.entry("aux.txt", "_aux.txt"),
                        Map.entry("com1 .mp4", "_com1 .mp4"),
                        Map.entry("LPT\u00b9.jpg", "_LPT\u00b9.jpg"),
                        Map.entry("console.mp4", "console.mp4"),
                        Map.entry("COM10.mp4", "COM10.mp4"),
                        Map.entry("a. .", "a_"),
                        Map.entry("  ", "_"),
                        Map.entry(".mp4", ".mp4"))
                .forEach((name, safe) -> assertEquals(safe, safe(name)));
        assertEquals("询".repeat(46) + ".mp4", safe("询".repeat(84) + ".mp4"));
        assertEquals("\ud83d\ude00".repeat(34) + ".mp4", safe("\ud83d\ude00".repeat(251) + ".mp4"));
        assertEquals(
                "x".repeat(143), safe("x".repeat(100) + "." + "x".repeat(150)).replace('.', 'x'));
    }

    @Test
    void everyNameThatIsTakenHasOne() {
        Random random = new Random(1);
        List<String> parts =
                List.of("询", "\ud83d\ude00", "a", ".", " ", "CON", "*", "\u3000", "e\u0301", "%", "-", "nul", "LPT1");
        for (int round = 0; round < 20_000; round++) {
            List<String> name = new ArrayList<>();
            int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 80 : 8);
            for (int i = 0; i < length; i++) {
                name.add(parts.get(random.nextInt(parts.size())));
            }
            String text = String.join("", name);
            if (text.equals(".") || text.equals("..")) {
                continue;
            }
            String safe = safe(text);
            assertTrue(safe.getBytes(StandardCharsets.UTF_8).length <= BagWriter.NAME_BYTES_MAX, text);
            assertTrue(
                    !safe.isBlank() && !safe.matches(".*[<>:\"|?*%/\\\\].*") && !safe.matches("(?s).*[. ]"),
                    text + ": " + safe);
            assertTrue(!safe.matches("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9]) *([.].*)?"), text + ": " + safe);
            assertEquals(new FileName(safe).value(), safe, "it is a name itself");
        }
    }
}
