package org.liuhen.review;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CaseEvent.CaseAssigned;
import org.liuhen.custody.event.CaseEvent.CaseReopened;

/**
 * What was decided about a case.
 *
 * @param protection why only the assigned officers may see it, or null
 * @param officers who is assigned
 * @param closed whether it is over
 */
record CaseFile(String protection, List<String> officers, boolean closed) {
    static final CaseFile NOTHING = new CaseFile(null, List.of(), false);

    /** What holds after this decision. */
    CaseFile after(CaseEvent event) {
        if (event instanceof CaseAssigned assigned) {
            return new CaseFile(
                    assigned.protection() == null ? null : assigned.protection().name(), assigned.officers(), closed);
        }
        return new CaseFile(protection, officers, !(event instanceof CaseReopened));
    }

    ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("protection", protection).put("closed", closed);
        ArrayNode all = node.putArray("officers");
        officers.forEach(all::add);
        return node;
    }
}
