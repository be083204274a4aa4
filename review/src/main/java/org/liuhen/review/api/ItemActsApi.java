package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.event.RetentionEvent.Categorised;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalProposed;
import org.liuhen.custody.event.RetentionEvent.DisposalRefused;
import org.liuhen.custody.event.RetentionEvent.HoldPlaced;
import org.liuhen.custody.event.RetentionEvent.HoldReleased;
import org.liuhen.custody.event.StateTable;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.event.SupervisionEvent.HandoverWithdrawn;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswered;
import org.liuhen.custody.event.SupervisionEvent.ReviewOpened;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.ItemView.Handover;
import org.liuhen.web.Problem;

/**
 * The acts of people on one item: category, reviews, holds, handovers and disposal. The state machine is asked before an act is recorded, and
 * decides again when the record takes it. An act that it does not allow is recorded as refused.
 */
final class ItemActsApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LogName log;
    private final ReadModel model;
    private final Visibility visibility;
    private final ActRecorder recorder;
    private final SigningKeys keys;
    private final Recipients recipients;
    private final Handovers handovers;
    private final SecureRandom random = new SecureRandom();

    /** The acts, each with the right that a role needs, and whether people sign it with a key of their own. */
    enum Verb {
        NOTE(Act.NOTE, false),
        CATEGORISE(Act.CATEGORISE, false),
        OPEN_REVIEW(Act.REVIEW, false),
        RETURN(Act.REVIEW, true),
        SIGN(Act.REVIEW, true),
        ANSWER(Act.ANSWER_REVIEW, true),
        HOLD(Act.HOLD, false),
        RELEASE(Act.HOLD, false),
        OFFER(Act.OFFER_HANDOVER, true),
        WITHDRAW(Act.OFFER_HANDOVER, false),
        ACCEPT(Act.ANSWER_HANDOVER, true),
        REFUSE(Act.ANSWER_HANDOVER, true),
        PROPOSE_DISPOSAL(Act.PROPOSE_DISPOSAL, false),
        APPROVE_DISPOSAL(Act.APPROVE_DISPOSAL, false),
        REFUSE_DISPOSAL(Act.APPROVE_DISPOSAL, false);

        private final Act act;
        private final boolean signed;

        Verb(Act act, boolean signed) {
            this.act = act;
            this.signed = signed;
        }

        boolean isSigned() {
            return signed;
        }

        String word() {
            String[] words = name().toLowerCase(java.util.Locale.ROOT).split("_", -1);
            return words.length == 1
                    ? words[0]
                    : words[0] + words[1].substring(0, 1).toUpperCase(java.util.Locale.ROOT) + words[1].substring(1);
        }
    }

    /** The rights of which one is enough to have a key of one's own: whoever may do what is signed needs one. */
    static Act[] signing() {
        return Arrays.stream(Verb.values())
                .filter(verb -> verb.signed)
                .map(verb -> verb.act)
                .distinct()
                .toArray(Act[]::new);
    }

    ItemActsApi(LogName log, ReadModel model, Visibility visibility, ActRecorder recorder) {
        this.keys = new SigningKeys(log, model);
        this.recipients = new Recipients(log, model, visibility.access());
        this.handovers = new Handovers(model, visibility, recipients);
        this.recorder = recorder;
        this.log = log;
        this.model = model;
        this.visibility = visibility;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        Act[] all =
                Arrays.stream(Verb.values()).map(verb -> verb.act).distinct().toArray(Act[]::new);
        routes.post("/api/evidence/{id}/acts", this::act, all);
        routes.get("/api/recipients", recipients::list, Act.OFFER_HANDOVER);
        routes.get("/api/names", recipients::names, Act.SEARCH, Act.SEE_LOG, Act.MANAGE_DEVICES);
    }

    private void act(Context context) throws IOException, SQLException, Problem, FeedUnavailableException {
        JsonNode body = Requests.body(context);
        Verb verb = Arrays.stream(Verb.values())
                .filter(one -> one.word().equals(body.path("act").asText()))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        400,
                        "RV-105",
                        "act is one of "
                                + Arrays.stream(Verb.values()).map(Verb::word).collect(Collectors.joining(", "))));
        visibility.access().require(context, verb.act);
        EvidenceId id = Requests.itemId(context);
        if (verb.act == Act.ANSWER_HANDOVER) {
            handovers.requireUnanswered(context, id);
        }
        ItemView item = visibility.item(context, id, Set.of(verb.act));
        CustodyEvent event = event(verb, context, id, item, body);
        if (recorder.isRecorded(context, event)) {
            recorder.record(context, event, JSON.createObjectNode());
            return;
        }
        if (body.hasNonNull("signature") && event.signature() == null) {
            throw new Problem(400, "RV-126", "Nobody signs " + verb.word() + "; leave out the signature");
        }
        List<EntryRow> chain = model.entries().chain(id.value());
        keys.require(event, chain);
        Decision decision = StateTable.apply(state(chain), event);
        if (!decision.accepted()) {
            throw visibility.access().refuse(context, id, new Problem(409, decision.code(), decision.reason()));
        }
        ObjectNode answer = JSON.createObjectNode();
        if (event instanceof NoteAdded note) {
            recipients
                    .notTold(Access.person(context), note)
                    .ifPresent(none -> answer.set("notTold", JSON.valueToTree(none)));
        }
        recorder.record(context, event, answer);
    }

    private CustodyEvent event(Verb verb, Context request, EvidenceId id, ItemView item, JsonNode body)
            throws Problem, SQLException, IOException, FeedUnavailableException {
        PersonalSignature signature = SigningKeys.of(body);
        return switch (verb) {
            case NOTE ->
                new NoteAdded(
                        context(NoteAdded.class, verb, request, id, null),
                        Requests.reason(body),
                        ActFields.moment(body));
            case CATEGORISE -> {
                RetentionCategory category =
                        RetentionCategory.of(body.path("category").asText());
                yield new Categorised(
                        context(
                                Categorised.class,
                                verb,
                                request,
                                id,
                                body.path("reason").textValue()),
                        category.name(),
                        RetentionRules.of(model.entries().retentionRules(log)).days(category));
            }
            case OPEN_REVIEW ->
                new ReviewOpened(
                        context(
                                ReviewOpened.class,
                                verb,
                                request,
                                id,
                                body.path("reason").textValue()),
                        newId(),
                        ActFields.sample(body));
            case RETURN ->
                new ReviewReturned(
                        context(ReviewReturned.class, verb, request, id, null),
                        open(item.reviews(), "reviewId", body),
                        Requests.reason(body),
                        ActFields.due(body),
                        signature);
            case SIGN ->
                new ReviewSigned(
                        context(ReviewSigned.class, verb, request, id, null),
                        open(item.reviews(), "reviewId", body),
                        Requests.reason(body),
                        signature);
            case ANSWER ->
                new ReviewAnswered(
                        context(ReviewAnswered.class, verb, request, id, null),
                        body.path("reviewId").asText(item.returnedReview().orElse("none")),
                        ActFields.outcome(body),
                        Requests.reason(body),
                        signature);
            case HOLD -> new HoldPlaced(context(HoldPlaced.class, verb, request, id, Requests.reason(body)), newId());
            case RELEASE ->
                new HoldReleased(
                        context(HoldReleased.class, verb, request, id, Requests.reason(body)),
                        open(item.holds(), "holdId", body));
            case OFFER -> handovers.offer(request, id, body, newId(), signature);
            case WITHDRAW -> {
                handovers.requireOwnOffer(request, id, item);
                yield new HandoverWithdrawn(
                        context(HandoverWithdrawn.class, verb, request, id, null),
                        handoverId(item),
                        Requests.reason(body));
            }
            case ACCEPT ->
                new HandoverAccepted(
                        context(
                                HandoverAccepted.class,
                                verb,
                                request,
                                id,
                                body.path("reason").textValue()),
                        handoverId(item),
                        signature);
            case REFUSE ->
                new HandoverRefused(
                        context(HandoverRefused.class, verb, request, id, null),
                        handoverId(item),
                        Requests.reason(body),
                        signature);
            case PROPOSE_DISPOSAL -> {
                requireDisposable(request, id, item);
                yield new DisposalProposed(
                        context(DisposalProposed.class, verb, request, id, null), Requests.reason(body));
            }
            case APPROVE_DISPOSAL -> {
                requireDisposable(request, id, item);
                yield new DisposalApproved(context(
                        DisposalApproved.class,
                        verb,
                        request,
                        id,
                        body.path("reason").textValue()));
            }
            case REFUSE_DISPOSAL ->
                new DisposalRefused(context(DisposalRefused.class, verb, request, id, Requests.reason(body)));
        };
    }

    /**
     * The ID of the open review or hold that is meant. A request need not name it where only one is open.
     *
     * @param ids the IDs of the open ones
     * @param name the member of the body that names one
     */
    private static String open(Set<String> ids, String name, JsonNode body) throws Problem {
        if (body.hasNonNull(name)) {
            return body.get(name).asText();
        }
        Iterator<String> open = ids.iterator();
        String first = open.hasNext() ? open.next() : "none";
        if (open.hasNext()) {
            throw new Problem(400, "RV-105", "Several are open; say which: " + name);
        }
        return first;
    }

    /** Refuses the end of an item that has to be kept. The retention job asks again before it disposes of the item. */
    private void requireDisposable(Context context, EvidenceId id, ItemView item) throws Problem, SQLException {
        Optional<String> unit =
                DisposalConditions.otherUnit(item, Access.person(context).unitCode());
        if (unit.isPresent()) {
            throw new Problem(
                    409,
                    "RV-121",
                    "The item cannot be disposed of by your unit: " + unit.get()
                            + " sent it, too. Somebody who is above both decides");
        }
        List<String> caseIds = List.copyOf(item.cases());
        Optional<String> reason =
                DisposalConditions.keptBecause(id, item, model.cases().byIds(log, caseIds), Instant.now());
        if (reason.isPresent()) {
            throw new Problem(409, "RV-121", "The item cannot be disposed of: " + reason.get());
        }
    }

    private static String handoverId(ItemView item) {
        return item.handover().map(Handover::id).orElse("");
    }

    private static ItemState state(List<EntryRow> chain) throws SQLException {
        ItemState state = ItemState.NOTHING;
        for (EntryRow row : chain) {
            Decision decision = StateTable.apply(state, row.event());
            state = decision.accepted() ? decision.next() : state;
        }
        return state;
    }

    private String newId() {
        return EvidenceId.create(Instant.now(), random).value();
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, Verb verb, Context request, EvidenceId id, String purpose) {
        String reason = purpose == null || purpose.isBlank() ? null : purpose.strip();
        return ActRecorder.event(
                type, request, id, id.value(), Access.person(request).actor(verb.act), reason);
    }
}
