package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;

/** What happened to the log and its keys, and to no item. */
public sealed interface LogEvent extends CustodyEvent {
    /** From the next head on, another key signs. Both are verifier keys (C2SP signed-note). */
    @JsonTypeName("keyRotated")
    record KeyRotated(EventContext context, String oldKey, String newKey) implements LogEvent {}

    /** A key does not count for heads of more than so many entries. Its {@code purpose} says why. */
    @JsonTypeName("keyRevoked")
    record KeyRevoked(EventContext context, String revokedKey, long sizeMax) implements LogEvent {}
}
