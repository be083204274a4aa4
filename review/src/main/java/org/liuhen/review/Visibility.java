package org.liuhen.review;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.intake.Feed;
import org.liuhen.intake.Feed.FeedUnavailableException;
import org.liuhen.intake.Problem;
import org.liuhen.intake.people.Access;
import org.liuhen.intake.people.Act;

/** What the one who asks may see, and how his acts come into the record. */
final class Visibility {
    /** The header with which a request may be repeated. */
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final long OUTCOME_WITHIN_NANOS = 8_000_000_000L;
    private static final long LOOK_EVERY_MILLIS = 60;

    private final LogName log;
    private final ReadModel model;
    private final Feed feed;
    private final Access access;

    Visibility(LogName log, ReadModel model, Feed feed, Access access) {
        this.log = log;
        this.model = model;
        this.feed = feed;
        this.access = access;
    }

    Access access() {
        return access;
    }

    /** A search among what the one who asks may see by the acts of this address. */
    Search search(Context context) {
        return search(context, Access.acts(context));
    }

    Search search(Context context, Set<Act> acts) {
        return new Search(log, Scope.of(Access.person(context), acts));
    }

    /** An item that the one who asks may see. One that is there and not for him is refused, which is on the record. */
    ObjectNode item(Context context, EvidenceId id) throws SQLException, Problem, FeedUnavailableException {
        return item(context, id, Access.acts(context));
    }

    ObjectNode item(Context context, EvidenceId id, Set<Act> acts)
            throws SQLException, Problem, FeedUnavailableException {
        Map<String, ObjectNode> found =
                model.items().search(search(context, acts).id(id.value()));
        if (found.isEmpty()) {
            if (model.items().byId(id.value()).isEmpty()) {
                throw new Problem(404, "RV-101", "The record knows no such item (yet)");
            }
            throw access.refuse(
                    context,
                    id,
                    new Problem(
                            403,
                            "RV-120",
                            "This item is not yours to see: it belongs to another unit, or its case is protected. The attempt is on the record"));
        }
        return found.get(id.value());
    }

    /** Of these items, those that the one who asks may see. */
    Map<String, ObjectNode> visible(Context context, Map<String, ObjectNode> items) throws SQLException {
        if (items.isEmpty()) {
            return items;
        }
        Map<String, ObjectNode> seen = new LinkedHashMap<>(items);
        seen.keySet()
                .retainAll(model.items()
                        .search(search(context).among(items.keySet()))
                        .keySet());
        return seen;
    }

    /** Whether the case, in which there is something, belongs to the unit of the one who asks or to one below it. */
    boolean ownsOf(Context context, String caseId) throws SQLException {
        return model.cases().byId(log, caseId).belongsTo(Access.person(context))
                && !model.items()
                        .search(new Search(log, Scope.EVERYTHING)
                                .linkedTo(caseId)
                                .limit(1))
                        .isEmpty();
    }

