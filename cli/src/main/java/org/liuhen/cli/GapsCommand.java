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
            ObjectNode all = (ObjectNode) gaps;
            all.set("missingSegments", segments.path("recordings"));
            all.set("explainedSegments", segments.path("explained"));
            System.out.println(all);
            return 0;
        }
        gaps.path("gaps").forEach(gap -> System.out.println(line(gap)));
        segments.path("recordings").forEach(gap -> System.out.println(line(gap)));
        gaps.path("explained").forEach(gap -> System.out.println(line(gap)));
        segments.path("explained").forEach(gap -> System.out.println(line(gap)));
        long more = gaps.path("open").asLong()
                - gaps.path("gaps").size()
                + segments.path("open").asLong()
                - segments.path("recordings").size();
        long moreExplained = gaps.path("explainedInAll").asLong()
                - gaps.path("explained").size()
                + segments.path("explainedInAll").asLong()
                - segments.path("explained").size();
        if (more > 0 || moreExplained > 0) {
            System.out.println("and " + more + " open and " + moreExplained + " explained ones more");
        }
        return 0;
    }

    /** A gap with what the station says of it; a row that was altered in the search database is said to be so, and nothing of it. */
    static String line(JsonNode gap) {
        String index = gap.has("index") ? " (log " + gap.get("index").asLong() + ")" : "";
        if (gap.path("altered").asBoolean()) {
            return "altered in the search database" + index;
        }
        StringBuilder line = new StringBuilder(gap.path("gapId").asText());
        if (gap.hasNonNull("since")) {
            line.append("  since ").append(gap.get("since").asText());
        }
        if (gap.hasNonNull("finding")) {
            line.append("  ").append(gap.get("finding").asText());
        }
        line.append(index);
        JsonNode explained = gap.path("explained");
        if (explained.path("altered").asBoolean()) {
            line.append("  explained: altered in the search database (log ")
                    .append(explained.path("index").asLong())
                    .append(')');
        } else if (explained.isObject()) {
            line.append("  explained: ")
                    .append(explained.path("ground").asText())
                    .append(", ")
                    .append(explained.path("words").asText())
                    .append(" (")
                    .append(explained.path("by").asText())
                    .append(", log ")
                    .append(explained.path("index").asLong())
                    .append(')');
        }
        return line.toString();
    }
}
