package org.liuhen.review.notify;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;

/** The metrics of notifications; {@code docs/operations/metrics.md} says what they mean. */
final class NotifyMetrics {
    private static final Counter SENT = Counter.builder()
            .name("liuhen_notifications_sent_total")
            .help("Notifications that a receiver took")
            .labelNames("channel")
            .register();
    private static final Counter FAILED = Counter.builder()
            .name("liuhen_notifications_failed_total")
            .help("Times that a notification was sent in vain")
            .labelNames("channel")
            .register();
    private static final Counter DROPPED = Counter.builder()
            .name("liuhen_notifications_dropped_total")
            .help("Notifications that were never taken and are not sent any more")
            .labelNames("channel")
            .register();
    private static final Counter OVER = Counter.builder()
            .name("liuhen_notifications_over_total")
            .help("Notifications that were not sent, for what they tell of was over when their turn came")
            .labelNames("channel")
            .register();
    private static final Gauge WAITING = Gauge.builder()
            .name("liuhen_notifications_waiting")
            .help("Notifications that no receiver has taken yet; 0 where another process sends them")
            .labelNames("channel")
            .register();

    private static final Gauge BEHIND = Gauge.builder()
            .name("liuhen_notifications_behind_entries")
            .help("Entries that the read model has and of which nobody was told yet")
            .register();

    private static final Gauge PAGE_BEHIND = Gauge.builder()
            .name("liuhen_notifications_page_behind_entries")
            .help("Entries that the read model has and that are not in the lists of notifications on the page yet")
            .register();

    private final String channel;

    NotifyMetrics(String channel) {
        this.channel = channel;
        SENT.initLabelValues(channel);
        FAILED.initLabelValues(channel);
        DROPPED.initLabelValues(channel);
        OVER.initLabelValues(channel);
        WAITING.initLabelValues(channel);
    }

    static void behind(long entries) {
        BEHIND.set((double) entries);
    }

    static void pageBehind(long entries) {
        PAGE_BEHIND.set((double) entries);
    }

    void sent(int count) {
        SENT.labelValues(channel).inc(count);
    }

    void failed() {
        FAILED.labelValues(channel).inc();
    }

    void dropped(int count) {
        DROPPED.labelValues(channel).inc(count);
    }

    void over(int count) {
        OVER.labelValues(channel).inc(count);
    }

    void waiting(long count) {
        WAITING.labelValues(channel).set((double) count);
    }
}
