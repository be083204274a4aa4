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
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.storage.Vault;
import org.slf4j.MDC;

/**
 * Brings the body of a request into an upload as it comes. No thread waits for the network, so a sender that falls silent
 * costs a connection and nothing else.
 */
final class BodyReader implements ReadListener {
    private static final int BUFFER_BYTES = 1 << 18;

    /** Emptied before the thread turns to another request. */
    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

    private final ServletInputStream in;
    private final UploadSession session;
    private final List<Check> checks;
    private final Otherwise otherwise;
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private final Map<String, String> logging = MDC.getCopyOfContextMap();

    /** A digest that the request promised for its body. */
    static final class Check {
        private final MessageDigest digest;
        private final byte[] promised;

        Check(MessageDigest digest, byte[] promised) {
            this.digest = digest;
            this.promised = promised;
        }

        private void take(byte[] buffer, int length) {
            digest.update(buffer, 0, length);
        }

        private boolean holds() {
            return MessageDigest.isEqual(digest.digest(), promised);
        }
    }

    private BodyReader(ServletInputStream in, UploadSession session, List<Check> checks, Otherwise otherwise) {
        this.otherwise = otherwise;
        this.in = in;
        this.session = session;
        this.checks = checks;
    }

    /**
     * Answers with what {@code then} makes of the number of durable bytes, once the whole body is in. Where a check does not
     * hold, none of the body is kept. Whatever happens, the place is given back at the latest when the request ends.
     */
    static void read(Context context, UploadSession session, List<Check> checks, Answer then, Otherwise otherwise) {
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
                    BodyReader reader = new BodyReader(in, session, checks, otherwise);
                    in.setReadListener(reader);
                    return reader.done.thenAccept(offset -> answer(then, offset));
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

    private static void answer(Answer then, long offset) {
        try {
            then.with(offset);
        } catch (Problem refused) {
            throw new CompletionException(refused);
        }
    }

    /** An error is answered as every other failure is. */
    private static Throwable asException(Throwable failed) {
        return failed instanceof Error ? new IllegalStateException(failed) : failed;
    }

    /** What is said at the end. */
    interface Answer {
        void with(long offsetBytes) throws Problem;
    }

    /** What is said instead where it failed. The place is given back already. */
    interface Otherwise {
        Throwable instead(Throwable failed) throws IOException, FeedUnavailableException, Problem;
    }

    /** The threads of the network come without the logging context of the request. */
    private void logging(Runnable step) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        try {
            MDC.setContextMap(logging == null ? Map.of() : logging);
            step.run();
        } catch (Throwable failed) {
            fail(failed);
        } finally {
            MDC.setContextMap(before == null ? Map.of() : before);
        }
    }

    @Override
    public void onDataAvailable() {
        logging(this::takeIn);
    }

    private void takeIn() {
        try {
            byte[] buffer = BUFFER.get();
            while (in.isReady()) {
                int read = read(buffer);
                if (read < 0) {
                    return;
                }
                for (Check check : checks) {
                    check.take(buffer, read);
                }
                session.write(buffer, 0, read);
            }
            session.idle();
        } catch (Throwable failed) {
            fail(failed);
        }
    }

    private int read(byte[] buffer) throws Problem {
        try {
            return in.read(buffer);
        } catch (IOException broken) {
            throw brokenOff(broken);
        }
    }

    /** What nobody will read, for the connection is gone; it must not look like a failure of the store. */
    private static Problem brokenOff(Throwable broken) {
        Problem problem = new Problem(400, "IN-141", "The connection broke off. What came is kept; go on there");
        problem.initCause(broken);
        return problem;
    }

    @Override
    public void onAllDataRead() {
        logging(this::finish);
    }

    private void finish() {
        try {
            for (Check check : checks) {
                if (!check.holds()) {
                    throw new Vault.DiscardException("the checksum of these bytes differs");
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
        logging(() -> fail(brokenOff(broken)));
    }

    /** Gives the place back first, and answers in any case. */
    private void fail(Throwable failed) {
        Throwable why = failed;
        try {
            if (failed instanceof Vault.DiscardException) {
                session.closeDiscarding();
            }
        } catch (Throwable kept) { // then nobody may be told that none of it was
            kept.addSuppressed(failed);
            why = kept;
        } finally {
            session.closeKeeping();
            try {
                why = otherwise.instead(why);
            } catch (Throwable again) {
                why = again;
            } finally {
                done.completeExceptionally(session.abortReasonOr(asException(why)));
            }
        }
    }
}
