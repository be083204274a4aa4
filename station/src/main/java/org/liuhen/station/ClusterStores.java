package org.liuhen.station;

import java.io.IOException;
import java.util.Map;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.config.VaultSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a cluster's Kafka and its S3 store are. */
final class ClusterStores {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--kafka", description = "Kafka's brokers, such as kafka-1:9092,kafka-2:9092")
    private String kafka;

    @Option(names = "--kafka-config", description = "properties file of a Kafka client, for TLS and SASL")
    private String kafkaConfig;

    @Option(
            names = "--s3",
            description = "the S3 store; its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    private String s3;

    @Option(names = "--s3-region", description = "region of the S3 store", defaultValue = "default")
    private String region;

    @Option(names = "--s3-bucket", description = "first part of the buckets' names", defaultValue = "liuhen")
    private String bucket;

    /** Whether Kafka's brokers are given. */
    boolean hasKafka() {
        return kafka != null;
    }

    /** Whether an S3 store is given. */
    boolean hasS3() {
        return s3 != null;
    }

    /** The settings of a Kafka client. */
    Map<String, String> kafka() throws IOException {
        return JobSettings.kafka(required("--kafka", kafka), kafkaConfig);
    }

    VaultSettings vault() {
        return VaultSettings.s3(required("--s3", s3), region, bucket);
    }

    private String required(String name, String value) {
        if (value == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '" + name + "'");
        }
        return value;
    }
}
