package org.liuhen.review.follow;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.review.projection.ItemView;

/** The metrics of a follower; {@code docs/operations/metrics.md} says what they mean. */
final class FollowerMetrics {
    private static final Gauge LEADING = Gauge.builder()
            .name("liuhen_review_leading")
            .help("1 where this process follows the log, 0 where another one does")
            .register();
    private static final Gauge FOLLOWED = Gauge.builder()
            .name("liuhen_review_followed_entries")
            .help("Entries of the log that the read model holds")
            .register();
    private static final Gauge BESIDE = Gauge.builder()
            .name("liuhen_review_beside_entries")
            .help(
                    "Entries of the log in the tables that are filled beside those of another version; 0 where there are none")
            .register();
    private static final Gauge PUBLISHED = Gauge.builder()
            .name("liuhen_review_published_entries")
            .help("Entries under the newest published head")
            .register();
    private static final Gauge LAG_ENTRIES = Gauge.builder()
            .name("liuhen_review_lag_entries")
            .help("Published entries that the read model does not hold yet")
            .register();
    private static final Gauge LAG_SECONDS = Gauge.builder()
            .name("liuhen_review_lag_seconds")
            .help("For how long the read model has been behind the published log")
            .register();
    private static final Gauge HEAD = Gauge.builder()
            .name("liuhen_review_head_timestamp_seconds")
            .help("When this process first saw the newest published head, in seconds since 1970")
            .register();
    private static final Gauge COSIGNED = Gauge.builder()
            .name("liuhen_witness_cosignature_timestamp_seconds")
            .help("When a witness cosigned the newest witnessed head, by its own clock, in seconds since 1970")
            .labelNames("witness")
            .register();
    private static final Histogram SHOWN = Histogram.builder()
            .classicOnly()
            .name("liuhen_review_received_to_shown_seconds")
            .help("From the receipt of an item's last byte until its published entry is in the read model")
            .classicUpperBounds(.5, 1, 2, 3, 5, 10, 30, 60, 300, 1_800)
            .register();
    private static final Histogram SEALED = Histogram.builder()
            .classicOnly()
            .name("liuhen_review_received_to_sealed_seconds")
            .help("From the receipt of an item's last byte until its published seal is in the read model")
            .classicUpperBounds(1, 2, 3, 5, 10, 30, 60, 300, 900, 3_600)
            .register();

    private static final long WITNESSES_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final LogStore store;
    private final Policy policy;
    private final boolean live;
    private final Map<String, Cosigned> cosigned = new ConcurrentHashMap<>();
    private final Instant start = Instant.now();
    private long published = -1;
    private long witnessesAt = System.nanoTime() - WITNESSES_EVERY_NANOS;

    FollowerMetrics(LogStore store, Policy policy, boolean live) {
        this.live = live;
        this.store = store;
        this.policy = policy;
    }

    void leading(boolean leads) {
        if (live) {
            LEADING.set(leads ? 1 : 0);
        }
    }

    /** The tables beside are in the place of the live ones. */
    void besideEnded() {
        BESIDE.set(0);
    }

    /** Sets how far the read model and the log are. */
    void at(long followedEntries, long publishedEntries, Duration behindFor) throws IOException, BadNoteException {
        if (!live) {
            BESIDE.set((double) followedEntries);
            return;
        }
        FOLLOWED.set((double) followedEntries);
        PUBLISHED.set((double) publishedEntries);
        LAG_ENTRIES.set((double) Math.max(0, publishedEntries - followedEntries));
        LAG_SECONDS.set(behindFor.toMillis() / 1e3);
        if (published != publishedEntries) {
            published = publishedEntries;
            HEAD.set((double) Instant.now().getEpochSecond());
        }
        if (System.nanoTime() - witnessesAt >= WITNESSES_EVERY_NANOS) {
            witnessesAt = System.nanoTime();
            Optional<byte[]> witnessed = store.read(Tiles.WITNESSED);
            if (witnessed.isPresent()) {
                SignedNote head = SignedNote.parse(witnessed.get());
                long size = Checkpoint.parse(head.text()).size();
                policy.cosignatures(head).forEach((witness, at) -> {
                    COSIGNED.labelValues(witness).set((double) at.getEpochSecond());
                    cosigned.put(witness, new Cosigned(size, at));
                });
            }
        }
    }

    /** The newest cosignature of each witness that was seen since this process started, by the witness's name in the policy. */
    Map<String, Cosigned> cosigned() {
        return Map.copyOf(cosigned);
    }

    /** Measures how long entries took until the read model has them. Entries that were recorded before this process started are left out. */
    void added(List<Entry> entries, Map<String, ItemView> items) {
        if (!live) {
            return;
        }
        Instant now = Instant.now();
        for (Entry entry : entries) {
            if (entry == null || entry.recordedAt().isBefore(start)) {
                continue;
            }
            if (entry.event() instanceof Received received) {
                SHOWN.observe(seconds(received.context().occurredAt(), now));
            } else if (entry.event() instanceof Sealed && items.containsKey(entry.chain())) {
                items.get(entry.chain()).receivedAt().ifPresent(received -> SEALED.observe(seconds(received, now)));
            }
        }
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis() / 1e3);
    }
}
