package org.liuhen.cli;

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
                "Admits people to a station that runs with --sign-in local, changes and dismisses them. Each act is on the record. Whoever can read the"
                        + " key folder acts alone, as the console; an administrator proposes, and another person approves.",
        subcommands = {
            PersonCommand.Add.class,
            PersonCommand.Reset.class,
            PersonCommand.All.class,
            PersonCommand.Approve.class,
            PersonCommand.Refuse.class,
            PersonCommand.Dismiss.class
        })
public final class PersonCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return 0;
    }

    /** What was done at once, or what waits for a second person. */
    private static void say(Client client, JsonNode answer) {
        if (client.json()) {
            System.out.println(answer);
            return;
        }
        if (answer.has("changeId")) {
            System.out.println("waits for a second person: liuhen person approve "
                    + answer.get("changeId").asText());
        }
        if (answer.has("passwordHalf")) {
            System.out.println(
                    "first half of the password: " + answer.get("passwordHalf").asText());
        } else if (!answer.has("changeId")) {
            System.out.println(answer.path("password").asText("changed"));
        }
    }

    /** Admits somebody. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Admits somebody, or changes unit and roles of somebody who is here. The console prints the password for the first time, with which",
                "one chooses one's own. For an administrator it is a proposal, and he is shown the first half of that password alone."
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

        @Option(names = "--reason", description = "why; an administrator has to say it")
        private String reason;

        @Override
        public Integer call() throws Exception {
            ObjectNode body = JSON.createObjectNode();
            body.put("officerNo", number)
                    .put("unitCode", unit)
                    .put("name", name)
                    .put("reason", reason);
            ArrayNode words = body.putArray("roles");
            roles.forEach(words::add);
            say(client, client.post("/api/people", body.toString()));
            return 0;
        }
    }

    /** Gives somebody another password for the first time. */
    @Command(
            name = "reset",
            mixinStandardHelpOptions = true,
            description = {
                "Gives somebody another password for the first time, and ends his sessions. The console prints it. For an administrator it is a",
                "proposal, and he is shown the first half alone. The person is told at his next sign-in."
            })
    static final class Reset implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(paramLabel = "NUMBER", description = "officer number")
        private String number;

        @Option(
                names = "--second-factor",
                description = "his second factor goes, too: he lost it with his recovery codes")
        private boolean secondFactor;

        @Option(names = "--reason", description = "why, and how you know that it is he; an administrator has to say it")
        private String reason;

        @Override
        public Integer call() throws Exception {
            ObjectNode body = JSON.createObjectNode();
            body.put("secondFactor", secondFactor).put("reason", reason);
            say(client, client.post("/api/people/" + Client.encode(number) + "/reset", body.toString()));
            return 0;
        }
    }

    /** Lists them. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists everybody who may sign in, and what waits for a second person.")
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
            for (JsonNode one : answer.get("changes")) {
                System.out.printf(
                        "waits: %s  %s of %s, by %s: %s%n",
                        one.get("changeId").asText(),
                        one.get("change").asText(),
                        one.get("officerNo").asText(),
                        one.get("proposedBy").asText(),
                        one.path("reason").asText());
            }
            return 0;
        }
    }

    /** Approves what another one proposed. */
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = {
                "Approves what another administrator proposed: as an administrator, or as a supervisor of the person's unit. Prints the second half",
                "of the password for the first time, to be given to the person himself."
            })
    static final class Approve implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(paramLabel = "CHANGE", description = "as liuhen person list names it")
        private String change;

        @Override
        public Integer call() throws Exception {
            JsonNode answer = decide(client, change, JSON.createObjectNode().put("act", "approve"));
            System.out.println(
                    client.json()
                            ? answer.toString()
                            : answer.has("passwordHalf")
                                    ? "second half of the password: "
                                            + answer.get("passwordHalf").asText()
                                    : "changed");
            return 0;
        }
    }

    /** Refuses what another one proposed, or takes it back. */
    @Command(
            name = "refuse",
            mixinStandardHelpOptions = true,
            description = "Refuses what an administrator proposed, or takes back what one proposed oneself.")
    static final class Refuse implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(paramLabel = "CHANGE", description = "as liuhen person list names it")
        private String change;

        @Option(names = "--reason", required = true, description = "why")
        private String reason;

        @Override
        public Integer call() throws Exception {
            decide(client, change, JSON.createObjectNode().put("act", "refuse").put("reason", reason));
            return 0;
        }
    }

    private static JsonNode decide(Client client, String change, ObjectNode body) throws Exception {
        return client.post("/api/people/changes/" + Client.encode(change) + "/acts", body.toString());
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
