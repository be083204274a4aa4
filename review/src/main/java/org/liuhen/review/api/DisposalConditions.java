package org.liuhen.review.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.projection.CaseFile;
import org.liuhen.review.projection.ItemView;

/** Decides whether an item may be disposed of, by what the read model says about it. */
final class DisposalConditions {
    private DisposalConditions() {}

    /**
     * A unit that sent the item, too, and that a person of this unit does not decide for.
     *
     * @param item the item
     * @param unitCode the unit of the person; empty for the whole site
     */
    static Optional<String> otherUnit(ItemView item, String unitCode) {
        String prefix = Units.prefix(unitCode);
        return item.units().stream().filter(unit -> !unit.startsWith(prefix)).findFirst();
    }

    /**
     * The first reason why the item has to be kept, as a part of a sentence. Empty where it may be disposed of.
     *
     * @param cases what was decided about the cases of the item, by ID; a case that is not in it is open
     * @param now the time at which the item would be disposed of
     */
    static Optional<String> keptBecause(EvidenceId id, ItemView item, Map<String, CaseFile> cases, Instant now) {
        if (item.category().isEmpty()) {
            return Optional.of("nobody has put it into a category, and what is not known is kept");
        }
        if (item.isPermanent()) {
            return Optional.of("its category keeps it for ever");
        }
        if (item.sealedUntil().isEmpty()) {
            return Optional.of("it is not sealed yet");
        }
        Instant locked = item.sealedUntil().get();
        Instant byCategory = id.declaredAt().plus(Duration.ofDays(item.keptDays()));
        Instant until = locked.isAfter(byCategory) ? locked : byCategory;
        if (until.isAfter(now)) {
            return Optional.of("it is kept until " + until);
        }
        for (String caseId : item.cases()) {
            if (!cases.getOrDefault(caseId, CaseFile.NOTHING).closed()) {
                return Optional.of("the case " + caseId + " is open");
            }
        }
        return item.holds().isEmpty() ? Optional.empty() : Optional.of("it is held");
    }
}
