package org.liuhen.storage.directory;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.event.CustodyEvent.StoredObject;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultContract;
import org.liuhen.storage.VaultException;

class DirectoryVaultTest extends VaultContract {
    @TempDir
    Path folder;

    @Override
    protected Vault reopen() throws IOException {
        return new DirectoryVault(folder, false);
    }

    @Test
    void saysThatItDoesNotEnforceALock() throws IOException {
        assertFalse(vault().probe().enforced());
    }

    @Test
    void readsNothingOutsideOfItself() {
        assertThrows(VaultException.class, () -> vault().open(
                        new StoredObject("vault", "../../../../etc/passwd", null), 0, 1));
    }
}
