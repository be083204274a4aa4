package org.liuhen.custody.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;

class CanonicalWriterTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String ours(JsonNode tree) {
        return new String(CanonicalWriter.write(tree), StandardCharsets.UTF_8);
    }

    /** The examples of RFC 8785 §3.2.2 to §3.2.4 and appendix B. */
    @Test
    void writesTheExamplesOfTheSpecification() throws Exception {
        assertEquals(
                "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
                ours(JSON.readTree("{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"
                        + "\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
                        + "\"literals\":[null,true,false]}")));
        assertEquals(
                "{\"\\r\":1,\"1\":2,\"\u0080\":3,\"ö\":4,\"€\":5,\"😀\":6,\"\ufb33\":7}",
                ours(JSON.readTree("{\"€\":5,\"\\r\":1,\"\ufb33\":7,\"1\":2,\"😀\":6,\"\u0080\":3,\"ö\":4}")));
        for (String[] number : new String[][] {
            {"-0.0", "0"},
            {"5e-324", "5e-324"},
            {"1.7976931348623157e308", "1.7976931348623157e+308"},
            {"9007199254740992", "9007199254740992"},
            {"295147905179352830000", "295147905179352830000"},
            {"1.0", "1"},
            {"-9007199254740991", "-9007199254740991"}
        }) {
            assertEquals(number[1], ours(JSON.readTree(number[0])), number[0]);
        }
    }

    @Test
    void refusesHalfACharacter() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ours(JSON.createObjectNode().put("a", "\ud83d")));
        assertThrows(
                IllegalArgumentException.class,
                () -> ours(JSON.createObjectNode().put("a", "\ude00b")));
    }

    @Test
    void agreesWithAnotherImplementationOnRandomTrees() throws Exception {
        Random random = new Random(8785);
        for (int i = 0; i < 20_000; i++) {
            ObjectNode tree = object(random, 0);
            String theirs = new JsonCanonicalizer(JSON.writeValueAsBytes(tree)).getEncodedString();
            assertEquals(theirs, ours(tree));
            assertEquals(theirs, ours(JSON.readTree(theirs)), "and it stays the same");
        }
    }

    static ObjectNode object(Random random, int depth) {
        ObjectNode node = JSON.createObjectNode();
        for (int i = random.nextInt(6); i > 0; i--) {
            node.set(text(random), value(random, depth));
        }
        return node;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth < 4 ? 8 : 6)) {
            case 0 -> JSON.getNodeFactory().textNode(text(random));
            case 1 -> JSON.getNodeFactory().numberNode(random.nextLong() >> random.nextInt(64));
            case 2 -> JSON.getNodeFactory().numberNode(number(random));
            case 3 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 4 -> JSON.getNodeFactory().nullNode();
            case 5 -> JSON.getNodeFactory().numberNode(random.nextInt(100));
            case 6 -> object(random, depth + 1);
            default -> {
                ArrayNode array = JSON.createArrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(random, depth + 1));
                }
                yield array;
            }
        };
    }

    private static double number(Random random) {
        double any = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(any) && random.nextBoolean() ? any : random.nextInt() / 1000.0;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int point =
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(0x80);
                        case 1 -> 0x4e00 + random.nextInt(0x100);
                        case 2 -> 0x1f600 + random.nextInt(0x50);
                        default -> random.nextInt(0xd800);
                    };
            text.appendCodePoint(point);
        }
        return text.toString();
    }
}
