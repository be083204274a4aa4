package org.liuhen.intake;

import java.util.Objects;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.web.Problem;

/**
 * The sender of an upload, and what authenticated it.
 *
 * @param actor the proved actor, or null where nothing was proved: then the record says {@code claimed}
 * @param kind the kind of device, or null where it is none
 * @param assignedTo the officer who carries the device, or null
 * @param listed whether the list of devices says for whom this is sent, so that no claim of the sender does
 */
record Sender(Actor actor, DeviceKind kind, String assignedTo, boolean listed) {
    /** An unauthenticated sender, as the request claims it; accepted at the address on loopback alone. */
    static final Sender CLAIMED = new Sender(null, null, null, false);

    private static final String CERTIFICATE = "mtls ";

    /** A device that holds the key of this certificate. */
    static Sender device(String serial, DeviceKind kind, String unit, Sha256Digest certificate, String assignedTo) {
        return new Sender(
                new Actor(Actor.Kind.DEVICE, serial, unit, CERTIFICATE + certificate.hex()),
                kind,
                assignedTo,
                kind == DeviceKind.CAMERA);
    }

    /** This dock, as it sends for a camera of the list: for its carrier if it has one, and in its unit where the dock has none. */
    Sender sendingFor(String carrier, String unit) {
        Actor named = actor.unitCode() != null
                ? actor
                : new Actor(actor.kind(), actor.id(), unit, actor.credential(), actor.role());
        return new Sender(named, kind, carrier == null ? assignedTo : carrier, carrier != null);
    }

    /** An officer whom an OpenID provider's token names. */
    static Sender officer(Actor officer) {
        return new Sender(officer, null, null, false);
    }

    boolean proved() {
        return actor != null;
    }

    boolean isDevice() {
        return kind != null;
    }

    /** Who sends an upload with these claims. */
    Actor actor(CaptureClaims claims) {
        return proved() ? actor : claimed(claims);
    }

    /** The officer, or else the device, that these claims name. Nothing proves it. */
    static Actor claimed(CaptureClaims claims) {
        return claims.officerNo() != null
                ? new Actor(Actor.Kind.OFFICER, claims.officerNo(), claims.unitCode(), "claimed")
                : new Actor(Actor.Kind.DEVICE, claims.deviceSerial(), claims.unitCode(), "claimed");
    }

    /**
     * For whom a device sends: the officer who carries the camera, as the list of devices says. A dock says it itself where the list does
     * not know: it reads cameras that have no key, which is what it is for.
     */
    String onBehalfOf(CaptureClaims claims) {
        if (!isDevice()) {
            return null;
        }
        String named = claims.officerNo();
        return listed || named == null ? assignedTo : named;
    }

    /** Whether the upload was begun by this sender, whatever certificate it held then. */
    boolean owns(Upload upload) {
        Actor began = Declaration.in(upload).context().actor();
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

    /** Refuses claims for another sender (IN-121). A dock may claim for cameras: that is what it is for. */
    void requireMayClaim(CaptureClaims claims) throws Problem {
        String device = claims.deviceSerial();
        String officer = claims.officerNo();
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

    /** Refuses an upload that another sender began (IN-122). */
    void requireOwns(Upload upload) throws Problem {
        if (!owns(upload)) {
            throw new Problem(403, "IN-122", "Another sender began this upload, and only that sender can continue it");
        }
    }

    /** Whether a device may report about this device. */
    boolean mayReportOn(String serial) {
        return kind == DeviceKind.DOCK || (isDevice() && Objects.equals(serial, actor.id()));
    }
}
