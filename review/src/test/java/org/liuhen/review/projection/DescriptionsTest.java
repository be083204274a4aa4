package org.liuhen.review.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.projection.Descriptions.DerivedFile;

class DescriptionsTest {
    private static final Sha256Digest TRACK = Sha256Digest.of(new byte[] {1});
    private static final Sha256Digest PREVIEW = Sha256Digest.of(new byte[] {2});

    private static JsonNode description() throws JsonProcessingException {
        return new ObjectMapper()
                .readTree("{\"values\": [{\"name\": \"duration\", \"value\": \"4\", \"unit\": \"s\"},"
                        + "{\"name\": \"previewSha256\", \"value\": \"" + PREVIEW.hex()
                        + "\", \"unit\": \"image/jpeg\"},"
                        + "{\"name\": \"trackSha256\", \"value\": \"" + TRACK.hex() + "\"}]}");
    }

    @Test
    void theMediaTypeOfAPreviewIsItsUnitAndATrackIsGeoJson() throws JsonProcessingException {
        DerivedFile track = new DerivedFile(TRACK, "application/geo+json");
        DerivedFile preview = new DerivedFile(PREVIEW, "image/jpeg");
        assertEquals(Optional.of(track), Descriptions.derivedFile(description(), Descriptions.TRACK));
        assertEquals(Optional.of(preview), Descriptions.derivedFile(description(), Descriptions.PREVIEW));
        assertEquals(List.of(track, preview), Descriptions.derivedFiles(description()));
    }

    @Test
    void aDescriptionThatNamesNothingMadeNothing() {
        assertEquals(List.of(), Descriptions.derivedFiles(new ObjectMapper().createObjectNode()));
    }
}
