package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.RetentionEvent.Categorised;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalProposed;
import org.liuhen.custody.event.RetentionEvent.DisposalRefused;
import org.liuhen.custody.event.RetentionEvent.Disposed;
import org.liuhen.custody.event.RetentionEvent.FixityChecked;
import org.liuhen.custody.event.RetentionEvent.HoldPlaced;
import org.liuhen.custody.event.RetentionEvent.HoldReleased;
import org.liuhen.custody.event.RetentionEvent.RetentionExtended;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleApproved;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleProposed;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleRefused;

/**
 * What events about retention, holds and disposal change in an item.
 *
 * @param item the item that they change
 */
record RetentionProjection(ObjectNode item) implements RetentionEvent.Visitor {
    @Override
    public void categorised(Categorised event) {
        item.put("category", event.category());
        if (event.retentionDays() == null || item.path("permanent").asBoolean()) { // the longest wins
            item.put("permanent", true).remove("keptDays");
        } else {
            int before = item.path("keptDays").asInt();
            item.put("keptDays", Math.max(before, event.retentionDays()));
        }
    }

    @Override
    public void retentionExtended(RetentionExtended event) {
        ItemFields.remove(item, "failedSteps", "retention");
        item.put("sealedUntil", event.retainUntil().toString());
        item.put("enforcement", event.enforcement());
    }

    @Override
    public void holdPlaced(HoldPlaced event) {
        ItemFields.put(
                ItemFields.act(item.withObject("holds").putObject(event.holdId()), event),
                "reason",
                event.context().purpose());
    }

    @Override
    public void holdReleased(HoldReleased event) {
        ItemFields.remove(item, "holds", event.holdId());
    }

    @Override
    public void disposalProposed(DisposalProposed event) {
        ItemFields.put(ItemFields.act(item.putObject("disposal"), event), "ground", event.ground());
        item.remove("disposalRefusedFor");
    }

    @Override
    public void disposalApproved(DisposalApproved event) {
        item.withObject("disposal").put("approvedBy", event.context().actor().id());
        item.withObject("disposal")
                .put("approvedAt", event.context().occurredAt().toString());
    }

    @Override
    public void disposalRefused(DisposalRefused event) {
        item.remove("disposal");
        ItemFields.put(item, "disposalRefusedFor", event.context().purpose());
    }

    @Override
    public void disposed(Disposed event) {
        item.put("state", "disposed");
        item.remove(List.of("object", "disposal", "candidates"));
    }

    @Override
    public void fixityChecked(FixityChecked event) {}

    @Override
    public void retentionRuleProposed(RetentionRuleProposed event) {}

    @Override
    public void retentionRuleApproved(RetentionRuleApproved event) {}

    @Override
    public void retentionRuleRefused(RetentionRuleRefused event) {}
}
