package org.liuhen.custody.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;

/** Each event has one form (RFC 8785), and no other text of the same value is read. */
class CanonicalPropertiesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] TEXTS = {
        "", "a", "\u0001\b\t\n\f\r\u001f\"\\/", "é€中文（）", "\ud83d\ude00\ufb33", "\u007f\u0080\u2028"
    };

    @Provide
    Arbitrary<Class<? extends CustodyEvent>> kinds() {
        return Arbitraries.of(EventKinds.all());
    }

    /** An event of this kind that can be read; some members that may be missing are, and the purpose is any text. */
    private static ObjectNode event(Class<? extends CustodyEvent> kind, Random random) {
        HostileEvents all = new HostileEvents(random.nextLong(), new LogName("site-1"));
        ObjectNode event = all.good(kind);
        ((ObjectNode) event.get("context")).put("purpose", TEXTS[random.nextInt(TEXTS.length)]);
        for (String pointer : HostileEvents.pointers(event)) {
            if (random.nextInt(4) == 0) {
                ObjectNode without = HostileEvents.with(event.deepCopy(), pointer, MissingNode.getInstance());
                event = isRead(without) ? without : event;
            }
        }
        return event;
    }

    private static boolean isRead(ObjectNode event) {
        try {
            return CanonicalJson.encode(CanonicalJson.decode(CanonicalJson.canonical(event))).length > 0;
        } catch (MalformedEventException notAnEvent) {
            return false;
        }
    }

    @Property
    void eachEventIsReadAsItWasWritten(@ForAll("kinds") Class<? extends CustodyEvent> kind, @ForAll Random random)
            throws MalformedEventException {
        CustodyEvent event = CanonicalJson.decode(CanonicalJson.canonical(event(kind, random)));
        assertEquals(kind, event.getClass());
        byte[] bytes = CanonicalJson.encode(event);
        assertEquals(event, CanonicalJson.decode(bytes));
        assertArrayEquals(bytes, CanonicalJson.encode(CanonicalJson.decode(bytes)));
    }

    @Property
    void eachEntryIsReadAsItWasWritten(@ForAll("kinds") Class<? extends CustodyEvent> kind, @ForAll Random random)
            throws MalformedEventException {
        byte[] event = CanonicalJson.canonical(event(kind, random));
        int number = random.nextInt(3);
        Sha256Digest before = number == 0 ? null : Sha256Digest.of(event);
        Instant recorded = Instant.ofEpochMilli(random.nextInt(Integer.MAX_VALUE) * 1_000L);
        byte[] bytes = Entry.encode(event, number, before, recorded);
        Entry entry = Entry.decode(bytes);
        assertEquals(new Entry(CanonicalJson.decode(event), number, before, recorded), entry);
        assertArrayEquals(event, entry.eventIn(bytes));
    }

    /** White space, members in another order or twice, other escapes, other numbers: JSON of the same value, and refused. */
    @Property
    void noOtherTextOfAnEventIsRead(@ForAll("kinds") Class<? extends CustodyEvent> kind, @ForAll Random random)
            throws IOException {
        ObjectNode tree = event(kind, random);
        byte[] bytes = CanonicalJson.canonical(tree);
        StringBuilder text = new StringBuilder();
        do {
            text.setLength(0);
            write(tree, 1 + random.nextInt(200), random, text);
        } while (Arrays.equals(bytes, text.toString().getBytes(StandardCharsets.UTF_8)));
        byte[] other = text.toString().getBytes(StandardCharsets.UTF_8);
        JsonNode again = JSON.readTree(other);
        assertArrayEquals(bytes, CanonicalJson.canonical(again), "the same value");
        assertThrows(MalformedEventException.class, () -> CanonicalJson.decode(other), text.toString());
    }

    /** Writes JSON of the same value; at each place with a chance of one in {@code rarity} not in the canonical form. */
    private static void write(JsonNode node, int rarity, Random random, StringBuilder out) {
        blank(rarity, random, out);
        if (node.isObject()) {
            List<Map.Entry<String, JsonNode>> members = new ArrayList<>(node.properties());
            members.sort(Map.Entry.comparingByKey());
            if (random.nextInt(rarity) == 0) {
                Collections.shuffle(members, random);
            }
            if (!members.isEmpty() && random.nextInt(rarity) == 0) {
                members.add(members.get(random.nextInt(members.size())));
            }
            out.append('{');
            for (int i = 0; i < members.size(); i++) {
                out.append(i == 0 ? "" : ",");
                blank(rarity, random, out);
                text(members.get(i).getKey(), rarity, random, out);
                blank(rarity, random, out);
                out.append(':');
                write(members.get(i).getValue(), rarity, random, out);
            }
            out.append('}');
        } else if (node.isArray()) {
            out.append('[');
            for (int i = 0; i < node.size(); i++) {
                out.append(i == 0 ? "" : ",");
                write(node.get(i), rarity, random, out);
            }
            out.append(']');
        } else if (node.isTextual()) {
            text(node.textValue(), rarity, random, out);
        } else if (node.isNumber() && random.nextInt(rarity) == 0) {
            out.append(node.asText()).append(new String[] {".0", "e0", "E+0", ".00"}[random.nextInt(4)]);
        } else {
            out.append(node.asText());
        }
        blank(rarity, random, out);
    }

    private static void blank(int rarity, Random random, StringBuilder out) {
        if (random.nextInt(rarity) == 0) {
            out.append(" \t\r\n".charAt(random.nextInt(4)));
        }
    }

    private static void text(String value, int rarity, Random random, StringBuilder out) {
        out.append('"');
        value.codePoints().forEach(c -> {
            int shortest = "\b\t\n\f\r\"\\".indexOf(c);
            if (random.nextInt(rarity) == 0) {
                for (char half : Character.toChars(c)) {
                    out.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) half));
                }
            } else if (c == '/' && random.nextInt(rarity) == 0) {
                out.append("\\/");
            } else if (shortest >= 0) {
                out.append('\\').append("btnfr\"\\".charAt(shortest));
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        out.append('"');
    }
}
