package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleApproved;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleProposed;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleRefused;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.projection.EntryRow;

class RetentionRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);

    private final List<EntryRow> rows = new ArrayList<>();

    private EventContext by(String officer) {
        String id = EventContext.idFor(RetentionRuleProposed.class, officer + rows.size());
        return EventContext.of(
                id, null, NOW, new Actor(Actor.Kind.OFFICER, officer, null, "password"), "the reason", "test");
    }

    private void add(CustodyEvent event) {
        Sha256Digest previous = rows.isEmpty() ? null : DIGEST;
        byte[] bytes = Entry.encode(CanonicalJson.encode(event), rows.size(), previous, NOW);
        Entry entry = new Entry(event, rows.size(), previous, NOW);
        rows.add(EntryRow.of(new LogName("site-1"), rows.size(), bytes, entry));
    }

    private void proposed(String rule, String category, Integer days) {
        add(new RetentionRuleProposed(by("legal"), rule, category, days, "the ground"));
    }

    private RetentionRules rules() throws SQLException {
        return RetentionRules.of(rows);
    }

    @Test
    void withoutChangesTheLawHolds() throws SQLException {
        assertEquals(184, rules().days(RetentionCategory.GENERAL));
        assertNull(rules().days(RetentionCategory.CASE_EVIDENCE));
        assertEquals(0, rules().changes().size());
    }

    @Test
    void aProposalHoldsWhenASecondPersonHasApprovedIt() throws SQLException {
        proposed("r1", "GENERAL", 365);
        assertEquals(184, rules().days(RetentionCategory.GENERAL));
        assertEquals("proposed", rules().changes().at("/0/state").asText());
        add(new RetentionRuleApproved(by("approver"), "r1"));
        assertEquals(365, rules().days(RetentionCategory.GENERAL));
        assertEquals("approved", rules().changes().at("/0/state").asText());
        assertEquals("legal", rules().changes().at("/0/proposedBy").asText());
        assertEquals("approver", rules().changes().at("/0/decidedBy").asText());
        assertEquals("the reason", rules().changes().at("/0/reason").asText());
    }

    @Test
    void nobodyApprovesAnOwnProposal() throws SQLException {
        proposed("r1", "GENERAL", 365);
        RetentionRuleApproved own = new RetentionRuleApproved(by("legal"), "r1");
        assertEquals("ST-140", rules().decide(own).code());
        assertTrue(
                rules().decide(new RetentionRuleApproved(by("approver"), "r1")).accepted());
        add(own);
        assertEquals(184, rules().days(RetentionCategory.GENERAL), "as a damaged log may have it");
    }

    @Test
    void aProposalWaitsForEverybodyButWhoMadeIt() throws SQLException {
        proposed("r1", "GENERAL", 365);
        proposed("r2", "GENERAL", 400);
        assertEquals("2 0", rules().waiting("approver") + " " + rules().waiting("legal"));
        add(new RetentionRuleRefused(by("approver"), "r1"));
        assertEquals(1, rules().waiting("approver"));
    }

    @Test
    void aRefusedProposalChangesNothingAndCannotBeApprovedLater() throws SQLException {
        proposed("r1", "GENERAL", null);
        add(new RetentionRuleRefused(by("approver"), "r1"));
        add(new RetentionRuleApproved(by("approver"), "r1"));
        assertEquals(184, rules().days(RetentionCategory.GENERAL));
        assertEquals("refused", rules().changes().at("/0/state").asText());
    }

    @Test
    void theLastApprovedRuleHoldsAndTheNewestProposalComesFirst() throws SQLException {
        proposed("r1", "GENERAL", null);
        proposed("r2", "GENERAL", 400);
        add(new RetentionRuleApproved(by("approver"), "r1"));
        assertNull(rules().days(RetentionCategory.GENERAL), "for ever");
        add(new RetentionRuleApproved(by("approver"), "r2"));
        assertEquals(400, rules().days(RetentionCategory.GENERAL));
        assertEquals("r2", rules().changes().at("/0/ruleId").asText());
        assertEquals(400, rules().categories().at("/0/days").asInt());
        assertEquals(184, rules().categories().at("/0/legalDays").asInt());
    }

    /** It is named, the others count, and nothing is decided or sealed by what is left. */
    @Test
    void aRowThatWasAlteredStopsNoList() throws SQLException {
        proposed("r1", "GENERAL", 365);
        proposed("r2", "GENERAL", 400);
        add(new RetentionRuleApproved(by("approver"), "r1"));
        EntryRow whole = rows.get(1);
        for (String text : List.of(whole.entry().replace("400", "200"), "{}", "no JSON", "")) {
            rows.set(1, with(whole, text));
            RetentionRules rules = rules();
            assertEquals(List.of(1L), rules.altered(), text);
            assertEquals(1, rules.changes().size(), text);
            assertEquals(365, rules.categories().at("/0/days").asInt(), text);
            assertEquals(0, rules.waiting("approver"), text);
            assertThrows(SQLException.class, () -> rules.days(RetentionCategory.GENERAL), text);
            CustodyEvent approval = new RetentionRuleApproved(by("approver"), "r1");
            assertThrows(SQLException.class, () -> rules.decide(approval), text);
        }
        rows.set(1, whole);
        assertEquals(List.of(), rules().altered());
    }

    private static EntryRow with(EntryRow row, String entry) {
        return new EntryRow(
                row.log(),
                row.index(),
                row.chain(),
                row.itemSequence(),
                row.eventType(),
                row.eventId(),
                row.occurredAt(),
                row.recordedAt(),
                row.actor(),
                entry,
                row.leaf());
    }
}
