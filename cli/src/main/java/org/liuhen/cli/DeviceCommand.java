package org.liuhen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The devices of the site, for an administrator. */
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        description =
                "Adds cameras and docks, gives them to officers, suspends and revokes them. Each act is on the record.",
        subcommands = {DeviceCommand.Add.class, DeviceCommand.All.class, DeviceCommand.Change.class})
public final class DeviceCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return 0;
    }

    /** Adds a device. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            description = {
                "Adds a device and prints its one-time code, CODE.PIN, which counts for 24 hours and once. For a device that is",
                "here already it prints a new code; with the new key, the old one counts no more."
            })
    static final class Add implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(paramLabel = "SERIAL", description = "its serial number")
        private String serial;

        @Option(
                names = "--kind",
                description = "camera: sends its own recordings; dock: sends those of cameras",
                defaultValue = "camera")
        private String kind;

        @Option(names = "--unit", description = "unit code")
        private String unit;

        @Override
        public Integer call() throws Exception {
            ObjectNode body = JSON.createObjectNode()
                    .put("serial", serial)
                    .put("kind", kind)
                    .put("unitCode", unit);
            System.out.println(
                    client.post("/api/devices", body.toString()).get("code").asText());
            return 0;
        }
    }

    /** Lists the devices. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the devices of the site.")
    static final class All implements Callable<Integer> {
        @Mixin
        private Client client;

        @Override
        public Integer call() throws Exception {
            JsonNode answer = client.get("/api/devices");
            if (client.json()) {
                System.out.println(answer);
                return 0;
            }
            for (JsonNode device : answer.get("devices")) {
                System.out.printf(
                        "%-20s %-7s %-10s %-10s %s%n",
                        device.get("serial").asText(),
                        device.get("kind").asText(),
                        device.get("state").asText(),
                        device.path("unitCode").asText("").replace("null", ""),
                        device.path("officerNo").isNull()
                                ? ""
                                : "carried by " + device.get("officerNo").asText());
            }
            return 0;
        }
    }

    /** Changes what a device may do. */
    @Command(
            name = "change",
            mixinStandardHelpOptions = true,
            description = {
                "suspend: it may not send until it is resumed; revoke: never again; assign, return: an officer carries it, or gave it",
                "back. An upload that is under way is cut off within seconds; what was acknowledged stays."
            })
    static final class Change implements Callable<Integer> {
        @Mixin
        private Client client;

        @Parameters(index = "0", paramLabel = "SERIAL", description = "its serial number")
        private String serial;

        @Parameters(index = "1", paramLabel = "ACT", description = "suspend, resume, revoke, assign or return")
        private String act;

        @Option(names = "--reason", required = true, description = "why; the record keeps it")
        private String reason;

        @Option(names = "--to", description = "number of the officer who carries it from now on")
        private String to;

        @Override
        public Integer call() throws Exception {
            ObjectNode body = JSON.createObjectNode().put("reason", reason).put("officerNo", to);
            client.post("/api/devices/" + Client.encode(serial) + "/" + act, body.toString());
            System.out.println(serial + ": " + act);
            return 0;
        }
    }
}
