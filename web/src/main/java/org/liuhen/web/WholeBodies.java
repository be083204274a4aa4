package org.liuhen.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads the small body of a request before its route is asked, so that no thread waits for a client: routes read bodies with a thread.
 * Uploads are large and read their bodies themselves, as they come.
 */
public final class WholeBodies extends Handler.Wrapper {
    private static final int BYTES_MAX = 5 << 20;
    private static final int SMALL_BYTES = 16 << 10;
    private static final long ALL_BYTES_MAX = 64L << 20;
    private static final long SECONDS_MAX = 60;

    private final UploadPaths uploads;

    /** How many bytes are in memory of bodies, without the first ones of each: large bodies leave room for small ones. */
    private final AtomicLong held = new AtomicLong();

    /** Reads all bodies but those of these paths. */
    public WholeBodies(UploadPaths uploads) {
        this.uploads = uploads;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getPath();
        if (request.getLength() == 0 || uploads.isStreamed(path)) {
            return super.handle(request, response, callback);
        }
        new BodyCollector(request, response, callback).run();
        return true;
    }

    private boolean handleCollectedRequest(Request request, Response response, Callback callback) throws Exception {
        return super.handle(request, response, callback);
    }

    private static int countedBytes(int bytes) {
        return Math.max(0, bytes - SMALL_BYTES);
    }

    /** One body on its way. */
    private final class BodyCollector implements Runnable {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
        private Scheduler.Task end;
        private boolean over; // guarded by this
        private boolean released; // guarded by this

        BodyCollector(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = Callback.from(callback, this::release);
        }

        /** Called again by the server when more came. */
        @Override
        public void run() {
            try {
                collect();
            } catch (Throwable broken) { // what is held is given back with the callback
                if (isFirstEnd()) {
                    callback.failed(broken);
                }
            }
        }

        private void collect() {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    waitForMore();
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    if (chunk.getFailure() instanceof TimeoutException) {
                        timeOut();
                    } else if (isFirstEnd()) {
                        callback.failed(chunk.getFailure());
                    }
                    return;
                }
                boolean last = chunk.isLast();
                Problem refusal = append(chunk);
                chunk.release();
                if (refusal != null) {
                    if (isFirstEnd()) {
                        refusal.write(request, response, callback);
                    }
                    return;
                }
                if (last) {
                    if (isFirstEnd()) {
                        handleCollected();
                    }
                    return;
                }
            }
        }

        /** Adds what came. Nothing is added once the request is answered, such as by the end of its time. */
        private synchronized Problem append(Content.Chunk chunk) {
            if (released) {
                return null;
            }
            ByteBuffer buffer = chunk.getByteBuffer();
            if (bytes.size() + buffer.remaining() > BYTES_MAX) {
                return new Problem(413, "IN-161", "A body here has at most " + BYTES_MAX + " bytes; send it in parts");
            }
            int more = countedBytes(bytes.size() + buffer.remaining()) - countedBytes(bytes.size());
            if (held.addAndGet(more) > ALL_BYTES_MAX && more > 0) {
                held.addAndGet(-more);
                return new Problem(503, "IN-162", "Too much is being sent at this moment; send it again in a while");
            }
            byte[] some = new byte[buffer.remaining()];
            buffer.get(some);
            bytes.writeBytes(some);
            return null;
        }

        private synchronized void release() {
            if (!released) {
                released = true;
                held.addAndGet(-countedBytes(bytes.size()));
            }
        }

        private void waitForMore() {
            synchronized (this) {
                if (end == null) {
                    end = request.getComponents().getScheduler().schedule(this::timeOut, SECONDS_MAX, TimeUnit.SECONDS);
                }
            }
            request.demand(this);
        }

        private void timeOut() {
            if (isFirstEnd()) {
                callback.failed(new HttpException.RuntimeException(
                        408, "its body stopped on the way, or took more than " + SECONDS_MAX + " seconds"));
            }
        }

        private synchronized boolean isFirstEnd() {
            boolean first = !over;
            over = true;
            if (end != null) {
                end.cancel();
            }
            return first;
        }

        private void handleCollected() {
            try {
                if (!handleCollectedRequest(new CollectedRequest(request, bytes.toByteArray()), response, callback)) {
                    Response.writeError(request, response, callback, 404);
                }
            } catch (Throwable failed) {
                Response.writeError(request, response, callback, failed);
            }
        }
    }

    /** A request whose body is here. */
    private static final class CollectedRequest extends Request.Wrapper {
        private final Content.Source body;
        private final long length;

        CollectedRequest(Request request, byte[] bytes) {
            super(request);
            body = Content.Source.from(ByteBuffer.wrap(bytes));
            length = bytes.length;
        }

        @Override
        public long getLength() {
            return length;
        }

        @Override
        public Content.Chunk read() {
            return body.read();
        }

        @Override
        public void demand(Runnable demandCallback) {
            body.demand(demandCallback);
        }

        @Override
        public void fail(Throwable failure) {
            body.fail(failure);
        }

        @Override
        public boolean consumeAvailable() {
            return true; // it was read from the network
        }
    }
}
