package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.liuhen.custody.evidence.DispatchRecord;

/** Who was dispatched where, and which recordings may be of it. */
public sealed interface DispatchEvent extends CustodyEvent {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void dispatchRecorded(DispatchRecorded event);

        void linkProposed(LinkProposed event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.dispatch(this);
    }

    /** The command centre told of a dispatch, or told more of one. It stands in the log's own chain. */
    @JsonTypeName("dispatchRecorded")
    record DispatchRecorded(EventContext context, DispatchRecord dispatch) implements DispatchEvent {
        public DispatchRecorded {
            if (dispatch == null) {
                throw new IllegalArgumentException("dispatch is missing");
            }
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.dispatchRecorded(this);
        }
    }

    /**
     * A rule found that the item may belong to one of several incidents; an officer chooses. It takes the place of what was
     * proposed before; without candidates, nothing is proposed any more.
     */
    @JsonTypeName("linkProposed")
    record LinkProposed(EventContext context, LinkRule rule) implements DispatchEvent {
        public LinkProposed {
            if (rule == null) {
                throw new IllegalArgumentException("rule is missing");
            }
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.linkProposed(this);
        }
    }
}
