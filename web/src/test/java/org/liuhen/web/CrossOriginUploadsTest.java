package org.liuhen.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.HandlerType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which pages of other origins may send uploads, and where. */
class CrossOriginUploadsTest {
    private static final String PORTAL = "https://portal.example";
    private static final UploadPaths PATHS = new UploadPaths(List.of("/files"), List.of("/receipts"));
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final WebServer OPEN = serve(Set.of(PORTAL));
    private static final WebServer CLOSED = serve(Set.of());

    private static WebServer serve(Set<String> origins) {
        return WebServer.start(
                "page",
                new WebServer.Address("127.0.0.1", 0),
                new Connections.Limits(100, 100, origins),
                PATHS,
                routes -> {
                    for (String path : List.of("/files", "/receipts", "/api/people")) {
                        routes.addHttpHandler(HandlerType.GET, path, context -> context.result("here"));
                    }
                });
    }

    @AfterAll
    static void stop() {
        OPEN.close();
        CLOSED.close();
    }

    private static HttpResponse<String> ask(WebServer server, String method, String path, String origin)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, BodyPublishers.noBody())
                .header("Origin", origin);
        if (method.equals("OPTIONS")) {
            request.header("Access-Control-Request-Method", "PATCH")
                    .header("Access-Control-Request-Headers", "authorization, upload-offset");
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static Optional<String> allowed(HttpResponse<String> answer) {
        return answer.headers().firstValue("Access-Control-Allow-Origin");
    }

    @Test
    void aNamedOriginMaySendUploadsAndReadReceiptsWithoutCookies() throws Exception {
        for (String path : List.of("/files", "/receipts")) {
            HttpResponse<String> answer = ask(OPEN, "GET", path, PORTAL);
            assertEquals("here", answer.body());
            assertEquals(Optional.of(PORTAL), allowed(answer));
            assertEquals(Optional.empty(), answer.headers().firstValue("Access-Control-Allow-Credentials"));
            assertTrue(answer.headers()
                    .firstValue("Access-Control-Expose-Headers")
                    .orElseThrow()
                    .contains("Upload-Offset"));
        }
        HttpResponse<String> preflight = ask(OPEN, "OPTIONS", "/files", PORTAL);
        assertEquals(Optional.of(PORTAL), allowed(preflight));
        assertTrue(preflight
                .headers()
                .firstValue("Access-Control-Allow-Methods")
                .orElseThrow()
                .contains("PATCH"));
    }

    @Test
    void noOtherOriginMay() throws Exception {
        for (String origin : List.of(
                "https://other.example",
                "http://portal.example",
                "https://portal.example.evil",
                "https://portalXexample")) {
            assertEquals(Optional.empty(), allowed(ask(OPEN, "GET", "/files", origin)), origin);
            assertEquals(Optional.empty(), allowed(ask(OPEN, "OPTIONS", "/files", origin)), origin);
        }
    }

    @Test
    void noOtherPathIsForOtherOrigins() throws Exception {
        assertEquals(Optional.empty(), allowed(ask(OPEN, "GET", "/api/people", PORTAL)));
        assertEquals(Optional.empty(), allowed(ask(OPEN, "OPTIONS", "/api/people", PORTAL)));
    }

    @Test
    void noneMayWhereTheSiteNamesNone() throws Exception {
        assertEquals(Optional.empty(), allowed(ask(CLOSED, "GET", "/files", PORTAL)));
        assertEquals(Optional.empty(), allowed(ask(CLOSED, "OPTIONS", "/files", PORTAL)));
    }

    @Test
    void pathsBeginWithWhatIsNamed() {
        assertTrue(PATHS.isStreamed("/files/1") && !PATHS.isStreamed("/receipts"));
        assertTrue(PATHS.isForOtherOrigins("/files/1") && PATHS.isForOtherOrigins("/receipts?of=1"));
        assertFalse(PATHS.isForOtherOrigins("/api/files") || UploadPaths.NONE.isForOtherOrigins("/files"));
    }
}
