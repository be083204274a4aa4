package org.liuhen.cli;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.liuhen.custody.log.HttpLog;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.Monitor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows a log from outside. */
@Command(
        name = "monitor",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Follows a published log from outside: each head must continue the last one and the one that the witnesses",
            "have seen, each entry must be in its place. Exit code 0: all holds; 1: every fault by name; 3: no answer."
        })
public final class MonitorCommand implements Callable<Integer> {
    @Parameters(paramLabel = "URL", description = "the log, such as http://127.0.0.1:8480/log/site-1")
    private URI url;

    @Option(names = "--policy", required = true, description = "file with the keys that you trust (C2SP tlog-policy)")
    private Path policy;

    @Option(
            names = "--memory",
            description = "file for the last head seen; keep it where the log's owner cannot write",
            defaultValue = "monitor.head")
    private Path memory;

    @Option(names = "--every", description = "look again after so many seconds; without it once")
    private Integer everySeconds;

    @Option(
            names = "--officer",
            description = {
                "an auditor's number, where the log's entries are not for everybody; his password stands in LIUHEN_PASSWORD"
            })
    private String officer;

    @Override
    public Integer call() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        HttpLog log = new HttpLog(
                url,
                officer == null ? null : () -> "Bearer " + Client.signIn(http, url.resolve("/api/session"), officer));
        Monitor monitor = new Monitor(log, Policy.parse(Files.readString(policy)), memory.toAbsolutePath());
        while (true) {
            Monitor.Look look = monitor.look();
            for (Fault fault : look.faults()) {
                System.out.println("FAULT " + fault.code() + " " + fault);
            }
            System.out.println(
                    look.head() == null
                            ? "NOT verified: no head"
                            : (look.faults().isEmpty() ? "verified: " : "NOT verified: ")
                                    + look.head().size() + " entries, root "
                                    + look.head().root().hex() + ", witnessed up to " + look.witnessedSize()
                                    + " by " + look.cosignatures());
            if (!look.faults().isEmpty()) {
                return ExitCodes.CHECK_FAILED;
            }
            if (everySeconds == null) {
                return 0;
            }
            Thread.sleep(1_000L * everySeconds);
        }
    }
}
