package org.liuhen.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.VaultException;

/** A store whose machine takes connections and says nothing. */
class SilentStoreTest {
    private static final Duration SILENCE = Duration.ofSeconds(2);

    static S3Vault.Connection at(URI endpoint, String name) {
        return new S3Vault.Connection(
                endpoint.toString(),
                "default",
                System.getProperty("s3.accessKey", "key"),
                System.getProperty("s3.secretKey", "secret"),
                name);
    }

    @Test
    void isAnErrorWithinTheLimit() throws Exception {
        try (ServerSocket silent =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) { // connections wait in it
            URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            long begin = System.nanoTime();
            VaultException failed = assertThrows(
                    VaultException.class, () -> S3Vault.open(at(endpoint, "silent"), SILENCE, new Room(1 << 28)));
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertEquals("VT-101", failed.code());
            assertTrue(failed.retryable());
            assertTrue(took.compareTo(SILENCE) >= 0, "it did not wait: " + took);
            assertTrue(took.compareTo(SILENCE.multipliedBy(10)) < 0, "it took " + took);
            silent.setSoTimeout(100);
            silent.accept().close();
            assertThrows(SocketTimeoutException.class, silent::accept, "it was asked again");
        }
    }

    @Test
    void thePageNamesTheLimits() throws IOException {
        String page = Files.readString(Path.of("../docs/errors.md"));
        assertTrue(page.contains("no connection within " + S3Calls.CONNECT.toSeconds() + " seconds, or "
                + S3Calls.SILENCE.toSeconds() + " seconds of silence"));
    }
}
