package org.liuhen.review.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.model.Notification;
import org.liuhen.review.model.Notifications;
import org.liuhen.review.model.ReadModel;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How notifications go out, for administrators, and a test message to the one who asks. It gives no secret and no whole address of a receiver. */
public final class NotifyApi {
    private static final Logger LOG = LoggerFactory.getLogger(NotifyApi.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration BETWEEN_TESTS = Duration.ofSeconds(10);

    /** The ways that there are; each is set up or not. */
    private static final List<String> CHANNELS = List.of("webhook", "mail");

    private final LogName log;
    private final ReadModel model;
    private final Map<String, Channel> channels = new HashMap<>();
    private final Map<String, Long> testedAt = new HashMap<>(); // guarded by itself
    private boolean ready; // whether the tables are there; guarded by this

    /**
     * The routes of one site.
     *
     * @param channels the ways that are set up: the same ones that the {@link Notifier} has
     */
    public NotifyApi(LogName log, ReadModel model, List<Channel> channels) {
        this.log = log;
        this.model = model;
        channels.forEach(channel -> this.channels.put(channel.name(), channel));
    }

    /** Adds the routes. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/notifications", this::show, Act.MANAGE_NOTIFICATIONS);
        routes.post("/api/notifications/test", this::test, Act.MANAGE_NOTIFICATIONS);
    }

    /** Each way: whether it is set up, who takes the messages, how many wait, and what came of the last ones. */
    private void show(Context context) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("channels");
        for (String name : CHANNELS) {
            Channel channel = channels.get(name);
            ObjectNode one = all.addObject().put("channel", name).put("setUp", channel != null);
            if (channel == null) {
                continue;
            }
            Notifications table = table();
            Notifications.Outcome outcome = table.outcome(log, name);
            one.put("receiver", channel.receiver());
            one.put("waiting", table.waiting(log, name, Notifier.WAITING_MAX));
            one.put("stopped", outcome.isStopped());
            put(one, "sentAt", outcome.sent());
            put(one, "refusedAt", outcome.refused());
            if (outcome.code() != null) {
                one.put("code", outcome.code()).put("words", outcome.words());
            }
        }
        Answers.json(context, answer);
    }

    private static void put(ObjectNode node, String name, Instant at) {
        if (at != null) {
            node.put(name, at.toString());
        }
    }

    /** The tables, which the process that sends makes, too. */
    private synchronized Notifications table() throws SQLException {
        if (!ready) {
            model.notifications().create();
            ready = true;
        }
        return model.notifications();
    }

    /** Sends a message to the one who asks, at once, and answers when the receiver has taken it. */
    private void test(Context context) throws SQLException, Problem, InterruptedException {
        JsonNode body = Requests.body(context);
        String name = body.path("channel").asText();
        if (!CHANNELS.contains(name)) {
            throw new Problem(400, "RV-105", "channel is webhook or mail");
        }
        Channel channel = channels.get(name);
        if (channel == null) {
            throw new Problem(
                    409, "NT-106", name + " is not set up: see --notify-" + (name.equals("mail") ? "mail-host" : name));
        }
        Notifications table = table(); // before anything is sent: what came of it is kept
        begin(name);
        Person person = Access.person(context);
        LOG.info("{} sends a test message by {}", person.id(), name);
        Notification message = new Notification(
                "msg_" + UUID.randomUUID().toString().replace("-", ""),
                Kind.TEST.word(),
                person.id(),
                person.unitCode(),
                Instant.now(),
                "#/record",
                "");
        try {
            synchronized (channel) {
                try {
                    channel.send(List.of(message));
                } finally {
                    channel.rest();
                }
            }
        } catch (Channel.RefusedException | Channel.GoneException | IOException refused) {
            String words = Sender.line(refused.getMessage());
            if (!table.outcome(log, name).isStopped()) { // that nothing more is sent is not forgotten for a test
                table.refused(log, name, "NT-108", words);
            }
            throw new Problem(502, "NT-108", words);
        }
        if (!table.outcome(log, name).isStopped()) { // else it would look as if all were sent
            table.taken(log, name);
        }
        Answers.json(context, JSON.createObjectNode().put("channel", name).put("person", person.id()));
    }

    /** Lets one test begin on each way now and then: a mail server may take many for an attack. */
    private void begin(String name) throws Problem {
        synchronized (testedAt) {
            long now = System.nanoTime();
            Long last = testedAt.get(name);
            if (last != null && now - last < BETWEEN_TESTS.toNanos()) {
                throw new Problem(
                        429,
                        "NT-107",
                        "A test message by " + name + " was sent less than " + BETWEEN_TESTS.toSeconds()
                                + " seconds ago; wait, then send another one");
            }
            testedAt.put(name, now);
        }
    }
}
