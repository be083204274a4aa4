package org.liuhen.storage.s3;

import java.io.IOException;
import org.liuhen.storage.LogStoreContract;
import org.liuhen.storage.Vault;

class S3LogStoreIT extends LogStoreContract {
    private final S3Vault.Connection connection = TestServer.connection("liuhen" + Long.toHexString(System.nanoTime()));

    @Override
    protected Vault reopen() throws IOException {
        return S3Vault.open(connection);
    }
}
