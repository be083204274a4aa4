package org.liuhen.review.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * The request for an export. It is stored beside the log before its events are recorded. The events have the digest of its items.
 *
 * @param id the ID of the export
 * @param items the IDs of the items, in ascending order
 * @param recipient the person or authority that gets the package, in 1 to 200 characters
 * @param purpose the reason, in 1 to 500 characters
 * @param requestedBy the ID of the officer who requested it
 * @param caseId the case whose items were asked for, and nothing else; null where items were named
 */
record ExportRequest(
        String id,
        List<String> items,
        String recipient,
        String purpose,
        String requestedBy,
        @JsonInclude(JsonInclude.Include.NON_NULL) String caseId) {
    /** The list of the files of a package, in the folder of its export. Where it is there, the package is ready. */
    static final String LISTING = "listing.json";

    /** The reason why no package can be made, in the folder of its export. Where it is there, nothing more is tried. */
    static final String FAILED = "failed";

    static final int ITEMS_MAX = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    ExportRequest {
        items = List.copyOf(new TreeSet<>(items));
        items.forEach(EvidenceId::new); // throws where it is not an ID
        if (items.isEmpty() || items.size() > ITEMS_MAX) {
            throw new IllegalArgumentException("An export has 1 to " + ITEMS_MAX + " items; got " + items.size());
        }
        if (recipient == null || recipient.isBlank() || recipient.length() > 200) {
            throw new IllegalArgumentException("Say for whom: a recipient has 1 to 200 characters");
        }
        if (purpose == null || purpose.isBlank() || purpose.length() > 500) {
            throw new IllegalArgumentException("Say why: a purpose has 1 to 500 characters");
        }
    }

    /** SHA-256 over the sorted evidence IDs, each with a newline. */
    Sha256Digest itemsSha256() {
        StringBuilder all = new StringBuilder();
        items.forEach(item -> all.append(item).append('\n'));
        return Sha256Digest.of(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The folder of an export's files, below the log's prefix. */
    static String folder(String id) {
        return "exports/" + id + "/";
    }

    ObjectNode json() {
        return JSON.valueToTree(this);
    }

    static ExportRequest read(byte[] json) throws IOException {
        JsonNode tree = JSON.readTree(json);
        List<String> items = JSON.convertValue(tree.get("items"), new TypeReference<ArrayList<String>>() {});
        return new ExportRequest(
                tree.get("id").asText(),
                items,
                tree.get("recipient").asText(),
                tree.get("purpose").asText(),
                tree.get("requestedBy").asText(),
                tree.path("caseId").asText(null));
    }
}
