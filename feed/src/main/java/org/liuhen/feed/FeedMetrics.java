package org.liuhen.feed;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/** What the feed counts, in the Prometheus client's default registry. The table in {@code docs/operations/metrics.md} says what each means. */
final class FeedMetrics {
    static final Counter EVENTS = Counter.builder()
            .name("liuhen_feed_events_total")
            .help("Events that the feed has acknowledged; one that was offered twice counts twice")
            .labelNames("type")
            .register();

    static final Histogram SECONDS = Histogram.builder()
            .classicOnly()
            .name("liuhen_feed_append_seconds")
            .help("How long the feed took to acknowledge what was appended at once")
            .classicUpperBounds(.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
            .register();

    static final Counter FAILURES = Counter.builder()
            .name("liuhen_feed_append_failures_total")
            .help(
                    "Appends that the feed did not acknowledge (FD-101), or refused as it is shorter than its log (FD-105)")
            .register();

    private FeedMetrics() {}
}
