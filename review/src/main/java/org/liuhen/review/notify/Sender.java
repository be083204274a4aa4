package org.liuhen.review.notify;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.Notifications;
import org.liuhen.review.model.Notifications.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends on one way what waits, in a thread of its own. What was not taken comes again after a pause that grows; where several in a row were not taken,
 * the receiver is left alone for a while, and so it is where it asks for that. A crash between the receiver's answer and the note of it sends the same once more, with the same ID.
 */
final class Sender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_PAUSE = Duration.ofMinutes(10);
    private static final long LOOK_EVERY_MILLIS = 1_000;
    private static final long COUNT_EVERY_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int AT_A_TIME = 100;
    private static final int TOGETHER_MAX = 10_000;
    private static final int IN_VAIN_MAX = 3;
    private static final int SAID_MAX = 500;

    private final LogName log;
    private final Notifications table;
    private final StillOpen open;
    private final Channel channel;
    private final BooleanSupplier leads;
    private final NotifyMetrics metrics;
    private final Thread thread;
    private boolean woken; // guarded by this
    private String trouble = "";
    private int rests;
    private long quietUntil = System.nanoTime(); // the receiver asked for it
    private boolean gone; // the receiver wants nothing more: what waits is counted and dropped
    private long counted = System.nanoTime() - COUNT_EVERY_NANOS;

    Sender(LogName log, Notifications table, StillOpen open, Channel channel, BooleanSupplier leads) {
        this.log = log;
        this.table = table;
        this.open = open;
        this.channel = channel;
        this.leads = leads;
        this.metrics = new NotifyMetrics(channel.name());
        this.thread = new Thread(this::run, "notify-" + channel.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    String name() {
        return channel.name();
    }

    Duration gathers() {
        return channel.gathers();
    }

    NotifyMetrics metrics() {
        return metrics;
    }

    /** Something new waits. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    private synchronized void await(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; !woken && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        woken = false;
    }

    private void run() {
        try {
            while (true) {
                try {
                    if (!leads.getAsBoolean()) {
                        metrics.waiting(0);
                        Thread.sleep(LOOK_EVERY_MILLIS);
                    } else if (!round()) {
                        rest();
                        await(LOOK_EVERY_MILLIS);
                    }
                } catch (Channel.GoneException gone) {
                    this.gone = true;
                    rest();
                    LOG.error(
                            "NT-102 {}. Nothing more is sent by {} before this process starts again",
                            gone.getMessage(),
                            channel.name());
                } catch (SQLException | RuntimeException failed) {
                    say("notifications by " + channel.name() + " cannot be sent now: " + failed.getMessage());
                    Thread.sleep(LOOK_EVERY_MILLIS);
                }
            }
        } catch (InterruptedException end) {
            rest();
        }
    }

    private void rest() {
        synchronized (channel) { // a test message goes on the same way
            channel.rest();
        }
    }

    /** Sends some; whether more may wait. */
    private boolean round() throws SQLException, InterruptedException, Channel.GoneException {
        int dropped = table.drop(log, channel.name());
        if (dropped > 0) {
            metrics.dropped(dropped);
            LOG.warn(
                    "NT-101 {} notifications by {} were not taken within {} days and are dropped",
                    dropped,
                    channel.name(),
                    Notifications.KEPT_DAYS);
        }
        List<Waiting> next = gone || isQuiet() ? List.of() : table.due(log, channel.name(), AT_A_TIME);
        List<Waiting> due = channel.gathers().isZero() ? open(next) : next;
        int inVain = 0;
        Set<String> told = new HashSet<>();
        for (Waiting one : due) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            List<Waiting> together = List.of(one);
            if (!channel.gathers().isZero()) {
                String person = one.notification().person();
                together = told.add(person)
                        ? open(table.waitingFor(log, channel.name(), person, TOGETHER_MAX))
                        : List.of(); // went with the first one, or is over
            }
            if (together.isEmpty()) {
                continue;
            }
            inVain = send(together) ? 0 : inVain + 1;
            if (isQuiet()) {
                count();
                return false;
            }
            if (inVain == IN_VAIN_MAX) {
                rest();
                count();
                Thread.sleep(pause(rests++).toMillis());
                return true;
            }
        }
        if (System.nanoTime() - counted > COUNT_EVERY_NANOS || !next.isEmpty()) {
            count();
        }
        return next.size() == AT_A_TIME;
    }

    /** Those of which what they tell is still so; the others are not sent any more, and counted. */
    private List<Waiting> open(List<Waiting> all) throws SQLException {
        Set<String> over = open.over(all.stream().map(Waiting::notification).toList());
        if (over.isEmpty()) {
            return all;
        }
        table.end(log, channel.name(), List.copyOf(over));
        metrics.over(over.size());
        return all.stream()
                .filter(one -> !over.contains(one.notification().id()))
                .toList();
    }

    private boolean isQuiet() {
        return System.nanoTime() - quietUntil < 0;
    }

    private void count() throws SQLException {
        counted = System.nanoTime();
        metrics.waiting(table.waiting(log, channel.name(), Notifier.WAITING_MAX));
    }

    /** Whether the receiver works: it took these, or refused these alone. */
    private boolean send(List<Waiting> together) throws SQLException, InterruptedException, Channel.GoneException {
        List<Notification> all = together.stream().map(Waiting::notification).toList();
        List<String> ids = all.stream().map(Notification::id).toList();
        int tries = together.stream().mapToInt(Waiting::tries).max().orElse(0);
        // Before they are sent: where PostgreSQL does not write, nothing is sent, instead of the same again and again.
        table.postpone(log, channel.name(), ids, pause(tries));
        try {
            synchronized (channel) {
                channel.send(all);
            }
            table.end(log, channel.name(), ids);
            table.taken(log, channel.name());
            metrics.sent(all.size());
            rests = 0;
            trouble = "";
            return true;
        } catch (Channel.RefusedException refused) {
            metrics.dropped(all.size());
            LOG.warn(
                    "NT-101 {} notifications to {} by {} are dropped, the first one with the ID {}: {}",
                    all.size(),
                    all.get(0).person(),
                    channel.name(),
                    ids.get(0),
                    refused.getMessage());
            table.end(log, channel.name(), ids);
            refused("NT-101", refused);
            return true;
        } catch (Channel.GoneException over) {
            refused("NT-102", over);
            throw over;
        } catch (IOException | RuntimeException failed) {
            metrics.failed();
            if (failed instanceof Channel.BusyException busy) { // not before that, and not more often than without it
                Duration own = pause(rests++);
                quietUntil = System.nanoTime() + (busy.pause().compareTo(own) > 0 ? busy.pause() : own).toNanos();
            }
            refused("NT-103", failed);
            say("NT-103 a notification by " + channel.name() + " was not taken, and is sent again: "
                    + failed.getMessage());
            return false;
        }
    }

    private void refused(String code, Exception why) throws SQLException {
        table.refused(log, channel.name(), code, line(why.getMessage()));
    }

    private void say(String what) {
        if (!what.equals(trouble)) {
            trouble = what;
            LOG.warn("{}", line(what));
        }
    }

    /** In one line, as a part of it may be a server's. */
    static String line(String words) {
        return Reason.of(String.valueOf(words).replaceAll("\\s+", " "), SAID_MAX);
    }

    /** A second at first, twice as long each time, ten minutes at last; a tenth of it by chance, so that not all come at once. */
    static Duration pause(int tries) {
        long millis =
                tries > 20 ? LAST_PAUSE.toMillis() : Math.min(LAST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << tries);
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 10));
    }

    @Override
    public void close() {
        EntryLoop.end(thread);
    }
}
