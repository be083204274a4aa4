package org.liuhen.intake;

import java.util.Objects;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Vault.Upload;

/**
 * Who sends, and what proved it.
 *
 * @param actor the one who was proved, or null where nobody was: then the record says {@code claimed}
 * @param kind the kind of device, or null where it is none
 * @param assignedTo the officer who carries the device, or null
 */
record Sender(Actor actor, DeviceKind kind, String assignedTo) {
    /** Nothing was proved: who sends is what the request claims. Only the address on loopback lets him in. */
    static final Sender CLAIMED = new Sender(null, null, null);

    private static final String CERTIFICATE = "mtls ";

    /** A device that holds the key of this certificate. */
    static Sender device(String serial, DeviceKind kind, String unit, Sha256Digest certificate, String assignedTo) {
        return new Sender(
                new Actor(Actor.Kind.DEVICE, serial, unit, CERTIFICATE + certificate.hex()), kind, assignedTo);
    }

    /** An officer whom an OpenID provider's token names. */
    static Sender officer(String officerNo, String unit) {
        return new Sender(new Actor(Actor.Kind.OFFICER, officerNo, unit, "bearer"), null, null);
    }

    boolean proved() {
        return actor != null;
    }

    boolean isDevice() {
        return kind != null;
    }

    /** Who acts when this is uploaded. */
    Actor actor(UploadMetadata metadata) {
        return proved() ? actor : metadata.claimedSender();
    }

    /** For whom a device sends: the officer whom it names, or else the one who carries it. */
    String onBehalfOf(UploadMetadata metadata) {
        if (!isDevice()) {
            return null;
        }
        String named = metadata.capture().officerNo();
        return named == null ? assignedTo : named;
    }

    /** Whether the upload was begun by this sender, whatever certificate he held then. */
    boolean owns(Upload upload) {
        Actor began = upload.declared().context().actor();
        if (!proved()) {
            return began.credential().equals("claimed");
        }
        return began.kind() == actor.kind()
                && began.id().equals(actor.id())
                && scheme(began.credential()).equals(scheme(actor.credential()));
    }

    private static String scheme(String credential) {
        return credential.split(" ", 2)[0];
    }

    /** Refuses to speak for somebody else. A dock speaks for cameras: that is what it is for. */
    void requireMayClaim(UploadMetadata metadata) throws Problem {
        String device = metadata.capture().deviceSerial();
        String officer = metadata.capture().officerNo();
        if (kind == DeviceKind.CAMERA && device != null && !device.equals(actor.id())) {
            throw new Problem(
                    403,
                    "IN-121",
                    "A camera sends in its own name only. Leave deviceSerial out, or send " + actor.id());
        }
        if (proved() && !isDevice() && officer != null && !officer.equals(actor.id())) {
            throw new Problem(
                    403, "IN-121", "The token names another officer. Leave officerNo out, or send " + actor.id());
        }
    }

    /** Refuses an upload that somebody else began. */
    void requireOwns(Upload upload) throws Problem {
        if (!owns(upload)) {
            throw new Problem(403, "IN-122", "Another sender began this upload. Only he can go on with it");
        }
    }

    /** Whether a device may report about this device. */
    boolean mayReportOn(String serial) {
        return kind == DeviceKind.DOCK || (isDevice() && Objects.equals(serial, actor.id()));
    }
}
