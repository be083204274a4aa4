package org.liuhen.review.notify;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.liuhen.access.Access;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.Notifications;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people outside the page that something waits for them. It goes through the entries that the read model has, after the one where it stopped, and
 * keeps what is to be sent beside the read model; one {@link Sender} for each channel sends it. It works in the process that follows the log alone, in
 * threads of its own, and the follower never waits for it. When it is switched on first it begins at the end of the published log.
 */
public final class Notifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    /** So many may wait on one channel; what is more is dropped. */
    static final int WAITING_MAX = 200_000;

    private static final int ENTRIES_AT_A_TIME = 256;
    private static final int FOUND_AT_A_TIME = 5_000; // one entry can concern all people of an office
    private static final long DUE_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

    private final LogStore store;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final ReadModel model;
    private final Access access;
    private final List<Sender> senders = new ArrayList<>();
    private final EntryLoop loop;
    private Set<String> told = Set.of(); // the exports that were told with the entries before this one:
    private long toldUntil = -1;
    private boolean ready; // whether the tables are there
    private long dueAt = System.nanoTime() - DUE_EVERY_NANOS;

    /**
     * Begins to tell.
     *
     * @param store the published log
     * @param key the key that signs the log
     * @param access says who the people are
     * @param leads whether this process is the one of several that follows the log
     * @param channels the ways on which each notification is sent
     */
    public Notifier(
            LogStore store,
            LogName log,
            SignedNote.Verifier key,
            ReadModel model,
            Access access,
            BooleanSupplier leads,
            List<Channel> channels) {
        this.store = store;
        this.log = log;
        this.key = key;
        this.model = model;
        this.access = access;
        for (Channel channel : channels) {
            senders.add(new Sender(
                    log,
                    model.notifications(),
                    new StillOpen(log, model, access),
                    channel,
                    () -> ready() && leads.getAsBoolean()));
        }
        this.loop = new EntryLoop(
                "notifier", "nobody is notified of what is new", log, model, leads, NotifyMetrics::behind, this::step);
        senders.forEach(Sender::start);
    }

    private synchronized boolean ready() {
        return ready;
    }

    /** Goes through the next entries; whether there were any. */
    private boolean step() throws SQLException, IOException, BadNoteException {
        Notifications table = model.notifications();
        if (!ready()) {
            table.create();
            synchronized (this) {
                ready = true;
            }
        }
        OptionalLong position = table.position(log);
        if (position.isEmpty()) {
            table.add(log, published(), List.of(), Map.of());
            return true;
        }
        long from = position.getAsLong();
        long followed = model.followedSize(log);
        NotifyMetrics.behind(Math.max(0, followed - from));
        if (System.nanoTime() - dueAt > DUE_EVERY_NANOS
                && followed >= from) { // not of tables that are being filled again
            dueAt = System.nanoTime();
            table.forget();
            addDue(from);
        }
        long to = Math.min(followed, from + ENTRIES_AT_A_TIME);
        if (to <= from) {
            return false;
        }
        Notices notices = new Notices(log, model, access, from == toldUntil ? told : Set.of());
        Instant old = Instant.now().minus(Duration.ofDays(Notifications.KEPT_DAYS));
        for (EntryRow row : model.entries().range(log, from, to).values()) {
            try {
                boolean isNew = !row.eventType().equals(EntryRow.UNREADABLE)
                        && !Instant.parse(row.recordedAt()).isBefore(old);
                Optional<EntryRow> proven = isNew ? row.proven() : Optional.empty();
                if (proven.isPresent()) {
                    notices.add(proven.get());
                }
            } catch (RuntimeException | SQLException broken) {
                AlteredRowException.requireBroken(broken);
                LOG.error("NT-104 nobody is notified of entry {} of {}", row.index(), log.value(), broken);
            }
            if (notices.size() > FOUND_AT_A_TIME) {
                to = row.index() + 1;
                break;
            }
        }
        add(to, notices.all());
        told = notices.told();
        toldUntil = to;
        NotifyMetrics.behind(Math.max(0, followed - to));
        return true;
    }

    private void addDue(long position) throws SQLException, IOException {
        Notices due = new Notices(log, model, access);
        try {
            due.addDue(Instant.now());
            add(position, due.all());
        } catch (RuntimeException | SQLException broken) {
            AlteredRowException.requireBroken(broken);
            LOG.error("NT-104 nobody is notified of what is due in {}", log.value(), broken);
        }
    }

    private void add(long position, List<Notification> found) throws SQLException {
        Map<String, Duration> open = new LinkedHashMap<>();
        for (Sender sender : senders) {
            if (found.isEmpty() || model.notifications().waiting(log, sender.name(), WAITING_MAX) < WAITING_MAX) {
                open.put(sender.name(), sender.gathers());
            } else {
                sender.metrics().dropped(found.size());
                LOG.error(
                        "NT-101 {} notifications by {} are dropped: {} wait already",
                        found.size(),
                        sender.name(),
                        WAITING_MAX);
            }
        }
        model.notifications().add(log, position, found, open);
        if (!found.isEmpty()) {
            senders.forEach(Sender::wake);
        }
    }

    /** How many entries the published log has. */
    private long published() throws IOException, BadNoteException {
        Optional<byte[]> note = store.read(Tiles.CHECKPOINT);
        return note.isEmpty()
                ? 0
                : Checkpoint.open(note.get(), log.origin(), key).size();
    }

    @Override
    public void close() {
        loop.close();
        senders.forEach(Sender::close);
    }
}
