package org.liuhen.review.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.RetentionEvent.Categorised;
import org.liuhen.custody.event.RetentionEvent.DisposalApproved;
import org.liuhen.custody.event.RetentionEvent.DisposalProposed;
import org.liuhen.custody.event.RetentionEvent.DisposalRefused;
import org.liuhen.custody.event.RetentionEvent.HoldPlaced;
import org.liuhen.custody.event.RetentionEvent.HoldReleased;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;

class RetentionProjectionTest {
    private static final EventContext BY_LEGAL = EventContext.of(
            EventContext.idFor(Categorised.class, "cause"),
            new EvidenceId("01jdb3kz0r0000000000000000"),
            Instant.parse("2026-11-27T08:00:00Z"),
            new Actor(Actor.Kind.OFFICER, "legal", null, "password"),
            "the reason",
            "test");

    private final ItemView view = new ItemView();
    private ObjectNode item;

    private void add(RetentionEvent event) {
        event.accept(new RetentionProjection(view));
        item = ItemJson.write(view);
    }

    @Test
    void theLongestOfAllCategoriesKeepsTheItem() {
        add(new Categorised(BY_LEGAL, "GENERAL", 400));
        add(new Categorised(BY_LEGAL, "GENERAL", 184));
        assertEquals(400, item.get("keptDays").asInt());
        add(new Categorised(BY_LEGAL, "CASE_EVIDENCE", null));
        add(new Categorised(BY_LEGAL, "GENERAL", 184));
        assertEquals("GENERAL", item.get("category").asText());
        assertTrue(item.get("permanent").asBoolean());
        assertFalse(item.has("keptDays"));
    }

    @Test
    void anItemIsHeldUntilItsLastHoldIsReleased() {
        add(new HoldPlaced(BY_LEGAL, "h1"));
        add(new HoldPlaced(BY_LEGAL, "h2"));
        assertEquals("the reason", item.at("/holds/h1/reason").asText());
        add(new HoldReleased(BY_LEGAL, "h1"));
        assertEquals(1, item.get("holds").size());
        add(new HoldReleased(BY_LEGAL, "h2"));
        assertFalse(item.has("holds"));
    }

    @Test
    void aRefusedDisposalIsNoMoreProposedUntilTheNextProposal() {
        add(new DisposalProposed(BY_LEGAL, "the ground"));
        assertEquals("the ground", item.at("/disposal/ground").asText());
        add(new DisposalRefused(BY_LEGAL));
        assertFalse(item.has("disposal"));
        assertEquals("the reason", item.get("disposalRefusedFor").asText());
        add(new DisposalProposed(BY_LEGAL, "the ground"));
        add(new DisposalApproved(BY_LEGAL));
        assertEquals("legal", item.at("/disposal/approvedBy").asText());
        assertFalse(item.has("disposalRefusedFor"));
    }
}
