package org.liuhen.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.RecordTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event on its way between operators: in the canonical form that is hashed and signed, never as an object.
 *
 * @param log the log that it belongs to
 * @param bytes the canonical event
 * @param appendedMillis when the broker appended it, in milliseconds since 1970; 0 before that
 */
@SuppressWarnings("ArrayRecordComponent") // Flink carries it; nothing compares it
public record FedEvent(String log, byte[] bytes, long appendedMillis) {
    /** Which bytes can be an event of one of these kinds. Canonical JSON has one way to write a kind, so a look spares decoding most others. */
    public static Pattern marks(String... kinds) {
        return Pattern.compile("\"eventType\":\"(" + String.join("|", kinds) + ")\"");
    }

    /** The event, if it has one of these marks; nothing for malformed bytes, of which the record job puts a refusal into the log. */
    public Optional<CustodyEvent> decoded(Pattern marks) {
        if (!marks.matcher(new String(bytes, StandardCharsets.UTF_8)).find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CanonicalJson.decode(bytes));
        } catch (MalformedEventException malformed) {
            return Optional.empty();
        }
    }

    /** Reads the feed's records. A record without a log's name as its key belongs to no log; that is logged loudly. */
    public static final class FromFeed implements KafkaRecordDeserializationSchema<FedEvent> {
        private static final Logger LOG = LoggerFactory.getLogger(FromFeed.class);

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> fed, Collector<FedEvent> out) throws IOException {
            String log = logOf(fed);
            if (log == null) {
                LOG.error(
                        "RC-101 offset {} of {}-{} has no log name or no event and is in no log. Find who wrote it",
                        fed.offset(),
                        fed.topic(),
                        fed.partition());
                return;
            }
            // A topic that keeps its producers' own times may hold any; the record holds 1970 to 9999.
            long appended =
                    Math.max(RecordTime.MIN.toEpochMilli(), Math.min(fed.timestamp(), RecordTime.MAX.toEpochMilli()));
            out.collect(new FedEvent(log, fed.value(), appended));
        }

        @Override
        public TypeInformation<FedEvent> getProducedType() {
            return TypeInformation.of(FedEvent.class);
        }
    }

    /** The record's key, if it is the name of a log, else null: any other one would stop the publication of all logs at each restart. */
    public static String logOf(ConsumerRecord<byte[], byte[]> fed) {
        if (fed.key() == null || fed.value() == null) {
            return null;
        }
        try {
            return new LogName(new String(fed.key(), StandardCharsets.UTF_8)).value();
        } catch (IllegalArgumentException noName) {
            return null;
        }
    }

    /** Writes records for the feed: the log's name is the key, so one log stays in one partition. */
    public static final class ToFeed implements KafkaRecordSerializationSchema<FedEvent> {
        @Override
        public ProducerRecord<byte[], byte[]> serialize(FedEvent event, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(
                    CustodyEvent.TOPIC, event.log().getBytes(StandardCharsets.UTF_8), event.bytes());
        }
    }
}
