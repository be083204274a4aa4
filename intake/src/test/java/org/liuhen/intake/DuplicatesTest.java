package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent.ReceivedAgain;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

class DuplicatesTest {
    private static final byte[] BYTES = "the bytes of a recording".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private UploadFixture uploads;
    private final AtomicInteger released = new AtomicInteger();

    @BeforeEach
    void open() throws IOException {
        uploads = new UploadFixture(folder);
    }

    @AfterEach
    void close() {
        uploads.close();
    }

    private static MessageDigest digest(byte[] bytes) {
        MessageDigest sha256 = Sha256Digest.algorithm();
        sha256.update(bytes);
        return sha256;
    }

    private boolean end(Upload upload, MessageDigest sha256) throws IOException, FeedUnavailableException {
        return uploads.duplicates.end(upload, sha256, released::incrementAndGet);
    }

    private void assertKept(Upload upload, MessageDigest sha256) throws Exception {
        assertFalse(end(upload, sha256));
        assertEquals(0, released.get());
        assertTrue(uploads.vault.uploads().find(UploadFixture.SITE, upload.id()).isPresent());
        assertEquals(List.of(), uploads.events(ReceivedAgain.class));
    }

    @Test
    void keepsBytesThatAreNotStored() throws Exception {
        assertKept(uploads.declare(BYTES), digest(BYTES));
    }

    @Test
    void endsAnUploadWhoseBytesWereReceivedAMomentAgo() throws Exception {
        Upload item = uploads.item(BYTES, "A-1");
        Upload upload = uploads.declare(BYTES, "A-2");
        assertTrue(end(upload, digest(BYTES)));
        assertEquals(1, released.get());

        ReceivedAgain again = uploads.events(ReceivedAgain.class).get(0);
        assertEquals(item.id(), again.context().evidenceId());
        LinkedToCase link = uploads.events(LinkedToCase.class).get(0);
        assertEquals(item.id(), link.context().evidenceId());
        assertEquals("A-2", link.caseId().value());
        Withdrawn withdrawn = uploads.events(Withdrawn.class).get(0);
        assertEquals(upload.id(), withdrawn.context().evidenceId());

        assertTrue(uploads.vault.uploads().find(UploadFixture.SITE, upload.id()).isEmpty());
        Upload answered = uploads.duplicates.find(upload.id()).orElseThrow();
        assertTrue(answered.complete() && answered.whole() && answered.announced());
        assertEquals(upload.info(), answered.info());
        assertEquals(item.id(), uploads.duplicates.itemOf(upload.id()));
        assertEquals(item.id(), uploads.duplicates.itemOf(item.id()));
    }

    @Test
    void linksNoCaseThatTheItemHasAlready() throws Exception {
        uploads.item(BYTES, "A-1");
        assertTrue(end(uploads.declare(BYTES, "A-1"), digest(BYTES)));
        assertEquals(List.of(), uploads.events(LinkedToCase.class));
    }

    @Test
    void findsAfterARestartWhatTheVerifyStepNoted() throws Exception {
        Upload item = uploads.item(BYTES);
        uploads.close();
        uploads = new UploadFixture(folder);
        Upload upload = uploads.declare(BYTES);
        assertKept(upload, digest(BYTES));
        uploads.vault
                .notes(UploadFixture.SITE)
                .write(
                        Vault.digestNote(Sha256Digest.of(BYTES)),
                        item.id().value().getBytes(StandardCharsets.US_ASCII));
        assertTrue(end(upload, digest(BYTES)));
    }

    @Test
    void readsTheUploadItselfWhereNotAllBytesArrivedInThisProcess() throws Exception {
        uploads.item(BYTES);
        assertTrue(end(uploads.append(uploads.declare(BYTES), BYTES), null));
    }

    @Test
    void keepsOtherBytesThatAreDeclaredWithTheSameDigest() throws Exception {
        uploads.item(BYTES);
        byte[] other = new byte[BYTES.length];
        assertKept(uploads.declare(BYTES), digest(other));
        assertKept(uploads.append(uploads.declare(BYTES), other), null);
    }

    @Test
    void keepsAnUploadWhereTheStoredBytesChanged() throws Exception {
        Upload item = uploads.item(BYTES);
        Path object = folder.resolve("vault").resolve(item.object().key());
        Files.setPosixFilePermissions(object, PosixFilePermissions.fromString("rw-r-----"));
        Files.write(object, new byte[BYTES.length]);
        assertKept(uploads.declare(BYTES), digest(BYTES));
    }

    @Test
    void keepsAnUploadWhereTheItemIsGoneOrItsNoteIsDamaged() throws Exception {
        Upload upload = uploads.declare(BYTES);
        for (String note : new String[] {"", "no item", upload.id().value()}) {
            uploads.vault
                    .notes(UploadFixture.SITE)
                    .write(Vault.digestNote(Sha256Digest.of(BYTES)), note.getBytes(StandardCharsets.US_ASCII));
            assertKept(upload, digest(BYTES));
        }
    }

    @Test
    void keepsEmptyFilesAndParts() throws Exception {
        byte[] none = new byte[0];
        uploads.item(none);
        assertKept(uploads.declare(none), digest(none));
        assertKept(uploads.declarePart(Instant.now(), BYTES.length), digest(BYTES));
    }

    @Test
    void leavesTheUploadToTheNextSweepWhereTheFeedFails() throws Exception {
        uploads.item(BYTES);
        Upload upload = uploads.declare(BYTES);
        uploads.unavailableFor.add(Withdrawn.class);
        assertThrows(FeedUnavailableException.class, () -> end(upload, digest(BYTES)));
        assertEquals(
                List.of(upload.id()),
                uploads.vault.uploads().unannounced().ended().stream()
                        .map(Upload::id)
                        .toList());
    }

    @Test
    void saysWhichNoteIsDamaged() throws Exception {
        Upload upload = uploads.declare(BYTES);
        uploads.vault.notes(UploadFixture.SITE).write("again/" + upload.id(), new byte[] {'x', '\n'});
        VaultException damaged = assertThrows(VaultException.class, () -> uploads.duplicates.find(upload.id()));
        assertEquals("VT-201", damaged.code());
        assertThrows(VaultException.class, () -> uploads.duplicates.itemOf(upload.id()));
    }
}
