package org.liuhen.ingest.feed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.job.FeedRecord;

/** Writes records for the feed, signed by the ingest job: the log's name is the key, so one log stays in one partition. */
public final class ToFeed implements KafkaRecordSerializationSchema<FeedRecord> {
    private final String keyFolder;
    private transient PartKey key;

    /** Signs with the ingest job's key in this folder of keys. */
    public ToFeed(String keyFolder) {
        this.keyFolder = keyFolder;
    }

    /** An event that the ingest job is about to feed. */
    public static FeedRecord record(String log, CustodyEvent event) {
        return new FeedRecord(log, CanonicalJson.encode(Part.INGEST_JOB.requireMakes(event)), 0, Part.INGEST_JOB.id());
    }

    @Override
    public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) throws Exception {
        key = PartKey.read(Path.of(keyFolder), Part.INGEST_JOB);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(FeedRecord event, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(
                CustodyEvent.TOPIC,
                null,
                event.log().getBytes(StandardCharsets.UTF_8),
                event.bytes(),
                List.of(new RecordHeader(PartKey.HEADER, key.sign(event.log(), event.bytes()))));
    }
}
