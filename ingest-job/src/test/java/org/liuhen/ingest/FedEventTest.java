package org.liuhen.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FedEventTest {
    private static List<FedEvent> taken(Pattern marks, byte[] event, String... keys) throws IOException {
        List<FedEvent> taken = new ArrayList<>();
        FedEvent.FromFeed reader = new FedEvent.FromFeed("", marks);
        reader.open(null);
        for (String key : keys) {
            byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
            reader.deserialize(new ConsumerRecord<>("custody.events", 0, 0, bytes, event), new ListCollector<>(taken));
        }
        return taken;
    }

    @Test
    void takesOnlyRecordsThatNameALog() throws IOException {
        List<FedEvent> taken = taken(null, new byte[] {1}, "site-1", "SITE", "../x", "", "京", null);
        assertEquals(List.of("site-1"), taken.stream().map(FedEvent::log).toList());
        assertEquals(List.of(), taken(null, null, "site-1"));
    }

    @Test
    void aJobReadsOnlyWhatItLooksFor() throws IOException {
        byte[] event = "{\"eventType\":\"viewed\"}".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                1,
                taken(FedEvent.marks(List.of("sealed", "viewed")), event, "site-1")
                        .size());
        assertEquals(
                0,
                taken(FedEvent.marks(List.of("sealed", "view")), event, "site-1")
                        .size());
    }
}
