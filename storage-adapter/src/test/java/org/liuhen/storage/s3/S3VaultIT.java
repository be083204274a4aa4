package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.MinioAsyncClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultContract;

/** The vault contract on a real S3 server: {@code ./test} starts Ceph's and names it here. */
class S3VaultIT extends VaultContract {
    private final String name = "liuhen" + Long.toHexString(System.nanoTime());

    @Override
    protected Vault reopen() throws IOException {
        return new S3Vault(new S3Vault.Connection(
                System.getProperty("s3.endpoint"),
                "default",
                System.getProperty("s3.accessKey"),
                System.getProperty("s3.secretKey"),
                name));
    }

    @Override
    protected void damage(String upload, byte[] info) throws IOException {
        MinioAsyncClient client = MinioAsyncClient.builder()
                .endpoint(System.getProperty("s3.endpoint"))
                .region("default")
                .credentials(System.getProperty("s3.accessKey"), System.getProperty("s3.secretKey"))
                .build();
        new S3Calls(client).put(name + "-uploads", "pending/" + upload + "/info", info);
    }

    @Test
    void findsThatTheServerEnforcesObjectLock() throws IOException {
        Vault.LockProbe probe = vault().probe();
        assertTrue(probe.enforced(), probe.toString());
        assertEquals(4, probe.findings().size());
        System.out.println("lock probe: " + probe.findings());
    }
}
