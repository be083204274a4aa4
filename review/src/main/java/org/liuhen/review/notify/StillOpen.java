package org.liuhen.review.notify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.liuhen.access.Access;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.Directory;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which notifications are over when their turn to be sent comes: what {@link Notices} would not find now, from the same entry. A receiver that
 * was away for a day hears of what waits, and not of what was done meanwhile.
 */
final class StillOpen {
    private static final Logger LOG = LoggerFactory.getLogger(StillOpen.class);
    private static final long PEOPLE_READ_NANOS = Duration.ofSeconds(5).toNanos();

    private final LogName log;
    private final ReadModel model;
    private final Access access;
    private Directory people;
    private long readAt;

    StillOpen(LogName log, ReadModel model, Access access) {
        this.log = log;
        this.model = model;
        this.access = access;
    }

    /**
     * The IDs of those that are over. One whose entry the read model does not have is not, and neither is one that says what stays true, or one of
     * which it cannot be known.
     *
     * @throws SQLException where PostgreSQL does not answer
     * @throws UncheckedIOException where the list of people cannot be read
     */
    Set<String> over(List<Notification> all) throws SQLException {
        if (model.isOfOtherVersion()) {
            return Set.of();
        }
        try {
            Set<String> persons = all.stream().map(Notification::person).collect(Collectors.toSet());
            Notices now = new Notices(log, model, access, people(), persons);
            Map<String, String> asked = new HashMap<>(); // their causes, by their IDs
            Set<String> causes = new HashSet<>();
            Set<String> unknown = new HashSet<>();
            for (Notification one : all) {
                String cause = one.kind() + " " + one.cause();
                try {
                    if (isAsked(one, now, causes.add(cause))) {
                        asked.put(one.id(), cause);
                    }
                } catch (RuntimeException | SQLException broken) {
                    AlteredRowException.requireBroken(broken);
                    LOG.error("NT-104 whether notification {} is over cannot be known; it is sent", one.id(), broken);
                    unknown.add(cause);
                }
            }
            now.all().forEach(open -> asked.remove(open.id()));
            unknown.addAll(now.brokenExports());
            asked.values().removeIf(unknown::contains);
            return asked.keySet();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Whether it can be known that it is over.
     *
     * @param first whether its cause is not among what is found now already
     */
    private boolean isAsked(Notification one, Notices now, boolean first) throws SQLException, IOException {
        if (one.cause().isEmpty() || staysTrue(one.kind())) {
            return false; // without a cause it was kept by a version that did not note it
        }
        if (one.kind().equals(Kind.REVIEW_DUE.word())) {
            return isMended(one);
        }
        boolean ofExport = one.kind().equals(Kind.EXPORT_REQUESTED.word());
        List<String> items = ofExport ? model.exports().items(log, one.cause(), "requested") : List.of();
        if (ofExport && items.isEmpty()) {
            return model.exports().isKnown(log, one.cause()); // else the tables are being filled
        }
        Optional<EntryRow> row =
                ofExport ? request(one.cause(), items.get(0)) : model.entries().byEventId(one.cause());
        Optional<EntryRow> proven = row.isPresent() ? row.get().proven() : Optional.empty();
        if (proven.isEmpty()) {
            return false; // the tables are being filled
        }
        if (first) {
            now.add(proven.get());
        }
        return true;
    }

    private static boolean staysTrue(String kind) {
        return Stream.of(Kind.values())
                .anyMatch(one -> one.stays() && one.word().equals(kind));
    }

    /** Whether the review that was to be mended waits no more; one whose time has passed meanwhile does. */
    private boolean isMended(Notification due) throws SQLException {
        String review = due.cause().split(" ", 2)[0];
        Optional<ItemView> now = model.items().byId(Kind.itemIn(due.place()));
        return now.isPresent()
                && now.get().returnedReview().filter(review::equals).isEmpty();
    }

    /** The entry by which an export that waits was asked for, in the chain of one of its items. */
    private Optional<EntryRow> request(String exportId, String item) throws SQLException {
        for (EntryRow row : model.entries().chain(item)) {
            if (row.eventType().equals(CustodyEvent.typeName(ExportRequested.class))
                    && row.isWhole()
                    && row.event().key().equals(exportId)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    private Directory people() throws SQLException, IOException {
        if (people == null || System.nanoTime() - readAt > PEOPLE_READ_NANOS) {
            people = Directory.of(access, model, log);
            readAt = System.nanoTime();
        }
        return people;
    }
}
