package org.liuhen.station;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A receiver of webhooks that keeps what it got, and answers as a test says. */
final class Receiver implements AutoCloseable {
    /** Verifies as the specification of Standard Webhooks says, with another program's HMAC. */
    private static final String VERIFY = """
            import base64, hashlib, hmac, sys
            secret, id, timestamp, header = sys.argv[1:5]
            body = sys.stdin.buffer.read()
            key = base64.b64decode(secret.removeprefix("whsec_"))
            signed = f"{id}.{timestamp}.".encode() + body
            own = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            print(any(hmac.compare_digest(own, one) for one in header.split(" ")))
            """;

    /** What a request was answered with. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /**
     * A request.
     *
     * @param body as it came
     */
    record Got(String id, String timestamp, String signature, String body) {
        JsonNode json() throws IOException {
            return LiveStation.JSON.readTree(body);
        }

        String text(String member) throws IOException {
            return json().path(member).asText();
        }

        /** Whether this secret signed it. */
        boolean isSignedWith(String secret) throws Exception {
            Process python = new ProcessBuilder("python3", "-c", VERIFY, secret, id, timestamp, signature)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            python.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            python.getOutputStream().close();
            String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return python.waitFor(30, TimeUnit.SECONDS) && said.equals("True");
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Got> got = new ArrayList<>(); // guarded by this
    private volatile Answer answer = status(204);

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            synchronized (this) {
                got.add(new Got(
                        exchange.getRequestHeaders().getFirst("webhook-id"),
                        exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                        exchange.getRequestHeaders().getFirst("webhook-signature"),
                        body));
            }
            answer.to(exchange);
        });
        server.start();
    }

    static Answer status(int status) {
        return exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        };
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    void answers(Answer other) {
        answer = other;
    }

    synchronized List<Got> got() {
        return List.copyOf(got);
    }

    synchronized void forget() {
        got.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
