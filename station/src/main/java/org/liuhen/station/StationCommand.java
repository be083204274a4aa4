package org.liuhen.station;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.intake.UploadLimits;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.config.VaultSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts everything in one process. */
@Command(
        name = "station",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Starts everything in one process on embedded parts: Kafka, Flink, PostgreSQL, the vault, intake, the page.",
            "All data lies in one folder. Stop it with Ctrl-C; it may also be killed and goes on at the next start."
        })
final class StationCommand implements Callable<Integer> {
    private static final int SENDERS_ON_A_FOLDER = 16_384;

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", description = "folder for everything that is kept", defaultValue = "data")
    private Path data;

    @Option(names = "--port", description = "port on loopback; 0 takes a free one", defaultValue = "8480")
    private int port;

    @Option(names = "--site", description = "name of the site and of its log", defaultValue = "site-1")
    private String site;

    @Option(
            names = "--s3",
            description = {
                "keep the bytes in this S3 store instead of the data folder, such as http://127.0.0.1:8000;",
                "its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            })
    private String s3;

    @Option(names = "--s3-region", description = "region of the S3 store", defaultValue = "default")
    private String region;

    @Option(names = "--s3-bucket", description = "first part of the buckets' names", defaultValue = "liuhen")
    private String bucket;

    @Option(
            names = "--worm",
            description =
                    "required: do not open where the store does not enforce its locks; not-required: say so and open."
                            + " Default: required on S3, not-required on a folder, which cannot stop the machine's administrator")
    private String worm;

    @Option(
            names = "--immutable",
            negatable = true,
            description = "give sealed files the immutable attribute where the system allows it (chattr +i)",
            defaultValue = "true",
            fallbackValue = "true")
    private boolean immutable;

    @Option(names = "--retention-days", description = "how long an item is locked at first", defaultValue = "184")
    private int retentionDays;

    @Option(names = "--size-max", description = "largest item in bytes", defaultValue = "5497558138880")
    private long sizeBytesMax;

    @Option(
            names = "--policy",
            description = {
                "file that names the witnesses to ask and how many are needed (C2SP tlog-policy); it is kept in the data",
                "folder for the next starts"
            })
    private Path policy;

    @Option(
            names = "--sm3",
            description = "record SM3 (GB/T 32905) beside SHA-256, from the same read; costs time",
            fallbackValue = "true")
    private boolean sm3;

    @Option(
            names = "--no-previews",
            description = "make no small pictures, excerpts and searchable texts of items",
            fallbackValue = "true")
    private boolean noPreviews;

    @Option(
            names = "--senders",
            description =
                    "how many requests may bring bytes at once; default: 16384, and 32 on S3, where the parts of all of"
                            + " them share a third of the heap")
    private Integer senders;

    @Option(
            names = "--device-gib-a-day",
            description = "how many GiB one device may declare on one day (UTC)",
            defaultValue = "16384")
    private long deviceGibADay;

    @Option(names = "--no-devices", description = "do not listen for devices", fallbackValue = "true")
    private boolean noDevices;

    @Mixin
    private DeviceOptions devices;

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

    @Option(
            names = "--disposal-grace",
            description =
                    "how long after its approval a disposal waits, in which a hold can still stop it (ISO 8601 duration)",
            defaultValue = "P7D")
    private Duration disposalGrace;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        zone.apply();
        signIn.otherwise(SignInOptions.Way.claimed);
        boolean required = worm == null ? s3 != null : worm.equals("required");
        if (worm != null && !required && !worm.equals("not-required")) {
            throw new IllegalArgumentException("--worm is required or not-required");
        }
        if (retentionDays < JobSettings.RETENTION_DAYS_MIN) {
            throw new IllegalArgumentException("--retention-days is at least " + JobSettings.RETENTION_DAYS_MIN
                    + ": the law keeps all for six months");
        }
        if (deviceGibADay < 1 || deviceGibADay > Long.MAX_VALUE >> 30) {
            throw new IllegalArgumentException("--device-gib-a-day is from 1 to " + (Long.MAX_VALUE >> 30));
        }
        VaultSettings vault = s3 == null
                ? VaultSettings.directory(data.resolve("vault"), immutable)
                : VaultSettings.s3(s3, region, bucket);
        int atOnce = senders != null ? senders : s3 == null ? SENDERS_ON_A_FOLDER : UploadLimits.DEFAULT.sendersMax();
        UploadLimits limits = new UploadLimits(
                sizeBytesMax,
                UploadLimits.DEFAULT.unfinishedFor(),
                atOnce,
                UploadLimits.DEFAULT.unfinishedMax(),
                deviceGibADay << 30);
        Station station = new Station(
                new Station.Options(
                        data,
                        port,
                        new LogName(site),
                        vault,
                        required,
                        retentionDays,
                        limits,
                        policy,
                        sm3,
                        !noPreviews,
                        noDevices ? null : devices.address(),
                        signIn,
                        disposalGrace,
                        connections.limits(noDevices ? 1 : 2),
                        operations,
                        map.open(),
                        deviceMarks.marks(),
                        notifications.channels(),
                        Configuration.of(spec)),
                Output::print);
        if (signIn.isClaimed()) {
            Output.print(
                    "sign-in: NONE; nobody's identity is checked, and the record says so. With passwords: --sign-in local");
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            Output.print("stopping");
                            station.close();
                            stopped.countDown();
                        },
                        "stop"));
        Output.print(String.format(
                "ready after %.1f s: %s (page, API, tus at /files), health at %s/api/health",
                (System.nanoTime() - start) / 1e9, station.url(), station.url()));
        if (station.devicesUrl() != null) {
            Output.print("devices and docks come in at " + station.devicesUrl() + ", each with its own key");
        }
        stopped.await();
        return 0;
    }
}
