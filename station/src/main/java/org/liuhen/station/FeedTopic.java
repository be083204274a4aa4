package org.liuhen.station;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.liuhen.custody.event.CustodyEvent;

/** The topic of the feed, as Kafka's administrator sees it. */
final class FeedTopic {
    /** The brokers' time is the record's (decision 0003). */
    static final String BROKERS = "LogAppendTime";

    private static final Duration TOPIC_WITHIN = Duration.ofMinutes(5);
    private static final Duration CHANGE_WITHIN = Duration.ofSeconds(30);
    private static final ConfigResource FEED = new ConfigResource(ConfigResource.Type.TOPIC, CustodyEvent.TOPIC);

    private FeedTopic() {}

    /** The offset behind the last record of each partition. */
    static Map<TopicPartition, Long> ends(Admin admin, int partitions) throws Exception {
        Map<TopicPartition, OffsetSpec> ask = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            ask.put(new TopicPartition(CustodyEvent.TOPIC, i), OffsetSpec.latest());
        }
        return admin.listOffsets(ask).all().get().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    /**
     * Waits until the topic is there and makes sure that it has no records.
     *
     * @return the number of its partitions
     * @throws IOException with code FD-107 where it is missing or not empty
     */
    static int requireEmpty(Admin admin) throws Exception {
        long wait = System.nanoTime() + TOPIC_WITHIN.toNanos();
        while (!admin.listTopics().names().get().contains(CustodyEvent.TOPIC)) { // it may be made at this moment
            if (System.nanoTime() > wait) {
                throw new IOException("FD-107 there is no topic " + CustodyEvent.TOPIC
                        + ". Make it, with the settings that it had, and begin again");
            }
            Thread.sleep(500);
        }
        int partitions = admin.describeTopics(List.of(CustodyEvent.TOPIC))
                .allTopicNames()
                .get()
                .get(CustodyEvent.TOPIC)
                .partitions()
                .size();
        long there =
                ends(admin, partitions).values().stream().mapToLong(end -> end).sum();
        if (there > 0) {
            throw new IOException("FD-107 the topic " + CustodyEvent.TOPIC + " holds " + there
                    + " events, and only an empty one can be restored. Keep a copy of it, delete it, make it anew, and begin"
                    + " again");
        }
        return partitions;
    }

    /**
     * Sets which time the topic's records have, and waits until the brokers know: {@link #BROKERS}, or {@code CreateTime} while the feed is
     * written anew with the times of the log's entries.
     */
    static void keepTimes(Admin admin, String type) throws Exception {
        setTimes(admin, type);
        long end = System.nanoTime() + CHANGE_WITHIN.toNanos();
        while (!admin.describeConfigs(List.of(FEED))
                .all()
                .get()
                .get(FEED)
                .get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)
                .value()
                .equals(type)) {
            if (System.nanoTime() > end) {
                throw new IOException("FD-107 the topic " + CustodyEvent.TOPIC + " does not change to " + type
                        + ". Look at Kafka's controller, and begin again");
            }
            Thread.sleep(100);
        }
        Thread.sleep(1_000); // other brokers may learn of it a moment later
    }

    /** Sets which time the topic's records have, and does not wait. */
    static void setTimes(Admin admin, String type) throws InterruptedException, ExecutionException {
        ConfigEntry wanted = new ConfigEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, type);
        admin.incrementalAlterConfigs(Map.of(FEED, List.of(new AlterConfigOp(wanted, OpType.SET))))
                .all()
                .get();
    }
}
