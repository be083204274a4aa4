package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Upload;
import org.liuhen.storage.VaultException;
import org.liuhen.web.Problem;

/** Opening, taking over and looking up. The fixture has one place for each sender, so one that was not given back shows. */
class SessionFactoryTest {
    private static final byte[] BYTES = "the bytes of a recording".getBytes(StandardCharsets.UTF_8);
    private static final int HALF = BYTES.length / 2;

    @TempDir
    private Path folder;

    private UploadFixture uploads;

    @BeforeEach
    void open() throws IOException {
        uploads = new UploadFixture(folder);
    }

    @AfterEach
    void close() {
        uploads.close();
    }

    private UploadSession session(Upload upload, long offsetBytes) throws Exception {
        return uploads.sessions.open(Sender.CLAIMED, upload, offsetBytes);
    }

    private void assertThePlaceIsFree() throws Exception {
        session(uploads.declare(BYTES), 0).closeKeeping();
    }

    private static void assertCode(String code, VaultException refused) {
        assertEquals(code, refused.code());
    }

    @Test
    void holdsThePlaceUntilTheSessionEnds() throws Exception {
        Upload upload = uploads.declare(BYTES);
        UploadSession session = session(upload, 0);
        assertTrue(uploads.active.contains(upload.id()));
        Upload other = uploads.declare(BYTES);
        assertEquals(
                "IN-115", assertThrows(Problem.class, () -> session(other, 0)).code());
        assertFalse(uploads.active.contains(other.id()));
        session.write(BYTES, 0, BYTES.length);
        session.finish();
        assertFalse(uploads.active.contains(upload.id()));
        assertThePlaceIsFree();
    }

    @Test
    void takesNothingAtAnotherOffset() throws Exception {
        Upload upload = uploads.append(uploads.declare(BYTES), new byte[] {1, 2, 3});
        for (long offset : new long[] {0, 2, 4, BYTES.length}) {
            assertCode("VT-102", assertThrows(VaultException.class, () -> session(upload, offset)));
            assertFalse(uploads.active.contains(upload.id()));
            assertThePlaceIsFree();
        }
    }

    @Test
    void takesOverFromAnEarlierSessionAndKeepsItsBytes() throws Exception {
        Upload upload = uploads.declare(BYTES);
        UploadSession first = session(upload, 0);
        first.onAbort(first::closeKeeping);
        first.write(BYTES, 0, HALF);
        assertEquals(HALF, uploads.lookup.takeOver(Sender.CLAIMED, upload.id()).offsetBytes());
        UploadSession second = session(uploads.find(upload), HALF);
        second.onAbort(second::closeKeeping);
        second.write(BYTES, HALF, 1);
        UploadSession third = session(uploads.find(upload), HALF + 1);
        third.write(BYTES, HALF + 1, BYTES.length - HALF - 1);
        third.finish();
        assertEquals(
                Sha256Digest.of(BYTES), uploads.events(Received.class).get(0).sha256());
        assertThePlaceIsFree();
    }

    @Test
    void refusesWhereAnEarlierSessionDoesNotEnd() throws Exception {
        Upload upload = uploads.declare(BYTES);
        UploadSession first = session(upload, 0);
        assertCode(
                "VT-106",
                assertThrows(VaultException.class, () -> uploads.lookup.takeOver(Sender.CLAIMED, upload.id())));
        assertCode(
                "VT-106", assertThrows(VaultException.class, () -> uploads.termination.terminate(upload, "no reason")));
        first.closeKeeping();
        assertThePlaceIsFree();
    }

    @Test
    void answersAnEmptyRequestToAFinishedUploadWithoutAPlace() throws Exception {
        Upload item = uploads.item(BYTES);
        UploadSession taken = session(uploads.declare(BYTES), 0);
        UploadSession session = session(item, BYTES.length);
        assertThrows(VaultException.class, () -> session.write(BYTES, 0, 1));
        assertEquals(BYTES.length, session.finish());
        assertCode("VT-102", assertThrows(VaultException.class, () -> session(item, 0)));
        taken.closeKeeping();
    }

    @Test
    void completesAWholeUploadBeforeItTellsItsOffset() throws Exception {
        Upload upload = uploads.append(uploads.declare(BYTES), BYTES);
        assertEquals(
                BYTES.length, uploads.lookup.find(Sender.CLAIMED, upload.id()).offsetBytes());
        assertTrue(uploads.find(upload).announced());
    }

    @Test
    void findsOnlyUploadsOfTheSender() throws Exception {
        Upload upload = uploads.declare(BYTES);
        Problem foreign = assertThrows(
                Problem.class,
                () -> uploads.lookup.require(
                        Sender.officer(new Actor(Actor.Kind.OFFICER, "110024", null, "bearer")), upload.id()));
        assertEquals("IN-122", foreign.code());
        EvidenceId none = EvidenceId.create(Instant.now(), new SecureRandom());
        Problem missing = assertThrows(Problem.class, () -> uploads.lookup.require(Sender.CLAIMED, none));
        assertEquals("IN-112", missing.code());
    }
}
