package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;

/** What happened to the log, its keys and the clocks of its devices, and to no item. */
public sealed interface LogEvent extends CustodyEvent {
    /** A dock compared a device's clock with its own before it set it. */
    @JsonTypeName("clockMeasured")
    record ClockMeasured(
            EventContext context, String deviceSerial, long offsetMillis, Long uncertaintyMillis, String method)
            implements LogEvent {}

    /** From the next head on, another key signs. Both are verifier keys (C2SP signed-note). */
    @JsonTypeName("keyRotated")
    record KeyRotated(EventContext context, String oldKey, String newKey) implements LogEvent {}

    /** A key does not count for heads of more than so many entries. Its {@code purpose} says why. */
    @JsonTypeName("keyRevoked")
    record KeyRevoked(EventContext context, String revokedKey, long sizeMax) implements LogEvent {}
}
