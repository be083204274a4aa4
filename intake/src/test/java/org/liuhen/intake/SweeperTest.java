package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads.Unannounced;
import org.liuhen.web.Problem;

class SweeperTest {
    private static final byte[] BYTES = "the bytes of a recording".getBytes(StandardCharsets.UTF_8);
    private static final Sha256Digest DIGEST = Sha256Digest.of(BYTES);
    private static final Duration KEPT = UploadFixture.LIMITS.unfinishedFor();

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

    private Upload declaredBefore(Duration age) throws IOException {
        return uploads.declare(Instant.now().minus(age), DIGEST, BYTES.length);
    }

    private boolean isGone(Upload upload) throws IOException {
        return uploads.vault.uploads().find(UploadFixture.SITE, upload.id()).isEmpty();
    }

    private List<Class<? extends CustodyEvent>> eventTypes() {
        return uploads.events.stream()
                .<Class<? extends CustodyEvent>>map(CustodyEvent::getClass)
                .toList();
    }

    @Test
    void endsUnfinishedUploadsAfterTheirTimeAndNotBefore() throws Exception {
        Upload old = uploads.append(declaredBefore(KEPT.plusSeconds(1)), new byte[] {1, 2});
        Upload young = declaredBefore(KEPT.minusSeconds(60));
        assertEquals(1, uploads.sweeper.sweep());
        assertTrue(isGone(old));
        assertFalse(isGone(young));
        assertEquals(List.of(Declared.class, Withdrawn.class), eventTypes());
        Withdrawn withdrawn = uploads.events(Withdrawn.class).get(0);
        assertEquals(old.id(), withdrawn.context().evidenceId());
        assertEquals(
                "the upload was not finished by " + old.id().declaredAt().plus(KEPT),
                withdrawn.context().purpose());
        assertEquals(0, uploads.sweeper.sweep());
    }

    @Test
    void endsPartsAfterTheirTimeWithoutARecord() throws Exception {
        Upload whole =
                uploads.append(uploads.declarePart(Instant.now().minus(KEPT.plusSeconds(1)), BYTES.length), BYTES);
        Upload young = uploads.append(uploads.declarePart(Instant.now(), BYTES.length), BYTES);
        assertEquals(1, uploads.sweeper.sweep());
        assertTrue(isGone(whole));
        assertFalse(isGone(young));
        assertEquals(List.of(), uploads.events);
    }

    @Test
    void completesWholeUploadsWhateverTheirAge() throws Exception {
        Upload upload = uploads.append(declaredBefore(KEPT.plusHours(24)), BYTES);
        Upload fresh = uploads.append(uploads.declare(new byte[] {1}), new byte[] {1});
        assertEquals(2, uploads.sweeper.sweep());
        assertTrue(uploads.find(upload).announced());
        assertTrue(uploads.find(fresh).announced());
        assertEquals(List.of(Declared.class, Received.class, Declared.class, Received.class), eventTypes());
    }

    @Test
    void leavesAnUploadWithAnOpenSession() throws Exception {
        Upload upload = declaredBefore(KEPT.plusHours(24));
        UploadSession session = uploads.sessions.open(Sender.CLAIMED, upload, 0);
        assertEquals(0, uploads.sweeper.sweep());
        session.write(BYTES, 0, BYTES.length);
        assertEquals(0, uploads.sweeper.sweep());
        session.finish();
        assertTrue(uploads.find(upload).announced());
    }

    @Test
    void repeatsAnEndThatTheFeedInterrupted() throws Exception {
        Upload upload = declaredBefore(KEPT.plusHours(24));
        uploads.unavailableFor.add(Withdrawn.class);
        assertThrows(FeedUnavailableException.class, uploads.sweeper::sweep);
        assertTrue(isGone(upload), "nobody appends to it any more");
        assertThrows(FeedUnavailableException.class, uploads.sweeper::sweep);
        uploads.unavailableFor.clear();
        assertEquals(1, uploads.sweeper.sweep());
        assertEquals(1, uploads.events(Withdrawn.class).size());
        Unannounced left = uploads.vault.uploads().unannounced();
        assertEquals(List.of(), left.ended());
        assertEquals(List.of(), left.uploads());
    }

    @Test
    void leavesAndCountsWhatCannotBeReadAndGoesOn() throws Exception {
        Upload damaged = declaredBefore(KEPT.plusHours(24));
        Upload old = declaredBefore(KEPT.plusHours(24));
        Path info = folder.resolve("uploads").resolve(damaged.id() + ".info");
        Files.writeString(info, "site-1\nno event");
        assertEquals(1, uploads.sweeper.sweep());
        assertEquals(1, uploads.sweeper.failedUploads());
        assertTrue(isGone(old));
        assertTrue(Files.exists(info));
        Files.delete(info);
        uploads.sweeper.sweep();
        assertEquals(0, uploads.sweeper.failedUploads());
    }

    @Test
    void endsADuplicateThatACrashLeftWhole() throws Exception {
        Upload item = uploads.item(BYTES);
        Upload again = uploads.append(uploads.declare(BYTES), BYTES);
        assertEquals(1, uploads.sweeper.sweep());
        assertTrue(isGone(again));
        assertEquals(Optional.of(item.id()), Optional.of(uploads.duplicates.itemOf(again.id())));
    }

    @Test
    void countsUnfinishedUploadsAnew() throws Exception {
        uploads.declare(BYTES);
        Sender camera = Sender.device(UploadFixture.OFFICER.id(), DeviceKind.CAMERA, null, DIGEST, null);
        for (int i = 0; i < UploadFixture.LIMITS.unfinishedMax(); i++) {
            uploads.admission.requireMayDeclare(camera, camera.actor(), 1).incrementAndGet();
        }
        assertThrows(Problem.class, () -> uploads.admission.requireMayDeclare(camera, camera.actor(), 1));
        uploads.sweeper.sweep();
        assertEquals(
                1,
                uploads.admission.requireMayDeclare(camera, camera.actor(), 1).get());
    }
}
