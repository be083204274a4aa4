package org.liuhen.custody.bag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventKinds;
import org.liuhen.custody.event.HostileEvents;
import org.liuhen.custody.event.SupervisionEvent.ReviewOpened;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signer;

/**
 * Packages of which one part is not what it should be, made from a seed: each member of each kind of event, entries, manifests, notes, proofs, heads,
 * policies, timestamps and file names. Where the site or the exporter is the attacker, everything around the mutation is chained, packed and signed
 * as it should be, so that a verifier comes as far as it can.
 */
final class Mutants {
    /** The kinds of mutant; each is made in turn. */
    enum Kind {
        EVENT,
        EVENT_TEXT,
        TRAIL_EVENT,
        ENTRY,
        PERSONAL_SIGNATURE,
        MANIFEST,
        FILE_BYTES,
        FILE_NAME,
        NOTE,
        PROOF,
        HEAD,
        POLICY,
        TIMESTAMP,
        SM2
    }

    /** One mutant: what a courier would bring, and whom its recipient trusts. */
    @SuppressWarnings("ArrayRecordComponent") // nothing compares it
    record Mutant(Kind kind, String what, Map<String, byte[]> files, byte[] policy) {}

    private static final String ONLY = System.getProperty("liuhen.kind");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String ITEM = "data/" + Kit.A + "/";
    private static final List<String> CHARACTERS = List.of(
            "\u0085",
            "\ufeff",
            "\u2028",
            "\u00a0",
            "\u3000",
            "\u200b",
            "\u202e",
            "\u0000",
            "\u007f",
            "\t",
            "\r",
            "\n",
            "\r\n",
            "\ud83d\ude00",
            "e\u0301",
            "\u00e9",
            "\u0660",
            "%0A",
            "%0d",
            "%25",
            "\\",
            "/",
            "#",
            "+",
            "=",
            " ",
            "\u4e2d",
            "\uff0f",
            "\u00ad",
            "\udb40\udc41",
            "\u1e9b\u0323");
    private static final List<String> TIMES = List.of(
            "never",
            "2024-11-24T08:00:00",
            "2024-11-24T08:00:00+00:00",
            "2024-11-24T08:00:00+08:00",
            "2024-11-24t08:00:00z",
            "2024-11-24 08:00:00Z",
            "2024-11-24T08:00Z",
            "2024-11-24T24:00:00Z",
            "2024-11-24T23:59:60Z",
            "2024-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-02-29T00:00:00Z",
            "2024-11-24T08:00:00.Z",
            "2024-11-24T08:00:00.1Z",
            "2024-11-24T08:00:00.123456789Z",
            "2024-11-24T08:00:00.1234567890Z",
            "2024-11-24T07:55:00Z",
            "2024-11-24T07:54:59.999999999Z",
            "2099-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999999Z",
            "10000-01-01T00:00:00Z",
            "+10000-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "\u0662\u0660\u0662\u0664-11-24T08:00:00Z");
    private static final List<JsonNode> NUMBERS = List.of(
            NODES.numberNode(0),
            NODES.numberNode(-1),
            NODES.numberNode(1),
            NODES.numberNode(128),
            NODES.numberNode(36_525),
            NODES.numberNode(36_526),
            NODES.numberNode(18_000),
            NODES.numberNode(18_001),
            NODES.numberNode(-18_001),
            NODES.numberNode(9_001),
            NODES.numberNode(10_000),
            NODES.numberNode(10_001),
            NODES.numberNode(5L << 40),
            NODES.numberNode((5L << 40) + 1),
            NODES.numberNode(Integer.MAX_VALUE),
            NODES.numberNode(Integer.MAX_VALUE + 1L),
            NODES.numberNode(Integer.MIN_VALUE),
            NODES.numberNode(Integer.MIN_VALUE - 1L),
            NODES.numberNode((1L << 53) - 1),
            NODES.numberNode(1L << 53),
            NODES.numberNode((1L << 53) + 2),
            NODES.numberNode(-(1L << 53)),
            NODES.numberNode(-(1L << 53) - 2),
            NODES.numberNode(new BigInteger("100000000000000000000")),
            NODES.numberNode(1e21),
            NODES.numberNode(1.5e-7),
            NODES.numberNode(Double.MIN_VALUE),
            NODES.numberNode(1.7976931348623157e308),
            NODES.numberNode(0.1),
            NODES.numberNode(123456.789));
    private static final List<String> POINTS = List.of( // of small order, or no points, in hexadecimal
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0200000000000000000000000000000000000000000000000000000000000000");

    private final long seed;
    private final HostileEvents hostile;
    private final List<Class<? extends CustodyEvent>> kinds = EventKinds.all();
    private final Map<String, byte[]> good;
    private final List<byte[]> goodEvents;
    private final Map<String, byte[]> oneItem;
    private final String policy;
    private final Map<String, byte[]> stamped;
    private final String stampedPolicy;
    private final Map<String, byte[]> signedWithSm2;
    private final String sm2Policy;
    private final Kit kit = small();

    /**
     * The same seed gives the same mutants, but for timestamps.
     *
     * @param folder for keys and the timestamp authority
     */
    Mutants(long seed, Path folder) throws Exception {
        this.seed = seed;
        hostile = new HostileEvents(seed, Kit.LOG);
        trail(kit);
        kit.head = kit.publish();
        good = light(kit);
        Kit one = small();
        one.originals.remove(Kit.B);
        one.arrive(Kit.A);
        one.publishEarly();
        opinionAndExport(one);
        goodEvents = one.trail(Kit.A).stream().map(Mutants::event).toList();
        policy = kit.policy().toString();
        oneItem = built(goodEvents, entry -> entry);

        Authority authority = new Authority(Files.createDirectory(folder.resolve("authority")));
        Kit now = small();
        now.clock = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        trail(now);
        now.head = now.publish();
        stamped = light(now);
        stamped.put("data/timestamps/time.tsr", authority.stamp(now.head.text()));
        Kit.remanifest(stamped, now.export);
        stampedPolicy = policy + "timestamp time " + authority.certificate().hex() + "\n";

        Kit both = small();
        both.sm2 = Sm2.readOrCreate(folder.resolve("sm2.pem"));
        trail(both);
        both.head = both.publish();
        signedWithSm2 = light(both);
        sign(signedWithSm2, both);
        sm2Policy = policy + "sm2 " + both.sm2.publicKey() + "\n";
    }

    private static Kit small() {
        return new Kit("recording".getBytes(StandardCharsets.UTF_8));
    }

    /** The usual way of both items; the first one with an opinion that its author signed. */
    private static void trail(Kit kit) throws Exception {
        kit.arriveAll();
        kit.publishEarly();
        opinionAndExport(kit);
    }

    private static void opinionAndExport(Kit kit) {
        kit.add(new ReviewOpened(kit.by(Kit.officer("110099"), Kit.A, null), "R-1"));
        kit.add(kit.opinion(Kit.A, "110099", Kit.key(9)));
        kit.viewAll();
        kit.requestAndApprove();
        kit.exportAll();
    }

    /** The package without what only people read: it is in no rule but that of the manifests. */
    private static Map<String, byte[]> light(Kit kit) throws IOException {
        Map<String, byte[]> files = kit.packed();
        for (String path : new String[] {"verify.html", "summary.html", "data/case.jsonld"}) {
            files.put(path, path.getBytes(StandardCharsets.UTF_8));
        }
        Kit.remanifest(files, kit.export);
        return files;
    }

    private static void sign(Map<String, byte[]> files, Kit kit) {
        String signature = Base64.getEncoder().encodeToString(kit.sm2.sign(files.get("package.note"))) + "\n";
        files.put("package.sm2", signature.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] event(byte[] entry) {
        String text = utf8(entry);
        return text.substring("{\"event\":".length(), text.lastIndexOf(",\"itemSequence\":"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What the mutants are made from: good packages, with what their recipients trust. */
    List<Mutant> unchanged() {
        return List.of(
                mutant(Kind.MANIFEST, "two items", good),
                mutant(Kind.EVENT, "one item", oneItem),
                new Mutant(Kind.TIMESTAMP, "timestamp", stamped, stampedPolicy.getBytes(StandardCharsets.UTF_8)),
                new Mutant(Kind.SM2, "SM2", signedWithSm2, sm2Policy.getBytes(StandardCharsets.UTF_8)));
    }

    /** Mutant number so and so. */
    Mutant make(long number) throws Exception {
        Kind kind = ONLY == null ? Kind.values()[(int) (number % Kind.values().length)] : Kind.valueOf(ONLY);
        Random random = new Random(seed * 1_000_003 + number);
        return switch (kind) {
            case EVENT -> added(kind, hostile(random, number));
            case EVENT_TEXT -> added(kind, scramble(random, CanonicalJson.canonical(event(number))));
            case TRAIL_EVENT -> trailEvent(random);
            case ENTRY -> entry(random);
            case PERSONAL_SIGNATURE -> personalSignature(random);
            case MANIFEST -> manifest(random);
            case FILE_BYTES -> fileBytes(random);
            case FILE_NAME -> fileName(random);
            case NOTE -> note(random);
            case PROOF -> proof(random);
            case HEAD -> head(random);
            case POLICY -> policy(random);
            case TIMESTAMP -> timestamp(random);
            case SM2 -> sm2(random);
        };
    }

    private Mutant mutant(Kind kind, String what, Map<String, byte[]> files) {
        return new Mutant(kind, what, files, policy.getBytes(StandardCharsets.UTF_8));
    }

    // ---- events

    private ObjectNode event(long number) {
        ObjectNode event = hostile.good(kinds.get((int) (number / Kind.values().length % kinds.size())));
        ObjectNode context = (ObjectNode) event.get("context");
        context.put("evidenceId", Kit.A.value()).put("occurredAt", "2024-11-24T08:00:00Z");
        return event;
    }

    private byte[] hostile(Random random, long number) {
        ObjectNode event = event(number);
        List<String> pointers = HostileEvents.pointers(event);
        for (int i = 0; i < (random.nextInt(4) == 0 ? 2 : 1); i++) {
            event = touched(random, event, pick(random, pointers));
        }
        return hostile.bytes(event);
    }

    private static ObjectNode touched(Random random, ObjectNode event, String pointer) {
        JsonNode value = event.at(pointer);
        int way = random.nextInt(4);
        if (way == 0) {
            return HostileEvents.with(event, pointer, pick(random, HostileEvents.extremes()));
        } else if (way == 1) {
            return HostileEvents.with(event, pointer, pick(random, NUMBERS));
        } else if (value.isTextual()) {
            return HostileEvents.with(event, pointer, NODES.textNode(text(random, value.textValue())));
        } else if (value.isObject()) {
            ((ObjectNode) value)
                    .set(
                            pick(random, List.of("zz", "", "\ue000", "\ud83d\ude00", "constructor", "__proto__")),
                            pick(random, NUMBERS));
            return event;
        }
        return HostileEvents.with(
                event,
                pointer,
                pick(
                        random,
                        List.of(
                                NODES.textNode(value.asText()),
                                NODES.textNode("0"),
                                NODES.booleanNode(false),
                                NODES.nullNode())));
    }

    private static String text(Random random, String text) {
        int at = text.isEmpty()
                ? 0
                : text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length()) + 1));
        return switch (random.nextInt(9)) {
            case 0 -> pick(random, TIMES);
            case 1 -> text.substring(0, at) + pick(random, CHARACTERS) + text.substring(at);
            case 2 -> pick(random, CHARACTERS) + text;
            case 3 -> text + pick(random, CHARACTERS);
            case 4 -> text.toUpperCase(Locale.ROOT);
            case 5 -> text.substring(0, at);
            case 6 -> "\ud83d\ude00".repeat(pick(random, List.of(1, 64, 127, 128, 129, 255, 256, 400, 401)));
            case 7 -> "x".repeat(pick(random, List.of(127, 128, 129, 255, 256, 400, 401, 1_000, 1_001)));
            default -> pick(random, CHARACTERS);
        };
    }

    /** The canonical text, no more canonical or no more JSON. */
    private static byte[] scramble(Random random, byte[] canonical) {
        String text = utf8(canonical);
        int at = random.nextInt(text.length());
        int quote = Math.max(text.indexOf('"', at), 0);
        int colon = Math.max(text.indexOf(':', at), 1);
        int comma = Math.max(text.indexOf(',', at), 1);
        return switch (random.nextInt(12)) {
            case 0 -> (text.substring(0, comma) + " " + text.substring(comma)).getBytes(StandardCharsets.UTF_8);
            case 1 -> text.replaceFirst("\\{", "{\"context\":{},").getBytes(StandardCharsets.UTF_8);
            case 2 -> (text.substring(0, text.length() - 1) + ",\"schemaVersion\":1}").getBytes(StandardCharsets.UTF_8);
            case 3 ->
                (text.substring(0, quote + 1)
                                + pick(
                                        random,
                                        List.of(
                                                "\\u0041", "\\ud83d", "\\/", "\\u0000", "\\u001F", "\\u001f", "\\u0085",
                                                "\\b", "\\u0008", "\t"))
                                + text.substring(quote + 1))
                        .getBytes(StandardCharsets.UTF_8);
            case 4 ->
                (text.substring(0, colon + 1)
                                + pick(
                                        random,
                                        List.of(
                                                "1.0",
                                                "1e0",
                                                "-0",
                                                "01",
                                                "NaN",
                                                "Infinity",
                                                "-Infinity",
                                                "1E400",
                                                "9007199254740993",
                                                "tru",
                                                "+1",
                                                ".5",
                                                "5.",
                                                "1e21",
                                                "1e+21",
                                                "9007199254740994",
                                                "0.000001",
                                                "1e-7",
                                                "1E-7",
                                                "123456789012345680000",
                                                "[".repeat(500),
                                                "{\"a\":".repeat(40)))
                                + text.substring(Math.max(comma, colon + 1)))
                        .getBytes(StandardCharsets.UTF_8);
            case 5 -> text.substring(0, at).getBytes(StandardCharsets.UTF_8);
            case 6 -> (text + pick(random, List.of(" ", "\r", "{}", "\u0000", ","))).getBytes(StandardCharsets.UTF_8);
            case 7 -> ("\ufeff" + text).getBytes(StandardCharsets.UTF_8);
            case 8 -> bytes(random, canonical);
            case 9 ->
                text.replaceFirst("\"schemaVersion\":1", "\"schemaVersion\":" + pick(random, NUMBERS))
                        .getBytes(StandardCharsets.UTF_8);
            case 10 ->
                (text.substring(0, text.length() - 1) + ",\"zz\":" + "[".repeat(at % 40) + "]".repeat(at % 40) + "}")
                        .getBytes(StandardCharsets.UTF_8);
            default ->
                (text.substring(0, text.length() - 1) + ",\"zz\":\""
                                + "x".repeat(CanonicalJson.EVENT_BYTES_MAX - canonical.length - 10 + random.nextInt(5))
                                + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
        };
    }

    /** One event more in the trail of the first item, before the export. */
    private Mutant added(Kind kind, byte[] event) throws Exception {
        List<byte[]> events = new ArrayList<>(goodEvents);
        events.add(events.size() - 3, event);
        return mutant(kind, utf8(event), built(events, entry -> entry));
    }

    private Mutant trailEvent(Random random) throws Exception {
        List<byte[]> events = new ArrayList<>(goodEvents);
        int at = random.nextInt(events.size());
        ObjectNode event = (ObjectNode) JSON.readTree(events.get(at));
        switch (random.nextInt(6)) {
            case 0 -> events.remove(at);
            case 1 -> events.add(at, events.get(at));
            case 2 -> Collections.swap(events, at, (at + 1) % events.size());
            default ->
                events.set(at, hostile.bytes(touched(random, event, pick(random, HostileEvents.pointers(event)))));
        }
        return mutant(
                Kind.TRAIL_EVENT,
                "event " + at + " " + utf8(events.get(Math.min(at, events.size() - 1))),
                built(events, entry -> entry));
    }

    private Mutant entry(Random random) throws Exception {
        int place = random.nextInt(goodEvents.size());
        int[] number = {0};
        String[] what = {""};
        Map<String, byte[]> files = built(goodEvents, entry -> {
            if (number[0]++ != place) {
                return entry;
            }
            byte[] changed = entryText(random, entry);
            what[0] = utf8(changed);
            return changed;
        });
        return mutant(Kind.ENTRY, place + " " + what[0], files);
    }

    private static byte[] entryText(Random random, byte[] entry) {
        String text = utf8(entry);
        int from = text.lastIndexOf(",\"itemSequence\":");
        String event = text.substring(0, from);
        String rest = text.substring(from);
        String changed =
                switch (random.nextInt(9)) {
                    case 0 ->
                        event
                                + rest.replaceFirst(
                                        "\"itemSequence\":[0-9]+",
                                        "\"itemSequence\":"
                                                + pick(
                                                        random,
                                                        List.of(
                                                                "-1",
                                                                "0",
                                                                "1",
                                                                "1.5",
                                                                "1e0",
                                                                "\"1\"",
                                                                "null",
                                                                "9007199254740992",
                                                                "9007199254740994",
                                                                "1e21")));
                    case 1 ->
                        event
                                + rest.replaceFirst(
                                        "\"recordedAt\":\"[^\"]*\"",
                                        "\"recordedAt\":"
                                                + pick(
                                                        random,
                                                        List.of("null", "0", "1732435200", "\"\"", "[]", "true")));
                    case 2, 3 ->
                        event
                                + rest.replaceFirst(
                                        "\"recordedAt\":\"[^\"]*\"", "\"recordedAt\":\"" + pick(random, TIMES) + "\"");
                    case 4 ->
                        event
                                + rest.replaceFirst(
                                        ",\"previous\":\"[^\"]*\"",
                                        pick(
                                                random,
                                                List.of(
                                                        "",
                                                        ",\"previous\":null",
                                                        ",\"previous\":\"\"",
                                                        ",\"previous\":\"" + "0".repeat(64) + "\"",
                                                        ",\"previous\":\"" + "A".repeat(64) + "\"",
                                                        ",\"previous\":0")));
                    case 5 ->
                        event + ",\"itemSequence\":0,\"previous\":null"
                                + rest.replaceFirst(".*,\"recordedAt\"", ",\"recordedAt\"");
                    case 6 ->
                        event + rest.substring(0, rest.length() - 1) + ",\"zz\":"
                                + pick(
                                        random,
                                        List.of(
                                                "null",
                                                "{}",
                                                "1e21",
                                                "1.0",
                                                "[".repeat(33) + "]".repeat(33),
                                                "[".repeat(31) + "]".repeat(31)))
                                + "}";
                    case 7 ->
                        pick(
                                random,
                                List.of(
                                        "{}",
                                        "[]",
                                        "null",
                                        "0",
                                        "\"\"",
                                        "",
                                        "{\"event\":null}",
                                        "{\"event\":{}}",
                                        "{\"event\":[]}",
                                        "[".repeat(60_000)));
                    default -> utf8(scramble(random, entry));
                };
        byte[] bytes = changed.getBytes(StandardCharsets.UTF_8);
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\n') >= 0 ? entry : bytes;
    }

    /** A log whose first item has these events, as a site would publish and pack it. */
    private Map<String, byte[]> built(List<byte[]> events, UnaryOperator<byte[]> touch) throws Exception {
        Kit made = small();
        made.originals.remove(Kit.B);
        made.touch = touch;
        for (int i = 0; i < events.size(); i++) {
            byte[] event = events.get(i);
            made.addRaw(Kit.A.value(), event);
            if (i == 5) {
                made.publishEarly();
            }
        }
        if (made.early == null || made.entries.isEmpty()) {
            made.publishEarly();
        }
        made.head = made.publish();
        if (oneItem == null) {
            return light(made);
        }
        Map<String, byte[]> files = new TreeMap<>(oneItem);
        made.putTrails(files);
        Kit.remanifest(files, made.export);
        return files;
    }

    private Mutant personalSignature(Random random) throws Exception {
        List<byte[]> events = new ArrayList<>(goodEvents);
        int at = 7;
        ObjectNode event = (ObjectNode) JSON.readTree(events.get(at));
        ObjectNode signature = (ObjectNode) event.get("signature");
        byte[] value = Base64.getDecoder().decode(signature.get("value").textValue());
        byte[] point = HexFormat.of().parseHex(pick(random, POINTS));
        switch (random.nextInt(12)) {
            case 0 ->
                event.set(
                        "signature",
                        pick(random, HostileEvents.extremes()).isMissingNode()
                                ? NODES.numberNode(0)
                                : pick(random, NUMBERS));
            case 1 -> event.put("signature", pick(random, List.of("", "0", "null")));
            case 2 -> event.put("signature", random.nextBoolean());
            case 3 -> signature.put("publicKey", base64(point));
            case 4 -> signature.put("publicKey", base64(point)).put("value", base64(concat(point, new byte[32])));
            case 5 -> signature.put("value", base64(concat(point, Arrays.copyOfRange(value, 32, 64))));
            case 6 -> signature.put("value", base64(Arrays.copyOf(value, pick(random, List.of(0, 32, 63, 65)))));
            case 7 -> { // S + L
                BigInteger s = little(Arrays.copyOfRange(value, 32, 64))
                        .add(BigInteger.ONE
                                .shiftLeft(252)
                                .add(new BigInteger("27742317777372353535851937790883648493")));
                signature.put("value", base64(concat(Arrays.copyOf(value, 32), little(s))));
            }
            case 8 -> {
                String name = pick(random, List.of("publicKey", "seen", "value"));
                signature.put(name, text(random, signature.get(name).textValue()));
            }
            case 9 -> signature.set(pick(random, List.of("publicKey", "seen", "value", "zz")), pick(random, NUMBERS));
            case 10 -> {
                ObjectNode context = (ObjectNode) event.get("context");
                switch (random.nextInt(3)) {
                    case 0 -> context.remove("evidenceId");
                    case 1 -> context.putNull("purpose");
                    default -> context.putNull("evidenceId");
                }
            }
            default -> event = touched(random, event, pick(random, HostileEvents.pointers(event)));
        }
        events.set(at, hostile.bytes(event));
        return mutant(Kind.PERSONAL_SIGNATURE, utf8(events.get(at)), built(events, entry -> entry));
    }

    // ---- the bag

    private Mutant manifest(Random random) {
        Map<String, byte[]> files = new TreeMap<>(good);
        String name = pick(
                random,
                List.of(
                        "manifest-sha256.txt",
                        "manifest-sha512.txt",
                        "tagmanifest-sha256.txt",
                        "tagmanifest-sha512.txt"));
        List<String> lines = lines(files.get(name));
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        String path = line.substring(line.indexOf(' ') + 2);
        String digest = line.substring(0, line.indexOf(' '));
        switch (random.nextInt(10)) {
            case 0 ->
                lines.set(
                        at,
                        digest
                                + pick(random, List.of(" ", "\t", "\t \t", "   ", " *", "  *", "", "\u00a0", "\u3000"))
                                + path);
            case 1 -> lines.set(at, digest.toUpperCase(Locale.ROOT) + "  " + path);
            case 2 -> lines.set(at, text(random, digest) + "  " + path);
            case 3 -> lines.set(at, digest + "  " + text(random, path));
            case 4 ->
                lines.add(
                        at,
                        digest + "  "
                                + pick(
                                        random,
                                        List.of(
                                                "data/../x",
                                                "/x",
                                                "~x",
                                                "C:x",
                                                "C:/x\ny",
                                                "data//x",
                                                "data/./x",
                                                "data/x\\y",
                                                "data/x%0Ay",
                                                "data/x\u0085y",
                                                "data/x\u2028y",
                                                "tagmanifest-x",
                                                "package.note",
                                                "package.sm2",
                                                "data/",
                                                ".",
                                                "tagmanifest-sha256.txt",
                                                "manifest-md5.txt",
                                                "data/\u00a0",
                                                "\ufeffdata/x",
                                                "*data/x")));
            case 5 -> lines.add(at, line);
            case 6 -> lines.remove(at);
            case 7 -> lines.set(at, line.replace("%25", "%").replace(".txt", "%2etxt"));
            case 8 -> lines.add(at, pick(random, List.of(" ", "#", "\u0085", "\ufeff", "  data/x", "00  data/x")));
            default -> Collections.swap(lines, at, 0);
        }
        String end = pick(random, List.of("\n", "\n", "\n", "\r\n", "\r", "\u0085", "\u2028"));
        byte[] text = (String.join(end, lines) + (random.nextInt(8) == 0 ? "" : end)).getBytes(StandardCharsets.UTF_8);
        files.put(
                name,
                switch (random.nextInt(8)) {
                    case 0 -> concat("\ufeff".getBytes(StandardCharsets.UTF_8), text);
                    case 1 -> concat(text, new byte[] {(byte) 0xff});
                    default -> text;
                });
        signAgain(random, files, !name.startsWith("tag"));
        return mutant(Kind.MANIFEST, name + " " + utf8(files.get(name)), files);
    }

    /** The exporter signs what he made of the manifests, or nobody does. */
    private void signAgain(Random random, Map<String, byte[]> files, boolean tagManifests) {
        int way = random.nextInt(3);
        if (way == 0) {
            return;
        }
        if (tagManifests) {
            Map<String, byte[]> again = new TreeMap<>(files);
            Kit.remanifest(again, null);
            for (String algorithm : List.of("sha256", "sha512")) {
                StringBuilder text = new StringBuilder();
                for (String path : files.keySet()) {
                    if (!path.startsWith("data/") && !path.startsWith("tagmanifest") && !path.startsWith("package.")) {
                        BagItem.Digests digests = BagItem.Digests.of(files.get(path));
                        text.append(algorithm.equals("sha256") ? digests.sha256() : digests.sha512())
                                .append("  ")
                                .append(path)
                                .append('\n');
                    }
                }
                files.put("tagmanifest-" + algorithm + ".txt", text.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        Kit.sign(files, kit.export, Kit.EXPORT);
    }

    private Mutant fileBytes(Random random) {
        Map<String, byte[]> files = new TreeMap<>(good);
        String path = pick(random, List.copyOf(files.keySet()));
        byte[] before = files.get(path);
        files.put(path, random.nextInt(3) == 0 ? textOf(random, before) : bytes(random, before));
        refit(random, files);
        return mutant(Kind.FILE_BYTES, path + " " + utf8(files.get(path)), files);
    }

    private void refit(Random random, Map<String, byte[]> files) {
        switch (random.nextInt(3)) {
            case 0 -> Kit.remanifest(files, kit.export);
            case 1 -> Kit.remanifest(files, null);
            default -> {}
        }
    }

    private static byte[] textOf(Random random, byte[] before) {
        List<String> lines = lines(before);
        int at = random.nextInt(Math.max(1, lines.size()));
        if (lines.isEmpty()) {
            return "\n\n".getBytes(StandardCharsets.UTF_8);
        }
        switch (random.nextInt(8)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(at));
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case 3 -> lines.add(at, "");
            case 4 -> lines.set(at, text(random, lines.get(at)));
            case 5 -> lines.set(at, lines.get(at) + "\r");
            case 6 -> lines.set(0, "\ufeff" + lines.get(0));
            default -> lines.add(pick(random, CHARACTERS));
        }
        return (String.join("\n", lines) + (random.nextInt(4) == 0 ? "" : "\n")).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Random random, byte[] before) {
        int at = random.nextInt(Math.max(1, before.length));
        byte[] copy = before.clone();
        if (copy.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        switch (random.nextInt(6)) {
            case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[at] = (byte) random.nextInt();
            case 2 -> copy = Arrays.copyOf(copy, at);
            case 3 -> copy = concat(copy, new byte[] {(byte) random.nextInt(), '\n'});
            case 4 ->
                copy = concat(
                        Arrays.copyOf(copy, at),
                        Arrays.copyOfRange(copy, Math.min(copy.length, at + 1 + random.nextInt(8)), copy.length));
            default ->
                copy = concat(
                        concat(Arrays.copyOf(copy, at), new byte[] {(byte) random.nextInt()}),
                        Arrays.copyOfRange(copy, at, copy.length));
        }
        return copy;
    }

    private Mutant fileName(Random random) {
        Map<String, byte[]> files = new TreeMap<>(good);
        String path = pick(random, List.copyOf(files.keySet()));
        int slash = path.lastIndexOf('/');
        String name = pick(
                random,
                List.of(
                        "tagmanifest-READ-ME-FIRST.html",
                        "tagmanifest-more/original/second.mp4",
                        "tagmanifest-md5.txt",
                        "tagmanifest-sha256.txt.bak",
                        "TAGMANIFEST-SHA256.TXT",
                        "package.sm2",
                        "package.note.old",
                        "Package.note",
                        "package.sm2/x",
                        ".x",
                        "x\u0085y",
                        "x\u2028y",
                        "x\u202ey",
                        "x\ty",
                        "x y ",
                        "\u4e2d\u6587.mp4",
                        "%0A",
                        "x%y",
                        "~x",
                        "*x",
                        "data/x",
                        "data/timestamps/x.tsr",
                        "data/timestamps/x/y.tsr",
                        "data/timestamps",
                        ITEM + "original/second",
                        ITEM + "original/x/y",
                        ITEM + "x",
                        ITEM + "original",
                        "data/x/custody.jsonl",
                        "data/" + Kit.B.value().toUpperCase(Locale.ROOT) + "/custody.jsonl",
                        "data/8zzzzzzzzzzzzzzzzzzzzzzzzz/custody.jsonl",
                        "data/7zzzzzzzzzzzzzzzzzzzzzzzzz/custody.jsonl",
                        "data/7zzzzzzzzzzzzzzzzzzzzzzzzz/original/x",
                        "data/constructor/custody.jsonl",
                        "data/__proto__/custody.jsonl",
                        "\ufeffbagit.txt",
                        "bagit.txt ",
                        "manifest-md5.txt"));
        switch (random.nextInt(4)) {
            case 0 -> files.remove(path);
            case 1 -> move(files, path, path.substring(0, slash + 1) + name.substring(name.lastIndexOf('/') + 1));
            case 2 -> { // a whole folder of another name
                String to = "data/" + name.replaceFirst(".*/", "") + "/";
                for (String own : List.copyOf(files.keySet())) {
                    if (own.startsWith(ITEM)) {
                        move(files, own, to + own.substring(ITEM.length()));
                    }
                }
            }
            default ->
                add(files, name, random.nextBoolean() ? files.get(path) : "x\n".getBytes(StandardCharsets.UTF_8));
        }
        refit(random, files);
        return mutant(Kind.FILE_NAME, path + " " + name, files);
    }

    private static void move(Map<String, byte[]> files, String from, String to) {
        add(files, to, files.remove(from));
    }

    /** Adds a file, unless a file is where it needs a folder, or the other way round. */
    private static void add(Map<String, byte[]> files, String path, byte[] bytes) {
        boolean fits = files.keySet().stream()
                .noneMatch(other -> other.startsWith(path + "/") || path.startsWith(other + "/"));
        if (fits) {
            files.put(path, bytes);
        }
    }

    // ---- notes, proofs, heads

    private Mutant note(Random random) {
        Map<String, byte[]> files = new TreeMap<>(good);
        String text = signedText(files.get("package.note"));
        if (random.nextBoolean()) {
            files.put(
                    "package.note",
                    random.nextBoolean()
                            ? textOf(random, files.get("package.note"))
                            : signatures(random, files.get("package.note")));
        } else {
            String changed = utf8(textOf(random, text.getBytes(StandardCharsets.UTF_8)));
            files.put(
                    "package.note",
                    SignedNote.sign(changed.endsWith("\n") ? changed : changed + "\n", kit.export)
                            .bytes());
        }
        return mutant(Kind.NOTE, utf8(files.get("package.note")), files);
    }

    private static String signedText(byte[] note) {
        String all = utf8(note);
        return all.substring(0, all.lastIndexOf("\n\n") + 1);
    }

    /** A note with other signature lines. */
    private static byte[] signatures(Random random, byte[] note) {
        List<String> lines = lines(note);
        int at = lines.size()
                - 1
                - random.nextInt(lines.lastIndexOf("") < 0 ? 1 : lines.size() - 1 - lines.lastIndexOf(""));
        String[] words = lines.get(at).split(" ", -1);
        byte[] bytes = Base64.getDecoder().decode(words[2]);
        switch (random.nextInt(11)) {
            case 0 -> lines.addAll(Collections.nCopies(pick(random, List.of(1, 98, 99, 100)), lines.get(at)));
            case 1 -> lines.set(at, String.join("  ", words));
            case 2 -> lines.set(at, words[0] + " " + text(random, words[1]) + " " + words[2]);
            case 3 -> lines.set(at, words[0] + " " + words[1] + " " + text(random, words[2]));
            case 4 -> lines.set(at, pick(random, List.of("-", "\u2013", "\u2015")) + " " + words[1] + " " + words[2]);
            case 5 -> lines.set(at, words[0] + " " + words[1] + " " + base64(bytes(random, bytes)));
            case 6 ->
                lines.set(
                        at,
                        words[0] + " " + words[1] + " "
                                + base64(concat(Arrays.copyOf(bytes, 4), new byte[random.nextInt(80)])));
            case 7 -> lines.add(at, words[0] + " " + words[1] + " " + base64(Arrays.copyOf(bytes, bytes.length - 1)));
            case 8 -> lines.add(at, words[0] + " other.example " + words[2]);
            case 9 -> {
                byte[] point = HexFormat.of().parseHex(pick(random, POINTS));
                lines.set(
                        at,
                        words[0] + " " + words[1] + " "
                                + base64(concat(
                                        concat(Arrays.copyOf(bytes, bytes.length - 64), point),
                                        Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length))));
            }
            default -> lines.remove(at);
        }
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private Mutant proof(Random random) {
        Map<String, byte[]> files = new TreeMap<>(good);
        String path = ITEM + pick(random, List.of("custody.tlog-proof", "receipt.tlog-proof"));
        byte[] before = files.get(path);
        byte[] after;
        if (random.nextInt(3) == 0) {
            after = signatures(random, before);
        } else if (random.nextBoolean()) {
            List<String> lines = lines(before);
            int at = random.nextInt(lines.indexOf(""));
            switch (random.nextInt(6)) {
                case 0 ->
                    lines.set(
                            at,
                            "index "
                                    + pick(
                                            random,
                                            List.of(
                                                    "0",
                                                    "1",
                                                    "00",
                                                    "-1",
                                                    "+1",
                                                    "9007199254740993",
                                                    "999999999999999999",
                                                    "1000000000000000000",
                                                    "18446744073709551615",
                                                    "\u0661",
                                                    "1 ")));
                case 1 ->
                    lines.add(
                            1,
                            pick(
                                    random,
                                    List.of(
                                            "extra ",
                                            "extra AAAA",
                                            "extra AAA",
                                            "extra A A=",
                                            "extra  AAAA",
                                            "extra")));
                case 2 ->
                    lines.addAll(2, Collections.nCopies(pick(random, List.of(1, 60, 64, 70)), base64(new byte[32])));
                case 3 -> lines.set(at, text(random, lines.get(at)));
                case 4 -> lines.remove(at);
                default -> lines.add(at, lines.get(at));
            }
            after = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        } else {
            after = random.nextBoolean() ? textOf(random, before) : bytes(random, before);
        }
        files.put(path, after);
        Kit.remanifest(files, kit.export);
        return mutant(Kind.PROOF, path + " " + utf8(after), files);
    }

    /** The log and its witness sign a head that says something else, or at another time. */
    private Mutant head(Random random) {
        Map<String, byte[]> files = new TreeMap<>(good);
        List<String> text = lines(signedText(kit.head.bytes()).getBytes(StandardCharsets.UTF_8));
        switch (random.nextInt(8)) {
            case 0 ->
                text.set(
                        1,
                        pick(
                                random,
                                List.of(
                                        "0",
                                        "1",
                                        "00",
                                        "-1",
                                        "9007199254740993",
                                        "999999999999999999",
                                        "1000000000000000000",
                                        "x",
                                        "1.0",
                                        "\u0661")));
            case 1 ->
                text.set(
                        2,
                        pick(
                                random,
                                List.of(
                                        "",
                                        base64(new byte[31]),
                                        base64(new byte[32]),
                                        base64(new byte[33]),
                                        "x",
                                        text.get(2) + "=")));
            case 2 -> text.add("extension " + pick(random, CHARACTERS));
            case 3 -> text.add(3, "");
            case 4 -> text.set(0, text(random, text.get(0)));
            default -> {}
        }
        String signed = String.join("\n", text) + "\n";
        SignedNote note = SignedNote.sign(signed, kit.log);
        List<SignedNote.Signature> more = new ArrayList<>();
        for (int i = random.nextInt(4) == 0 ? 0 : 1; i < 2; i++) {
            long seconds = pick(
                    random,
                    List.of(
                            kit.clock.getEpochSecond() + 60,
                            0L,
                            -1L,
                            Long.MAX_VALUE,
                            Long.MIN_VALUE,
                            253_402_300_799L,
                            253_402_300_800L,
                            kit.clock.getEpochSecond() - 299,
                            kit.clock.getEpochSecond() - 300,
                            kit.clock.getEpochSecond() - 301,
                            4_000_000_000L,
                            1L << 53,
                            31_556_889_864_403_199L));
            more.add(cosigned(note, kit.witness, seconds));
        }
        note = note.with(more);
        for (String item : List.of(Kit.A.value(), Kit.B.value())) {
            if (item.equals(Kit.A.value()) || random.nextInt(4) > 0) {
                String path = "data/" + item + "/custody.tlog-proof";
                String proof = utf8(files.get(path));
                files.put(
                        path, (proof.substring(0, proof.indexOf("\n\n") + 2) + note).getBytes(StandardCharsets.UTF_8));
            }
        }
        Kit.remanifest(files, kit.export);
        return mutant(Kind.HEAD, note.toString(), files);
    }

    /** A cosignature at any time, also one that no clock shows. */
    static SignedNote.Signature cosigned(SignedNote note, Signer witness, long seconds) {
        byte[] message = ("cosignature/v1\ntime " + Long.toUnsignedString(seconds) + "\n" + note.text())
                .getBytes(StandardCharsets.UTF_8);
        byte[] time = ByteBuffer.allocate(8).putLong(seconds).array();
        String[] key = witness.verifier().toString().split("\\+", 3);
        byte[] hash = HexFormat.of().parseHex(key[1]);
        return new SignedNote.Signature(
                witness.name(),
                base64(concat(hash, concat(time, witness.signing().sign(message)))));
    }

    // ---- policies, timestamps, SM2

    private Mutant policy(Random random) {
        String second = new Signer("court.example/w2", Algorithm.COSIGNATURE_V1, Kit.key(7))
                .verifier()
                .toString();
        String same = new Signer("other.example/w1", Algorithm.COSIGNATURE_V1, Kit.key(3))
                .verifier()
                .toString();
        String log = kit.log.verifier().toString();
        String small = "name+" + HexFormat.of().toHexDigits(0) + "+"
                + base64(concat(new byte[] {1}, HexFormat.of().parseHex(pick(random, POINTS))));
        String zero = "0".repeat(64);
        List<String> lines = lines(policy.getBytes(StandardCharsets.UTF_8));
        String more = pick(
                random,
                List.of(
                        "witness court " + second,
                        "witness other " + same,
                        "witness jcy " + second,
                        "witness none " + second,
                        "group g any jcy",
                        "group g 1 jcy jcy",
                        "group g 2 jcy",
                        "group g all jcy\ngroup h any g jcy",
                        "group g 0 jcy",
                        "group g 01 jcy",
                        "group g +1 jcy",
                        "group g 1_0 jcy",
                        "group g 1e0 jcy",
                        "group g \u0661 jcy",
                        "group g",
                        "group g any",
                        "group g constructor jcy",
                        "group jcy any jcy",
                        "group none any jcy",
                        "group g any none",
                        "quorum jcy",
                        "quorum none",
                        "quorum",
                        "quorum x",
                        "revoked " + log + " 3",
                        "revoked " + log + " 0",
                        "revoked " + log + " 999999999999999999",
                        "revoked " + log + " 1000000000000000000",
                        "revoked " + log + " -1",
                        "revoked " + log + " 0x10",
                        "revoked " + log + " 1_0",
                        "revoked " + log + " \u0663",
                        "revoked " + log + " +3",
                        "revoked " + log + " ",
                        "revoked " + log + " 1 2",
                        "revoked " + log + " 3\nrevoked " + log + " 300",
                        "log " + small,
                        "log " + second,
                        "export " + second,
                        "witness x " + log,
                        "log " + log + " http://127.0.0.1:1/x",
                        "log " + log + " ftp://x",
                        "log " + log + " http://[::1]:80",
                        "log " + log + " http://[:::]",
                        "log " + log + " http://a b",
                        "log " + log + " http://a%zz",
                        "log",
                        "log " + log + "=",
                        "log " + log + "\u00a0",
                        "\u00a0log " + log,
                        "log\t" + log,
                        "\u3000",
                        "\ufefflog " + log,
                        "log " + log + "\r",
                        "log " + log + " # x",
                        "# x \u2028 y",
                        "# \u0085 y",
                        "#",
                        " # ",
                        "\u0085",
                        "timestamp a " + zero,
                        "timestamp a " + zero + "\ntimestamp a " + zero,
                        "timestamp a " + zero.toUpperCase(Locale.ROOT).replace('0', 'A'),
                        "timestamp a",
                        "timestamp a 00",
                        "timestamp a " + zero + " http://x",
                        "timestamp a " + zero + " x",
                        "sm2 "
                                + sm2Policy
                                        .substring(sm2Policy.lastIndexOf(' ') + 1)
                                        .strip(),
                        "sm2 AAAA",
                        "sm2",
                        "sm2 x",
                        "constructor x",
                        "__proto__ x",
                        "LOG " + log,
                        "log " + log.toUpperCase(Locale.ROOT),
                        "witness constructor " + second + "\ngroup __proto__ any constructor"));
        switch (random.nextInt(4)) {
            case 0 -> lines.add(random.nextInt(lines.size() + 1), more);
            case 1 -> lines.addAll(random.nextInt(lines.size() + 1), List.of("witness court " + second, more));
            case 2 -> lines.addAll(lines.size() - 1, List.of(more));
            default ->
                lines.set(
                        lines.size() - 1,
                        "group g " + pick(random, List.of("any", "all", "1", "2", "3")) + " jcy"
                                + pick(random, List.of("", " jcy", " court", " none", " g")) + "\nquorum g");
        }
        byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(3) == 0) {
            text = random.nextBoolean() ? textOf(random, text) : bytes(random, text);
        }
        return new Mutant(Kind.POLICY, utf8(text), good, text);
    }

    private Mutant timestamp(Random random) {
        Map<String, byte[]> files = new TreeMap<>(stamped);
        String path = "data/timestamps/time.tsr";
        byte[] stamp = bytes(random, files.get(path));
        switch (random.nextInt(10)) {
            case 0 -> files.remove(path);
            case 1 -> files.put("data/timestamps/second.tsr", stamp);
            case 2 -> files.put("data/timestamps/folder/time.tsr", files.get(path));
            default -> files.put(path, stamp);
        }
        Kit.remanifest(files, kit.export);
        String trusted = random.nextBoolean() ? stampedPolicy : policy;
        return new Mutant(
                Kind.TIMESTAMP, difference(stamped.get(path), stamp), files, trusted.getBytes(StandardCharsets.UTF_8));
    }

    private static String difference(byte[] before, byte[] after) {
        int at = Arrays.mismatch(before, after);
        return "at " + at + " of " + before.length + ", now " + after.length + ": "
                + (at >= 0 && at < before.length && at < after.length ? before[at] + " to " + after[at] : "");
    }

    private Mutant sm2(Random random) {
        Map<String, byte[]> files = new TreeMap<>(signedWithSm2);
        byte[] text = files.get("package.sm2");
        byte[] signature = Base64.getDecoder().decode(utf8(text).strip());
        byte[] after =
                switch (random.nextInt(7)) {
                    case 0 -> textOf(random, text);
                    case 1 -> bytes(random, text);
                    case 2 -> utf8(text).strip().getBytes(StandardCharsets.UTF_8);
                    case 3 -> (base64(bytes(random, signature)) + "\n").getBytes(StandardCharsets.UTF_8);
                    case 4 -> "junk".getBytes(StandardCharsets.UTF_8);
                    default -> text;
                };
        files.put("package.sm2", after);
        if (random.nextInt(6) == 0) {
            files.remove("package.sm2");
        }
        String trusted =
                switch (random.nextInt(5)) {
                    case 0 -> policy;
                    case 1 ->
                        sm2Policy.substring(0, sm2Policy.lastIndexOf(' ') + 1)
                                + base64(bytes(
                                        random,
                                        Base64.getDecoder()
                                                .decode(sm2Policy
                                                        .substring(sm2Policy.lastIndexOf(' ') + 1)
                                                        .strip())))
                                + "\n";
                    default -> sm2Policy;
                };
        return new Mutant(Kind.SM2, utf8(after) + " " + trusted, files, trusted.getBytes(StandardCharsets.UTF_8));
    }

    // ---- small things

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static List<String> lines(byte[] text) {
        List<String> lines = new ArrayList<>(Arrays.asList(utf8(text).split("\n", -1)));
        lines.remove(lines.size() - 1);
        return lines;
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] concat(byte[] left, byte[] right) {
        return ByteBuffer.allocate(left.length + right.length)
                .put(left)
                .put(right)
                .array();
    }

    private static BigInteger little(byte[] bytes) {
        byte[] big = bytes.clone();
        for (int i = 0; i < big.length; i++) {
            big[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, big);
    }

    private static byte[] little(BigInteger number) {
        byte[] big = number.toByteArray();
        byte[] bytes = new byte[32];
        for (int i = 0; i < Math.min(32, big.length); i++) {
            bytes[i] = big[big.length - 1 - i];
        }
        return bytes;
    }
}
