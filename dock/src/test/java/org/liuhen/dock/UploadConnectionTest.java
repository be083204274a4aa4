package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

class UploadConnectionTest {
    private long now = Long.MAX_VALUE - 5; // System.nanoTime may overflow

    @Test
    void isStalledWhenNothingMovedForTwentySeconds() {
        UploadConnection connection = new UploadConnection(() -> now);
        now += TimeUnit.SECONDS.toNanos(20);
        assertFalse(connection.isStalled());
        now++;
        assertTrue(connection.isStalled());
        connection.progressed();
        assertFalse(connection.isStalled());
    }

    @Test
    void cutsEachOfItsSocketsAndNoOther() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        UploadConnection connection = new UploadConnection();
        SSLSocketFactory factory = SSLContext.getDefault().getSocketFactory();
        try (ServerSocket server = new ServerSocket(0, 5, loopback);
                Socket own = connection.sockets(factory).createSocket(loopback, server.getLocalPort());
                Socket another =
                        new UploadConnection().sockets(factory).createSocket(loopback, server.getLocalPort())) {
            connection.cut();
            assertTrue(own.isClosed());
            assertThrows(SocketException.class, () -> own.getOutputStream().write(1));
            assertFalse(another.isClosed());
        }
    }
}
