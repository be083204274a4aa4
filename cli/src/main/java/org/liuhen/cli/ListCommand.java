package org.liuhen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists evidence, newest first. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists evidence, newest first.")
public final class ListCommand implements Callable<Integer> {
    @Mixin
    private Client client;

    @Option(names = "--case", description = "only what is attached to this case")
    private String caseId;

    @Option(
            names = "--state",
            description = "only what is declared, withdrawn, received, verified, rejected or disposed")
    private String state;

    @Option(names = "--undecided", description = "only what an officer has to link to one of several incidents")
    private boolean undecided;

    @Option(names = "--text", description = "only documents with these words in them")
    private String text;

    @Option(names = "--limit", description = "how many at most, up to 500", defaultValue = "50")
    private int limit;

    @Override
    public Integer call() throws Exception {
        JsonNode found = client.get("/api/evidence?limit=" + limit
                + (caseId == null ? "" : "&case=" + Client.encode(caseId))
                + (state == null ? "" : "&state=" + Client.encode(state))
                + (undecided ? "&undecided=true" : "")
                + (text == null ? "" : "&text=" + Client.encode(text)));
        if (client.json()) {
            System.out.println(found);
            return 0;
        }
        for (JsonNode item : found.path("evidence")) {
            System.out.printf(
                    "%s  %-9s %12d B  %s  %s%s%n",
                    item.path("id").asText(),
                    item.path("state").asText(),
                    item.path("sizeBytes").asLong(),
                    item.has("sealedUntil")
                            ? "sealed until "
                                    + item.path("sealedUntil").asText().substring(0, 10)
                            : "not sealed",
                    item.path("fileName").asText(),
                    item.path("cases").isEmpty() ? "" : "  " + item.path("cases"));
            JsonNode passage = item.path("passage");
            if (passage.isObject()) {
                System.out.println(("  …" + passage.path("before").asText()
                                + passage.path("found").asText()
                                + passage.path("after").asText() + "…")
                        .replaceAll(
                                "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ")); // of a document that anybody may have written
            }
        }
        if (found.path("notSearched").asLong() > 0) {
            System.err.println(found.path("notSearched").asLong() + " more documents are not searched yet");
        }
        return 0;
    }
}
