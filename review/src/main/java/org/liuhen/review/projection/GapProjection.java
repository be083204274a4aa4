package org.liuhen.review.projection;

import java.util.LinkedHashMap;
import java.util.Map;
import org.liuhen.custody.event.GapEvent;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.GapEvent.TimePassed;

/**
 * What events about gaps change in an item.
 *
 * @param item the item that they change
 */
record GapProjection(ItemView item) implements GapEvent.Visitor {
    @Override
    public void gapFound(GapFound event) {
        gaps().put(event.gapKind().name(), event.finding());
    }

    @Override
    public void gapClosed(GapClosed event) {
        gaps().remove(event.gapId().replaceFirst(" .*", ""));
    }

    @Override
    public void timePassed(TimePassed event) {}

    private Map<String, String> gaps() {
        if (item.gaps == null) {
            item.gaps = new LinkedHashMap<>();
        }
        return item.gaps;
    }
}
