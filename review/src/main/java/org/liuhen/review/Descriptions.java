package org.liuhen.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.liuhen.custody.evidence.Sha256Digest;

/** Reads what a description names, as docs/metadata.md says. */
final class Descriptions {
    private Descriptions() {}

    /** The digest of the positions that an item holds, if it holds any. */
    static Optional<Sha256Digest> track(JsonNode description) {
        for (JsonNode value : description.path("values")) {
            if (value.path("name").asText().equals("trackSha256")) {
                return Optional.of(new Sha256Digest(value.path("value").asText()));
            }
        }
        return Optional.empty();
    }
}
