package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.ingest.JobSettings;
import org.liuhen.storage.VaultSettings;
import picocli.CommandLine.Option;

/** Where the parts of a cluster are. */
final class ClusterOptions {
    @Option(names = "--kafka", required = true, description = "Kafka's brokers, such as kafka-1:9092,kafka-2:9092")
    private String kafka;

    @Option(names = "--kafka-config", description = "properties file of a Kafka client, for TLS and SASL")
    private String kafkaConfig;

    @Option(
            names = "--s3",
            required = true,
            description = "the S3 store; its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    private String s3;

    @Option(names = "--s3-region", description = "region of the S3 store", defaultValue = "default")
    private String region;

    @Option(names = "--s3-bucket", description = "first part of the buckets' names", defaultValue = "liuhen")
    private String bucket;

    @Option(names = "--site", description = "name of the site and of its log", defaultValue = "site-1")
    private String site;

    @Option(names = "--bind", description = "address to listen on", defaultValue = "127.0.0.1")
    private String bind;

    @Option(names = "--port", description = "port to listen on", defaultValue = "8480")
    private int port;

    @Option(names = "--keys", description = "folder with the logs' keys", defaultValue = "/etc/liuhen/keys")
    private Path keys;

    @Option(
            names = "--proxy-protocol",
            description = {
                "a proxy stands before this part and says who calls by the PROXY protocol (version 1 or 2); connections without it are",
                "closed. Whoever else reaches this part could name any address, so let nobody else reach it"
            })
    private boolean proxied;

    /** The settings of a Kafka client. */
    Map<String, String> kafka() throws IOException {
        return JobSettings.kafka(kafka, kafkaConfig);
    }

    VaultSettings vault() {
        return VaultSettings.s3(s3, region, bucket);
    }

    LogName site() {
        return new LogName(site);
    }

    String bind() {
        return bind;
    }

    int port() {
        return port;
    }

    boolean proxied() {
        return proxied;
    }

    Path keys() {
        return keys;
    }
}
