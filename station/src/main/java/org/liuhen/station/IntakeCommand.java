package org.liuhen.station;

import java.net.InetAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.liuhen.access.AccessControl;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
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
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.MeasuredVault;
import org.liuhen.storage.Vault;
import org.liuhen.web.Problem;
import org.liuhen.web.StoreMetrics;
import org.liuhen.web.WebServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Intake alone, for a cluster. */
@Command(
        name = "intake",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Runs the intake of one site against a cluster's Kafka and S3 store.")
final class IntakeCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster;

    @Option(names = "--worm", description = "required or not-required", defaultValue = "required")
    private String worm;

    @Option(
            names = "--alone",
            description =
                    "no other intake runs on these buckets: start also where the store does not refuse a write whose condition does"
                            + " not hold",
            fallbackValue = "true")
    private boolean alone;

    @Mixin
    private DeviceOptions devices;

    @Mixin
    private ConnectionOptions connections;

    @Mixin
    private Operations.Options operations;

    @Override
    @SuppressWarnings({"try", "AddressSelection"
    }) // the parts only have to be open; a name or an address, it is looked at alone
    public Integer call() throws Exception {
        if (!InetAddress.getByName(cluster.bind()).isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "--bind is where senders are taken at their word, so it is on loopback only. Devices come"
                            + " in at --devices-bind, with their keys");
        }
        try (Vault vault = MeasuredVault.of(cluster.vault().open(), StoreMetrics::storeCall);
                Feed feed = new Feed(
                        cluster.kafka(), PartKey.read(cluster.keys(), Part.INTAKE), Feed.Published.in(vault))) {
            DeviceAuthority authority =
                    DeviceAuthority.readOrCreate(cluster.keys().resolve("devices"), cluster.site());
            Devices list = new Devices(
                    vault.notes(cluster.site()),
                    feed,
                    cluster.site(),
                    authority,
                    devices.address().certificateValid());
            Senders claimed = Senders.atThePage(feed, cluster.site(), list);
            StoreChecks checks = new StoreChecks(vault, feed, cluster.site());
            try (UploadService uploads = new UploadService(vault, feed, cluster.site(), UploadLimits.DEFAULT)) {
                System.out.println("Conditional writes: "
                        + (checks.honoursConditionalWrites(!alone) ? "honoured" : "NOT honoured"));
                EvidenceStore.LockProbe probe = checks.probeLock(!worm.equals("not-required"));
                Output.print("Object Lock: " + probe.findings());
                checks.record(probe);
                try (var sweeping = Sweeping.start(uploads, checks, list);
                        var forDevices = DeviceServer.start(
                                devices.address(),
                                connections.limits(2),
                                cluster.proxied(),
                                uploads,
                                feed,
                                cluster.site(),
                                list,
                                authority);
                        var web = WebServer.start(
                                "page",
                                new WebServer.Address(cluster.bind(), cluster.port()),
                                connections.limits(2),
                                Resumable.UPLOAD_PATHS,
                                routes -> {
                                    AccessControl anybody = AccessControl.claimed(feed, cluster.site());
                                    anybody.addTo(routes);
                                    new Tus(uploads, claimed).addTo(routes);
                                    new Resumable(uploads, claimed).addTo(routes);
                                    new DevicesApi(list, anybody.access(), DevicesApi.Marks.DEFAULT).addTo(routes);
                                    Problem.answerOn(routes);
                                });
                        Health health = new Health(
                                cluster.site(),
                                vault,
                                cluster.kafka(),
                                new Health.Parts(null, null, null, uploads, probe, null));
                        var forOperators = operations.serve(Operations.PORT, health)) {
                    Output.print("ready: for devices at "
                            + devices.address().host() + ":"
                            + forDevices.port()
                            + "; on trust, for this machine alone, at http://" + cluster.bind() + ":" + cluster.port()
                            + "; for operators at port " + forOperators.port());
                    Runtime.getRuntime()
                            .addShutdownHook(new Thread(
                                    () -> {
                                        operations.drain(health);
                                        uploads.drain();
                                    },
                                    "drain"));
                    new CountDownLatch(1).await();
                }
            }
        }
        return 0;
    }
}
