package org.liuhen.storage.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.LogStoreContract;
import org.liuhen.storage.Vault;

class DirectoryLogStoreTest extends LogStoreContract {
    @TempDir
    Path folder;

    @Override
    protected Vault reopen() throws IOException {
        return DirectoryVault.open(folder, false);
    }

    /** Its writer may have crashed before it was durable; what a checkpoint commits to has to be. */
    @Test
    void writesAFileOfALogAgainThatIsThereWithTheSameBytes() throws IOException {
        Map<String, byte[]> files = Map.of("tile/0/000.p/1", new byte[] {1});
        Path file = folder.resolve("custody/site-1/tile/0/000.p/1");
        assertEquals(List.of(), vault.log(SITE).createAll(files));
        Object first = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        assertEquals(List.of(), vault.log(SITE).createAll(files));
        assertNotEquals(
                first, Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }
}
