package org.liuhen.review.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.evidence.Sha256Digest;

/** Reads what a description names, as docs/metadata.md says. */
public final class Descriptions {
    /** The value that names the positions that an item holds. */
    public static final String TRACK = "trackSha256";

    /** The value that names a small picture or an excerpt of the item. */
    public static final String PREVIEW = "previewSha256";

    private Descriptions() {}

    /**
     * What was made from the item and lies beside its description.
     *
     * @param digest its digest, under which it lies
     * @param mediaType what it is
     */
    public record Made(Sha256Digest digest, String mediaType) {}

    /** What this value names, if the description has it. */
    public static Optional<Made> made(JsonNode description, String name) {
        for (JsonNode value : description.path("values")) {
            if (value.path("name").asText().equals(name)) {
                String mediaType = name.equals(TRACK)
                        ? "application/geo+json"
                        : value.path("unit").asText();
                return Optional.of(new Made(new Sha256Digest(value.path("value").asText()), mediaType));
            }
        }
        return Optional.empty();
    }

    /** All that was made from the item. */
    static List<Made> made(JsonNode description) {
        List<Made> all = new ArrayList<>();
        made(description, TRACK).ifPresent(all::add);
        made(description, PREVIEW).ifPresent(all::add);
        return all;
    }
}
