package org.liuhen.station;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The people of a station with its own list, for whoever can read its key folder, and for an administrator. */
@Command(
        name = "person",
        mixinStandardHelpOptions = true,
        description =
                "Admits people to a station that runs with --sign-in local, and dismisses them. Each act is on the record.",
        subcommands = {PersonCommand.Add.class, PersonCommand.All.class, PersonCommand.Dismiss.class})
final class PersonCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return 0;
    }

    /** Admits somebody. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Admits somebody and prints the password for the first time, with which one chooses one's own. For somebody who is here",
                "already it changes unit and roles; with --new-password it prints another password."
            })
    static final class Add implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(paramLabel = "NUMBER", description = "officer number, or whatever names a prosecutor")
        private String number;

        @Option(
                names = "--as",
                required = true,
                split = ",",
                description =
                        "officer, case-officer, legal-officer, supervisor, approver, prosecutor, auditor or administrator; several with commas")
        private List<String> roles;

        @Option(names = "--unit", description = "unit code; left out, the whole site", defaultValue = "")
        private String unit;

        @Option(names = "--name", description = "name, for the list of people only")
        private String name;

        @Option(names = "--new-password", description = "print another password for the first time")
        private boolean newPassword;

        @Override
        public Integer call() throws Exception {
            ObjectNode body = JSON.createObjectNode();
            body.put("officerNo", number)
                    .put("unitCode", unit)
                    .put("name", name)
                    .put("newPassword", newPassword);
            ArrayNode words = body.putArray("roles");
            roles.forEach(words::add);
            JsonNode answer = client.post("/api/people", body.toString());
            System.out.println(
                    client.json() ? answer.toString() : answer.path("password").asText("changed"));
            return 0;
        }
    }

    /** Lists them. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists everybody who may sign in.")
    static final class All implements Callable<Integer> {
        @Mixin
        private Client client;

        @Override
        public Integer call() throws Exception {
            JsonNode answer = client.get("/api/people");
            if (client.json()) {
                System.out.println(answer);
                return 0;
            }
            for (JsonNode one : answer.get("people")) {
                String roles = StreamSupport.stream(one.get("roles").spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(","));
                System.out.printf(
                        "%s  %s  %s  %s%n",
                        one.get("officerNo").asText(),
                        one.path("unitCode").asText().isEmpty()
                                ? "(whole site)"
                                : one.get("unitCode").asText(),
                        roles,
                        one.path("name").asText(""));
            }
            return 0;
        }
    }

    /** Dismisses somebody. */
    @Command(
            name = "dismiss",
            mixinStandardHelpOptions = true,
            description = "Strikes somebody off the list; whoever is signed in is out at once.")
    static final class Dismiss implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(paramLabel = "NUMBER", description = "officer number")
        private String number;

        @Override
        public Integer call() throws Exception {
            client.delete("/api/people/" + Client.encode(number));
            return 0;
        }
    }
}
