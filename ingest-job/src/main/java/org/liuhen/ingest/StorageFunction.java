package org.liuhen.ingest;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.StepFailed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.feed.Part;
import org.liuhen.custody.log.Tiles;
import org.liuhen.ingest.feed.FeedFunction;
import org.liuhen.job.JobMetrics;
import org.liuhen.job.JobSettings;
import org.liuhen.storage.MeasuredVault;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A step that waits for the vault, with a bounded number of items at a time. Each item has an outcome:
 *
 * <ul>
 *   <li>While the store is away, the step waits and tries again. Flink's checkpoints continue meanwhile.
 *   <li>Where the store answers for other objects and fails for this item, and where the step itself breaks, the item is put aside: an
 *       event names the step and the reason, and the next item is taken.
 * </ul>
 *
 * <p>No item makes the job fail.
 */
abstract class StorageFunction<E extends CustodyEvent> extends RichAsyncFunction<ItemOnItsWay, ItemOnItsWay> {
    /** The code of a step that failed for as long as {@link #PATIENCE}, while the store answered for other objects. */
    static final String NO_PATIENCE = "IJ-102";

    /** How long a failure that may pass is tried again, if the store answers for other objects. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(StorageFunction.class);
    private static final long RETRY_MILLIS_MAX = 15_000;
    private static final int CLOSE_SECONDS = 5;

    private final Class<E> kind;
    private final JobSettings settings;
    private transient Vault vault;
    private transient JobMetrics metrics;
    private transient ExecutorService threads;
    private transient volatile boolean closing;

    /** A step for items whose way began with this kind of event. */
    StorageFunction(JobSettings settings, Class<E> kind) {
        this.kind = kind;
        this.settings = settings;
    }

    /** The settings of the job. */
    protected final JobSettings settings() {
        return settings;
    }

    /** The metrics of this step. */
    protected final JobMetrics metrics() {
        return metrics;
    }

    /** Called once before the first item. */
    protected void opened() throws IOException {}

    /** The step for one item. Any effect in the vault must be repeatable. */
    protected abstract ItemOnItsWay step(Vault vault, ItemOnItsWay item, E cause)
            throws IOException, InterruptedException;

    /** The step's name in the event that puts an item aside. */
    protected abstract String stepName();

    /** The item with the event that puts it aside. */
    protected ItemOnItsWay putAside(ItemOnItsWay item, E cause, String code, String reason) {
        String id = EventContext.idFor(StepFailed.class, cause.context().eventId() + "\n" + stepName());
        return item.with(new StepFailed(
                EventContext.of(
                        id,
                        cause.context().evidenceId(),
                        Instant.now(),
                        Actor.component(stepName()),
                        null,
                        Part.INGEST_JOB.id()),
                stepName(),
                code,
                Reason.of(reason + ". Find the cause, then: liuhen describe ID", StepFailed.REASON_MAX)));
    }

    /** Whether the parts that this step needs work for other items: then a failure is caused by the item. */
    protected boolean worksForOthers(Vault store, ItemOnItsWay item) throws IOException {
        store.log(new LogName(item.log())).read(Tiles.CHECKPOINT);
        return true;
    }

    /** A step that failed after some of its events were made; these count if the item is put aside. */
    static final class PartlyDoneException extends IOException {
        private final transient ItemOnItsWay soFar;

        PartlyDoneException(ItemOnItsWay soFar, IOException cause) {
            super(cause.getMessage(), cause);
            this.soFar = soFar;
        }
    }

    @Override
    public void open(OpenContext context) throws Exception {
        metrics = new JobMetrics(getRuntimeContext().getMetricGroup());
        vault = MeasuredVault.of(settings.vault().open(), metrics::storeCall);
        threads = Executors.newFixedThreadPool(settings.readers());
        opened();
    }

    @Override
    public void asyncInvoke(ItemOnItsWay item, ResultFuture<ItemOnItsWay> result) {
        threads.execute(() -> {
            try {
                result.complete(List.of(outcome(item)));
            } catch (InterruptedException | RejectedExecutionException stopped) {
                // The job stops or moves: the state still holds the item, and the step is repeated.
                if (!closing) {
                    result.completeExceptionally(stopped);
                }
            } catch (Throwable fatal) { // such as no memory: the process ends, or the job starts again
                result.completeExceptionally(fatal);
            }
        });
    }

    @SuppressWarnings("try") // the logging context only has to be there
    private ItemOnItsWay outcome(ItemOnItsWay item) throws InterruptedException {
        E cause;
        try {
            cause = kind.cast(CanonicalJson.decode(item.cause()));
        } catch (MalformedEventException | ClassCastException impossible) {
            LOG.error("{} an item began with an event that cannot be read", FeedFunction.BROKEN, impossible);
            return item;
        }
        try (MDC.MDCCloseable logging =
                MDC.putCloseable("item", String.valueOf(cause.context().evidenceId()))) {
            return outcome(item, cause);
        }
    }

    private ItemOnItsWay outcome(ItemOnItsWay item, E cause) throws InterruptedException {
        long start = System.nanoTime();
        for (long wait = 250; ; wait = Math.min(2 * wait, RETRY_MILLIS_MAX)) {
            ItemOnItsWay soFar = item;
            IOException failure;
            try {
                ItemOnItsWay done = step(vault, item, cause);
                stopIfClosing();
                return done;
            } catch (PartlyDoneException partly) {
                soFar = partly.soFar;
                failure = (IOException) partly.getCause();
            } catch (IOException failed) {
                failure = failed;
            } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError broken) {
                stopIfClosing();
                LOG.error(
                        "{} {} of {}",
                        FeedFunction.BROKEN,
                        stepName(),
                        cause.context().evidenceId(),
                        broken);
                return putAside(item, cause, FeedFunction.BROKEN, Reason.of(broken, StepFailed.REASON_MAX - 100));
            }
            stopIfClosing();
            boolean passes = !(failure instanceof VaultException refused) || refused.retryable();
            boolean patient = passes && System.nanoTime() - start < PATIENCE.toNanos();
            if (!patient && worksForOthers(item)) {
                String code = passes ? NO_PATIENCE : ((VaultException) failure).code();
                LOG.error(
                        "{} {} of {}: put aside",
                        code,
                        stepName(),
                        cause.context().evidenceId(),
                        failure);
                return putAside(soFar, cause, code, Reason.of(failure.getMessage(), StepFailed.REASON_MAX - 100));
            }
            LOG.warn(
                    "{} of {}: {}; trying again in {} ms",
                    stepName(),
                    cause.context().evidenceId(),
                    failure.getMessage(),
                    wait);
            Thread.sleep(wait);
        }
    }

    /** Ends the step where it is being closed: what it found from then on may be a failure that closing caused. */
    protected final void stopIfClosing() throws InterruptedException {
        if (closing) {
            throw new InterruptedException("the step is closed");
        }
    }

    private boolean worksForOthers(ItemOnItsWay item) {
        try {
            return worksForOthers(vault, item);
        } catch (IOException | RuntimeException away) {
            return false;
        }
    }

    /** Called once at the end, to end what a step may wait for and what no interrupt ends. */
    protected void closing() {}

    /** Ends the steps that run. A failure here would make the job fail while it stops in order ({@code flink stop}). */
    @Override
    public void close() throws Exception {
        closing = true;
        if (threads != null) {
            threads.shutdownNow();
            closing();
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{}: a step still runs {} s after it was interrupted", stepName(), CLOSE_SECONDS);
            }
        }
        if (vault != null) {
            vault.close();
        }
    }
}
