package org.liuhen.web;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps a connection open for a while after an answer that came before the end of the request's body, and throws away what still comes
 * (RFC 9112 §9.6). A connection that is closed at once is reset by the bytes on their way, and the client loses the answer that says
 * why it was refused. No thread waits for the bytes.
 */
public final class UnreadBodies extends Handler.Wrapper {
    private static final long SECONDS_MAX = 30;
    private static final int CHUNKS_MAX = 16;

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(new UnreadRequest(request), response, new BodyDrain(request, callback));
    }

    /** A request whose unread body is not given up when the answer is written, as Jetty's own would be. */
    private static final class UnreadRequest extends Request.Wrapper {
        UnreadRequest(Request request) {
            super(request);
        }

        /** Whether the body is at its end; where it is not, the answer says that the connection will be closed. */
        @Override
        public boolean consumeAvailable() {
            for (int i = 0; i < CHUNKS_MAX; i++) {
                Content.Chunk chunk = read();
                if (chunk == null || Content.Chunk.isFailure(chunk)) {
                    return false;
                }
                chunk.release();
                if (chunk.isLast()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The rest of one body, read after the answer was sent. */
    private static final class BodyDrain extends Callback.Nested implements Runnable {
        private final Request request;
        private long endNanos;

        BodyDrain(Request request, Callback callback) {
            super(callback);
            this.request = request;
        }

        @Override
        public void succeeded() {
            endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
            run();
        }

        /** Called again by the server when more came, or when the connection was idle for too long. */
        @Override
        public void run() {
            for (Content.Chunk chunk = request.read(); !Content.Chunk.isFailure(chunk); chunk = request.read()) {
                if (chunk == null) {
                    request.demand(this);
                    return;
                }
                boolean last = chunk.isLast() || System.nanoTime() - endNanos > 0;
                chunk.release();
                if (last) {
                    break;
                }
            }
            super.succeeded();
        }
    }
}
