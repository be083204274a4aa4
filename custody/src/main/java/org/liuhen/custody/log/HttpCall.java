package org.liuhen.custody.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One HTTP request whose whole answer comes within a time and a size. The timeout of {@link HttpRequest} ends with the headers of the answer:
 * a server that stalls after them would hold its caller without end.
 */
public final class HttpCall {
    private HttpCall() {}

    /**
     * Sends the request and waits for the whole answer.
     *
     * @param within from the connection to the last byte of the body
     * @param bytesMax the longest body
     * @throws HttpTimeoutException where the answer is not complete in that time
     * @throws IOException where there is no answer, or its body is longer
     */
    public static HttpResponse<byte[]> send(HttpClient http, HttpRequest request, Duration within, int bytesMax)
            throws IOException, InterruptedException {
        return await(http.sendAsync(request, head -> new BoundedBody(request.uri(), bytesMax, false)), request, within);
    }

    /**
     * Sends the request and waits for the whole answer, of which only status and headers are wanted.
     *
     * @param within from the connection to the last byte of the body
     * @param bytesMax of a longer body the rest is not read
     * @throws HttpTimeoutException where the answer is not complete in that time
     * @throws IOException where there is no answer
     */
    public static HttpResponse<byte[]> begin(HttpClient http, HttpRequest request, Duration within, int bytesMax)
            throws IOException, InterruptedException {
        return await(http.sendAsync(request, head -> new BoundedBody(request.uri(), bytesMax, true)), request, within);
    }

    private static HttpResponse<byte[]> await(
            CompletableFuture<HttpResponse<byte[]>> answer, HttpRequest request, Duration within)
            throws IOException, InterruptedException {
        try {
            return answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new HttpTimeoutException(
                    request.uri() + " has not answered in full within " + within.toMillis() + " ms");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException known
                    ? known
                    : new IOException(request.uri() + ": " + failed.getCause(), failed.getCause());
        } finally {
            answer.cancel(true); // does nothing where it is complete
        }
    }

    /** Collects a body, and ends the request where it becomes too long: with an error, or with the beginning of the body. */
    private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
        private final URI from;
        private final int bytesMax;
        private final boolean cut;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private Flow.Subscription subscription;

        BoundedBody(URI from, int bytesMax, boolean cut) {
            this.from = from;
            this.bytesMax = bytesMax;
            this.cut = cut;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                if (part.remaining() > bytesMax - bytes.size()) {
                    subscription.cancel();
                    if (cut) {
                        onComplete();
                        return;
                    }
                    whole.completeExceptionally(
                            new IOException(from + ": the answer is longer than " + bytesMax + " bytes"));
                    return;
                }
                byte[] copy = new byte[part.remaining()];
                part.get(copy);
                bytes.writeBytes(copy);
            }
        }

        @Override
        public void onError(Throwable failed) {
            whole.completeExceptionally(failed);
        }

        @Override
        public void onComplete() {
            whole.complete(bytes.toByteArray());
        }
    }
}
