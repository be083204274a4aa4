package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log read from a server on loopback. */
class HttpLogTest {
    private static final int FILE_BYTES_MAX = 256 * 0x10002;

    private HttpServer server;
    private int asked;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/log/", exchange -> {
            asked++;
            String path = exchange.getRequestURI().getPath().substring("/log/".length());
            String pass = exchange.getRequestHeaders().getFirst("Authorization");
            byte[] body = new byte[path.startsWith("bytes/") ? Integer.parseInt(path.substring(6)) : 3];
            int status = path.equals("none")
                    ? 404
                    : path.equals("broken") ? 500 : path.equals("closed") && !"Bearer 2".equals(pass) ? 401 : 200;
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            } catch (IOException gone) {
                assertTrue(body.length > FILE_BYTES_MAX, "only from what is too long the reader goes away");
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/log/");
    }

    @Test
    void readsFilesAndSaysWhatIsNotThere() throws Exception {
        HttpLog log = new HttpLog(base());
        assertArrayEquals(new byte[3], log.read("checkpoint").orElseThrow());
        assertEquals(Optional.empty(), log.read("none"));
        assertTrue(assertThrows(IOException.class, () -> log.read("broken"))
                .getMessage()
                .endsWith("/log/broken answered 500"));
        assertTrue(assertThrows(IOException.class, () -> log.read("closed"))
                .getMessage()
                .endsWith("answered 401"));
    }

    @Test
    void readsNoMoreThanTheLongestFileOfALog() throws Exception {
        HttpLog log = new HttpLog(base());
        assertEquals(FILE_BYTES_MAX, log.read("bytes/" + FILE_BYTES_MAX).orElseThrow().length);
        assertTrue(assertThrows(IOException.class, () -> log.read("bytes/" + (FILE_BYTES_MAX + 1)))
                .getMessage()
                .endsWith("/log/bytes/" + (FILE_BYTES_MAX + 1) + ": the answer is longer than " + FILE_BYTES_MAX
                        + " bytes"));
    }

    @Test
    void asksForAPassOnceAndAgainWhenItIsNotGoodAnyMore() throws Exception {
        int[] passes = new int[1];
        HttpLog log = new HttpLog(base(), () -> "Bearer " + ++passes[0]);
        assertTrue(assertThrows(IOException.class, () -> log.read("closed"))
                .getMessage()
                .endsWith("answered 401"));
        assertArrayEquals(new byte[3], log.read("closed").orElseThrow());
        assertEquals(2, passes[0]);
        assertArrayEquals(new byte[3], log.read("closed").orElseThrow());
        assertEquals(2, passes[0], "a pass is kept");
        assertEquals(5, asked);
    }

    @Test
    void aStoppedReaderStaysStopped() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> new HttpLog(base()).read("checkpoint"));
        assertTrue(Thread.interrupted());
    }
}
