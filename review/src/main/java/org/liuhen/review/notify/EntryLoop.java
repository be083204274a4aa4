package org.liuhen.review.notify;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.ReadModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through the entries that the read model has, step by step, in a thread of its own. It works in the process that follows the log alone. A step that
 * fails is tried again from the same entry, and why it fails is said once.
 */
final class EntryLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EntryLoop.class);
    private static final long REST_MILLIS = 1_000;
    private static final long WAIT_NANOS = Duration.ofSeconds(5).toNanos();

    private final LogName log;
    private final ReadModel model;
    private final BooleanSupplier leads;
    private final Work work;
    private final Thread thread;
    private String trouble = "";

    /** What is done with entries. */
    interface Work {
        /** Goes through the next entries; whether there were any. */
        boolean step() throws Exception;

        /** A step failed, which is logged. */
        default void failed() {}
    }

    /**
     * Begins.
     *
     * @param name the name of the thread, before that of the log
     * @param what what does not happen where a step fails, in words
     * @param leads whether this process is the one of several that follows the log
     * @param behind is told that this process has nothing to do where it does not
     */
    EntryLoop(
            String name,
            String what,
            LogName log,
            ReadModel model,
            BooleanSupplier leads,
            LongConsumer behind,
            Work work) {
        this.log = log;
        this.model = model;
        this.leads = leads;
        this.work = work;
        this.thread = new Thread(() -> run(what, behind), name + "-" + log.value());
        thread.setDaemon(true);
        thread.start();
    }

    private void run(String what, LongConsumer behind) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                if (!leads.getAsBoolean() || model.isOfOtherVersion()) {
                    behind.accept(0);
                    Thread.sleep(REST_MILLIS);
                } else {
                    long counted = model.changes().count();
                    if (!work.step()) {
                        model.changes().awaitAfter(counted, System.nanoTime() + WAIT_NANOS);
                    }
                    trouble = "";
                }
            } catch (InterruptedException end) {
                return;
            } catch (Exception failed) {
                work.failed();
                if (!String.valueOf(failed.getMessage()).equals(trouble)) {
                    trouble = String.valueOf(failed.getMessage());
                    LOG.warn("NT-105 {} in {} now: {}", what, log.value(), trouble);
                }
                try {
                    Thread.sleep(REST_MILLIS);
                } catch (InterruptedException end) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        end(thread);
    }

    /** Interrupts a thread, and waits up to two seconds for its end. */
    static void end(Thread thread) {
        thread.interrupt();
        try {
            thread.join(2_000);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
