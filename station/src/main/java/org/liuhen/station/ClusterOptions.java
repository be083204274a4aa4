package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.storage.config.VaultSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the parts of a cluster are. */
final class ClusterOptions {
    @Mixin
    private ClusterStores stores;

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
                "closed. Any other client that reaches this part could claim any address, so let only the proxy reach it"
            },
            fallbackValue = "true")
    private boolean proxied;

    /** The settings of a Kafka client. */
    Map<String, String> kafka() throws IOException {
        return stores.kafka();
    }

    VaultSettings vault() {
        return stores.vault();
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
