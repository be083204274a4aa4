package org.liuhen.review.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.sse.SseClient;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
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
        private int fresh = -1;

        Listener(DeskFigures.Desk desk, Person person) {
            this.desk = desk;
            this.person = person;
        }

        /**
         * Whether the number of new notices may be another one than at the last count: one was added, the person has looked, or something happened
         * that may have ended what some of them say.
         */
        private boolean mayDiffer(Instant nowAdded, Instant nowLooked, long entries) {
            boolean ended = fresh > 0 && countedAtEntry != entries;
            return !nowAdded.equals(added)
                    || !Objects.equals(nowLooked, looked)
                    || (ended && System.nanoTime() - countedAt > NOTICES_EVERY_NANOS);
        }
    }

    DeskStream(LogName log, ReadModel model, DeskFigures figures) {
        this.log = log;
        this.model = model;
        this.figures = figures;
        TimerTask look = new TimerTask() {
            @Override
            public void run() {
                look();
                lookAtNotices();
            }
        };
        new Timer("desk-stream-" + log.value(), true).schedule(look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS);
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

    /** The numbers of new notices, after the desks and apart from them: where the one fails, the other goes on. */
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
                    sendNotices(entry.getKey(), listener, added, looked.get(listener.person.id()), followed);
                } catch (SQLDataException altered) { // rows of one person stop nobody else's number
                    LOG.debug("no number of notices of {}: {}", listener.person.id(), altered.getMessage());
                } catch (RuntimeException failed) {
                    listeners.remove(entry.getKey());
                    LOG.debug("a client of the desk is gone: {}", failed.getMessage());
                }
            }
        } catch (SQLException failed) { // tried again at the next look
            LOG.debug("no number of notices is sent: {}", failed.getMessage());
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

    private void sendNotices(SseClient client, Listener listener, Instant added, Instant looked, long followed)
            throws SQLException {
        if (client.terminated() || !listener.mayDiffer(added, looked, followed)) {
            return;
        }
        int fresh = model.notices().fresh(log, listener.person);
        boolean differs = fresh != listener.fresh;
        listener.added = added;
        listener.looked = looked;
        listener.countedAt = System.nanoTime();
        listener.countedAtEntry = followed;
        listener.fresh = fresh;
        if (differs) {
            client.sendEvent("notices", "{\"new\":" + fresh + "}");
        }
    }
}
