package org.liuhen.station;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.ingest.IngestJob;
import org.liuhen.ingest.record.RecordJob;
import org.liuhen.job.JobSettings;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster inside this process with the two jobs, each going on from its last complete checkpoint. Its ports on loopback answer to
 * nobody but those who show the station's own certificate.
 */
final class EmbeddedFlink implements AutoCloseable {
    private final Path folder;
    private final MiniCluster cluster;
    private final Map<String, JobID> jobs = new LinkedHashMap<>();
    private final Map<String, Optional<Path>> restored = new LinkedHashMap<>();
    private final Map<String, Instant> submitted = new LinkedHashMap<>();
    private final Map<String, JobHealth> seen = new LinkedHashMap<>(); // guarded by this

    /**
     * Starts it without jobs.
     *
     * @param metrics whether {@link FlinkMetrics} shows what the jobs count
     */
    EmbeddedFlink(Path folder, OwnCertificate certificate, boolean metrics) throws Exception {
        this.folder = folder;
        Files.createDirectories(folder.resolve("tmp"));
        Configuration configuration = clusterConfiguration(folder);
        if (metrics) {
            MetricOptions.forReporter(configuration, "operators")
                    .set(MetricOptions.REPORTER_FACTORY_CLASS, FlinkMetrics.Factory.class.getName());
        }
        answerOnlyTo(certificate.store(folder.resolve("own.p12")), configuration);
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(2)
                .build());
        cluster.start();
    }

    /** Starts both jobs and waits until they run. */
    void submit(JobSettings settings) throws Exception {
        submit(RecordJob.NAME, settings, RecordJob::define);
        submit(IngestJob.NAME, settings, IngestJob::define);
        for (String name : jobs.keySet()) {
            waitUntilRunning(name, jobs.get(name), restored.get(name));
        }
    }

    private static Configuration clusterConfiguration(Path folder) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
        configuration.set(JobManagerOptions.ADDRESS, "127.0.0.1");
        configuration.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
        configuration.set(TaskManagerOptions.HOST, "127.0.0.1");
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
        configuration.set(
                org.apache.flink.configuration.CoreOptions.TMP_DIRS,
                folder.resolve("tmp").toString());
        return configuration;
    }

    /**
     * A mini cluster cannot do without its REST server. Everybody on the machine, and every page in a browser on it, can reach loopback,
     * and the server takes orders from every client that can.
     */
    private static void answerOnlyTo(OwnCertificate.StoredKey key, Configuration configuration) {
        String file = key.file().toString();
        configuration.set(SecurityOptions.SSL_PROTOCOL, "TLSv1.3");
        configuration.set(SecurityOptions.SSL_ALGORITHMS, "TLS_AES_128_GCM_SHA256");
        configuration.set(SecurityOptions.SSL_INTERNAL_ENABLED, true); // both sides show a certificate
        configuration.set(SecurityOptions.SSL_REST_ENABLED, true);
        configuration.set(SecurityOptions.SSL_REST_AUTHENTICATION_ENABLED, true);
        configuration.set(SecurityOptions.SSL_KEYSTORE, file);
        configuration.set(SecurityOptions.SSL_TRUSTSTORE, file);
        configuration.set(SecurityOptions.SSL_KEYSTORE_PASSWORD, key.password());
        configuration.set(SecurityOptions.SSL_KEY_PASSWORD, key.password());
        configuration.set(SecurityOptions.SSL_TRUSTSTORE_PASSWORD, key.password());
    }

    /** Starts one job, from its last complete checkpoint if there is one. */
    void submit(String name, JobSettings settings, BiConsumer<StreamExecutionEnvironment, JobSettings> define)
            throws Exception {
        // The same job always has the same ID, so its checkpoints always lie in the same folder.
        JobID id = JobID.fromHexString(Sha256Digest.of(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hex()
                .substring(0, 32));
        Configuration configuration = new Configuration();
        Path checkpoints = folder.resolve("checkpoints");
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, durable(checkpoints));
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
        configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(15));
        Optional<Path> last = lastCheckpoint(checkpoints.resolve(id.toHexString()));
        if (last.isPresent()) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, durable(last.get()));
            configuration.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(1); // the station is one site, and one site's log is one partition
        define.accept(environment, settings);
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(name);
        cluster.submitJob(graph.getJobGraph(EmbeddedFlink.class.getClassLoader(), id))
                .get();
        submitted.put(name, Instant.now());
        jobs.put(name, id);
        restored.put(name, last);
    }

    private static Optional<Path> lastCheckpoint(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(path -> path.getFileName().toString().startsWith("chk-"))
                    .filter(EmbeddedFlink::isComplete)
                    .max(Comparator.comparingLong(
                            path -> Long.parseLong(path.getFileName().toString().substring("chk-".length()))));
        }
    }

    private static String durable(Path folder) {
        return folder.toUri().toString().replaceFirst("^file", DurableFileSystem.SCHEME);
    }

    /** Of a power cut, the metadata of the last checkpoint may be torn; the one before it is whole then. */
    private static boolean isComplete(Path checkpoint) {
        Path metadata = checkpoint.resolve("_metadata");
        if (!Files.exists(metadata)) {
            return false;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(metadata)))) {
            Checkpoints.loadCheckpointMetadata(in, EmbeddedFlink.class.getClassLoader(), durable(checkpoint));
            return true;
        } catch (IOException | RuntimeException torn) {
            LoggerFactory.getLogger(EmbeddedFlink.class).warn("FL-102 {} is torn: {}", checkpoint, torn.getMessage());
            return false;
        }
    }

    private void waitUntilRunning(String name, JobID id, Optional<Path> from) throws Exception {
        for (JobStatus status = status(id); status != JobStatus.RUNNING; status = status(id)) {
            if (status.isGloballyTerminalState()) {
                throw new IOException("FL-101 the job " + name + " does not start"
                        + from.map(path -> " from " + path
                                        + ". Move that folder away and start again: the record is then built"
                                        + " anew from the feed and compared with what is published")
                                .orElse(". See the log"));
            }
            Thread.sleep(20);
        }
    }

    /**
     * How a job does.
     *
     * @param state such as RUNNING or RESTARTING
     * @param restarts how often it was seen to start again since the station started
     * @param lastRestart when it last started again, or null
     * @param failure why, in the words of the innermost cause; else an empty text
     * @param lastCheckpoint when its last complete checkpoint began; before the first one, when the job was submitted
     */
    record JobHealth(String state, int restarts, Instant lastRestart, String failure, Instant lastCheckpoint) {}

    /** How each job does. */
    synchronized Map<String, JobHealth> health() {
        Map<String, JobHealth> all = new LinkedHashMap<>();
        jobs.forEach((name, id) -> {
            JobHealth before = seen.getOrDefault(name, new JobHealth("UNKNOWN", 0, null, "", submitted.get(name)));
            JobHealth now = before;
            try {
                AccessExecutionGraph graph = cluster.getExecutionGraph(id).get(5, TimeUnit.SECONDS);
                long at = graph.getStatusTimestamp(JobStatus.RESTARTING);
                Instant restart = at > 0 ? Instant.ofEpochMilli(at) : null;
                boolean again = restart != null && !restart.equals(before.lastRestart());
                now = new JobHealth(
                        graph.getState().name(),
                        before.restarts() + (again ? 1 : 0),
                        restart,
                        failure(graph),
                        lastCheckpoint(graph).orElse(before.lastCheckpoint()));
            } catch (ExecutionException | TimeoutException gone) {
                now = new JobHealth(
                        "UNKNOWN", before.restarts(), before.lastRestart(), before.failure(), before.lastCheckpoint());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            seen.put(name, now);
            all.put(name, now);
        });
        return all;
    }

    private static Optional<Instant> lastCheckpoint(AccessExecutionGraph graph) {
        CheckpointStatsSnapshot checkpoints = graph.getCheckpointStatsSnapshot();
        return checkpoints == null || checkpoints.getHistory().getLatestCompletedCheckpoint() == null
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(
                        checkpoints.getHistory().getLatestCompletedCheckpoint().getTriggerTimestamp()));
    }

    private static String failure(AccessExecutionGraph graph) {
        return graph.getFailureInfo() == null
                ? ""
                : graph.getFailureInfo()
                        .getExceptionAsString()
                        .lines()
                        .filter(line -> !line.startsWith("\tat "))
                        .reduce((first, last) -> last) // the innermost cause
                        .orElse("");
    }

    /** The cluster itself. */
    MiniCluster cluster() {
        return cluster;
    }

    /** The ID of the job with this name. */
    JobID job(String name) {
        return jobs.get(name);
    }

    private JobStatus status(JobID id) throws ExecutionException, InterruptedException, TimeoutException {
        return cluster.getJobStatus(id).get(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        // Why a task failed is worth a line while the station runs; that all of them end now is not.
        ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger("org.apache.flink.runtime.taskmanager.Task"))
                .setLevel(ch.qos.logback.classic.Level.OFF);
        try {
            cluster.closeAsync().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
