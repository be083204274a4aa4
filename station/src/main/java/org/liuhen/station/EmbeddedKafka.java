package org.liuhen.station;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.log.DurableFile;

/**
 * A Kafka broker and controller (KRaft) inside this process, on loopback, with its log in a folder. It answers to nobody but those who
 * show the station's own certificate. One broker has no replicas, so the feed's topic is forced to disk with each append.
 */
final class EmbeddedKafka implements AutoCloseable {
    private static final String CONTROLLER = "CONTROLLER";
    private static final String CLIENTS = "CLIENTS";
    private static final int NEWEST = 100;
    private static final Duration TOPICS_WITHIN = Duration.ofMinutes(1);
    private static final long BROKER_MILLIS = 300;

    private final Path folder;
    private final int port;
    private final Map<String, String> ssl;
    private KafkaRaftServer server;

    /** Will listen on this port, or on a free one where it is 0. */
    EmbeddedKafka(Path folder, int wantedPort, OwnCertificate certificate) throws IOException {
        this.folder = folder;
        ssl = certificate.kafka();
        port = wantedPort == 0 ? FreePort.find() : wantedPort;
    }

    /** Whether there is a feed here from before. */
    boolean ranBefore() {
        return Files.isDirectory(folder.resolve(CustodyEvent.TOPIC + "-0"));
    }

    /** How many records the feed's one partition has taken since it began: the offset of the next one. */
    long fedSoFar() throws InterruptedException, ExecutionException {
        TopicPartition feed = new TopicPartition(CustodyEvent.TOPIC, 0);
        try (Admin admin = Admin.create(new HashMap<>(client()))) {
            return admin.listOffsets(Map.of(feed, OffsetSpec.latest()))
                    .partitionResult(feed)
                    .get()
                    .offset();
        }
    }

    /** Whether one of the newest records of the feed has a part's signature. */
    boolean signed() throws InterruptedException, ExecutionException {
        TopicPartition feed = new TopicPartition(CustodyEvent.TOPIC, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                new HashMap<>(client()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            long end = fedSoFar();
            consumer.assign(List.of(feed));
            consumer.seek(feed, Math.max(0, end - NEWEST));
            while (consumer.position(feed) < end) {
                for (ConsumerRecord<byte[], byte[]> fed : consumer.poll(Duration.ofSeconds(1))) {
                    if (fed.headers().lastHeader(PartKey.HEADER) != null) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Starts, and returns when the topics are there. */
    EmbeddedKafka start() throws Exception {
        Files.createDirectories(folder);
        int controllerPort;
        do {
            controllerPort = FreePort.find();
        } while (controllerPort == port);
        format();
        Map<String, String> config = new HashMap<>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", "1");
        config.put("listeners", CLIENTS + "://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        config.put("advertised.listeners", CLIENTS + "://127.0.0.1:" + port);
        config.put("listener.security.protocol.map", CLIENTS + ":SSL," + CONTROLLER + ":SSL");
        config.put("inter.broker.listener.name", CLIENTS);
        config.put("ssl.client.auth", "required");
        config.putAll(ssl);
        config.put("controller.listener.names", CONTROLLER);
        config.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        config.put("log.dirs", folder.toString());
        config.put("auto.create.topics.enable", "false");
        config.put("offsets.topic.replication.factor", "1");
        config.put("offsets.topic.num.partitions", "1");
        config.put("transaction.state.log.replication.factor", "1");
        config.put("transaction.state.log.min.isr", "1");
        config.put("group.initial.rebalance.delay.ms", "0");
        // After a kill the controller waits this long before it lets the same broker in again.
        config.put("broker.session.timeout.ms", "1500");
        config.put("broker.heartbeat.interval.ms", "300");
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "2");
        config.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        server = new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
        server.startup();
        createTopics();
        return this;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The settings of a client that this broker answers to. */
    Map<String, String> client() {
        Map<String, String> settings = new HashMap<>(ssl);
        settings.put("bootstrap.servers", bootstrapServers());
        settings.put("security.protocol", "SSL");
        return settings;
    }

    /** Writes these settings to a file that only this user can read: with it Kafka's own tools can look at the feed. */
    void writeClient(Path file) throws IOException {
        Properties settings = new Properties();
        settings.putAll(client());
        StringWriter text = new StringWriter();
        settings.store(text, "How to reach the Kafka of this station; new at each start");
        Files.deleteIfExists(file);
        DurableFile.createSecret(file, text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    int port() {
        return port;
    }

    /** Kafka does not force what it writes here; what a power cut left of a first start, before which nothing was told, goes. */
    private void format() throws Exception {
        boolean ranBefore = ranBefore();
        if (!ranBefore) {
            try (Stream<Path> torn = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) torn.sorted(Comparator.reverseOrder())::iterator) {
                    if (!path.equals(folder)) {
                        Files.delete(path);
                    }
                }
            }
            try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
                new Formatter()
                        .setPrintStream(silent)
                        .setNodeId(1)
                        .setClusterId(Uuid.randomUuid().toString())
                        .setControllerListenerName(CONTROLLER)
                        .addDirectory(folder.toString())
                        .setMetadataLogDirectory(folder.toString())
                        .run();
            }
        }
        try (Stream<Path> made = Files.walk(folder, ranBefore ? 1 : Integer.MAX_VALUE)) {
            for (Path path : (Iterable<Path>) made::iterator) {
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        }
    }

    private void createTopics() throws InterruptedException, ExecutionException {
        NewTopic feed = new NewTopic(CustodyEvent.TOPIC, 1, (short) 1)
                .configs(Map.of(
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        FeedTopic.BROKERS,
                        "retention.ms",
                        "-1",
                        "flush.messages",
                        "1"));
        NewTopic dispatches = new NewTopic(DispatchRecords.TOPIC, 1, (short) 1)
                .configs(Map.of("retention.ms", "-1", "flush.messages", "1"));
        try (Admin admin = Admin.create(new HashMap<>(client()))) {
            long end = System.nanoTime() + TOPICS_WITHIN.toNanos();
            while (!created(admin, List.of(feed, dispatches), end)) {
                Thread.sleep(BROKER_MILLIS);
            }
            FeedTopic.setTimes(admin, FeedTopic.BROKERS); // a restore that was killed may have left it otherwise
        }
    }

    /**
     * Whether the topics are there. On a machine with much to do the broker's heartbeats come late; the controller then has no broker to put a topic
     * on until the next one comes, and says so as if the replication factor were wrong.
     */
    private static boolean created(Admin admin, List<NewTopic> topics, long end)
            throws InterruptedException, ExecutionException {
        for (KafkaFuture<Void> created : admin.createTopics(topics).values().values()) {
            try {
                created.get();
            } catch (ExecutionException failed) {
                boolean fenced = failed.getCause() instanceof InvalidReplicationFactorException;
                if (fenced && System.nanoTime() < end) {
                    return false;
                }
                if (!(failed.getCause() instanceof TopicExistsException)) {
                    throw failed;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
        }
    }
}
