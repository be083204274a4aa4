package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Units;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Requests;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.ItemView;
import org.liuhen.review.projection.ItemView.Handover;
import org.liuhen.review.projection.ItemView.LastHandover;
import org.liuhen.web.Problem;

/** What the offer of a handover says, and who may take it back or answer it, as far as the state machine does not know it. */
record Handovers(ReadModel model, Visibility visibility, Recipients recipients) {
    /**
     * The offer to a person, {@code to}, or to a unit, {@code toUnit}. A person who signs the offer chooses its ID, for it is part of what is
     * signed.
     *
     * @param newId the ID of an offer that nobody signs
     * @throws Problem with code RV-105 where the request says neither or both, or no ID, with RV-130 or RV-147 where nobody can take it over
     * @throws SQLException where the read model does not answer
     * @throws IOException where the list of people cannot be read
     */
    CustodyEvent offer(Context request, EvidenceId id, JsonNode body, String newId, PersonalSignature signature)
            throws Problem, SQLException, IOException {
        String reason = Requests.reason(body);
        String handoverId = body.path("handoverId").asText(newId);
        if (!handoverId.matches("[0-9a-z]{26,32}")) {
            throw new Problem(
                    400, "RV-105", "handoverId has 26 to 32 digits and small letters that nobody used before");
        }
        if (!body.hasNonNull("toUnit")) {
            return new HandoverOffered(
                    context(HandoverOffered.class, request, id, reason),
                    handoverId,
                    recipients.require(body.path("to").asText().strip()),
                    signature);
        }
        if (body.hasNonNull("to")) {
            throw new Problem(400, "RV-105", "A handover goes to a person, to, or to a unit, toUnit; leave one out");
        }
        return new HandoverOfferedToUnit(
                context(HandoverOfferedToUnit.class, request, id, reason),
                handoverId,
                recipients.requireUnit(
                        body.get("toUnit").asText().strip(),
                        Access.person(request).id()),
                signature);
    }

    private static EventContext context(
            Class<? extends CustodyEvent> type, Context request, EvidenceId id, String reason) {
        return ActRecorder.event(
                type, request, id, id.value(), Access.person(request).actor(Act.OFFER_HANDOVER), reason.strip());
    }

    /** Makes sure that the unit of the person, or one below it, made the offer or has the item. Code RV-120. */
    void requireOwnOffer(Context context, EvidenceId id, ItemView item) throws Problem, FeedUnavailableException {
        String prefix = Units.prefix(Access.person(context).unitCode());
        String offeredBy = item.handover().map(Handover::unitCode).orElse("");
        boolean own = offeredBy.startsWith(prefix) || item.units().stream().anyMatch(unit -> unit.startsWith(prefix));
        if (!own) {
            throw visibility
                    .access()
                    .refuse(
                            context,
                            id,
                            new Problem(
                                    403,
                                    "RV-120",
                                    "Another unit offered this item. It takes the offer back. The attempt is on the record"));
        }
    }

    /**
     * Says to somebody of an office that another one was first; the item that was offered to the office is not this person's to see any more. Code
     * ST-122.
     */
    void requireUnanswered(Context context, EvidenceId id) throws Problem, SQLException, FeedUnavailableException {
        Person person = Access.person(context);
        Optional<LastHandover> last = model.items()
                .byId(id.value())
                .filter(item -> item.handover().isEmpty())
                .flatMap(ItemView::lastHandover)
                .filter(ended -> Units.within(person.unitCode(), ended.toUnit())
                        && !ended.by().equals(person.id()));
        if (last.isPresent()) {
            throw visibility
                    .access()
                    .refuse(
                            context,
                            id,
                            new Problem(
                                    409,
                                    "ST-122",
                                    "The handover to your unit is not open any more: "
                                            + last.get().by() + " has "
                                            + last.get().outcome() + " it"));
        }
    }
}
