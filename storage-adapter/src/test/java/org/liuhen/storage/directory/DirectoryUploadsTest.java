package org.liuhen.storage.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.UploadsContract;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

class DirectoryUploadsTest extends UploadsContract {
    @TempDir
    Path folder;

    @Override
    protected Vault reopen() throws IOException {
        return DirectoryVault.open(folder, false);
    }

    @Override
    protected void damage(String upload, byte[] info) throws IOException {
        Files.write(folder.resolve("uploads").resolve(upload + ".info"), info);
    }

    @Test
    void anInformationWithoutItsBytesOrThatIsNoFileCostsOnlyItself() throws IOException {
        EvidenceId good = declare(bytes(10));
        EvidenceId lost = declare(bytes(10));
        Files.delete(folder.resolve("uploads").resolve(lost.value()));
        Files.createDirectory(folder.resolve("uploads").resolve("folder.info"));
        Uploads.Unannounced pending = reopen().uploads().unannounced();
        assertEquals(List.of(good), pending.uploads().stream().map(Upload::id).toList());
        assertEquals(
                List.of("VT-202", "VT-202"),
                pending.unreadable().stream().map(VaultException::code).toList());
        assertEquals(
                "VT-202",
                assertThrows(VaultException.class, () -> vault.uploads().find(SITE, lost))
                        .code());
    }

    private EvidenceId announce() throws IOException {
        byte[] bytes = bytes(10);
        EvidenceId id = declare(bytes);
        vault.uploads().append(SITE, id, 0, part(bytes, 0, bytes.length));
        vault.uploads().complete(find(id));
        vault.uploads().markAnnounced(find(id));
        return id;
    }

    @Test
    void aFileWithAStrangeNameAmongTheObjectsHidesNoUpload() throws IOException {
        EvidenceId id = announce();
        Path place = folder.resolve("vault").resolve(EvidenceStore.key(SITE, id));
        Files.writeString(place.resolveSibling("notes of somebody.info"), "x");
        assertEquals(List.of(id), reopen().uploads().announced(SITE));
    }

    /** Others may make and remove files meanwhile: another intake, or the disposal of an object. */
    @Test
    void filesThatGoWhileTheyAreListedStopNoList() throws Exception {
        EvidenceId id = announce();
        Path objects =
                folder.resolve("vault").resolve(EvidenceStore.key(SITE, id)).getParent();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> others = CompletableFuture.supplyAsync(() -> {
            int made = 0;
            for (; !over.get(); made++) {
                Path file = objects.resolve("other-" + made % 50);
                try {
                    Files.write(file, bytes(10));
                    Files.delete(file);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
            return made;
        });
        try {
            for (int i = 0; i < 3_000; i++) {
                assertEquals(List.of(id), vault.uploads().announced(SITE));
            }
        } finally {
            over.set(true);
        }
        assertTrue(others.get() > 1_000);
    }

    @Test
    void anUploadWhoseDiscardWasInterruptedIsGone() throws IOException {
        EvidenceId id = declare(bytes(10));
        Path uploads = folder.resolve("uploads");
        Files.move(uploads.resolve(id + ".info"), uploads.resolve(id + ".ended"));
        assertEquals(Optional.empty(), vault.uploads().find(SITE, id));
        Vault reopened = reopen();
        Uploads.Unannounced pending = reopened.uploads().unannounced();
        assertEquals(List.of(), pending.uploads());
        assertEquals(List.of(id), pending.ended().stream().map(Upload::id).toList());
        reopened.uploads().discard(SITE, id);
        assertEquals(
                new Uploads.Unannounced(List.of(), List.of(), List.of()),
                reopened.uploads().unannounced());
        try (Stream<Path> left = Files.list(uploads)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
