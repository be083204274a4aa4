package org.liuhen.custody.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Sm3Digest;

/**
 * Events and dispatch records with every member at its extremes, made by reflection from the closed list of events: a new kind of event
 * and a new member are in it by themselves. Most are in canonical form, so that they come as far as an event can come. They are about
 * items of their own, some of which were declared, received, verified and sealed by events that are good.
 */
public final class HostileEvents {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String HALF = "\ue000half of a character\ue000";
    private static final String EMOJI = "\ud83d\ude00".repeat(140);
    private static final int ITEMS = 40;

    private final Random random;
    private final LogName log;
    private final List<String> items = new ArrayList<>();

    /**
     * The same seed gives the same events.
     *
     * @param log the log in whose name the objects are stored
     */
    public HostileEvents(long seed, LogName log) {
        this.random = new Random(seed);
        this.log = log;
        for (int i = 0; i < ITEMS; i++) {
            items.add(EvidenceId.create(Instant.parse("2026-11-25T08:00:00Z").plusSeconds(i), new SecureRandom())
                    .value());
        }
    }

    /** At least so many events: each kind with each member at each extreme once, the rest with several at a time. */
    public List<byte[]> events(int atLeast) {
        List<byte[]> all = new ArrayList<>();
        for (String kind : List.of("declared", "received", "verified", "sealed")) {
            for (String item : items.subList(0, ITEMS / 2)) {
                ObjectNode good = good(kindOf(kind));
                ((ObjectNode) good.get("context")).put("evidenceId", item);
                all.add(CanonicalJson.canonical(good));
            }
        }
        for (Class<? extends CustodyEvent> kind : EventKinds.all()) {
            for (String pointer : pointers(good(kind))) {
                for (JsonNode extreme : extremes()) {
                    all.add(bytes(with(good(kind), pointer, extreme)));
                }
            }
        }
        all.addAll(noEvents());
        List<Class<? extends CustodyEvent>> kinds = EventKinds.all();
        while (all.size() < atLeast) {
            ObjectNode event = good(kinds.get(random.nextInt(kinds.size())));
            List<String> pointers = pointers(event);
            for (int i = 0; i <= random.nextInt(4); i++) {
                event = with(event, pick(pointers), pick(extremes()));
            }
            all.add(bytes(event));
        }
        return all;
    }

    /** At least so many dispatch records, as a command centre's system would send them. */
    public List<byte[]> dispatchRecords(int atLeast) {
        List<byte[]> all = new ArrayList<>(noEvents());
        for (String pointer : pointers(goodDispatch())) {
            for (JsonNode extreme : extremes()) {
                all.add(bytes(with(goodDispatch(), pointer, extreme)));
            }
        }
        while (all.size() < atLeast) {
            ObjectNode record = goodDispatch();
            for (int i = 0; i < 2; i++) {
                record = with(record, pick(pointers(goodDispatch())), pick(extremes()));
            }
            all.add(bytes(record));
        }
        return all;
    }

    /** Texts, numbers and times at their extremes, as text. */
    public static List<String> extremeTexts() {
        return List.of(
                "",
                " ",
                "\0",
                "\u202e\u200f",
                "../../../../etc/passwd",
                EMOJI,
                "x".repeat(200),
                "x".repeat(16_384),
                "-1",
                "0",
                "9007199254740991",
                "9007199254740993",
                "9223372036854775807",
                "-9223372036854775808",
                "99999999999999999999",
                "1e300",
                "+1000000000-12-31T23:59:59.999999999Z",
                "-1000000000-01-01T00:00:00Z",
                "+999999999-12-31T23:59:59Z",
                "-999999999-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "9999-12-31T23:59:59.999999999Z",
                "+10000-01-01T00:00:00Z",
                "7zzzzzzzzzzzzzzzzzzzzzzzzz",
                "00000000000000000000000000");
    }

    /** Values at their extremes; one that is missing says that the member is taken away. */
    public static List<JsonNode> extremes() {
        List<JsonNode> all = new ArrayList<>(List.of(
                MissingNode.getInstance(),
                NODES.nullNode(),
                NODES.booleanNode(true),
                NODES.objectNode(),
                NODES.arrayNode(),
                NODES.arrayNode().addNull(),
                deep(40),
                NODES.textNode(HALF),
                NODES.numberNode(Long.MAX_VALUE),
                NODES.numberNode(Long.MIN_VALUE),
                NODES.numberNode(9_223_372_036_854_774_784L),
                NODES.numberNode(1L << 53),
                NODES.numberNode(-(1L << 53)),
                NODES.numberNode(Integer.MAX_VALUE),
                NODES.numberNode(-1),
                NODES.numberNode(0),
                NODES.numberNode(0.5),
                NODES.numberNode(1e300)));
        extremeTexts().forEach(text -> all.add(NODES.textNode(text)));
        ArrayNode many = NODES.arrayNode();
        for (int i = 0; i < 1_000; i++) {
            many.add("x" + i);
        }
        all.add(many);
        return all;
    }

    private static JsonNode deep(int levels) {
        ArrayNode node = NODES.arrayNode();
        return levels == 0 ? node : node.add(deep(levels - 1));
    }

