package org.liuhen.custody.event;

import java.time.Instant;
import java.util.List;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.Nullable;

/**
 * Why a rule linked an item or proposed links: all that it looked at, so that anybody can repeat it from the log.
 *
 * @param name the rule
 * @param version its version
 * @param marginSeconds how far outside a dispatch a recording may begin
 * @param recordedFrom when the recording began: the sender's claim, corrected by {@code clockOffsetMillis}
 * @param clockOffsetMillis how far the device's clock was ahead when it was last measured, or null where nobody measured it
 * @param matches how many incidents match
 * @param candidates those incidents in the order of their numbers, the first {@value #CANDIDATES_MAX}; where the item was linked to one
 *     of them, the others are its rivals
 */
public record LinkRule(
        String name,
        int version,
        long marginSeconds,
        Instant recordedFrom,
        @Nullable Long clockOffsetMillis,
        int matches,
        List<Candidate> candidates) {
    /** More candidates than this are counted and not named. */
    public static final int CANDIDATES_MAX = 12;

    /**
     * One incident that matches.
     *
     * @param incidentNo its number
     * @param dispatchEventId the {@code dispatchRecorded} event that was looked at
     * @param dispatchedAt when the dispatch began
     * @param clearedAt when the call was cleared, or null
     * @param matchedBy what the recording and the dispatch have in common, such as {@code officer 110023}
     */
    public record Candidate(
            CaseId incidentNo,
            String dispatchEventId,
            Instant dispatchedAt,
            @Nullable Instant clearedAt,
            String matchedBy) {
        public Candidate {
            if (incidentNo == null) {
                throw new IllegalArgumentException("incidentNo is missing");
            }
        }
    }

    public LinkRule {
        candidates = List.copyOf(candidates);
    }
}
