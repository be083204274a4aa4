package org.liuhen.intake;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Instant;
import org.liuhen.storage.MeasuredVault;
import org.liuhen.storage.VaultException;

/**
 * What this process counts of web servers, the feed, the store and uploads, in the Prometheus client's default registry; the table in
 * {@code docs/operations/metrics.md} says what each means. No label holds an item's ID or anything of a person.
 */
public final class Metrics {
    static final Counter REQUESTS = Counter.builder()
            .name("liuhen_http_requests_total")
            .help("Requests that were answered")
            .labelNames("listener", "status")
            .register();

    static final Histogram REQUEST_SECONDS = Histogram.builder()
            .classicOnly()
            .name("liuhen_http_request_seconds")
            .help("From a request's headers to the end of its answer, uploads included")
            .classicUpperBounds(.005, .025, .1, .25, .5, 1, 2.5, 10, 60, 600)
            .labelNames("listener")
            .register();

    static final Gauge CONNECTIONS = Gauge.builder()
            .name("liuhen_http_connections")
            .help("Connections that are open")
            .labelNames("listener")
            .register();

    static final Counter CONNECTIONS_REFUSED = Counter.builder()
            .name("liuhen_http_connections_refused_total")
            .help("Connections that were too many and closed (IN-167)")
            .labelNames("listener")
            .register();

    static final Counter PROBLEMS = Counter.builder()
            .name("liuhen_http_problems_total")
            .help("Requests that were answered with a problem, by its code")
            .labelNames("code")
            .register();

    /** Sign-ins that were refused. */
    public static final Counter SIGN_INS_REFUSED = Counter.builder()
            .name("liuhen_sign_ins_refused_total")
            .help("Sign-ins and proofs of identity at the page that were refused, by the code of the refusal")
            .labelNames("code")
            .register();

    static final Counter FEED_EVENTS = Counter.builder()
            .name("liuhen_feed_events_total")
            .help("Events that the feed has acknowledged; one that was offered twice counts twice")
            .labelNames("type")
            .register();

    static final Histogram FEED_SECONDS = Histogram.builder()
            .classicOnly()
            .name("liuhen_feed_append_seconds")
            .help("How long the feed took to acknowledge what was appended at once")
            .classicUpperBounds(.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
            .register();

    static final Counter FEED_FAILURES = Counter.builder()
            .name("liuhen_feed_append_failures_total")
            .help("Appends that the feed did not acknowledge (FD-101)")
            .register();

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

    static final Counter ARRIVED_BYTES = Counter.builder()
            .name("liuhen_intake_arrived_bytes_total")
            .help("Bytes of uploads that arrived, kept or not")
            .register();

    static final Gauge SENDERS = Gauge.builder()
            .name("liuhen_intake_senders")
            .help("Requests that bring bytes at this moment")
            .register();

    static final Gauge PLACES = Gauge.builder()
            .name("liuhen_intake_places")
            .help("How many requests may bring bytes at once")
            .register();

    static final Gauge UNREADABLE = Gauge.builder()
            .name("liuhen_intake_unreadable_uploads")
            .help("Uploads that the last sweep could not read, finish or end (VT-201, VT-205)")
            .register();

    static final Counter RECEIPTS = Counter.builder()
            .name("liuhen_intake_receipts_total")
            .help("Receipts that were asked for, by whether there was one in time")
            .labelNames("result")
            .register();

    static final Gauge RECEIPTS_AWAITED = Gauge.builder()
            .name("liuhen_intake_receipts_awaited")
            .help("Items whose receipt somebody waits for")
            .register();

    private static final Counter ITEMS = Counter.builder()
            .name("liuhen_intake_items_total")
            .help("Items by the step that they took at the door")
            .labelNames("step")
            .register();

    private static final Counter ITEM_BYTES = Counter.builder()
            .name("liuhen_intake_item_bytes_total")
            .help("Bytes of the items that took this step at the door")
            .labelNames("step")
            .register();

    private static final Gauge LOCK_ENFORCED = Gauge.builder()
            .name("liuhen_intake_object_lock_enforced")
            .help("1 where the store enforced its lock when it was tried last, else 0")
            .register();

    private static final Gauge LOCK_TRIED = Gauge.builder()
            .name("liuhen_intake_object_lock_probe_timestamp_seconds")
            .help("When the store's lock was tried last, in seconds since 1970")
            .register();

    private Metrics() {}

    /** The steps of an item. */
    enum Step {
        DECLARED,
        RECEIVED,
        RECEIVED_AGAIN,
        WITHDRAWN;

        private final String label = name().toLowerCase(java.util.Locale.ROOT);

        /** An item of this size takes this step. */
        void count(long bytes) {
            ITEMS.labelValues(label).inc();
            ITEM_BYTES.labelValues(label).inc(bytes);
        }
    }

    /** Counts what a store does, for {@link MeasuredVault#of}. */
    public static void storeCall(String operation, double seconds, Throwable failed) {
        STORE_SECONDS.labelValues(operation).observe(seconds);
        if (failed != null) {
            STORE_FAILURES
                    .labelValues(operation, failed instanceof VaultException known ? known.code() : "VT-109")
                    .inc();
        }
    }

    /** The store's lock was tried now. */
    static void lockTried(boolean enforced) {
        LOCK_ENFORCED.set(enforced ? 1 : 0);
        LOCK_TRIED.set((double) Instant.now().getEpochSecond());
    }
}
