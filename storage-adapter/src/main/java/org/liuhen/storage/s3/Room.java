package org.liuhen.storage.s3;

/** The memory that all uploads of one vault may hold together, in bytes. */
final class Room {
    private final long bytes;
    private long taken;

    Room(long bytes) {
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }

    /** Takes some of it, or nothing where there is not as much. */
    synchronized boolean take(long more) {
        if (more > bytes - taken) {
            return false;
        }
        taken += more;
        return true;
    }

    synchronized void giveBack(long less) {
        taken -= less;
    }

    synchronized long taken() {
        return taken;
    }
}
