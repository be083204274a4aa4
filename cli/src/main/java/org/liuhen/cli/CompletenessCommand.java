package org.liuhen.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.liuhen.custody.log.HttpLog;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Completeness;
import org.liuhen.custody.verify.Fault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks for a statement of completeness, or verifies one. */
@Command(
        name = "completeness",
        mixinStandardHelpOptions = true,
        description = {
            "Asks for a signed statement that these are all items of an officer or a device in an interval, with a proof for",
            "each and the holes in the device's own numbers:",
            "  liuhen completeness --device DSJ-7 --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z --out statement.json",
            "Or verifies one; with --log also that the log holds no other:",
            "  liuhen completeness --verify statement.json --policy trust --log http://127.0.0.1:8480/log/site-1"
        })
public final class CompletenessCommand implements Callable<Integer> {
    @Mixin
    private Client client;

    @Option(names = "--of-officer", description = "the officer whose items are asked for")
    private String officerNo;

    @Option(names = "--device", description = "the device whose items are asked for")
    private String device;

    @Option(names = "--from", description = "first instant of the interval")
    private String from;

    @Option(names = "--to", description = "first instant after the interval")
    private String to;

    @Option(names = "--out", description = "file for the statement")
    private Path out;

    @Option(names = "--verify", description = "a statement to verify instead")
    private Path statement;

    @Option(names = "--policy", description = "file with the keys that you trust (C2SP tlog-policy)")
    private Path policy;

    @Option(names = "--log", description = "the log, to verify that nothing was left out")
    private URI log;

    @Override
    public Integer call() throws Exception {
        if (statement != null) {
            return verify();
        }
        if (from == null || to == null || out == null) {
            throw new IllegalArgumentException("Say --from, --to and --out, and --of-officer or --device");
        }
        String path = "/api/completeness?from=" + Client.encode(from) + "&to=" + Client.encode(to)
                + (officerNo == null ? "" : "&officerNo=" + Client.encode(officerNo))
                + (device == null ? "" : "&deviceSerial=" + Client.encode(device));
        Files.writeString(out, client.get(path).toPrettyString());
        System.out.println(out);
        return 0;
    }

    private int verify() throws Exception {
        if (policy == null) {
            throw new IllegalArgumentException("Say --policy: a file with the keys that you trust");
        }
        Completeness.Result result = Completeness.verify(
                Files.readAllBytes(statement),
                Policy.parse(Files.readString(policy)),
                log == null ? null : new HttpLog(log));
        for (Fault fault : result.faults()) {
            System.out.println("FAULT " + fault.code() + " " + fault);
        }
        System.out.println((result.faults().isEmpty() ? "verified: " : "NOT verified: ") + result.question() + ", "
                + result.items() + " items, missing numbers " + result.holes()
                + (result.againstTheLog() ? ", and the log holds no other" : "; the log was not read"));
        return result.faults().isEmpty() ? 0 : ExitCodes.CHECK_FAILED;
    }
}
