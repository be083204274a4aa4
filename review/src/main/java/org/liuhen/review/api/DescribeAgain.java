package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.DescriptionRequested;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.EventContext.Instrument;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.ItemProjection;
import org.liuhen.review.projection.ItemView;
import org.liuhen.web.Problem;

/**
 * Requests new descriptions of items: of those that are named, or of those that other tools described than the present ones. Each request is an
 * event of the item. The ingest job answers it with a new description, and the older ones stay. An item that was put aside before it was
 * sealed is verified and sealed, too.
 */
public final class DescribeAgain {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE = 200;

    private final LogName log;
    private final ReadModel model;
    private final Feed feed;
    private final List<Instrument> tools;

    /**
     * The routes of one site.
     *
     * @param tools the present programs and rules that describe items
     */
    public DescribeAgain(LogName log, ReadModel model, Feed feed, List<Instrument> tools) {
        this.log = log;
        this.model = model;
        this.feed = feed;
        this.tools = List.copyOf(tools);
    }

    /** Adds the routes. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/api/descriptions", this::request, Act.DESCRIBE_AGAIN);
    }

    /**
     * Requests descriptions. The body has {@code reason}, and either {@code evidence} with the IDs of items, or {@code stale: true} with
     * {@code after}, the last ID of the previous answer. The answer lists the items; fewer than {@value #AT_ONCE} mean that there are no more.
     */
    private void request(Context context) throws SQLException, Problem, FeedUnavailableException {
        JsonNode body = Requests.body(context);
        Actor actor = Access.actor(context);
        String reason = Requests.reason(body);
        boolean stale = body.path("stale").asBoolean();
        List<String> ids = new ArrayList<>();
        if (stale) {
            ids.addAll(model.items()
                    .describedByOtherTools(log, versions(), body.path("after").textValue(), AT_ONCE));
        } else {
            body.path("evidence").forEach(id -> ids.add(id.asText()));
            if (ids.isEmpty() || ids.size() > AT_ONCE) {
                throw new Problem(400, "RV-116", "Name 1 to " + AT_ONCE + " items in evidence, or say stale: true");
            }
        }
        List<CustodyEvent> requests = new ArrayList<>();
        for (String id : ids) {
            ItemView item = model.items()
                    .byId(id)
                    .orElseThrow(() -> new Problem(404, "RV-101", "The record knows no such item (yet): " + id));
            Received received = received(id);
            requests.add(request(id, item, received, actor, reason, stale));
            if (item.isPutAside() && item.sealedUntil().isEmpty()) {
                // All steps run again. Each event has the same ID as before, so the record drops those that it has
                // already.
                requests.add(received);
            }
        }
        for (CustodyEvent request : requests) {
            feed.append(log, request);
        }
        ObjectNode answer = JSON.createObjectNode();
        ids.forEach(answer.putArray("requested")::add);
        answer.set("tools", versions());
        context.status(202);
        Answers.json(context, answer);
    }

    private DescriptionRequested request(
            String id, ItemView item, Received received, Actor actor, String reason, boolean stale) {
        // To renew the same description twice is one request. An item that is named is requested each time.
        String cause = stale
                ? id + "\n" + item.describedBy() + "\n" + versions()
                : id + "\n" + item.entries() + "\n" + actor.id();
        return new DescriptionRequested(
                EventContext.of(
                        EventContext.idFor(DescriptionRequested.class, cause),
                        new EvidenceId(id),
                        Instant.now(),
                        actor,
                        reason,
                        "review"),
                received.object(),
                received.sizeBytes(),
                received.fileName(),
                received.context().actor(),
                received.capture(),
                tools);
    }

    private ObjectNode versions() {
        return JSON.valueToTree(ItemProjection.versions(tools));
    }

    private Received received(String id) throws SQLException, Problem {
        String entry = model.entries()
                .receivedEntry(id)
                .orElseThrow(() -> new Problem(
                        409, "ST-105", "Only a received item can be described; this one has no bytes yet: " + id));
        try {
            return (Received)
                    Entry.decode(entry.getBytes(StandardCharsets.UTF_8)).event();
        } catch (MalformedEventException altered) {
            throw new Problem(
                    500,
                    "RV-117",
                    "The read model's entry of " + id + " is not the record's. Run: liuhen verify " + id);
        }
    }
}
