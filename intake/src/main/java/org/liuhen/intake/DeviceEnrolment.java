package org.liuhen.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.DeviceEvent.DeviceCertified;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/** Gives devices one-time codes and certificates: the first certificate for a code, each later one for the one before. */
final class DeviceEnrolment {
    private static final Duration CODE_VALID = Duration.ofHours(24);
    private static final String CODE_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"; // none that looks like another
    private static final int CODE_LENGTH = 20; // 98 bits cannot be guessed, so wrong codes lock nothing

    private final DeviceList list;
    private final Feed feed;
    private final LogName site;
    private final DeviceAuthority authority;
    private final Duration certificateValid;
    private final SecureRandom random = new SecureRandom();

    DeviceEnrolment(DeviceList list, Feed feed, LogName site, DeviceAuthority authority, Duration certificateValid) {
        this.list = list;
        this.feed = feed;
        this.site = site;
        this.authority = authority;
        this.certificateValid = certificateValid;
    }

    /**
     * Gives a device a new one-time code, valid for 24 hours.
     *
     * @param added the device to add where the list has none of its serial number
     * @return {@code code.pin}, where the pin says which authority to trust
     */
    String newCode(Device added) throws IOException, Problem {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < CODE_LENGTH; i++) {
            code.append(CODE_ALPHABET.charAt(random.nextInt(CODE_ALPHABET.length())));
        }
        long ends = Instant.now().plus(CODE_VALID).toEpochMilli();
        list.save(added.serial(), before -> requireMayHaveCode(before == null ? added : before)
                .withCode(sha256(code.toString()), ends));
        return code + "." + authority.pin();
    }

    /** Refuses (DA-106) a device that is suspended or revoked. */
    static Device requireMayHaveCode(Device device) throws Problem {
        if (device.state() == Device.State.REVOKED || device.state() == Device.State.SUSPENDED) {
            throw new Problem(
                    409,
                    "DA-106",
                    "This device is " + device.state().name().toLowerCase(Locale.ROOT)
                            + (device.state() == Device.State.REVOKED
                                    ? ", which is for ever: give the new one its own serial number"
                                    : ": resume it first"));
        }
        return device;
    }

    private static String sha256(String text) {
        return Sha256Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /**
     * Certifies the first key of a device that sends its one-time code. IN-124: the code is not valid. The code is used up first, so of two processes
     * one goes on; where the record does not answer then, the code is valid again.
     */
    X509Certificate enrol(String serial, String code, byte[] request)
            throws IOException, FeedUnavailableException, Problem {
        Device before = requireCode(list.find(serial).orElse(null), code);
        X509Certificate certificate = authority.certify(request, serial, certificateValid);
        String used = sha256(random.nextLong() + "/" + random.nextLong()); // another process writes other bytes
        list.save(serial, device -> requireCode(device, code).withCode(used, 0));
        try {
            record(before, certificate, false);
        } catch (FeedUnavailableException | RuntimeException away) {
            list.save(
                    serial,
                    device -> used.equals(device.codeSha256())
                            ? device.withCode(before.codeSha256(), before.codeEndsMillis())
                            : device);
            throw away;
        }
        list.save(
                serial, // older keys of this device are no longer valid
                device -> requireMayEnrol(device).withoutCertificates().enrolled(certified(certificate)));
        return certificate;
    }

    private static Device requireCode(Device device, String code) throws Problem {
        boolean good = device != null
                && device.codeSha256() != null
                && device.codeEndsMillis() > System.currentTimeMillis()
                && (device.state() == Device.State.ADDED || device.state() == Device.State.ENROLLED)
                && MessageDigest.isEqual(
                        sha256(code).getBytes(StandardCharsets.US_ASCII),
                        device.codeSha256().getBytes(StandardCharsets.US_ASCII));
        if (!good) {
            throw new Problem(
                    401, "IN-124", "The one-time code is wrong, used or expired. Ask the administrator for a new one");
        }
        return device;
    }

    private static Device requireMayEnrol(Device device) throws Problem {
        device.require(device.state() == Device.State.ADDED || device.state() == Device.State.ENROLLED, "enrolled");
        return device;
    }

    /** Certifies the next key of a device that authenticated with its present one. DA-105, DA-106: it may not have one. */
    X509Certificate renew(Sender sender, byte[] request) throws IOException, FeedUnavailableException, Problem {
        Device device = list.require(sender.actor().id());
        X509Certificate certificate = authority.certify(request, device.serial(), certificateValid);
        record(device, certificate, true);
        list.save(device.serial(), now -> requireMayEnrol(now).enrolled(certified(certificate)));
        return certificate;
    }

    /** When the newest certificate of this device was issued, in milliseconds since 1970; 0 where it has none. */
    long certifiedMillis(Device device) {
        return device.certificates().stream()
                .mapToLong(one -> one.notAfterMillis() - certificateValid.toMillis())
                .max()
                .orElse(0);
    }

    private static Device.Certified certified(X509Certificate certificate) {
        return new Device.Certified(
                DeviceAuthority.digest(certificate).hex(),
                certificate.getNotAfter().toInstant().toEpochMilli());
    }

    private void record(Device device, X509Certificate certificate, boolean renewal) throws FeedUnavailableException {
        Sha256Digest digest = DeviceAuthority.digest(certificate);
        Actor actor =
                new Actor(Actor.Kind.DEVICE, device.serial(), device.unitCode(), renewal ? "mtls" : "one-time code");
        feed.append(
                site,
                new DeviceCertified(
                        context(DeviceCertified.class, digest.hex(), actor, null),
                        device.serial(),
                        digest,
                        certificate.getNotAfter().toInstant(),
                        renewal));
    }

    /** The context of an event about a device; repeated, it is another event. */
    static EventContext context(Class<? extends CustodyEvent> type, String what, Actor by, String why) {
        Instant now = Instant.now();
        return EventContext.of(EventContext.idFor(type, what + "/" + now), null, now, by, why, "intake");
    }
}
