package org.liuhen.station;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.liuhen.cli.CompletenessCommand;
import org.liuhen.cli.DescribeCommand;
import org.liuhen.cli.DeviceCommand;
import org.liuhen.cli.DispatchCommand;
import org.liuhen.cli.ExitCodes;
import org.liuhen.cli.ExportCommand;
import org.liuhen.cli.FetchCommand;
import org.liuhen.cli.GapsCommand;
import org.liuhen.cli.ListCommand;
import org.liuhen.cli.MonitorCommand;
import org.liuhen.cli.PersonCommand;
import org.liuhen.cli.ReceiptCommand;
import org.liuhen.cli.ShowCommand;
import org.liuhen.cli.UploadCommand;
import org.liuhen.cli.VerifyCommand;
import org.liuhen.custody.event.EventContext;
import org.liuhen.dock.DockCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "liuhen",
        mixinStandardHelpOptions = true,
        version = "liuhen " + EventContext.VERSION,
        description = "Evidence in, write-once storage, and a custody record that an outsider can verify.",
        subcommands = {
            StationCommand.class,
            UploadCommand.class,
            ListCommand.class,
            ShowCommand.class,
            DescribeCommand.class,
            DispatchCommand.class,
            GapsCommand.class,
            VerifyCommand.class,
            SampleCommand.class,
            KeyCommand.class,
            RestoreFeedCommand.class,
            DeviceCommand.class,
            PersonCommand.class,
            DockCommand.class,
            IntakeCommand.class,
            ReviewCommand.class,
            ExportCommand.class,
            ExportCommand.Approve.class,
            ExportCommand.Refuse.class,
            ExportCommand.Withdraw.class,
            FetchCommand.class,
            CompletenessCommand.class,
            ReceiptCommand.class,
            WitnessCommand.class,
            MonitorCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 a check failed (a digest, a proof, a chain); 2 wrong use; 3 the station does not answer"
                    + " or refused.",
            "",
            "Begin with:  liuhen station            and in another terminal",
            "             liuhen upload FILE --case ID --officer NUMBER",
            "",
            "Environment: LIUHEN_URL where the page is (else --url, or the station of --data); LIUHEN_TRUST a file with the",
            "certificates (PEM) that a page or a log at https:// is trusted by, instead of Java's own; LIUHEN_PASSWORD, LIUHEN_CODE.",
            "",
            "Settings of commands that stay come from their options, from LIUHEN_OPTION_... and from a file; --show-config prints them."
        })
public final class Liuhen implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        // Parts that run in threads of their own would keep a half-started station alive after an error.
        Thread.currentThread().setUncaughtExceptionHandler((thread, broken) -> {
            broken.printStackTrace();
            Runtime.getRuntime().halt(ExitCodes.REFUSED);
        });
        try {
            trust(System.getenv("LIUHEN_TRUST"));
        } catch (IOException | GeneralSecurityException wrong) {
            System.err.println("LIUHEN_TRUST names no file with certificates (PEM): " + wrong.getMessage());
            System.exit(CommandLine.ExitCode.USAGE);
        }
        if (!Output.isLogFormatKnown()) { // else the log would be nowhere
            System.err.println(Output.LOG + " is text or json, not " + System.getenv(Output.LOG));
            System.exit(CommandLine.ExitCode.USAGE);
        }
        CommandLine all = commandLine();
        try {
            Configuration.apply(all, staying(all), arguments, System.getenv());
        } catch (Configuration.ConfigurationException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(CommandLine.ExitCode.USAGE);
        }
        System.exit(all.execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine all = new CommandLine(new Liuhen()).setExecutionExceptionHandler(Liuhen::explain);
        wholeSentences(all);
        return all;
    }

    /** A list of commands shows the first text of each description: that is its first sentence, not as much as fits into a line of source. */
    private static void wholeSentences(CommandLine command) {
        String[] texts = command.getCommandSpec().usageMessage().description();
        while (texts.length > 1 && !texts[0].contains(". ") && !texts[0].matches(".*[.:]")) {
            texts[1] = texts[0] + " " + texts[1];
            texts = Arrays.copyOfRange(texts, 1, texts.length);
        }
        if (texts.length > 1 && texts[0].contains(". ") && !texts[0].endsWith(".")) {
            int end = texts[0].indexOf(". ") + 1;
            texts[1] = texts[0].substring(end + 1) + " " + texts[1];
            texts[0] = texts[0].substring(0, end);
        }
        command.getCommandSpec().usageMessage().description(texts);
        command.getSubcommands().values().forEach(Liuhen::wholeSentences);
    }

    /** The commands that stay, which take settings from a file and the environment. */
    static List<CommandLine> staying(CommandLine all) {
        Map<String, CommandLine> commands = all.getSubcommands();
        List<CommandLine> staying = Stream.of("station", "intake", "review", "witness", "monitor")
                .map(commands::get)
                .collect(Collectors.toCollection(ArrayList::new));
        staying.add(commands.get("dock").getSubcommands().get("run"));
        return staying;
    }

    /** Makes the certificates of this file the ones by which this process trusts a server; null leaves Java's own. */
    private static void trust(String file) throws IOException, GeneralSecurityException {
        if (file == null || file.isEmpty()) {
            return;
        }
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("trusted-" + trusted.size(), one);
            }
        }
        if (trusted.size() == 0) { // nothing would be trusted, and each connection would fail without a word why
            throw new IOException(file + " has none");
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, managers.getTrustManagers(), null);
        SSLContext.setDefault(tls);
    }

    private static int explain(Exception failed, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme()
                .errorText(failed.getMessage() == null ? failed.toString() : failed.getMessage()));
        if (System.getenv("LIUHEN_LOG_LEVEL") != null) {
            failed.printStackTrace(err);
        }
        return ExitCodes.REFUSED;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return 0;
    }
}
