package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
                .started("upload")
                .withPart("a")
                .withPart("b")
                .withTail(17);
        assertEquals(progress, Progress.decode(progress.encode(), SIZE, "upload x"));
        assertEquals(
                Progress.none(8 << 20), Progress.decode(Progress.none(8 << 20).encode(), SIZE, "upload x"));
    }

    @Test
    void callsAnythingElseDamaged() {
        byte[] good = Progress.none(8 << 20).withPart("a").withTail(17).encode();
        for (String damaged : List.of(
                "",
                "\n\n\n",
                "-\n8388608\n0",
                "-\n8388608\n-1\n",
                "-\n0\n0\n",
                "-\n9223372036854775807\n0\na\nb",
                "-\n8388608\n8388609\n",
                "-\n8388608\n1\na\nb\nc\nd",
                "-\n8388608\nx\n")) {
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
