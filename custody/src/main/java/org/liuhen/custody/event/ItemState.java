package org.liuhen.custody.event;

import java.util.Set;
import java.util.TreeSet;
import org.liuhen.custody.evidence.CaseId;

/**
 * Where an item stands on its way, as far as it decides what may happen next.
 *
 * @param phase how far its bytes have come
 * @param sealedAlready whether retention was set and read back
 * @param cases the cases that it is linked to now
 */
public record ItemState(Phase phase, boolean sealedAlready, Set<CaseId> cases) {
    /** How far an item's bytes have come. */
    public enum Phase {
        NONE,
        DECLARED,
        WITHDRAWN,
        RECEIVED,
        VERIFIED,
        REJECTED
    }

    /** An item of which nothing is known. */
    public static final ItemState NOTHING = new ItemState(Phase.NONE, false, Set.of());

    public ItemState {
        cases = Set.copyOf(cases);
    }

    /** The state machine: a pure function of state and event. The record job applies it, and every verifier again. */
    public static Decision apply(ItemState state, CustodyEvent event) {
        return event.decide(state);
    }

    ItemState in(Phase next) {
        return new ItemState(next, sealedAlready, cases);
    }

    ItemState withSeal() {
        return new ItemState(phase, true, cases);
    }

    ItemState linkedTo(CaseId caseId) {
        Set<CaseId> more = new TreeSet<>(java.util.Comparator.comparing(CaseId::value));
        more.addAll(cases);
        more.add(caseId);
        return new ItemState(phase, sealedAlready, more);
    }

    ItemState unlinkedFrom(CaseId caseId) {
        return new ItemState(
                phase,
                sealedAlready,
                cases.stream().filter(c -> !c.equals(caseId)).collect(java.util.stream.Collectors.toSet()));
    }

    Decision ifReceived(ItemState next, String code, String reason) {
        return phase.compareTo(Phase.RECEIVED) >= 0 ? Decision.accept(next) : Decision.refuse(code, reason);
    }
}
