package org.liuhen.custody.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** A published log read over HTTP, as anybody reads it. */
public final class HttpLog implements LogReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
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
            HttpResponse<InputStream> answer = ask(path);
            if (answer.statusCode() == 401 && pass != null) {
                answer.body().close();
                authorization = pass.authorization();
                answer = ask(path);
            }
            try (InputStream body = answer.body()) {
                if (answer.statusCode() == 404) {
                    return Optional.empty();
                }
                if (answer.statusCode() != 200) {
                    throw new IOException(base + "/" + path + " answered " + answer.statusCode());
                }
                byte[] bytes = body.readNBytes(FILE_BYTES_MAX + 1);
                if (bytes.length > FILE_BYTES_MAX) {
                    throw new IOException(base + "/" + path + " is longer than any file of a log");
                }
                return Optional.of(bytes);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while reading " + path);
        }
    }

    private HttpResponse<InputStream> ask(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + "/" + path)).timeout(TIMEOUT);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }
}
