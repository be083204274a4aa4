package org.liuhen.station;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.liuhen.access.Access;
import org.liuhen.access.AccessControl;
import org.liuhen.cli.Client;
import org.liuhen.custody.event.EventContext.Instrument;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.feed.Parts;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.describe.Describer;
import org.liuhen.describe.Profiles;
import org.liuhen.feed.Feed;
import org.liuhen.intake.DeviceAuthority;
import org.liuhen.intake.Devices;
import org.liuhen.intake.DevicesApi;
import org.liuhen.intake.Resumable;
import org.liuhen.intake.Senders;
import org.liuhen.intake.StoreChecks;
import org.liuhen.intake.Tus;
import org.liuhen.intake.UploadLimits;
import org.liuhen.intake.UploadService;
import org.liuhen.job.JobSettings;
import org.liuhen.review.api.DescribeAgain;
import org.liuhen.review.api.DispatchApi;
import org.liuhen.review.api.MapTiles;
import org.liuhen.review.api.ReviewApi;
import org.liuhen.review.audit.ChainWatch;
import org.liuhen.review.audit.TextIndexer;
import org.liuhen.review.export.Exports;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.notify.Channel;
import org.liuhen.review.notify.Notifier;
import org.liuhen.review.notify.NotifyApi;
import org.liuhen.review.notify.PageNotifier;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.MeasuredVault;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;
import org.liuhen.web.Connections;
import org.liuhen.web.StoreMetrics;
import org.liuhen.web.WebServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything in one process: Kafka, Flink with both jobs, PostgreSQL, the vault, intake and the page. */
public final class Station implements AutoCloseable {
    /** The file in the data folder that says where a running station is. */
    public static final String WHERE = Client.WHERE;

    /** The file in the key folder with the secret of the console. */
    static final String CONSOLE = Client.CONSOLE_FILE;

    /** The file in the data folder with the settings of a Kafka client. */
    static final String KAFKA = "kafka.properties";

