package org.liuhen.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.directory.DirectoryVault;

/** The names are labels of metrics, which dashboards and alerts use: {@code docs/operations/metrics.md}. */
class MeasuredVaultTest extends StoreContract {
    private final List<String> operations = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    @TempDir
    Path folder;

    @Override
    protected Vault reopen() throws IOException {
        return MeasuredVault.of(DirectoryVault.open(folder, false), (operation, seconds, failed) -> {
            assertTrue(seconds >= 0 && seconds < 60, operation + " took " + seconds);
            operations.add(operation);
            if (failed != null) {
                failures.add(failed);
            }
        });
    }

    @BeforeEach
    void forget() {
        operations.clear();
    }

    @Test
    void namesOperationsOnUploadsAndObjects() throws IOException {
        byte[] bytes = bytes(10);
        EvidenceId id = declare(bytes);
        try (Uploads.Arriving arriving = vault.uploads().begin(SITE, id, 0)) {
            arriving.write(bytes, 0, 5);
            arriving.idle();
            arriving.takeBack();
            arriving.write(bytes, 0, 10);
            arriving.keep();
        }
        StoredObject object = vault.uploads().complete(find(id));
        vault.uploads().markAnnounced(find(id));
        vault.uploads().unannounce(SITE, id);
        vault.uploads().unannounced();
        vault.evidence().open(object).close();
        vault.evidence().seal(object, Instant.EPOCH);
        vault.evidence().dispose(object);
        EvidenceId other = declare(bytes);
        vault.uploads().append(SITE, other, 0, new ByteArrayInputStream(bytes, 0, 3));
        vault.uploads().openUnfinished(find(other)).orElseThrow().close();
        vault.uploads().end(find(other));
        vault.uploads().discard(SITE, other);
        vault.uploads().shareable();
        vault.uploads().sizeBytesMax();
        assertEquals(
                List.of(
                        "vault_declare",
                        "vault_begin",
                        "upload_write",
                        "upload_take_back",
                        "upload_write",
                        "upload_keep",
                        "vault_find",
                        "vault_complete",
                        "vault_find",
                        "vault_mark_announced",
                        "vault_unannounce",
                        "vault_unannounced",
                        "vault_open",
                        "vault_seal",
                        "vault_dispose",
                        "vault_declare",
                        "vault_append",
                        "vault_find",
                        "vault_open_unfinished",
                        "vault_find",
                        "vault_end",
                        "vault_discard",
                        "vault_shareable"),
                operations);
    }

    @Test
    void namesOperationsOnLogsAndNotes() throws IOException {
        vault.log(SITE).createAll(Map.of("tile/0/000", new byte[] {1}));
        vault.log(SITE).read("checkpoint");
        vault.notes(SITE).write("devices", new byte[] {1});
        vault.notes(SITE).replace("devices", Optional.empty(), new byte[] {2});
        assertEquals(List.of("log_create_all", "log_read", "notes_write", "notes_replace"), operations);
    }

    @Test
    void tellsWhatAnOperationThrew() throws IOException {
        EvidenceId id = declare(bytes(10));
        VaultException thrown =
                assertThrows(VaultException.class, () -> vault.uploads().begin(SITE, id, 3));
        assertEquals("VT-102", thrown.code());
        assertEquals(List.of(thrown), failures);
    }
}
