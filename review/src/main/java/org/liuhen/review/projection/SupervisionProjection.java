package org.liuhen.review.projection;

import java.time.Instant;
import java.util.Iterator;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.SupervisionEvent;
import org.liuhen.custody.event.SupervisionEvent.AccessDenied;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.event.SupervisionEvent.HandoverWithdrawn;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswered;
import org.liuhen.custody.event.SupervisionEvent.ReviewOpened;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;

/**
 * What events about reviews and handovers change in an item.
 *
 * @param item the item that they change
 */
record SupervisionProjection(ItemView item) implements SupervisionEvent.Visitor {
    private static final int NAMED_MAX = 200;

    @Override
    public void accessDenied(AccessDenied event) {}

    /** Whoever writes has seen what was said before, and does not name himself. */
    @Override
    public void noteAdded(NoteAdded event) {
        item.named.addAll(NamedPeople.in(event.words()));
        item.named.remove(event.context().actor().id());
        Iterator<String> oldest = item.named.iterator();
        for (int more = item.named.size() - NAMED_MAX;
                more > 0;
                more--) { // a number that nobody has would stay for ever
            oldest.next();
            oldest.remove();
        }
    }

    @Override
    public void reviewOpened(ReviewOpened event) {
        EventContext by = event.context();
        item.reviews.put(
                event.reviewId(), new ItemParts.Review(by.actor().id(), by.occurredAt(), event.sample(), null, null));
    }

    @Override
    public void reviewReturned(ReviewReturned event) {
        item.reviews.remove(event.reviewId());
        endReview(event, "returned", event.finding(), event.due());
    }

    /** The review is open again; the one before it says what was found. */
    @Override
    public void reviewAnswered(ReviewAnswered event) {
        EventContext by = event.context();
        item.reviews.put(
                event.reviewId(),
                new ItemParts.Review(by.actor().id(), by.occurredAt(), null, event.outcome(), event.words()));
        ItemParts.LastReview last = item.lastReview;
        if (last != null && event.reviewId().equals(last.id())) {
            item.lastReview =
                    new ItemParts.LastReview(last.by(), last.at(), "answered", last.words(), last.due(), last.id());
        }
    }

    @Override
    public void reviewSigned(ReviewSigned event) {
        item.reviews.remove(event.reviewId());
        endReview(event, "signed", event.opinion(), null);
    }

    private void endReview(SupervisionEvent event, String outcome, String words, Instant due) {
        EventContext by = event.context();
        item.lastReview = new ItemParts.LastReview(by.actor().id(), by.occurredAt(), outcome, words, due, event.key());
    }

    @Override
    public void handoverOffered(HandoverOffered event) {
        offer(event, event.to(), null);
        item.handedTo.add(event.to());
    }

    /** The people of the unit find it by {@link SearchTerms#OFFICE}. */
    @Override
    public void handoverOfferedToUnit(HandoverOfferedToUnit event) {
        offer(event, null, event.toUnit());
    }

    private void offer(SupervisionEvent event, String to, String toUnit) {
        EventContext by = event.context();
        item.named.remove(by.actor().id()); // who offers it again has seen that it came back
        item.handover = new ItemView.Handover(
                by.actor().id(),
                by.occurredAt(),
                event.key(),
                to,
                toUnit,
                by.actor().unitCode());
    }

    /** Whoever accepted it sees the item from now on, be it that person or somebody of the unit to whom it was offered. */
    @Override
    public void handoverAccepted(HandoverAccepted event) {
        String by = event.context().actor().id();
        item.takenOverBy.add(by);
        item.handedTo.add(by);
        endHandover(event.context(), "accepted", null);
    }

    /** Whoever offered it is told that it came back, as somebody whom a note names, until he opens the item. */
    @Override
    public void handoverRefused(HandoverRefused event) {
        if (item.handover != null
                && !item.handover.by().equals(event.context().actor().id())) {
            item.named.add(item.handover.by());
        }
        endHandover(event.context(), "refused", event.reason());
    }

    @Override
    public void handoverWithdrawn(HandoverWithdrawn event) {
        endHandover(event.context(), "withdrawn", event.reason());
    }

    /** Ends the open handover. Its recipient sees the item from now on only where the recipient has accepted it, now or before. */
    private void endHandover(EventContext by, String outcome, String words) {
        String to = item.handover == null ? null : item.handover.to();
        String toUnit = item.handover == null ? null : item.handover.toUnit();
        if (to != null && !item.takenOverBy.contains(to)) {
            item.handedTo.remove(to);
        }
        item.handover = null;
        item.lastHandover = new ItemView.LastHandover(by.actor().id(), by.occurredAt(), to, toUnit, outcome, words);
    }
}
