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

/** Requests an export. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Requests a package of items, or of all that is attached to a case, for a recipient. A second person approves it",
            "with 'liuhen approve EXPORT'; then 'liuhen fetch EXPORT --to FOLDER' fetches it.",
            "",
            "Example: liuhen export --case （2022）京0105刑初123号 --recipient 朝阳区检察院 --purpose 移送审查起诉 --officer 110023"
        })
public final class ExportCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private Client client;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "evidence IDs")
    private List<String> ids = List.of();

    @Option(names = "--case", description = "all that is attached to this case")
    private String caseId;

    @Option(names = "--recipient", required = true, description = "for whom")
    private String recipient;

    @Option(names = "--purpose", required = true, description = "why")
    private String purpose;

    @Override
    public Integer call() throws Exception {
        ObjectNode request = JSON.createObjectNode();
        ids.forEach(request.putArray("evidence")::add);
        request.put("caseId", caseId).put("recipient", recipient).put("purpose", purpose);
        JsonNode answer = client.post("/api/exports", request.toString());
        System.out.println(
                client.json()
                        ? answer.toString()
                        : answer.get("exportId").asText() + "  " + answer.get("items")
                                + " items requested; now a second"
                                + " person: liuhen approve "
                                + answer.get("exportId").asText());
        return 0;
    }

    /** Approves an export as a second person. */
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Approves an export that another person requested; from then on the package is made.")
    public static final class Approve implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(paramLabel = "EXPORT", description = "the export's ID")
        private String id;

        @Override
        public Integer call() throws Exception {
            JsonNode answer = client.post("/api/exports/" + Client.encode(id) + "/approval", "{}");
            System.out.println(
                    client.json()
                            ? answer.toString()
                            : id + "  approved; fetch it with: liuhen fetch " + id + " --to FOLDER");
            return 0;
        }
    }

    /** Ends a request for an export that waits. */
    private abstract static class Ending implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(paramLabel = "EXPORT", description = "the export's ID")
        private String id;

        @Option(names = "--reason", required = true, description = "why")
        private String reason;

        private final String path;
        private final String done;

        Ending(String path, String done) {
            this.path = path;
            this.done = done;
        }

        @Override
        public Integer call() throws Exception {
            String body = JSON.createObjectNode().put("reason", reason).toString();
            JsonNode answer = client.post("/api/exports/" + Client.encode(id) + "/" + path, body);
            System.out.println(client.json() ? answer.toString() : id + "  " + done);
            return 0;
        }
    }

    /** Refuses an export as a second person. */
    @Command(
            name = "refuse",
            mixinStandardHelpOptions = true,
            description =
                    "Refuses an export that another person requested and nobody approved yet; no package is made.")
    public static final class Refuse extends Ending {
        /** For the command line. */
        public Refuse() {
            super("refusal", "refused");
        }
    }

    /** Takes the own request for an export back. */
    @Command(
            name = "withdraw",
            mixinStandardHelpOptions = true,
            description = "Takes back a request for an export that nobody decided about yet; no package is made.")
    public static final class Withdraw extends Ending {
        /** For the command line. */
        public Withdraw() {
            super("withdrawal", "withdrawn");
        }
    }
}
