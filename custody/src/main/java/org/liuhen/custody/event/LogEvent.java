package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.liuhen.custody.evidence.Sha256Digest;

/** What happened to the log and its keys, and to no item. */
public sealed interface LogEvent extends CustodyEvent {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void keyRotated(KeyRotated event);

        void keyRevoked(KeyRevoked event);

        void feedRestored(FeedRestored event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.log(this);
    }

    /** From the next head on, another key signs. Both are verifier keys (C2SP signed-note). */
    @JsonTypeName("keyRotated")
    record KeyRotated(EventContext context, String oldKey, String newKey) implements LogEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.keyRotated(this);
        }
    }

    /** A key does not count for heads of more than so many entries. Its {@code purpose} says why. */
    @JsonTypeName("keyRevoked")
    record KeyRevoked(EventContext context, String revokedKey, long sizeMax) implements LogEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.keyRevoked(this);
        }
    }

    /**
     * The feed in Kafka was lost, or replaced, and written again from the published log. What was acknowledged before and not published
     * is not in it, but for uploads, which are announced again. Its {@code purpose} says why.
     *
     * @param size how many entries the log had
     * @param root the root hash of its tree then (RFC 6962 §2.1)
     */
    @JsonTypeName("feedRestored")
    record FeedRestored(EventContext context, long size, Sha256Digest root) implements LogEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.feedRestored(this);
        }
    }
}