    private static final Logger LOG = LoggerFactory.getLogger(Station.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long FOLLOW_EVERY_MILLIS = 200;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Path data;
    private final StationFolder folder;
    private EmbeddedFlink flink;
    private Follower follower;
    private EvidenceStore.LockProbe probe;
    private String url;
    private String devicesUrl;
    private LogName site;
    private Vault vault;

    /**
     * How to run.
     *
     * @param data the folder for everything that is kept
     * @param port the port on loopback, or 0 for a free one
     * @param site the site, which names its log
     * @param vault where bytes are stored
     * @param wormRequired whether to refuse uploads where the store does not enforce Object Lock
     * @param retentionDays how long items are locked at first
     * @param limits the limits of uploads
     * @param policy the file that names the witnesses, or null to keep the one of the last start, if any
     * @param sm3 whether to record SM3 beside SHA-256
     * @param previews whether to make small pictures and excerpts of items
     * @param devices the address for devices, or null for none
     * @param signIn how people at the page prove who they are
     * @param disposalGrace how long after its approval a disposal waits
     * @param connections how many connections the page and the address for devices hold, each
     * @param operations where operators look, or nowhere where no port is given
     * @param map the map under the tracks of recordings, which may be none
     * @param deviceMarks when the list of devices marks one
     * @param notified on which ways people are told that something waits for them; none where nobody is
     * @param settings what administrators are told of all of these
     */
    public record Options(
            Path data,
            int port,
            LogName site,
            VaultSettings vault,
            boolean wormRequired,
            int retentionDays,
            UploadLimits limits,
            Path policy,
            boolean sm3,
            boolean previews,
            DeviceServer.Address devices,
            SignInOptions signIn,
            Duration disposalGrace,
            Connections.Limits connections,
            Operations.Options operations,
            MapTiles map,
            DevicesApi.Marks deviceMarks,
            List<Channel> notified,
            EffectiveSettings settings) {}

    /** Starts all parts and reports each step. */
    public Station(Options options, Consumer<String> progress) throws Exception {
        data = options.data().toAbsolutePath();
        folder = keep(StationFolder.open(data));
        try {
            start(options, progress);
        } catch (Exception failed) {
            close();
            throw failed;
        }
    }

    private void start(Options options, Consumer<String> progress) throws Exception {
        site = options.site();
        SignedNote.Signer signer = LogKey.readOrCreate(data.resolve("keys").resolve(site.value() + ".pem"), site);
        Files.writeString(data.resolve("keys").resolve(site.value() + ".vkey"), signer.verifier() + "\n");
        WitnessPolicy.keep(options.policy(), data.resolve("keys"), signer.verifier());
        vault = keep(MeasuredVault.of(options.vault().open(), StoreMetrics::storeCall));
        progress.accept("store: "
                + (options.vault().endpoint() == null
                        ? options.vault().directory()
                        : options.vault().endpoint()));
        CompletableFuture<Integer> warm = CompletableFuture.supplyAsync(Station::warmUpSha256);
        OwnCertificate certificate = OwnCertificate.create();
        EmbeddedKafka kafka = keep(new EmbeddedKafka(data.resolve("kafka"), 0, certificate));
        kafka.writeClient(data.resolve(KAFKA));
        Path keys = data.resolve("keys");
        // A feed without a list of keys is from a version whose parts did not sign, or the list was lost.
        boolean listMissing = kafka.ranBefore() && !Parts.listed(keys);
        String first = "";
        if (listMissing) {
            kafka.start();
            if (kafka.signed()) {
                throw Parts.lost(keys);
            }
            first = "unsigned " + site.value() + " " + kafka.fedSoFar() + "\n";
        }
        String parts = Parts.listAll(keys, first);
        Feed feed = keep(new Feed(kafka.client(), PartKey.readOrCreate(keys, Part.INTAKE), Feed.Published.in(vault)));
        UploadService uploads = keep(new UploadService(vault, feed, site, options.limits()));
        StoreChecks checks = new StoreChecks(vault, feed, site);
        probe = checks.probeLock(options.wormRequired());
        progress.accept("Object Lock: " + (probe.enforced() ? "enforced" : "NOT enforced") + " " + probe.findings());
        if (options.vault().endpoint() != null && !checks.honoursConditionalWrites(false)) {
            progress.accept(
                    "VT-206 the store does not honour conditional writes: nothing else may take in uploads on its buckets");
        }
        DeviceAuthority authority =
                DeviceAuthority.readOrCreate(data.resolve("keys").resolve("devices"), site);
        Devices devices = new Devices(
                vault.notes(site),
                feed,
                site,
                authority,
                options.devices() == null
                        ? Duration.ofDays(90)
                        : options.devices().certificateValid());
        // After a crash, clients ask for their offset; that needs only the vault, so the upload endpoint for devices
        // opens first. What has to be
        // on the record waits until the feed is there.
        ObjectNode where = JSON.createObjectNode();
        if (options.devices() != null) {
            WebServer forDevices = keep(DeviceServer.start(
                    options.devices(), options.connections(), false, uploads, feed, site, devices, authority));
            where.put("devices", "https://" + options.devices().names().get(0) + ":" + forDevices.port());
        }
        if (!listMissing) {
            kafka.start();
        }
        // Kafka starts alone and first, since intake needs it to complete uploads; the other parts start side by side.
        CompletableFuture<ReadModel> starting = async(() -> {
            EmbeddedDatabase database = keep(new EmbeddedDatabase(data.resolve("postgres")));
            return keep(new ReadModel(database.jdbcUrl(), EmbeddedDatabase.USER, database.password()));
        });
        CompletableFuture<EmbeddedFlink> engine = async(() -> keep(new EmbeddedFlink(
                data.resolve("flink"), certificate, options.operations().port(null) != null)));
        progress.accept("Kafka: " + kafka.bootstrapServers());
        checks.record(probe);
        KeyCommand.record(keys, feed.of(PartKey.read(keys, Part.RECORD_JOB)), site);
        int readers = 2 * Runtime.getRuntime().availableProcessors();
        flink = engine.get();
        Path profiles = data.resolve("profiles.json");
        // Wrong profiles end the start here; the job would fail and restart without end.
        Profiles named = Profiles.read(profiles);
        List<Instrument> tools = Describer.tools(named);
        flink.submit(new JobSettings(
                kafka.client(),
                options.vault(),
                data.resolve("keys").toString(),
                options.retentionDays(),
                readers,
                options.sm3(),
                options.previews(),
                profiles.toString(),
                parts,
                options.disposalGrace().toSeconds()));
        progress.accept("Flink: both jobs run");
        ReadModel model = starting.get();
        progress.accept("PostgreSQL: ready");
        LOG.debug("warm: {}", warm.get());
        boolean policyGiven = WitnessPolicy.isGiven(keys);
        Policy policy = WitnessPolicy.of(data.resolve("keys"), signer.verifier());
        follower = keep(new Follower(vault.log(site), site, signer.verifier(), policy, model, FOLLOW_EVERY_MILLIS));
        keep(new ChainWatch(vault.log(site), site, signer.verifier(), model, follower::leads));
        keep(new TextIndexer(vault.log(site), site, model, follower::leads));
        Feed acts = feed.of(PartKey.read(keys, Part.REVIEW));
        AccessControl accessControl = accessControl(options, acts);
        Access access = accessControl.access();
        Exports exports = keep(ExportSetup.exports(
                vault, site, signer.verifier(), data.resolve("keys"), model, follower, acts, access));
        keep(new PageNotifier(site, model, access, follower::leads));
        if (!options.notified().isEmpty()) {
            keep(new Notifier(
                    vault.log(site), site, signer.verifier(), model, access, follower::leads, options.notified()));
        }
        Senders people = Senders.atThePage(feed, site, devices);
        Health health = keep(new Health(
                site, vault, kafka.client(), new Health.Parts(flink, follower, model, uploads, probe, policy)));
        PageRoutes routes = new PageRoutes(
                accessControl,
                context -> Operations.answer(context, health.report()),
                new Tus(uploads, people),
                new Resumable(uploads, people),
                new DevicesApi(devices, access, options.deviceMarks()),
                keep(new ReviewApi(vault, site, signer.verifier(), policy, model, acts, access)),
                options.map(),
                new DescribeAgain(site, model, acts, tools),
                new DispatchApi(site, acts),
                exports,
                new NotifyApi(site, model, options.notified()),
                new SettingsApi(
                        options.settings(),
                        new SettingsApi.Witnesses(
                                vault.log(site),
                                site,
                                keys,
                                signer.verifier(),
                                policy,
                                policyGiven,
                                follower::cosigned),
                        named,
                        profiles));
        WebServer web = keep(WebServer.start(
                "page",
                new WebServer.Address("127.0.0.1", options.port()),
                options.connections(),
                Resumable.UPLOAD_PATHS,
                routes::addTo));
        if (options.operations().port(null) != null) {
            WebServer operations = keep(options.operations().serve(null, health));
            where.put("operations", "http://127.0.0.1:" + operations.port());
        }
        keep(Sweeping.start(uploads, checks, devices));
        keep(uploads::drain); // kept last, so closed first: before the servers
        url = "http://127.0.0.1:" + web.port();
        where.put("url", url).put("pid", ProcessHandle.current().pid()).put("site", site.value());
        where.put("key", signer.verifier().toString());
        devicesUrl = where.path("devices").asText(null);
        Files.writeString(data.resolve(WHERE), where.toString());
    }

    private AccessControl accessControl(Options options, Feed feed) throws IOException {
        String secret = folder.consoleSecret(!options.signIn().isClaimed());
        return options.signIn().isClaimed()
                ? AccessControl.claimed(feed, site)
                : options.signIn()
                        .accessControl(
                                feed,
                                site,
                                vault.notes(site),
                                secret,
                                URI.create("http://127.0.0.1:" + options.port()));
    }

    /**
     * Java uses the processor's SHA instructions only in code that it has compiled for the second time. In a fresh station
     * a quarter of all processor time went into hashing small files without them; 30,000 calls bring that forward.
     */
    private static int warmUpSha256() {
        MessageDigest sha256 = Sha256Digest.algorithm();
        byte[] block = new byte[4_096];
        for (int i = 0; i < 30_000; i++) {
            sha256.update(block);
        }
        return sha256.digest()[0];
    }

    private static <T> CompletableFuture<T> async(Callable<T> start) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return start.call();
            } catch (Exception failed) {
                throw new CompletionException(failed);
            }
        });
    }

    /** Flink with both jobs. */
    EmbeddedFlink flink() {
        return flink;
    }

    /** Where devices come in, or null. */
    public String devicesUrl() {
        return devicesUrl;
    }

    /** Where the station answers. */
    public String url() {
        return url;
    }

    private synchronized <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** Stops all parts, the last one started first. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failed) {
                LOG.warn("stopping {}: {}", part.getClass().getSimpleName(), failed.getMessage());
            }
        }
    }
}
