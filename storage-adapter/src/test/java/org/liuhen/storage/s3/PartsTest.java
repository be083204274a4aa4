package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;

/** How large parts are, how much memory they may take, and what a condition on an ETag looks like. */
class PartsTest {
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void partsAreWholeMebibytesAndFewEnough() {
        assertEquals(8 * MEBIBYTE, UploadNotes.partBytes(0));
        assertEquals(8 * MEBIBYTE, UploadNotes.partBytes(9_000 * 8 * MEBIBYTE - 1));
        assertEquals(9 * MEBIBYTE, UploadNotes.partBytes(9_000 * 8 * MEBIBYTE));
        for (long size = 1; size < 1L << 46; size = size * 3 + 1) {
            long part = UploadNotes.partBytes(size);
            assertEquals(0, part % MEBIBYTE);
            assertTrue((size + part - 1) / part <= 9_000, size + " bytes in parts of " + part);
        }
    }

    @Test
    void anUploadOfTheLargestSizeHasPartsOfWhichFourHaveRoom() {
        for (long room : new long[] {21 << 20, 32 << 20, 1 << 30, 5_000_000_000L}) {
            long max = new S3Uploads(new S3Calls(null), Buckets.named("x"), new Room(room)).sizeBytesMax();
            long part = UploadNotes.partBytes(max);
            assertTrue(4 * part <= Math.max(room, 4 * 8 * MEBIBYTE), "parts of " + part + " in a room of " + room);
            assertTrue(4 * UploadNotes.partBytes(max + 1) > room, "larger ones have no room");
        }
    }

    @Test
    void roomIsTakenAsAWholeOrNotAtAll() {
        Room room = new Room(10);
        assertTrue(room.take(7));
        assertFalse(room.take(4));
        assertEquals(7, room.taken());
        assertTrue(room.take(3));
        room.giveBack(7);
        assertTrue(room.take(7));
    }

    @Test
    void conditionsHaveTheFormThatTheStoreTakes() {
        assertEquals("\"abc\"", Conditions.QUOTED.ifMatch("abc"));
        assertEquals("abc", Conditions.UNQUOTED.ifMatch("abc"));
        assertEquals("abc", S3Calls.etag("\"abc\""));
    }

    @Test
    void keysAreThoseOfStoresThatExist() {
        Buckets buckets = Buckets.named("liuhen");
        assertEquals(List.of("liuhen-vault", "liuhen-uploads", "liuhen-custody"), buckets.all());
        EvidenceId id = new EvidenceId("01kawyz4s0abcdefghjkmnpqrs");
        LogName site = new LogName("site-1");
        assertEquals("pending/01kawyz4s0abcdefghjkmnpqrs/info", UploadNotes.note(id));
        assertEquals("pending/01kawyz4s0abcdefghjkmnpqrs/tail-w-2", UploadNotes.tailKey(id, "w-2"));
        assertEquals("done/site-1/2025/11/01kawyz4s0abcdefghjkmnpqrs", UploadNotes.done(site, id));
    }
}
