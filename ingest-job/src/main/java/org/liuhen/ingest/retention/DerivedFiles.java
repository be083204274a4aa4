package org.liuhen.ingest.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.describe.Describer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what was made from an item and shows its content. */
final class DerivedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(DerivedFiles.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The values that name such files. Each of them names its item in itself, so no other item has the same one; a track does not. */
    private static final Set<String> NAMES = Set.of(Describer.PREVIEW_DIGEST, Describer.TEXT_DIGEST);

    private DerivedFiles() {}

    /**
     * Removes the preview and the text that a description names; what is gone stays gone. The description stays, for the record has its
     * digest. Of one that is missing or was altered nobody knows what it named: that is logged, and an audit reports it.
     *
     * @throws IOException where the store does not answer
     */
    static void remove(LogStore log, EvidenceId id, Sha256Digest description) throws IOException {
        Optional<byte[]> bytes = log.read(Described.metadataPath(description))
                .filter(found -> Sha256Digest.of(found).equals(description));
        if (bytes.isEmpty()) {
            LOG.error(
                    "IJ-103 a description of {}, which was disposed of, is missing or was altered ({});"
                            + " the preview and the text that it named stay",
                    id,
                    description.hex());
            return;
        }
        try {
            for (JsonNode value : JSON.readTree(bytes.get()).path("values")) {
                if (NAMES.contains(value.path("name").asText())) {
                    log.remove(Described.metadataPath(
                            new Sha256Digest(value.path("value").asText())));
                }
            }
        } catch (JsonProcessingException | IllegalArgumentException unfit) {
            LOG.error("IJ-103 a description of {} names no digests: {}", id, unfit.getMessage());
        }
    }
}
