package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Duration;
import java.time.Instant;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.evidence.Text;

/** How long an item is kept, and that its bytes are still what they were. */
public sealed interface RetentionEvent extends CustodyEvent {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void categorised(Categorised event);

        void retentionExtended(RetentionExtended event);

        void holdPlaced(HoldPlaced event);

        void holdReleased(HoldReleased event);

        void fixityChecked(FixityChecked event);

        void disposalProposed(DisposalProposed event);

        void disposalApproved(DisposalApproved event);

        void disposalRefused(DisposalRefused event);

        void disposed(Disposed event);

        void retentionRuleProposed(RetentionRuleProposed event);

        void retentionRuleApproved(RetentionRuleApproved event);

        void retentionRuleRefused(RetentionRuleRefused event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.retention(this);
    }

    /** What is kept for ever is locked for as long as the longest class of records that ends: a store's lock has an end. */
    Duration LONGEST_LOCK = Duration.ofDays(30 * 365 + 8);

    /** The longest retention that ends: a hundred years. */
    int RETENTION_DAYS_MAX = 36_525;

    /** The longest name of a category, in characters (Unicode code points). */
    int CATEGORY_CHARACTERS_MAX = 128;

    private static void requireRetention(String category, Integer days) {
        if (category == null || Text.length(category) > CATEGORY_CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "A category's name has at most " + CATEGORY_CHARACTERS_MAX + " characters");
        }
        if (days != null && (days < 0 || days > RETENTION_DAYS_MAX)) {
            throw new IllegalArgumentException("Retention is 0 to " + RETENTION_DAYS_MAX + " days, or for ever");
        }
    }

    /** The item was put into a category of the law, which decides how long it is kept. */
    @JsonTypeName("categorised")
    record Categorised(
            EventContext context, String category, @Nullable Integer retentionDays) implements RetentionEvent {
        public Categorised {
            requireRetention(category, retentionDays);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.categorised(this);
        }
    }

    /** Retention was set to a later day on the object and read back. */
    @JsonTypeName("retentionExtended")
    record RetentionExtended(EventContext context, StoredObject object, Instant retainUntil, String enforcement)
            implements RetentionEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.retentionExtended(this);
        }
    }

    /** The item is needed: until this hold is released nothing may end its retention. Its {@code purpose} says why. */
    @JsonTypeName("holdPlaced")
    record HoldPlaced(EventContext context, String holdId) implements RetentionEvent {
        @Override
        public String key() {
            return holdId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.holdPlaced(this);
        }
    }

    /** A hold is no longer needed. */
    @JsonTypeName("holdReleased")
    record HoldReleased(EventContext context, String holdId) implements RetentionEvent {
        @Override
        public String key() {
            return holdId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.holdReleased(this);
        }
    }

    /** The stored bytes were read again. {@code matches} says whether they are those of the record. */
    @JsonTypeName("fixityChecked")
    record FixityChecked(
            EventContext context,
            StoredObject object,
            long sizeBytes,
            @Nullable Sha256Digest sha256,
            boolean matches) implements RetentionEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.fixityChecked(this);
        }
    }

    /** Somebody proposed to dispose of the item, and on which ground. */
    @JsonTypeName("disposalProposed")
    record DisposalProposed(EventContext context, String ground) implements RetentionEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.disposalProposed(this);
        }
    }

    /** Another person approved the disposal. */
    @JsonTypeName("disposalApproved")
    record DisposalApproved(EventContext context) implements RetentionEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.disposalApproved(this);
        }
    }

    /** The disposal does not happen; its {@code purpose} says why. It can be proposed again. */
    @JsonTypeName("disposalRefused")
    record DisposalRefused(EventContext context) implements RetentionEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.disposalRefused(this);
        }
    }

    /**
     * The tombstone of the item: from here on its bytes are to be had from nobody, and the store deletes them now. What the record says of
     * them stays.
     */
    @JsonTypeName("disposed")
    record Disposed(
            EventContext context,
            StoredObject object,
            @Nullable Sha256Digest sha256) implements RetentionEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.disposed(this);
        }
    }

    /**
     * Somebody proposed that a category keeps items longer or less long. What is here already is never kept for less than it was promised.
     *
     * @param ruleId names the change; stands in the log's own chain, as the next two
     * @param category the category of the law
     * @param retentionDays for how many days it keeps an item from its declaration on, or null for ever
     * @param ground the law or order that asks for it
     */
    @JsonTypeName("retentionRuleProposed")
    record RetentionRuleProposed(
            EventContext context,
            String ruleId,
            String category,
            @Nullable Integer retentionDays,
            String ground) implements RetentionEvent {
        public RetentionRuleProposed {
            requireRetention(category, retentionDays);
        }

        @Override
        public String key() {
            return ruleId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.retentionRuleProposed(this);
        }
    }

    /** Another person approved the change of the rule: it holds from here on. */
    @JsonTypeName("retentionRuleApproved")
    record RetentionRuleApproved(EventContext context, String ruleId) implements RetentionEvent {
        @Override
        public String key() {
            return ruleId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.retentionRuleApproved(this);
        }
    }

    /** The rule stays as it is; its {@code purpose} says why. */
    @JsonTypeName("retentionRuleRefused")
    record RetentionRuleRefused(EventContext context, String ruleId) implements RetentionEvent {
        @Override
        public String key() {
            return ruleId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.retentionRuleRefused(this);
        }
    }
}
