package org.liuhen.review.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.sse.SseClient;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.ReadModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends changes of the desk to pages as server-sent events (WHATWG HTML, section 9.2): an event {@code desk} with the answer of {@code GET
 * /api/desk}, when it differs from the last one. A connection ends after a minute. The browser opens another one, for which the rights of
 * the person are checked again.
 */
final class DeskStream {
    private static final Logger LOG = LoggerFactory.getLogger(DeskStream.class);
    private static final long LOOK_EVERY_MILLIS = 2_000;
    private static final long CONNECTION_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int LISTENERS_MAX = 500;

    private final LogName log;
    private final ReadModel model;
    private final DeskFigures figures;
    private final Map<SseClient, Listener> listeners = new ConcurrentHashMap<>();

    private static final class Listener {
        private final DeskFigures.Desk desk;
        private final long since = System.nanoTime();
        private long followed = -1;
        private ObjectNode sent;

        Listener(DeskFigures.Desk desk) {
            this.desk = desk;
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
        listeners.put(client, new Listener(DeskFigures.Desk.of(client.ctx())));
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
}
