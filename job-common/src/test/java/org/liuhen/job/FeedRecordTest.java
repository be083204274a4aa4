package org.liuhen.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FeedRecordTest {
    private static List<FeedRecord> taken(Pattern marks, byte[] event, String... keys) throws IOException {
        List<FeedRecord> taken = new ArrayList<>();
        FeedRecord.FromFeed reader = new FeedRecord.FromFeed("", marks);
        reader.open(null);
        for (String key : keys) {
            byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
            reader.deserialize(new ConsumerRecord<>("custody.events", 0, 0, bytes, event), new ListCollector<>(taken));
        }
        return taken;
    }

    @Test
    void takesOnlyRecordsThatNameALog() throws IOException {
        List<FeedRecord> taken = taken(null, new byte[] {1}, "site-1", "SITE", "../x", "", "京", null);
        assertEquals(List.of("site-1"), taken.stream().map(FeedRecord::log).toList());
        assertEquals(List.of(), taken(null, null, "site-1"));
    }

    @Test
    void aJobReadsOnlyWhatItLooksFor() throws IOException {
        byte[] event = "{\"eventType\":\"viewed\"}".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                1,
                taken(FeedRecord.marks(List.of("sealed", "viewed")), event, "site-1")
                        .size());
        assertEquals(
                0,
                taken(FeedRecord.marks(List.of("sealed", "view")), event, "site-1")
                        .size());
    }
}
