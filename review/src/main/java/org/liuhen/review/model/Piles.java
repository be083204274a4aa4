package org.liuhen.review.model;

import java.util.Map;

/**
 * The piles of items that wait for a person or for a step, each with its SQL condition on the table {@code evidence}. JSONB's operator
 * {@code ?} is doubled in them, as prepared statements need it.
 */
public final class Piles {
    /** The items of which a step failed, or which could not be described in full; somebody has to look. */
    static final String PUT_ASIDE = "(item ?? 'failedSteps' or item ?? 'descriptionFailure')";

    /** Of these, the ones whose bytes are not sealed. */
    static final String NOT_SEALED = "item ?? 'failedSteps' and not item ?? 'sealedUntil'";

    /** The piles on a desk: each with the condition that puts an item onto it. */
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

    /** What is on its way: each step with the condition of the items that wait for it. */
    public static final Map<String, String> PIPELINE = Map.of(
            "receiving", "item->>'state' = 'declared'",
            "verifying", "item->>'state' = 'received'",
            "sealing", "item->>'state' = 'verified' and not item ?? 'sealedUntil'");

    private Piles() {}
}
