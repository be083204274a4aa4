package org.liuhen.review.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.liuhen.access.Access;
import org.liuhen.custody.event.AccessEvent.Searched;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.web.Problem;

/** Puts acts of people into the record, and says what the record has decided about them. */
public final class ActRecorder {
    /** The header of a request that may be repeated (draft-ietf-httpapi-idempotency-key-header). */
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final long OUTCOME_WITHIN_NANOS = 8_000_000_000L;

    private final LogName log;
    private final ReadModel model;
    private final Feed feed;
    private final Access access;

    /**
     * Records acts in one log.
     *
     * @param access the sign-in of this site, which records searches and views
     */
    public ActRecorder(LogName log, ReadModel model, Feed feed, Access access) {
        this.log = log;
        this.model = model;
        this.feed = feed;
        this.access = access;
    }

    /**
     * The context of an act. A request with an Idempotency-Key may be repeated and stays one act, for its event has the same ID each time.
     *
     * @param id the item; null for an act on something else
     * @param subject what the act is about, such as the ID of the item or the case
     * @param purpose the reason; null for none
     */
    public static EventContext event(
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

    /**
     * Whether the record has this act already, from a request with the same Idempotency-Key.
     *
     * @throws SQLException where the read model does not answer
     */
    public boolean isRecorded(Context request, CustodyEvent event) throws SQLException {
        return request.header(IDEMPOTENCY_KEY) != null
                && model.entries().byEventId(event.context().eventId()).isPresent();
    }

    /**
     * Puts an act into the feed and waits for the decision of the record. Answers with 200 where the act is recorded, and with 202 where the
     * decision takes more than 8 seconds.
     *
     * @param answer what is answered; the ID of the event, and its place in the log where it is known, are added
     * @throws Problem with status 409 and the code of the record where the record refused the act
     * @throws FeedUnavailableException where the feed took nothing
     * @throws SQLException where the read model does not answer
     */
    public void record(Context context, CustodyEvent event, ObjectNode answer)
            throws FeedUnavailableException, SQLException, Problem {
        feed.append(log, event);
        Optional<EntryRow> outcome = outcome(event, System.nanoTime() + OUTCOME_WITHIN_NANOS);
        if (outcome.isPresent() && outcome.get().eventType().equals("refused")) {
            var refused = outcome.get().json().get("event");
            throw new Problem(
                    409, refused.get("code").asText(), refused.get("reason").asText());
        }
        answer.put("eventId", event.context().eventId());
        outcome.ifPresent(row -> answer.put("index", row.index()));
        context.status(outcome.isPresent() ? 200 : 202);
        Answers.json(context, answer);
    }

    /**
     * Puts one act for each item into the feed, in one batch. The answer says for each of them what the record has decided. Its status is
     * 202 where one decision takes more than 8 seconds, else 200.
     *
     * @param events the acts, by the IDs of their items
     * @param answer what is answered; it gets the member {@code acts}
     * @throws FeedUnavailableException where the feed did not acknowledge all of them; ask again with the same Idempotency-Key
     * @throws SQLException where the read model does not answer
     */
    public void recordAll(Context context, Map<String, CustodyEvent> events, ObjectNode answer)
            throws FeedUnavailableException, SQLException {
        feed.append(log, List.copyOf(events.values()));
        long end = System.nanoTime() + OUTCOME_WITHIN_NANOS;
        boolean decided = true;
        ArrayNode acts = answer.putArray("acts");
        for (Map.Entry<String, CustodyEvent> event : events.entrySet()) {
            ObjectNode act = acts.addObject().put("evidenceId", event.getKey());
            act.put("eventId", event.getValue().context().eventId());
            Optional<EntryRow> outcome = outcome(event.getValue(), end);
            decided &= outcome.isPresent();
            if (outcome.isPresent() && outcome.get().eventType().equals("refused")) {
                var refused = outcome.get().json().get("event");
                act.set("code", refused.get("code"));
                act.set("detail", refused.get("reason"));
            } else if (outcome.isPresent()) {
                act.put("index", outcome.get().index());
            }
        }
        context.status(decided ? 200 : 202);
        Answers.json(context, answer);
    }

    /**
     * Puts a search, or a look at a list, into the record before its answer is given. The same one again within a minute is the same event.
     *
     * @param terms what was searched for
     * @param found how many items were found
     * @throws FeedUnavailableException where the feed did not take it; then nothing may be shown
     */
    public void recordSearch(Context context, String terms, int found) throws FeedUnavailableException {
        var event = Access.minutely(Searched.class, null, Access.actor(context), terms, null);
        access.record(new Searched(event, terms, found));
    }

    /** What the record has decided about an event; waits until the end, a value of {@link System#nanoTime}. */
    private Optional<EntryRow> outcome(CustodyEvent event, long end) throws SQLException {
        String id = event.context().eventId();
        long heard = model.changes().count();
        Optional<EntryRow> outcome = model.entries().outcome(id);
        while (outcome.isEmpty() && System.nanoTime() < end) {
            try {
                heard = model.changes().awaitAfter(heard, end);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                break;
            }
            outcome = model.entries().outcome(id);
        }
        return outcome;
    }
}
