package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent.ReceivedAgain;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads.Arriving;
import org.liuhen.storage.VaultException;
import org.liuhen.web.Problem;

class UploadSessionTest {
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

    @Test
    void makesAWholeUploadAnItem() throws Exception {
        Upload upload = uploads.declare(BYTES);
        UploadSession session = uploads.open(upload);
        session.write(BYTES, 0, HALF);
        session.idle();
        session.write(BYTES, HALF, BYTES.length - HALF);
        assertTrue(session.verifiedDigest().isEmpty());
        assertEquals(BYTES.length, session.finish());
        assertEquals(Sha256Digest.of(BYTES), session.verifiedDigest().orElseThrow());
        assertEquals(1, uploads.released.get());
        assertTrue(uploads.find(upload).announced());
        assertEquals(
                Sha256Digest.of(BYTES), uploads.events(Received.class).get(0).sha256());
    }

    @Test
    void continuesTheDigestOfTheSessionBefore() throws Exception {
        Upload upload = uploads.declare(BYTES);
        UploadSession first = uploads.open(upload);
        first.write(BYTES, 0, HALF);
        assertEquals(HALF, first.finish());
        UploadSession second = uploads.open(uploads.find(upload));
        second.write(BYTES, HALF, BYTES.length - HALF);
        assertEquals(BYTES.length, second.finish());
        assertEquals(2, uploads.released.get());
        assertEquals(
                Sha256Digest.of(BYTES), uploads.events(Received.class).get(0).sha256());
    }

    @Test
    void claimsNoDigestWhereARestartCameBetween() throws Exception {
        Upload upload = uploads.append(uploads.declare(BYTES), Arrays.copyOf(BYTES, HALF));
        UploadSession session = uploads.open(upload);
        session.write(BYTES, HALF, BYTES.length - HALF);
        session.finish();
        assertNull(uploads.events(Received.class).get(0).sha256());
        assertTrue(session.verifiedDigest().isEmpty());
    }

    @Test
    void refusesMoreBytesThanWereDeclaredAndKeepsThoseBefore() throws Exception {
        Upload upload = uploads.declare(BYTES);
        UploadSession session = uploads.open(upload);
        session.write(BYTES, 0, BYTES.length - 1);
        VaultException tooLong = assertThrows(VaultException.class, () -> session.write(BYTES, 0, 2));
        assertEquals("VT-103", tooLong.code());
        session.closeKeeping();
        assertEquals(BYTES.length - 1, uploads.find(upload).offsetBytes());
        assertEquals(1, uploads.released.get());
        UploadSession next = uploads.open(uploads.find(upload));
        next.write(BYTES, BYTES.length - 1, 1);
        next.finish();
        assertEquals(
                Sha256Digest.of(BYTES), uploads.events(Received.class).get(0).sha256());
    }

    @Test
    void keepsAndReportsBytesWithAnotherDigest() throws Exception {
        byte[] other = new byte[BYTES.length];
        Upload upload = uploads.declare(BYTES);
        UploadSession session = uploads.open(upload);
        session.write(other, 0, other.length);
        Problem wrong = assertThrows(Problem.class, session::finish);
        assertEquals("IN-111", wrong.code());
        assertEquals(1, uploads.released.get());
        assertTrue(uploads.find(upload).announced());
        assertEquals(
                Sha256Digest.of(other), uploads.events(Received.class).get(0).sha256());
    }

    @Test
    void keepsNoByteOfASessionThatIsDiscarded() throws Exception {
        Upload upload = uploads.append(uploads.declare(BYTES), Arrays.copyOf(BYTES, HALF));
        UploadSession session = uploads.open(upload);
        session.write(BYTES, 0, 3);
        session.closeDiscarding();
        session.closeDiscarding();
        session.closeKeeping();
        assertEquals(HALF, uploads.find(upload).offsetBytes());
        assertEquals(1, uploads.released.get());
    }

    @Test
    void keepsTheBytesBeforeAnAbortAndGivesItsReason() throws Exception {
        Upload upload = uploads.declare(BYTES);
        UploadSession session = uploads.open(upload);
        AtomicInteger closed = new AtomicInteger();
        session.onAbort(closed::incrementAndGet);
        session.write(BYTES, 0, HALF);
        Problem reason = new Problem(409, "IN-123", "another request");
        Exception failed = new IOException("the connection is closed");
        assertSame(failed, session.abortReasonOr(failed));
        session.abort(reason);
        assertEquals(1, closed.get());
        assertFalse(session.awaitEnd(0), "its thread has not ended it yet");
        session.write(BYTES, HALF, 1); // a thread that writes meanwhile is not disturbed
        session.closeKeeping();
        assertTrue(session.awaitEnd(0));
        assertSame(reason, session.abortReasonOr(failed));
        assertEquals(HALF + 1, uploads.find(upload).offsetBytes());
    }

