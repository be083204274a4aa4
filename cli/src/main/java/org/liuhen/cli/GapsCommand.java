package org.liuhen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what should be there and is not. */
@Command(
        name = "gaps",
        mixinStandardHelpOptions = true,
        description = {
            "Lists what should be there and is not, the newest finding first: dispatches without a recording, recordings that end before the",
            "call was cleared, items that were declared and never came, late uploads, and missing segments. Those that a supervisor explained",
            "come after the open ones."
        })
public final class GapsCommand implements Callable<Integer> {
    @Mixin
    private Client client;

    @Override
    public Integer call() throws Exception {
        JsonNode gaps = client.get("/api/gaps");
        JsonNode segments = client.get("/api/missing-segments");
        if (client.json()) {
            System.out.println(((ObjectNode) gaps).set("missingSegments", segments.get("recordings")));
            return 0;
        }
        for (JsonNode gap : gaps.get("gaps")) {
            System.out.printf(
                    "%s  since %s  %s (log %d)%n",
                    gap.get("gapId").asText(),
                    gap.get("since").asText(),
                    gap.get("finding").asText(),
                    gap.get("index").asLong());
        }
        for (JsonNode gap : gaps.get("explained")) {
            JsonNode explained = gap.get("explained");
            System.out.printf(
                    "%s  explained: %s, %s (%s, log %d)%n",
                    gap.get("gapId").asText(),
                    explained.get("ground").asText(),
                    explained.get("words").asText(),
                    explained.get("by").asText(),
                    explained.get("index").asLong());
        }
        for (JsonNode recording : segments.get("recordings")) {
            System.out.println(
                    "MISSING_SEGMENTS " + recording.get("recordingId").asText() + "  " + recording.get("missing"));
        }
        return 0;
    }
}
