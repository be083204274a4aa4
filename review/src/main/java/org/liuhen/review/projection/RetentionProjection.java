package org.liuhen.review.projection;

import java.util.List;
import org.liuhen.custody.event.EventContext;
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
record RetentionProjection(ItemView item) implements RetentionEvent.Visitor {
    @Override
    public void categorised(Categorised event) {
        item.category = event.category();
        if (event.retentionDays() == null || item.isPermanent()) { // the longest wins
            item.permanent = true;
            item.keptDays = null;
        } else {
            item.keptDays = Math.max(item.keptDays(), event.retentionDays());
        }
    }

    @Override
    public void retentionExtended(RetentionExtended event) {
        item.failedSteps.remove("retention");
        item.sealedUntil = event.retainUntil();
        item.enforcement = event.enforcement();
    }

    @Override
    public void holdPlaced(HoldPlaced event) {
        EventContext by = event.context();
        item.holds.put(event.holdId(), new ItemParts.Hold(by.actor().id(), by.occurredAt(), by.purpose()));
    }

    @Override
    public void holdReleased(HoldReleased event) {
        item.holds.remove(event.holdId());
    }

    @Override
    public void disposalProposed(DisposalProposed event) {
        EventContext by = event.context();
        item.disposal = new ItemParts.Disposal(by.actor().id(), by.occurredAt(), event.ground(), null, null);
        item.disposalRefusedFor = null;
    }

    @Override
    public void disposalApproved(DisposalApproved event) {
        ItemParts.Disposal before =
                item.disposal == null ? new ItemParts.Disposal(null, null, null, null, null) : item.disposal;
        EventContext by = event.context();
        item.disposal = new ItemParts.Disposal(
                before.by(), before.at(), before.ground(), by.actor().id(), by.occurredAt());
    }

    @Override
    public void disposalRefused(DisposalRefused event) {
        item.disposal = null;
        if (event.context().purpose() != null) {
            item.disposalRefusedFor = event.context().purpose();
        }
    }

    @Override
    public void disposed(Disposed event) {
        item.state = ItemView.State.DISPOSED;
        item.object = null;
        item.bytesDiffer = null;
        item.disposal = null;
        item.candidates = List.of();
    }

    @Override
    public void fixityChecked(FixityChecked event) {
        item.bytesDiffer = event.matches() ? null : event.context().occurredAt();
    }

    @Override
    public void retentionRuleProposed(RetentionRuleProposed event) {}

    @Override
    public void retentionRuleApproved(RetentionRuleApproved event) {}

    @Override
    public void retentionRuleRefused(RetentionRuleRefused event) {}
}
