package org.liuhen.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.StoredObject;

/** What every {@link EvidenceStore} must do. */
public abstract class EvidenceStoreContract extends StoreContract {
    @Test
    void readsTheSealBackAndNeverShortensIt() throws IOException {
        byte[] bytes = bytes(1000);
        EvidenceId id = declare(bytes);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, 1000));
        StoredObject object = vault.uploads().complete(find(id));
        Instant until = Instant.now().plus(2, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        assertEquals(until, vault.evidence().seal(object, until).retainUntil());
        assertEquals(until, vault.evidence().seal(object, until).retainUntil());
        assertEquals(
                until,
                vault.evidence().seal(object, until.minus(1, ChronoUnit.DAYS)).retainUntil());
        Instant later = until.plus(1, ChronoUnit.DAYS);
        assertEquals(later, vault.evidence().seal(object, later).retainUntil());
    }

    @Test
    void disposesOfWhatIsNotLockedAnyMoreAndOfNothingElse() throws Exception {
        byte[] bytes = bytes(1000);
        EvidenceId id = declare(bytes);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, 1000));
        StoredObject object = vault.uploads().complete(find(id));
        Instant until = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        vault.evidence().seal(object, until);
        assertEquals(
                "VT-110",
                assertThrows(VaultException.class, () -> vault.evidence().dispose(object))
                        .code());
        vault.evidence().open(object).close();
        while (!Instant.now().isAfter(until.plusSeconds(1))) {
            Thread.sleep(100);
        }
        vault.evidence().dispose(object);
        vault.evidence().dispose(object);
        assertEquals(
                "VT-104",
                assertThrows(
                                VaultException.class,
                                () -> vault.evidence().open(object).read())
                        .code());
    }

    @Test
    void readsTheWholeAndAnyRange() throws IOException {
        byte[] bytes = bytes(1000);
        StoredObject object = store(bytes);
        assertEquals(EvidenceStore.key(SITE, idOf(object)), object.key());
        try (InputStream whole = vault.evidence().open(object)) {
            assertArrayEquals(bytes, whole.readAllBytes());
        }
        for (int[] range : new int[][] {{0, 1000}, {0, 1}, {999, 1000}, {250, 750}, {500, 500}, {1000, 1000}}) {
            assertArrayEquals(Arrays.copyOfRange(bytes, range[0], range[1]), read(object, range[0], range[1]));
        }
    }

    @Test
    void readsNothingThatIsNotAnObjectOfThisStore() throws IOException {
        StoredObject object = store(bytes(10));
        for (StoredObject none : List.of(
                new StoredObject(object.bucket(), object.key() + "x", null),
                new StoredObject(object.bucket() + "x", object.key(), object.versionId()))) {
            assertEquals(
                    "VT-104",
                    assertThrows(
                                    VaultException.class,
                                    () -> vault.evidence().open(none).close())
                            .code());
            assertEquals(
                    "VT-104",
                    assertThrows(
                                    VaultException.class,
                                    () -> vault.evidence().open(none, 0, 1).close())
                            .code());
        }
    }

    private StoredObject store(byte[] bytes) throws IOException {
        EvidenceId id = declare(bytes);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, bytes.length));
        return vault.uploads().complete(find(id));
    }

    private static EvidenceId idOf(StoredObject object) {
        return new EvidenceId(object.key().substring(object.key().lastIndexOf('/') + 1));
    }
}
