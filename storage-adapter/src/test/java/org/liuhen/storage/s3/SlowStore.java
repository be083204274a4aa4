package org.liuhen.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/** The way to the real store, on which bytes come late and few at a time, or an answer not at all while its connection stays open. */
final class SlowStore implements AutoCloseable {
    private final URI store;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Pattern> unanswered = new AtomicReference<>();
    private volatile Duration pause = Duration.ZERO;
    private volatile int pieceBytes = 1 << 16;

    SlowStore(URI store) throws IOException {
        this.store = store;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** From now on so many bytes at a time, in both directions, and such a pause before each. */
    void slow(int bytes, Duration each) {
        pieceBytes = bytes;
        pause = each;
    }

    /** The next request that begins so is done by the store; its answer never comes. */
    void leaveUnanswered(String request) {
        unanswered.set(Pattern.compile("^" + request));
    }

    /** Whether the request of {@link #leaveUnanswered} came. */
    boolean left() {
        return unanswered.get() == null;
    }

    private static void start(Runnable what) {
        Thread thread = new Thread(what, "slow-store");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket behind = new Socket(store.getHost(), store.getPort());
                open.add(client);
                open.add(behind);
                boolean[] silent = new boolean[1];
                start(() -> forward(client, behind, silent, true));
                start(() -> forward(behind, client, silent, false));
            }
        } catch (IOException over) {
            close();
        }
    }

    private void forward(Socket from, Socket to, boolean[] silent, boolean asking) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer, 0, pieceBytes); read >= 0; read = in.read(buffer, 0, pieceBytes)) {
                Thread.sleep(pause.toMillis());
                Pattern left = unanswered.get();
                if (asking
                        && left != null
                        && left.matcher(new String(buffer, 0, Math.min(read, 600), StandardCharsets.ISO_8859_1))
                                .find()
                        && unanswered.compareAndSet(left, null)) {
                    silent[0] = true;
                }
                if (asking || !silent[0]) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException | InterruptedException over) {
            close(from);
            close(to);
        }
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception gone) {
            // It is closed already.
        }
    }

    @Override
    public void close() {
        close(server);
        open.forEach(SlowStore::close);
    }
}
