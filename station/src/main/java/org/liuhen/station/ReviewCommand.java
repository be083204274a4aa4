package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.liuhen.access.Access;
import org.liuhen.access.AccessControl;
import org.liuhen.cli.Client;
import org.liuhen.custody.event.EventContext.Instrument;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.describe.Describer;
import org.liuhen.describe.Profiles;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.intake.DeviceAuthority;
import org.liuhen.intake.Devices;
import org.liuhen.intake.DevicesApi;
import org.liuhen.intake.Resumable;
import org.liuhen.intake.Senders;
import org.liuhen.intake.Tus;
import org.liuhen.intake.UploadLimits;
import org.liuhen.intake.UploadService;
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
import org.liuhen.storage.MeasuredVault;
import org.liuhen.storage.Vault;
import org.liuhen.web.StoreMetrics;
import org.liuhen.web.WebServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** API and page alone, for a cluster. */
@Command(
        name = "review",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Runs API and page of one site against a cluster's Kafka, S3 store and PostgreSQL.",
            "Needs the log's public key, SITE.vkey, not its private one; the keys of the parts intake (for what people upload at the page)",
            "and review; and to add devices, the certificate of their authority, devices/SITE.crt. Makes the key that signs packages,",
            "export/SITE.pem, where there is none. PostgreSQL's password comes from PGPASSWORD."
        })
final class ReviewCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Option(names = "--postgres", required = true, description = "such as jdbc:postgresql://postgres:5432/liuhen")
    private String postgres;

    @Option(names = "--postgres-user", description = "PostgreSQL user", defaultValue = "liuhen")
    private String user;

    @Option(
            names = "--profiles",
            description = "the site's own profiles of file names, as the ingest job has them",
            defaultValue = "/etc/liuhen/profiles.json")
    private Path profiles;

    @Mixin
    private SignInOptions signIn;

    @Mixin
    private ConnectionOptions connections;

    @Mixin
    private Operations.Options operations;

    @Mixin
    private DeviceMarkOptions deviceMarks;

    @Mixin
    private MapOptions map;

    @Mixin
    private ZoneOptions zone;

    @Mixin
    private NotifyOptions notifications;

    @Override
    @SuppressWarnings("try") // the parts only have to be open
    public Integer call() throws Exception {
        zone.apply();
        if (!signIn.isChosen()) {
            throw new IllegalArgumentException(
                    "--sign-in is missing: oidc with --sign-in-issuer, or local; or claimed, where everybody may do all");
        }
        MapTiles tiles = map.open();
        DevicesApi.Marks marks = deviceMarks.marks();
        List<Channel> notified = notifications.channels();
        SignedNote.Verifier key = SignedNote.Verifier.parse(
                Files.readString(cluster.keys().resolve(cluster.site().value() + ".vkey")));
        Profiles named = Profiles.read(profiles);
        List<Instrument> tools = Describer.tools(named);
        boolean policyGiven = WitnessPolicy.isGiven(cluster.keys());
        Policy policy = WitnessPolicy.of(cluster.keys(), key);
        try (Vault vault = MeasuredVault.of(cluster.vault().open(), StoreMetrics::storeCall);
                Feed feed =
                        new Feed(cluster.kafka(), PartKey.read(cluster.keys(), Part.REVIEW), Feed.Published.in(vault));
                ReadModel model = new ReadModel(postgres, user, System.getenv("PGPASSWORD"));
                Follower follower = new Follower(vault.log(cluster.site()), cluster.site(), key, policy, model, 1_000);
                ChainWatch chains =
                        new ChainWatch(vault.log(cluster.site()), cluster.site(), key, model, follower::leads);
                TextIndexer texts =
                        new TextIndexer(vault.log(cluster.site()), cluster.site(), model, follower::leads)) {
            AccessControl accessControl = signIn.accessControl(
                    feed, cluster.site(), vault.notes(cluster.site()), System.getenv(Client.CONSOLE), null);
            Access access = accessControl.access();
            Exports exports =
                    ExportSetup.exports(vault, cluster.site(), key, cluster.keys(), model, follower, feed, access);
            LogName site = cluster.site();
            Feed received = feed.of(PartKey.read(cluster.keys(), Part.INTAKE));
            Devices devices = devices(vault, received);
            Senders people = Senders.atThePage(received, site, devices);
            try (PageNotifier lists = new PageNotifier(site, model, access, follower::leads);
                    Notifier notifier = notified.isEmpty()
                            ? null
                            : new Notifier(vault.log(site), site, key, model, access, follower::leads, notified);
                    UploadService uploads = new UploadService(vault, received, site, UploadLimits.DEFAULT)) {
                serve(
                        new PageRoutes(
                                accessControl,
                                null,
                                new Tus(uploads, people),
                                new Resumable(uploads, people),
                                devices == null ? null : new DevicesApi(devices, access, marks),
                                new ReviewApi(vault, site, key, policy, model, feed, access),
                                tiles,
                                new DescribeAgain(site, model, feed, tools),
                                new DispatchApi(site, feed),
                                exports,
                                new NotifyApi(site, model, notified),
                                new SettingsApi(
                                        Configuration.of(spec),
                                        new SettingsApi.Witnesses(
                                                vault.log(site),
                                                site,
                                                cluster.keys(),
                                                key,
                                                policy,
                                                policyGiven,
                                                follower::cosigned),
                                        named,
                                        profiles)),
                        uploads,
                        new Health(
                                site,
                                vault,
                                cluster.kafka(),
                                new Health.Parts(null, follower, model, null, null, policy)));
            }
        }
        return 0;
    }

    private Devices devices(Vault vault, Feed received) throws IOException {
        Optional<DeviceAuthority> authority =
                DeviceAuthority.readCertificate(cluster.keys().resolve("devices"), cluster.site());
        return authority.isEmpty()
                ? null
                : new Devices(
                        vault.notes(cluster.site()), received, cluster.site(), authority.get(), Duration.ofDays(90));
    }

    private static void endPlays(ReviewApi review) {
        try {
            review.close();
        } catch (FeedUnavailableException notRecorded) {
            Output.print("what was being played has no end on the record: " + notRecorded.getMessage());
        }
    }

    /**
     * Serves the page. It takes the uploads of people itself, because it alone has authenticated them; the store decides between it and
     * intake, as it does between two intakes.
     */
    @SuppressWarnings("try") // they only have to be open
    private void serve(PageRoutes routes, UploadService uploads, Health health) throws Exception {
        try (var web = WebServer.start(
                        "page",
                        new WebServer.Address(cluster.bind(), cluster.port(), cluster.proxied()),
                        connections.limits(1),
                        Resumable.UPLOAD_PATHS,
                        routes::addTo);
                var forOperators = operations.serve(Operations.PORT, health)) {
            Output.print("ready: http://" + cluster.bind() + ":" + cluster.port() + "; for operators at port "
                    + forOperators.port());
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                operations.drain(health);
                                uploads.drain();
                                web.drain();
                                endPlays(routes.review());
                            },
                            "drain"));
            new CountDownLatch(1).await();
        }
    }
}
