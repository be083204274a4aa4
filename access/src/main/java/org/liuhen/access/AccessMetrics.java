package org.liuhen.access;

import io.prometheus.metrics.core.metrics.Counter;

/** What sign-in counts, in the Prometheus client's default registry. The table in {@code docs/operations/metrics.md} says what each means. */
final class AccessMetrics {
    static final Counter SIGN_INS_REFUSED = Counter.builder()
            .name("liuhen_sign_ins_refused_total")
            .help("Sign-ins and proofs of identity at the page that were refused, by the code of the refusal")
            .labelNames("code")
            .register();

    private AccessMetrics() {}
}
