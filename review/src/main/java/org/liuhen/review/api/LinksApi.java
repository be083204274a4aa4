package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.CaseKind;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.projection.ItemView;
import org.liuhen.web.Problem;

/** Links items to cases and takes links back: one item, or several at once. */
final class LinksApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE_MAX = 200;

    private final Visibility visibility;
    private final ActRecorder recorder;

    LinksApi(Visibility visibility, ActRecorder recorder) {
        this.visibility = visibility;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/api/evidence/{id}/links", this::linkOne, Act.LINK);
        routes.post("/api/links", this::linkMany, Act.LINK);
    }

    private void linkOne(Context context) throws SQLException, Problem, FeedUnavailableException {
        EvidenceId id = Requests.itemId(context);
        ItemView item = visibility.item(context, id);
        JsonNode body = Requests.body(context);
        CaseId caseId = new CaseId(body.path("caseId").asText());
        requireConsent(context, item, caseId);
        boolean attaches = attaches(body);
        String reason = Requests.reason(body);
        if (isLinked(item, caseId) == attaches) {
            throw new Problem(
                    409,
                    attaches ? "ST-107" : "ST-108",
                    attaches ? "The item is linked to this case already" : "The item is not linked to this case");
        }
        recorder.record(context, event(context, id, item, body, attaches, caseId, reason), JSON.createObjectNode());
    }

    /** Links several items, or takes their links back. All of them are taken or none. An item that is linked as requested already is left as it is. */
    private void linkMany(Context context) throws SQLException, Problem, FeedUnavailableException {
        JsonNode body = Requests.body(context);
        boolean attaches = attaches(body);
        CaseId caseId = new CaseId(body.path("caseId").asText());
        Map<EvidenceId, ItemView> items = new LinkedHashMap<>();
        for (JsonNode given : body.path("evidence")) {
            if (items.size() == AT_ONCE_MAX) {
                throw new Problem(400, "RV-105", "At most " + AT_ONCE_MAX + " items are linked at once");
            }
            EvidenceId id = new EvidenceId(given.asText());
            items.put(id, visibility.item(context, id));
            requireConsent(context, items.get(id), caseId);
        }
        if (items.isEmpty()) {
            throw new Problem(400, "RV-105", "evidence is a list of 1 to " + AT_ONCE_MAX + " items");
        }
        String reason = Requests.reason(body);
        Map<String, CustodyEvent> events = new LinkedHashMap<>();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode already = answer.putArray("already");
        for (Map.Entry<EvidenceId, ItemView> item : items.entrySet()) {
            EvidenceId id = item.getKey();
            if (isLinked(item.getValue(), caseId) == attaches) {
                already.add(id.value());
            } else {
                events.put(id.value(), event(context, id, item.getValue(), body, attaches, caseId, reason));
            }
        }
        recorder.recordAll(context, events, answer);
    }

    /** Makes sure that the case takes the item. An incident that was proposed for the item does. */
    private void requireConsent(Context context, ItemView item, CaseId caseId)
            throws SQLException, Problem, FeedUnavailableException {
        if (!item.isCandidate(caseId)) {
            visibility.requireOpenCase(context, caseId.value());
        }
    }

    private CustodyEvent event(
            Context context,
            EvidenceId id,
            ItemView item,
            JsonNode body,
            boolean attaches,
            CaseId caseId,
            String reason)
            throws Problem {
        if (!attaches) {
            return new UnlinkedFromCase(context(UnlinkedFromCase.class, context, id, reason), caseId);
        }
        EventContext event = context(LinkedToCase.class, context, id, reason);
        return new LinkedToCase(event, caseId, CustodyEvent.Basis.OFFICER, kind(body, item, caseId), null);
    }

    private static boolean attaches(JsonNode body) throws Problem {
        return switch (body.path("act").asText()) {
            case "attach" -> true;
            case "detach" -> false;
            default -> throw new Problem(400, "RV-105", "act is attach or detach");
        };
    }

    private static boolean isLinked(ItemView item, CaseId caseId) {
        return item.cases().contains(caseId.value());
    }

    /** The kind of the case: the one in the request, else an incident where the case was proposed for the item. Null where it is not known. */
    private static CaseKind kind(JsonNode body, ItemView item, CaseId caseId) throws Problem {
        if (!body.has("kind")) {
            return item.isCandidate(caseId) ? CaseKind.INCIDENT : null;
        }
        try {
            return CaseKind.valueOf(body.get("kind").asText());
        } catch (IllegalArgumentException invalid) {
            throw new Problem(400, "RV-105", "kind is one of " + Arrays.toString(CaseKind.values()));
        }
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, Context request, EvidenceId id, String purpose) {
        return ActRecorder.event(type, request, id, id.value(), Access.actor(request), purpose);
    }
}
