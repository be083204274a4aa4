package org.liuhen.review.projection;

import org.liuhen.custody.event.DispatchEvent;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.DispatchEvent.LinkProposed;

/**
 * What events about dispatches change in an item.
 *
 * @param item the item that they change
 */
record DispatchProjection(ItemView item) implements DispatchEvent.Visitor {
    @Override
    public void dispatchRecorded(DispatchRecorded event) {}

    @Override
    public void linkProposed(LinkProposed event) {
        item.candidates = event.rule().candidates().stream()
                .map(one -> new ItemParts.Candidate(
                        one.incidentNo().value(), one.dispatchedAt(), one.clearedAt(), one.matchedBy()))
                .toList();
    }
}
