package org.liuhen.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;

/** What every {@link Uploads} must do. */
public abstract class UploadsContract extends StoreContract {
    @Test
    void givesBackExactlyTheBytesThatCameInPieces() throws IOException {
        byte[] bytes = bytes(20 << 20);
        EvidenceId id = declare(bytes);
        long offset = 0;
        for (int end : new int[] {1, 1000, 6 << 20, (6 << 20) + 7, 20 << 20}) {
            offset = vault.uploads()
                    .append(SITE, id, offset, part(bytes, (int) offset, end))
                    .offsetBytes();
            assertEquals(end, offset);
        }
        StoredObject object = vault.uploads().complete(find(id));
        assertArrayEquals(bytes, read(object, 0, bytes.length));
        assertArrayEquals(Arrays.copyOfRange(bytes, 999, 7 << 20), read(object, 999, 7 << 20));
    }

    @Test
    void goesOnAfterTheProcessDiedBetweenAnyTwoSteps() throws IOException {
        byte[] bytes = bytes(12 << 20);
        EvidenceId id = declare(bytes);
        vault = reopen();
        vault.uploads().append(SITE, id, 0, part(bytes, 0, 11 << 20));
        vault = reopen();
        long offset = find(id).offsetBytes();
        assertEquals(11 << 20, offset);
        vault.uploads().append(SITE, id, offset, part(bytes, (int) offset, bytes.length));
        vault = reopen();
        assertFalse(find(id).complete());
        StoredObject object = vault.uploads().complete(find(id));
        vault = reopen();
        assertEquals(object, find(id).object());
        assertEquals(object, vault.uploads().complete(find(id)), "completing again changes nothing");
        assertEquals(List.of(id), unannounced());
        vault.uploads().markAnnounced(find(id));
        vault.uploads().markAnnounced(find(id));
        vault = reopen();
        assertEquals(List.of(), unannounced());
        assertTrue(find(id).announced());
        assertEquals(bytes.length, find(id).offsetBytes());
        assertArrayEquals(bytes, read(object, 0, bytes.length));
        try (InputStream whole = vault.evidence().open(object)) {
            assertArrayEquals(bytes, whole.readAllBytes());
        }
        StoredObject missing = new StoredObject(object.bucket(), object.key() + "x", null);
        assertEquals(
                "VT-104",
                assertThrows(VaultException.class, () -> vault.evidence().open(missing))
                        .code());
    }

