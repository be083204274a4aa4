package org.liuhen.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FedEventTest {
    @Test
    void takesOnlyRecordsThatNameALog() throws IOException {
        List<FedEvent> taken = new ArrayList<>();
        for (String key : new String[] {"site-1", "SITE", "../x", "", "京", null}) {
            byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
            new FedEvent.FromFeed()
                    .deserialize(
                            new ConsumerRecord<>("custody.events", 0, 0, bytes, new byte[] {1}),
                            new ListCollector<>(taken));
        }
        new FedEvent.FromFeed()
                .deserialize(
                        new ConsumerRecord<>("custody.events", 0, 0, "site-1".getBytes(StandardCharsets.UTF_8), null),
                        new ListCollector<>(taken));
        assertEquals(List.of("site-1"), taken.stream().map(FedEvent::log).toList());
    }
}
