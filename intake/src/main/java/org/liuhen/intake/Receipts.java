package org.liuhen.intake;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.TlogProof;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds receipts, and waits for those that are not there yet. One thread looks for all of them, for at most a fifth of its time, so waiting costs
 * neither a thread nor much of the store.
 */
final class Receipts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);
    private static final int WAITING_MAX = 20_000;
    private static final long LOOKUP_EVERY_MILLIS = 250;
    private static final long LOOKUP_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

    private final LogStore log;
    private final Map<EvidenceId, Set<CompletableFuture<Optional<byte[]>>>> waiting = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(Receipts::thread);
    private final ExecutorService executor = Executors.newCachedThreadPool(Receipts::thread);
    private final Future<?> lookups;
    private int next;

    Receipts(LogStore log) {
        this.log = log;
        lookups = scheduler.scheduleWithFixedDelay(
                this::lookUp, LOOKUP_EVERY_MILLIS, LOOKUP_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "receipts");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * The receipt of an item, or empty where none came in time. A caller that no longer waits cancels it.
     *
     * @param waitSeconds how long to wait; where very many wait already, the answer comes at once
     */
    CompletableFuture<Optional<byte[]>> find(EvidenceId item, int waitSeconds) throws IOException {
        Optional<byte[]> now = log.read(TlogProof.receiptPath(item));
        if (now.isPresent() || waitSeconds == 0 || waiting.size() >= WAITING_MAX) {
            return CompletableFuture.completedFuture(now);
        }
        CompletableFuture<Optional<byte[]>> answer = new CompletableFuture<>();
        waiting.compute(item, (id, before) -> {
            Set<CompletableFuture<Optional<byte[]>>> all = before == null ? ConcurrentHashMap.newKeySet() : before;
            all.add(answer);
            return all;
        });
        return answer.completeOnTimeout(Optional.empty(), waitSeconds, TimeUnit.SECONDS);
    }

    /** Whether there is a receipt of this item. */
    boolean contains(EvidenceId item) throws IOException {
        return log.read(TlogProof.receiptPath(item)).isPresent();
    }

    /** Runs a task at this interval, in seconds, until it is cancelled. */
    Future<?> repeat(int seconds, Runnable what) {
        return scheduler.scheduleWithFixedDelay(() -> executor.execute(what), seconds, seconds, TimeUnit.SECONDS);
    }

    private void lookUp() {
        try {
            List<EvidenceId> items = new ArrayList<>(waiting.keySet());
            Metrics.RECEIPTS_AWAITED.set(items.size());
            long end = System.nanoTime() + LOOKUP_NANOS_MAX;
            for (int i = 0; i < items.size() && System.nanoTime() < end; i++) {
                EvidenceId item = items.get(next++ % items.size());
                Optional<byte[]> receipt = isAwaited(item) ? log.read(TlogProof.receiptPath(item)) : Optional.empty();
                if (receipt.isPresent()) {
                    waiting.remove(item).forEach(answer -> executor.execute(() -> answer.complete(receipt)));
                }
            }
            next = items.isEmpty() ? 0 : next % items.size();
        } catch (Throwable away) { // the next lookup tries again; the scheduler repeats no task that throws
            LOG.debug("looking for receipts: {}", away.getMessage());
        }
    }

    private boolean isAwaited(EvidenceId item) {
        return waiting.computeIfPresent(item, (id, all) -> {
                    all.removeIf(CompletableFuture::isDone); // its time was over, or its client left
                    return all.isEmpty() ? null : all;
                })
                != null;
    }

    @Override
    public void close() {
        lookups.cancel(true);
        scheduler.shutdownNow();
        executor.shutdownNow();
    }
}
