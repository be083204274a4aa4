package org.liuhen.ingest.record;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.evidence.CaseId;

/**
 * Where the chain of one item stands, in a form that Flink keeps.
 *
 * @param length how many entries it has
 * @param lastLeaf the leaf hash of its last entry, or null
 * @param state the item's state: phase, seal, then one case a line
 */
@SuppressWarnings("ArrayRecordComponent") // Flink carries it; nothing compares it
public record ChainHead(long length, byte[] lastLeaf, String state) {
    static final ChainHead EMPTY = new ChainHead(0, null, encode(ItemState.NOTHING));

    ChainHead followedBy(byte[] leaf, ItemState next) {
        return new ChainHead(length + 1, leaf, encode(next));
    }

    ItemState itemState() {
        String[] lines = state.split("\n", -1);
        Set<CaseId> cases = Arrays.stream(lines).skip(2).map(CaseId::new).collect(Collectors.toSet());
        return new ItemState(ItemState.Phase.valueOf(lines[0]), Boolean.parseBoolean(lines[1]), cases);
    }

    private static String encode(ItemState state) {
        return Stream.concat(
                        Stream.of(state.phase().name(), Boolean.toString(state.sealedAlready())),
                        state.cases().stream().map(CaseId::value).sorted())
                .collect(Collectors.joining("\n"));
    }
}
