package org.liuhen.ingest.record;

import org.liuhen.custody.event.ItemState;

/**
 * The end of the chain of one item, as Flink state. Savepoints name this class.
 *
 * @param length how many entries it has
 * @param lastLeaf the leaf hash of its last entry, or null
 * @param state the item's state, as {@link ItemState#toText} writes it
 */
@SuppressWarnings("ArrayRecordComponent") // Flink carries it; nothing compares it
public record ChainHead(long length, byte[] lastLeaf, String state) {
    static final ChainHead EMPTY = new ChainHead(0, null, ItemState.NOTHING.toText());

    ChainHead followedBy(byte[] leaf, ItemState next) {
        return new ChainHead(length + 1, leaf, next.toText());
    }

    ItemState itemState() {
        return ItemState.parse(state);
    }
}
