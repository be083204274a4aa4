package org.liuhen.ingest.record;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.liuhen.custody.event.ItemState;

/**
 * Where the chain of one item stands, in a form that Flink keeps.
 *
 * @param length how many entries it has
 * @param lastLeaf the leaf hash of its last entry, or null
 * @param state the item's state: its phase, then a line for each open key: register, key and holder, percent-encoded
 */
@SuppressWarnings("ArrayRecordComponent") // Flink carries it; nothing compares it
public record ChainHead(long length, byte[] lastLeaf, String state) {
    static final ChainHead EMPTY = new ChainHead(0, null, encode(ItemState.NOTHING));

    ChainHead followedBy(byte[] leaf, ItemState next) {
        return new ChainHead(length + 1, leaf, encode(next));
    }

    ItemState itemState() {
        String[] lines = state.split("\n", -1);
        SortedMap<String, SortedMap<String, String>> open = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] words = lines[i].split(" ", -1);
            open.computeIfAbsent(words[0], register -> new TreeMap<>())
                    .put(
                            URLDecoder.decode(words[1], StandardCharsets.UTF_8),
                            URLDecoder.decode(words[2], StandardCharsets.UTF_8));
        }
        return new ItemState(ItemState.Phase.valueOf(lines[0]), open);
    }

    private static String encode(ItemState state) {
        StringJoiner lines = new StringJoiner("\n").add(state.phase().name());
        state.open()
                .forEach((register, keys) -> keys.forEach((key, holder) -> lines.add(register + " "
                        + URLEncoder.encode(key, StandardCharsets.UTF_8) + " "
                        + URLEncoder.encode(holder, StandardCharsets.UTF_8))));
        return lines.toString();
    }
}
