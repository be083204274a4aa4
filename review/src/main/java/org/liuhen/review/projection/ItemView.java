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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.review.projection.ItemParts.Candidate;
import org.liuhen.review.projection.ItemParts.Captured;
import org.liuhen.review.projection.ItemParts.Claim;
import org.liuhen.review.projection.ItemParts.ClockOffset;
import org.liuhen.review.projection.ItemParts.Disposal;
import org.liuhen.review.projection.ItemParts.Explanation;
import org.liuhen.review.projection.ItemParts.FailedStep;
import org.liuhen.review.projection.ItemParts.Hold;
import org.liuhen.review.projection.ItemParts.LastReview;
import org.liuhen.review.projection.ItemParts.Link;
import org.liuhen.review.projection.ItemParts.Review;

/**
 * An item as people search it: what its entries add up to. {@link ItemProjection} computes it. Each field is a member of the JSON object that
 * {@link ItemJson} reads and writes, under the same name; a field that is null has no member there, and neither has a collection that is marked
 * {@code NON_EMPTY} and is empty. The members stand in groups; each group is written by few kinds of events.
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

    /** A handover that was not answered: to a person, or to a unit and its people; the other is null. {@code unitCode} offered it, or null. */
    public record Handover(String by, Instant at, String id, String to, String toUnit, String unitCode) {}

    /** Who refused or withdrew an export, and why. */
    public record ExportEnd(String by, String reason) {}

    /** The handover that ended last: to whom it was offered, a person or a unit, and who ended it how. */
    public record LastHandover(String by, Instant at, String to, String toUnit, String outcome, String words) {}

    // The chain, and what does not hold in it.
    Long entries;
    String lastLeaf;
    State state;
    Integer notShown;

    /** The codes of what did not verify in its chain; see {@link #foundChainFault}. */
    String chainFault;

    // As it was declared, and what its sender says of the capture.
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

    // Whose it is, and what contradicts what was proved.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> owners = new LinkedHashSet<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> units = new LinkedHashSet<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Claim> claims = new ArrayList<>();

    // Its bytes and the copies of them.
    Instant receivedAt;
    StoredObject object;
    String rejectedFor;

    /** When the stored bytes were read and differed from the record; null where they did not, or were right since. */
    Instant bytesDiffer;

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> receivedAgainAs = new ArrayList<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> copiesErased = new ArrayList<>();

    // What is found in the file.
    Sha256Digest metadataSha256;
    String describedBy;
    Map<String, String> describedWith;
    Map<String, String> descriptionRequestedWith;
    String descriptionFailure;
    List<Integer> place;
    Captured captureTime;
    Instant recordedFrom;
    String device;
    ClockOffset deviceClock;

    // Cases and incidents.
    TreeSet<String> cases;
    Map<String, Link> links;

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<String> foreignCases = new ArrayList<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    List<Candidate> candidates = new ArrayList<>();

    // How long it is kept; steps of the jobs that failed.
    Instant sealedUntil;
    String enforcement;
    String category;
    Boolean permanent;
    Integer keptDays;
    Disposal disposal;
    String disposalRefusedFor;

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Hold> holds = new LinkedHashMap<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, FailedStep> failedSteps = new LinkedHashMap<>();

    // What is missing around it.
    Map<String, String> gaps;

    /** The gaps that a supervisor has explained, by their kind; they stay gaps. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Explanation> explainedGaps = new LinkedHashMap<>();

    // Reviews, handovers, notes.
    LastReview lastReview;
    Handover handover;
    LastHandover lastHandover;

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, Review> reviews = new LinkedHashMap<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> handedTo = new LinkedHashSet<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> takenOverBy = new LinkedHashSet<>();

    /** Those whom a note names, or whose handover was refused, and who have not looked at it since. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    LinkedHashSet<String> named = new LinkedHashSet<>();

    // Packages.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, String> exports = new LinkedHashMap<>();

    /** Who asked for an export that waits for a second person. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, String> exportsAskedBy = new LinkedHashMap<>();

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    Map<String, ExportEnd> exportsEnded = new LinkedHashMap<>();

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

    /** The numbers of those to whom the item belongs, proved. */
    public Set<String> owners() {
        return Collections.unmodifiableSet(owners);
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

    /** In whose figures it counts: who recorded it, else for whom it was sent, else who sent it; one or none. */
    public List<String> officers() {
        return Stream.of(officerNo, onBehalfOf, sender)
                .filter(Objects::nonNull)
                .limit(1)
                .toList();
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
