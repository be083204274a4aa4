package org.liuhen.review.projection;

import org.liuhen.custody.event.ExportEvent;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.Exported;

/**
 * What events about exports change in an item.
 *
 * @param item the item that they change
 */
record ExportProjection(ItemView item) implements ExportEvent.Visitor {
    @Override
    public void exportRequested(ExportRequested event) {
        stage(event, "requested");
    }

    @Override
    public void exportApproved(ExportApproved event) {
        stage(event, "approved");
    }

    @Override
    public void exported(Exported event) {
        stage(event, "exported");
    }

    private void stage(ExportEvent event, String stage) {
        item.exports.put(event.key(), stage);
    }
}
