package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.EventKinds;
import org.liuhen.custody.event.GapEvent;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.ItemSize;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Sm3Digest;
import org.liuhen.custody.evidence.Text;

/**
 * What {@code docs/formats} holds as files is made from the code and compared with it: the schema of entries and the test
 * vectors. {@code -Dliuhen.write=true} writes them anew.
 */
class FormatsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FORMATS = Path.of("../docs/formats");
    private static final Set<Class<?>> SHARED = new LinkedHashSet<>();
    private static final long EXACT_MAX = 1L << 53; // RFC 7493 §2.2
    private static final String HIDDEN =
            Text.HIDDEN.replace("\ud800-\udfff", ""); // a text of JSON has no halves of characters
    private static final String TIME = "^(?:19[7-9][0-9]|[2-9][0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
            + "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?Z$";
    private static final String NAME = "^[^" + HIDDEN + "]*[^" + HIDDEN + Text.BLANK + "][^" + HIDDEN + "]*$";
    private static final String NOT_BLANK = "[^" + Text.BLANK + "]";

    /** What the constructors ask of a member beyond its type. {@link Mutants} compares both. */
    private static final Map<String, ObjectNode> LIMITS = limits();

    private static Map<String, ObjectNode> limits() {
        Map<String, ObjectNode> limits = new HashMap<>();
        for (String kind : new String[] {"declared", "received", "descriptionRequested"}) {
            limits.put(kind + ".sizeBytes", range(0, ItemSize.MAX));
        }
        for (String kind : new String[] {"categorised", "retentionRuleProposed"}) {
            limits.put(kind + ".category", longest(RetentionEvent.CATEGORY_CHARACTERS_MAX));
            limits.put(kind + ".retentionDays", range(0, RetentionEvent.RETENTION_DAYS_MAX));
        }
        limits.put("gapFound.gapId", longest(GapEvent.NAME_CHARACTERS_MAX));
        limits.put("gapClosed.gapId", longest(GapEvent.NAME_CHARACTERS_MAX));
        limits.put("EventContext.eventId", JSON.createObjectNode().put("pattern", "^[0-9a-f]{32}$"));
        limits.put("EventContext.purpose", longest(EventContext.PURPOSE_CHARACTERS_MAX));
        limits.put("Actor.id", longest(Actor.ID_MAX).put("pattern", NAME));
        limits.put("Actor.credential", JSON.createObjectNode().put("pattern", NOT_BLANK));
        for (String claim : new String[] {"incidentNo", "officerNo", "unitCode", "deviceSerial", "recordingId"}) {
            limits.put(
                    "CaptureClaims." + claim,
                    longest(CaptureClaims.CHARACTERS_MAX).put("pattern", NAME));
        }
        limits.put("OtherClaim.name", longest(CaptureClaims.CHARACTERS_MAX).put("pattern", NAME));
        limits.put("OtherClaim.value", longest(CaptureClaims.OTHER_MAX).put("pattern", "^[^" + HIDDEN + "]*$"));
        limits.put("CaptureClaims.sequence", range(0, CaptureClaims.SEQUENCE_MAX));
        limits.put("CaptureClaims.segment", range(1, CaptureClaims.SEGMENTS_MAX));
        limits.put("CaptureClaims.segmentCount", range(1, CaptureClaims.SEGMENTS_MAX));
        limits.put("CaptureTime.lengthMillis", range(0, CaptureTime.LENGTH_MILLIS_MAX));
        limits.put(
                "CaptureTime.source", longest(CaptureTime.SOURCE_CHARACTERS_MAX).put("pattern", NAME));
        limits.put("CaptureTime.rule", longest(CaptureTime.RULE_CHARACTERS_MAX).put("pattern", NAME));
        limits.put("DispatchRecord.revision", range(0, EXACT_MAX));
        for (String party : new String[] {"unitCode", "officerNos", "deviceSerials"}) {
            limits.put(
                    "DispatchRecord." + party,
                    longest(DispatchRecord.CHARACTERS_MAX).put("pattern", NAME));
        }
        for (String side : new String[] {"west", "east"}) {
            limits.put("Place." + side, range(-18_000, 18_000));
        }
        for (String side : new String[] {"south", "north"}) {
            limits.put("Place." + side, range(-9_000, 9_000));
        }
        return limits;
    }

    private static ObjectNode range(long min, long max) {
        return JSON.createObjectNode().put("minimum", min).put("maximum", max);
    }

    private static ObjectNode longest(int characters) {
        return JSON.createObjectNode().put("maxLength", characters);
    }

    @TempDir
    Path folder;

    private static void same(String path, byte[] made) throws Exception {
        Path file = FORMATS.resolve(path);
        if (Boolean.getBoolean("liuhen.write")) {
            Files.createDirectories(file.getParent());
            Files.write(file, made);
        }
        assertEquals(
                new String(made, StandardCharsets.UTF_8),
                Files.readString(file),
                path + " differs: mvn test -pl custody -Dtest=FormatsTest -Dliuhen.write=true");
    }

    private static ObjectNode schema() {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "https://liuhen.org/formats/entry.schema.json");
        schema.put("title", "An entry of a site's log");
        schema.put("type", "object");
        ObjectNode members = schema.putObject("properties");
        members.putObject("event").put("$ref", "#/$defs/event");
        members.putObject("itemSequence").put("type", "integer").setAll(range(0, EXACT_MAX));
        members.set("previous", type(Sha256Digest.class));
        members.set("recordedAt", type(Instant.class));
        schema.putArray("required").add("event").add("itemSequence").add("recordedAt");
        ObjectNode definitions = schema.putObject("$defs");
        ArrayNode kinds = definitions.putObject("event").putArray("oneOf");
        for (Class<? extends CustodyEvent> kind : EventKinds.all()) {
            String name = CustodyEvent.typeName(kind);
            ObjectNode event = object(name, kind);
            ((ObjectNode) event.get("properties")).putObject("eventType").put("const", name);
            ((ObjectNode) event.get("properties"))
                    .putObject("schemaVersion")
                    .put("type", "integer")
                    .setAll(range(1, EXACT_MAX));
            ((ArrayNode) event.get("required")).add("eventType").add("schemaVersion");
            definitions.set(name, event);
            kinds.addObject().put("$ref", "#/$defs/" + name);
        }
        for (int i = 0; i < SHARED.size(); i++) { // a shared part may name another one
            Class<?> part = List.copyOf(SHARED).get(i);
            definitions.set(part.getSimpleName(), object(part.getSimpleName(), part));
        }
        return schema;
    }

    /** Members that a reader does not know are allowed everywhere: they are part of what was hashed. Null says that a member is absent. */
    private static ObjectNode object(String name, Class<?> type) {
        ObjectNode object = JSON.createObjectNode().put("type", "object");
        ObjectNode members = object.putObject("properties");
        ArrayNode required = object.putArray("required");
        for (RecordComponent member : type.getRecordComponents()) {
            ObjectNode form = type(member.getGenericType());
            ObjectNode limit = LIMITS.getOrDefault(name + "." + member.getName(), JSON.createObjectNode());
            ((ObjectNode) (form.has("items") ? form.get("items") : form)).setAll(limit);
            if (member.isAnnotationPresent(Nullable.class)) {
                ObjectNode orNull = JSON.createObjectNode();
                orNull.putArray("anyOf").add(form).addObject().put("type", "null");
                form = orNull;
            } else {
                required.add(member.getName());
            }
            members.set(member.getName(), form);
        }
        return object;
    }

    private static ObjectNode type(Type type) {
        ObjectNode schema = JSON.createObjectNode();
        if (type instanceof ParameterizedType list) {
            schema.put("type", "array").set("items", type(list.getActualTypeArguments()[0]));
        } else if (type == String.class) {
            schema.put("type", "string");
        } else if (type == CaseId.class) {
            String end = "[^" + HIDDEN + Text.BLANK + "]";
            schema.put("type", "string")
                    .put("maxLength", CaseId.CODE_POINTS_MAX)
                    .put("format", "nfc");
            schema.put("pattern", "^" + end + "(?:[^" + HIDDEN + "]*" + end + ")?$");
        } else if (type == FileName.class) {
            schema.put("type", "string")
                    .put("maxLength", FileName.CODE_POINTS_MAX)
                    .put("format", "nfc");
            String hidden = Text.HIDDEN_IN_FILE_NAMES.replace("\ud800-\udfff", "");
            schema.put("pattern", "^(?![.]{1,2}$)(?![" + Text.JOINERS + "]+$)[^" + hidden + "/\\\\]+$");
        } else if (type == Instant.class) {
            schema.put("type", "string").put("format", "date-time").put("pattern", TIME);
        } else if (type == Sha256Digest.class || type == Sm3Digest.class) {
            schema.put("type", "string").put("pattern", "^[0-9a-f]{64}$");
        } else if (type == EvidenceId.class) {
            schema.put("type", "string").put("pattern", idPattern());
        } else if (type == boolean.class || type == Boolean.class) {
            schema.put("type", "boolean");
        } else if (type == long.class || type == Long.class) {
            schema.put("type", "integer").setAll(range(-EXACT_MAX, EXACT_MAX));
        } else if (type == int.class || type == Integer.class) {
            schema.put("type", "integer").setAll(range(Integer.MIN_VALUE, Integer.MAX_VALUE));
        } else if (type instanceof Class<?> named && named.isEnum()) {
            ArrayNode values = schema.putArray("enum");
            for (Object value : named.getEnumConstants()) {
                values.add(value.toString());
            }
        } else if (type instanceof Class<?> named && named.isRecord()) {
            SHARED.add(named);
            schema.put("$ref", "#/$defs/" + named.getSimpleName());
        } else {
            throw new IllegalStateException("no schema for " + type);
        }
        return schema;
    }

    /** 26 characters of Crockford's Base32, of which the first ten are at most those of the last millisecond of the year 9999. */
    private static String idPattern() {
        String alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        String last =
                EvidenceId.create(RecordTime.MAX, new SecureRandom()).value().substring(0, 10);
        List<String> ways = new ArrayList<>();
        for (int i = 0; i < last.length(); i++) {
            int digit = alphabet.indexOf(last.charAt(i));
            if (digit > 0) {
                ways.add(last.substring(0, i) + "[" + alphabet.substring(0, digit) + "]" + any(last.length() - 1 - i));
            }
        }
        ways.add(last);
        return "^(?:" + String.join("|", ways) + ")" + any(16) + "$";
    }

    private static String any(int digits) {
        return digits == 0 ? "" : "[0-9a-hjkmnp-tv-z]{" + digits + "}";
    }

    @Test
    void theSchemaIsTheOneOfTheCodeAndTakesEntriesAndRefusesWrongOnes() throws Exception {
        ObjectNode schema = schema();
        byte[] written = JSON.writerWithDefaultPrettyPrinter()
                .with(JsonWriteFeature.ESCAPE_NON_ASCII)
                .writeValueAsBytes(schema);
        same("entry.schema.json", written);
        if (!Boolean.getBoolean("liuhen.write")) {
            assertEquals(
                    new String(written, StandardCharsets.UTF_8),
                    VerifyPage.resource(ItemState.class, "entry.schema.json"),
                    "each verifier brings this schema along");
        }
        JsonSchema validator =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
        Kit kit = new Kit();
        kit.good(folder);
        for (byte[] entry : kit.entries) {
            JsonNode tree = JSON.readTree(entry);
            assertTrue(
                    validator.validate(tree).isEmpty(), validator.validate(tree).toString());
            ObjectNode wrong = tree.deepCopy();
            ((ObjectNode) wrong.get("event").get("context")).remove("actor");
            assertFalse(validator.validate(wrong).isEmpty(), "an act without an actor");
            ((ObjectNode) tree.get("event")).put("eventType", "unheardOf");
            assertFalse(validator.validate(tree).isEmpty(), "an unknown kind");
        }
    }

    @Test
    void theVectorsAreWhatTheCodeMakes() throws Exception {
        Kit kit = new Kit();
        kit.good(folder.resolve("bag"));
        Map<String, byte[]> vectors = new TreeMap<>();
        vectors.put("policy", kit.policy().toString().getBytes(StandardCharsets.UTF_8));
        String item = "data/" + Kit.A + "/";
        for (String file : new String[] {
            item + "custody.jsonl", item + "custody.tlog-proof", item + "receipt.tlog-proof", item + "metadata.json"
        }) {
            vectors.put(
                    file.substring(item.length()),
                    Files.readAllBytes(folder.resolve("bag").resolve(file)));
        }
        vectors.put("checkpoint", kit.head.bytes());
        StringBuilder leaves = new StringBuilder();
        for (byte[] entry : kit.entries) {
            leaves.append(Sha256Digest.ofRaw(org.liuhen.custody.log.Merkle.leafHash(entry))
                            .hex())
                    .append('\n');
        }
        vectors.put("leaf-hashes", leaves.toString().getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, byte[]> vector : vectors.entrySet()) {
            same("vectors/" + vector.getKey(), vector.getValue());
        }
    }

    /**
     * The graph is JSON-LD 1.1 for a processor that is not ours; each node has a type, a name that ends with a UUID as UCO
     * asks, and only terms of the two ontologies. By their shapes (SHACL): {@link CaseShapesTest}.
     */
    @Test
    void theGraphIsJsonLdInTheWordsOfCaseAndUco() throws Exception {
        Kit kit = new Kit();
        kit.good(folder);
        byte[] graph = Files.readAllBytes(folder.resolve("data/case.jsonld"));
        jakarta.json.JsonArray expanded = com.apicatalog.jsonld.JsonLd.expand(
                        com.apicatalog.jsonld.document.JsonDocument.of(new java.io.ByteArrayInputStream(graph)))
                .get();
        JsonNode nodes = JSON.readTree(expanded.toString());
        int actions = 0;
        for (JsonNode node : nodes) {
            assertTrue(
                    node.get("@id").asText().matches("https://liuhen.org/kb/[A-Za-z]+-[0-9a-f-]{36}"), node.toString());
            String type = node.get("@type").get(0).asText();
            actions += type.endsWith("/InvestigativeAction") ? 1 : 0;
            assertTrue(type.startsWith("https://ontology."), type);
            for (var field : node.properties()) {
                assertTrue(
                        field.getKey().startsWith("@")
                                || field.getKey().startsWith("https://ontology.unifiedcyberontology.org/uco/")
                                || field.getKey().startsWith("https://ontology.caseontology.org/case/"),
                        field.getKey());
            }
        }
        assertEquals(kit.trail(Kit.A).size() + kit.trail(Kit.B).size(), actions, "each entry is an action");
    }
}
