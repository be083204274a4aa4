package org.liuhen.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/**
 * The way into the record: events go to {@link CustodyEvent#TOPIC} in Kafka, keyed by log. An event may be offered again
 * after any failure; the record keeps the first of those with one event ID.
 */
public final class Feed implements AutoCloseable {
    private static final Duration ACKNOWLEDGE_TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, String> kafka;
    private final KafkaProducer<String, byte[]> producer;
    private final PartKey key;
    private final FeedLengthCheck lengths;

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

    /**
     * Connects with these settings of a Kafka client, among them {@code bootstrap.servers}; signs each event with this key.
     *
     * @param published an event is acknowledged only where the feed holds at least as many as the log has entries: a feed that was lost, or
     *     restored from an older copy, would lead to another log
     */
    public Feed(Map<String, String> kafka, PartKey key, Published published) {
        this.kafka = kafka;
        this.producer = connect(kafka);
        this.key = key;
        this.lengths = new FeedLengthCheck(
                published::entries, this::countFed, InstantSource.system(), ForkJoinPool.commonPool());
    }

    private Feed(Feed other, PartKey key) {
        this.kafka = other.kafka;
        this.producer = other.producer;
        this.key = key;
        this.lengths = other.lengths;
    }

    /** The same connection for another part of this process. Only the first one is closed. */
    public Feed of(PartKey other) {
        return new Feed(this, other);
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

    /** The feed did not acknowledge. What was offered may be in the feed all the same; ask again with the same key. */
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
                    + " entries of the published log: Kafka lost it, or an older copy was restored. Nothing is accepted."
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
            FeedLengthCheck.Length whole = requireWhole(log, lengths.check(log));
            for (byte[] event : encoded) {
                sent.add(producer.send(record(key, log.value(), event)));
            }
            for (Future<RecordMetadata> acknowledged : sent) {
                RecordMetadata written = acknowledged.get(ACKNOWLEDGE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                // A broker that had it already may give no offset.
                if (written.hasOffset()) {
                    requireWhole(log, lengths.check(log, whole, written.offset()));
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

    /** Refuses (FD-105) a feed that is shorter than its log. */
    private static FeedLengthCheck.Length requireWhole(LogName log, FeedLengthCheck.Length length)
            throws FeedUnavailableException {
        if (length.isTooShort()) {
            FeedMetrics.FAILURES.inc();
            throw new FeedUnavailableException(log, length.fed(), length.entries());
        }
        return length;
    }

    /** How many records the partition of this log has taken since it began. */
    private long countFed(LogName log) throws ExecutionException, InterruptedException {
        int partitions = producer.partitionsFor(CustodyEvent.TOPIC).size();
        TopicPartition feed = new TopicPartition(CustodyEvent.TOPIC, partitionOf(log, partitions));
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

    /** The partition that has all events of a log, of so many: Kafka's default for the key. */
    public static int partitionOf(LogName log, int partitions) {
        return BuiltInPartitioner.partitionForKey(log.value().getBytes(StandardCharsets.UTF_8), partitions);
    }

    /** The record of an event: its key is the log, its header the signature of the part. */
    static ProducerRecord<String, byte[]> record(PartKey key, String log, byte[] event) {
        return new ProducerRecord<>(
                CustodyEvent.TOPIC, null, log, event, List.of(new RecordHeader(PartKey.HEADER, key.sign(log, event))));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
