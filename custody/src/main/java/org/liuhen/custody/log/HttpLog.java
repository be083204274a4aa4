package org.liuhen.custody.log;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** A published log read over HTTP, as anybody reads it. */
public final class HttpLog implements LogReader {
    private static final Duration HEADERS_WITHIN = Duration.ofSeconds(30);
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(5); // a full bundle over a slow line: 56 kB/s
    private static final int FILE_BYTES_MAX = 256 * 0x10002; // a bundle of the longest entries

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;
    private final Pass pass;
    private String authorization;

    /** Whatever lets one read a log that is not for everybody. */
    @FunctionalInterface
    public interface Pass {
        /** A value for the header Authorization; asked for again when the server no longer accepts the last one. */
        String authorization() throws IOException, InterruptedException;
    }

    /** The log whose checkpoint is at {@code base/checkpoint}. */
    public HttpLog(URI base) {
        this(base, null);
    }

    /** As above, with a pass where it asks for one; null where one has none. */
    public HttpLog(URI base, Pass pass) {
        this.base = base.toString().replaceFirst("/$", "");
        this.pass = pass;
    }

    @Override
    public Optional<byte[]> read(String path) throws IOException {
        try {
            HttpResponse<byte[]> answer = ask(path);
            if (answer.statusCode() == 401 && pass != null) {
                authorization = pass.authorization();
                answer = ask(path);
            }
            if (answer.statusCode() == 404) {
                return Optional.empty();
            }
            if (answer.statusCode() != 200) {
                throw new IOException(base + "/" + path + " answered " + answer.statusCode());
            }
            return Optional.of(answer.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while reading " + path);
        }
    }

    private HttpResponse<byte[]> ask(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + "/" + path)).timeout(HEADERS_WITHIN);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return HttpCall.send(http, request.build(), ANSWER_WITHIN, FILE_BYTES_MAX);
    }
}
