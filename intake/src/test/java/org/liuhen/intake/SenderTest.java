package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.web.Problem;

class SenderTest {
    private static final Sha256Digest CERTIFICATE = Sha256Digest.of(new byte[0]);

    private static CaptureClaims claims(Sender sender, String officerNo, String unit) throws Problem {
        String header = pair("filename", "a.mp4") + "," + pair("sha256", CERTIFICATE.hex());
        header += officerNo == null ? "" : "," + pair("officerNo", officerNo) + "," + pair("unitCode", unit);
        return UploadMetadata.parse(header, sender, null).capture();
    }

    private static String pair(String key, String value) {
        return key + " " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    /** A camera says neither whose it is nor which unit's: the list of devices does. */
    @Test
    void aCameraIsItsCarriersWhateverItClaims() throws Problem {
        Sender carried = Sender.device("DSJ-1", DeviceKind.CAMERA, "110105", CERTIFICATE, "110023");
        assertEquals("110023", carried.onBehalfOf(claims(carried, "110024", "110106")));
        assertEquals(
                "110105", carried.actor(claims(carried, "110024", "110106")).unitCode());
        Sender nobodys = Sender.device("DSJ-2", DeviceKind.CAMERA, null, CERTIFICATE, null);
        assertNull(nobodys.onBehalfOf(claims(nobodys, "110024", "110106")));
        assertNull(nobodys.actor(claims(nobodys, "110024", "110106")).unitCode());
    }

    /** A dock speaks for cameras of which the list knows nothing; of the others the list says whose they are. */
    @Test
    void aDockSaysWhoseACameraIsOnlyWhereTheListDoesNot() throws Problem {
        Sender dock = Sender.device("DOCK-1", DeviceKind.DOCK, "110105", CERTIFICATE, null);
        assertEquals("110024", dock.onBehalfOf(claims(dock, "110024", "110106")));
        assertEquals("110023", dock.sendingFor("110023", "110106").onBehalfOf(claims(dock, "110024", "110106")));
        assertEquals("110024", dock.sendingFor(null, "110106").onBehalfOf(claims(dock, "110024", "110106")));
        assertEquals("110105", dock.sendingFor(null, "110106").actor().unitCode(), "a dock stands in its unit");
        Sender sites = Sender.device("DOCK-2", DeviceKind.DOCK, null, CERTIFICATE, null);
        assertEquals("110106", sites.sendingFor(null, "110106").actor().unitCode());
    }
}
