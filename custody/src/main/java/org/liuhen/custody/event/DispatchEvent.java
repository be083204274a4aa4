package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.liuhen.custody.evidence.DispatchRecord;

/** Who was dispatched where, and which recordings may be of it. */
public sealed interface DispatchEvent extends CustodyEvent {
    /** The command centre told of a dispatch, or told more of one. It stands in the log's own chain. */
    @JsonTypeName("dispatchRecorded")
    record DispatchRecorded(EventContext context, DispatchRecord dispatch) implements DispatchEvent {
        public DispatchRecorded {
            if (dispatch == null) {
                throw new IllegalArgumentException("dispatch is missing");
            }
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
    }
}
