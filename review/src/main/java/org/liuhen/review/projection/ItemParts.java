package org.liuhen.review.projection;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.GapEvent.GapGround;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswer;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaseKind;

/** What members of an item are made of. The names of their components are those of the JSON. */
final class ItemParts {
    private ItemParts() {}

    /** A link to a case; {@code foreign} is true where a sender of another unit claimed it, else null. */
    record Link(Basis basis, CaseKind kind, Boolean foreign) {}

    /** An incident that was proposed. */
    record Candidate(String incidentNo, Instant dispatchedAt, Instant clearedAt, String matchedBy) {}

    /** When the item was recorded; {@code corrected} is without the offset of the device's clock, or null. */
    record Captured(
            Instant earliest,
            Instant latest,
            Long lengthMillis,
            CaptureTime.Clock clock,
            String source,
            String rule,
            boolean usable,
            Span corrected) {}

    /** A range of time. */
    record Span(Instant earliest, Instant latest) {}

    /** How far the device's clock is ahead. */
    record ClockOffset(long offsetMillis, Long uncertaintyMillis, Instant measuredAt, String measuredBy) {}

    /** A claim of the sender that contradicts what was proved; {@code proved} may be null. */
    record Claim(
            String name,
            String claimed,
            @JsonInclude(JsonInclude.Include.ALWAYS) String proved) {}

    /** Why the item was put aside. */
    record FailedStep(String code, String reason, Instant at) {}

    /** A hold that was not released. */
    record Hold(String by, Instant at, String reason) {}

    /** A disposal that was proposed, and who approved it, if anybody. */
    record Disposal(String by, Instant at, String ground, String approvedBy, Instant approvedAt) {}

    /** A review that was not ended: who opened it, or who answered it after it came back, with {@code answer} and {@code words}. */
    record Review(String by, Instant at, String sample, ReviewAnswer answer, String words) {}

    /** The review that was ended last: {@code outcome} is {@code returned}, {@code signed} or, where it was returned and answered, {@code answered}. */
    record LastReview(String by, Instant at, String outcome, String words, Instant due, String id) {}

    /** Why something is missing, as a supervisor says. */
    record Explanation(String by, Instant at, GapGround ground, String words) {}
}
