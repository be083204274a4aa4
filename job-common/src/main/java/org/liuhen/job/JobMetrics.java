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
 * The metrics of an operator, in its Flink metric group below {@code liuhen}, so that each of Flink's reporters shows them; their meaning is
 * in the table of {@code docs/operations/metrics.md}. No label holds an item's ID or personal data. Safe for many threads.
 */
public final class JobMetrics {
    private static final int VALUES = 1_000;
    private static final double MILLIS = 1e3;

    private final MetricGroup group;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Histogram> histograms = new ConcurrentHashMap<>();

    /** Metrics in the group of this operator. */
    public JobMetrics(MetricGroup operator) {
        group = operator.addGroup("liuhen");
    }

    /** Counts one; labels are pairs of name and value. */
    public void count(String name, String... labels) {
        counters.computeIfAbsent(name + "\n" + String.join("\n", labels), none -> labelled(labels)
                        .counter(name, new ThreadSafeSimpleCounter()))
                .inc();
    }

    /** Registers a gauge, which is read by each reporter. */
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

    /** Adds a call of a store, for {@link org.liuhen.storage.MeasuredVault#of}. */
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
