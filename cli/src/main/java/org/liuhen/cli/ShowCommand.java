package org.liuhen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one item and its chain of custody. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows one item, what it says of itself, and its chain of custody. The view is recorded.")
public final class ShowCommand implements Callable<Integer> {
    @Mixin
    private Client client;

    @Parameters(paramLabel = "ID", description = "evidence ID")
    private String id;

    @Option(
            names = "--track",
            paramLabel = "FILE",
            description = "writes the positions that the item holds to this file, as GeoJSON; that is recorded, too")
    private Path track;

    @Option(
            names = "--preview",
            paramLabel = "FILE",
            description = "writes a small picture or an excerpt of the item to this file; that is recorded, too")
    private Path preview;

    @Override
    public Integer call() throws Exception {
        ObjectNode item = (ObjectNode) client.get("/api/evidence/" + Client.encode(id));
        JsonNode chain = client.get("/api/evidence/" + Client.encode(id) + "/custody");
        save("track", track);
        save("preview", preview);
        if (client.json()) {
            System.out.println(item.set("custody", chain));
        } else {
            print(item, chain);
        }
        return chain.path("verified").asBoolean() ? 0 : ExitCodes.CHECK_FAILED;
    }

    /** Which of the links a rule made. */
    private static String rules(JsonNode item) {
        StringBuilder rules = new StringBuilder();
        item.path("links").properties().forEach(link -> {
            if (link.getValue().path("basis").asText().equals("RULE")) {
                rules.append("  ").append(link.getKey()).append(" by rule");
            }
        });
        return rules.toString();
    }

    private void save(String made, Path file) throws Exception {
        if (file != null) {
            try (InputStream in = client.bytes("/api/evidence/" + Client.encode(id) + "/" + made, 0)) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void print(JsonNode item, JsonNode chain) {
        System.out.println(item.path("fileName").asText() + "  " + id);
        System.out.println("  state    " + item.path("state").asText() + ", "
                + item.path("sizeBytes").asLong() + " bytes, "
                + item.path("mediaType").asText());
        System.out.println("  sha256   " + item.path("sha256").asText());
        System.out.println("  cases    " + item.path("cases") + rules(item));
        for (JsonNode candidate : item.path("candidates")) {
            System.out.println("  perhaps  " + candidate.path("incidentNo").asText() + ", dispatched "
                    + candidate.path("dispatchedAt").asText() + ", cleared "
                    + candidate.path("clearedAt").asText("-") + " ("
                    + candidate.path("matchedBy").asText() + "): an officer chooses");
        }
        System.out.println("  sealed   until " + item.path("sealedUntil").asText("-") + ", "
                + item.path("enforcement").asText("-"));
        for (JsonNode value : item.path("metadata")) {
            System.out.println("  " + value.path("name").asText() + ": "
                    + value.path("value").asText()
                    + (value.has("unit") ? " " + value.path("unit").asText() : "") + "  ("
                    + value.path("tool").asText() + " " + value.path("version").asText() + ": "
                    + value.path("source").asText()
                    + (value.path("confidence").asText().equals("STATED")
                            ? ""
                            : ", " + value.path("confidence").asText().toLowerCase(Locale.ROOT))
                    + ")");
        }
        if (item.has("descriptionFailure")) {
            System.out.println("  not all could be found out: "
                    + item.path("descriptionFailure").asText());
        }
        for (JsonNode member : item.path("members")) {
            System.out.println("  holds " + member.path("name").asText() + "  "
                    + member.path("sizeBytes").asLong() + " bytes, "
                    + (member.has("sha256")
                            ? "sha256 " + member.path("sha256").asText()
                            : member.path("reason").asText()));
        }
        for (JsonNode other : item.path("sameName")) {
            System.out.println("  same name " + other.path("fileName").asText() + "  "
                    + other.path("id").asText() + "  " + other.path("mediaType").asText());
        }
        System.out.println("chain of custody");
        for (JsonNode row : chain.path("entries")) {
            JsonNode event = row.path("entry").path("event");
            JsonNode actor = event.path("context").path("actor");
            System.out.printf(
                    "  %3d  %s  %-17s %s %s  log %d, leaf %s…%n",
                    row.path("entry").path("itemSequence").asLong() + 1,
                    event.path("context").path("occurredAt").asText(),
                    event.path("eventType").asText(),
                    actor.path("kind").asText().toLowerCase(Locale.ROOT),
                    actor.path("id").asText(),
                    row.path("index").asLong(),
                    row.path("leaf").asText().substring(0, 12));
        }
        chain.path("faults")
                .forEach(fault ->
                        System.out.println("FAULT " + fault.path("code").asText() + " "
                                + fault.path("fault").asText()));
        System.out.println(chain.path("verified").asBoolean() ? "verified" : "NOT verified");
    }
}
