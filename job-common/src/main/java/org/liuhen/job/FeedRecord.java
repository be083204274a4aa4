package org.liuhen.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.feed.Parts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event on its way between operators: in the canonical form that is hashed and signed, never as an object.
 *
 * @param log the name of the log that the event belongs to
 * @param bytes the canonical event
 * @param appendedMillis when the broker appended the event, in milliseconds since 1970; 0 before that
 * @param fedBy the part that signed it, as {@link Parts#whoFed} names it
 */
@SuppressWarnings("ArrayRecordComponent") // Flink carries it; nothing compares it
public record FeedRecord(String log, byte[] bytes, long appendedMillis, String fedBy) {
    /** A pattern that every event of these kinds has in its bytes: canonical JSON writes a kind in one way. A search for it skips decoding of most other events. */
    public static Pattern marks(List<String> kinds) {
        return Pattern.compile("\"eventType\":\"(" + String.join("|", kinds) + ")\"");
    }

    private static boolean has(Pattern marks, byte[] event) {
        return marks.matcher(new String(event, StandardCharsets.UTF_8)).find();
    }

    /**
     * The event, if it has one of these marks and a part that may make it did. Nothing for any other, nor for malformed bytes: the record job puts a
     * refusal of those into the log.
     */
    public Optional<CustodyEvent> decoded(Pattern marks) {
        if (!has(marks, bytes)) {
            return Optional.empty();
        }
        try {
            return Optional.of(CanonicalJson.decode(bytes)).filter(event -> Parts.counts(fedBy, event));
        } catch (MalformedEventException malformed) {
            return Optional.empty();
        }
    }

    /** Reads the feed's records and finds the part that fed each. A record without a log's name as its key belongs to no log; that is logged as an error, RC-101. */
    public static final class FromFeed implements KafkaRecordDeserializationSchema<FeedRecord> {
        private static final Logger LOG = LoggerFactory.getLogger(FromFeed.class);

        private final String keys;
        private final Pattern marks;
        private transient Parts parts;

        /** Reads with this list of the parts' keys ({@link Parts#parse}); only events with one of these marks, or all where it is null. */
        public FromFeed(String keys, Pattern marks) {
            this.keys = keys;
            this.marks = marks;
        }

        @Override
        public void open(DeserializationSchema.InitializationContext context) {
            parts = Parts.parse(keys);
        }

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> fed, Collector<FeedRecord> out) throws IOException {
            String log = logOf(fed);
            if (log == null) {
                LOG.error(
                        "RC-101 offset {} of {}-{} has no log name or no event and is in no log. Find who wrote it",
                        fed.offset(),
                        fed.topic(),
                        fed.partition());
                return;
            }
            if (marks != null && !has(marks, fed.value())) {
                return;
            }
            // A topic that keeps its producers' own times may hold any; the record holds 1970 to 9999.
            long appended =
                    Math.max(RecordTime.MIN.toEpochMilli(), Math.min(fed.timestamp(), RecordTime.MAX.toEpochMilli()));
            Header signature = fed.headers().lastHeader(PartKey.HEADER);
            String fedBy = parts.whoFed(log, fed.value(), signature == null ? null : signature.value(), fed.offset());
            out.collect(new FeedRecord(log, fed.value(), appended, fedBy));
        }

        @Override
        public TypeInformation<FeedRecord> getProducedType() {
            return TypeInformation.of(FeedRecord.class);
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
}
