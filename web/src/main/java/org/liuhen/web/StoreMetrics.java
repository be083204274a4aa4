package org.liuhen.web;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import org.liuhen.storage.MeasuredVault;
import org.liuhen.storage.VaultException;

/** What a server counts of the store, in the Prometheus client's default registry. The table in {@code docs/operations/metrics.md} says what each means. */
public final class StoreMetrics {
    private static final Histogram STORE_SECONDS = Histogram.builder()
            .classicOnly()
            .name("liuhen_store_operation_seconds")
            .help("How long an operation of the vault or of a site's log took, whether it failed or not")
            .classicUpperBounds(.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60)
            .labelNames("operation")
            .register();

    private static final Counter STORE_FAILURES = Counter.builder()
            .name("liuhen_store_failures_total")
            .help("Operations of the vault that failed, by their code, or VT-109 where they have none")
            .labelNames("operation", "code")
            .register();

    private StoreMetrics() {}

    /** Counts what a store does, for {@link MeasuredVault#of}. */
    public static void storeCall(String operation, double seconds, Throwable failed) {
        STORE_SECONDS.labelValues(operation).observe(seconds);
        if (failed != null) {
            STORE_FAILURES
                    .labelValues(operation, failed instanceof VaultException known ? known.code() : "VT-109")
                    .inc();
        }
    }
}
