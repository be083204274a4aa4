package org.liuhen.intake;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.DeviceEvent.DeviceAdded;
import org.liuhen.custody.event.DeviceEvent.DeviceAssigned;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.event.DeviceEvent.DeviceResumed;
import org.liuhen.custody.event.DeviceEvent.DeviceReturned;
import org.liuhen.custody.event.DeviceEvent.DeviceRevoked;
import org.liuhen.custody.event.DeviceEvent.DeviceSuspended;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.intake.Device.State;
import org.liuhen.web.Problem;

/**
 * The devices of a site: which of them may send, and with which certificates. Each change is on the record first and then in the list, which
 * every intake of the site reads again each minute.
 */
public final class Devices {
    private final DeviceList list;
    private final DeviceEnrolment enrolment;
    private final Feed feed;
    private final LogName site;
    private final DeviceAuthority authority;
    private final Sightings sightings;

    /**
     * Opens the list of a site.
     *
     * @param certificateValid how long a certificate is valid; a device renews it when a third of that is left
     */
    public Devices(LogStore notes, Feed feed, LogName site, DeviceAuthority authority, Duration certificateValid)
            throws IOException {
        this.feed = feed;
        this.site = site;
        this.authority = authority;
        list = new DeviceList(notes);
        sightings = new Sightings(notes);
        enrolment = new DeviceEnrolment(list, feed, site, authority, certificateValid);
        refresh();
    }

    /** Reads the list again, because another process of the site may have changed it. */
    public synchronized void refresh() throws IOException {
        list.refresh();
    }

    /** When each device was seen last, and what it told of itself. */
    Sightings sightings() {
        return sightings;
    }

    /** When the newest certificate of a device was issued, in milliseconds since 1970. */
    long certifiedMillis(Device device) {
        return enrolment.certifiedMillis(device);
    }

    /** Keeps when devices were seen; called once a minute. */
    public void saveSightings() throws IOException {
        sightings.save();
    }

    /** All devices, by serial number. */
    Collection<Device> all() {
        return list.all();
    }

    /** Whether this serial number is that of a device that has a key. */
    boolean hasKey(String serial) {
        return list.find(serial)
                .filter(device -> !device.certificates().isEmpty())
                .isPresent();
    }

    /**
     * Adds a device, or gives one that is on the list a new code, for a new key.
     *
     * @return the one-time code: {@code code.pin}, where the pin says which authority to trust
     */
    synchronized String add(String serial, DeviceKind kind, String unitCode, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        new CaptureClaims(null, null, unitCode, serial, null, null, null); // the same characters as in claims
        Device added = Device.added(serial, kind, unitCode);
        Optional<Device> before = list.find(serial);
        DeviceEnrolment.requireMayHaveCode(before.orElse(added));
        if (before.isEmpty()) {
            feed.append(site, new DeviceAdded(context(DeviceAdded.class, serial, by, why), serial, kind, unitCode));
        }
        return enrolment.newCode(added);
    }

