package org.liuhen.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleApproved;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleProposed;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleRefused;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.intake.Problem;
import org.liuhen.intake.people.Access;
import org.liuhen.intake.people.Act;

/**
 * For how long the categories keep items here: as the law says at least, and as two persons have changed it since. A longer rule counts for
 * all that is in its category, a shorter one for what is put into it from then on.
 */
final class RetentionRules {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DAYS_MAX = 36_500;

    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;

    RetentionRules(LogName log, ReadModel model, Visibility visibility) {
        this.log = log;
        this.model = model;
        this.visibility = visibility;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/categories", this::categories, Act.SEARCH);
        routes.get("/api/rules", this::list, Act.PROPOSE_RULE, Act.APPROVE_RULE, Act.AUDIT);
        routes.get("/api/rules/preview", this::preview, Act.PROPOSE_RULE, Act.APPROVE_RULE);
        routes.post("/api/rules", this::propose, Act.PROPOSE_RULE);
        routes.post("/api/rules/{ruleId}/acts", this::decide, Act.APPROVE_RULE);
    }

    /** For how many days a category keeps what is put into it now, or null for ever. */
    Integer days(RetentionCategory category) throws SQLException {
        return book().inForce.get(category);
    }

    /** What the record says of the rules. */
    private Book book() throws SQLException {
        Book book = new Book();
        for (EntryRow row : model.entries().retentionRules(log)) {
            book.add(row.event());
        }
        return book;
    }

    private static final class Book {
        private final Map<RetentionCategory, Integer> inForce = new EnumMap<>(RetentionCategory.class);
        private final Map<String, ObjectNode> changes = new LinkedHashMap<>();
        private ItemState state = ItemState.NOTHING;

        Book() {
            for (RetentionCategory category : RetentionCategory.values()) {
                inForce.put(category, category.days());
            }
        }

        void add(CustodyEvent event) {
            Decision decision = ItemState.apply(state, event);
            if (!decision.accepted()) {
                return;
            }
            state = decision.next();
            String by = event.context().actor().id();
            String at = event.context().occurredAt().toString();
            if (event instanceof RetentionRuleProposed proposed) {
                changes.put(
                        proposed.ruleId(),
                        JSON.createObjectNode()
                                .put("ruleId", proposed.ruleId())
                                .put("category", proposed.category())
                                .put("days", proposed.retentionDays())
                                .put("ground", proposed.ground())
                                .put("proposedBy", by)
                                .put("proposedAt", at)
                                .put("state", "proposed"));
                return;
            }
            ObjectNode change = changes.get(event.key());
            boolean approved = event instanceof RetentionRuleApproved;
            change.put("state", approved ? "approved" : "refused")
                    .put("decidedBy", by)
                    .put("decidedAt", at)
                    .put("reason", event.context().purpose());
            if (approved) {
                inForce.put(
                        RetentionCategory.valueOf(change.get("category").asText()),
                        change.get("days").isNull() ? null : change.get("days").asInt());
            }
        }

        ArrayNode categories() {
            ArrayNode all = JSON.createArrayNode();
            inForce.forEach((category, days) -> all.add(category.json(days)));
            return all;
        }
    }

    private void categories(Context context) throws SQLException {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("categories", book().categories());
        ReviewApi.answer(context, answer);
    }

    private void list(Context context) throws SQLException {
        Book book = book();
        ObjectNode answer = JSON.createObjectNode();
        answer.set("categories", book.categories());
        ArrayNode changes = answer.putArray("changes");
        book.changes.values().forEach(change -> changes.insert(0, change));
        ReviewApi.answer(context, answer);
    }

    /** What a change would do to what is here, before anybody proposes or approves it. */
    private void preview(Context context) throws SQLException, Problem {
        RetentionCategory category = RetentionCategory.of(String.valueOf(context.queryParam("category")));
        String days = context.queryParam("days");
        Integer wanted = days == null || days.isBlank() ? null : days(days);
        ObjectNode answer = model.statistics()
                .rulePreview(
                        log, category.name(), wanted == null ? (int) RetentionEvent.LONGEST_LOCK.toDays() : wanted);
        answer.put("category", category.name()).put("days", wanted).put("daysNow", days(category));
        answer.put("allowed", category.allows(wanted));
        ReviewApi.answer(context, answer);
    }

    private static int days(String text) throws Problem {
        if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > DAYS_MAX) {
            throw new Problem(400, "RV-105", "days is a number from 1 to " + DAYS_MAX + ", or absent for ever");
        }
        return Integer.parseInt(text);
    }

    private void propose(Context context) throws SQLException, Problem, FeedUnavailableException {
        JsonNode body = ReviewApi.body(context);
        RetentionCategory category = RetentionCategory.of(body.path("category").asText());
        Integer days = body.hasNonNull("days") ? days(body.get("days").asText()) : null;
        if (!category.allows(days)) {
            throw new Problem(
                    409,
                    "RV-124",
                    "The law has " + category + " kept "
                            + (category.days() == null ? "for ever" : "for " + category.days() + " days at least"));
        }
        if (Objects.equals(days, days(category))) {
            throw new Problem(409, "RV-124", "This is the rule that holds");
        }
        String reason = ReviewApi.reason(body);
        EventContext its =
                Visibility.event(RetentionRuleProposed.class, context, null, "rules", Access.actor(context), null);
        String ruleId = its.eventId(); // a request that is repeated names the same change
        visibility.act(
                context,
                new RetentionRuleProposed(its, ruleId, category.name(), days, reason),
                JSON.createObjectNode().put("ruleId", ruleId));
    }

    private void decide(Context context) throws SQLException, Problem, FeedUnavailableException {
        String ruleId = context.pathParam("ruleId");
        JsonNode body = ReviewApi.body(context);
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
                                context(RetentionRuleRefused.class, context, ruleId, ReviewApi.reason(body)), ruleId);
                    default -> throw new Problem(400, "RV-105", "act is approve or refuse");
                };
        Decision decision = ItemState.apply(book().state, event);
        if (!decision.accepted() && !visibility.saidBefore(context, event)) {
            throw visibility.access().refuse(context, null, new Problem(409, decision.code(), decision.reason()));
        }
        visibility.act(context, event, JSON.createObjectNode().put("ruleId", ruleId));
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, Context request, String ruleId, String purpose) {
        String words = purpose == null || purpose.isBlank() ? null : purpose.strip();
        return Visibility.event(type, request, null, ruleId, Access.actor(request), words);
    }
}