    @Test
    void closesAConnectionThatIsKnownOnlyAfterTheAbort() throws Exception {
        UploadSession session = uploads.open(uploads.declare(BYTES));
        session.abort(new Problem(409, "IN-123", "another request"));
        AtomicInteger closed = new AtomicInteger();
        session.onAbort(closed::incrementAndGet);
        assertEquals(1, closed.get());
        session.closeKeeping();
    }

    @Test
    void takesNothingAfterItsEnd() throws Exception {
        UploadSession session = uploads.open(uploads.declare(BYTES));
        session.closeKeeping();
        session.idle();
        assertThrows(IOException.class, () -> session.write(BYTES, 0, 1));
        assertThrows(IOException.class, session::finish);
        assertEquals(1, uploads.released.get());
    }

    /** Fails in every call. */
    private record Failing(Error thrown) implements Arriving {
        @Override
        public void write(byte[] buffer, int from, int length) {
            throw thrown;
        }

        @Override
        public Upload keep() {
            throw thrown;
        }

        @Override
        public void takeBack() {
            throw thrown;
        }

        @Override
        public void close() {
            throw thrown;
        }
    }

    @Test
    void releasesItsPlaceOnceWhateverFails() throws Exception {
        Upload upload = uploads.declare(BYTES);
        Failing failing = new Failing(new LinkageError("thrown here"));
        List<UploadSession> sessions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sessions.add(new UploadSession(
                    uploads.services,
                    Sender.CLAIMED,
                    upload,
                    failing,
                    null,
                    closed -> uploads.released.incrementAndGet()));
        }
        assertThrows(LinkageError.class, sessions.get(0)::finish);
        assertThrows(LinkageError.class, sessions.get(1)::closeDiscarding);
        sessions.get(2).closeKeeping();
        assertEquals(3, uploads.released.get());
        for (UploadSession session : sessions) {
            session.closeKeeping();
            assertTrue(session.awaitEnd(0));
        }
        assertEquals(3, uploads.released.get());
    }

    @Test
    void releasesAndKeepsTheBytesWhereTheFeedFails() throws Exception {
        Upload upload = uploads.declare(BYTES);
        UploadSession session = uploads.open(upload);
        session.write(BYTES, 0, BYTES.length);
        uploads.unavailableFor.add(Received.class);
        assertThrows(FeedUnavailableException.class, session::finish);
        assertEquals(1, uploads.released.get());
        assertFalse(uploads.find(upload).announced());
        uploads.unavailableFor.clear();
        uploads.completion.complete(uploads.find(upload), true);
        assertTrue(uploads.find(upload).announced());
        assertEquals(
                Sha256Digest.of(BYTES), uploads.events(Received.class).get(0).sha256());
    }

    @Test
    void keepsAWholePartForItsConcatenation() throws Exception {
        Upload part = uploads.declarePart(Instant.now(), BYTES.length);
        UploadSession session = uploads.open(part);
        session.write(BYTES, 0, BYTES.length);
        assertEquals(BYTES.length, session.finish());
        assertFalse(uploads.find(part).complete());
        assertEquals(List.of(), uploads.events);
    }

    @Test
    void makesOneItemOfBytesThatTwoSendersSendAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Long>> finishing = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                UploadSession session = uploads.open(uploads.declare(BYTES));
                session.write(BYTES, 0, BYTES.length);
                finishing.add(threads.submit(session::finish));
            }
            for (Future<Long> one : finishing) {
                assertEquals(BYTES.length, one.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1, uploads.events(Received.class).size());
        assertEquals(1, uploads.events(ReceivedAgain.class).size());
        assertEquals(1, uploads.events(Withdrawn.class).size());
        assertEquals(2, uploads.released.get());
    }

    @Test
    void countsBytesSinceTheLastCall() throws Exception {
        UploadSession session = uploads.open(uploads.declare(BYTES));
        session.write(BYTES, 0, 3);
        assertEquals(3, session.takeBytesSinceLastCall());
        assertEquals(0, session.takeBytesSinceLastCall());
        session.closeKeeping();
    }
}
