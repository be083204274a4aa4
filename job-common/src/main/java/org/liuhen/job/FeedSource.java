package org.liuhen.job;

import java.util.regex.Pattern;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.liuhen.custody.event.CustodyEvent;

/** The feed as a source of both jobs. */
public final class FeedSource {
    /**
     * The maximum parallelism of both jobs. It decides how keys are spread over subtasks, and can never be changed for a job that has a
     * checkpoint; it is also the default that Flink chose for jobs that ran before this constant existed.
     */
    public static final int MAX_PARALLELISM = 128;

    private FeedSource() {}

    /**
     * The feed, read by this group of consumers.
     *
     * @param start where it is read from without Flink state
     * @param marks only events with one of these marks ({@link FeedRecord#marks}), or all where it is null
     */
    public static KafkaSource<FeedRecord> of(
            JobSettings settings, String group, OffsetsInitializer start, Pattern marks) {
        return KafkaSource.<FeedRecord>builder()
                .setProperties(settings.kafkaProperties())
                .setTopics(CustodyEvent.TOPIC)
                .setGroupId(group)
                .setStartingOffsets(start)
                .setDeserializer(new FeedRecord.FromFeed(settings.parts(), marks))
                .build();
    }
}
