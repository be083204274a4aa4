package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.liuhen.custody.evidence.Sha256Digest;

/** How an item leaves the house in a package that proves itself. */
public sealed interface ExportEvent extends CustodyEvent
        permits ExportEvent.ExportRequested,
                ExportEvent.ExportApproved,
                ExportEvent.ExportRefused,
                ExportEvent.ExportWithdrawn,
                ExportEvent.Exported {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void exportRequested(ExportRequested event);

        void exportApproved(ExportApproved event);

        void exportRefused(ExportRefused event);

        void exportWithdrawn(ExportWithdrawn event);

        void exported(Exported event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.export(this);
    }

    /**
     * Somebody asked for a package with this item for a recipient. {@code itemsSha256} is SHA-256 over the evidence IDs of all {@code items}
     * items of the package, sorted, each with a newline: it ties the package to its list.
     */
    @JsonTypeName("exportRequested")
    record ExportRequested(EventContext context, String exportId, String recipient, int items, Sha256Digest itemsSha256)
            implements ExportEvent {
        @Override
        public String key() {
            return exportId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.exportRequested(this);
        }
    }

    /** Another person approved the export. */
    @JsonTypeName("exportApproved")
    record ExportApproved(EventContext context, String exportId) implements ExportEvent {
        @Override
        public String key() {
            return exportId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.exportApproved(this);
        }
    }

    /** Another person did not approve the export. */
    @JsonTypeName("exportRefused")
    record ExportRefused(EventContext context, String exportId, String reason) implements ExportEvent {
        @Override
        public String key() {
            return exportId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.exportRefused(this);
        }
    }

    /** The one who asked for the export took the request back before anybody decided. */
    @JsonTypeName("exportWithdrawn")
    record ExportWithdrawn(EventContext context, String exportId, String reason) implements ExportEvent {
        @Override
        public String key() {
            return exportId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.exportWithdrawn(this);
        }
    }

    /**
     * The item was read again, has this digest, and was put into the package. The trail in the package ends with this event, so
     * one that was cut short shows.
     */
    @JsonTypeName("exported")
    record Exported(
            EventContext context,
            String exportId,
            String recipient,
            int items,
            Sha256Digest itemsSha256,
            Sha256Digest sha256)
            implements ExportEvent {
        @Override
        public String key() {
            return exportId;
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.exported(this);
        }
    }
}
