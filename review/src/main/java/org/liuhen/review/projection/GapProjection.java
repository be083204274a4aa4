package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.liuhen.custody.event.GapEvent;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.GapEvent.TimePassed;

/**
 * What events about gaps change in an item.
 *
 * @param item the item that they change
 */
record GapProjection(ObjectNode item) implements GapEvent.Visitor {
    @Override
    public void gapFound(GapFound event) {
        ItemFields.put(item.withObject("gaps"), event.gapKind().name(), event.finding());
    }

    @Override
    public void gapClosed(GapClosed event) {
        item.withObject("gaps").remove(event.gapId().replaceFirst(" .*", ""));
    }

    @Override
    public void timePassed(TimePassed event) {}
}
