package org.liuhen.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The connection of one writer to the real store, which ends at one of its requests, as it does when a process crashes: before the request reaches the store, or
 * after the store did it and before the answer is read.
 */
final class CrashingConnection implements AutoCloseable {
    private static final Pattern REQUEST = Pattern.compile("^(GET|HEAD|PUT|POST|DELETE) /\\S* HTTP/1\\.1\r\n");

    private final URI store;
    private final int crashesAt;
    private final boolean answered;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean crashed;

    /**
     * Opens the connection.
     *
     * @param crashesAt which request is the last one
     * @param answered whether the store does that one
     */
    CrashingConnection(URI store, int crashesAt, boolean answered) throws IOException {
        this.store = store;
        this.crashesAt = crashesAt;
        this.answered = answered;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    boolean crashed() {
        return crashed;
    }

    private static void start(Runnable what) {
        Thread thread = new Thread(what, "crashing-connection");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (!crashed) {
                Socket client = server.accept();
                Socket behind = new Socket(store.getHost(), store.getPort());
                open.add(client);
                open.add(behind);
                AtomicInteger last = new AtomicInteger();
                start(() -> forward(client, behind, last));
                start(() -> back(behind, client, last));
                if (crashed) {
                    crash();
                }
            }
        } catch (IOException over) {
            crash();
        }
    }

    private void forward(Socket client, Socket behind, AtomicInteger last) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = client.getInputStream();
                OutputStream out = behind.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                String text = new String(buffer, 0, Math.min(read, 600), StandardCharsets.ISO_8859_1);
                if (REQUEST.matcher(text).find()) {
                    last.set(requests.incrementAndGet());
                    if (last.get() >= crashesAt && !answered) {
                        crash();
                        return;
                    }
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException over) {
            close(client);
            close(behind);
        }
    }

    private void back(Socket behind, Socket client, AtomicInteger last) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = behind.getInputStream();
                OutputStream out = client.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                boolean goOn = new String(buffer, 0, Math.min(read, 20), StandardCharsets.ISO_8859_1)
                        .startsWith("HTTP/1.1 100");
                if (last.get() >= crashesAt && !goOn) {
                    crash();
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException over) {
            close(client);
            close(behind);
        }
    }

    private void crash() {
        crashed = true;
        close();
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
        open.forEach(CrashingConnection::close);
    }
}
