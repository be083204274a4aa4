package org.liuhen.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.web.Problem;

/**
 * One device of a site, as the list stores it.
 *
 * @param codeSha256 SHA-256 of the one-time code in hexadecimal; null where there is none
 * @param codeEndsMillis until when the code is valid, in milliseconds since 1970
 * @param certificates the newest four
 * @param officerNo the officer who carries the device, or null
 */
record Device(
        String serial,
        DeviceKind kind,
        String unitCode,
        State state,
        String codeSha256,
        long codeEndsMillis,
        List<Certified> certificates,
        String officerNo) {
    private static final int CERTIFICATES_KEPT = 4;

    /** The state of a device. */
    enum State {
        ADDED,
        ENROLLED,
        SUSPENDED,
        REVOKED
    }

    /** A valid certificate. {@code notAfterMillis} is in milliseconds since 1970. */
    record Certified(String sha256, long notAfterMillis) {}

    /** A device without a certificate and a code. */
    static Device added(String serial, DeviceKind kind, String unitCode) {
        return new Device(serial, kind, unitCode, State.ADDED, null, 0, List.of(), null);
    }

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

    /** Refuses (DA-106) what the state does not allow: the device cannot be, say, {@code suspended}. */
    void require(boolean may, String what) throws Problem {
        if (!may) {
            throw new Problem(
                    409,
                    "DA-106",
                    "This device is " + state.name().toLowerCase(Locale.ROOT) + " and cannot be " + what);
        }
    }
}
