package org.liuhen.review.projection;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.GapEvent.GapGround;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswer;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.CaseKind;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;

/**
 * An item as people search it: what its entries add up to. {@link ItemProjection} computes it. Each field is a member of the JSON object that
 * {@link ItemJson} reads and writes, under the same name; a field that is null has no member there, and neither has a collection that is marked
 * {@code NON_EMPTY} and is empty.
 */
@JsonAutoDetect(
        fieldVisibility = Visibility.ANY,
        getterVisibility = Visibility.NONE,
        isGetterVisibility = Visibility.NONE,
        setterVisibility = Visibility.NONE)
public final class ItemView {
    /** How far an item has come. */
    public enum State {
        DECLARED,
        WITHDRAWN,
        RECEIVED,
        VERIFIED,
        REJECTED,
        DISPOSED;

        /** As JSON and people write it. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

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

    /** A handover that was not answered: to a person, or to a unit and its people; the other is null. {@code unitCode} offered it, or null. */
    public record Handover(String by, Instant at, String id, String to, String toUnit, String unitCode) {}

    /** Why something is missing, as a supervisor says. */
    record Explanation(String by, Instant at, GapGround ground, String words) {}

    /** Who refused or withdrew an export, and why. */
    public record ExportEnd(String by, String reason) {}

    /** The handover that ended last: to whom it was offered, a person or a unit, and who ended it how. */
    public record LastHandover(String by, Instant at, String to, String toUnit, String outcome, String words) {}

    Long entries;
    String lastLeaf;
    State state;
    String fileName;
    String mediaType;
    Long sizeBytes;
    Sha256Digest sha256;
    Instant declaredAt;
    String sender;
    String unitCode;
    String onBehalfOf;
    String officerNo;
    String incidentNo;
    String deviceSerial;
    Instant captureStart;
    Instant captureEnd;
    String recordingId;
    Integer segment;
    Integer segmentCount;
    Boolean marked;
    TreeSet<String> cases;
    Instant receivedAt;
    StoredObject object;
    String rejectedFor;
    Sha256Digest metadataSha256;
    List<Integer> place;
    Captured captureTime;
    Instant recordedFrom;
    String device;
    ClockOffset deviceClock;
    String describedBy;
    Map<String, String> describedWith;
    Map<String, String> descriptionRequestedWith;
    String descriptionFailure;
    Map<String, Link> links;
    Instant sealedUntil;
    String enforcement;
    Map<String, String> gaps;
    String category;
    Boolean permanent;
    Integer keptDays;
    Disposal disposal;
    String disposalRefusedFor;
    LastReview lastReview;
    Handover handover;
    LastHandover lastHandover;
    Integer notShown;

    /** The codes of what did not verify in its chain; see {@link #foundChainFault}. */
    String chainFault;

    /** When the stored bytes were read and differed from the record; null where they did not, or were right since. */
    Instant bytesDiffer;

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> foreignCases = new ArrayList<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Candidate> candidates = new ArrayList<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, FailedStep> failedSteps = new LinkedHashMap<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Hold> holds = new LinkedHashMap<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Review> reviews = new LinkedHashMap<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> handedTo = new LinkedHashSet<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> takenOverBy = new LinkedHashSet<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY) // by a note, and not looked at since
    LinkedHashSet<String> named = new LinkedHashSet<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> owners = new LinkedHashSet<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> units = new LinkedHashSet<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Claim> claims = new ArrayList<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> receivedAgainAs = new ArrayList<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> copiesErased = new ArrayList<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, String> exports = new LinkedHashMap<>();

    /** Who asked for an export that waits for a second person. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, String> exportsAskedBy = new LinkedHashMap<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, ExportEnd> exportsEnded = new LinkedHashMap<>();

    /** The gaps that a supervisor has explained, by their kind; they stay gaps. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Explanation> explainedGaps = new LinkedHashMap<>();

    /** Whether the sender said how it was captured. Then the three members of segments and marks are there, null or not. */
    @JsonIgnore
    boolean captureClaimed;

    /** The members that this version does not know, or that do not have the form that it knows. They are kept as they are. */
    @JsonIgnore
    final Map<String, JsonNode> others = new LinkedHashMap<>();

    /** An item without entries. */
    public ItemView() {}

    @JsonAnySetter
    void other(String name, JsonNode value) {
        others.put(name, value);
    }

    @JsonSetter("segment")
    void claimedSegment(Integer value) {
        segment = value;
        captureClaimed = true;
    }

