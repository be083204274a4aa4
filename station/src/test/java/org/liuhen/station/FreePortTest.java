package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortTest {
    @Test
    void neverTheSameTwiceAndNoneThatOutgoingConnectionsAreNumberedFrom() throws Exception {
        Set<Integer> found = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            int port = FreePort.find();
            assertTrue(found.add(port), "twice: " + port);
            assertTrue(port < 32_768, "outgoing connections may take it: " + port);
        }
    }

    @Test
    void whatSomebodyListensAtIsNotFree() throws Exception {
        int port = FreePort.find();
        assertTrue(FreePort.isFree(port));
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertFalse(FreePort.isFree(taken.getLocalPort()));
        }
    }
}
