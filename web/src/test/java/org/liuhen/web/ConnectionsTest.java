package org.liuhen.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many connections a server holds, in all and from one address. That slow ones are closed takes half a minute: see StalledRequestsIT. */
class ConnectionsTest {
    private static final int WITHIN_MILLIS = 10_000;

    private static InetAddress network(String address) throws Exception {
        return Connections.networkOf(InetAddress.getByName(address));
    }

    @Test
    void anIpv6ClientIsItsNetworkOf64Bits() throws Exception {
        assertEquals(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assertNotEquals(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assertNotEquals(network("192.0.2.1"), network("192.0.2.2"));
        assertEquals(network("192.0.2.1"), network("::ffff:192.0.2.1"));
    }

    private static WebServer serve(Connections.Limits limits) {
        return WebServer.start(
                "page",
                new WebServer.Address("127.0.0.1", 0),
                limits,
                UploadPaths.NONE,
                routes -> routes.get("/", context -> context.result("here")));
    }

    /** A connection from this loopback address with one answered request; null where it was reset. */
    private static Socket open(WebServer server, String from) throws Exception {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), WITHIN_MILLIS);
            socket.setSoTimeout(WITHIN_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            String status = new String(socket.getInputStream().readNBytes(12), US_ASCII);
            if (status.equals("HTTP/1.1 200")) {
                return socket;
            }
        } catch (IOException reset) {
            // closed below
        }
        socket.close();
        return null;
    }

    @Test
    void oneBeyondTheLimitOfAnAddressIsResetAndOthersAreNot() throws Exception {
        try (WebServer server = serve(new Connections.Limits(100, 2));
                Socket first = open(server, "127.0.0.1")) {
            try (Socket second = open(server, "127.0.0.1")) {
                assertTrue(first != null && second != null);
                assertNull(open(server, "127.0.0.1"));
                try (Socket other = open(server, "127.0.0.2")) {
                    assertTrue(other != null, "another address has its own limit");
                }
            }
            assertTrue(opensAgain(server, "127.0.0.1"), "a closed connection makes room");
        }
    }

    @Test
    void oneBeyondTheLimitOfAllIsResetWhateverItsAddress() throws Exception {
        try (WebServer server = serve(new Connections.Limits(2, 100));
                Socket first = open(server, "127.0.0.1")) {
            try (Socket second = open(server, "127.0.0.2")) {
                assertTrue(first != null && second != null);
                assertNull(open(server, "127.0.0.3"));
            }
            assertTrue(opensAgain(server, "127.0.0.3"), "a closed connection makes room");
        }
    }

    private static boolean opensAgain(WebServer server, String from) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WITHIN_MILLIS);
        while (System.nanoTime() < end) {
            try (Socket again = open(server, from)) {
                if (again != null) {
                    return true;
                }
            }
            Thread.sleep(10);
        }
        return false;
    }
}
