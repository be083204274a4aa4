package org.liuhen.review.projection;

import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;

/** Whose an item is. */
final class Senders {
    private Senders() {}

    /**
     * Adds a sender. The item belongs to the sender, to the officer for whom it was sent, and to the unit of the sender. Claims that
     * contradict what was proved are kept in {@code claims}. At a station without sign-in nothing is proved, so the claims count.
     */
    static void add(ItemView item, EventContext context, CaptureClaims claims) {
        Actor sender = context.actor();
        boolean proved = !sender.credential().equals("claimed");
        String officer = context.onBehalfOf();
        if (officer == null) {
            officer = proved || claims == null || claims.officerNo() == null ? sender.id() : claims.officerNo();
        }
        item.owners.add(sender.id());
        item.owners.add(officer);
        if (sender.unitCode() != null) {
            item.units.add(sender.unitCode());
        }
        if (proved && claims != null) {
            claimed(item, "unitCode", claims.unitCode(), sender.unitCode());
            claimed(item, "officerNo", claims.officerNo(), officer);
        }
    }

    private static void claimed(ItemView item, String name, String claim, String proved) {
        if (claim != null && !claim.equals(proved)) {
            item.claims.add(new ItemParts.Claim(name, claim, proved));
        }
    }
}
