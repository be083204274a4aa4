package org.liuhen.storage.directory;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.EvidenceStoreContract;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

class DirectoryEvidenceTest extends EvidenceStoreContract {
    @TempDir
    Path folder;

    @Override
    protected Vault reopen() throws IOException {
        return DirectoryVault.open(folder, false);
    }

    @Test
    void saysThatItDoesNotEnforceALock() throws IOException {
        assertFalse(vault.evidence().probe().enforced());
    }

    @Test
    void readsNothingOutsideOfItself() {
        assertThrows(VaultException.class, () -> vault.evidence()
                .open(new StoredObject("vault", "../../../../etc/passwd", null), 0, 1));
    }
}
