package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswer;
import org.liuhen.web.Problem;

/** Members of the body of an act on an item. What is not as it should be is refused with RV-105. */
final class ActFields {
    private static final int SAMPLE_CHARACTERS_MAX = 200;
    private static final long MOMENT_MILLIS_MAX = 365L * 24 * 60 * 60 * 1_000;

    private ActFields() {}

    /** The moment of the recording that a note is about, in milliseconds; null where it is about the item. */
    static Long moment(JsonNode body) throws Problem {
        JsonNode moment = body.path("atMillis");
        if (moment.isMissingNode() || moment.isNull()) {
            return null;
        }
        if (!moment.isIntegralNumber()
                || !moment.canConvertToLong()
                || moment.longValue() < 0
                || moment.longValue() > MOMENT_MILLIS_MAX) {
            throw new Problem(
                    400,
                    "RV-105",
                    "atMillis is a whole number of milliseconds from the beginning of the recording, at most a year");
        }
        return moment.longValue();
    }

    /** What became of the finding that an answer is about. */
    static ReviewAnswer outcome(JsonNode body) throws Problem {
        return Arrays.stream(ReviewAnswer.values())
                .filter(answer -> answer.name().equals(body.path("outcome").asText()))
                .findFirst()
                .orElseThrow(() -> new Problem(400, "RV-105", "outcome is one of RECTIFIED, OBJECTED"));
    }

    /** Until when something is to be mended; null where nothing is said. */
    static Instant due(JsonNode body) throws Problem {
        if (!body.hasNonNull("due")) {
            return null;
        }
        try {
            return Instant.parse(body.get("due").asText());
        } catch (DateTimeParseException invalid) {
            throw new Problem(400, "RV-105", "due is an instant such as 2026-12-01T00:00:00Z");
        }
    }

    /** How the item was drawn for a review; null where somebody chose it. */
    static String sample(JsonNode body) throws Problem {
        String sample = body.path("sample").textValue();
        if (sample != null && (sample.isBlank() || sample.length() > SAMPLE_CHARACTERS_MAX)) {
            throw new Problem(
                    400,
                    "RV-105",
                    "sample says how the item was drawn, in 1 to " + SAMPLE_CHARACTERS_MAX + " characters");
        }
        return sample;
    }
}
