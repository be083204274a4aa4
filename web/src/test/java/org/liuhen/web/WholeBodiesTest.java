package org.liuhen.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Bodies that come whole, are too long, or stop on the way. */
class WholeBodiesTest {
    private static final int BYTES_MAX = 5 << 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final WebServer SERVER = WebServer.start(
            "page",
            new WebServer.Address("127.0.0.1", 0),
            new Connections.Limits(1_000, 1_000, Set.of()),
            UploadPaths.NONE,
            routes -> routes.addHttpHandler(HandlerType.POST, "/length", context -> {
                try (InputStream body = context.bodyInputStream()) {
                    context.result("" + body.readAllBytes().length);
                }
            }));

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static HttpResponse<String> post(byte[] body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + SERVER.port() + "/length"))
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void aRouteGetsTheWholeBody() throws Exception {
        for (int length : new int[] {0, 1, 16 << 10, BYTES_MAX}) {
            assertEquals("" + length, post(new byte[length]).body());
        }
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        HttpResponse<String> answer = post(new byte[BYTES_MAX + 1]);
        assertEquals(413, answer.statusCode());
        assertTrue(answer.body().contains("IN-161"), answer.body());
    }

    /** Begins a body of this length and sends all of it but its last byte. */
    private static Socket begin(int length) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), SERVER.port());
        socket.getOutputStream()
                .write(("POST /length HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(new byte[length - 1]);
        return socket;
    }

    /** Twice, since room that was not given back would be missing the second time; small bodies always have room. */
    @Test
    void bodiesThatStopTakeRoomOnlyWhileTheirConnectionsStand() throws Exception {
        for (int round = 0; round < 2; round++) {
            List<Socket> stopped = new ArrayList<>();
            for (int i = 0; i < 13; i++) { // 65 MiB
                try {
                    stopped.add(begin(BYTES_MAX));
                } catch (
                        IOException refused) { // it was answered with 503, and the connection closed, while it was sent
                    assertTrue(i >= 12, "refused at " + i);
                }
            }
            awaitStatus(503, new byte[BYTES_MAX]);
            assertEquals(200, post(new byte[16 << 10]).statusCode());
            for (Socket socket : stopped) {
                socket.close();
            }
            awaitStatus(200, new byte[BYTES_MAX]);
        }
    }

    private static void awaitStatus(int status, byte[] body) throws Exception {
        int last = 0;
        for (int tries = 0; tries < 100 && last != status; tries++) {
            try {
                last = post(body).statusCode();
            } catch (IOException closed) { // an answer that came before the body was sent
                last = 503;
            }
            Thread.sleep(last == status ? 0 : 100);
        }
        assertEquals(status, last);
    }
}
