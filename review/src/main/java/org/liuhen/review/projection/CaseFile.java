package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.liuhen.access.Person;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CaseEvent.CaseAssigned;
import org.liuhen.custody.event.CaseEvent.CaseClosed;
import org.liuhen.custody.event.CaseEvent.CaseReopened;
import org.liuhen.custody.evidence.Units;

/**
 * What was decided about a case.
 *
 * @param unit the code of the unit that the case belongs to: the unit that was assigned, else the proved unit of the first item in the case, in
 *     the order of the log; null where there is none yet
 * @param protection why only the assigned officers may see the items; null where all of the unit may
 * @param reach the prefix of the codes of the units whose items the protection hides; empty for all units
 * @param officers the assigned officers
 * @param closed whether the case is closed
 */
public record CaseFile(String unit, String protection, String reach, List<String> officers, boolean closed) {
    /** A case about which nothing was decided. */
    public static final CaseFile NOTHING = new CaseFile(null, null, "", List.of(), false);

    /**
     * The case after an item was linked to it.
     *
     * @param itemUnit the proved unit of the item; null where it has none
     */
    CaseFile with(String itemUnit) {
        return unit != null || itemUnit == null ? this : new CaseFile(itemUnit, protection, reach, officers, closed);
    }

    /** The case after a decision. A decision by a unit that the case does not belong to changes nothing. */
    CaseFile after(CaseEvent event) {
        String decider = Units.prefix(event.context().actor().unitCode());
        if (!decider.isEmpty() && (unit == null || !unit.startsWith(decider))) {
            return this;
        }
        Decided decided = new Decided(decider, this);
        event.accept(decided);
        return decided.file;
    }

    /** The case after a decision of those who may decide about it. */
    private static final class Decided implements CaseEvent.Visitor {
        private final String decider;
        private CaseFile file;

        Decided(String decider, CaseFile file) {
            this.decider = decider;
            this.file = file;
        }

        @Override
        public void caseAssigned(CaseAssigned event) {
            file = new CaseFile(
                    event.unitCode() == null ? file.unit : event.unitCode(),
                    event.protection() == null ? null : event.protection().name(),
                    event.protection() == null ? "" : decider,
                    event.officers(),
                    file.closed);
        }

        @Override
        public void caseClosed(CaseClosed event) {
            closed(true);
        }

        @Override
        public void caseReopened(CaseReopened event) {
            closed(false);
        }

        private void closed(boolean closed) {
            file = new CaseFile(file.unit, file.protection, file.reach, file.officers, closed);
        }
    }

    /** Whether the case belongs to the unit of the person or to a unit below it, so that the person may decide about it. */
    public boolean belongsTo(Person person) {
        String prefix = Units.prefix(person.unitCode());
        return prefix.isEmpty() || (unit != null && unit.startsWith(prefix));
    }

    /**
     * Whether the person may link items to the case and take them out. For a protected case, or a case of another unit, the person must be
     * assigned to it: so its unit consents.
     */
    public boolean isOpenTo(Person person) {
        return officers.contains(person.id())
                || (protection == null && (unit == null || Units.kin(unit, person.unitCode())));
    }

    /** The case as the API shows it. */
    public ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("unitCode", unit).put("protection", protection).put("closed", closed);
        ArrayNode all = node.putArray("officers");
        officers.forEach(all::add);
        return node;
    }
}
