package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.EvidenceStoreContract;
import org.liuhen.storage.Vault;

class S3EvidenceIT extends EvidenceStoreContract {
    private final S3Vault.Connection connection = TestServer.connection("liuhen" + Long.toHexString(System.nanoTime()));

    @Override
    protected Vault reopen() throws IOException {
        return S3Vault.open(connection);
    }

    @Test
    void findsThatTheServerEnforcesObjectLock() throws IOException {
        EvidenceStore.LockProbe probe = vault.evidence().probe();
        assertTrue(probe.enforced(), probe.toString());
        assertEquals(5, probe.findings().size());
        System.out.println("lock probe: " + probe.findings());
    }
}
