package org.liuhen.review.projection;

import java.util.LinkedHashMap;
import java.util.Map;
import org.liuhen.custody.event.GapEvent;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapExplained;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.GapEvent.GapReopened;
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
        item.explainedGaps.remove(event.gapKind().name());
    }

    @Override
    public void gapClosed(GapClosed event) {
        gaps().remove(kind(event));
        item.explainedGaps.remove(kind(event));
    }

    @Override
    public void gapExplained(GapExplained event) {
        item.explainedGaps.put(
                kind(event),
                new ItemParts.Explanation(
                        event.context().actor().id(), event.context().occurredAt(), event.ground(), event.words()));
    }

    @Override
    public void gapReopened(GapReopened event) {
        item.explainedGaps.remove(kind(event));
    }

    @Override
    public void timePassed(TimePassed event) {}

    private static String kind(GapEvent event) {
        return event.key().replaceFirst(" .*", "");
    }

    private Map<String, String> gaps() {
        if (item.gaps == null) {
            item.gaps = new LinkedHashMap<>();
        }
        return item.gaps;
    }
}
