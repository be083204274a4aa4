package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogStore;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Vault;

/** The real store, which answers slowly, or does what it is asked and does not answer. */
@Tag("slow")
class TimeLimitsIT {
    private static final LogName SITE = new LogName("site-1");
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final int PART = 8 << 20;

    private final String name = "slow" + Long.toHexString(System.nanoTime());
    private final Random random = new Random(60);
    private SlowStore way;
    private Vault vault;

    @BeforeEach
    void open() throws IOException {
        way = new SlowStore(URI.create(System.getProperty("s3.endpoint")));
        vault = S3Vault.open(SilentStoreTest.at(way.endpoint(), name), SILENCE, new Room(1 << 28));
        assertTrue(vault.uploads().shareable()); // the store's conditions are known from here on
    }

    @AfterEach
    void close() {
        vault.close();
        way.close();
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private EvidenceId declare(int size) throws IOException {
        EvidenceId id = EvidenceId.create(Instant.now(), new SecureRandom());
        EventContext context = EventContext.of(
                EventContext.idFor(Declared.class, id.value()),
                id,
                Instant.now(),
                Actor.component("test"),
                null,
                "test");
        vault.uploads()
                .declare(Declaration.of(
                        SITE,
                        new Declared(
                                context, new FileName("a.mp4"), null, Declaration.NO_DIGEST, size, List.of(), null),
                        null,
                        null));
        return id;
    }

    private Upload find(EvidenceId id) throws IOException {
        return vault.uploads().find(SITE, id).orElseThrow();
    }

    private void requireStored(StoredObject object, byte[] bytes) throws IOException {
        try (InputStream in = vault.evidence().open(object)) {
            assertArrayEquals(bytes, in.readAllBytes());
        }
    }

    @Test
    void aSlowStoreThatGoesOnIsWaitedFor() throws Exception {
        byte[] bytes = bytes(100_000);
        EvidenceId id = declare(bytes.length);
        way.slow(
                20_000, SILENCE.dividedBy(10)); // what waits to be sent in the system's buffer is sent within the limit
        vault.uploads().append(SITE, id, 0, new ByteArrayInputStream(bytes));
        StoredObject object = vault.uploads().complete(find(id));
        way.slow(4_000, SILENCE.dividedBy(10));
        long begin = System.nanoTime();
        requireStored(object, bytes);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertTrue(took.compareTo(SILENCE.multipliedBy(2)) > 0, "it was not slow: " + took);
    }

    /** The store has written on a condition, and the answer is lost: it was no other writer. */
    @Test
    void aConditionalWriteWithoutAnAnswerIsFound() throws Exception {
        LogStore notes = vault.notes(SITE);
        byte[] one = {1};
        byte[] two = {2};
        way.leaveUnanswered("PUT \\S*-uploads/door/site-1/word ");
        assertTrue(notes.replace("word", Optional.empty(), one));
        assertTrue(way.left());
        way.leaveUnanswered("PUT \\S*-uploads/door/site-1/word ");
        assertTrue(notes.replace("word", Optional.of(one), two));
        assertTrue(way.left());
        assertArrayEquals(two, notes.read("word").orElseThrow());
        assertFalse(notes.replace("word", Optional.of(one), two));
    }

    @Test
    void aNoteWithoutAnAnswerCounts() throws Exception {
        byte[] bytes = bytes(2 * PART + 700);
        EvidenceId id = declare(bytes.length);
        for (int end : new int[] {500, PART + 9, bytes.length}) {
            long from = find(id).offsetBytes();
            way.leaveUnanswered("PUT \\S*-uploads/pending/" + id + "/info ");
            Upload kept = vault.uploads()
                    .append(SITE, id, from, new ByteArrayInputStream(bytes, (int) from, end - (int) from));
            assertTrue(way.left(), "the note was written");
            assertEquals(end, kept.offsetBytes());
            assertEquals(end, find(id).offsetBytes());
        }
        way.leaveUnanswered("POST \\S*\\?uploadId="); // CompleteMultipartUpload
        StoredObject object = vault.uploads().complete(find(id));
        assertTrue(way.left());
        requireStored(object, bytes);
        assertFalse(object.versionId().isEmpty());
    }
}
