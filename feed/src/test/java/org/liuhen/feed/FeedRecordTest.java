package org.liuhen.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.feed.PartKey;
import org.liuhen.custody.feed.Parts;

/** What one record of the topic is. That brokers take and order them is for integration tests with a real Kafka. */
class FeedRecordTest {
    private static final byte[] EVENT = "{\"type\":\"x\"}".getBytes(UTF_8);

    @Test
    void theKeyIsTheLogAndTheHeaderVerifiesWithThePartsKey(@TempDir Path keys) throws Exception {
        PartKey key = PartKey.readOrCreate(keys, Part.INTAKE);
        ProducerRecord<String, byte[]> record = Feed.record(key, "site-1", EVENT);
        assertEquals(CustodyEvent.TOPIC, record.topic());
        assertEquals("site-1", record.key());
        assertArrayEquals(EVENT, record.value());
        assertNull(record.partition(), "the key alone decides");
        assertNull(record.timestamp(), "the broker's clock counts");
        assertEquals(1, record.headers().toArray().length);
        byte[] signature = record.headers().lastHeader(PartKey.HEADER).value();
        Parts parts = Parts.parse(key.line() + "\n");
        assertEquals("intake", parts.whoFed("site-1", EVENT, signature, 0));
        assertEquals(Parts.NOBODY, parts.whoFed("site-2", EVENT, signature, 0), "the signature names the log");
        byte[] other = EVENT.clone();
        other[0]++;
        assertEquals(Parts.NOBODY, parts.whoFed("site-1", other, signature, 0));
    }

    @Test
    void aLogHasOnePartitionAndLogsAreSpread() {
        List<Integer> partitions = IntStream.range(0, 100)
                .mapToObj(i -> Feed.partitionOf(new LogName("site-" + i), 6))
                .toList();
        assertTrue(partitions.stream().allMatch(partition -> partition >= 0 && partition < 6));
        assertEquals(6, partitions.stream().collect(Collectors.toSet()).size());
        assertEquals(
                Utils.toPositive(Utils.murmur2("site-1".getBytes(UTF_8))) % 6,
                partitions.get(1),
                "as Kafka's clients do");
    }
}
