package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Requests that stop in the middle of their body, on every address that reads one, hold up nobody else: not at the page, not at the devices' door. */
@DisabledIf("onS3") // no body comes as far as the store
class HalfSentIT {
    private static final int EACH = 300; // more than the server has threads
    private static final List<String> AT_THE_PAGE = List.of(
            "POST /api/session", "POST /api/people", "POST /api/dispatch-records", "POST /api/links", "PATCH /nowhere");
    private static final List<String> AT_THE_DEVICES_DOOR =
            List.of("POST /.well-known/est/simpleenroll", "POST /.well-known/est/simplereenroll", "POST /clocks");

    @TempDir
    private static Path folder;

    private static LiveStation station;
    private static SSLSocketFactory tlsSockets;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"), "--sign-in", "local");
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
