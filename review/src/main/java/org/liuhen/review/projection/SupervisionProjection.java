package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.liuhen.custody.event.SupervisionEvent;
import org.liuhen.custody.event.SupervisionEvent.AccessDenied;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.event.SupervisionEvent.HandoverWithdrawn;
import org.liuhen.custody.event.SupervisionEvent.ReviewOpened;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;

/**
 * What events about reviews and handovers change in an item.
 *
 * @param item the item that they change
 */
record SupervisionProjection(ObjectNode item) implements SupervisionEvent.Visitor {
    @Override
    public void accessDenied(AccessDenied event) {}

    @Override
    public void reviewOpened(ReviewOpened event) {
        ItemFields.put(
                ItemFields.act(item.withObject("reviews").putObject(event.reviewId()), event),
                "sample",
                event.sample());
    }

    @Override
    public void reviewReturned(ReviewReturned event) {
        ItemFields.remove(item, "reviews", event.reviewId());
        ObjectNode last = ItemFields.act(item.putObject("lastReview"), event);
        last.put("outcome", "returned").put("words", event.finding());
        ItemFields.put(last, "due", event.due());
    }

    @Override
    public void reviewSigned(ReviewSigned event) {
        ItemFields.remove(item, "reviews", event.reviewId());
        ItemFields.act(item.putObject("lastReview"), event)
                .put("outcome", "signed")
                .put("words", event.opinion());
    }

    @Override
    public void handoverOffered(HandoverOffered event) {
        ObjectNode handover = ItemFields.act(item.putObject("handover"), event);
        handover.put("id", event.handoverId()).put("to", event.to());
        ItemFields.put(handover, "unitCode", event.context().actor().unitCode());
        ItemFields.add(item, "handedTo", event.to());
    }

    @Override
    public void handoverAccepted(HandoverAccepted event) {
        ItemFields.add(item, "takenOverBy", item.at("/handover/to").asText());
        endHandover(event, "accepted");
    }

    @Override
    public void handoverRefused(HandoverRefused event) {
        endHandover(event, "refused").put("words", event.reason());
    }

    @Override
    public void handoverWithdrawn(HandoverWithdrawn event) {
        endHandover(event, "withdrawn").put("words", event.reason());
    }

    /** Ends the open handover. Its recipient sees the item from now on only where the recipient has accepted it, now or before. */
    private ObjectNode endHandover(SupervisionEvent event, String outcome) {
        String to = item.at("/handover/to").asText();
        if (!ItemFields.contains(item.path("takenOverBy"), to)) {
            ItemFields.remove(item, "handedTo", to);
        }
        item.remove("handover");
        return ItemFields.act(item.putObject("lastHandover"), event)
                .put("to", to)
                .put("outcome", outcome);
    }
}
