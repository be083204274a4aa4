package org.liuhen.intake;

import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.web.Problem;

/**
 * Decides who may declare an upload and who may send bytes: the limits per sender and in total, and the rules that hold while a
 * client sends. It counts in memory and waits for nothing.
 */
final class Admission {
    private static final int PRIORITY_SHARE = 10; // one place of ten is kept for marked recordings

    private final UploadLimits limits;
    private final Clock clock;
    private final Map<String, Integer> placesOf = new HashMap<>(); // by sender; guarded by itself, with placesTaken
    private int placesTaken;
    private volatile Map<String, AtomicInteger> unfinished = new ConcurrentHashMap<>(); // by sender
    private final Map<String, DeclaredBytes> declaredToday = new HashMap<>(); // by device; guarded by itself
    private final List<Predicate<Sender>> rules = new CopyOnWriteArrayList<>();
    private volatile boolean draining;

    /** How many bytes one device declared on one day (UTC). */
    private record DeclaredBytes(LocalDate day, long bytes) {}

    /** Applies these limits, with days in UTC. */
    Admission(UploadLimits limits) {
        this(limits, Clock.systemUTC());
    }

    /** Applies these limits, with days by this clock. */
    Admission(UploadLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
        Metrics.PLACES.set(limits.sendersMax());
    }

    UploadLimits limits() {
        return limits;
    }

    /** From now on, no upload and no session begins (IN-134). */
    void stop() {
        draining = true;
    }

    /** The answer to a client while the process ends: IN-134. */
    static Problem draining() {
        return new Problem(503, "IN-134", "The server is stopping. What arrived is kept; continue in a moment");
    }

    /** Refuses new uploads and sessions while the process ends: IN-134. */
    void requireOpen() throws Problem {
        if (draining) {
            throw draining();
        }
    }

    /**
     * Whether this sender may declare one more upload of this size. IN-108: it is too large. IN-136: the device has too many
     * unfinished uploads.
     *
     * @return the sender's count of unfinished uploads, to be incremented when the upload is open
     */
    AtomicInteger requireMayDeclare(Sender sender, Actor actor, long sizeBytes) throws Problem {
        requireOpen();
        if (sizeBytes > limits.sizeBytesMax()) {
            throw new Problem(413, "IN-108", "An item has at most " + limits.sizeBytesMax() + " bytes here");
        }
        AtomicInteger open = unfinished.computeIfAbsent(actor.id(), none -> new AtomicInteger());
        if (sender.isDevice() && open.get() >= limits.unfinishedMax()) {
            throw new Problem(
                    429,
                    "IN-136",
                    "This device has " + open.get()
                            + " unfinished uploads, which is its limit. Finish or end some of them first");
        }
        return open;
    }

    /** One upload less is unfinished. */
    void uploadEnded(Upload upload) {
        AtomicInteger open =
                unfinished.get(Declaration.in(upload).context().actor().id());
        if (open != null) {
            open.updateAndGet(count -> Math.max(0, count - 1));
        }
    }

    /** Replaces the counts of unfinished uploads, by sender, by what the vault says. */
    void replaceUnfinished(Map<String, AtomicInteger> counted) {
        unfinished = counted;
    }

    /**
     * Counts bytes that a device declares. Of other senders nothing is counted. IN-146: they are more than one device may declare on
     * one day.
     *
     * @param sizeBytes how many; a negative number gives back those of a declaration that failed
     */
    void countDeclared(Sender sender, String device, long sizeBytes) throws Problem {
        if (!sender.isDevice()) {
            return;
        }
        LocalDate today = LocalDate.now(clock);
        synchronized (declaredToday) {
            DeclaredBytes before = declaredToday.get(device);
            long bytes = before == null || !before.day().equals(today) ? 0 : before.bytes();
            if (sizeBytes > limits.deviceBytesADay() - bytes) {
                throw new Problem(
                        429,
                        "IN-146",
                        "This device declared " + bytes + " bytes today and may declare " + limits.deviceBytesADay()
                                + " a day (UTC). Go on tomorrow, or let the administrator raise the limit");
            }
            declaredToday.put(device, new DeclaredBytes(today, Math.max(0, bytes + sizeBytes)));
        }
    }

    /** The place of one session. The code that took it closes it. */
    final class Place implements AutoCloseable {
        private final String sender;
        private final AtomicBoolean given = new AtomicBoolean();

        private Place(String sender) {
            this.sender = sender;
        }

        /** Gives the place back; a second call does nothing. */
        @Override
        public void close() {
            if (given.compareAndSet(false, true)) {
                synchronized (placesOf) {
                    Metrics.SENDERS.set(--placesTaken);
                    placesOf.computeIfPresent(sender, (id, own) -> own == 1 ? null : own - 1);
                }
            }
        }
    }

    /**
     * Takes a place for a session. One sender has at most half of all places, and a tenth of them is kept for recordings that an
     * officer marked as important. IN-115: there is none.
     *
     * @param marked whether the recording is marked
     */
    Place takePlace(String sender, boolean marked) throws Problem {
        int all = limits.sendersMax();
        synchronized (placesOf) {
            int own = placesOf.getOrDefault(sender, 0);
            boolean room = placesTaken < (marked ? all : all - all / PRIORITY_SHARE);
            if (!room || own >= Math.max(1, all / 2)) {
                throw new Problem(
                        503, "IN-115", "Too many senders at once. Ask for the offset in a moment and go on there");
            }
            placesOf.put(sender, own + 1);
            Metrics.SENDERS.set(++placesTaken);
        }
        return new Place(sender);
    }

    /** Adds a rule that a sender has to satisfy as long as it sends. */
    void addRule(Predicate<Sender> rule) {
        rules.add(rule);
    }

    /** Whether every rule lets this sender go on. */
    boolean mayContinue(Sender sender) {
        return rules.stream().allMatch(rule -> rule.test(sender));
    }
}
