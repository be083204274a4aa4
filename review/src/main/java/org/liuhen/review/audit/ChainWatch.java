package org.liuhen.review.audit;

import io.prometheus.metrics.core.metrics.Gauge;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.verify.Fault;
import org.liuhen.review.model.EntryQueries.ItemChain;
import org.liuhen.review.model.ReadModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the chains of all items again and again, the newest first, as the page does when somebody opens one, and notes what does not hold. So
 * the desk counts it, and nobody has to open an item to learn it. It works a twentieth of the time.
 */
public final class ChainWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainWatch.class);
    private static final Gauge BROKEN = Gauge.builder()
            .name("liuhen_review_broken_chains")
            .help("Items whose chain did not verify when all were looked at last; 0 where another process looks")
            .register();
    private static final int ITEMS_AT_A_TIME = 200;
    private static final long RESTS = 19;
    private static final long REST_MILLIS_MAX = 10_000; // after a store that did not answer for long
    private static final long BETWEEN_ROUNDS_MILLIS = 5_000;

    private final LogStore store;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final ReadModel model;
    private final BooleanSupplier leads;
    private final Thread thread;
    private String trouble = "";

    /** A signed head and the log below it. */
    private record Head(Checkpoint checkpoint, Tiles tiles) {}

    /**
     * Begins to look.
     *
     * @param key the key that signs the log
     * @param leads whether this process is the one of several that looks
     */
    public ChainWatch(LogStore store, LogName log, SignedNote.Verifier key, ReadModel model, BooleanSupplier leads) {
        this.store = store;
        this.log = log;
        this.key = key;
        this.model = model;
        this.leads = leads;
        this.thread = new Thread(this::run, "chain-watch-" + log.value());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(BETWEEN_ROUNDS_MILLIS);
                if (round()) {
                    trouble = "";
                }
            } catch (InterruptedException end) {
                return;
            } catch (Exception failed) { // the next round tries again
                warn("the chains of " + log.value() + " cannot be verified now: " + failed.getMessage());
            }
        }
    }

    private void warn(String words) {
        if (!words.equals(trouble)) {
            trouble = words;
            LOG.warn("{}", words);
        }
    }

    /** Looks at every item; false where one could not be verified, which does not keep it from the others. */
    private boolean round() throws IOException, SQLException, BadNoteException, InterruptedException {
        boolean all = true;
        Head head = null;
        String last = null;
        long broken = 0;
        do {
            if (!leads.getAsBoolean() || model.isOfOtherVersion()) {
                BROKEN.set(0);
                return all;
            }
            Map<String, String> items = model.items().faults(log, last, ITEMS_AT_A_TIME);
            last = null;
            for (Map.Entry<String, String> item : items.entrySet()) {
                long start = System.nanoTime();
                last = item.getKey();
                ItemChain chain = model.entries().itemChain(last);
                if (head == null || end(chain) > head.checkpoint().size()) { // read after the chain: the log only grows
                    head = newest();
                }
                String found = item.getValue();
                try {
                    found = CustodyChain.faults(head.tiles(), head.checkpoint(), chain).stream()
                            .map(Fault::code)
                            .distinct()
                            .collect(Collectors.joining(" "));
                } catch (IOException | RuntimeException failed) {
                    all = false;
                    warn("the chain of " + last + " cannot be verified now: " + failed);
                }
                broken += found.isEmpty() ? 0 : 1;
                if (!found.equals(item.getValue())) {
                    LOG.warn("the chain of {}: {}", last, found.isEmpty() ? "verifies again" : found);
                    model.noteFault(last, found);
                }
                Thread.sleep(Math.min(REST_MILLIS_MAX, 1 + RESTS * (System.nanoTime() - start) / 1_000_000));
            }
        } while (last != null);
        BROKEN.set((double) broken);
        return all;
    }

    private static long end(ItemChain chain) {
        return chain.entries().stream().mapToLong(row -> row.index() + 1).max().orElse(0);
    }

    private Head newest() throws IOException, BadNoteException {
        byte[] note = store.read(Tiles.CHECKPOINT).orElseThrow(() -> new IOException("The log has no checkpoint"));
        Checkpoint checkpoint = Checkpoint.open(note, log.origin(), key);
        return new Head(checkpoint, new Tiles(store, checkpoint.size()));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
