package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Text;

/** What should be there and is not. */
public sealed interface GapEvent extends CustodyEvent
        permits GapEvent.GapFound,
                GapEvent.GapClosed,
                GapEvent.GapExplained,
                GapEvent.GapReopened,
                GapEvent.TimePassed {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void gapFound(GapFound event);

        void gapClosed(GapClosed event);

        void gapExplained(GapExplained event);

        void gapReopened(GapReopened event);

        void timePassed(TimePassed event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.gap(this);
    }

    /** The sorts of gap. */
    enum GapKind {
        /** A day after a call was cleared, no recording is linked to its incident or proposed for it. */
        DISPATCH_WITHOUT_RECORDING,
        /** A day after a call was cleared, all its recordings end before that. */
        ENDS_BEFORE_CLEARED,
        /** A day after it was declared, an item is not received. */
        DECLARED_NOT_RECEIVED,
        /** A recording was received later than a day after it ended. It is not mended by anything. */
        LATE_UPLOAD
    }

    /**
     * Something is missing. It stands in the chain of the item that is meant, or, where no item is, in the log's own.
     *
     * @param gapId names the gap: its kind, and the incident or item
     * @param gapKind what sort of gap it is
     * @param since since when it should have been there
     * @param finding what was expected and what was found
     */
    @JsonTypeName("gapFound")
    record GapFound(EventContext context, String gapId, GapKind gapKind, Instant since, String finding)
            implements GapEvent {
        public GapFound {
            requireName(gapId);
        }

        @Override
        public String key() {
            return gapId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.gapFound(this);
        }
    }

    /** What was missing is there now; its {@code purpose} says what. */
    @JsonTypeName("gapClosed")
    record GapClosed(EventContext context, String gapId) implements GapEvent {
        public GapClosed {
            requireName(gapId);
        }

        @Override
        public String key() {
            return gapId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.gapClosed(this);
        }
    }

    /** Why a recording that was expected is missing, in the words of a supervisor. */
    enum GapGround {
        /** The device was broken, or its battery empty. */
        DEVICE_BROKEN,
        /** No device was issued. */
        NO_DEVICE,
        /** Nobody switched the device on, or too late. */
        NOT_SWITCHED_ON,
        /** It was recorded and is lost. */
        LOST,
        /** It was recorded by something that does not upload here, or under another incident. */
        RECORDED_ELSEWHERE,
        /** There was nothing to record, such as a call that was taken back. */
        NOTHING_TO_RECORD,
        /** Something else, as the words say. */
        OTHER
    }

    /**
     * A supervisor said why something is missing. The gap stays a gap, and counts as explained until it is closed, found once more or opened
     * again.
     *
     * @param words what happened
     * @param caseId the case or incident that it refers to, or null
     * @param relatedItem the item that it refers to, or null
     */
    @JsonTypeName("gapExplained")
    record GapExplained(
            EventContext context,
            String gapId,
            GapGround ground,
            String words,
            @Nullable CaseId caseId,
            @Nullable EvidenceId relatedItem)
            implements GapEvent {
        public GapExplained {
            requireName(gapId);
        }

        @Override
        public String key() {
            return gapId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.gapExplained(this);
        }
    }

    /** An explanation does not count any more: it was taken back, or somebody does not accept it. The gap is open again. */
    @JsonTypeName("gapReopened")
    record GapReopened(EventContext context, String gapId, String reason) implements GapEvent {
        public GapReopened {
            requireName(gapId);
        }

        @Override
        public String key() {
            return gapId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.gapReopened(this);
        }
    }

    /**
     * Nothing else happened for a while and something was due. What follows from time passing follows from an entry, then, as
     * everything else does.
     */
    @JsonTypeName("timePassed")
    record TimePassed(EventContext context) implements GapEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.timePassed(this);
        }
    }

    /** The longest name of a gap, in characters (Unicode code points): its kind and a case number. */
    int NAME_CHARACTERS_MAX = 400;

    private static void requireName(String gapId) {
        if (gapId == null || Text.length(gapId) > NAME_CHARACTERS_MAX) {
            throw new IllegalArgumentException("A gap has a name of at most " + NAME_CHARACTERS_MAX + " characters");
        }
    }
}
