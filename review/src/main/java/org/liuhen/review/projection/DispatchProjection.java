package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.liuhen.custody.event.DispatchEvent;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.DispatchEvent.LinkProposed;
import org.liuhen.custody.event.LinkRule;

/**
 * What events about dispatches change in an item.
 *
 * @param item the item that they change
 */
record DispatchProjection(ObjectNode item) implements DispatchEvent.Visitor {
    @Override
    public void dispatchRecorded(DispatchRecorded event) {}

    @Override
    public void linkProposed(LinkProposed event) {
        item.remove("candidates");
        for (LinkRule.Candidate candidate : event.rule().candidates()) {
            ObjectNode incident = item.withArray("candidates").addObject();
            incident.put("incidentNo", candidate.incidentNo().value());
            ItemFields.put(incident, "dispatchedAt", candidate.dispatchedAt());
            ItemFields.put(incident, "clearedAt", candidate.clearedAt());
            ItemFields.put(incident, "matchedBy", candidate.matchedBy());
        }
    }
}
