package org.liuhen.web;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;

/** What web servers count, in the Prometheus client's default registry. The table in {@code docs/operations/metrics.md} says what each means. */
final class WebMetrics {
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

    private WebMetrics() {}
}
