package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.TreeSet;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.Nullable;

/** What is decided about a case as a whole, and with it about all items that are linked to it. It stands in the log's own chain. */
public sealed interface CaseEvent extends CustodyEvent {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void caseAssigned(CaseAssigned event);

        void caseClosed(CaseClosed event);

        void caseReopened(CaseReopened event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.ofCase(this);
    }

    /** The case that is meant. */
    CaseId caseId();

    /** Why fewer people than usual may see what belongs to a case. */
    enum Protection {
        /** A minor is concerned (刑事诉讼法 §286): only those who are assigned. */
        JUVENILE,
        /** The case was sealed: only those who are assigned. */
        SEALED
    }

    /**
     * Says who may see what belongs to a case; takes the place of what was said before. Without a protection the officers are added to
     * those who may see it by their unit; with one, nobody else may.
     *
     * @param protection why only those may, or null where nothing is protected
     * @param officers who is assigned to the case
     * @param unitCode the unit that the case belongs to from now on, or null where that stays as it is
     */
    @JsonTypeName("caseAssigned")
    record CaseAssigned(
            EventContext context,
            CaseId caseId,
            @Nullable Protection protection,
            List<String> officers,
            @Nullable String unitCode)
            implements CaseEvent {
        public CaseAssigned {
            requireCase(caseId);
            officers = List.copyOf(new TreeSet<>(officers));
        }

        /** The case stays with its unit. */
        public CaseAssigned(EventContext context, CaseId caseId, Protection protection, List<String> officers) {
            this(context, caseId, protection, officers, null);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.caseAssigned(this);
        }
    }

    /** The case is over. What belongs to closed cases alone may be disposed of when its time has come. */
    @JsonTypeName("caseClosed")
    record CaseClosed(EventContext context, CaseId caseId) implements CaseEvent {
        public CaseClosed {
            requireCase(caseId);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.caseClosed(this);
        }
    }

    /** The case goes on. */
    @JsonTypeName("caseReopened")
    record CaseReopened(EventContext context, CaseId caseId) implements CaseEvent {
        public CaseReopened {
            requireCase(caseId);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.caseReopened(this);
        }
    }

    private static void requireCase(CaseId caseId) {
        if (caseId == null) {
            throw new IllegalArgumentException("caseId is missing");
        }
    }
}
