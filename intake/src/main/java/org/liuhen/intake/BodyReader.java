package org.liuhen.intake;

import io.javalin.http.Context;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
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
    private final Receiving receiving;
    private final List<Check> checks;
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

    private BodyReader(ServletInputStream in, Receiving receiving, List<Check> checks) {
        this.in = in;
        this.receiving = receiving;
        this.checks = checks;
    }

    /**
     * Answers with what {@code then} makes of the number of durable bytes, once the whole body is in. Where a check does not
     * hold, none of the body is kept.
     */
    static void read(Context context, Receiving receiving, List<Check> checks, Answer then) {
        receiving.onAbort(() -> ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close());
        context.future(() -> {
            try {
                ServletInputStream in = context.req().getInputStream();
                BodyReader reader = new BodyReader(in, receiving, checks);
                in.setReadListener(reader);
                return reader.done.thenAccept(offset -> then.with(offset));
            } catch (IOException | RuntimeException failed) {
                receiving.broken();
                return CompletableFuture.failedFuture(failed);
            }
        });
    }

    /** What is said at the end. */
    interface Answer {
        void with(long offsetBytes);
    }

    /** The threads of the network come without the logging context of the request. */
    private void logging(Runnable step) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        MDC.setContextMap(logging == null ? Map.of() : logging);
        try {
            step.run();
        } finally {
            MDC.setContextMap(before == null ? Map.of() : before);
        }
    }

    @Override
    public void onDataAvailable() {
        logging(this::takeIn);
    }

    private void takeIn() {
        byte[] buffer = BUFFER.get();
        try {
            while (in.isReady()) {
                int read = read(buffer);
                if (read < 0) {
                    return;
                }
                for (Check check : checks) {
                    check.take(buffer, read);
                }
                receiving.write(buffer, 0, read);
            }
            receiving.idle();
        } catch (IOException | Problem | RuntimeException failed) {
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
            done.complete(receiving.finish());
        } catch (IOException | FeedUnavailableException | Problem | RuntimeException failed) {
            fail(failed);
        }
    }

    /** The connection broke, fell silent for too long, or was closed from here. */
    @Override
    public void onError(Throwable broken) {
        logging(() -> fail(brokenOff(broken)));
    }

    private void fail(Throwable failed) {
        if (failed instanceof Vault.DiscardException) {
            receiving.takeBack();
        } else {
            receiving.broken();
        }
        done.completeExceptionally(receiving.reasonOr(failed));
    }
}
