package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.MinioAsyncClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.UploadsContract;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;

class S3UploadsIT extends UploadsContract {
    private final S3Vault.Connection connection = TestServer.connection("liuhen" + Long.toHexString(System.nanoTime()));
    /** One for all: each client reads the certificates of the machine. */
    private final S3Calls store = new S3Calls(MinioAsyncClient.builder()
            .endpoint(connection.endpoint())
            .region("default")
            .credentials(connection.accessKey(), connection.secretKey())
            .build());

    @Override
    protected Vault reopen() throws IOException {
        return S3Vault.open(connection);
    }

    /** Three uploads in memory for two: the third is refused for now, what it sent is kept, and each can be completed. */
    @Test
    void holdsNoMoreThanItsRoom() throws IOException {
        Room room = new Room(21 << 20);
        try (Vault small = S3Vault.open(connection, S3Calls.SILENCE, room)) {
            byte[] bytes = bytes(20_000_000);
            List<EvidenceId> ids = List.of(declare(bytes), declare(bytes), declare(bytes));
            List<Uploads.Arriving> begun = new ArrayList<>();
            for (EvidenceId id : ids) {
                begun.add(small.uploads().begin(SITE, id, 0));
            }
            int most = 8_000_000;
            write(begun.get(0), bytes, 0, most);
            write(begun.get(1), bytes, 0, most);
            VaultException full = assertThrows(VaultException.class, () -> write(begun.get(2), bytes, 0, most));
            assertEquals("VT-112", full.code());
            assertTrue(full.retryable() && room.taken() <= room.bytes());
            long kept = begun.get(2).keep().offsetBytes();
            assertTrue(kept > 0, "what came is kept");
            begun.get(2).close();
            for (int i = 0; i < 2; i++) {
                write(begun.get(i), bytes, most, bytes.length - most);
                Upload whole = begun.get(i).keep();
                begun.get(i).close();
                small.uploads().complete(whole);
            }
            Upload third = small.uploads()
                    .append(SITE, ids.get(2), kept, new ByteArrayInputStream(bytes, (int) kept, bytes.length));
            try (InputStream stored = small.evidence().open(small.uploads().complete(third))) {
                assertArrayEquals(bytes, stored.readAllBytes());
            }
            assertEquals(0, room.taken(), "all of it is given back");
            assertEquals(9_000L * (8 << 20) - 1, small.uploads().sizeBytesMax());
        }
    }

    private static void write(Uploads.Arriving arriving, byte[] bytes, int from, int length) throws IOException {
        for (int done = 0; done < length; done += 1 << 18) {
            arriving.write(bytes, from + done, Math.min(1 << 18, length - done));
        }
    }

    @Override
    protected void damage(String upload, byte[] info) throws IOException {
        store.put(connection.name() + "-uploads", "pending/" + upload + "/info", info);
    }
}
