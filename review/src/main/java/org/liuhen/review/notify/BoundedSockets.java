package org.liuhen.review.notify;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the one connection of a client that waits for each line without end and keeps a line of any length: what comes is counted, and another thread
 * can cut the connection, also below TLS.
 */
final class BoundedSockets extends SocketFactory {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedSockets.class);

    private final long bytesMax;
    private volatile Bounded last;

    /**
     * Makes connections.
     *
     * @param bytesMax how much the other side may send between two calls of {@link #begin}
     */
    BoundedSockets(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Lets the other side send as much as at first. */
    void begin() {
        Bounded socket = last;
        if (socket != null) {
            socket.left = bytesMax;
        }
    }

    /** Closes the connection at once, whoever waits on it. */
    void cut() {
        Bounded socket = last;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException gone) {
                LOG.debug("the connection was gone", gone);
            }
        }
    }

    @Override
    public Socket createSocket() {
        Bounded socket = new Bounded(bytesMax);
        last = socket;
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("connect it yourself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("connect it yourself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("connect it yourself");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException("connect it yourself");
    }

    /** A socket that reads no more than a number of bytes. */
    private static final class Bounded extends Socket {
        private final long bytesMax;
        private long left; // used by the thread that reads

        Bounded(long bytesMax) {
            this.bytesMax = bytesMax;
            this.left = bytesMax;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    int one = super.read();
                    count(one < 0 ? 0 : 1);
                    return one;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int some = super.read(bytes, offset, length);
                    count(some);
                    return some;
                }

                @Override
                public long skip(long most) throws IOException { // what TLS does with the rest when it is closed
                    long some = super.skip(most);
                    count(some);
                    return some;
                }
            };
        }

        private void count(long bytes) throws IOException {
            left -= Math.max(0, bytes);
            if (left < 0) {
                throw new IOException("it sent more than " + bytesMax + " bytes");
            }
        }
    }
}
