package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that stop in the middle of their body, on every address that reads one, hold up nobody else: not at the page, not at the devices'
 * address. Nor do crowds of connections from one address, nor handshakes and headers that stop half way, however slowly they go on.
 */
@Tag("slow")
@DisabledIf("onS3") // no body comes as far as the store
class StalledRequestsIT {
    private static final int PER_ADDRESS = 1_600; // more than the half-sent requests at the page
    private static final int MORE = 100;
    private static final int EACH = 300; // more than the server has threads
    private static final List<String> AT_THE_PAGE = List.of(
            "POST /api/session", "POST /api/people", "POST /api/dispatch-records", "POST /api/links", "PATCH /nowhere");
    private static final List<String> AT_THE_DEVICES_DOOR =
            List.of("POST /.well-known/est/simpleenroll", "POST /.well-known/est/simplereenroll", "POST /clocks");

    private static final String CROWDED = "127.0.0.9";
    private static final String SLOW = "127.0.0.8";
    private static final byte[] HALF_HELLO = {22, 3, 1, 1, 0, 1, 0, 0, (byte) 252, 3, 3}; // a ClientHello of 256 bytes

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static SSLSocketFactory tlsSockets;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(
                folder.resolve("data"),
                "--sign-in",
                "local",
                "--connections-per-address",
                Integer.toString(PER_ADDRESS));
        tlsSockets = trusting();
    }

    @AfterAll
    static void stop() throws Exception {
        station.close();
    }

    /** The station's certificate is not what this is about. */
    private static SSLSocketFactory trusting() throws Exception {
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                new SecureRandom());
        return tls.getSocketFactory();
    }

    private static Socket open(int port, boolean tls) throws Exception {
        Socket socket = tls
                ? tlsSockets.createSocket(InetAddress.getLoopbackAddress(), port)
                : new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void write(Socket socket, String address, String more) throws IOException {
        String request = address + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @Test
    void holdUpNobody() throws Exception {
        List<Socket> half = new ArrayList<>();
        int page = station.at("/").getPort();
        try {
            for (boolean tls : new boolean[] {false, true}) {
                int port = tls ? station.devicesPort() : page;
                for (String address : tls ? AT_THE_DEVICES_DOOR : AT_THE_PAGE) {
                    for (int i = 0; i < EACH; i++) {
                        Socket socket = open(port, tls);
                        write(socket, address, "Content-Length: 1000\r\nContent-Type: application/json\r\n\r\n{");
                        half.add(socket);
                    }
                    assertEquals("404", good(port, tls), EACH + " half-sent " + address);
                }
            }
            String large = " ".repeat(4 << 20);
            for (int i = 0; i < 20; i++) { // together more than what is kept of large bodies
                Socket socket = open(page, false);
                half.add(socket);
                write(socket, "POST /api/dispatch-records", "Content-Length: 5000000\r\n\r\n");
                socket.getOutputStream().write(large.getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals("404", good(page, false), "large bodies shut out no small one");
            Socket late = open(page, false);
            half.add(late);
            write(late, "POST /api/session", "Content-Length: 1000\r\n\r\n{");
            late.getOutputStream().write(" ".repeat(999).getBytes(StandardCharsets.US_ASCII));
            assertEquals("400", status(late.getInputStream()), "a body in two pieces is one");
            Socket never = half.get(0);
            never.setSoTimeout(90_000);
            String answer = new String(never.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 408 ") && answer.contains("IN-148"), answer);
        } finally {
            for (Socket socket : half) {
                socket.close();
            }
        }
    }

    @Test
    void ofOneAddressAreLimited() throws Exception {
        int page = station.at("/").getPort();
        for (int port : new int[] {page, station.devicesPort()}) {
            List<Socket> crowd = new ArrayList<>();
            try {
                for (int i = 0; i < PER_ADDRESS; i++) {
                    crowd.add(from(CROWDED, port));
                }
                for (int i = 0; i < MORE; i++) {
                    Socket refused = from(CROWDED, port);
                    crowd.add(refused);
                    assertTrue(isEnded(refused), "connection " + (PER_ADDRESS + i + 1) + " to port " + port);
                }
                assertEquals("404", good(port, port != page), "another address is served");
                Socket inTime = crowd.get(PER_ADDRESS - 1);
                if (port == page) {
                    write(inTime, "POST /nowhere/at/all", "Content-Length: 2\r\nConnection: close\r\n\r\n{}");
                    assertEquals("404", status(inTime.getInputStream()), "the last one that is allowed");
                }
            } finally {
                for (Socket socket : crowd) {
                    socket.close();
                }
            }
            LiveStation.await(() -> {
                try (Socket again = from(CROWDED, port)) {
                    again.setSoTimeout(500);
                    return !isEnded(again);
                }
            });
        }
        LiveStation.await(
                () -> Files.readString(folder.resolve("data/station.log")).contains("IN-167"));
        long lines = Files.readString(folder.resolve("data/station.log"))
                .lines()
                .filter(line -> line.contains("IN-167"))
                .count();
        assertTrue(lines <= 2, "a crowd is a line, not a line each: " + lines);
    }

    /** Each brings a byte every two seconds, so none of them is idle. */
    @Test
    void endWhereTheyStopBeforeTheRequest() throws Exception {
        int page = station.at("/").getPort();
        Map<String, Socket> slow = new LinkedHashMap<>();
        slow.put("nothing", from(SLOW, page));
        slow.put("a handshake", from(SLOW, station.devicesPort()));
        slow.get("a handshake").getOutputStream().write(HALF_HELLO);
        slow.put("headers", from(SLOW, page));
        slow.put("headers in TLS", open(station.devicesPort(), true));
        slow.put("headers of a second request", from(SLOW, page));
        write(slow.get("headers of a second request"), "POST /nowhere/at/all", "Content-Length: 2\r\n\r\n{}");
        assertEquals("404", status(slow.get("headers of a second request").getInputStream()));
        for (Map.Entry<String, Socket> one : slow.entrySet()) {
            if (one.getKey().startsWith("headers")) {
                write(one.getValue(), "POST /nowhere/at/all", "X-Slow: ");
            }
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(45);
        List<String> open = new ArrayList<>(slow.keySet());
        while (!open.isEmpty() && System.nanoTime() < end) {
            for (String which : List.copyOf(open)) {
                try {
                    if (!which.equals("nothing")) {
                        slow.get(which).getOutputStream().write('x');
                        slow.get(which).getOutputStream().flush();
                    } else if (isEnded(slow.get(which))) {
                        open.remove(which);
                    }
                } catch (IOException ended) {
                    open.remove(which);
                }
            }
            Thread.sleep(2_000);
        }
        for (Socket socket : slow.values()) {
            socket.close();
        }
        assertEquals(List.of(), open, "are still open");
    }

    /** A connection from another address of this machine. */
    private static Socket from(String address, int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(address), 0);
        socket.setSoTimeout(2_000);
        return socket;
    }

    /** Whether the other side ended it, at the latest in its time of patience. */
    private static boolean isEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** The status of a request that is whole, which has to come within the client's patience. */
    private static String good(int port, boolean tls) throws Exception {
        try (Socket socket = open(port, tls)) {
            write(socket, "POST /nowhere/at/all", "Content-Length: 2\r\nConnection: close\r\n\r\n{}");
            return status(socket.getInputStream());
        }
    }

    private static String status(InputStream in) throws IOException {
        String answer = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
        return answer.substring(Math.min(9, answer.length()));
    }
}
