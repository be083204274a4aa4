package org.liuhen.station;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A free port for a server that cannot be asked to choose one itself and say which. The system's own choice (port 0) is of the range that
 * connections going out are numbered from, so that it may be taken before the server listens, and the same one may come twice.
 */
final class FreePort {
    /** Below what Linux numbers outgoing connections from: {@code net.ipv4.ip_local_port_range} begins at 32768. */
    private static final int FROM = 20_000;

    private static final int TO = 32_768;
    private static final int ATTEMPTS = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /**
     * A port of loopback at which nobody listens, and which this process was not given before.
     *
     * @throws BindException if none was found
     */
    static int find() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new BindException("no free port between " + FROM + " and " + (TO - 1));
    }

    static boolean isFree(int port) throws IOException {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isBound();
        } catch (BindException taken) {
            return false;
        }
    }
}
