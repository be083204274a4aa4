package org.liuhen.review.model;

import java.util.Map;

/**
 * The piles of items that wait for a person or for a step, each with its SQL condition on the table {@code evidence}. JSONB's operator
 * {@code ?} is doubled in them, as prepared statements need it.
 */
public final class Piles {
    /** Items with a failed step or an incomplete description. A person has to look at them. */
    static final String PUT_ASIDE = "(item ?? 'failedSteps' or item ?? 'descriptionFailure')";

    /** Items with a failed step whose bytes are not sealed. */
    static final String NOT_SEALED = "item ?? 'failedSteps' and not item ?? 'sealedUntil'";

    /** The piles on the desk of a person, by name. */
    public static final Map<String, String> PILES = Map.ofEntries(
            Map.entry("putAside", PUT_ASIDE),
            Map.entry("undecided", "item ?? 'candidates'"),
            Map.entry("returned", "item->'lastReview'->>'outcome' = 'returned'"),
            Map.entry("reviews", "item ?? 'reviews'"),
            Map.entry("handovers", "item ?? 'handover'"),
            Map.entry("holds", "item ?? 'holds'"),
            Map.entry("disposals", "item ?? 'disposal'"),
            Map.entry("rejected", "item->>'state' = 'rejected'"),
            Map.entry("claims", "(item ?? 'claims' or item ?? 'foreignCases')"),
            Map.entry("noUnit", "not item ?? 'units' and item->>'state' in ('received', 'verified', 'rejected')"),
            Map.entry("uncategorised", "not item ?? 'category' and item->>'state' in ('verified', 'rejected')"),
            Map.entry("unlinked", "item->'cases' = '[]'::jsonb and item->>'state' in ('verified', 'rejected')"));

    /** The items that wait for a step, by the name of the step. */
    public static final Map<String, String> PIPELINE = Map.of(
            "receiving", "item->>'state' = 'declared'",
            "verifying", "item->>'state' = 'received'",
            "sealing", "item->>'state' = 'verified' and not item ?? 'sealedUntil'");

    private Piles() {}
}
