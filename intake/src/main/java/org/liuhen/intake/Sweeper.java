package org.liuhen.intake;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.Uploads.Unannounced;
import org.liuhen.storage.VaultException;
import org.liuhen.web.Problem;
import org.liuhen.web.Traces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Completes uploads that a crash or an outage left whole but unannounced, and ends those that expired or were ended half way. */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    /** The codes of an upload that changed since the vault listed it: it is gone, complete, or has more bytes. */
    private static final Set<String> CHANGED = Set.of("VT-104", "VT-105", VaultException.OVERTAKEN);

    private final Uploads store;
    private final LogName site;
    private final UploadEvents events;
    private final Admission admission;
    private final ActiveSessions sessions;
    private final UploadCompletion completion;
    private final UploadTermination termination;

    /** What the last sweep found broken, and what this one has: a failure that stays is logged once, one that comes back once more. */
    private Set<String> brokenBefore = Set.of();

    private Set<String> brokenNow = ConcurrentHashMap.newKeySet();
    private volatile int failed;

    /** What became of one upload. */
    private enum Outcome {
        UNCHANGED,
        DONE,
        FAILED
    }

    /** What the sweep does with one upload. */
    private interface Action {
        Outcome apply(Upload upload) throws IOException, FeedUnavailableException, Problem;
    }

    Sweeper(
            Uploads store,
            LogName site,
            UploadEvents events,
            Admission admission,
            ActiveSessions sessions,
            UploadCompletion completion,
            UploadTermination termination) {
        this.store = store;
        this.site = site;
        this.events = events;
        this.admission = admission;
        this.sessions = sessions;
        this.completion = completion;
        this.termination = termination;
    }

    /**
     * Checks every upload that is not announced. One that cannot be read, or fails, is logged with its code, counted in
     * {@link #failedUploads} and left as it is; the others go on. The sweep throws only where the store or the feed does not answer.
     *
     * @return how many uploads were completed or ended
     */
    int sweep() throws IOException, FeedUnavailableException {
        Map<String, AtomicInteger> unfinished = new ConcurrentHashMap<>();
        Unannounced pending = store.unannounced();
        brokenNow = ConcurrentHashMap.newKeySet();
        int done = 0;
        int broken = pending.unreadable().size();
        for (VaultException damaged : pending.unreadable()) {
            logOnce("an upload is left as it is: " + damaged.getMessage(), damaged.getCause());
        }
        for (Upload upload : pending.uploads()) {
            unfinished
                    .computeIfAbsent(Declaration.in(upload).context().actor().id(), none -> new AtomicInteger())
                    .incrementAndGet();
            Outcome outcome = applyAlone(upload, this::sweep);
            done += outcome == Outcome.DONE ? 1 : 0;
            broken += outcome == Outcome.FAILED ? 1 : 0;
        }
        admission.replaceUnfinished(unfinished);
        for (Upload upload : pending.ended()) {
            Outcome outcome = applyAlone(upload, this::repeatAfterEnd);
            done += outcome == Outcome.DONE ? 1 : 0;
            broken += outcome == Outcome.FAILED ? 1 : 0;
        }
        brokenBefore = brokenNow;
        failed = broken;
        Metrics.UNREADABLE.set(broken);
        if (broken > 0) {
            LOG.warn("{} uploads could not be read, finished or ended; the log names each once", broken);
        }
        return done;
    }

    /** How many uploads the last sweep could not read, complete or end. The log says which and why. */
    int failedUploads() {
        return failed;
    }

    private Outcome sweep(Upload upload) throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = upload.id();
        if (sessions.contains(id)) {
            return Outcome.UNCHANGED;
        }
        if (upload.whole() && !upload.part() && upload.site().equals(site)) {
            completion.complete(upload, true);
            return Outcome.DONE;
        }
        Instant expires = admission.limits().expires(id);
        if (!expires.isBefore(Instant.now())) {
            return Outcome.UNCHANGED;
        }
        if (!upload.part()) {
            events.declared(Declaration.in(upload)); // the record may lack it: a crash may have come before it
        }
        termination.terminate(upload, "the upload was not finished by " + expires);
        return Outcome.DONE;
    }

    private Outcome repeatAfterEnd(Upload ended) throws IOException, FeedUnavailableException {
        termination.repeatAfterEnd(ended);
        return Outcome.DONE;
    }

    /** Applies an action so that a fault of one upload does not stop the others. */
    @SuppressWarnings("try") // the logging context only has to be open
    private Outcome applyAlone(Upload upload, Action action) throws IOException, FeedUnavailableException {
        try (MDC.MDCCloseable logging =
                MDC.putCloseable(Traces.ITEM, upload.id().value())) {
            return action.apply(upload);
        } catch (FeedUnavailableException away) {
            throw away;
        } catch (Problem known) { // it is on the record; the next request of the client gets it
            LOG.warn("{} {}", known.code(), known.getMessage());
            return Outcome.DONE;
        } catch (Throwable broken) {
            if (broken instanceof VaultException away && away.retryable()) {
                throw away; // the next sweep tries again
            }
            if (broken instanceof VaultException known && CHANGED.contains(known.code())) {
                return Outcome.UNCHANGED; // another process, or its client, changed it meanwhile
            }
            logOnce(
                    "VT-205 the upload " + upload.id() + " could not be finished or ended; it is left as it is",
                    broken);
            return Outcome.FAILED;
        }
    }

    /** Logs a failure with its cause once, because the sweep comes each minute. */
    private void logOnce(String message, Throwable cause) {
        if (brokenNow.add(message) && !brokenBefore.contains(message)) {
            LOG.error("{}", message, cause);
        }
    }
}
