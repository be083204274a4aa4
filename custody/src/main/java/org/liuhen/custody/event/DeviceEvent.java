package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Sha256Digest;

/** What becomes of a device, a docking station or a sender's copy: who may send, with which key, and which copies were erased. */
public sealed interface DeviceEvent extends CustodyEvent {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void deviceAdded(DeviceAdded event);

        void deviceCertified(DeviceCertified event);

        void deviceSuspended(DeviceSuspended event);

        void deviceResumed(DeviceResumed event);

        void deviceRevoked(DeviceRevoked event);

        void deviceAssigned(DeviceAssigned event);

        void deviceReturned(DeviceReturned event);

        void deviceAlarmed(DeviceAlarmed event);

        void clockMeasured(ClockMeasured event);

        void receivedAgain(ReceivedAgain event);

        void copyErased(CopyErased event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    @Override
    default void accept(EventVisitor visitor) {
        visitor.device(this);
    }

    /** The kinds of sender that have a key of their own. */
    enum DeviceKind {
        /** Records, and sends what it recorded itself. */
        CAMERA,
        /** Sends what it took from cameras, and may say so. */
        DOCK
    }

    /** A device may send from now on. It holds no key yet: it makes one itself and shows the one-time code. */
    @JsonTypeName("deviceAdded")
    record DeviceAdded(
            EventContext context,
            String deviceSerial,
            DeviceKind deviceKind,
            @Nullable String unitCode) implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.deviceAdded(this);
        }
    }

    /** The device authority certified a key that the device made: the first one (enrolled), or the next one (renewed). */
    @JsonTypeName("deviceCertified")
    record DeviceCertified(
            EventContext context,
            String deviceSerial,
            Sha256Digest certificateSha256,
            Instant notAfter,
            boolean renewal)
            implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.deviceCertified(this);
        }
    }

    /** The device may not send for now. Its {@code purpose} says why. */
    @JsonTypeName("deviceSuspended")
    record DeviceSuspended(EventContext context, String deviceSerial) implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.deviceSuspended(this);
        }
    }

    /** The device may send again. */
    @JsonTypeName("deviceResumed")
    record DeviceResumed(EventContext context, String deviceSerial) implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.deviceResumed(this);
        }
    }

    /** The device never sends again, and none of its certificates counts. */
    @JsonTypeName("deviceRevoked")
    record DeviceRevoked(EventContext context, String deviceSerial) implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.deviceRevoked(this);
        }
    }

    /** An officer carries the device from now on. */
    @JsonTypeName("deviceAssigned")
    record DeviceAssigned(EventContext context, String deviceSerial, String officerNo) implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.deviceAssigned(this);
        }
    }

    /** The officer gave the device back. */
    @JsonTypeName("deviceReturned")
    record DeviceReturned(EventContext context, String deviceSerial, String officerNo) implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.deviceReturned(this);
        }
    }

    /** Something about the device should be looked at: one identity in two places, a sequence that runs backwards. */
    @JsonTypeName("deviceAlarmed")
    record DeviceAlarmed(EventContext context, String deviceSerial, String code, String finding)
            implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.deviceAlarmed(this);
        }
    }

    /**
     * A dock compared a device's clock with its own before it set it.
     *
     * @param offsetMillis the device's time minus the dock's
     * @param uncertaintyMillis how far that may be wrong, or null
     * @param driftMillis how much the offset grew since it was last measured here, or null
     * @param method how the device's time was read
     */
    @JsonTypeName("clockMeasured")
    record ClockMeasured(
            EventContext context,
            String deviceSerial,
            long offsetMillis,
            @Nullable Long uncertaintyMillis,
            @Nullable Long driftMillis,
            @Nullable String method)
            implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.clockMeasured(this);
        }
    }

    /**
     * The item's bytes came once more, were compared with those that are kept, and were not kept a second time.
     *
     * @param declaredAs the name under which they were declared this time
     */
    @JsonTypeName("receivedAgain")
    record ReceivedAgain(
            EventContext context,
            EvidenceId declaredAs,
            long sizeBytes,
            Sha256Digest sha256,
            FileName fileName,
            @Nullable CaptureClaims capture)
            implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.receivedAgain(this);
        }
    }

    /**
     * The sender is about to erase its copy: it holds a receipt, and its copy still had this digest.
     *
     * @param copy where that copy was, as the sender says
     */
    @JsonTypeName("copyErased")
    record CopyErased(EventContext context, String deviceSerial, Sha256Digest sha256, String copy)
            implements DeviceEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.copyErased(this);
        }
    }
}