    /** As {@link DeviceEnrolment#enrol}. */
    synchronized X509Certificate enrol(String serial, String code, byte[] request)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        return enrolment.enrol(serial, code, request);
    }

    /** As {@link DeviceEnrolment#renew}. */
    synchronized X509Certificate renew(Sender sender, byte[] request)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        return enrolment.renew(sender, request);
    }

    /**
     * The sender that a certificate authenticates. IN-126, IN-127, IN-128, IN-129: why it does not. No device is denied by a list that is older
     * than its request, for another process may have enrolled or resumed it: the list is read again first.
     *
     * @throws IOException if the list could not be read again
     */
    Sender sender(X509Certificate certificate) throws IOException, Problem {
        if (!authority.isSigned(certificate)) {
            throw new Problem(403, "IN-126", "The certificate is not of this site's device authority");
        }
        String digest = DeviceAuthority.digest(certificate).hex();
        try {
            return findByCertificate(digest);
        } catch (Problem byLastReading) {
            refresh();
            return findByCertificate(digest);
        }
    }

    private Sender findByCertificate(String digest) throws Problem {
        for (Device device : list.all()) {
            for (Device.Certified certified : device.certificates()) {
                if (certified.sha256().equals(digest)) {
                    requireMaySend(device, certified);
                    return Sender.device(
                            device.serial(),
                            device.kind(),
                            device.unitCode(),
                            new Sha256Digest(digest),
                            device.officerNo());
                }
            }
        }
        throw new Problem(
                403, "IN-127", "The certificate is no longer valid: it was replaced or its device is revoked");
    }

    /** The sender of an upload that names this camera, or none: what the list says of a camera counts more than what a dock says. */
    Sender sendingFor(Sender sender, String camera) {
        Device listed = sender.kind() == DeviceKind.DOCK && camera != null
                ? list.find(camera).orElse(null)
                : null;
        return listed == null ? sender : sender.sendingFor(listed.officerNo(), listed.unitCode());
    }

    private static void requireMaySend(Device device, Device.Certified certified) throws Problem {
        if (device.state() == State.REVOKED) {
            throw new Problem(403, "IN-127", "The device is revoked. Hand it to the administrator");
        }
        if (device.state() == State.SUSPENDED) {
            throw new Problem(403, "IN-128", "The device is suspended. Keep your files and ask the administrator");
        }
        if (certified.notAfterMillis() < System.currentTimeMillis()) {
            throw new Problem(
                    403,
                    "IN-129",
                    "The certificate has expired. Keep your files; enrol again with a new one-time code");
        }
    }

    /** Whether this sender may continue what it began. */
    boolean maySend(Sender sender) {
        if (!sender.isDevice()) {
            return true;
        }
        return list.find(sender.actor().id())
                .filter(device -> device.state() == State.ENROLLED)
                .isPresent();
    }

    /** Suspends a device: it may not send until it is resumed. */
    synchronized void suspend(String serial, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        change(
                serial,
                device -> {
                    device.require(device.state() == State.ENROLLED || device.state() == State.ADDED, "suspended");
                    return device.in(State.SUSPENDED);
                },
                new DeviceSuspended(context(DeviceSuspended.class, serial, by, why), serial));
    }

    /** Lets a suspended device send again. */
    synchronized void resume(String serial, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        change(
                serial,
                device -> {
                    device.require(device.state() == State.SUSPENDED, "resumed");
                    return device.in(device.certificates().isEmpty() ? State.ADDED : State.ENROLLED);
                },
                new DeviceResumed(context(DeviceResumed.class, serial, by, why), serial));
    }

    /** Revokes a device for ever. Its certificates stay listed, so that the record can name them when they are shown. */
    synchronized void revoke(String serial, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        change(
                serial,
                device -> {
                    device.require(device.state() != State.REVOKED, "revoked");
                    return device.in(State.REVOKED).withCode(null, 0);
                },
                new DeviceRevoked(context(DeviceRevoked.class, serial, by, why), serial));
    }

    /** Gives a device to an officer. */
    synchronized void assign(String serial, String officerNo, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        new CaptureClaims(null, officerNo, null, serial, null, null, null);
        change(
                serial,
                device -> {
                    if (device.officerNo() != null || officerNo == null) {
                        throw new Problem(
                                409,
                                "DA-107",
                                officerNo == null
                                        ? "Say which officer carries the device: officerNo"
                                        : "Another officer carries this device. It has to be returned first");
                    }
                    return device.carriedBy(officerNo);
                },
                new DeviceAssigned(context(DeviceAssigned.class, serial, by, why), serial, officerNo));
    }

    /** Takes a device back from its officer. */
    synchronized void takeBack(String serial, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        Device device = list.require(serial);
        if (device.officerNo() == null) {
            throw new Problem(409, "DA-107", "No officer carries this device");
        }
        change(
                serial,
                now -> now.carriedBy(null),
                new DeviceReturned(context(DeviceReturned.class, serial, by, why), serial, device.officerNo()));
    }

    private void change(String serial, DeviceList.Change change, CustodyEvent event)
            throws IOException, FeedUnavailableException, Problem {
        change.apply(list.require(serial)); // before the event, so that a refusal leaves none
        feed.append(site, event);
        list.save(serial, change);
    }

    private static EventContext context(Class<? extends CustodyEvent> type, String serial, Actor by, String why) {
        return DeviceEnrolment.context(type, serial, by, why);
    }
}
