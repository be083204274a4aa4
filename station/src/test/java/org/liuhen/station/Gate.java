package org.liuhen.station;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a server on loopback that a test can shut and open again, as a network does. */
final class Gate implements AutoCloseable {
    private final ServerSocket entrance;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong gone = new AtomicLong();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile long each;
    private volatile boolean open = true;

    Gate(int target) throws IOException {
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> {
            while (true) {
                Socket outside = entrance.accept();
                if (!open) {
                    outside.close();
                    continue;
                }
                Socket inside = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(outside);
                sockets.add(inside);
                start(() -> pump(outside, inside, true));
                start(() -> pump(inside, outside, false));
            }
        });
    }

    int port() {
        return entrance.getLocalPort();
    }

    void shut() {
        open = false;
        sockets.forEach(Gate::end);
        sockets.clear();
    }

    void open() {
        open = true;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        Thread.currentThread().interrupt(); // a connection that ended is what a gate is for
                    }
                },
                "gate");
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on cuts every connection each time so many bytes have gone in, so many times. */
    void cutEach(long bytes, int times) {
        each = bytes;
        gone.set(0);
        cuts.set(times);
    }

    /** How many cuts are still to come. */
    int cutsLeft() {
        return cuts.get();
    }

    private void pump(Socket from, Socket to, boolean inwards) throws IOException {
        try (InputStream in = from.getInputStream()) {
            byte[] buffer = new byte[16_384];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                to.getOutputStream().write(buffer, 0, read);
                if (inwards && cuts.get() > 0 && gone.addAndGet(read) >= each) {
                    gone.set(0);
                    cuts.decrementAndGet();
                    sockets.forEach(Gate::end);
                    sockets.clear();
                }
            }
        } finally {
            end(from);
            end(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException closedAlready) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        shut();
        entrance.close();
    }
}
