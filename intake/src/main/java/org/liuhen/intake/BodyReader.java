package org.liuhen.intake;

import io.javalin.http.Context;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.ChecksumMismatchException;
import org.liuhen.web.Problem;
import org.slf4j.MDC;

/**
 * Writes the body of a request into an upload session as it comes. No thread waits for the network, so a client that stops sending
 * costs a connection and nothing else.
 */
final class BodyReader implements ReadListener {
    private static final int BUFFER_BYTES = 1 << 18;

    /** Written to the session before the thread serves another request. */
    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

    private final ServletInputStream in;
    private final UploadSession session;
    private final List<Check> checks;
    private final FailureHandler onFailure;
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private final Map<String, String> loggingContext = MDC.getCopyOfContextMap();

    /** A digest that the request promised for its body. */
    static final class Check {
        private final MessageDigest digest;
        private final byte[] promised;

        Check(MessageDigest digest, byte[] promised) {
            this.digest = digest;
            this.promised = promised;
        }

        private void update(byte[] buffer, int length) {
            digest.update(buffer, 0, length);
        }

        private boolean matches() {
            return MessageDigest.isEqual(digest.digest(), promised);
        }
    }

    private BodyReader(ServletInputStream in, UploadSession session, List<Check> checks, FailureHandler onFailure) {
        this.onFailure = onFailure;
        this.in = in;
        this.session = session;
        this.checks = checks;
    }

    /**
     * Reads the body, then finishes the session. Where a check does not match, none of the body is kept. Whatever happens, the session is
     * closed at the latest when the request ends.
     *
     * @param onSuccess answers with the number of durable bytes
     * @param onFailure turns a failure into what is answered; the session is closed by then
     */
    static void read(
            Context context,
            UploadSession session,
            List<Check> checks,
            SuccessHandler onSuccess,
            FailureHandler onFailure) {
        boolean reading = false;
        try {
            ServletContextRequest request = ServletContextRequest.getServletContextRequest(context.req());
            Request.addCompletionListener(request, failure -> session.closeKeeping());
            session.onAbort(() -> request.getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .close());
            context.future(() -> {
                try {
                    ServletInputStream in = context.req().getInputStream();
                    BodyReader reader = new BodyReader(in, session, checks, onFailure);
                    in.setReadListener(reader);
                    return reader.done.thenAccept(offset -> answer(onSuccess, offset));
                } catch (Throwable failed) {
                    session.closeKeeping();
                    return CompletableFuture.failedFuture(asException(failed));
                }
            });
            reading = true;
        } finally {
            if (!reading) {
                session.closeKeeping();
            }
        }
    }

    private static void answer(SuccessHandler onSuccess, long offset) {
        try {
            onSuccess.handle(offset);
        } catch (Problem refused) {
            throw new CompletionException(refused);
        }
    }

    /** An error is answered as every other failure is. */
    private static Throwable asException(Throwable failed) {
        return failed instanceof Error ? new IllegalStateException(failed) : failed;
    }

    /** Answers after the whole body was written. */
    interface SuccessHandler {
        void handle(long offsetBytes) throws Problem;
    }

    /** Turns a failure into what is answered. The session is closed by then. */
    interface FailureHandler {
        Throwable handle(Throwable failed) throws IOException, FeedUnavailableException, Problem;
    }

    /** Runs a step with the logging context of the request, which the threads of the network do not have. */
    private void withLoggingContext(Runnable step) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        try {
            MDC.setContextMap(loggingContext == null ? Map.of() : loggingContext);
            step.run();
        } catch (Throwable failed) {
            fail(failed);
        } finally {
            MDC.setContextMap(before == null ? Map.of() : before);
        }
    }

    @Override
    public void onDataAvailable() {
        withLoggingContext(this::readAvailable);
    }

    private void readAvailable() {
        try {
            byte[] buffer = BUFFER.get();
            while (in.isReady()) {
                int read = readInto(buffer);
                if (read < 0) {
                    return;
                }
                for (Check check : checks) {
                    check.update(buffer, read);
                }
                session.write(buffer, 0, read);
            }
            session.idle();
        } catch (Throwable failed) {
            fail(failed);
        }
    }

    private int readInto(byte[] buffer) throws Problem {
        try {
            return in.read(buffer);
        } catch (IOException broken) {
            throw connectionBroken(broken);
        }
    }

    /** For the log and the metrics only, because the connection is gone; it must not look like a failure of the store. */
    private static Problem connectionBroken(Throwable broken) {
        Problem problem = new Problem(400, "IN-141", "The connection broke. What arrived is kept; continue there");
        problem.initCause(broken);
        return problem;
    }

    @Override
    public void onAllDataRead() {
        withLoggingContext(this::finish);
    }

    private void finish() {
        try {
            for (Check check : checks) {
                if (!check.matches()) {
                    throw new ChecksumMismatchException("the checksum of these bytes differs");
                }
            }
            done.complete(session.finish());
        } catch (Throwable failed) {
            fail(failed);
        }
    }

    /** The connection broke, fell silent for too long, or was closed from here. */
    @Override
    public void onError(Throwable broken) {
        withLoggingContext(() -> fail(connectionBroken(broken)));
    }

    /** Closes the session first, and answers in any case. */
    private void fail(Throwable failed) {
        Throwable why = failed;
        try {
            if (failed instanceof ChecksumMismatchException) {
                session.closeDiscarding();
            }
        } catch (Throwable kept) { // then no answer may say that none of it was
            kept.addSuppressed(failed);
            why = kept;
        } finally {
            session.closeKeeping();
            try {
                why = onFailure.handle(why);
            } catch (Throwable again) {
                why = again;
            } finally {
                done.completeExceptionally(session.abortReasonOr(asException(why)));
            }
        }
    }
}
