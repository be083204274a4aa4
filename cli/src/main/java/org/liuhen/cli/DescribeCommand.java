package org.liuhen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for items to be described once more. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = {
            "Asks for items to be described once more: those that you name, or with --stale all whose description comes from",
            "other versions of tools or profiles than those in use now. Each request is on the record of its item, and so is the",
            "new description; what was found before stays. Only what the tools need is read from storage.",
            "",
            "Example: liuhen describe --stale --reason 'Tika 3.3.1' --officer admin"
        })
public final class DescribeCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private Client client;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "evidence IDs")
    private List<String> ids = List.of();

    @Option(names = "--stale", description = "all whose tools are not those in use now")
    private boolean stale;

    @Option(names = "--reason", required = true, description = "why; it is recorded")
    private String reason;

    @Override
    public Integer call() throws Exception {
        if (stale == !ids.isEmpty()) {
            throw new IllegalArgumentException("Name items, or say --stale");
        }
        ObjectNode request = JSON.createObjectNode().put("reason", reason).put("stale", stale);
        ids.forEach(request.putArray("evidence")::add);
        int count = 0;
        JsonNode answer;
        do {
            answer = client.post("/api/descriptions", request.toString());
            for (JsonNode id : answer.get("requested")) {
                request.put("after", id.asText());
                count++;
            }
        } while (stale && !answer.get("requested").isEmpty());
        System.out.println(
                client.json()
                        ? JSON.createObjectNode()
                                .put("requested", count)
                                .<ObjectNode>set("tools", answer.get("tools"))
                                .toString()
                        : count + " items requested, with " + answer.get("tools"));
        return 0;
    }
}
