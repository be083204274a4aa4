package org.liuhen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.liuhen.custody.bag.Verify;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies the log, the stored bytes, the descriptions and the search database; or a package, offline. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Verifies the site's log from its signed head down, reads the stored bytes again, and compares the descriptions",
            "and the search database with the log. Lists every fault. Exit code 0: all holds; 1: something does not."
        })
public final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private Client client;

    @ArgGroup(multiplicity = "1")
    private What what;

    private static final class What {
        @Parameters(
                paramLabel = "ID|PACKAGE",
                description = {
                    "one item: the log, and this item's bytes and rows;",
                    "or the folder or ZIP file of an export package, which is verified offline"
                })
        private String id;

        @Option(names = "--all", description = "everything", required = true)
        private boolean all;
    }

    @Option(names = "--policy", description = "for a package: file with the keys that you trust (C2SP tlog-policy)")
    private Path policy;

    @Override
    public Integer call() throws Exception {
        if (what.id != null && Files.exists(Path.of(what.id))) {
            return Verify.run(Path.of(what.id), policy, System.out);
        }
        JsonNode report = client.get(
                what.all ? "/api/verification" : "/api/evidence/" + Client.encode(what.id) + "/verification");
        boolean verified = report.path("verified").asBoolean();
        if (client.json()) {
            System.out.println(report);
        } else {
            report.path("faults")
                    .forEach(fault ->
                            System.out.println("FAULT " + fault.path("code").asText() + " "
                                    + fault.path("fault").asText()));
            System.out.println((verified ? "verified" : "NOT verified") + ": "
                    + report.path("entries").asLong() + " log entries, "
                    + report.path("items").asLong() + " items, "
                    + report.path("bytes").asLong() + " bytes read, root "
                    + report.path("root").asText("-"));
        }
        return verified ? 0 : ExitCodes.CHECK_FAILED;
    }
}
