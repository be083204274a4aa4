package org.liuhen.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A failure in the middle of an answer never looks like the end of it. */
class ProblemTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static void table(Context context, int bytes, Exception failure) throws Exception {
        context.header("Content-Disposition", "attachment; filename=\"evidence.csv\"")
                .contentType("text/csv");
        context.outputStream().write("line,line\n".repeat(bytes / 10).getBytes(StandardCharsets.UTF_8));
        throw failure;
    }

    private static WebServer serve() {
        return WebServer.start(
                "page", new WebServer.Address("127.0.0.1", 0), Connections.Limits.DEFAULT, UploadPaths.NONE, routes -> {
                    Problem.answerOn(routes);
                    routes.get("/begun", context -> table(context, 1_000_000, new IOException("gone")));
                    routes.get("/refused", context -> table(context, 1_000_000, new Problem(400, "IN-105", "no")));
                    routes.get("/broken", context -> table(context, 1_000_000, new IllegalStateException("broken")));
                    routes.get("/wrong", context -> {
                        throw new Problem(401, "IN-150", "wrong").after(41);
                    });
                    routes.get("/buffered", context -> table(context, 10, new IOException("gone")));
                });
    }

    private static HttpResponse<String> get(WebServer server, String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void anAnswerThatHasBegunIsCutOff() throws Exception {
        try (WebServer server = serve()) {
            for (String path : new String[] {"/begun", "/refused", "/broken"}) {
                assertThrows(IOException.class, () -> get(server, path), path);
            }
        }
    }

    @Test
    void whatSaysForHowLongToWaitHasItInItsHeaderToo() throws Exception {
        try (WebServer server = serve()) {
            HttpResponse<String> answer = get(server, "/wrong");
            assertEquals(401, answer.statusCode());
            assertEquals("41", answer.headers().firstValue("Retry-After").orElse("none"));
            assertTrue(answer.body().contains("\"waitSeconds\":41"), answer.body());
        }
    }

    @Test
    void anAnswerThatIsStillBufferedIsTheProblemAlone() throws Exception {
        try (WebServer server = serve()) {
            HttpResponse<String> answer = get(server, "/buffered");
            assertEquals(503, answer.statusCode());
            assertTrue(answer.body().startsWith("{"), answer.body());
            assertEquals(
                    "application/problem+json",
                    answer.headers().firstValue("Content-Type").orElseThrow());
            assertEquals(0, answer.headers().allValues("Content-Disposition").size());
        }
    }
}
