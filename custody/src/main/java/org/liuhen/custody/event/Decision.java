package org.liuhen.custody.event;

/**
 * The answer of the state machine.
 *
 * @param next the state after the event, or null if it was refused
 * @param code a stable refusal code such as ST-102, or null if it was accepted
 * @param reason the refusal in words, or null if it was accepted
 */
public record Decision(ItemState next, String code, String reason) {
    static Decision accept(ItemState next) {
        return new Decision(next, null, null);
    }

    static Decision refuse(String code, String reason) {
        return new Decision(null, code, reason);
    }

    /** Whether the event may happen. */
    public boolean accepted() {
        return next != null;
    }
}
