package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.liuhen.custody.event.SupervisionEvent;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.event.SupervisionEvent.HandoverWithdrawn;
import org.liuhen.custody.event.SupervisionEvent.ReviewOpened;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;

/** What events about reviews and handovers change in an item. */
final class SupervisionProjection {
    private SupervisionProjection() {}

    /** Adds the next event of the item. */
    static void add(ObjectNode item, SupervisionEvent event) {
        if (event instanceof ReviewOpened opened) {
            ItemFields.put(
                    ItemFields.act(item.withObject("reviews").putObject(opened.reviewId()), opened),
                    "sample",
                    opened.sample());
        } else if (event instanceof ReviewReturned returned) {
            ItemFields.remove(item, "reviews", returned.reviewId());
            ObjectNode last = ItemFields.act(item.putObject("lastReview"), returned);
            last.put("outcome", "returned").put("words", returned.finding());
            ItemFields.put(last, "due", returned.due());
        } else if (event instanceof ReviewSigned signed) {
            ItemFields.remove(item, "reviews", signed.reviewId());
            ItemFields.act(item.putObject("lastReview"), signed)
                    .put("outcome", "signed")
                    .put("words", signed.opinion());
        } else if (event instanceof HandoverOffered offered) {
            ObjectNode handover = ItemFields.act(item.putObject("handover"), offered);
            handover.put("id", offered.handoverId()).put("to", offered.to());
            ItemFields.put(handover, "unitCode", offered.context().actor().unitCode());
            ItemFields.add(item, "handedTo", offered.to());
        } else if (event instanceof HandoverAccepted) {
            ItemFields.add(item, "takenOverBy", item.at("/handover/to").asText());
            endHandover(item, event, "accepted");
        } else if (event instanceof HandoverRefused refused) {
            endHandover(item, event, "refused").put("words", refused.reason());
        } else if (event instanceof HandoverWithdrawn withdrawn) {
            endHandover(item, event, "withdrawn").put("words", withdrawn.reason());
        } // a refused access changes nothing
    }

    /** Ends the open handover. Its recipient sees the item from now on only where the recipient has accepted it, now or before. */
    private static ObjectNode endHandover(ObjectNode item, SupervisionEvent event, String outcome) {
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
