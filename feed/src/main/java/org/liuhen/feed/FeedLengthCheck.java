package org.liuhen.feed;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.liuhen.custody.evidence.LogName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects a feed that has fewer events than its published log has entries (FD-105): Kafka lost it, or an older copy was restored. A feed that was
 * too short once stays so as long as this process runs, for what is added to it would make it look whole.
 */
final class FeedLengthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(FeedLengthCheck.class);

    /** How long a log's size is used before it is read again. */
    static final Duration LOG_SIZE_VALID = Duration.ofMinutes(1);

    private final Count published;
    private final Count fed;
    private final InstantSource clock;
    private final Executor background;
    private final Map<LogName, Length> lengths = new ConcurrentHashMap<>();

    /** A number of entries or events of a log. */
    interface Count {
        long of(LogName log) throws IOException, ExecutionException, InterruptedException;
    }

    /**
     * What is known of a feed and its log.
     *
     * @param entries how many entries the log has at least
     * @param at when that was read
     * @param fed how many events the feed had when it had too few, else -1
     */
    record Length(long entries, Instant at, long fed) {
        boolean isTooShort() {
            return fed >= 0;
        }
    }

    /**
     * Compares logs with their feeds.
     *
     * @param published the entries of the published log
     * @param fed the events that the feed has taken
     * @param background where the size of a log is read again
     */
    FeedLengthCheck(Count published, Count fed, InstantSource clock, Executor background) {
        this.published = published;
        this.fed = fed;
        this.clock = clock;
        this.background = background;
    }

    /** Compares before anything is written. The first time both are counted; later the size of the log is read again, at most once a minute. */
    Length check(LogName log) throws IOException, ExecutionException, InterruptedException {
        Length before = lengths.get(log);
        if (before != null
                && (before.isTooShort() || before.at().plus(LOG_SIZE_VALID).isAfter(clock.instant()))) {
            return before;
        }
        if (before != null) { // the log has grown meanwhile; no event waits for a store that does not answer
            update(log, new Length(before.entries(), clock.instant(), -1));
            background.execute(() -> refresh(log));
            return before;
        }
        long entries = published.of(log);
        long events = entries > 0 ? fed.of(log) : 0;
        return update(log, new Length(entries, clock.instant(), events < entries ? events : -1));
    }

    /** Compares the log with the offset that the feed gave to an event: the number of events before it. */
    Length check(LogName log, Length whole, long offset) {
        return offset < whole.entries() ? update(log, new Length(whole.entries(), whole.at(), offset)) : whole;
    }

    private void refresh(LogName log) {
        try {
            update(log, new Length(published.of(log), clock.instant(), -1));
        } catch (IOException | ExecutionException | RuntimeException away) {
            LOG.debug("the head of {} cannot be read now", log.value(), away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Length update(LogName log, Length now) {
        return lengths.merge(log, now, (before, fresh) -> before.isTooShort() ? before : fresh);
    }
}
