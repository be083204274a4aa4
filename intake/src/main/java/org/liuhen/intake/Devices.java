package org.liuhen.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.DeviceEvent.DeviceAdded;
import org.liuhen.custody.event.DeviceEvent.DeviceAssigned;
import org.liuhen.custody.event.DeviceEvent.DeviceCertified;
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
import org.liuhen.web.Problem;

/**
 * The devices of a site: which of them may send, and with which certificates. Each change is on the record first and then
 * in one small file of the vault, from which every intake of the site reads it again each minute.
 */
public final class Devices {
    private static final String FILE = "devices.json";
    private static final Duration CODE_VALID = Duration.ofHours(24);
    private static final int CERTIFICATES_KEPT = 4;
    private static final String CODE_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"; // none that looks like another
    private static final int CODE_LENGTH = 20; // 98 bits: it cannot be guessed, so wrong ones end nothing

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LogStore notes;
    private final Feed feed;
    private final LogName site;
    private final DeviceAuthority authority;
    private final Duration certificateValid;
    private final SecureRandom random = new SecureRandom();
    private volatile Map<String, Device> devices = Map.of();
    private byte[] lastRead = new byte[0];

    /** The state of a device. */
    enum State {
        ADDED,
        ENROLLED,
        SUSPENDED,
        REVOKED
    }

    /** A valid certificate. {@code notAfterMillis} is in milliseconds since 1970. */
    record Certified(String sha256, long notAfterMillis) {}

    /** One device as the file keeps it. */
    record Device(
            String serial,
            DeviceKind kind,
            String unitCode,
            State state,
            String codeSha256,
            long codeEndsMillis,
            List<Certified> certificates,
            String officerNo) {
        Device in(State next) {
            return new Device(serial, kind, unitCode, next, codeSha256, codeEndsMillis, certificates, officerNo);
        }

        Device withCode(String sha256, long endsMillis) {
            return new Device(serial, kind, unitCode, state, sha256, endsMillis, certificates, officerNo);
        }

        Device carriedBy(String officer) {
            return new Device(serial, kind, unitCode, state, codeSha256, codeEndsMillis, certificates, officer);
        }

        Device withoutCertificates() {
            return new Device(serial, kind, unitCode, state, codeSha256, codeEndsMillis, List.of(), officerNo);
        }

        Device enrolled(Certified certificate) {
            List<Certified> more = new ArrayList<>(certificates);
            more.add(certificate);
            List<Certified> newest = more.subList(Math.max(0, more.size() - CERTIFICATES_KEPT), more.size());
            return new Device(serial, kind, unitCode, State.ENROLLED, null, 0, List.copyOf(newest), officerNo);
        }
    }

    /**
     * Opens the list of a site.
     *
     * @param certificateValid how long a certificate is valid; a device renews it when a third of that is left
     */
    public Devices(LogStore notes, Feed feed, LogName site, DeviceAuthority authority, Duration certificateValid)
            throws IOException {
        this.notes = notes;
        this.feed = feed;
        this.site = site;
        this.authority = authority;
        this.certificateValid = certificateValid;
        refresh();
    }

    /** Reads the list again, because another process of the site may have changed it. */
    public synchronized void refresh() throws IOException {
        byte[] now = notes.read(FILE).orElse(new byte[0]);
        if (Arrays.equals(now, lastRead)) {
            return;
        }
        Map<String, Device> read = new TreeMap<>();
        try {
            for (Device device : JSON.readValue(now, Device[].class)) {
                read.put(device.serial(), device);
            }
        } catch (JsonProcessingException damaged) {
            throw new IOException("DA-104 the list of devices is damaged: restore " + FILE + " of the vault", damaged);
        }
        devices = read;
        lastRead = now;
    }

    /** All devices, by serial number. */
    Collection<Device> all() {
        return devices.values();
    }

    private Device require(String serial) throws Problem {
        Device device = devices.get(serial);
        if (device == null) {
            throw new Problem(404, "DA-105", "There is no such device here. Add it first: liuhen device add");
        }
        return device;
    }

