package org.liuhen.review.notify;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** A server that begins an answer and never ends it: byte by byte, each in time, or as fast as it can. It listens to nothing. */
final class Dripping implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final AtomicLong sent = new AtomicLong();

    /**
     * Serves in a thread of its own.
     *
     * @param begins what it says at once
     * @param goesOn what it then says again and again
     * @param fast whether it makes no pauses
     */
    Dripping(String begins, String goesOn, boolean fast) throws IOException {
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    drip(socket.getOutputStream(), begins, goesOn, fast);
                } catch (IOException ended) {
                    // the other side has closed it, or the test is over
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void drip(OutputStream out, String begins, String goesOn, boolean fast) throws IOException {
        out.write(begins.getBytes(StandardCharsets.ISO_8859_1));
        byte[] again = goesOn.getBytes(StandardCharsets.ISO_8859_1);
        byte[] many = new byte[again.length * (fast ? 65_536 / again.length : 1)];
        for (int i = 0; i < many.length; i += again.length) {
            System.arraycopy(again, 0, many, i, again.length);
        }
        while (true) {
            out.write(fast ? many : Arrays.copyOf(many, again.length));
            sent.addAndGet(many.length);
            if (!fast) {
                try {
                    Thread.sleep(PAUSE_MILLIS);
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many bytes the other side or the system between has taken. */
    long sent() {
        return sent.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
