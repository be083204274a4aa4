package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Upload;
import org.liuhen.web.Problem;

class ActiveSessionsTest {
    private final Problem reason = new Problem(409, "IN-123", "another request");
    private static final Sender DEVICE =
            Sender.device("BWC-1", DeviceKind.CAMERA, null, Sha256Digest.of(new byte[0]), null);

    @TempDir
    private Path folder;

    private UploadFixture uploads;
    private ActiveSessions active;

    @BeforeEach
    void open() throws IOException {
        uploads = new UploadFixture(folder);
        active = new ActiveSessions(uploads.admission, 5);
    }

    @AfterEach
    void close() {
        active.close();
        uploads.close();
    }

    private UploadSession session(Sender sender, Upload upload) throws IOException {
        UploadSession session = new UploadSession(
                uploads.services,
                sender,
                upload,
                uploads.vault.uploads().begin(UploadFixture.SITE, upload.id(), 0),
                null,
                active::remove);
        active.add(session);
        return session;
    }

    private UploadSession session(Sender sender) throws IOException {
        return session(sender, uploads.declare(new byte[] {1, 2, 3}));
    }

    private static String abortCode(UploadSession session) {
        return session.abortReasonOr(null) instanceof Problem problem ? problem.code() : null;
    }

    @Test
    void abortsSendersThatAreNoLongerAllowed() throws Exception {
        UploadSession device = session(DEVICE);
        UploadSession claimed = session(Sender.CLAIMED);
        active.recheck();
        assertEquals(null, abortCode(device));
        uploads.admission.addRule(sender -> !sender.isDevice());
        active.recheck();
        assertEquals("IN-127", abortCode(device));
        assertEquals(null, abortCode(claimed));
        device.closeKeeping();
        claimed.closeKeeping();
        assertFalse(active.contains(device.id()));
    }

    @Test
    void abortsNoSessionForItsPaceInItsFirstMinute() throws Exception {
        UploadSession session = session(DEVICE);
        for (int i = 0; i < 24; i++) {
            active.recheck();
        }
        assertEquals(null, abortCode(session));
        session.closeKeeping();
    }

    @Test
    void waitsForTheEndOfAnAbortedSession() throws Exception {
        UploadSession session = session(DEVICE);
        session.onAbort(() ->
                CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(session::closeKeeping));
        assertTrue(active.abort(session.id(), reason));
        assertFalse(active.contains(session.id()));
        assertEquals("IN-123", abortCode(session));
    }

    @Test
    void tellsThatASessionDidNotEndInTime() throws Exception {
        try (ActiveSessions impatient = new ActiveSessions(uploads.admission, 0)) {
            UploadSession session = session(DEVICE);
            impatient.add(session);
            assertFalse(impatient.abort(session.id(), reason));
            session.closeKeeping();
        }
    }

    @Test
    void hasNothingToWaitForWhereThereIsNoSession() throws Exception {
        assertTrue(active.abort(uploads.declare(new byte[1]).id(), reason));
    }

    @Test
    void keepsALaterSessionOfTheSameUploadWhenTheEarlierOneIsRemoved() throws Exception {
        Upload upload = uploads.declare(new byte[] {1, 2, 3});
        UploadSession first = session(DEVICE, upload);
        first.closeKeeping();
        UploadSession second = session(DEVICE, upload);
        active.remove(first);
        assertTrue(active.contains(upload.id()));
        second.closeKeeping();
        assertFalse(active.contains(upload.id()));
    }

    @Test
    void waitsForOpenSessionsBeforeItAbortsTheRest() throws Exception {
        UploadSession ending = session(DEVICE);
        CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(ending::closeKeeping);
        active.drain(10);
        assertEquals(null, abortCode(ending));

        UploadSession silent = session(DEVICE);
        silent.onAbort(silent::closeKeeping);
        active.drain(0);
        assertEquals("IN-134", abortCode(silent));
        assertFalse(active.contains(silent.id()));
    }
}
