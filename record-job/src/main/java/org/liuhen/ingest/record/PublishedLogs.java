package org.liuhen.ingest.record;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogPublisher.ForkException;
import org.liuhen.custody.log.LogPublisher.OvertakenException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.Together;
import org.liuhen.job.JobMetrics;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.MeasuredVault;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Flink sink of the record. Entries wait until the checkpoint that holds them is complete; only then are they
 * published, so no restart can compute other entries for places that are published already. A fork stops its own log: nothing more
 * is published of it.
 */
public final class PublishedLogs implements Sink<LogEntry>, SupportsCommitter<LogBatch> {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedLogs.class);
    private static final int LOGS_AT_ONCE = 8; // each waits for a store most of the time
    private static final int TRIES = 10; // each was overtaken by a publication, so the log grows meanwhile
    private static final int TROUBLES_MAX = 100;
    private static final Map<String, String> TROUBLES = new ConcurrentHashMap<>();

    private final JobSettings settings;

    /** Publishes into this vault with these keys. */
    public PublishedLogs(JobSettings settings) {
        this.settings = settings;
    }

    /** Why logs are not published by this process: each log's name with the reason. */
    public static Map<String, String> troubles() {
        return Map.copyOf(TROUBLES);
    }

    /** Each log whose key this process cannot read now, with the reason and what follows from it. */
    public static Map<String, String> keyTroubles() {
        return LogKeys.troubles();
    }

    /** Says that nothing of this log is published, for it never had a key here. */
    static void withoutKey(String log, LogKeys keys) {
        if (TROUBLES.containsKey(log)) {
            return;
        }
        String words = "RC-103 there is no key of the log " + log + " in " + keys.folder()
                + ", so its entries are not published. Find the program that writes them; or put its key there and start the"
                + " record job without its Flink state: it reads the feed from the beginning";
        trouble(log, false, words);
    }

    /** Keeps a trouble and logs it once. Invented names are bounded, and crowd out no log that has a key here. */
    private static void trouble(String log, boolean hasKey, String words) {
        if ((hasKey || TROUBLES.size() < TROUBLES_MAX) && TROUBLES.put(log, words) == null) {
            LOG.error("{}", words);
        }
    }

    @Override
    public SinkWriter<LogEntry> createWriter(WriterInitContext context) {
        return new Batches();
    }

    @Override
    public Committer<LogBatch> createCommitter(CommitterInitContext context) throws IOException {
        return new Publication(settings, context.getTaskInfo(), new JobMetrics(context.metricGroup()));
    }

    @Override
    public SimpleVersionedSerializer<LogBatch> getCommittableSerializer() {
        return new LogBatch.Serializer();
    }

    /** Gathers entries until Flink asks for them at its checkpoint. */
    private static final class Batches implements CommittingSinkWriter<LogEntry, LogBatch> {
        private final Map<String, LogBatch> batches = new LinkedHashMap<>();

        @Override
        public void write(LogEntry entry, Context context) {
            batches.computeIfAbsent(entry.log(), log -> new LogBatch(log, entry.index(), new ArrayList<>()))
                    .entries()
                    .add(entry.bytes());
        }

        @Override
        public Collection<LogBatch> prepareCommit() {
            List<LogBatch> all = List.copyOf(batches.values());
            batches.clear();
            return all;
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }

    /** Publishes batches in the order of their log. */
    private static final class Publication implements Committer<LogBatch> {
        private final LogKeys keys;
        private final TaskInfo task;
        private final Vault vault;
        private final JobMetrics metrics;
        private final Map<String, Head> heads = new ConcurrentHashMap<>();
        private final Map<String, Attestation> attestations = new ConcurrentHashMap<>();
        private final Set<String> own = ConcurrentHashMap.newKeySet();

        private final ExecutorService publishing = Executors.newFixedThreadPool(LOGS_AT_ONCE);

        /** The newest head of a log that was published here. */
        private record Head(long entries, Instant at) {}

        /**
         * Publishes for one subtask. A log is attested by the subtask that its entries come to, which is the one of its key group: two that
         * attest the same log would write over each other's place in it.
         */
        Publication(JobSettings settings, TaskInfo task, JobMetrics metrics) throws IOException {
            this.task = task;
            this.keys = new LogKeys(settings);
            this.metrics = metrics;
            this.vault = MeasuredVault.of(settings.vault().open(), metrics::storeCall);
            try (DirectoryStream<Path> pems = Files.newDirectoryStream(keys.folder(), "*.{pem,p12,jca}")) {
                for (Path pem : pems) {
                    attest(pem);
                }
            }
        }

        /** Starts the attestation of the log of a key file. One that is not usable costs only that of its own log, until it can be read. */
        private void attest(Path pem) {
            String name = pem.getFileName().toString();
            try {
                attest(new LogName(name.substring(0, name.lastIndexOf('.'))));
            } catch (IllegalArgumentException wrong) {
                LOG.error("RC-106 {} is no key of a log: {}. Mend it or take it away", pem, wrong.getMessage());
            }
        }

        /** Starts the attestation of a log that comes here, where it has not started and the key can be read. */
        private void attest(LogName log) {
            if (attestations.containsKey(log.value()) || !comesHere(log)) {
                return;
            }
            own.add(log.value());
            try {
                attestations.put(log.value(), new Attestation(log, vault.log(log), keys.policy(log), metrics));
            } catch (IOException | IllegalArgumentException unreadable) {
                LOG.error(
                        "RC-106 the log {} is not attested, for its key cannot be read: {}. Mend it or take it away",
                        log.value(),
                        unreadable.getMessage());
            }
        }

        private boolean comesHere(LogName log) {
            return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            log.value(), task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks())
                    == task.getIndexOfThisSubtask();
        }

        @Override
        public void commit(Collection<CommitRequest<LogBatch>> requests) throws IOException {
            Map<String, List<LogBatch>> byLog = requests.stream()
                    .map(CommitRequest::getCommittable)
                    .sorted(Comparator.comparingLong(LogBatch::firstIndex))
                    .collect(Collectors.groupingBy(LogBatch::log));
            if (byLog.size() == 1) {
                publish(byLog.values().iterator().next());
                return;
            }
            List<Callable<Void>> logs = new ArrayList<>();
            byLog.values()
                    .forEach(batches -> logs.add(() -> {
                        publish(batches);
                        return null;
                    }));
            Together.run(publishing, logs, "publishing");
        }

        private void publish(List<LogBatch> batches) throws IOException {
            for (LogBatch batch : batches) {
                publish(batch);
            }
        }

        /**
         * Publishes one batch. A log that contradicts its published entries is not published and stops no other log.
         *
         * @throws IOException also where the key was taken away, or broken, before this process could read it: Flink begins again, and nothing is
         *     lost. That is only so for entries of the last moments before a process ended; {@link WaitForKey} holds all others back
         */
        private void publish(LogBatch batch) throws IOException {
            LogName log = new LogName(batch.log());
            if (!keys.has(log)
                    && published(log) == 0) { // of an older version of this job; now such entries do not come here
                withoutKey(batch.log(), keys);
                return;
            }
            LogKeys.Signing signing;
            try {
                signing = keys.read(log);
            } catch (IOException unreadable) {
                if (batch.firstIndex() + batch.entries().size() <= published(log)) {
                    return; // the process that published it ended before Flink heard of it
                }
                throw unreadable;
            }
            LogPublisher publisher = new LogPublisher(vault.log(log), log, signing.signer(), signing.keys());
            try {
                if (batch.firstIndex() > 0
                        && !heads.containsKey(batch.log())
                        && publisher.published().isEmpty()) {
                    trouble(
                            batch,
                            "RC-104 nothing of the log " + log.value() + " is published, and here are its entries from "
                                    + batch.firstIndex()
                                    + " on: its key came later than its first events, or published files were"
                                    + " removed. Start the record job without its Flink state");
                    return;
                }
                publish(publisher, batch);
                TROUBLES.remove(log.value());
                attest(log);
                published(batch);
            } catch (ForkException fork) {
                trouble(batch, fork.getMessage());
            }
        }

        /** How many entries of this log are published. */
        private long published(LogName log) throws IOException {
            Optional<byte[]> head = vault.log(log).read(Tiles.CHECKPOINT);
            return head.isEmpty() ? 0 : Checkpoint.sizeIn(head.get());
        }

        /** Publishes, also where another publisher went on meanwhile, as one that took over: its entries are compared, and the rest is published behind them. */
        private static void publish(LogPublisher publisher, LogBatch batch) throws IOException, ForkException {
            for (int tries = 1; ; tries++) {
                try {
                    publisher.publish(batch.firstIndex(), batch.entries());
                    return;
                } catch (OvertakenException overtaken) {
                    if (tries == TRIES) {
                        throw overtaken;
                    }
                    LOG.warn("{}; the published log is read again", overtaken.getMessage());
                }
            }
        }

        private void published(LogBatch batch) {
            Attestation attestation = attestations.get(batch.log());
            if (attestation != null) {
                attestation.published();
            }
            Head head = new Head(batch.firstIndex() + batch.entries().size(), Instant.now());
            if (heads.put(batch.log(), head) == null) {
                metrics.gauge("head_entries", () -> heads.get(batch.log()).entries(), "log", batch.log());
                metrics.gauge(
                        "head_timestamp_seconds",
                        () -> heads.get(batch.log()).at().getEpochSecond(),
                        "log",
                        batch.log());
            }
        }

        private void trouble(LogBatch batch, String words) {
            PublishedLogs.trouble(batch.log(), own.contains(batch.log()), words);
        }

        @Override
        public void close() {
            publishing.shutdownNow();
            attestations.values().forEach(Attestation::close);
            vault.close();
        }
    }
}
