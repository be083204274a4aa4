package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.evidence.Sha256Digest;

/** Reads which files a description names ({@code docs/metadata.md}). */
public final class Descriptions {
    /** The name of the value with the digest of the positions. */
    public static final String TRACK = "trackSha256";

    /** The name of the value with the digest of a small picture or an excerpt. */
    public static final String PREVIEW = "previewSha256";

    /** The name of the value with the digest of the words of a document. */
    public static final String TEXT = "textSha256";

    private Descriptions() {}

    /**
     * A file that was made from an item and is stored beside its description.
     *
     * @param digest its SHA-256 digest, by which it is stored
     * @param mediaType its media type
     */
    public record DerivedFile(Sha256Digest digest, String mediaType) {}

    /** The file that this value of the description names; empty where there is no such value. */
    public static Optional<DerivedFile> derivedFile(JsonNode description, String name) {
        for (JsonNode value : description.path("values")) {
            if (value.path("name").asText().equals(name)) {
                String mediaType = name.equals(TRACK)
                        ? "application/geo+json"
                        : value.path("unit").asText();
                return Optional.of(
                        new DerivedFile(new Sha256Digest(value.path("value").asText()), mediaType));
            }
        }
        return Optional.empty();
    }

    /** All files that the description names. */
    public static List<DerivedFile> derivedFiles(JsonNode description) {
        List<DerivedFile> files = new ArrayList<>();
        derivedFile(description, TRACK).ifPresent(files::add);
        derivedFile(description, PREVIEW).ifPresent(files::add);
        derivedFile(description, TEXT).ifPresent(files::add);
        return files;
    }
}
