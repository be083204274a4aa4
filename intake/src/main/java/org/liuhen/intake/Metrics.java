package org.liuhen.intake;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.time.Instant;

/**
 * What this process counts of uploads, in the Prometheus client's default registry; the table in {@code docs/operations/metrics.md} says
 * what each means. No label holds an item's ID or anything of a person.
 */
final class Metrics {
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
            .help("Items whose receipt a client waits for")
            .register();

    private static final Counter ITEMS = Counter.builder()
            .name("liuhen_intake_items_total")
            .help("Items by the step that they took at intake")
            .labelNames("step")
            .register();

    private static final Counter ITEM_BYTES = Counter.builder()
            .name("liuhen_intake_item_bytes_total")
            .help("Bytes of the items that took this step at intake")
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

    /** The store's lock was tried now. */
    static void lockTried(boolean enforced) {
        LOCK_ENFORCED.set(enforced ? 1 : 0);
        LOCK_TRIED.set((double) Instant.now().getEpochSecond());
    }
}
