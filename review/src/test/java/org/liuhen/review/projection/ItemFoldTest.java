package org.liuhen.review.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventKinds;
import org.liuhen.custody.evidence.LogName;

/**
 * Short logs, with what version 16 of the read model computes from them: {@code logs.txt} has the entries, items as {@code jsonb} writes them, and at
 * the end of each log its search words and cases. What differs here is another version of the read model.
 */
class ItemFoldTest {
    /** The kinds of event that stand in the log's own chain and change neither an item nor a case. */
    private static final int CHANGE_NOTHING = 38;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LogName LOG = new LogName("site-1");

    private static String[] lines() throws IOException {
        try (InputStream in = ItemFoldTest.class.getResourceAsStream("logs.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
        }
    }

    /** As it is read again: a number may be an int or a long before. */
    private static JsonNode written(ItemView item) throws IOException {
        return JSON.readTree(ItemJson.write(item).toString());
    }

    private static LogProjection empty() {
        return new LogProjection(new LinkedHashMap<>(), new LinkedHashMap<>(), new HashMap<>());
    }

    /** Each item is written and read between its entries, as the follower does, or it is not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itemsAreAsTheyWere(boolean stored) throws IOException, MalformedEventException {
        LogProjection log = empty();
        Set<String> kinds = new TreeSet<>();
        long index = 0;
        for (String line : lines()) {
            String[] words = line.split(" ", line.startsWith("entry") || line.startsWith("cases") ? 2 : 3);
            switch (words[0]) {
                case "entry" -> {
                    byte[] bytes = words[1].getBytes(StandardCharsets.UTF_8);
                    Entry entry = Entry.decode(bytes);
                    log.add(entry, EntryRow.of(LOG, index++, bytes, entry));
                    kinds.add(entry.event().typeName());
                    if (stored) {
                        for (Map.Entry<String, ItemView> item : log.items().entrySet()) {
                            item.setValue(ItemJson.read(
                                    ItemJson.write(item.getValue()).toString()));
                        }
                    }
                }
                case "item" ->
                    assertEquals(JSON.readTree(words[2]), written(log.items().get(words[1])));
                case "words" ->
                    assertEquals(
                            words[2],
                            String.join(" ", SearchTerms.of(log.items().get(words[1]))));
                default -> {
                    assertEquals(words[1], new TreeMap<>(log.cases()).toString());
                    log = empty();
                }
            }
        }
        assertEquals(EventKinds.all().size() - CHANGE_NOTHING, kinds.size(), kinds.toString());
    }

    @Test
    void aStoredItemIsWrittenInTheOrderInWhichItStands() throws IOException {
        for (String line : lines()) {
            if (line.startsWith("item ")) {
                String stored = line.split(" ", 3)[2];
                assertEquals(stored, ItemJson.write(ItemJson.read(stored)).toString());
            }
        }
    }

    @Test
    void whatItDoesNotKnowIsKeptAsItIs() throws IOException {
        String row = "{\"size\":{\"later\":true},\"state\":7,\"holds\":{\"h\":{\"by\":\"x\",\"until\":1}},"
                + "\"place\":\"here\",\"fileName\":\"a.mp4\",\"declaredAt\":\"2026-11-27T01:00Z\"}";
        ItemView item = ItemJson.read(row);
        assertEquals("a.mp4", item.fileName());
        assertTrue(item.holds().isEmpty() && !item.is(ItemView.State.VERIFIED));
        ObjectNode written = ItemJson.write(item);
        assertEquals(JSON.readTree(row), JSON.readTree(written.toString()));
    }
}
