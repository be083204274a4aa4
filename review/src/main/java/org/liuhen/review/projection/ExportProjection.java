package org.liuhen.review.projection;

import org.liuhen.custody.event.ExportEvent;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRefused;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.ExportWithdrawn;
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
        item.exportsAskedBy.put(event.exportId(), event.context().actor().id());
    }

    @Override
    public void exportApproved(ExportApproved event) {
        stage(event, "approved");
    }

    @Override
    public void exportRefused(ExportRefused event) {
        end(event, "refused", event.reason());
    }

    @Override
    public void exportWithdrawn(ExportWithdrawn event) {
        end(event, "withdrawn", event.reason());
    }

    @Override
    public void exported(Exported event) {
        stage(event, "exported");
    }

    private void end(ExportEvent event, String stage, String reason) {
        stage(event, stage);
        item.exportsEnded.put(
                event.key(), new ItemView.ExportEnd(event.context().actor().id(), reason));
    }

    private void stage(ExportEvent event, String stage) {
        item.exportsAskedBy.remove(event.key());
        item.exports.put(event.key(), stage);
    }
}
