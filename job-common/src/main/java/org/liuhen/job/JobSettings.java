package org.liuhen.job;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.util.ParameterTool;
import org.liuhen.custody.feed.Parts;
import org.liuhen.storage.config.VaultSettings;

/**
 * The settings of both jobs, which are serialized with the job. On a cluster they hold no secret if the file of Kafka's settings names its secrets
 * by a configuration provider, such as {@code ${file:/etc/liuhen/kafka.secret:password}}.
 *
 * @param kafka the settings of a Kafka client, among them {@code bootstrap.servers}
 * @param vault where the bytes rest
 * @param keyFolder the folder with each log's private key, {@code <log>.pem}, and the policy that names the witnesses;
 *     only the record job reads these. The ingest job reads its own key below {@code parts/}
 * @param retentionDays how long an item is locked at first, in days from its declaration
 * @param readers how many items are read and described at the same time in one subtask
 * @param sm3 whether to record SM3 beside SHA-256
 * @param previews whether to make small pictures and excerpts of items
 * @param profiles the file with the site's own profiles of file names; need not be there
 * @param parts the public keys of the parts whose events count ({@link Parts#parse})
 * @param disposalGraceSeconds how long after its approval a disposal waits, in which a hold can still stop it
 */
public record JobSettings(
        Map<String, String> kafka,
        VaultSettings vault,
        String keyFolder,
        int retentionDays,
        int readers,
        boolean sm3,
        boolean previews,
        String profiles,
        String parts,
        long disposalGraceSeconds)
        implements Serializable {
    /** Six months, the shortest time that the law allows for any recording (公安机关现场执法视音频记录工作规定). */
    public static final int RETENTION_DAYS_MIN = 184;

    /** The file in the key folder with the witnesses and how many of them are needed (C2SP tlog-policy). */
    public static final String POLICY = "policy";

    public JobSettings {
        if (retentionDays < RETENTION_DAYS_MIN) {
            throw new IllegalArgumentException("Recordings are kept for at least " + RETENTION_DAYS_MIN
                    + " days (six months); got " + retentionDays);
        }
        kafka = Map.copyOf(kafka);
        Parts.parse(parts); // a malformed list is refused here, not at each start of an operator
        if (readers < 1) {
            throw new IllegalArgumentException("At least one item must be readable at a time");
        }
    }

    /**
     * The settings of a Kafka client.
     *
     * @param brokers such as {@code kafka-1:9092,kafka-2:9092}; or null where the file names them
     * @param file a properties file with what else clients need, such as {@code security.protocol=SSL} and where the keys are; or null
     */
    public static Map<String, String> kafka(String brokers, String file) throws IOException {
        Properties settings = new Properties();
        if (file != null) {
            try (Reader in = Files.newBufferedReader(Path.of(file))) {
                settings.load(in);
            }
        }
        if (brokers != null) {
            settings.setProperty("bootstrap.servers", brokers);
        }
        return settings.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, settings::getProperty));
    }

    /** The settings of a Kafka client as properties. */
    public Properties kafkaProperties() {
        Properties properties = new Properties();
        properties.putAll(kafka);
        return properties;
    }

    /** The names of settings, as arguments of a job's {@code main} and in a file. */
    public static final Set<String> NAMES = Set.of(
            "kafka",
            "kafka-config",
            "s3",
            "s3-region",
            "s3-bucket",
            "keys",
            "retention-days",
            "readers",
            "sm3",
            "no-previews",
            "profiles",
            "disposal-grace");

    /**
     * From the arguments of a job's {@code main}, such as {@code --kafka broker:9092 --s3 https://rgw:443}, and from the properties file that
     * {@code --config} names. The file may be the one of the site's other processes; its settings have the same names there.
     *
     * @throws IllegalArgumentException CF-101: an argument that is none of the settings; CF-104: a value that cannot be
     */
    public static JobSettings parse(String[] arguments) throws IOException {
        ParameterTool given = ParameterTool.fromArgs(arguments);
        for (String name : new TreeSet<>(given.toMap().keySet())) {
            if (!name.equals("config") && !NAMES.contains(name)) {
                throw new IllegalArgumentException(
                        "CF-101 --" + name + " is no setting of a job. There are: --config, --"
                                + String.join(", --", new TreeSet<>(NAMES)));
            }
        }
        if (given.has("config")) {
            given = ParameterTool.fromPropertiesFile(given.get("config")).mergeWith(given);
        }
        String keys = given.get("keys", "/etc/liuhen/keys");
        return new JobSettings(
                kafka(required(given, "kafka"), given.get("kafka-config")),
                VaultSettings.s3(
                        required(given, "s3"), given.get("s3-region", "default"), given.get("s3-bucket", "liuhen")),
                keys,
                number(given, "retention-days", RETENTION_DAYS_MIN),
                number(given, "readers", 4),
                flag(given, "sm3"),
                !flag(given, "no-previews"),
                given.get("profiles", "/etc/liuhen/profiles.json"),
                Parts.read(Path.of(keys)),
                grace(given.get("disposal-grace", "P7D")));
    }

    private static String required(ParameterTool given, String name) {
        if (given.get(name, "").isBlank()) {
            throw new IllegalArgumentException("CF-104 --" + name + " is missing");
        }
        return given.get(name);
    }

    private static int number(ParameterTool given, String name, int otherwise) {
        try {
            return given.getInt(name, otherwise);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(
                    "CF-104 --" + name + " is a whole number, not " + given.get(name), wrong);
        }
    }

    private static long grace(String value) {
        try {
            Duration grace = Duration.parse(value);
            if (!grace.isNegative()) {
                return grace.toSeconds();
            }
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException(
                    "CF-104 --disposal-grace is a duration such as P7D or PT1H, not " + value, wrong);
        }
        throw new IllegalArgumentException("CF-104 --disposal-grace cannot be negative, as is " + value);
    }

    /** A flag is set by {@code true}, or by its name alone, for which Flink has a value of its own. */
    private static boolean flag(ParameterTool given, String name) {
        String value = given.get(name, "false");
        if (!value.matches("true|false|__NO_VALUE_KEY")) {
            throw new IllegalArgumentException("CF-104 --" + name + " is true or false, not " + value);
        }
        return !value.equals("false");
    }
}
