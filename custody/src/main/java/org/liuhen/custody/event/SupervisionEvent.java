package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Units;

/** What legal officers and supervisors do with an item, and to whom it goes. */
public sealed interface SupervisionEvent extends CustodyEvent
        permits SupervisionEvent.AccessDenied,
                SupervisionEvent.NoteAdded,
                SupervisionEvent.ReviewOpened,
                SupervisionEvent.ReviewReturned,
                SupervisionEvent.ReviewAnswered,
                SupervisionEvent.ReviewSigned,
                SupervisionEvent.HandoverOffered,
                SupervisionEvent.HandoverOfferedToUnit,
                SupervisionEvent.HandoverAccepted,
                SupervisionEvent.HandoverRefused,
                SupervisionEvent.HandoverWithdrawn {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void accessDenied(AccessDenied event);

        void noteAdded(NoteAdded event);

        void reviewOpened(ReviewOpened event);

        void reviewReturned(ReviewReturned event);

        void reviewAnswered(ReviewAnswered event);

        void reviewSigned(ReviewSigned event);

        void handoverOffered(HandoverOffered event);

        void handoverOfferedToUnit(HandoverOfferedToUnit event);

        void handoverAccepted(HandoverAccepted event);

        void handoverRefused(HandoverRefused event);

        void handoverWithdrawn(HandoverWithdrawn event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.supervision(this);
    }

    /** A person asked for something without the right to see or do it. */
    @JsonTypeName("accessDenied")
    record AccessDenied(EventContext context, String act, String reason) implements SupervisionEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.accessDenied(this);
        }
    }

    /**
     * A person said something about the item, or about a moment of its recording. It changes nothing, and whoever sees the item may read it.
     *
     * @param words what was said
     * @param atMillis the moment, in milliseconds from the beginning of the recording; null where the item as a whole is meant
     */
    @JsonTypeName("noteAdded")
    record NoteAdded(
            EventContext context, String words, @Nullable Long atMillis) implements SupervisionEvent {
        public NoteAdded {
            if (atMillis != null && atMillis < 0) {
                throw new IllegalArgumentException("No moment of a recording is before its beginning: " + atMillis);
            }
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.noteAdded(this);
        }
    }

    /**
     * A legal officer began to review the item.
     *
     * @param sample the rule that drew the item for review, or null where somebody chose it
     */
    @JsonTypeName("reviewOpened")
    record ReviewOpened(
            EventContext context, String reviewId, @Nullable String sample) implements SupervisionEvent {
        /** Of an item that somebody chose. */
        public ReviewOpened(EventContext context, String reviewId) {
            this(context, reviewId, null);
        }

        @Override
        public String key() {
            return reviewId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.reviewOpened(this);
        }
    }

    /**
     * The review ended: the item goes back to the case officer, with what is missing.
     *
     * @param due until when it has to be mended, or null where nobody said
     */
    @JsonTypeName("reviewReturned")
    record ReviewReturned(
            EventContext context,
            String reviewId,
            String finding,
            @Nullable Instant due,
            @Nullable PersonalSignature signature)
            implements SupervisionEvent {
        /** Without a deadline, signed by the log alone. */
        public ReviewReturned(EventContext context, String reviewId, String finding) {
            this(context, reviewId, finding, null, null);
        }

        @Override
        public String key() {
            return reviewId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.reviewReturned(this);
        }
    }

    /** What the case officer says of a review that came back. */
    enum ReviewAnswer {
        /** What was missing is mended. */
        RECTIFIED,
        /** The finding is not accepted. */
        OBJECTED
    }

    /**
     * The case officer answered a review that came back. With it the review is open again, under the same ID.
     *
     * @param outcome what became of the finding
     * @param words what was mended, or why the finding is not accepted
     */
    @JsonTypeName("reviewAnswered")
    record ReviewAnswered(
            EventContext context,
            String reviewId,
            ReviewAnswer outcome,
            String words,
            @Nullable PersonalSignature signature)
            implements SupervisionEvent {
        /** Signed by the log alone. */
        public ReviewAnswered(EventContext context, String reviewId, ReviewAnswer outcome, String words) {
            this(context, reviewId, outcome, words, null);
        }

        @Override
        public String key() {
            return reviewId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.reviewAnswered(this);
        }
    }

    /** The review ended: the legal officer signed an opinion. */
    @JsonTypeName("reviewSigned")
    record ReviewSigned(
            EventContext context,
            String reviewId,
            String opinion,
            @Nullable PersonalSignature signature) implements SupervisionEvent {
        /** Signed by the log alone. */
        public ReviewSigned(EventContext context, String reviewId, String opinion) {
            this(context, reviewId, opinion, null);
        }

        @Override
        public String key() {
            return reviewId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.reviewSigned(this);
        }
    }

    /** The item is offered to another person, who becomes responsible by accepting. */
    @JsonTypeName("handoverOffered")
    record HandoverOffered(
            EventContext context,
            String handoverId,
            String to,
            @Nullable PersonalSignature signature) implements SupervisionEvent {
        /** Signed by the log alone. */
        public HandoverOffered(EventContext context, String handoverId, String to) {
            this(context, handoverId, to, null);
        }

        @Override
        public String key() {
            return handoverId;
        }

        @Override
        public String holder() {
            return to;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.handoverOffered(this);
        }
    }

    /**
     * The item is offered to an office. One of its people becomes responsible by accepting; who that is says {@link HandoverAccepted}.
     *
     * @param toUnit the code of the unit, whose people and those of the units below it may answer; see {@link Units}
     */
    @JsonTypeName("handoverOfferedToUnit")
    record HandoverOfferedToUnit(
            EventContext context,
            String handoverId,
            String toUnit,
            @Nullable PersonalSignature signature) implements SupervisionEvent {
        /** Signed by the log alone. */
        public HandoverOfferedToUnit(EventContext context, String handoverId, String toUnit) {
            this(context, handoverId, toUnit, null);
        }

        @Override
        public String key() {
            return handoverId;
        }

        /** The unit whose people may answer. */
        @Override
        public String holder() {
            return toUnit;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.handoverOfferedToUnit(this);
        }
    }

    /** The one to whom it was offered, or somebody of the office, took the item over. */
    @JsonTypeName("handoverAccepted")
    record HandoverAccepted(
            EventContext context,
            String handoverId,
            @Nullable PersonalSignature signature) implements SupervisionEvent {
        /** Signed by the log alone. */
        public HandoverAccepted(EventContext context, String handoverId) {
            this(context, handoverId, null);
        }

        @Override
        public String key() {
            return handoverId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.handoverAccepted(this);
        }
    }

    /** The one to whom it was offered, or somebody of the office, did not take it. */
    @JsonTypeName("handoverRefused")
    record HandoverRefused(
            EventContext context,
            String handoverId,
            String reason,
            @Nullable PersonalSignature signature) implements SupervisionEvent {
        /** Signed by the log alone. */
        public HandoverRefused(EventContext context, String handoverId, String reason) {
            this(context, handoverId, reason, null);
        }

        @Override
        public String key() {
            return handoverId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.handoverRefused(this);
        }
    }

    /** The offer was taken back before it was answered: by somebody of the unit that made it. */
    @JsonTypeName("handoverWithdrawn")
    record HandoverWithdrawn(EventContext context, String handoverId, String reason) implements SupervisionEvent {
        @Override
        public String key() {
            return handoverId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.handoverWithdrawn(this);
        }
    }
}
