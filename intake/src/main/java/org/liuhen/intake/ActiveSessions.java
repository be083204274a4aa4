package org.liuhen.intake;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that are open in this process, one for each upload. Every 5 s it aborts those whose sender is no longer allowed (IN-127),
 * and every minute those that bring fewer than 4,096 bytes in a minute (IN-135).
 */
final class ActiveSessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveSessions.class);
    private static final int ABORT_WAIT_SECONDS = 5;
    private static final int ABORTED_WAIT_SECONDS = 2;
    private static final int RECHECK_SECONDS = 5;
    private static final int RECHECKS_A_MINUTE = 12;
    private static final long BYTES_A_MINUTE_MIN = 4_096;

    private final Admission admission;
    private final int abortWaitSeconds;
    private final Map<EvidenceId, UploadSession> sessions = new ConcurrentHashMap<>();
    private final ScheduledExecutorService executor;
    private final ScheduledFuture<?> rechecking;
    private int rechecks;

    /** No session is open yet. */
    ActiveSessions(Admission admission) {
        this(admission, ABORT_WAIT_SECONDS);
    }

    /** As the other one, with another time to wait for the end of an aborted session. */
    ActiveSessions(Admission admission, int abortWaitSeconds) {
        this.admission = admission;
        this.abortWaitSeconds = abortWaitSeconds;
        executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "recheck-senders");
            thread.setDaemon(true);
            return thread;
        });
        rechecking = executor.scheduleWithFixedDelay(
                this::recheckSafely, RECHECK_SECONDS, RECHECK_SECONDS, TimeUnit.SECONDS);
    }

    /** Adds a session that was opened. */
    void add(UploadSession session) {
        sessions.put(session.id(), session);
    }

    /** Removes a session that ended. A later one of the same upload stays. */
    void remove(UploadSession session) {
        sessions.remove(session.id(), session);
    }

    /** Whether a session of this upload is open. */
    boolean contains(EvidenceId id) {
        return sessions.containsKey(id);
    }

    /**
     * Aborts the session of an upload, if there is one, and waits up to 5 s for its end.
     *
     * @param reason the answer to its client
     * @return whether it ended in time, or there was none
     */
    boolean abort(EvidenceId id, Problem reason) {
        UploadSession session = sessions.get(id);
        if (session == null) {
            return true;
        }
        session.abort(reason);
        return session.awaitEnd(abortWaitSeconds);
    }

    private void recheckSafely() {
        try {
            recheck();
        } catch (Throwable broken) { // the executor repeats no task that throws
            LOG.error("re-checking the senders", broken);
        }
    }

    /** Aborts sessions whose sender is no longer allowed, and each minute those that bring next to nothing. */
    void recheck() {
        boolean minute = ++rechecks % RECHECKS_A_MINUTE == 0;
        for (UploadSession session : sessions.values()) {
            if (!admission.mayContinue(session.sender())) {
                session.abort(new Problem(403, "IN-127", "The device may not send any more"));
            } else if (minute
                    && session.secondsOpen() > RECHECK_SECONDS * RECHECKS_A_MINUTE
                    && session.takeBytesSinceLastCall() < BYTES_A_MINUTE_MIN) {
                session.abort(new Problem(
                        408,
                        "IN-135",
                        "Fewer than " + BYTES_A_MINUTE_MIN + " bytes came in a minute. Ask for"
                                + " the offset and go on there when the network is better"));
            }
        }
    }

    /** Waits for the sessions that are open, then aborts the rest with IN-134. The bytes that came are kept. */
    void drain(int waitSeconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        for (UploadSession session : sessions.values()) {
            session.awaitEnd(Math.max(0, TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime())));
        }
        Problem closing = Admission.draining();
        sessions.values().forEach(session -> session.abort(closing));
        sessions.values().forEach(session -> session.awaitEnd(ABORTED_WAIT_SECONDS));
    }

    @Override
    public void close() {
        rechecking.cancel(true);
        executor.shutdownNow();
    }
}
