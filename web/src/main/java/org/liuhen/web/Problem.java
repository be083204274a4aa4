package org.liuhen.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.liuhen.custody.event.Reason;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.VaultException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A refusal, sent as a problem body (RFC 9457).
 *
 * <p>Its {@code code} is stable. Its {@code title} is the same at each occurrence of the code, in English or Chinese as the client asks
 * (Accept-Language). Its {@code detail}, in English, says what is wrong this time and what the sender can do.
 */
public final class Problem extends Exception {
    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DETAIL_MAX = 1_000;
    private static final int RETRY_SECONDS_MAX = 3;
    private static final String WAIT = "waitSeconds";
    private static final String CHALLENGE = "Bearer realm=\"liuhen\""; // cookies have no scheme
    private static final int CHECKSUM_MISMATCH = 460; // tus 1.0, checksum extension

    private final int status;
    private final String code;
    private final String type;
    private final Map<String, Long> members;

    /** A refusal with this HTTP status and stable code. */
    public Problem(int status, String code, String detail) {
        this(status, code, "https://liuhen.org/problems/" + code, detail);
    }

    private Problem(int status, String code, String type, String detail) {
        this(status, code, type, detail, Map.of());
    }

    private Problem(int status, String code, String type, String detail, Map<String, Long> members) {
        super(detail);
        this.status = status;
        this.code = code;
        this.type = type;
        this.members = members;
    }

    /** A refusal whose type (RFC 9457 §3.1.1) another specification names. */
    public static Problem ofType(int status, String code, String type, String detail) {
        return new Problem(status, code, type, detail);
    }

    /** The same with numbers that the type has as members of their own (RFC 9457 §3.2). */
    public Problem with(Map<String, Long> more) {
        return new Problem(status, code, type, getMessage(), new TreeMap<>(more));
    }

    /** The same, where asking again helps only after so many seconds: they are the member {@code waitSeconds} and the header Retry-After. */
    public Problem after(long seconds) {
        Map<String, Long> more = new TreeMap<>(members);
        more.put(WAIT, seconds);
        return with(more);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Its numbers, by their names in the body. */
    public Map<String, Long> members() {
        return Map.copyOf(members);
    }

    /** The stable code, such as IN-103. */
    public String code() {
        return code;
    }

    /** The bytes do not have the digest that was promised for them. */
    public static Problem checksum(String code, String detail) {
        return new Problem(CHECKSUM_MISMATCH, code, detail);
    }

    /** Makes every failure of these routes a problem body. */
    public static void answerOn(JavalinDefaultRoutingApi routes) {
        routes.exception(Problem.class, (problem, context) -> problem.answer(context));
        routes.exception(VaultException.class, (failed, context) -> of(failed).answer(context));
        routes.exception(
                FeedUnavailableException.class,
                (away, context) -> new Problem(503, away.code(), away.getMessage()).answer(context));
        routes.exception(ChecksumMismatchException.class, (wrong, context) -> checksum(
                        "IN-110", "These bytes do not have the Upload-Checksum; none of them was kept. Send them again")
                .answer(context));
        routes.exception(IOException.class, (failed, context) -> of(failed).answer(context));
        routes.exception(IllegalArgumentException.class, (wrong, context) -> new Problem(
                        400, "IN-105", Reason.of(wrong.getMessage(), DETAIL_MAX))
                .answer(context));
        routes.exception(Exception.class, (broken, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), broken);
            new Problem(500, "IN-199", "The server failed. Its log says why; what was acknowledged is safe")
                    .answer(context);
        });
        routes.error(404, context -> {
            if (context.result() == null
                    || context.result().isEmpty()
                    || context.result().matches("Endpoint .*not found")) { // Javalin's own words
                new Problem(404, "IN-112", "There is nothing at this address").answer(context);
            }
        });
    }

    private static Problem of(VaultException failed) {
        int status =
                switch (failed.code()) {
                    case "VT-102", VaultException.OVERTAKEN -> 409;
                    case "VT-103" -> 413;
                    case "VT-104" -> 404;
                    case "VT-105" -> 403;
                    case "VT-106" -> 423;
                    case "VT-107", "VT-201", "VT-202" -> 503; // the sender keeps its copy until the store is restored
                    default -> failed.retryable() ? 503 : 500;
                };
        return new Problem(status, failed.code(), failed.getMessage());
    }

    private static Problem of(IOException failed) {
        LOG.warn("storage failed", failed);
        return String.valueOf(failed.getMessage()).contains("No space left on device")
                ? new Problem(
                        507,
                        "VT-108",
                        "The store is full. Free space there and send again; what was acknowledged is safe")
                : new Problem(503, "VT-109", "The store failed. Its log says why; what was acknowledged is safe");
    }

    private String body(Locale language) {
        ObjectNode body = JSON.createObjectNode();
        body.put("type", type);
        body.put("title", Titles.of(code, language));
        body.put("status", status);
        body.put("code", code);
        body.put("detail", getMessage());
        members.forEach(body::put);
        return body.toString();
    }

    /** Answers with this problem where no route was asked yet. */
    void write(Request request, Response response, Callback callback) {
        WebMetrics.PROBLEMS.labelValues(code).inc();
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (status == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, CHALLENGE);
        }
        Locale language = Titles.language(request.getHeaders().get(HttpHeader.ACCEPT_LANGUAGE));
        response.getHeaders().put(HttpHeader.CONTENT_LANGUAGE, language.getLanguage());
        Content.Sink.write(response, true, body(language), callback);
    }

    /**
     * Sends this problem; its title is in the client's language (Accept-Language: en or zh). Where another answer has already begun, its
     * connection is closed, so that the client does not take the beginning for the whole (RFC 9112 §8).
     */
    public void answer(Context context) {
        WebMetrics.PROBLEMS.labelValues(code).inc();
        if (context.res().isCommitted()) {
            LOG.warn("{} {} is cut off: {} {}", context.method(), context.path(), code, getMessage());
            ServletContextRequest.getServletContextRequest(context.req())
                    .getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .close();
            return;
        }
        context.res().resetBuffer();
        context.res().setHeader("Content-Disposition", null);
        if (status == 503
                || status == 423
                || status == 429
                || members.containsKey(WAIT)) { // not all at the same moment
            long spread = 1L + ThreadLocalRandom.current().nextInt(RETRY_SECONDS_MAX);
            context.header("Retry-After", Long.toString(members.getOrDefault(WAIT, spread)));
        }
        if (status == 401) { // RFC 9110 §11.6.1, RFC 6750 §3
            context.header("WWW-Authenticate", CHALLENGE);
        }
        Locale language = Titles.language(context.header("Accept-Language"));
        context.status(status)
                .header("Content-Language", language.getLanguage())
                .contentType("application/problem+json")
                .result(body(language)
                        .getBytes(
                                StandardCharsets
                                        .UTF_8)); // JSON is UTF-8 (RFC 8259 §8.1), whatever the machine's charset
    }
}
