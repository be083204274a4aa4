package org.liuhen.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;

class DeclarationTest {
    private static final LogName SITE = new LogName("site-1");
    private static final EvidenceId ID = new EvidenceId("01kawyz4s0abcdefghjkmnpqrs");
    private static final Declared DECLARED = new Declared(
            EventContext.of(
                    EventContext.idFor(Declared.class, ID.value()),
                    ID,
                    Instant.parse("2026-11-25T10:00:00Z"),
                    Actor.component("test"),
                    null,
                    "test"),
            new FileName("执法记录.mp4"),
            "video/mp4",
            Sha256Digest.of(new byte[] {1}),
            42,
            List.of(),
            null);

    private static String stored(String firstLine) {
        return firstLine + "\n" + new String(CanonicalJson.encode(DECLARED), UTF_8);
    }

    /** These bytes are in stores that exist. */
    @Test
    void hasTheFormThatStoresHave() throws VaultException {
        for (Object[] form : new Object[][] {
            {"site-1", null, null},
            {"site-1 partial", "partial", null},
            {"site-1 final;/files/a /files/b", "final;/files/a /files/b", null},
            {"site-1\tfilename YQ==,is_confidential", null, "filename YQ==,is_confidential"},
            {"site-1\t", null, ""},
            {"site-1 partial\tfilename YQ==", "partial", "filename YQ=="}
        }) {
            UploadInfo info = Declaration.of(SITE, DECLARED, (String) form[1], (String) form[2]);
            byte[] bytes = stored((String) form[0]).getBytes(UTF_8);
            assertEquals(stored((String) form[0]), new String(Declaration.encode(info), UTF_8));
            assertEquals(info, Declaration.decode(bytes, ID, "here"));
        }
    }

    @Test
    void givesThePlainValuesAndTheEvent() {
        UploadInfo info = Declaration.of(SITE, DECLARED);
        assertEquals(SITE, info.site());
        assertEquals(ID, info.id());
        assertEquals(42, info.sizeBytes());
        assertFalse(info.part());
        assertTrue(Declaration.of(SITE, DECLARED, UploadInfo.PARTIAL, null).part());
        assertEquals(DECLARED, Declaration.in(info));
    }

    @Test
    void callsAnythingElseDamaged() {
        byte[] good = stored("site-1").getBytes(UTF_8);
        List<byte[]> damages = List.of(
                new byte[0],
                "site-1".getBytes(UTF_8),
                "site-1\n{}".getBytes(UTF_8),
                stored("No Name").getBytes(UTF_8),
                Arrays.copyOf(good, good.length - 1),
                Arrays.copyOf(good, good.length + 1));
        for (byte[] damage : damages) {
            VaultException refused = assertThrows(VaultException.class, () -> Declaration.decode(damage, ID, "here"));
            assertEquals("VT-201", refused.code());
        }
        EvidenceId other = new EvidenceId("01kawyz4s0abcdefghjkmnpqrt");
        assertEquals(
                "VT-201",
                assertThrows(VaultException.class, () -> Declaration.decode(good, other, "here"))
                        .code());
    }

    @Test
    void storesNothingThatCannotBeReadAgain() {
        for (UploadInfo info : List.of(
                Declaration.of(SITE, DECLARED, "a\nb", null),
                Declaration.of(SITE, DECLARED, "a\tb", null),
                Declaration.of(SITE, DECLARED, null, "a\nb"),
                Declaration.of(SITE, DECLARED, null, "\ud83d"),
                new UploadInfo(SITE, ID, 43, new String(CanonicalJson.encode(DECLARED), UTF_8), null, null),
                new UploadInfo(SITE, ID, 42, "{}", null, null))) {
            assertThrows(IllegalArgumentException.class, () -> Declaration.encode(info), info.toString());
        }
    }
}
