package org.liuhen.ingest.link;

import java.time.Instant;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.feed.Part;
import org.liuhen.job.FeedRecord;
import org.liuhen.job.JobMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes events of the command centre's records in Kafka. A malformed record is refused in the log of its site; one without a site is logged as an error. */
public final class FromDispatch implements KafkaRecordDeserializationSchema<FeedRecord> {
    private static final Logger LOG = LoggerFactory.getLogger(FromDispatch.class);
    private static final Actor READER = Actor.component(DispatchRecords.TOPIC);
    private static final int REASON_CHARACTERS_MAX = 300;

    private transient JobMetrics metrics;

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        metrics = new JobMetrics(context.getMetricGroup());
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> message, Collector<FeedRecord> out) {
        String log = FeedRecord.logOf(message);
        if (log == null) {
            LOG.error(
                    "LK-101 offset {} of {}-{} has no log name as its key or no value and was left out. Find the program that wrote it",
                    message.offset(),
                    message.topic(),
                    message.partition());
            return;
        }
        byte[] event;
        String result = "taken";
        try {
            event = CanonicalJson.encode(
                    DispatchRecords.event(DispatchRecords.read(message.value()), READER, Part.INGEST_JOB.id()));
        } catch (RuntimeException wrong) { // no message stops another
            event = CanonicalJson.encode(refusal(message.value(), String.valueOf(wrong.getMessage())));
            result = "refused";
        }
        metrics.count("dispatch_records_total", "result", result);
        out.collect(new FeedRecord(log, event, 0, Part.INGEST_JOB.id()));
    }

    private static Refused refusal(byte[] message, String why) {
        Sha256Digest digest = Sha256Digest.of(message);
        return new Refused(
                EventContext.of(
                        EventContext.idFor(Refused.class, DispatchRecords.TOPIC + "\n" + digest.hex()),
                        null,
                        Instant.now(),
                        READER,
                        null,
                        Part.INGEST_JOB.id()),
                CustodyEvent.typeName(DispatchRecorded.class),
                digest,
                null,
                "LK-102",
                Reason.of(why, REASON_CHARACTERS_MAX));
    }

    @Override
    public TypeInformation<FeedRecord> getProducedType() {
        return TypeInformation.of(FeedRecord.class);
    }
}