    /** Adds the codes of what did not verify in its chain, or null. No entry says it, so it is never stored with the item. */
    public void foundChainFault(String codes) {
        chainFault = codes;
    }

    /** Counts an entry that could not be added. */
    public void addNotShown() {
        notShown = notShown == null ? 1 : notShown + 1;
    }

    /** The number of entries in the chain of the item. */
    public long entries() {
        return entries == null ? 0 : entries;
    }

    /** Whether the item is in this state. */
    public boolean is(State one) {
        return state == one;
    }

    /** The state as people read it; {@code unknown} where no entry gave one. */
    public String stateText() {
        return state == null ? "unknown" : state.text();
    }

    /** The file name; empty text where it is not known. */
    public String fileName() {
        return orEmpty(fileName);
    }

    /** The media type; empty text where it is not known. */
    public String mediaType() {
        return orEmpty(mediaType);
    }

    /** The size in bytes. */
    public long sizeBytes() {
        return sizeBytes == null ? 0 : sizeBytes;
    }

    /** The digest of the bytes: as declared, or where they were rejected, as read. */
    public Optional<Sha256Digest> sha256() {
        return Optional.ofNullable(sha256);
    }

    /** When the last byte was received. */
    public Optional<Instant> receivedAt() {
        return Optional.ofNullable(receivedAt);
    }

    /** Where the bytes are stored. Empty before they are received and after they are disposed of. */
    public Optional<StoredObject> object() {
        return Optional.ofNullable(object);
    }

    /** The digest of the newest description, by which it is stored. */
    public Optional<Sha256Digest> metadataSha256() {
        return Optional.ofNullable(metadataSha256);
    }

    /** The ID of the event with the newest description; empty text where there is none. */
    public String describedBy() {
        return orEmpty(describedBy);
    }

    /** The recording that this item is a segment of. */
    public Optional<String> recordingId() {
        return Optional.ofNullable(recordingId);
    }

    /** The number of the segment, from 1; 0 where the item is no segment. */
    public int segment() {
        return segment == null ? 0 : segment;
    }

    /** The IDs of the cases that the item is linked to, in ascending order. */
    public Set<String> cases() {
        return cases == null ? Set.of() : Collections.unmodifiableSet(cases);
    }

    /** Whether this case is one of the incidents that were proposed for the item. */
    public boolean isCandidate(CaseId caseId) {
        return candidates.stream().anyMatch(candidate -> caseId.value().equals(candidate.incidentNo()));
    }

    /** The proved units of its senders. */
    public Set<String> units() {
        return Collections.unmodifiableSet(units);
    }

    /** Whether a step failed, so that the item was put aside. */
    public boolean isPutAside() {
        return !failedSteps.isEmpty();
    }

    /** Until when the store keeps the bytes. Empty where the item is not sealed. */
    public Optional<Instant> sealedUntil() {
        return Optional.ofNullable(sealedUntil);
    }

    /** The category of the law. */
    public Optional<String> category() {
        return Optional.ofNullable(category);
    }

    /** Whether its category keeps it for ever. */
    public boolean isPermanent() {
        return Boolean.TRUE.equals(permanent);
    }

    /** For how many days its categories keep it, the longest of them. */
    public int keptDays() {
        return keptDays == null ? 0 : keptDays;
    }

    /** The IDs of the holds that are not released. */
    public Set<String> holds() {
        return Collections.unmodifiableSet(holds.keySet());
    }

    /** The IDs of the reviews that are not ended. */
    public Set<String> reviews() {
        return Collections.unmodifiableSet(reviews.keySet());
    }

    /** The ID of the review that came back and is not answered. */
    public Optional<String> returnedReview() {
        return Optional.ofNullable(lastReview)
                .filter(last -> last.outcome().equals("returned"))
                .map(LastReview::id);
    }

    /** The handover that is not answered. */
    public Optional<Handover> handover() {
        return Optional.ofNullable(handover);
    }

    /** The handover that ended last. */
    public Optional<LastHandover> lastHandover() {
        return Optional.ofNullable(lastHandover);
    }

    /** How far an export of the item has come: {@code requested}, {@code approved}, {@code exported}, {@code refused} or {@code withdrawn}; or empty. */
    public Optional<String> export(String id) {
        return Optional.ofNullable(exports.get(id));
    }

    /** How an export of the item ended without a package. */
    public Optional<ExportEnd> exportEnd(String id) {
        return Optional.ofNullable(exportsEnded.get(id));
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