    /** Refuses unless the case belongs to the unit of the one who asks, protected or not: he decides about it, and need not see it. */
    void requireOwnCase(Context context, String caseId) throws SQLException, Problem, FeedUnavailableException {
        if (!ownsOf(context, caseId)) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "RV-120",
                            "This case does not belong to your unit, so you do not decide about it. The attempt is on the record"));
        }
    }

    /** Refuses unless the case takes what this person brings, and gives it back to him. */
    void requireOpenCase(Context context, String caseId) throws SQLException, Problem, FeedUnavailableException {
        if (!model.cases().byId(log, caseId).isOpenTo(Access.person(context))) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "RV-127",
                            "This case belongs to another unit, or is protected. Its legal officer has to assign you to it first."
                                    + " The attempt is on the record"));
        }
    }

    /** Refuses where only somebody of the whole site may do this: what it shows is no unit's, or every unit's. */
    void requireWholeSite(Context context) throws Problem, FeedUnavailableException {
        if (!Scope.unit(Access.person(context), Access.acts(context))
                .filter(String::isEmpty)
                .isPresent()) {
            throw access.refuse(
                    context,
                    null,
                    new Problem(
                            403,
                            "RV-128",
                            "This is the whole site's, not a unit's. Ask somebody whose unit is the whole site."
                                    + " The attempt is on the record"));
        }
    }

    /** The item of a request. */
    static EvidenceId id(Context context) throws Problem {
        try {
            return new EvidenceId(context.pathParam("id"));
        } catch (IllegalArgumentException wrong) {
            throw new Problem(404, "RV-101", wrong.getMessage());
        }
    }

    /**
     * What an act says of itself. A request that names an Idempotency-Key may be repeated and stays one act.
     *
     * @param id the item, or null for an act on a case
     * @param subject what the act is about: the item, or the case
     */
    static EventContext event(
            Class<? extends CustodyEvent> type,
            Context request,
            EvidenceId id,
            String subject,
            Actor actor,
            String purpose) {
        String cause = Optional.ofNullable(request.header(IDEMPOTENCY_KEY))
                .orElseGet(() -> UUID.randomUUID().toString());
        return EventContext.of(
                EventContext.idFor(type, subject + "\n" + actor.id() + "\n" + cause),
                id,
                Instant.now(),
                actor,
                purpose,
                "review");
    }

    /** Whether the record has this act already, from a request with the same Idempotency-Key. */
    boolean saidBefore(Context request, CustodyEvent event) throws SQLException {
        return request.header(IDEMPOTENCY_KEY) != null
                && model.entries().outcome(event.context().eventId(), "").isPresent();
    }

    /**
     * Puts an act into the feed and waits until the record has decided: recorded (200), or refused, with the code that the record gives.
     * Where that takes long, the answer is that it will come (202).
     */
    void act(Context context, CustodyEvent event, ObjectNode answer)
            throws FeedUnavailableException, SQLException, Problem {
        feed.append(log, event);
        Optional<EntryRow> outcome = outcome(event, System.nanoTime() + OUTCOME_WITHIN_NANOS);
        if (outcome.isPresent() && outcome.get().eventType().equals("refused")) {
            var refused = ReviewApi.parse(outcome.get().entry()).get("event");
            throw new Problem(
                    409, refused.get("code").asText(), refused.get("reason").asText());
        }
        answer.put("eventId", event.context().eventId());
        outcome.ifPresent(row -> answer.put("index", row.index()));
        context.status(outcome.isPresent() ? 200 : 202);
        ReviewApi.answer(context, answer);
    }

    /** Puts one act for each item into the feed; the answer says of each of them what the record has decided, or that it will come (202). */
    void acts(Context context, Map<String, CustodyEvent> events, ObjectNode answer)
            throws FeedUnavailableException, SQLException {
        for (CustodyEvent event : events.values()) {
            feed.append(log, event);
        }
        long end = System.nanoTime() + OUTCOME_WITHIN_NANOS;
        boolean all = true;
        ArrayNode acts = answer.putArray("acts");
        for (Map.Entry<String, CustodyEvent> event : events.entrySet()) {
            ObjectNode act = acts.addObject().put("evidenceId", event.getKey());
            act.put("eventId", event.getValue().context().eventId());
            Optional<EntryRow> outcome = outcome(event.getValue(), end);
            all &= outcome.isPresent();
            if (outcome.isPresent() && outcome.get().eventType().equals("refused")) {
                var refused = ReviewApi.parse(outcome.get().entry()).get("event");
                act.set("code", refused.get("code"));
                act.set("detail", refused.get("reason"));
            } else if (outcome.isPresent()) {
                act.put("index", outcome.get().index());
            }
        }
        context.status(all ? 200 : 202);
        ReviewApi.answer(context, answer);
    }

    /** What the record has decided about an event, as soon as it has until then. */
    private Optional<EntryRow> outcome(CustodyEvent event, long end) throws SQLException {
        String id = event.context().eventId();
        String refusal = EventContext.idFor(
                Refused.class, Sha256Digest.of(CanonicalJson.encode(event)).hex());
        Optional<EntryRow> outcome = model.entries().outcome(id, refusal);
        while (outcome.isEmpty() && System.nanoTime() < end) {
            try {
                Thread.sleep(LOOK_EVERY_MILLIS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                break;
            }
            outcome = model.entries().outcome(id, refusal);
        }
        return outcome;
    }
}
