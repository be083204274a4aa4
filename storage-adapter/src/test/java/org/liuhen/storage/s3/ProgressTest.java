package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.messages.Part;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.VaultException;

class ProgressTest {
    private static final long SIZE = 30L << 20;

    @Test
    void readsWhatItWrote() throws VaultException {
        Progress progress = Progress.none(8 << 20)
                .ownedBy("w-1", "upload")
                .withPart("a")
                .withPart("b")
                .withTail(17, "w-2");
        assertEquals(progress, Progress.decode(progress.encode("w-3"), SIZE, "upload x"));
        Progress closing = progress.closing("v-1", List.of(new Part(1, "a"), new Part(2, "b"), new Part(4, "d")));
        Progress read = Progress.decode(closing.withTail(18, "v-2").encode("v-3"), SIZE, "upload x");
        assertEquals(List.of("a", "b"), read.etags());
        assertEquals(
                List.of(1, 2, 4), read.closing().stream().map(Part::partNumber).toList());
        assertEquals("d", read.closing().get(2).etag());
        Progress none = Progress.none(8 << 20);
        assertEquals(none, Progress.decode(none.encode("w-4"), SIZE, "upload x"));
        assertEquals(none.in("v1"), Progress.decode(none.in("v1").encode("w-5"), SIZE, "upload x"));
    }

    /** The writer of such parts may still be sending, so they have an owner; the tail keeps its name. */
    @Test
    void readsWhatVersionsBefore0035Wrote() throws VaultException {
        Progress read = Progress.decodeBefore("2~x\n8388608\n17\na\nb".getBytes(StandardCharsets.UTF_8), SIZE, "x");
        assertEquals(List.of("a", "b"), read.etags());
        assertEquals("16777216-17", read.tail());
        assertTrue(read.owned());
        assertEquals(
                Progress.none(8 << 20),
                Progress.decodeBefore("-\n8388608\n0\n".getBytes(StandardCharsets.UTF_8), SIZE, "x"));
    }

    @Test
    void callsAnythingElseDamaged() {
        byte[] good = Progress.none(8 << 20)
                .ownedBy("w-1", "u")
                .withPart("a")
                .withTail(17, "w-2")
                .encode("w-3");
        for (String damaged : List.of(
                "",
                "\n\n\n",
                "t\n-\n-\n8388608\n0\n-",
                "t\n-\n-\n8388608\n-1\n-\nopen",
                "t\n-\n-\n0\n0\n-\nopen",
                "t\n-\nu\n9223372036854775807\n0\n-\nopen\na\nb",
                "t\n-\n-\n8388608\n8388609\nx\nopen",
                "t\n-\nu\n8388608\n1\nx\nopen\na\nb\nc\nd",
                "t\n-\n-\n8388608\n0\n-\nopen\na",
                "t\n-\n-\nx\n0\n-\nopen")) {
            VaultException refused = assertThrows(
                    VaultException.class,
                    () -> Progress.decode(damaged.getBytes(StandardCharsets.UTF_8), SIZE, "upload x"),
                    damaged);
            assertEquals("VT-202", refused.code());
        }
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] flipped = good.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                Progress.decode(flipped, SIZE, "upload x");
            } catch (VaultException refused) {
                assertEquals("VT-202", refused.code());
            }
        }
    }
}
