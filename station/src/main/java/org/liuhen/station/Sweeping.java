package org.liuhen.station;

import org.liuhen.intake.Devices;
import org.liuhen.intake.StoreChecks;
import org.liuhen.intake.UploadService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What intake does again and again beside requests. */
final class Sweeping {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeping.class);
    private static final int MINUTES_A_DAY = 24 * 60;

    private Sweeping() {}

    /** Finishes each minute what was left half done, and probes the lock each day. */
    static AutoCloseable start(UploadService uploads, StoreChecks checks, Devices devices) {
        Thread thread = new Thread(
                () -> {
                    for (int minute = 0; !Thread.currentThread().isInterrupted(); minute++) {
                        safely("sweeping", () -> sweep(uploads));
                        safely("reading the list of devices", devices::refresh); // another intake may have changed it
                        safely("keeping when devices were seen", devices::saveSightings);
                        if (minute > 0 && minute % MINUTES_A_DAY == 0) {
                            safely("probing the lock", () -> checks.record(checks.probeLock(false)));
                        }
                        try {
                            Thread.sleep(60_000);
                        } catch (InterruptedException end) {
                            return;
                        }
                    }
                },
                "sweep");
        thread.setDaemon(true);
        thread.start();
        return () -> {
            thread.interrupt();
            safely("keeping when devices were seen", devices::saveSightings);
        };
    }

    /** What is done again and again, and may fail. */
    private interface Repeated {
        void act() throws Exception;
    }

    /** Whatever it throws, the next minute tries again. */
    private static void safely(String what, Repeated act) {
        try {
            act.act();
        } catch (Exception away) {
            LOG.warn("{}: {}", what, away.getMessage());
        } catch (Error broken) {
            LOG.error("{}", what, broken);
        }
    }

    private static void sweep(UploadService uploads) throws Exception {
        int swept = uploads.sweep();
        if (swept > 0) {
            LOG.info("finished or withdrew {} uploads that were left half done", swept);
        }
    }
}
