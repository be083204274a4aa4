package org.liuhen.ingest;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.util.ParameterTool;
import org.liuhen.storage.VaultSettings;

/**
 * What both jobs need to know. It travels with the job and holds no secret.
 *
 * @param bootstrapServers Kafka's brokers
 * @param vault where the bytes rest
 * @param keyFolder the folder with each log's private key, {@code <log>.pem}, and the policy that names the witnesses;
 *     only the record job reads it
 * @param retentionDays how long an item is locked at first, in days from its declaration
 * @param readers how many items are read and described at the same time in one subtask
 * @param sm3 whether to record SM3 beside SHA-256
 * @param previews whether to make small pictures and excerpts of items
 * @param profiles the file with the site's own profiles of file names; need not be there
 * @param disposalGraceSeconds how long after its approval a disposal waits, in which a hold can still stop it
 */
public record JobSettings(
        String bootstrapServers,
        VaultSettings vault,
        String keyFolder,
        int retentionDays,
        int readers,
        boolean sm3,
        boolean previews,
        String profiles,
        long disposalGraceSeconds)
        implements Serializable {
    /** Six months, the shortest time that the law allows for any recording (公安机关现场执法视音频记录工作规定). */
    public static final int RETENTION_DAYS_MIN = 184;

    /** The file in the key folder that says which witnesses to ask and how many are needed (C2SP tlog-policy). */
    public static final String POLICY = "policy";

    public JobSettings {
        if (retentionDays < RETENTION_DAYS_MIN) {
            throw new IllegalArgumentException("Recordings are kept for at least " + RETENTION_DAYS_MIN
                    + " days (six months); got " + retentionDays);
        }
        if (readers < 1) {
            throw new IllegalArgumentException("At least one item must be readable at a time");
        }
    }

    /** From the arguments of a job's {@code main}, such as {@code --kafka broker:9092 --s3 https://rgw:443}. */
    static JobSettings parse(String[] arguments) {
        ParameterTool given = ParameterTool.fromMap(Map.of("region", "default", "bucket", "liuhen"))
                .mergeWith(ParameterTool.fromArgs(arguments));
        return new JobSettings(
                given.getRequired("kafka"),
                VaultSettings.s3(given.getRequired("s3"), given.get("region"), given.get("bucket")),
                given.get("keys", "/etc/liuhen/keys"),
                given.getInt("retention-days", RETENTION_DAYS_MIN),
                given.getInt("readers", 4),
                given.getBoolean("sm3", false),
                given.getBoolean("previews", true),
                given.get("profiles", "/etc/liuhen/profiles.json"),
                Duration.parse(given.get("disposal-grace", "P7D")).toSeconds());
    }
}