    /** Bytes that are no event at all, or not in the one form. */
    private List<byte[]> noEvents() {
        List<byte[]> all = new ArrayList<>();
        for (String text : List.of("", "{}", "[]", "null", "1", "\"text\"", "{\"eventType\":\"" + EMOJI + "\"}")) {
            all.add(text.getBytes(StandardCharsets.UTF_8));
        }
        String good = new String(CanonicalJson.canonical(good(CustodyEvent.Viewed.class)), StandardCharsets.UTF_8);
        all.add((good + "\n").getBytes(StandardCharsets.UTF_8));
        all.add(good.replaceFirst("\\{", "{ ").getBytes(StandardCharsets.UTF_8));
        all.add(good.replaceFirst("\\{", "{\"context\":{},").getBytes(StandardCharsets.UTF_8)); // twice the same member
        all.add(good.replaceFirst("viewed", EMOJI).getBytes(StandardCharsets.UTF_8));
        all.add(good.substring(0, good.length() / 2).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(20_000)];
            random.nextBytes(noise);
            all.add(noise);
        }
        return all;
    }

    private static Class<? extends CustodyEvent> kindOf(String name) {
        return EventKinds.all().stream()
                .filter(kind -> CustodyEvent.typeName(kind).equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** An event of this kind that decodes. */
    public ObjectNode good(Class<? extends CustodyEvent> kind) {
        ObjectNode event = object(kind);
        event.put("eventType", CustodyEvent.typeName(kind));
        event.put("schemaVersion", CanonicalJson.SCHEMA_VERSION);
        return event;
    }

    private ObjectNode goodDispatch() {
        ObjectNode record = object(DispatchRecord.class);
        record.put("incidentNo", "JQ" + random.nextInt(1_000));
        return record;
    }

    private ObjectNode object(Class<?> type) {
        ObjectNode object = JSON.createObjectNode();
        for (RecordComponent member : type.getRecordComponents()) {
            object.set(member.getName(), value(member.getName(), member.getGenericType()));
        }
        return object;
    }

    private JsonNode value(String name, Type type) {
        if (type instanceof ParameterizedType list) {
            return NODES.arrayNode().add(value(name, list.getActualTypeArguments()[0]));
        }
        Class<?> kind = (Class<?>) type;
        if (kind == Instant.class) {
            boolean later = name.endsWith("End") || name.equals("clearedAt") || name.equals("retainUntil");
            return NODES.textNode(later ? "2026-11-25T09:00:00Z" : "2026-11-25T08:00:00Z");
        } else if (kind == Sha256Digest.class || kind == Sm3Digest.class) {
            return NODES.textNode("0".repeat(63) + random.nextInt(10));
        } else if (kind == EvidenceId.class) {
            return NODES.textNode(pick(items));
        } else if (kind == CaseId.class || kind == FileName.class) {
            return NODES.textNode(name + random.nextInt(20));
        } else if (kind == boolean.class || kind == Boolean.class) {
            return NODES.booleanNode(random.nextBoolean());
        } else if (kind == int.class || kind == Integer.class || kind == long.class || kind == Long.class) {
            return NODES.numberNode(1);
        } else if (kind.isEnum()) {
            return NODES.textNode(kind.getEnumConstants()[random.nextInt(kind.getEnumConstants().length)].toString());
        } else if (kind.isRecord()) {
            return object(kind);
        }
        return switch (name) {
            case "eventId" -> NODES.textNode(hex(32));
            case "bucket" -> NODES.textNode("liuhen-vault");
            case "key" -> NODES.textNode("vault/" + log.value() + "/2026/11/" + pick(items));
            default -> NODES.textNode(name + " " + random.nextInt(20));
        };
    }

    private String hex(int digits) {
        StringBuilder text = new StringBuilder();
        while (text.length() < digits) {
            text.append(Integer.toHexString(random.nextInt(16)).toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** Where the members are, those inside of others too (RFC 6901). */
    public static List<String> pointers(JsonNode object) {
        List<String> all = new ArrayList<>();
        object.properties().forEach(member -> {
            all.add("/" + member.getKey());
            JsonNode value = member.getValue();
            pointers(value).forEach(inner -> all.add("/" + member.getKey() + inner));
            for (int i = 0; i < value.size() && value.isArray(); i++) {
                all.add("/" + member.getKey() + "/" + i);
                String element = "/" + member.getKey() + "/" + i;
                pointers(value.get(i)).forEach(inner -> all.add(element + inner));
            }
        });
        return all;
    }

    /** This event with another value there. */
    public static ObjectNode with(ObjectNode event, String pointer, JsonNode extreme) {
        int last = pointer.lastIndexOf('/');
        JsonNode parent = event.at(pointer.substring(0, last));
        String name = pointer.substring(last + 1);
        if (parent instanceof ArrayNode list && !list.isEmpty()) {
            if (extreme.isMissingNode()) {
                list.removeAll();
            } else {
                list.set(0, extreme);
            }
        } else if (parent instanceof ObjectNode object) {
            if (extreme.isMissingNode()) {
                object.remove(name);
            } else {
                object.set(name, extreme);
            }
        }
        return event;
    }

    /** The canonical form where there is one; half a character as an escape or as three bytes. */
    public byte[] bytes(ObjectNode tree) {
        byte[] canonical = CanonicalJson.canonical(tree);
        byte[] mark = HALF.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < canonical.length; i++) {
            if (i + mark.length <= canonical.length
                    && Arrays.equals(canonical, i, i + mark.length, mark, 0, mark.length)) {
                all.writeBytes(
                        random.nextBoolean()
                                ? "\\ud83d".getBytes(StandardCharsets.US_ASCII)
                                : new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0xbd});
                i += mark.length - 1;
            } else {
                all.write(canonical[i]);
            }
        }
        return all.toByteArray();
    }

    /** The tree of these bytes, for messages. */
    static String shown(byte[] bytes) throws IOException {
        return new String(bytes, 0, Math.min(bytes.length, 2_000), StandardCharsets.UTF_8);
    }
}
