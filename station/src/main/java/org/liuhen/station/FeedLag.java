package org.liuhen.station;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.liuhen.custody.event.CustodyEvent;

/** How far each job's Kafka group is behind the end of the feed, in events and in time, as of the last {@link #look}. Safe for threads. */
final class FeedLag implements AutoCloseable {
    private static final int KAFKA_SECONDS = 5;
    private static final int ENDS_MAX = 300;

    /** Where the feed ended when it was looked at. */
    private record End(Instant at, long offset) {}

    private final Admin admin;
    private final List<String> groups;
    private final Map<String, Long> lag = new TreeMap<>(); // guarded by this
    private final Deque<End> ends = new ArrayDeque<>(); // guarded by this
    private final Map<String, Instant> caughtUp = new TreeMap<>(); // guarded by this
    private String trouble = ""; // guarded by this
    private Instant answered = Instant.EPOCH; // guarded by this

    /**
     * Nothing is known before the first look.
     *
     * @param kafka how clients reach Kafka
     * @param groups the consumer groups of the jobs
     */
    FeedLag(Map<String, String> kafka, List<String> groups) {
        this.groups = groups;
        Properties settings = new Properties();
        settings.putAll(kafka);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, KAFKA_SECONDS * 1_000);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, KAFKA_SECONDS * 1_000);
        admin = Admin.create(settings);
    }

    /** Asks Kafka. Groups are told of at each checkpoint. */
    void look() throws InterruptedException {
        try {
            TopicPartition partition = new TopicPartition(CustodyEvent.TOPIC, 0);
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get(KAFKA_SECONDS, TimeUnit.SECONDS)
                    .offset();
            Map<String, Long> now = new LinkedHashMap<>();
            for (String group : groups) {
                OffsetAndMetadata read = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get(KAFKA_SECONDS, TimeUnit.SECONDS)
                        .get(partition);
                now.put(group, end - (read == null ? 0 : read.offset()));
            }
            keep(end, now);
        } catch (ExecutionException
                | TimeoutException
                | RuntimeException away) { // one that throws would be the last look
            synchronized (this) {
                trouble = "Kafka does not answer: " + away.getMessage();
            }
        }
    }

    private synchronized void keep(long end, Map<String, Long> now) {
        trouble = "";
        answered = Instant.now();
        lag.putAll(now);
        ends.add(new End(answered, end));
        while (ends.size() > ENDS_MAX) {
            ends.removeFirst();
        }
        // A group is as far as the feed was at the newest look whose end it has reached.
        now.forEach((group, behind) -> {
            caughtUp.putIfAbsent(group, ends.getLast().at());
            for (End past : ends) {
                if (past.offset() <= end - behind && past.at().isAfter(caughtUp.get(group))) {
                    caughtUp.put(group, past.at());
                }
            }
        });
    }

    /** Why Kafka cannot be counted on, where it gave no answer or none for so long; empty where it did. */
    synchronized String silence(Duration answerMax, Instant now) {
        return trouble.isEmpty() && answered.plus(answerMax).isBefore(now)
                ? "Kafka has not answered yet, or not for a while"
                : trouble;
    }

    /** How many events a group has not read yet. */
    synchronized long behindEvents(String group) {
        return lag.getOrDefault(group, 0L);
    }

    /** A line for each group; one that has been behind for longer than this is a problem. */
    synchronized void report(ObjectNode feed, Map<String, String> problems, Duration behindMax, Instant now) {
        lag.forEach((group, behind) -> {
            Duration since = Duration.between(caughtUp.get(group), now);
            feed.putObject(group).put("behindEvents", behind).put("behindSeconds", behind == 0 ? 0 : since.toSeconds());
            if (behind > 0 && since.compareTo(behindMax) > 0) {
                problems.put(
                        "feed",
                        group + " has been behind the feed for " + since.toSeconds() + " s, by " + behind
                                + " events now");
            }
        });
        if (!trouble.isEmpty()) {
            feed.put("trouble", trouble);
            problems.put("feed", trouble);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
