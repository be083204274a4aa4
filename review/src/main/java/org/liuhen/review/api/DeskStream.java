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
import org.liuhen.intake.people.Access;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells pages what changes, as server-sent events (WHATWG HTML, section 9.2): an event {@code desk} with what {@code GET /api/desk} answers the one
 * who listens, whenever that is not what he was told last. Each connection ends after a minute, and the browser makes another one, so that
 * the gate sees again who it is.
 */
final class DeskStream {
    private static final Logger LOG = LoggerFactory.getLogger(DeskStream.class);
    private static final long LOOK_EVERY_MILLIS = 2_000;
    private static final long LASTS_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int LISTENERS_MAX = 500;

    private final LogName log;
    private final ReadModel model;
    private final DeskFigures figures;
    private final Map<SseClient, Listener> listeners = new ConcurrentHashMap<>();

    private static final class Listener {
        private final Scope scope;
        private final long since = System.nanoTime();
        private long followed = -1;
        private ObjectNode told;

        Listener(Scope scope) {
            this.scope = scope;
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
        new Timer("live-" + log.value(), true).schedule(look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS);
    }

    void listen(SseClient client) {
        client.ctx().header("Cache-Control", "no-store");
        if (listeners.size() >= LISTENERS_MAX) { // the browser asks again after a while
            client.close();
            return;
        }
        client.keepAlive();
        client.onClose(() -> listeners.remove(client));
        listeners.put(client, new Listener(Scope.of(Access.person(client.ctx()), Access.acts(client.ctx()))));
    }

    private void look() {
        try {
            long followed = listeners.isEmpty() ? 0 : model.followedSize(log);
            Map<Scope, ObjectNode> desks = new HashMap<>(); // people of one unit see the same
            for (Map.Entry<SseClient, Listener> one : List.copyOf(listeners.entrySet())) {
                try {
                    tell(one.getKey(), one.getValue(), followed, desks);
                } catch (RuntimeException gone) { // he who went away keeps it from nobody else
                    listeners.remove(one.getKey());
                    LOG.debug("one who listened is gone: {}", gone.getMessage());
                }
            }
        } catch (SQLException away) { // a database that is away comes back
            LOG.debug("nothing is told to those who listen: {}", away.getMessage());
        }
    }

    private void tell(SseClient client, Listener listener, long followed, Map<Scope, ObjectNode> desks)
            throws SQLException {
        if (client.terminated() || System.nanoTime() - listener.since > LASTS_NANOS) {
            listeners.remove(client);
            client.close();
            return;
        }
        if (listener.followed == followed) {
            return;
        }
        ObjectNode now = desks.get(listener.scope);
        if (now == null) {
            now = figures.of(listener.scope);
            desks.put(listener.scope, now);
        }
        listener.followed = followed;
        if (!now.equals(listener.told)) {
            listener.told = now;
            client.sendEvent("desk", now.toString());
        }
    }
}
