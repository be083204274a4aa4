package org.liuhen.storage.s3;

import java.util.List;

/**
 * The three buckets of a store.
 *
 * @param vault complete objects, with versions and Object Lock
 * @param uploads the notes on uploads and the tails of unfinished ones, and the notes of sites; without versions
 * @param custody published logs; without versions
 */
record Buckets(String vault, String uploads, String custody) {
    static Buckets named(String name) {
        return new Buckets(name + "-vault", name + "-uploads", name + "-custody");
    }

    List<String> all() {
        return List.of(vault, uploads, custody);
    }
}
