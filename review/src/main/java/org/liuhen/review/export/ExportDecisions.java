package org.liuhen.review.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRefused;
import org.liuhen.custody.event.ExportEvent.ExportWithdrawn;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.ItemView;
import org.liuhen.web.Problem;

/**
 * What becomes of an export that waits: a second person approves or refuses it, or the one who asked for it takes it back. The record decides
 * item by item; where people decided at the same moment, no package is made.
 */
final class ExportDecisions {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> OVER = Set.of("refused", "withdrawn");
    private static final Set<String> DECIDED = Set.of("approved", "exported", "refused", "withdrawn");

    private final LogName log;
    private final ReadModel model;
    private final Feed feed;
    private final ExportRequests requests;

    /** Makes the event of one item. */
    private interface Decision {
        CustodyEvent of(String item);
    }

    ExportDecisions(LogName log, ReadModel model, Feed feed, ExportRequests requests) {
        this.log = log;
        this.model = model;
        this.feed = feed;
        this.requests = requests;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/api/exports/{id}/approval", this::approve, Act.APPROVE_EXPORT);
        routes.post("/api/exports/{id}/refusal", this::refuse, Act.APPROVE_EXPORT);
        routes.post("/api/exports/{id}/withdrawal", this::withdraw, Act.REQUEST_EXPORT);
    }

    private void approve(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        ExportRequest request = requests.known(context);
        if (Access.actor(context).id().equals(request.requestedBy())) {
            throw new Problem(409, "ST-127", "Who requested an export does not approve it; ask a second person");
        }
        requireNone(request, OVER);
        record(
                context,
                request,
                item -> new ExportApproved(event(context, ExportApproved.class, request, item), request.id()));
    }

    private void refuse(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        ExportRequest request = requests.known(context);
        if (Access.actor(context).id().equals(request.requestedBy())) {
            throw new Problem(409, "ST-151", "Who requested an export does not refuse it; withdraw it");
        }
        String reason = Requests.reason(Requests.body(context));
        requireNone(request, DECIDED);
        record(
                context,
                request,
                item -> new ExportRefused(event(context, ExportRefused.class, request, item), request.id(), reason));
    }

    private void withdraw(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        ExportRequest request = requests.known(context);
        if (!Access.actor(context).id().equals(request.requestedBy())) {
            throw new Problem(409, "ST-152", "Only the one who requested an export withdraws it");
        }
        String reason = Requests.reason(Requests.body(context));
        requireNone(request, DECIDED);
        record(
                context,
                request,
                item -> new ExportWithdrawn(
                        event(context, ExportWithdrawn.class, request, item), request.id(), reason));
    }

    /** Makes sure that no item of the export has come to one of these stages. */
    private void requireNone(ExportRequest request, Set<String> stages) throws SQLException, Problem {
        for (ItemView item : model.items().byIds(request.items()).values()) {
            String stage = item.export(request.id()).orElse("requested");
            if (stages.contains(stage)) {
                throw new Problem(
                        409, "RV-131", "This package is " + stage + " already; nobody decides about it again");
            }
        }
    }

    private void record(Context context, ExportRequest request, Decision decision) throws FeedUnavailableException {
        for (String item : request.items()) {
            feed.append(log, decision.of(item));
        }
        context.status(202);
        Answers.json(context, JSON.createObjectNode().put("exportId", request.id()));
    }

    private static EventContext event(
            Context context, Class<? extends CustodyEvent> type, ExportRequest request, String item) {
        Actor actor = Access.actor(context);
        return ExportRequests.event(type, request.id() + "\n" + actor.id(), item, actor, null);
    }
}
