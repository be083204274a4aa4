package org.liuhen.custody.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.RecordTime;

class CanonicalReaderTest {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static boolean accepts(byte[] bytes) {
        try {
            CanonicalReader reader = new CanonicalReader(bytes);
            reader.skip();
            reader.end();
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    private static boolean accepts(String text) {
        return accepts(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The rule itself: a text is canonical if reading it as a tree and writing that canonically gives the same bytes. Beyond RFC 8785, no
     * text has the character U+0000.
     */
    private static boolean isItsOwnForm(byte[] bytes) {
        try {
            JsonNode tree = JSON.readTree(bytes);
            return Arrays.equals(CanonicalWriter.write(tree), bytes) && !hasNul(tree);
        } catch (IOException | RuntimeException notJson) {
            return false;
        }
    }

    private static boolean hasNul(JsonNode tree) {
        boolean found = tree.isTextual() && tree.textValue().indexOf(0) >= 0;
        for (var member : tree.properties()) {
            found |= member.getKey().indexOf(0) >= 0;
        }
        for (JsonNode inner : tree) {
            found |= hasNul(inner);
        }
        return found;
    }

    @Test
    void acceptsWhatIsItsOwnFormAndNothingElse() {
        Random random = new Random(42);
        int good = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = CanonicalWriter.write(CanonicalWriterTest.object(random, 0));
            assertEquals(isItsOwnForm(bytes), accepts(bytes), () -> new String(bytes, StandardCharsets.UTF_8));
            for (int mutant = 0; mutant < 8; mutant++) {
                byte[] changed = mutate(bytes, random);
                boolean expected = isItsOwnForm(changed);
                good += expected ? 1 : 0;
                assertEquals(expected, accepts(changed), () -> new String(changed, StandardCharsets.UTF_8));
            }
        }
        assertTrue(good > 5_000 && good < 155_000, good + " of the mutants are canonical");
    }

    private static byte[] mutate(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> changed[at] = (byte) random.nextInt(256);
            case 1 -> changed[at] = (byte) "{}[]\",:\\u0123e.-+ /".charAt(random.nextInt(19));
            case 2 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 3 -> changed = Arrays.copyOf(bytes, at);
            default -> {
                int from = random.nextInt(bytes.length);
                int length = Math.min(random.nextInt(12), bytes.length - Math.max(from, at));
                System.arraycopy(bytes, from, changed, at, length);
            }
        }
        return changed;
    }

    @Test
    void refusesEachOtherWayToWriteTheSame() {
        for (String other : new String[] {
            "",
            " 1",
            "1 ",
            "{\"a\":1,\"a\":1}",
            "{\"b\":1,\"a\":1}",
            "\"\\/\"",
            "\"\\u0041\"",
            "\"\\u000A\"",
            "\"\\u001F\"",
            "\"\\u007f\"",
            "\"\t\"",
            "1.0",
            "01",
            "-0",
            "1e3",
            "1E30",
            "9007199254740993",
            "NaN",
            "tru",
            "truex",
            "[1,]",
            "[,1]",
            "{\"a\"}",
            "{\"\u20ac\":1,\"\\r\":1}",
            "{\"\ufb33\":1,\"\ud83d\ude00\":1}",
            "[".repeat(33) + "]".repeat(33),
            "\ufeff1",
            "'a'"
        }) {
            assertEquals(false, accepts(other), other);
        }
        for (String good : new String[] {
            "1",
            "-1",
            "0",
            "9007199254740992",
            "1e+30",
            "0.002",
            "\"\u007f\"",
            "\"\\u001f\"",
            "{\"\\r\":1,\"\u20ac\":1}",
            "{\"\ud83d\ude00\":1,\"\ufb33\":1}",
            "[".repeat(32) + "]".repeat(32),
            "{}",
            "[]"
        }) {
            assertTrue(accepts(good), good);
        }
    }

    @Test
    void refusesWhatIsNotUtf8() {
        for (int[] bad : new int[][] {
            {0x80},
            {0xc0, 0xaf},
            {0xc3},
            {0xe0, 0x80, 0xaf},
            {0xed, 0xa0, 0x80},
            {0xf0, 0x80, 0x80, 0xaf},
            {0xf4, 0x90, 0x80, 0x80},
            {0xf5, 0x80, 0x80, 0x80},
            {0xe2, 0x82},
            {0xff}
        }) {
            byte[] bytes = new byte[bad.length + 2];
            bytes[0] = '"';
            for (int i = 0; i < bad.length; i++) {
                bytes[i + 1] = (byte) bad[i];
            }
            bytes[bad.length + 1] = '"';
            assertEquals(false, accepts(bytes), Arrays.toString(bad));
        }
    }

    @Test
    void readsTimesAsTheJdkDoes() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            Instant time = Instant.ofEpochSecond(
                    (random.nextLong() >> (20 + random.nextInt(20))) % 250_000_000_000L,
                    random.nextInt(3) * 1_000_000L * random.nextInt(300)
                            + (random.nextBoolean() ? random.nextInt(1_000_000) : 0));
            if (RecordTime.holds(time)) {
                assertEquals(time, Times.parse(time.toString()));
            } else {
                assertThrows(IllegalArgumentException.class, () -> Times.parse(time.toString()), time.toString());
            }
        }
        for (Instant edge : new Instant[] {RecordTime.MIN, RecordTime.MAX}) {
            assertEquals(edge, Times.parse(Times.write(edge)));
        }
        for (String text : new String[] {
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "now",
            "",
            null,
            "+1000000000-12-31T23:59:59.999999999Z",
            "-1000000000-01-01T00:00:00Z",
            "+10000-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999999Z",
            "2026-01-01T24:00:00Z",
            "2016-12-31T23:59:60Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.0000000001Z",
            "2026-01-01T00:00:00+00:00",
            "2026-01-01t00:00:00z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00Z"
        }) {
            assertThrows(RuntimeException.class, () -> Times.parse(text), text);
        }
        for (String text : new String[] {"2026-01-01T00:00:00.1Z", "2026-02-28T23:59:59.12345678Z"}) {
            assertEquals(Instant.parse(text), Times.parse(text));
        }
    }
}
