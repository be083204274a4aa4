package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CaseEvent.CaseAssigned;
import org.liuhen.custody.event.CaseEvent.CaseReopened;
import org.liuhen.intake.people.Person;
import org.liuhen.intake.people.Units;

/**
 * Whose case it is, and what was decided about it.
 *
 * @param unit the unit that it belongs to: that of the first item in it, by the order of the record, whose unit was proved, or the one that was
 *     assigned; null where there is none yet
 * @param protection why only the assigned officers may see it, or null
 * @param reach with what the codes of the units begin whose items the protection keeps from people who are not assigned: those that
 *     whoever protected the case decides about; empty for all
 * @param officers who is assigned
 * @param closed whether it is over
 */
public record CaseFile(String unit, String protection, String reach, List<String> officers, boolean closed) {
    public static final CaseFile NOTHING = new CaseFile(null, null, "", List.of(), false);

    /** What holds after an item of this unit, or of none, came into the case. */
    CaseFile with(String itsUnit) {
        return unit != null || itsUnit == null ? this : new CaseFile(itsUnit, protection, reach, officers, closed);
    }

    /** What holds after this decision. One of a unit that the case does not belong to stands in the record and counts for nothing. */
    CaseFile after(CaseEvent event) {
        String by = Units.prefix(event.context().actor().unitCode());
        if (!by.isEmpty() && (unit == null || !unit.startsWith(by))) {
            return this;
        }
        if (event instanceof CaseAssigned assigned) {
            return new CaseFile(
                    assigned.unitCode() == null ? unit : assigned.unitCode(),
                    assigned.protection() == null ? null : assigned.protection().name(),
                    assigned.protection() == null ? "" : by,
                    assigned.officers(),
                    closed);
        }
        return new CaseFile(unit, protection, reach, officers, !(event instanceof CaseReopened));
    }

    /** Whether this person decides about the case as far as his unit goes: it is its unit, or one above. */
    public boolean belongsTo(Person person) {
        String prefix = Units.prefix(person.unitCode());
        return prefix.isEmpty() || (unit != null && unit.startsWith(prefix));
    }

    /**
     * Whether this person may put his items into the case and take them out. Of a protected case, and of one of another unit, somebody has
     * to be assigned for it: that is how its unit consents.
     */
    public boolean isOpenTo(Person person) {
        return officers.contains(person.id())
                || (protection == null && (unit == null || Units.kin(unit, person.unitCode())));
    }

    public ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("unitCode", unit).put("protection", protection).put("closed", closed);
        ArrayNode all = node.putArray("officers");
        officers.forEach(all::add);
        return node;
    }
}
