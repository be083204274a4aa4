package org.liuhen.station;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.DoubleStream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Shows what the jobs count, and the little of Flink's own that tells how a job does, under the names that Flink's Prometheus reporter gives
 * them on a cluster. That reporter itself opens a port of its own on all addresses.
 */
public final class FlinkMetrics implements MetricReporter, MultiCollector {
    private static final Set<String> OF_FLINK = Set.of(
            "numRestarts",
            "lastCheckpointDuration",
            "lastCheckpointSize",
            "numberOfFailedCheckpoints",
            "pendingRecords");

    private static final Set<String> VARIABLES = Set.of(
            "job_name", "operator_name", "subtask_index", "type", "code", "operation", "result", "log", "witness");

    private static final String TOTAL = "_total";

    /** A metric with the name and the labels under which it is shown. */
    private record Named(String name, Labels labels) {}

    private final Map<Metric, Named> metrics = new ConcurrentHashMap<>();

    /** Made by Flink, which finds it as a service. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties settings) {
            return new FlinkMetrics();
        }
    }

    @Override
    public void open(MetricConfig settings) {
        PrometheusRegistry.defaultRegistry.register(this);
    }

    @Override
    public void close() {
        PrometheusRegistry.defaultRegistry.unregister(this);
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        String scope = LogicalScopeProvider.castFrom(group).getLogicalScope(text -> text, '_');
        if (!scope.contains("_liuhen") && !OF_FLINK.contains(name)) {
            return;
        }
        Map<String, String> labels = new TreeMap<>();
        group.getAllVariables().forEach((variable, value) -> {
            String label = variable.substring(1, variable.length() - 1); // <host>
            if (VARIABLES.contains(label)) {
                labels.put(label, value);
            }
        });
        metrics.put(
                metric,
                new Named(
                        "flink_" + scope + "_" + name,
                        Labels.of(List.copyOf(labels.keySet()), List.copyOf(labels.values()))));
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        metrics.remove(metric);
    }

    @Override
    public MetricSnapshots collect() {
        Map<String, Map<Labels, Metric>> families = new TreeMap<>();
        metrics.forEach((metric, named) ->
                families.computeIfAbsent(named.name(), none -> new TreeMap<>()).put(named.labels(), metric));
        List<MetricSnapshot> all = new ArrayList<>();
        families.forEach((name, metricsOf) -> {
            if (metricsOf.values().iterator().next() instanceof Histogram) {
                all.add(summary(name, metricsOf));
            } else if (name.endsWith(TOTAL)) {
                all.add(counter(name, metricsOf));
            } else {
                all.add(gauge(name, metricsOf));
            }
        });
        return new MetricSnapshots(all);
    }

    private static MetricSnapshot counter(String name, Map<Labels, Metric> metrics) {
        CounterSnapshot.Builder snapshot =
                CounterSnapshot.builder().name(name.substring(0, name.length() - TOTAL.length()));
        metrics.forEach((labels, metric) -> snapshot.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value(metric))
                .build()));
        return snapshot.build();
    }

    private static MetricSnapshot gauge(String name, Map<Labels, Metric> metrics) {
        GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder().name(name);
        metrics.forEach((labels, metric) -> snapshot.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value(metric))
                .build()));
        return snapshot.build();
    }

    private static MetricSnapshot summary(String name, Map<Labels, Metric> metrics) {
        SummarySnapshot.Builder snapshot = SummarySnapshot.builder().name(name);
        metrics.forEach((labels, metric) -> {
            HistogramStatistics statistics = ((Histogram) metric).getStatistics();
            snapshot.dataPoint(SummaryDataPointSnapshot.builder()
                    .labels(labels)
                    .count(((Histogram) metric).getCount())
                    .quantiles(Quantiles.of(DoubleStream.of(.5, .75, .95, .98, .99, .999)
                            .mapToObj(quantile -> new Quantile(quantile, statistics.getQuantile(quantile)))
                            .toList()))
                    .build());
        });
        return snapshot.build();
    }

    private static double value(Metric metric) {
        if (metric instanceof Counter counter) {
            return counter.getCount();
        }
        return metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number
                ? number.doubleValue()
                : Double.NaN;
    }
}
