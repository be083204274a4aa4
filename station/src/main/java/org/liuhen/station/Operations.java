package org.liuhen.station;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.liuhen.access.Act;
import org.liuhen.custody.event.EventContext;
import org.liuhen.web.Connections;
import org.liuhen.web.Problem;
import org.liuhen.web.UploadPaths;
import org.liuhen.web.WebServer;
import picocli.CommandLine.Option;

/**
 * The address for operators: metrics (Prometheus text format 0.0.4, or OpenMetrics 1.0 for those who accept it), whether the process works,
 * and whether it can do its work. Nothing else is to be had there, nobody signs in, and nothing that it says is about an item or a person.
 */
final class Operations {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ExpositionFormatWriter TEXT = PrometheusTextFormatWriter.create();
    private static final ExpositionFormatWriter OPEN_METRICS = OpenMetricsTextFormatWriter.create();
    private static final Connections.Limits CONNECTIONS = new Connections.Limits(200, 100);
    private static final int DRAIN_SECONDS_MAX = 600;

    /** The port of an intake or a review that was told of none. */
    static final int PORT = 9480;

    static {
        JvmMetrics.builder().register();
        Info.builder()
                .name("liuhen_build_info")
                .help("The version of this program")
                .labelNames("version")
                .register()
                .addLabelValues(EventContext.VERSION);
    }

    private Operations() {}

    /** Where it is. */
    static final class Options {
        @Option(
                names = "--operations-port",
                description = {
                    "port for operators, with /metrics, /health/live and /health/ready, which needs no sign-in; 0 takes a free one.",
                    "Default: 9480; a station has none unless it is given"
                })
        private Integer port;

        @Option(
                names = "--operations-bind",
                description = "address to listen on for operators",
                defaultValue = "127.0.0.1")
        private String bind;

        @Option(
                names = "--drain-seconds",
                description = {
                    "how long /health/ready says 503 before the last requests are waited for, when the process is asked to end; so long",
                    "the load balancer needs to see it"
                },
                defaultValue = "3")
        private int drainSeconds;

        /** The port that was asked for, or this one. */
        Integer port(Integer otherwise) {
            return port == null ? otherwise : port;
        }

        /** Serves operators. */
        WebServer serve(Integer otherwise, Health health) {
            if (drainSeconds < 0 || drainSeconds > DRAIN_SECONDS_MAX) {
                throw new IllegalArgumentException("--drain-seconds is from 0 to " + DRAIN_SECONDS_MAX);
            }
            return Operations.serve(bind, port(otherwise), health);
        }

        /** Says that this process takes no more work, and gives those who ask for its readiness the time to see it. */
        void drain(Health health) {
            health.drain();
            try {
                TimeUnit.SECONDS.sleep(drainSeconds);
            } catch (InterruptedException now) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static WebServer serve(String host, int port, Health health) {
        return WebServer.start(
                "operations", new WebServer.Address(host, port), CONNECTIONS, UploadPaths.NONE, routes -> {
                    routes.get("/metrics", Operations::metrics, Act.PUBLIC);
                    routes.get("/health/live", Operations::live, Act.PUBLIC);
                    routes.get("/health/ready", context -> answer(context, health.ready()), Act.PUBLIC);
                    Problem.answerOn(routes);
                });
    }

    private static void metrics(Context context) throws IOException {
        ExpositionFormatWriter writer = OPEN_METRICS.accepts(context.header("Accept")) ? OPEN_METRICS : TEXT;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        writer.write(text, PrometheusRegistry.defaultRegistry.scrape());
        context.contentType(writer.getContentType()).result(text.toByteArray());
    }

    /** A process that answers works, unless threads of it wait for each other for ever. */
    private static void live(Context context) {
        long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        ObjectNode health = JSON.createObjectNode();
        health.put("healthy", deadlocked == null);
        ObjectNode problems = health.putObject("problems");
        if (deadlocked != null) {
            problems.put(
                    "threads", deadlocked.length + " threads wait for each other for ever. Start the process again");
        }
        answer(context, health);
    }

    /** Healthy is 200, not healthy is 503. */
    static void answer(Context context, ObjectNode health) {
        context.status(health.get("healthy").asBoolean() ? 200 : 503)
                .header("Cache-Control", "no-store")
                .contentType("application/json")
                .result(health.toString());
    }
}
