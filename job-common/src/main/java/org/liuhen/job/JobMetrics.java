package org.liuhen.job;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What an operator counts, in Flink's own metric group of it below {@code liuhen}, so that each of Flink's reporters shows it; the table in
 * {@code docs/operations/metrics.md} says what each means. No label holds an item's ID or anything of a person. Safe for many threads.
 */
public final class JobMetrics {
    private static final int VALUES = 1_000;
    private static final double MILLIS = 1e3;

    private final MetricGroup group;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Histogram> histograms = new ConcurrentHashMap<>();

    /** In the group of this operator. */
    public JobMetrics(MetricGroup operator) {
        group = operator.addGroup("liuhen");
    }

    /** Counts one; labels are pairs of name and value. */
    public void count(String name, String... labels) {
        counters.computeIfAbsent(name + "\n" + String.join("\n", labels), none -> labelled(labels)
                        .counter(name, new ThreadSafeSimpleCounter()))
                .inc();
    }

    /** Shows a value that is asked for when somebody looks. */
    public void gauge(String name, Gauge<Long> value, String... labels) {
        labelled(labels).gauge(name, value);
    }

    /** Adds a duration to those of which the quantiles of the last {@value #VALUES} are shown. */
    public void took(String name, long millis, String... labels) {
        histograms
                .computeIfAbsent(name + "\n" + String.join("\n", labels), none -> labelled(labels)
                        .histogram(name, new DescriptiveStatisticsHistogram(VALUES)))
                .update(millis);
    }

    /** Counts what a store does, for {@link org.liuhen.storage.MeasuredVault#of}. */
    public void storeCall(String operation, double seconds, Throwable failed) {
        took("store_operation_milliseconds", Math.round(seconds * MILLIS), "operation", operation);
        if (failed != null) {
            count("store_failures_total", "operation", operation);
        }
    }

    private MetricGroup labelled(String... labels) {
        MetricGroup labelled = group;
        for (int i = 0; i < labels.length; i += 2) {
            labelled = labelled.addGroup(labels[i], labels[i + 1]);
        }
        return labelled;
    }
}
