package org.liuhen.dock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocketFactory;

/** The connections of one upload under way, which another thread may cut off when nothing moves. */
final class UploadConnection {
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanos;
    private volatile long lastProgressNanos;

    UploadConnection() {
        this(System::nanoTime);
    }

    UploadConnection(LongSupplier nanos) {
        this.nanos = nanos;
        progressed();
    }

    /** Notes that bytes were read or sent. */
    void progressed() {
        lastProgressNanos = nanos.getAsLong();
    }

    /** Whether nothing was read or sent for 20 seconds. A lost network gives no error by itself. */
    boolean isStalled() {
        return nanos.getAsLong() - lastProgressNanos > STALLED_NANOS;
    }

    /** Closes the sockets at once (RST), without the closing messages of TLS and TCP, for which a lost network would be waited. */
    void cut() {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException gone) {
                // it is closed already
            }
        }
    }

    /** A factory whose sockets belong to this connection. */
    SSLSocketFactory sockets(SSLSocketFactory factory) {
        return new TrackedSockets(factory, sockets);
    }

    /** Makes sockets by another factory, and remembers them. */
    private static final class TrackedSockets extends SSLSocketFactory {
        private final SSLSocketFactory made;
        private final Set<Socket> sockets;

        TrackedSockets(SSLSocketFactory made, Set<Socket> sockets) {
            this.made = made;
            this.sockets = sockets;
        }

        private Socket tracked(Socket socket) {
            sockets.add(socket);
            return socket;
        }

        @Override
        public Socket createSocket() throws IOException {
            return tracked(made.createSocket());
        }

        @Override
        public Socket createSocket(Socket plain, String host, int port, boolean autoClose) throws IOException {
            return tracked(made.createSocket(plain, host, port, autoClose));
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return tracked(made.createSocket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return tracked(made.createSocket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return tracked(made.createSocket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return tracked(made.createSocket(host, port, local, localPort));
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return made.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return made.getSupportedCipherSuites();
        }
    }
}
