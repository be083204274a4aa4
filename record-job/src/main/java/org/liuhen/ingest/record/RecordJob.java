package org.liuhen.ingest.record;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.liuhen.job.FeedRecord;
import org.liuhen.job.FeedSource;
import org.liuhen.job.JobSettings;

/**
 * The record as a Flink job: feed → place in the chain and the log → publication. It is keyed once, by log, and shuffles
 * nowhere else: keying by item first would mix the order of a log anew at each replay.
 */
public final class RecordJob {
    /** The job's name and its Kafka group. */
    public static final String NAME = "liuhen-record";

    private RecordJob() {}

    /** Submits the job to a cluster. */
    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        define(environment, JobSettings.parse(arguments));
        environment.execute(NAME);
    }

    /** Defines the job. */
    public static void define(StreamExecutionEnvironment environment, JobSettings settings) {
        environment.setMaxParallelism(FeedSource.MAX_PARALLELISM);
        DataStream<LogEntry> entries = environment
                .fromSource(
                        FeedSource.of(settings, NAME, OffsetsInitializer.earliest(), null),
                        WatermarkStrategy.noWatermarks(),
                        "feed")
                .uid("feed")
                .keyBy(FeedRecord::log)
                .process(new ChainFunction())
                .name("chain")
                .uid("chain");
        // Already parted by log: nothing goes over the network once more.
        DataStreamUtils.reinterpretAsKeyedStream(entries, LogEntry::log)
                .process(new WaitForKey(settings))
                .name("wait for key")
                .uid("wait-for-key")
                .sinkTo(new PublishedLogs(settings))
                .name("published logs")
                .uid("published-logs");
    }
}
