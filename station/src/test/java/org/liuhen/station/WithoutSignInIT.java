package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A station without sign-in believes what each request claims, so nobody but programs and pages of this machine may speak with it: not another
 * site's page, and not one that has made its own name lead here.
 */
@DisabledIf("onS3") // nothing of it reaches the store
class WithoutSignInIT {
    private static final List<String> ADDRESSES = List.of(
            "GET /",
            "GET /page.js",
            "GET /api/session",
            "GET /api/evidence?officer=110023",
            "GET /api/log-events?officer=110023",
            "GET /api/verification?officer=110023",
            "GET /api/devices",
            "GET /log/site-1/checkpoint",
            "GET /log/site-1/tile/entries/000.p/1",
            "POST /api/links",
            "POST /api/dispatch-records",
            "POST /api/devices",
            "POST /files",
            "POST /uploads",
            "DELETE /api/session");

    @TempDir
    private static Path folder;

    private static LiveStation station;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @BeforeAll
    static void start() throws Exception {
        station = new LiveStation(folder.resolve("data"));
    }

    @AfterAll
    static void stop() throws Exception {
        station.close();
    }

    private static String ask(String address, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(30_000);
            String request = address + " HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\nTus-Resumable: 1.0.0\r\n"
                    + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int port() {
        return station.at("/").getPort();
    }

    @Test
    void answersToNoOtherName() throws Exception {
        for (String address : ADDRESSES) {
            for (String host : List.of(
                    "evil.example",
                    "evil.example:" + port(),
                    "127.0.0.1.evil.example",
                    "10.0.0.1",
                    "[::2]",
                    "0x7f.1")) {
                String answer = ask(address, "Host: " + host, "Liuhen-Officer: 110023");
                assertTrue(answer.startsWith("HTTP/1.1 403 "), address + " as " + host + ": " + answer);
                assertTrue(answer.contains("IN-156"), address + " as " + host + ": " + answer);
            }
            for (String[] headers : new String[][] {{}, {"Host:"}, {"Host: a", "Host: 127.0.0.1"}}) {
                assertTrue(ask(address, headers).startsWith("HTTP/1.1 400 "), address);
            }
        }
        assertTrue(ask("GET /", "Host: localhost:" + port()).startsWith("HTTP/1.1 200 "));
        // The first head is there a moment after the station is.
        await(() -> ask("GET /log/site-1/checkpoint", "Host: [::1]").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void takesNoAddressThatIsMalformed() throws Exception {
        for (String path :
                List.of("/api/evidence?q=%zz", "/api/evidence?q=%", "/%", "/api/%e4%b8", "/api/警情", "/api\\x")) {
            String answer = ask("GET " + path, "Host: 127.0.0.1", "Liuhen-Officer: 110023");
            assertTrue(answer.startsWith("HTTP/1.1 400 "), path + ": " + answer);
            assertTrue(answer.contains("IN-160") || answer.contains("IN-148"), path + ": " + answer);
        }
    }

    @Test
    void doesNothingForAnotherSitesPage() throws Exception {
        for (String address : ADDRESSES) {
            for (String from : List.of(
                    "Sec-Fetch-Site: cross-site",
                    "Sec-Fetch-Site: same-site",
                    "Origin: https://evil.example",
                    "Origin: null")) {
                String answer = ask(address, "Host: 127.0.0.1:" + port(), from, "Liuhen-Officer: 110666");
                boolean page = List.of(
                                "GET /",
                                "GET /page.js",
                                "GET /api/session",
                                "GET /log/site-1/checkpoint",
                                "GET /log/site-1/tile/entries/000.p/1",
                                "DELETE /api/session")
                        .contains(address);
                assertEquals(!page, answer.contains("IN-156"), address + " " + from + ": " + answer);
            }
        }
        String own = ask("GET /api/log-events?officer=110777", "Host: 127.0.0.1:" + port(), "Sec-Fetch-Site: none");
        assertTrue(own.startsWith("HTTP/1.1 200 "), own);
        assertFalse(own.contains("110666"), "nothing stands under the number that another site's page named");
    }
}
