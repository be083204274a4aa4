package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.web.Problem;

/** Declaring items and parts, and making an item of parts. */
class DeclarationsTest {
    private static final byte[] BYTES = "the bytes of a recording".getBytes(StandardCharsets.UTF_8);
    private static final int HALF = BYTES.length / 2;
    private static final Sender DEVICE =
            Sender.device("BWC-1", DeviceKind.CAMERA, null, Sha256Digest.of(new byte[0]), null);

    @TempDir
    private Path folder;

    private UploadFixture uploads;
    private Declarations declarations;
    private Concatenation concatenation;

    @BeforeEach
    void open() throws IOException {
        uploads = new UploadFixture(folder);
        declarations =
                new Declarations(uploads.vault.uploads(), UploadFixture.SITE, uploads.uploadEvents, uploads.admission);
        concatenation = new Concatenation(
                uploads.vault.uploads(),
                uploads.vault.notes(UploadFixture.SITE),
                UploadFixture.SITE,
                new Concatenation.Services(
                        uploads.duplicates,
                        uploads.lookup,
                        declarations,
                        uploads.active,
                        uploads.sessions,
                        uploads.completion,
                        uploads.termination));
    }

    @AfterEach
    void close() {
        uploads.close();
    }

    private static UploadMetadata metadata(byte[] bytes) throws Problem {
        return UploadMetadata.parse(pair("filename", "a.bin") + ","
                + pair("sha256", Sha256Digest.of(bytes).hex()) + "," + pair("officerNo", "110023"));
    }

    private static String pair(String key, String value) {
        return key + " " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    private EvidenceId part(int from, int to) throws Exception {
        EvidenceId id = declarations.declarePart(Sender.CLAIMED, UploadFixture.OFFICER, to - from, null);
        Upload part = uploads.lookup.require(Sender.CLAIMED, id);
        UploadSession session = uploads.sessions.open(Sender.CLAIMED, part, 0);
        session.write(BYTES, from, to - from);
        session.finish();
        return id;
    }

    private EvidenceId concatenate(EvidenceId... parts) throws Exception {
        return concatenation.concatenate(Sender.CLAIMED, metadata(BYTES), List.of(parts), "final;");
    }

    @Test
    void declaresAnItemInTheVaultAndOnTheRecord() throws Exception {
        EvidenceId id = declarations.declare(Sender.CLAIMED, metadata(BYTES), BYTES.length);
        Declared declared = uploads.events(Declared.class).get(0);
        assertEquals(id, declared.context().evidenceId());
        assertEquals(declared, Declaration.in(uploads.lookup.require(Sender.CLAIMED, id)));
    }

    @Test
    void givesEverythingBackWhereTheRecordDoesNotAnswer() throws Exception {
        long all = UploadFixture.LIMITS.deviceBytesADay();
        uploads.unavailableFor.add(Declared.class);
        for (int i = 0; i < 3; i++) {
            assertThrows(FeedUnavailableException.class, () -> declarations.declare(DEVICE, metadata(BYTES), all));
        }
        assertEquals(List.of(), uploads.vault.uploads().unannounced().uploads());
        assertEquals(
                0,
                uploads.admission.requireMayDeclare(DEVICE, DEVICE.actor(), 1).get());
        uploads.unavailableFor.clear();
        declarations.declare(DEVICE, metadata(BYTES), all);
        assertEquals(
                1,
                uploads.admission.requireMayDeclare(DEVICE, DEVICE.actor(), 1).get());
        assertEquals(
                "IN-146",
                assertThrows(Problem.class, () -> declarations.declarePart(DEVICE, DEVICE.actor(), 1, null))
                        .code());
    }

    @Test
    void makesAnItemOfPartsAndRemovesThem() throws Exception {
        EvidenceId first = part(0, HALF);
        EvidenceId second = part(HALF, BYTES.length);
        EvidenceId item = concatenate(first, second);
        assertTrue(uploads.lookup.require(Sender.CLAIMED, item).announced());
        assertEquals(
                Sha256Digest.of(BYTES), uploads.events(Received.class).get(0).sha256());
        for (EvidenceId part : List.of(first, second)) {
            assertTrue(uploads.lookup.find(part).isEmpty());
        }
        assertEquals(item, concatenate(first, second), "the answer was lost, and the request comes again");
    }

    @Test
    void refusesPartsThatAreNotFinished() throws Exception {
        EvidenceId first = part(0, HALF);
        EvidenceId open = declarations.declarePart(Sender.CLAIMED, UploadFixture.OFFICER, HALF, null);
        assertEquals(
                "IN-144",
                assertThrows(Problem.class, () -> concatenate(first, open)).code());
        assertEquals(List.of(), uploads.events);
    }

    @Test
    void keepsThePartsWhereTheRecordDoesNotAnswer() throws Exception {
        EvidenceId first = part(0, HALF);
        EvidenceId second = part(HALF, BYTES.length);
        uploads.unavailableFor.add(Received.class);
        assertThrows(FeedUnavailableException.class, () -> concatenate(first, second));
        assertTrue(uploads.lookup.find(first).isPresent()
                && uploads.lookup.find(second).isPresent());
        uploads.unavailableFor.clear();
        EvidenceId item = concatenate(first, second);
        assertTrue(uploads.lookup.require(Sender.CLAIMED, item).announced());
        assertTrue(uploads.lookup.find(first).isEmpty());
        assertEquals(List.of(), uploads.events(Withdrawn.class));
    }
}
