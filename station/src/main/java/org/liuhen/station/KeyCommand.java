package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.LogEvent.KeyRevoked;
import org.liuhen.custody.event.LogEvent.KeyRotated;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.feed.Parts;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.feed.Feed;
import org.liuhen.intake.DeviceAuthority;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.Vault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes or changes the key of a log. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Makes the key of a site's log where there is none yet, and prints the public key that verifiers need.",
            "With --rotate, while nothing runs: makes a new key, puts the old one aside, and names both in the policy. Give",
            "the policy's new lines to witnesses and recipients before the next start. A station records the change when it starts,",
            "a cluster by --record."
        })
final class KeyCommand implements Callable<Integer> {
    @Option(
            names = "--keys",
            description = "folder for SITE.pem or SITE.p12 (private), SITE.vkey (public) and the policy",
            defaultValue = "keys")
    private Path keys;

    @Option(names = "--site", description = "name of the site and of its log", defaultValue = "site-1")
    private String site;

    @Option(
            names = "--format",
            description = "form of a new key: pem (PKCS#8), or p12 (PKCS#12, its password in LIUHEN_KEY_PASSWORD)",
            defaultValue = "pem")
    private String format;

    @Option(names = "--rotate", description = "change the key")
    private boolean rotate;

    @Option(
            names = "--size",
            description =
                    "with --rotate: the log's size now (second line of its checkpoint); the old key then counts for"
                            + " no larger head")
    private Long size;

    @Option(names = "--sm2", description = "make an SM2 key that signs packages beside the usual one, and print it")
    private boolean sm2;

    @Option(
            names = "--part",
            description = {
                "make the key with which a part signs what it feeds: intake, review, ingest-job or record-job. It stays with",
                "that part, at parts/PART.pem in its --keys; the line that is printed goes into the jobs' parts/list.",
                "all: the keys of all of them and that list, for a site whose parts share a folder of keys"
            })
    private String part;

    @Option(
            names = "--device-authority",
            description = {
                "make the authority that certifies devices, devices/SITE.pem, and its certificate, devices/SITE.crt. The intake makes it",
                "itself; where several are started at once, it has to be there before. A review needs the certificate alone"
            })
    private boolean deviceAuthority;

    @Option(
            names = "--record",
            description = {
                "on a cluster, after --rotate and before the record job starts again: puts the changes and revocations that the policy",
                "names on the record, each once; with --kafka and --s3, and with the key of the part record-job in --keys"
            })
    private boolean record;

    @Mixin
    private ClusterStores stores;

    @Override
    public Integer call() throws Exception {
        if (record) {
            try (Vault vault = stores.vault().open();
                    Feed feed =
                            new Feed(stores.kafka(), PartKey.read(keys, Part.RECORD_JOB), Feed.Published.in(vault))) {
                record(keys, feed, new LogName(site));
            }
            return 0;
        }
        if (deviceAuthority) {
            Path folder = keys.resolve("devices");
            DeviceAuthority.readOrCreate(folder, new LogName(site));
            System.out.println(folder.resolve(site + ".crt"));
            return 0;
        }
        if ("all".equals(part)) {
            System.out.print(Parts.listAll(keys, ""));
            return 0;
        }
        if (part != null) {
            Part named = Part.of(part)
                    .orElseThrow(() -> new IllegalArgumentException("--part is "
                            + Arrays.stream(Part.values()).map(Part::id).collect(Collectors.joining(", "))));
            System.out.println(PartKey.readOrCreate(keys, named).line());
            return 0;
        }
        if (sm2) {
            Path folder = Files.createDirectories(keys.resolve("export"));
            System.out.println("sm2 "
                    + Sm2.readOrCreate(folder.resolve(new LogName(site).value() + ".sm2.pem"))
                            .publicKey());
            return 0;
        }
        if (!format.equals("pem") && !format.equals("p12")) {
            throw new IllegalArgumentException("--format is pem or p12");
        }
        LogName log = new LogName(site);
        Files.createDirectories(keys);
        Path file = keys.resolve(site + "." + format);
        String earlier = null;
        if (rotate) {
            earlier = LogKey.read(file, log).verifier().toString();
            putAside(earlier);
        }
        if (!LogKey.exists(file) && format.equals("p12")) {
            LogKey.createPkcs12(file);
        }
        String vkey = LogKey.readOrCreate(file, log).verifier().toString();
        Files.writeString(keys.resolve(site + ".vkey"), vkey + "\n");
        if (rotate) {
            Path policy = keys.resolve(JobSettings.POLICY);
            String before = Files.exists(policy) ? Files.readString(policy) : "log " + earlier + "\nquorum none\n";
            String after =
                    "log " + vkey + "\n" + before + (size == null ? "" : "revoked " + earlier + " " + size + "\n");
            Policy.parse(after); // says now, not at the next start, what is wrong with it
            Files.writeString(policy, after);
            System.out.println("log " + vkey + (size == null ? "" : "\nrevoked " + earlier + " " + size));
        } else {
            System.out.println(vkey);
        }
        return 0;
    }

    /** The old key is kept under another name, for the person who destroys it. */
    private void putAside(String vkey) throws IOException {
        String hash = vkey.split("\\+", 3)[1];
        for (String ending : new String[] {".pem", ".p12", ".jca"}) {
            Path old = keys.resolve(site + ending);
            if (Files.exists(old)) {
                Files.move(old, keys.resolve(site + "-" + hash + ending + ".retired"));
            }
        }
    }

    /**
     * Puts on the record that a key was changed or revoked, as the policy says to machines. The event's ID follows from the keys, so saying it at
     * each start of a station says it once.
     */
    static void record(Path keys, Feed feed, LogName site) throws IOException, Feed.FeedUnavailableException {
        SignedNote.Verifier key = SignedNote.Verifier.parse(Files.readString(keys.resolve(site.value() + ".vkey")));
        Policy policy = WitnessPolicy.of(keys, key);
        for (SignedNote.Verifier earlier : policy.logs()) {
            if (earlier.name().equals(site.origin()) && !earlier.equals(key)) {
                feed.append(
                        site,
                        new KeyRotated(
                                keyContext(KeyRotated.class, earlier + "\n" + key),
                                earlier.toString(),
                                key.toString()));
            }
        }
        for (Map.Entry<SignedNote.Verifier, Long> revoked : policy.revoked().entrySet()) {
            feed.append(
                    site,
                    new KeyRevoked(
                            keyContext(KeyRevoked.class, revoked.getKey() + "\n" + revoked.getValue()),
                            revoked.getKey().toString(),
                            revoked.getValue()));
        }
    }

    private static EventContext keyContext(Class<? extends CustodyEvent> type, String cause) {
        return EventContext.of(
                EventContext.idFor(type, cause), null, Instant.now(), Actor.component("station"), null, "station");
    }
}
