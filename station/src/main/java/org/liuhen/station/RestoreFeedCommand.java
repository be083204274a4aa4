package org.liuhen.station;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.liuhen.cli.ExitCodes;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Parts;
import org.liuhen.custody.log.SignedNote.Verifier;
import org.liuhen.station.FeedRestore.Restored;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the feed anew from the published log. */
@Command(
        name = "restore-feed",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Writes the feed (Kafka's topic custody.events) anew from the published log, after Kafka was lost. The record job then comes to the",
            "same log and goes on with it. Nothing else may run, the topic has to be empty, and the jobs' Flink state has to be gone.",
            "For a station: --data, while it is stopped, and its --s3 and --s3-bucket where it has them; what is left of its Kafka and of its Flink state is put aside.",
            "For a cluster: --kafka, as somebody who may change the topic and the groups. Compare the head that it prints with the one that",
            "a witness holds before you let anybody in: it restores what is published, and no more."
        })
final class RestoreFeedCommand implements Callable<Integer> {
    @Option(names = "--data", description = "the data folder of a station", defaultValue = "data")
    private Path data;

    @Mixin
    private ClusterStores stores;

    @Option(
            names = "--site",
            description = "the sites whose logs were in that Kafka, each with its option, all at once",
            defaultValue = "site-1")
    private List<String> sites;

    @Option(
            names = "--keys",
            description = "folder with SITE.vkey and parts/list; a station's are in its data folder",
            defaultValue = "/etc/liuhen/keys")
    private Path keys;

    @Option(names = "--reason", required = true, description = "what happened; it stands on the record")
    private String reason;

    @Override
    public Integer call() throws Exception {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("--reason says what happened; it stands on the record");
        }
        VaultSettings store = stores.hasKafka() || stores.hasS3()
                ? stores.vault()
                : VaultSettings.directory(data.resolve("vault"), false);
        try (Vault vault = store.open()) {
            return stores.hasKafka() ? restore(look(vault, keys), stores.kafka(), keys) : station(vault);
        }
    }

    private int station(Vault vault) throws Exception {
        if (!Files.isDirectory(data.resolve("keys"))) {
            throw new IOException("There is no station in " + data.toAbsolutePath());
        }
        try (FileChannel channel = FileChannel.open(
                        data.resolve("station.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IOException("ST-202 a station runs on " + data + ". Stop it first");
            }
            FeedRestore looked = look(vault, data.resolve("keys")); // before anything is moved
            String aside = ".before-" + Instant.now().getEpochSecond();
            for (String left : List.of("kafka", "flink")) {
                if (Files.exists(data.resolve(left))) {
                    Files.move(data.resolve(left), data.resolve(left + aside));
                    System.out.println("put aside: " + data.resolve(left + aside));
                }
            }
            try (EmbeddedKafka broker = new EmbeddedKafka(data.resolve("kafka"), 0, OwnCertificate.create()).start()) {
                return restore(looked, broker.client(), data.resolve("keys"));
            }
        }
    }

    private FeedRestore look(Vault vault, Path folder) throws IOException {
        Parts.read(folder); // a list that is lost is told now
        Map<LogName, Verifier> logs = new LinkedHashMap<>();
        for (String site : sites) {
            logs.put(new LogName(site), Verifier.parse(Files.readString(folder.resolve(site + ".vkey"))));
        }
        return new FeedRestore(vault, logs, reason, System.out::println);
    }

    private static int restore(FeedRestore looked, Map<String, String> client, Path folder) throws Exception {
        long start = System.nanoTime();
        Map<LogName, Restored> all = looked.restore(client, folder);
        boolean whole = true;
        for (Map.Entry<LogName, Restored> one : all.entrySet()) {
            Restored restored = one.getValue();
            System.out.printf(
                    "restored %s: size %d, root %s; %d on their way begin again, %d uploads that the log lacks are announced again%n",
                    one.getKey().value(),
                    restored.head().size(),
                    restored.head().root().hex(),
                    restored.onTheirWay(),
                    restored.announcedAgain());
            restored.gone()
                    .forEach(id -> System.out.println("LOST " + id.value()
                            + ": it was acknowledged, the log lacks it, and the store has no bytes of it"));
            whole &= restored.gone().isEmpty();
        }
        System.out.printf("done in %.1f s%n", (System.nanoTime() - start) / 1e9);
        return whole ? 0 : ExitCodes.CHECK_FAILED;
    }
}
