package org.liuhen.intake;

import java.util.stream.Stream;

/** A fixed number of monitors. Equal keys share one; different keys seldom do. */
final class StripedLocks {
    private static final int LOCKS = 256;

    private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

    /** The monitor to synchronize on for this key. */
    Object of(Object key) {
        return locks[Math.floorMod(key.hashCode(), LOCKS)];
    }
}
