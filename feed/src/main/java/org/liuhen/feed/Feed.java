package org.liuhen.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.Tiles;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into the record: events go to {@link CustodyEvent#TOPIC} in Kafka, keyed by log. An event may be offered again
 * after any failure; the record keeps the first of those with one event ID.
 */
public final class Feed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final Duration ACKNOWLEDGE_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration LOG_SIZE_VALID = Duration.ofMinutes(1);

    private final Map<String, String> kafka;
    private final KafkaProducer<String, byte[]> producer;
    private final PartKey key;
    private final Published published;
    private final Map<LogName, LogState> states;

    /** Takes events of one site's log. {@link Feed#append(LogName, CustodyEvent)} is one; a test may keep them in memory. */
    public interface Appender {
        /**
         * Appends an event.
         *
         * @throws FeedUnavailableException if it was not acknowledged; it may be there all the same, and may be appended again
         */
        void append(LogName log, CustodyEvent event) throws FeedUnavailableException;
    }

    /** How long the published logs are. */
    public interface Published {
        /** How many entries this log has. */
        long entries(LogName log) throws IOException;

        /** As the newest head in this vault says. */
        static Published in(Vault vault) {
            return log -> {
                Optional<byte[]> head = vault.log(log).read(Tiles.CHECKPOINT);
                return head.isEmpty() ? 0 : Checkpoint.sizeIn(head.get());
            };
        }
    }

    /** How many entries a log has at least, as was seen then; and how many events its feed had when it had too few, else -1. */
    private record LogState(long entries, Instant at, long tooFew) {}

    /**
     * Connects with these settings of a Kafka client, among them {@code bootstrap.servers}; signs each event with this key.
     *
     * @param published an event is acknowledged only where the feed holds at least as many as the log has entries: a feed that was lost, or
     *     restored from an older copy, would lead to another log
     */
    public Feed(Map<String, String> kafka, PartKey key, Published published) {
        this(kafka, connect(kafka), key, published, new ConcurrentHashMap<>());
    }

    private Feed(
            Map<String, String> kafka,
            KafkaProducer<String, byte[]> producer,
            PartKey key,
            Published published,
            Map<LogName, LogState> states) {
        this.kafka = kafka;
        this.producer = producer;
        this.key = key;
        this.published = published;
        this.states = states;
    }

    /** The same connection for another part of this process. Only the first one is closed. */
    public Feed of(PartKey other) {
        return new Feed(kafka, producer, other, published, states);
    }

    private static KafkaProducer<String, byte[]> connect(Map<String, String> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        // Each request is forced to the disk: while one is, all others gather for the next.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 4_000);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /** The record cannot be reached. What was asked was not done; it may be asked again. */
    public static final class FeedUnavailableException extends Exception {
        private final String code;

        /** The feed did not acknowledge (FD-101). */
        public FeedUnavailableException(Throwable cause) {
            super(
                    "FD-101 the record does not acknowledge. Check that Kafka runs and has space; nothing that was"
                            + " acknowledged is lost",
                    cause);
            code = "FD-101";
        }

        private FeedUnavailableException(LogName log, long fed, long published) {
            super("FD-105 the feed of " + log.value() + " has " + fed + " events, fewer than the " + published
                    + " entries of the published log: Kafka lost it, or an older copy was restored. Nothing is taken in."
                    + " Stop all parts, and write it anew with: liuhen restore-feed");
            code = "FD-105";
        }

        /** FD-101, or FD-105 where the feed is not the one that the log was made from. */
        public String code() {
            return code;
        }
    }

    /** Returns only after the brokers have acknowledged the event (acks=all). */
    public void append(LogName log, CustodyEvent event) throws FeedUnavailableException {
        append(log, List.of(event));
    }

    /** Returns only after the brokers have acknowledged all these events. After a failure some may be there; offer all again. */
    public void append(LogName log, List<? extends CustodyEvent> events) throws FeedUnavailableException {
        List<byte[]> encoded = events.stream()
                .map(key.part()::requireMakes)
                .map(CanonicalJson::encode)
                .toList(); // all can be, or none is sent
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        long start = System.nanoTime();
        try {
            LogState whole = requireNotShorterThanLog(log);
            for (byte[] event : encoded) {
                sent.add(producer.send(record(log.value(), event)));
            }
            for (Future<RecordMetadata> acknowledged : sent) {
                RecordMetadata written = acknowledged.get(ACKNOWLEDGE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                // A broker that had it already may give no offset.
                if (written.hasOffset() && written.offset() < whole.entries()) {
                    updateState(log, new LogState(whole.entries(), whole.at(), written.offset()));
                    requireNotShorterThanLog(log);
                }
            }
            events.forEach(
                    event -> FeedMetrics.EVENTS.labelValues(event.typeName()).inc());
        } catch (ExecutionException | TimeoutException | KafkaException | IOException away) {
            FeedMetrics.FAILURES.inc();
            throw new FeedUnavailableException(away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new FeedUnavailableException(stopped);
        } finally {
            FeedMetrics.SECONDS.observe((System.nanoTime() - start) / 1e9);
        }
    }

    /**
     * Refuses a feed that is shorter than its log, before anything is written into it: at first by asking Kafka, then by the offsets that it
     * gives. Once it was too short, it stays refused as long as this process runs. A store that does not answer leaves the state as it was.
     */
    private LogState requireNotShorterThanLog(LogName log)
            throws IOException, ExecutionException, InterruptedException, FeedUnavailableException {
        LogState before = states.get(log);
        if (before != null && before.tooFew() >= 0) {
            FeedMetrics.FAILURES.inc();
            throw new FeedUnavailableException(log, before.tooFew(), before.entries());
        }
        if (before != null && before.at().plus(LOG_SIZE_VALID).isAfter(Instant.now())) {
            return before;
        }
        if (before != null) { // the log has grown meanwhile; no event waits for a store that does not answer
            updateState(log, new LogState(before.entries(), Instant.now(), -1));
            ForkJoinPool.commonPool().execute(() -> refreshLogSize(log));
            return before;
        }
        long entries = published.entries(log);
        long fed = entries > 0 ? countFed(log) : 0;
        updateState(log, new LogState(entries, Instant.now(), fed < entries ? fed : -1));
        return requireNotShorterThanLog(log);
    }

    private void refreshLogSize(LogName log) {
        try {
            updateState(log, new LogState(published.entries(log), Instant.now(), -1));
        } catch (IOException | RuntimeException away) {
            LOG.debug("the head of {} cannot be read now", log.value(), away);
        }
    }

    private void updateState(LogName log, LogState now) {
        states.merge(log, now, (before, fresh) -> before.tooFew() >= 0 ? before : fresh);
    }

    /** How many records the partition of this log has taken since it began. */
    private long countFed(LogName log) throws ExecutionException, InterruptedException {
        int partitions = producer.partitionsFor(CustodyEvent.TOPIC).size();
        int partition = BuiltInPartitioner.partitionForKey(log.value().getBytes(StandardCharsets.UTF_8), partitions);
        TopicPartition feed = new TopicPartition(CustodyEvent.TOPIC, partition);
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 4_000);
        try (Admin admin = Admin.create(settings)) {
            return admin.listOffsets(Map.of(feed, OffsetSpec.latest()))
                    .partitionResult(feed)
                    .get()
                    .offset();
        }
    }

    private ProducerRecord<String, byte[]> record(String log, byte[] event) {
        return new ProducerRecord<>(
                CustodyEvent.TOPIC, null, log, event, List.of(new RecordHeader(PartKey.HEADER, key.sign(log, event))));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
