package org.liuhen.custody.bag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;

/**
 * A package or a case as a graph in the words of CASE and UCO (CASE 1.4.0 and UCO 1.4.0): each original an observable file with its
 * digests, each entry of a trail an investigative action with its time, performer and instrument. It says nothing that
 * the trails do not say; they are the record.
 */
public final class CaseGraph {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ArrayNode graph;
    private final Map<String, String> performers = new TreeMap<>();

    private CaseGraph(ArrayNode graph) {
        this.graph = graph;
    }

    /**
     * One item of a graph.
     *
     * @param fileName the name that its sender gave to the file
     * @param sizeBytes the size of the original
     * @param sha256 the digest of the original, in hexadecimal
     * @param sha512 another digest of it, or null where nobody computed it
     * @param trail its canonical entries from the first one on
     */
    public record Exhibit(String fileName, long sizeBytes, String sha256, String sha512, List<byte[]> trail) {
        public Exhibit {
            trail = List.copyOf(trail);
        }
    }

    /** The graph of a package, as JSON-LD. */
    static byte[] ofExport(String exportId, Map<String, Exhibit> items) {
        return of("case-investigation:ProvenanceRecord", "export " + exportId, "Export " + exportId, items);
    }

    /** The graph of what belongs to a case, as JSON-LD. */
    public static byte[] ofCase(String caseId, Map<String, Exhibit> items) {
        return of("case-investigation:Investigation", "case " + caseId, "Case " + caseId, items);
    }

    private static byte[] of(String type, String what, String description, Map<String, Exhibit> items) {
        ObjectNode document = JSON.createObjectNode();
        ObjectNode context = document.putObject("@context");
        context.put("kb", "https://liuhen.org/kb/");
        context.put("case-investigation", "https://ontology.caseontology.org/case/investigation/");
        for (String part : new String[] {"action", "core", "identity", "observable", "tool", "types", "vocabulary"}) {
            context.put("uco-" + part, "https://ontology.unifiedcyberontology.org/uco/" + part + "/");
        }
        context.put("xsd", "http://www.w3.org/2001/XMLSchema#");
        CaseGraph graph = new CaseGraph(document.putArray("@graph"));
        ObjectNode whole = graph.node(type, what);
        whole.put("uco-core:description", description);
        ArrayNode exhibits = whole.putArray("uco-core:object");
        items.forEach((id, item) -> exhibits.addObject().put("@id", graph.item(id, item)));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree in memory can be written", impossible);
        }
    }

    private String item(String id, Exhibit item) {
        ObjectNode file = node("uco-observable:File", "file " + id);
        file.put("uco-core:name", id);
        ArrayNode facets = file.putArray("uco-core:hasFacet");
        ObjectNode name = facet(facets, "uco-observable:FileFacet", "file facet " + id);
        name.put("uco-observable:fileName", item.fileName());
        typed(name, "uco-observable:sizeInBytes", "xsd:integer", Long.toString(item.sizeBytes()));
        ObjectNode content = facet(facets, "uco-observable:ContentDataFacet", "content facet " + id);
        ArrayNode hashes = content.putArray("uco-observable:hash");
        hash(hashes, id, "SHA256", item.sha256());
        if (item.sha512() != null) {
            hash(hashes, id, "SHA512", item.sha512());
        }
        String fileId = file.get("@id").asText();
        for (int i = 0; i < item.trail().size(); i++) {
            try {
                action(id, i, Entry.decode(item.trail().get(i)), fileId);
            } catch (MalformedEventException impossible) {
                throw new IllegalArgumentException("The trail of " + id + " was read from the log", impossible);
            }
        }
        return fileId;
    }

    private void action(String id, int number, Entry entry, String fileId) {
        EventContext context = entry.event().context();
        ObjectNode action = node("case-investigation:InvestigativeAction", "action " + id + " " + number);
        action.put("uco-core:name", entry.event().typeName());
        String played = PlayedText.of(entry.event());
        if (context.purpose() != null || !played.isEmpty()) {
            action.put("uco-core:description", played.isEmpty() ? context.purpose() : played);
        }
        typed(
                action,
                "uco-action:startTime",
                "xsd:dateTime",
                context.occurredAt().toString());
        typed(action, "uco-action:endTime", "xsd:dateTime", entry.recordedAt().toString());
        action.putObject("uco-action:performer").put("@id", performer(context.actor()));
        action.putObject("uco-action:instrument")
                .put(
                        "@id",
                        tool(context.instrument().tool(), context.instrument().version()));
        action.putArray("uco-action:object").addObject().put("@id", fileId);
    }

    private String performer(Actor actor) {
        return performers.computeIfAbsent("actor " + actor.kind() + " " + actor.id(), key -> {
            ObjectNode identity = node("uco-identity:Identity", key);
            identity.put("uco-core:name", actor.id());
            identity.put("uco-core:description", actor.kind() + ", " + actor.credential());
            return identity.get("@id").asText();
        });
    }

    private String tool(String name, String version) {
        return performers.computeIfAbsent("tool " + name + " " + version, key -> {
            ObjectNode tool = node("uco-tool:Tool", key);
            tool.put("uco-core:name", name);
            tool.put("uco-tool:version", version);
            return tool.get("@id").asText();
        });
    }

    /** The same thing has the same name in every package: a UUID (RFC 9562, version 3) of what it is. */
    private ObjectNode node(String type, String what) {
        ObjectNode node = JSON.createObjectNode();
        UUID uuid = UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8));
        node.put("@id", "kb:" + type.substring(type.indexOf(':') + 1) + "-" + uuid);
        node.put("@type", type);
        graph.add(node);
        return node;
    }

    private static ObjectNode facet(ArrayNode facets, String type, String what) {
        UUID uuid = UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8));
        return facets.addObject()
                .put("@id", "kb:" + type.substring(type.indexOf(':') + 1) + "-" + uuid)
                .put("@type", type);
    }

    private static void hash(ArrayNode hashes, String id, String method, String value) {
        ObjectNode hash = facet(hashes, "uco-types:Hash", method + " " + id);
        hash.put("uco-types:hashMethod", method); // xsd:string since UCO 1.4.0
        typed(hash, "uco-types:hashValue", "xsd:hexBinary", value);
    }

    private static void typed(ObjectNode node, String property, String type, String value) {
        node.putObject(property).put("@type", type).put("@value", value);
    }
}
