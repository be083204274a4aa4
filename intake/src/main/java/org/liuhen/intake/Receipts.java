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
 * Receipts for those who wait for them. One thread looks, however many wait, and it looks for at most a fifth of the time, so
 * neither a thread nor a busy store is the price of waiting.
 */
final class Receipts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);
    private static final int WAITING_MAX = 20_000;
    private static final long LOOK_EVERY_MILLIS = 250;
    private static final long LOOK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

    private final LogStore log;
    private final Map<EvidenceId, Set<CompletableFuture<Optional<byte[]>>>> waiting = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(Receipts::thread);
    private final ExecutorService answering = Executors.newCachedThreadPool(Receipts::thread);
    private final Future<?> looks;
    private int next;

    Receipts(LogStore log) {
        this.log = log;
        looks = looking.scheduleWithFixedDelay(this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "receipts");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * The receipt of an item, or empty where none came in time. Whoever does not wait any more cancels it.
     *
     * @param waitSeconds how long to wait; where very many wait already, the answer comes at once
     */
    CompletableFuture<Optional<byte[]>> of(EvidenceId item, int waitSeconds) throws IOException {
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

    /** Does this every so many seconds, until it is cancelled. */
    Future<?> every(int seconds, Runnable what) {
        return looking.scheduleWithFixedDelay(() -> answering.execute(what), seconds, seconds, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            List<EvidenceId> items = new ArrayList<>(waiting.keySet());
            Metrics.RECEIPTS_AWAITED.set(items.size());
            long end = System.nanoTime() + LOOK_NANOS_MAX;
            for (int i = 0; i < items.size() && System.nanoTime() < end; i++) {
                EvidenceId item = items.get(next++ % items.size());
                Optional<byte[]> receipt =
                        somebodyWaits(item) ? log.read(TlogProof.receiptPath(item)) : Optional.empty();
                if (receipt.isPresent()) {
                    waiting.remove(item).forEach(answer -> answering.execute(() -> answer.complete(receipt)));
                }
            }
            next = items.isEmpty() ? 0 : next % items.size();
        } catch (Throwable away) { // the next look tries again; one that throws would be the last
            LOG.debug("looking for receipts: {}", away.getMessage());
        }
    }

    private boolean somebodyWaits(EvidenceId item) {
        return waiting.computeIfPresent(item, (id, all) -> {
                    all.removeIf(CompletableFuture::isDone); // his time was over, or he left
                    return all.isEmpty() ? null : all;
                })
                != null;
    }

    @Override
    public void close() {
        looks.cancel(true);
        looking.shutdownNow();
        answering.shutdownNow();
    }
}
