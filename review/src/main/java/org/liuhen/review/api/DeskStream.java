package org.liuhen.review.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.sse.SseClient;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.liuhen.access.Access;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.AlteredRowException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends changes of the desk to pages as server-sent events (WHATWG HTML, section 9.2): an event {@code desk} with the answer of {@code GET
 * /api/desk}, when it differs from the last one, and an event {@code notices} with the number of new notices. A connection ends after a minute. The browser opens another one, for which the rights of
 * the person are checked again.
 */
final class DeskStream {
    private static final Logger LOG = LoggerFactory.getLogger(DeskStream.class);
    private static final long LOOK_EVERY_MILLIS = 2_000;
    private static final long CONNECTION_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long NOTICES_EVERY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int LISTENERS_MAX = 500;

    private final LogName log;
    private final ReadModel model;
    private final DeskFigures figures;
    private final Map<SseClient, Listener> listeners = new ConcurrentHashMap<>();
    private final Set<String> broken = new HashSet<>(); // people whose number fails, which is said once
    private boolean silent; // whether it was said that PostgreSQL does not answer

    private static final class Listener {
        private final DeskFigures.Desk desk;
        private final Person person;
        private final long since = System.nanoTime();
        private long followed = -1;
        private ObjectNode sent;
        private Instant added; // when the newest notice of all was added, at the last count
        private Instant looked; // until when the person had looked then
        private long countedAt;
        private long countedAtEntry;
        private boolean counted;
        private int fresh = -1; // not known, as after a broken row

        Listener(DeskFigures.Desk desk, Person person) {
            this.desk = desk;
            this.person = person;
        }

        /**
         * Whether the number of new notices may be another one than at the last count: one was added, the person has looked, or something happened
         * that may have ended what some of them say. But for a look it is counted again after a pause: whatever is added is added for all.
         */
        private boolean mayDiffer(Instant nowAdded, Instant nowLooked, long entries) {
            if (!counted || !Objects.equals(nowLooked, looked)) {
                return true;
            }
            boolean ended = fresh > 0 && countedAtEntry != entries;
            return (fresh < 0 || ended || !nowAdded.equals(added))
                    && System.nanoTime() - countedAt > NOTICES_EVERY_NANOS;
        }
    }

    DeskStream(LogName log, ReadModel model, DeskFigures figures) {
        this.log = log;
        this.model = model;
        this.figures = figures;
        every("desk-stream-", this::look);
        every("notices-stream-", this::lookAtNotices); // in a thread of its own: no desk waits for it
    }

    private void every(String name, Runnable looks) {
        TimerTask look = new TimerTask() {
            @Override
            public void run() {
                try {
                    looks.run();
                } catch (RuntimeException broken) { // one that throws would be the last look
                    LOG.error("{} failed, and looks again", name, broken);
                }
            }
        };
        new Timer(name + log.value(), true).schedule(look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS);
    }

    void listen(SseClient client) {
        client.ctx().header("Cache-Control", "no-store");
        if (listeners.size() >= LISTENERS_MAX) { // the browser connects again later
            client.close();
            return;
        }
        client.keepAlive();
        client.onClose(() -> listeners.remove(client));
        listeners.put(client, new Listener(DeskFigures.Desk.of(client.ctx()), Access.person(client.ctx())));
    }

    private void look() {
        try {
            long followed = listeners.isEmpty() ? 0 : model.followedSize(log);
            Map<DeskFigures.Desk, ObjectNode> desks = new HashMap<>();
            for (Map.Entry<SseClient, Listener> entry : List.copyOf(listeners.entrySet())) {
                try {
                    send(entry.getKey(), entry.getValue(), followed, desks);
                } catch (RuntimeException failed) { // a client that is gone must not stop the others
                    listeners.remove(entry.getKey());
                    LOG.debug("a client of the desk is gone: {}", failed.getMessage());
                }
            }
        } catch (SQLException failed) { // tried again at the next look
            LOG.debug("no change of the desk is sent: {}", failed.getMessage());
        }
    }

    /** The numbers of new notices, apart from the desks: where the one fails, the other goes on. */
    private void lookAtNotices() {
        try {
            Map<SseClient, Listener> all = Map.copyOf(listeners);
            if (all.isEmpty()) {
                return;
            }
            long followed = model.followedSize(log);
            Instant added = model.notices().newest(log);
            Set<String> people =
                    all.values().stream().map(one -> one.person.id()).collect(Collectors.toSet());
            Map<String, Instant> looked = model.notices().lookedUntil(log, people);
            for (Map.Entry<SseClient, Listener> entry : all.entrySet()) {
                Listener listener = entry.getValue();
                try {
                    if (sendNotices(entry.getKey(), listener, added, looked.get(listener.person.id()), followed)) {
                        broken.remove(listener.person.id());
                    }
                } catch (SQLException failed) {
                    AlteredRowException.requireBroken(failed); // rows of one person stop nobody else's number
                    if (broken.add(listener.person.id())) {
                        LOG.warn("the number of notices of {} is not sent", listener.person.id(), failed);
                    }
                } catch (RuntimeException failed) { // a client that is gone, which ends by itself
                    LOG.debug("no number of notices is sent to a client: {}", failed.getMessage());
                }
            }
            silent = false;
        } catch (SQLException failed) { // tried again at the next look
            if (!silent) {
                LOG.warn("no number of notices is sent in {} now: {}", log.value(), failed.getMessage());
            }
            silent = true;
        }
    }

    private void send(SseClient client, Listener listener, long followed, Map<DeskFigures.Desk, ObjectNode> desks)
            throws SQLException {
        if (client.terminated() || System.nanoTime() - listener.since > CONNECTION_NANOS) {
            listeners.remove(client);
            client.close();
            return;
        }
        if (listener.followed == followed) {
            return;
        }
        ObjectNode current = desks.get(listener.desk);
        if (current == null) {
            current = figures.of(listener.desk);
            desks.put(listener.desk, current);
        }
        listener.followed = followed;
        if (!current.equals(listener.sent)) {
            listener.sent = current;
            client.sendEvent("desk", current.toString());
        }
    }

    /** Whether the number was counted. */
    private boolean sendNotices(SseClient client, Listener listener, Instant added, Instant looked, long followed)
            throws SQLException {
        if (client.terminated() || !listener.mayDiffer(added, looked, followed)) {
            return false;
        }
        int before = listener.fresh;
        listener.counted = true;
        listener.added = added;
        listener.looked = looked;
        listener.countedAt = System.nanoTime();
        listener.countedAtEntry = followed;
        listener.fresh = -1;
        listener.fresh = model.notices().fresh(log, listener.person);
        if (listener.fresh != before) {
            client.sendEvent("notices", "{\"new\":" + listener.fresh + "}");
        }
        return true;
    }
}
