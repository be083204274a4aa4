package org.liuhen.review.notify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.liuhen.access.Access;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.Directory;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.EntryRow;
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
     * The IDs of those that are over. One whose entry the read model does not have is not, and neither is one that says what stays true.
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
            Set<String> asked = new HashSet<>();
            Set<String> causes = new HashSet<>();
            for (Notification one : all) {
                String cause = one.kind() + " " + one.cause();
                if (isAsked(one, now, causes.add(cause))) {
                    asked.add(one.id());
                }
            }
            now.all().forEach(open -> asked.remove(open.id()));
            return asked;
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
        if (one.cause().isEmpty() || one.kind().equals(Kind.EXPORT_READY.word())) {
            return false; // it was kept by a version that did not note its cause; or an export that is ready stays so
        }
        if (one.kind().equals(Kind.REVIEW_DUE.word())) {
            if (first) {
                now.addDue(Instant.now());
            }
            return true;
        }
        try {
            boolean ofExport = one.kind().equals(Kind.EXPORT_REQUESTED.word());
            if (ofExport && model.exports().requested(log, one.cause()).isEmpty()) {
                return true;
            }
            Optional<EntryRow> row =
                    ofExport ? request(one.cause()) : model.entries().byEventId(one.cause());
            if (row.isEmpty()) {
                return false; // the tables are being filled
            }
            if (first) {
                now.add(row.get());
            }
            return event(row.get()) != null;
        } catch (RuntimeException | SQLDataException broken) {
            LOG.error("NT-104 whether notification {} is over cannot be known; it is sent", one.id(), broken);
            return false;
        }
    }

    /** The entry by which an export that waits was asked for. */
    private Optional<EntryRow> request(String exportId) throws SQLException {
        String item = model.exports().requested(log, exportId).get(0);
        for (EntryRow row : model.entries().chain(item)) {
            if (event(row) instanceof ExportRequested asked && asked.exportId().equals(exportId)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    /** The event of an entry; null where its row was altered. */
    private static CustodyEvent event(EntryRow row) {
        try {
            return row.event();
        } catch (SQLException altered) {
            return null;
        }
    }

    private Directory people() throws SQLException, IOException {
        if (people == null || System.nanoTime() - readAt > PEOPLE_READ_NANOS) {
            people = Directory.of(access, model, log);
            readAt = System.nanoTime();
        }
        return people;
    }
}
