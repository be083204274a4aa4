package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Sm3Digest;

/**
 * What {@code docs/formats} holds as files is made from the code and compared with it: the schema of entries and the test
 * vectors. {@code -Dliuhen.write=true} writes them anew.
 */
class FormatsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FORMATS = Path.of("../docs/formats");
    private static final Set<Class<?>> SHARED = new LinkedHashSet<>();

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
        members.putObject("itemSequence").put("type", "integer").put("minimum", 0);
        members.set("previous", type(Sha256Digest.class));
        members.set("recordedAt", type(Instant.class));
        schema.putArray("required").add("event").add("itemSequence").add("recordedAt");
        ObjectNode definitions = schema.putObject("$defs");
        ArrayNode kinds = definitions.putObject("event").putArray("oneOf");
        for (Class<? extends CustodyEvent> kind : CustodyEvent.kinds()) {
            String name = CustodyEvent.typeName(kind);
            ObjectNode event = object(kind);
            ((ObjectNode) event.get("properties")).putObject("eventType").put("const", name);
            ((ObjectNode) event.get("properties")).putObject("schemaVersion").put("const", 1);
            ((ArrayNode) event.get("required")).add("eventType").add("schemaVersion");
            definitions.set(name, event);
            kinds.addObject().put("$ref", "#/$defs/" + name);
        }
        for (int i = 0; i < SHARED.size(); i++) { // a shared part may name another one
            Class<?> part = List.copyOf(SHARED).get(i);
            definitions.set(part.getSimpleName(), object(part));
        }
        return schema;
    }

    /** Members that a reader does not know are allowed everywhere: they are part of what was hashed. */
    private static ObjectNode object(Class<?> type) {
        ObjectNode object = JSON.createObjectNode().put("type", "object");
        ObjectNode members = object.putObject("properties");
        ArrayNode required = object.putArray("required");
        for (RecordComponent member : type.getRecordComponents()) {
            members.set(member.getName(), type(member.getGenericType()));
            if (!member.isAnnotationPresent(Nullable.class)) {
                required.add(member.getName());
            }
        }
        return object;
    }

    private static ObjectNode type(Type type) {
        ObjectNode schema = JSON.createObjectNode();
        if (type instanceof ParameterizedType list) {
            schema.put("type", "array").set("items", type(list.getActualTypeArguments()[0]));
        } else if (type == String.class || type == CaseId.class || type == FileName.class) {
            schema.put("type", "string");
        } else if (type == Instant.class) {
            schema.put("type", "string")
                    .put("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z$");
        } else if (type == Sha256Digest.class || type == Sm3Digest.class) {
            schema.put("type", "string").put("pattern", "^[0-9a-f]{64}$");
        } else if (type == EvidenceId.class) {
            schema.put("type", "string").put("pattern", "^[0-7][0-9a-hjkmnp-tv-z]{25}$");
        } else if (type == boolean.class || type == Boolean.class) {
            schema.put("type", "boolean");
        } else if (type == long.class || type == int.class || type == Long.class || type == Integer.class) {
            schema.put("type", "integer");
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

    @Test
    void theSchemaIsTheOneOfTheCodeAndTakesEntriesAndRefusesWrongOnes() throws Exception {
        ObjectNode schema = schema();
        same("entry.schema.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(schema));
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
     * asks, and only terms of the two ontologies. Their own shapes (SHACL) are not checked: they are in no package registry.
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