    /** Whether this serial number is that of a device that has a key. */
    boolean hasKey(String serial) {
        Device device = devices.get(serial);
        return device != null && !device.certificates().isEmpty();
    }

    /** Changes a device, or refuses (DA-106) where its state does not allow it. */
    private interface Change {
        Device apply(Device before) throws Problem;
    }

    /** Applies a change and writes the list. Where another process wrote it meanwhile, the list is read again and the change applied to that. */
    private void save(String serial, Change change) throws IOException, Problem {
        while (true) {
            Map<String, Device> next = new TreeMap<>(devices);
            next.put(serial, change.apply(devices.get(serial)));
            byte[] bytes = JSON.writeValueAsBytes(next.values());
            Optional<byte[]> before = lastRead.length == 0 ? Optional.empty() : Optional.of(lastRead);
            if (notes.replace(FILE, before, bytes)) {
                devices = next;
                lastRead = bytes;
                return;
            }
            refresh();
        }
    }

    /**
     * Adds a device, or gives one that is here a new code, for a new key.
     *
     * @return the one-time code: {@code code.pin}, where the pin says which authority to trust
     */
    synchronized String add(String serial, DeviceKind kind, String unitCode, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        new CaptureClaims(null, null, unitCode, serial, null, null, null); // the same characters as in claims
        Device none = new Device(serial, kind, unitCode, State.ADDED, null, 0, List.of(), null);
        requireMayHaveCode(devices.getOrDefault(serial, none));
        if (!devices.containsKey(serial)) {
            feed.append(site, new DeviceAdded(context(DeviceAdded.class, serial, by, why), serial, kind, unitCode));
        }
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < CODE_LENGTH; i++) {
            code.append(CODE_ALPHABET.charAt(random.nextInt(CODE_ALPHABET.length())));
        }
        long ends = Instant.now().plus(CODE_VALID).toEpochMilli();
        save(serial, before -> requireMayHaveCode(before == null ? none : before)
                .withCode(sha256(code.toString()), ends));
        return code + "." + authority.pin();
    }

    private static Device requireMayHaveCode(Device device) throws Problem {
        if (device.state() == State.REVOKED || device.state() == State.SUSPENDED) {
            throw new Problem(
                    409,
                    "DA-106",
                    "This device is " + device.state().name().toLowerCase(Locale.ROOT)
                            + (device.state() == State.REVOKED
                                    ? ", which is for ever: give the new one its own serial number"
                                    : ": resume it first"));
        }
        return device;
    }

    private static String sha256(String text) {
        return Sha256Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /**
     * Certifies the first key of a device, which shows its one-time code. The code is used up first, in one process alone; where the record does not
     * answer then, it is good again.
     */
    synchronized X509Certificate enrol(String serial, String code, byte[] request)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        Device before = requireCode(devices.get(serial), code);
        X509Certificate certificate = authority.certify(request, serial, certificateValid);
        String used = sha256(random.nextLong() + "/" + random.nextLong()); // another process writes other bytes
        save(serial, device -> requireCode(device, code).withCode(used, 0));
        try {
            record(before, certificate, false);
        } catch (FeedUnavailableException | RuntimeException away) {
            save(
                    serial,
                    device -> used.equals(device.codeSha256())
                            ? device.withCode(before.codeSha256(), before.codeEndsMillis())
                            : device);
            throw away;
        }
        save(
                serial, // older keys of this device are no longer valid
                device -> requireMayEnrol(device).withoutCertificates().enrolled(certified(certificate)));
        return certificate;
    }

    private static Device requireCode(Device device, String code) throws Problem {
        boolean good = device != null
                && device.codeSha256() != null
                && device.codeEndsMillis() > System.currentTimeMillis()
                && (device.state() == State.ADDED || device.state() == State.ENROLLED)
                && MessageDigest.isEqual(
                        sha256(code).getBytes(StandardCharsets.US_ASCII),
                        device.codeSha256().getBytes(StandardCharsets.US_ASCII));
        if (!good) {
            throw new Problem(
                    401, "IN-124", "The one-time code is wrong, used up or over. Ask the administrator for a new one");
        }
        return device;
    }

    private static Device requireMayEnrol(Device device) throws Problem {
        require(device, device.state() == State.ADDED || device.state() == State.ENROLLED, "enrolled");
        return device;
    }

    /** Certifies the next key of a device that proved itself with its present one. */
    synchronized X509Certificate renew(Sender sender, byte[] request)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        Device device = require(sender.actor().id());
        X509Certificate certificate = authority.certify(request, device.serial(), certificateValid);
        record(device, certificate, true);
        save(device.serial(), now -> requireMayEnrol(now).enrolled(certified(certificate)));
        return certificate;
    }

    private static Certified certified(X509Certificate certificate) {
        return new Certified(
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

    /**
     * The sender that a certificate proves. What is wrong with it is the problem's code, so that the record can say it. No device is refused by a
     * list that is older than its request: another process may have enrolled or resumed it a moment ago.
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
        for (Device device : devices.values()) {
            for (Certified certified : device.certificates()) {
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
                403, "IN-127", "The certificate does not count any more: it was replaced or its device is revoked");
    }

    /** The sender of an upload that names this camera, or none: what the list says of a camera counts more than what a dock says. */
    Sender sendingFor(Sender sender, String camera) {
        Device listed = sender.kind() == DeviceKind.DOCK && camera != null ? devices.get(camera) : null;
        return listed == null ? sender : sender.sendingFor(listed.officerNo(), listed.unitCode());
    }

    private static void requireMaySend(Device device, Certified certified) throws Problem {
        if (device.state() == State.REVOKED) {
            throw new Problem(403, "IN-127", "The device is revoked. Hand it to the administrator");
        }
        if (device.state() == State.SUSPENDED) {
            throw new Problem(403, "IN-128", "The device is suspended. Keep your files and ask the administrator");
        }
        if (certified.notAfterMillis() < System.currentTimeMillis()) {
            throw new Problem(
                    403, "IN-129", "The certificate is over. Keep your files; enrol again with a new one-time code");
        }
    }

    /** Whether this sender may continue what it began. */
    boolean maySend(Sender sender) {
        if (!sender.isDevice()) {
            return true;
        }
        Device device = devices.get(sender.actor().id());
        return device != null && device.state() == State.ENROLLED;
    }

    /** Suspends a device: it may not send until it is resumed. */
    synchronized void suspend(String serial, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        change(
                serial,
                device -> {
                    require(device, device.state() == State.ENROLLED || device.state() == State.ADDED, "suspended");
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
                    require(device, device.state() == State.SUSPENDED, "resumed");
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
                    require(device, device.state() != State.REVOKED, "revoked");
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
                                        : "Another officer carries this device. He gives it back first");
                    }
                    return device.carriedBy(officerNo);
                },
                new DeviceAssigned(context(DeviceAssigned.class, serial, by, why), serial, officerNo));
    }

    /** Takes a device back from its officer. */
    synchronized void takeBack(String serial, Actor by, String why)
            throws IOException, FeedUnavailableException, Problem {
        refresh();
        Device device = require(serial);
        if (device.officerNo() == null) {
            throw new Problem(409, "DA-107", "No officer carries this device");
        }
        change(
                serial,
                now -> now.carriedBy(null),
                new DeviceReturned(context(DeviceReturned.class, serial, by, why), serial, device.officerNo()));
    }

    private static void require(Device device, boolean may, String what) throws Problem {
        if (!may) {
            throw new Problem(
                    409,
                    "DA-106",
                    "This device is " + device.state().name().toLowerCase(Locale.ROOT) + " and cannot be " + what);
        }
    }

    private void change(String serial, Change change, CustodyEvent event)
            throws IOException, FeedUnavailableException, Problem {
        change.apply(require(serial)); // before the event, so that a refusal leaves none
        feed.append(site, event);
        save(serial, change);
    }

    private static EventContext context(Class<? extends CustodyEvent> type, String what, Actor by, String why) {
        Instant now = Instant.now();
        return EventContext.of(EventContext.idFor(type, what + "/" + now), null, now, by, why, "intake");
    }
}
