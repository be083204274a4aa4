package org.liuhen.station;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Verifier;
import org.liuhen.custody.witness.Witness;
import org.liuhen.web.UploadPaths;
import org.liuhen.web.WebServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A witness, which an office outside the police runs. */
@Command(
        name = "witness",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Cosigns the heads of logs after checking that each continues the last one (C2SP tlog-witness). For an office",
            "outside the police, such as the procuratorate: it sees hashes, never content. Needs a file with a line",
            "'log KEY' for each log and the line 'quorum none'. Prints its own public key, which belongs into the",
            "site's policy as: witness NAME KEY URL"
        })
final class WitnessCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessCommand.class);
    private static final Pattern ORIGIN = Pattern.compile("([^+]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]+=*)=(.+)");

    @Option(
            names = "--data",
            description = "folder for its key and the last head of each log",
            defaultValue = "witness")
    private Path data;

    @Option(names = "--name", required = true, description = "its name in cosignatures, such as jcy.gov.example/w1")
    private String name;

    @Option(names = "--logs", description = "policy file that names the logs; without it only the key is printed")
    private Path logs;

    @Option(
            names = "--origin",
            paramLabel = "KEY=ORIGIN",
            description = "the origin in the checkpoints of a log whose key has another name, such as"
                    + " 'sum.golang.org+033de0ae+Ac4z...=go.sum database tree'; may be repeated")
    private List<String> origins = List.of();

    @Option(names = "--bind", description = "address to listen on", defaultValue = "127.0.0.1")
    private String bind;

    @Option(names = "--port", description = "port to listen on; 0 takes a free one", defaultValue = "8481")
    private int port;

    @Mixin
    private ConnectionOptions connections;

    @Override
    @SuppressWarnings("try") // the server only has to be open
    public Integer call() throws Exception {
        Files.createDirectories(data);
        SignedNote.Signer signer =
                LogKey.readOrCreate(data.resolve("witness.pem"), name, SignedNote.Algorithm.COSIGNATURE_V1);
        System.out.println(signer.verifier());
        if (logs == null) {
            return 0;
        }
        Policy policy = Policy.parse(Files.readString(logs));
        try (var witness = new Witness(data.resolve("heads"), signer, policy, origins(policy), Clock.systemUTC());
                var web = WebServer.start(
                        "witness",
                        new WebServer.Address(bind, port),
                        connections.limits(1),
                        UploadPaths.NONE,
                        routes -> routes.post("/add-checkpoint", context -> answer(context, witness))
                                .get(
                                        "/{origin}/checkpoint",
                                        context -> answer(context, witness.latest(context.pathParam("origin")))))) {
            System.out.println("ready: http://" + bind + ":" + web.port() + "/add-checkpoint");
            new CountDownLatch(1).await();
        }
        return 0;
    }

    /** A key may have = at its end: the origin begins behind the first one that is followed by none. */
    private Map<Verifier, String> origins(Policy policy) {
        Map<Verifier, String> named = new HashMap<>();
        for (String one : origins) {
            Matcher parts = ORIGIN.matcher(one);
            Verifier key = parts.matches() ? Verifier.parse(parts.group(1)) : null;
            if (key == null || !policy.logs().contains(key)) {
                throw new IllegalArgumentException(
                        "WT-105 --origin reads KEY=ORIGIN, and the key stands on a log line of --logs; got " + one);
            }
            named.put(key, parts.group(2));
        }
        return named;
    }

    private static void answer(Context context, Witness witness) throws IOException {
        Witness.Answer answer = witness.addCheckpoint(context.bodyAsBytes());
        if (answer.status() != 200 && answer.status() != 409) { // 409 is how a log learns where it stands
            LOG.warn("answered {} {}", answer.status(), answer.body().strip());
        }
        answer(context, answer);
    }

    private static void answer(Context context, Witness.Answer answer) {
        context.status(answer.status()).contentType(answer.contentType()).result(answer.body());
    }
}
