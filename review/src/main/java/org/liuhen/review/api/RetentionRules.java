package org.liuhen.review.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.Decision;
import org.liuhen.custody.event.ItemState;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleApproved;
import org.liuhen.custody.event.RetentionEvent.RetentionRuleProposed;
import org.liuhen.custody.event.StateTable;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;

/**
 * How long each category keeps an item at this site: as the law says at least, and as two persons have changed it since. A longer rule
 * counts for all items of its category, a shorter one only for items that get the category later.
 */
final class RetentionRules {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<RetentionCategory, Integer> inForce = new EnumMap<>(RetentionCategory.class);
    private final Map<String, ObjectNode> changes = new LinkedHashMap<>();
    private final List<Long> altered = new ArrayList<>();
    private ItemState state = ItemState.NOTHING;

    private RetentionRules() {
        for (RetentionCategory category : RetentionCategory.values()) {
            inForce.put(category, category.days());
        }
    }

    /**
     * The rules that these entries lead to. A row that was altered counts for nothing, and is among {@link #altered}.
     *
     * @param rows the entries about retention rules, in the order of the log
     */
    static RetentionRules of(List<EntryRow> rows) {
        RetentionRules rules = new RetentionRules();
        for (EntryRow row : rows) {
            try {
                row.requireWhole();
                rules.add(row.event());
            } catch (AlteredRowException altered) {
                rules.altered.add(row.index());
            }
        }
        return rules;
    }

    /** The places in the log of the entries of which the read model has something else. */
    List<Long> altered() {
        return List.copyOf(altered);
    }

    /** How many days a category keeps an item, as far as the rows tell; null for ever. Only to be shown where one was altered. */
    Integer daysShown(RetentionCategory category) {
        return inForce.get(category);
    }

    /**
     * How many days a category keeps an item that gets it now; null for ever.
     *
     * @throws AlteredRowException where a row was altered: nothing is sealed for a time that nobody can be sure of
     */
    Integer days(RetentionCategory category) throws AlteredRowException {
        requireWhole();
        return daysShown(category);
    }

    private void requireWhole() throws AlteredRowException {
        if (!altered.isEmpty()) {
            throw new AlteredRowException(altered.get(0));
        }
    }

    /**
     * What the state machine of the rules says about another event.
     *
     * @throws AlteredRowException where a row was altered
     */
    Decision decide(CustodyEvent event) throws AlteredRowException {
        requireWhole();
        return StateTable.apply(state, event);
    }

    private void add(CustodyEvent event) {
        Decision decision = StateTable.apply(state, event);
        if (!decision.accepted()) {
            return;
        }
        state = decision.next();
        String by = event.context().actor().id();
        String at = event.context().occurredAt().toString();
        if (event instanceof RetentionRuleProposed proposed) {
            changes.put(
                    proposed.ruleId(),
                    JSON.createObjectNode()
                            .put("ruleId", proposed.ruleId())
                            .put("category", proposed.category())
                            .put("days", proposed.retentionDays())
                            .put("ground", proposed.ground())
                            .put("proposedBy", by)
                            .put("proposedAt", at)
                            .put("state", "proposed"));
            return;
        }
        ObjectNode change = changes.get(event.key());
        boolean approved = event instanceof RetentionRuleApproved;
        change.put("state", approved ? "approved" : "refused")
                .put("decidedBy", by)
                .put("decidedAt", at)
                .put("reason", event.context().purpose());
        if (approved) {
            inForce.put(
                    RetentionCategory.valueOf(change.get("category").asText()),
                    change.get("days").isNull() ? null : change.get("days").asInt());
        }
    }

    /** How many changes wait for a decision that this person may make: nobody decides about the own ones. */
    long waiting(String person) {
        return changes.values().stream()
                .filter(change -> change.get("state").asText().equals("proposed")
                        && !change.get("proposedBy").asText().equals(person))
                .count();
    }

    /** The changes that were proposed, with what was decided about them; the newest first. */
    ArrayNode changes() {
        ArrayNode all = JSON.createArrayNode();
        changes.values().forEach(change -> all.insert(0, change));
        return all;
    }

    /** The categories, with how long each keeps an item. */
    ArrayNode categories() {
        ArrayNode all = JSON.createArrayNode();
        inForce.forEach((category, days) -> all.add(category.json(days)));
        return all;
    }
}