    @Test
    void keepsWhatArrivedBeforeTheStreamBroke() throws IOException {
        byte[] bytes = bytes(1 << 20);
        EvidenceId id = declare(bytes);
        InputStream breaking = new SequenceInputStream(part(bytes, 0, 700_000), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the camera was unplugged");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw new IOException("the camera was unplugged");
            }
        });
        assertThrows(IOException.class, () -> vault.uploads().append(SITE, id, 0, breaking));
        vault = reopen();
        long offset = find(id).offsetBytes();
        assertEquals(700_000, offset);
        vault.uploads().append(SITE, id, offset, part(bytes, (int) offset, bytes.length));
        assertArrayEquals(bytes, read(vault.uploads().complete(find(id)), 0, bytes.length));
    }

    @Test
    void takesBackTheBytesSinceTheBeginning() throws IOException {
        byte[] bytes = bytes(20 << 20);
        EvidenceId id = declare(bytes);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, 700_000));
        try (Uploads.Arriving arriving = vault.uploads().begin(SITE, id, 700_000)) {
            for (int from = 0; from < 17; from++) {
                arriving.write(bytes, from << 20, 1 << 20);
            }
            arriving.takeBack();
        }
        vault = reopen();
        assertEquals(700_000, find(id).offsetBytes());
        vault.uploads().append(SITE, id, 700_000, part(bytes, 700_000, bytes.length));
        assertArrayEquals(bytes, read(vault.uploads().complete(find(id)), 0, bytes.length));
    }

    @Test
    void refusesBytesAtAnotherOffsetAndChangesNothing() throws IOException {
        byte[] bytes = bytes(1000);
        EvidenceId id = declare(bytes);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, 500));
        for (long wrong : new long[] {0, 499, 501, 1000}) {
            VaultException refused = assertThrows(
                    VaultException.class, () -> vault.uploads().append(SITE, id, wrong, part(bytes, 0, 10)));
            assertEquals("VT-102", refused.code());
        }
        assertEquals(500, find(id).offsetBytes());
    }

    @Test
    void refusesMoreBytesThanDeclaredAndFewer() throws IOException {
        byte[] bytes = bytes(1000);
        EvidenceId id = declare(Arrays.copyOf(bytes, 999));
        assertEquals(
                "VT-103",
                assertThrows(VaultException.class, () -> vault.uploads().append(SITE, id, 0, part(bytes, 0, 1000)))
                        .code());
        assertFalse(find(id).complete());
        EvidenceId other = declare(bytes);
        vault.uploads().append(SITE, other, 0, part(bytes, 0, 999));
        assertEquals(
                "VT-102",
                assertThrows(VaultException.class, () -> vault.uploads().complete(find(other)))
                        .code());
    }

    @Test
    void storesAnItemOfNoBytes() throws IOException {
        EvidenceId id = declare(new byte[0]);
        StoredObject object = vault.uploads().complete(find(id));
        assertEquals(0, read(object, 0, 0).length);
        assertTrue(find(id).complete());
    }

    @Test
    void neverChangesWhatIsComplete() throws IOException {
        byte[] bytes = bytes(1000);
        EvidenceId id = declare(bytes);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, 1000));
        StoredObject object = vault.uploads().complete(find(id));
        assertEquals(
                "VT-105",
                assertThrows(VaultException.class, () -> vault.uploads().append(SITE, id, 1000, part(bytes, 0, 1)))
                        .code());
        assertEquals(
                "VT-105",
                assertThrows(VaultException.class, () -> vault.uploads().discard(SITE, id))
                        .code());
        assertArrayEquals(bytes, read(object, 0, 1000));
    }

    @Test
    void forgetsAnUploadThatWasTakenBack() throws IOException {
        byte[] bytes = bytes(1000);
        EvidenceId id = declare(bytes);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, 600));
        vault.uploads().discard(SITE, id);
        assertEquals(Optional.empty(), vault.uploads().find(SITE, id));
        assertEquals(
                "VT-104",
                assertThrows(VaultException.class, () -> vault.uploads().append(SITE, id, 600, part(bytes, 600, 1000)))
                        .code());
    }

    @Test
    void whatWasAnnouncedCanBeAnnouncedOnceMore() throws IOException {
        byte[] bytes = bytes((6 << 20) + 1);
        EvidenceId id = declare(bytes);
        assertEquals(List.of(), vault.uploads().announced(SITE));
        vault.uploads().append(SITE, id, 0, part(bytes, 0, bytes.length));
        StoredObject object = vault.uploads().complete(find(id));
        assertTrue(vault.uploads().unannounce(SITE, id), "not announced yet: nothing to take back");
        vault.uploads().markAnnounced(find(id));
        assertEquals(List.of(id), vault.uploads().announced(SITE));
        for (int again = 0; again < 2; again++) {
            assertTrue(vault.uploads().unannounce(SITE, id));
            assertTrue(vault.uploads().unannounce(SITE, id));
            vault = reopen();
            assertEquals(List.of(id), unannounced());
            Upload upload = find(id);
            assertFalse(upload.announced());
            assertEquals(object, upload.object());
            assertEquals(object, vault.uploads().complete(upload));
            assertEquals(
                    "VT-105",
                    assertThrows(VaultException.class, () -> vault.uploads().discard(SITE, id))
                            .code());
            vault.uploads().markAnnounced(find(id));
            assertEquals(List.of(), unannounced());
            assertEquals(List.of(id), vault.uploads().announced(SITE));
            assertArrayEquals(bytes, read(object, 0, bytes.length));
        }
        assertFalse(vault.uploads().unannounce(SITE, EvidenceId.create(Instant.now(), names)));
    }

    @Test
    void anUploadThatWasEndedIsNamedUntilItIsDiscarded() throws IOException {
        byte[] bytes = bytes(1000);
        EvidenceId id = declare(bytes);
        Upload before = find(id);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, 600));
        assertEquals(
                "VT-111",
                assertThrows(VaultException.class, () -> vault.uploads().end(before))
                        .code());
        vault.uploads().end(find(id));
        vault = reopen();
        assertEquals(Optional.empty(), vault.uploads().find(SITE, id));
        assertEquals(List.of(), unannounced());
        Upload ended = vault.uploads().unannounced().ended().get(0);
        assertEquals(id, ended.id());
        assertEquals(600, ended.offsetBytes());
        assertEquals(
                "VT-104",
                assertThrows(VaultException.class, () -> vault.uploads().append(SITE, id, 600, part(bytes, 600, 1000)))
                        .code());
        vault.uploads().discard(SITE, id);
        vault.uploads().discard(SITE, id);
        assertEquals(List.of(), vault.uploads().unannounced().ended());
    }

    @Test
    void doesNotShowAnUploadToAnotherSite() throws IOException {
        EvidenceId id = declare(bytes(10));
        assertEquals(Optional.empty(), vault.uploads().find(new LogName("site-2"), id));
    }

    @Test
    void aPartIsReadWhenItIsWholeAndNeverAnObject() throws IOException {
        for (int size : new int[] {300_000, 12 << 20}) {
            byte[] bytes = bytes(size);
            EvidenceId id = EvidenceId.create(Instant.now(), names);
            Declared part = new Declared(
                    declaring(id), new FileName("part"), null, Declaration.NO_DIGEST, size, List.of(), null);
            vault.uploads().declare(Declaration.of(SITE, part, UploadInfo.PARTIAL, null));
            vault.uploads().append(SITE, id, 0, part(bytes, 0, 200_000));
            vault = reopen();
            long durable = find(id).offsetBytes();
            vault.uploads().append(SITE, id, durable, part(bytes, (int) durable, size));
            vault = reopen();
            assertTrue(find(id).part() && find(id).whole() && !find(id).complete());
            for (int again = 0; again < 2; again++) {
                try (InputStream in = vault.uploads().openUnfinished(find(id)).orElseThrow()) {
                    assertArrayEquals(bytes, in.readAllBytes());
                }
                vault = reopen();
            }
            assertTrue(find(id).part() && find(id).whole() && !find(id).complete());
            vault.uploads().discard(SITE, id);
            assertEquals(Optional.empty(), vault.uploads().find(SITE, id));
            assertEquals(List.of(), unannounced());
        }
    }

    /** Replaces the stored information of an upload by these bytes, as damage of the store would. */
    protected abstract void damage(String upload, byte[] info) throws IOException;

    @Test
    void anUploadThatCannotBeReadCostsOnlyItself() throws IOException {
        List<EvidenceId> good = List.of(declare(bytes(10)), declare(bytes(20)));
        EvidenceId other = declare(bytes(30));
        byte[] whole = Declaration.encode(find(other).info());
        List<byte[]> damages = new ArrayList<>(List.of(
                new byte[0],
                new byte[] {'\n'},
                "site-1\n".getBytes(UTF_8),
                "site-1\n{}".getBytes(UTF_8),
                "No Name\n".getBytes(UTF_8),
                whole, // of another upload
                Arrays.copyOf(whole, whole.length / 2),
                Arrays.copyOf(whole, whole.length + 1),
                new String(whole, UTF_8)
                        .replace("\"sizeBytes\":30", "\"sizeBytes\":9223372036854775807")
                        .getBytes(UTF_8),
                bytes(1 << 20)));
        for (int i = 0; i < 40; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            damages.add(flipped);
        }
        for (byte[] damage : damages) {
            damage(EvidenceId.create(Instant.now(), names).value(), damage);
        }
        damage("no-name-of-an-upload", whole);
        vault = reopen();
        Uploads.Unannounced pending = vault.uploads().unannounced();
        List<EvidenceId> read = pending.uploads().stream().map(Upload::id).toList();
        assertTrue(read.containsAll(good) && read.contains(other) && read.size() == 3, read.toString());
        assertEquals(damages.size() + 1, pending.unreadable().size());
        for (VaultException unreadable : pending.unreadable()) {
            assertTrue(List.of("VT-201", "VT-202").contains(unreadable.code()), unreadable.getMessage());
        }
        assertEquals(
                pending.unreadable().size(),
                vault.uploads().unannounced().unreadable().size(),
                "nothing was deleted");
    }

    @Test
    void whatTheSenderSaidIsToldAgainAsItCame() throws IOException {
        for (String concat : Arrays.asList("final;/files/a /files/b", null)) {
            for (String metadata : Arrays.asList("filename YQ==,is_confidential", "", " \t,x  eA==", null)) {
                EvidenceId id = EvidenceId.create(Instant.now(), names);
                Declared declared = new Declared(
                        declaring(id), new FileName("a.mp4"), null, Sha256Digest.of(bytes(1)), 1, List.of(), null);
                UploadInfo info = Declaration.of(SITE, declared, concat, metadata);
                vault.uploads().declare(info);
                assertEquals(info, find(id).info());
            }
        }
    }

    @Test
    void whatCannotBeReadAgainIsNotStored() throws IOException {
        EvidenceId id = EvidenceId.create(Instant.now(), names);
        Declared declared =
                new Declared(declaring(id), new FileName("a.mp4"), null, Sha256Digest.of(bytes(1)), 1, List.of(), null);
        for (String concat : List.of("final;\n/files/x", "final;\ud83d", " \n")) {
            for (UploadInfo info : List.of(
                    Declaration.of(SITE, declared, concat, null), Declaration.of(SITE, declared, null, concat))) {
                assertThrows(
                        IllegalArgumentException.class, () -> vault.uploads().declare(info), concat);
            }
        }
        assertEquals(Optional.empty(), vault.uploads().find(SITE, id));
        vault.uploads().declare(Declaration.of(SITE, declared)); // nothing of the attempts is left that is in its way
        assertEquals(List.of(id), unannounced());
    }
}
