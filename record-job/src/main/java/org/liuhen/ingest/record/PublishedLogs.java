package org.liuhen.ingest.record;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogPublisher.ForkException;
import org.liuhen.custody.log.LogPublisher.OvertakenException;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
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
    private static final String LOG_KEY = ".pem";
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
        private final JobSettings settings;
        private final TaskInfo task;
        private final Vault vault;
        private final JobMetrics metrics;
        private final Map<String, Head> heads = new ConcurrentHashMap<>();
        private final Map<String, Attestation> attestations = new HashMap<>();
        private final Set<String> own = new HashSet<>();

        /** With what each log was signed last: a key file that cannot be read for a while stops nothing. */
        private final Map<String, Signing> signings = new ConcurrentHashMap<>();

        private final ExecutorService publishing = Executors.newFixedThreadPool(LOGS_AT_ONCE);

        /** The key of a log, and the keys that may have signed its head. */
        private record Signing(SignedNote.Signer signer, List<SignedNote.Verifier> keys) {}

        /** The newest head of a log that was published here. */
        private record Head(long entries, Instant at) {}

        /**
         * Publishes for one subtask. A log is attested by the subtask that its entries come to, which is the one of its key group: two that
         * attest the same log would write over each other's place in it.
         */
        Publication(JobSettings settings, TaskInfo task, JobMetrics metrics) throws IOException {
            this.task = task;
            this.settings = settings;
            this.metrics = metrics;
            this.vault = MeasuredVault.of(settings.vault().open(), metrics::storeCall);
            Path keys = Path.of(settings.keyFolder());
            try (DirectoryStream<Path> pems = Files.newDirectoryStream(keys, "*.{pem,p12,jca}")) {
                for (Path pem : pems) {
                    attest(keys, pem);
                }
            }
        }

        /** Starts the attestation of a log. A key file that is not usable costs only that of its own log. */
        private void attest(Path keys, Path pem) {
            String name = pem.getFileName().toString();
            try {
                LogName log = new LogName(name.substring(0, name.lastIndexOf('.')));
                if (!comesHere(log)) {
                    return;
                }
                own.add(log.value());
                attestations.put(log.value(), new Attestation(log, vault.log(log), policy(keys, log), metrics));
            } catch (IOException | IllegalArgumentException wrong) {
                LOG.error("RC-106 {} is no key of a log: {}. Mend it or take it away", pem, wrong.getMessage());
            }
        }

        private boolean comesHere(LogName log) {
            return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            log.value(), task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks())
                    == task.getIndexOfThisSubtask();
        }

        /** The policy with the log's witnesses; without witnesses where there is no policy file. */
        private static Policy policy(Path keys, LogName log) throws IOException {
            Path file = keys.resolve(JobSettings.POLICY);
            Policy policy = Policy.of(
                    LogKey.read(keys.resolve(log.value() + LOG_KEY), log).verifier());
            return Files.exists(file) ? Policy.parse(Files.readString(file)) : policy;
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
         * Publishes one batch. A log without a key here, such as one with an invented name, and one that contradicts its published entries, are
         * not published and stop no other log; their events stay in the topic.
         */
        private void publish(LogBatch batch) throws IOException {
            LogName log = new LogName(batch.log());
            Path key = Path.of(settings.keyFolder(), batch.log() + LOG_KEY);
            if (!LogKey.exists(key)) {
                trouble(
                        batch,
                        "RC-103 there is no key of the log " + log.value() + " in " + key.getParent() + ", so its "
                                + batch.entries().size()
                                + " entries are not published. Find the program that writes them; or put its key there and start the"
                                + " record job without its Flink state: it reads the feed from the beginning");
                return;
            }
            Signing signing = signing(log, key);
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
                published(batch);
            } catch (ForkException fork) {
                trouble(batch, fork.getMessage());
            }
        }

        /**
         * The key of a log as its files are now, so that a new key counts at once. Where they cannot be read, such as half copied ones, the log is
         * signed as before; that is logged each time.
         *
         * @throws IOException where they cannot be read, and this process never could: Flink begins again, and nothing is lost
         */
        private Signing signing(LogName log, Path key) throws IOException {
            try {
                Signing now = new Signing(
                        LogKey.read(key, log), policy(key.getParent(), log).logs());
                signings.put(log.value(), now);
                return now;
            } catch (IOException | IllegalArgumentException unreadable) {
                Signing before = signings.get(log.value());
                if (before == null) {
                    throw unreadable;
                }
                LOG.error(
                        "RC-106 the key of the log {} cannot be read now: {}. The one that was read before still signs; mend the file",
                        log.value(),
                        unreadable.getMessage());
                return before;
            }
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

        /** Keeps and logs a trouble once. Invented names are bounded, and crowd out no log that has a key here. */
        private void trouble(LogBatch batch, String words) {
            boolean kept = own.contains(batch.log()) || TROUBLES.size() < TROUBLES_MAX;
            if (kept && TROUBLES.put(batch.log(), words) == null) {
                LOG.error("{}", words);
            }
        }

        @Override
        public void close() {
            publishing.shutdownNow();
            attestations.values().forEach(Attestation::close);
            vault.close();
        }
    }
}
