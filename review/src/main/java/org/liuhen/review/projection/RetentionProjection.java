package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.RetentionEvent.Categorised;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalProposed;
import org.liuhen.custody.event.RetentionEvent.DisposalRefused;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.event.RetentionEvent.HoldPlaced;
import org.liuhen.custody.event.RetentionEvent.HoldReleased;
import org.liuhen.custody.event.RetentionEvent.RetentionExtended;

/** What events about retention, holds and disposal change in an item. */
final class RetentionProjection {
    private RetentionProjection() {}

    /** Adds the next event of the item. */
    static void add(ObjectNode item, RetentionEvent event) {
        if (event instanceof Categorised categorised) {
            item.put("category", categorised.category());
            if (categorised.retentionDays() == null || item.path("permanent").asBoolean()) { // the longest wins
                item.put("permanent", true).remove("keptDays");
            } else {
                int before = item.path("keptDays").asInt();
                item.put("keptDays", Math.max(before, categorised.retentionDays()));
            }
        } else if (event instanceof RetentionExtended extended) {
            ItemFields.remove(item, "failedSteps", "retention");
            item.put("sealedUntil", extended.retainUntil().toString());
            item.put("enforcement", extended.enforcement());
        } else if (event instanceof HoldPlaced held) {
            ItemFields.put(
                    ItemFields.act(item.withObject("holds").putObject(held.holdId()), held),
                    "reason",
                    held.context().purpose());
        } else if (event instanceof HoldReleased released) {
            ItemFields.remove(item, "holds", released.holdId());
        } else if (event instanceof DisposalProposed proposed) {
            ItemFields.put(ItemFields.act(item.putObject("disposal"), proposed), "ground", proposed.ground());
            item.remove("disposalRefusedFor");
        } else if (event instanceof DisposalApproved approved) {
            item.withObject("disposal")
                    .put("approvedBy", approved.context().actor().id());
            item.withObject("disposal")
                    .put("approvedAt", approved.context().occurredAt().toString());
        } else if (event instanceof DisposalRefused refused) {
            item.remove("disposal");
            ItemFields.put(item, "disposalRefusedFor", refused.context().purpose());
        } else if (event instanceof Disposed) {
            item.put("state", "disposed");
            item.remove(List.of("object", "disposal", "candidates"));
        }
    }
}
