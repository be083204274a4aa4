package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import java.util.Objects;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleApproved;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleProposed;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleRefused;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Answers;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.ReadModel;
import org.liuhen.web.Problem;

/** The retention rules of this site: what holds, what a change would do, and the proposal and approval of a change. */
final class RetentionRulesApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DAYS_MAX = 36_500;

    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;
    private final ActRecorder recorder;

    RetentionRulesApi(LogName log, ReadModel model, Visibility visibility, ActRecorder recorder) {
        this.log = log;
        this.model = model;
        this.visibility = visibility;
        this.recorder = recorder;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/categories", this::categories, Act.SEARCH);
        routes.get("/api/rules", this::list, Act.PROPOSE_RULE, Act.APPROVE_RULE, Act.AUDIT);
        routes.get("/api/rules/preview", this::preview, Act.PROPOSE_RULE, Act.APPROVE_RULE);
        routes.post("/api/rules", this::propose, Act.PROPOSE_RULE);
        routes.post("/api/rules/{ruleId}/acts", this::decide, Act.APPROVE_RULE);
    }

    private RetentionRules rules() throws SQLException {
        return RetentionRules.of(model.entries().retentionRules(log));
    }

    private void categories(Context context) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("categories", rules().categories());
        Answers.json(context, answer);
    }

    private void list(Context context) throws SQLException {
        RetentionRules rules = rules();
        ObjectNode answer = JSON.createObjectNode();
        answer.set("categories", rules.categories());
        answer.set("changes", rules.changes());
        rules.altered().forEach(answer.putArray("altered")::add);
        Answers.json(context, answer);
    }

    /** What a change would do to the items that are here, before it is proposed or approved. */
    private void preview(Context context) throws SQLException, Problem {
        RetentionCategory category = RetentionCategory.of(String.valueOf(context.queryParam("category")));
        String days = context.queryParam("days");
        Integer wanted = days == null || days.isBlank() ? null : days(days);
        ObjectNode answer = model.statistics()
                .rulePreview(
                        log, category.name(), wanted == null ? (int) RetentionEvent.LONGEST_LOCK.toDays() : wanted);
        answer.put("category", category.name()).put("days", wanted).put("daysNow", rules().daysShown(category));
        answer.put("allowed", category.allows(wanted));
        Answers.json(context, answer);
    }

    private static int days(String text) throws Problem {
        if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > DAYS_MAX) {
            throw new Problem(400, "RV-105", "days is a number from 1 to " + DAYS_MAX + ", or absent for ever");
        }
        return Integer.parseInt(text);
    }

    private void propose(Context context) throws SQLException, Problem, FeedUnavailableException {
        JsonNode body = Requests.body(context);
        RetentionCategory category = RetentionCategory.of(body.path("category").asText());
        Integer days = body.hasNonNull("days") ? days(body.get("days").asText()) : null;
        if (!category.allows(days)) {
            throw new Problem(
                    409,
                    "RV-124",
                    "The law has " + category + " kept "
                            + (category.days() == null ? "for ever" : "for " + category.days() + " days at least"));
        }
        if (Objects.equals(days, rules().days(category))) {
            throw new Problem(409, "RV-124", "This is the rule that holds");
        }
        String reason = Requests.reason(body);
        EventContext event =
                ActRecorder.event(RetentionRuleProposed.class, context, null, "rules", Access.actor(context), null);
        String ruleId = event.eventId(); // so a repeated request names the same change
        recorder.record(
                context,
                new RetentionRuleProposed(event, ruleId, category.name(), days, reason),
                JSON.createObjectNode().put("ruleId", ruleId));
    }

    private void decide(Context context) throws SQLException, Problem, FeedUnavailableException {
        String ruleId = context.pathParam("ruleId");
        JsonNode body = Requests.body(context);
        CustodyEvent event =
                switch (body.path("act").asText()) {
                    case "approve" ->
                        new RetentionRuleApproved(
                                context(
                                        RetentionRuleApproved.class,
                                        context,
                                        ruleId,
                                        body.path("reason").textValue()),
                                ruleId);
                    case "refuse" ->
                        new RetentionRuleRefused(
                                context(RetentionRuleRefused.class, context, ruleId, Requests.reason(body)), ruleId);
                    default -> throw new Problem(400, "RV-105", "act is approve or refuse");
                };
        Decision decision = rules().decide(event);
        if (!decision.accepted() && !recorder.isRecorded(context, event)) {
            throw visibility.access().refuse(context, null, new Problem(409, decision.code(), decision.reason()));
        }
        recorder.record(context, event, JSON.createObjectNode().put("ruleId", ruleId));
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, Context request, String ruleId, String purpose) {
        String reason = purpose == null || purpose.isBlank() ? null : purpose.strip();
        return ActRecorder.event(type, request, null, ruleId, Access.actor(request), reason);
    }
}
