package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import java.util.List;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.CaseKind;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.ItemSize;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Place;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Sm3Digest;
import org.liuhen.custody.evidence.StoredObject;

/**
 * One thing that happened to one item of evidence, or to the store that keeps it. The list is closed: what is not an
 * event here did not happen. Events are in the past tense and only ever appended; a correction is a new event.
 */
public sealed interface CustodyEvent
        permits CustodyEvent.Declared,
                CustodyEvent.Withdrawn,
                CustodyEvent.Received,
                CustodyEvent.Verified,
                CustodyEvent.Rejected,
                CustodyEvent.Described,
                CustodyEvent.DescriptionFailed,
                CustodyEvent.DescriptionRequested,
                CustodyEvent.LinkedToCase,
                CustodyEvent.UnlinkedFromCase,
                CustodyEvent.Sealed,
                CustodyEvent.Viewed,
                CustodyEvent.Downloaded,
                CustodyEvent.LockProbed,
                CustodyEvent.Refused,
                CustodyEvent.StepFailed,
                RetentionEvent,
                PlayEvent,
                SupervisionEvent,
                ExportEvent,
                DeviceEvent,
                DispatchEvent,
                GapEvent,
                AccessEvent,
                PeopleEvent,
                UnitEvent,
                CaseEvent,
                LogEvent {
    /** The Kafka topic that is the only way into the record, keyed by log name. One log lives in one partition. */
    String TOPIC = "custody.events";

    /** Who, when, why and with what. */
    EventContext context();

    /** Calls the method for this kind of event. */
    void accept(EventVisitor visitor);

    /** What the act is about, where an item can have several of it: a case, a hold, an export. Else nothing. */
    default String key() {
        return "";
    }

    /** What the actor signed with a personal key, or null. */
    default PersonalSignature signature() {
        return null;
    }

    /** Who may go on with what this act began: the one who acted, unless the kind of act names another one, or a unit. */
    default String holder() {
        return context().actor().id();
    }

    /** The name of a kind of event as the record writes it, such as {@code linkedToCase}. */
    static String typeName(Class<? extends CustodyEvent> type) {
        return type.getAnnotation(JsonTypeName.class).value();
    }

    /** The name of this event's kind as the record writes it. */
    default String typeName() {
        return typeName(getClass());
    }

    /** An upload exists: this file, of this size and digest, is announced. {@code capture} is null where nothing was claimed. */
    @JsonTypeName("declared")
    record Declared(
            EventContext context,
            FileName fileName,
            @Nullable String mediaType,
            Sha256Digest sha256,
            long sizeBytes,
            List<CaseId> cases,
            @Nullable CaptureClaims capture)
            implements CustodyEvent {
        public Declared {
            ItemSize.require(sizeBytes);
            cases = List.copyOf(cases);
        }

        @Override
        public void accept(EventVisitor visitor) {
            visitor.declared(this);
        }
    }

    /** An upload ended before all its bytes were there: its sender took it back, or its time was over. */
    @JsonTypeName("withdrawn")
    record Withdrawn(EventContext context, long receivedBytes) implements CustodyEvent {
        @Override
        public void accept(EventVisitor visitor) {
            visitor.withdrawn(this);
        }
    }

    /**
     * All bytes are durable in the vault as one object. {@code sha256} is what the intake computed, or null; {@code capture} what
     * the sender claimed when it declared the item, or null.
     */
    @JsonTypeName("received")
    record Received(
            EventContext context,
            StoredObject object,
            long sizeBytes,
            Sha256Digest declaredSha256,
            @Nullable Sha256Digest sha256,
            FileName fileName,
            List<CaseId> cases,
            @Nullable CaptureClaims capture)
            implements CustodyEvent {
        public Received {
            ItemSize.require(sizeBytes);
            cases = List.copyOf(cases);
        }

        @Override
        public void accept(EventVisitor visitor) {
            visitor.received(this);
        }
    }

    /**
     * The bytes were read back from storage and hash to the declared digest. {@code sm3} is their SM3 digest from the same
     * read where the site asks for it, or null.
     */
    @JsonTypeName("verified")
    record Verified(
            EventContext context,
            StoredObject object,
            long sizeBytes,
            Sha256Digest sha256,
            @Nullable Sm3Digest sm3) implements CustodyEvent {
        /** Without SM3. */
        public Verified(EventContext context, StoredObject object, long sizeBytes, Sha256Digest sha256) {
            this(context, object, sizeBytes, sha256, null);
        }

        @Override
        public void accept(EventVisitor visitor) {
            visitor.verified(this);
        }
    }

    /** The bytes read back do not hash to the declared digest. They are kept, flagged and shown. */
    @JsonTypeName("rejected")
    record Rejected(
            EventContext context,
            StoredObject object,
            long sizeBytes,
            Sha256Digest declaredSha256,
            @Nullable Sha256Digest sha256,
            String reason)
            implements CustodyEvent {
        @Override
        public void accept(EventVisitor visitor) {
            visitor.rejected(this);
        }
    }

    /**
     * Metadata was extracted; the whole of it is the log's file {@code metadata/<metadataSha256>}. {@code tools} are the programs
     * and rules that read the item, or null in a record that was written before they were named; {@code place} is roughly where the file
     * says that it was recorded, and {@code captureTime} when it was, or null.
     */
    @JsonTypeName("described")
    record Described(
            EventContext context,
            Sha256Digest metadataSha256,
            String mediaType,
            @Nullable List<EventContext.Instrument> tools,
            @Nullable Place place,
            @Nullable CaptureTime captureTime)
            implements CustodyEvent {
        public Described {
            tools = tools == null ? null : List.copyOf(tools);
        }

        /** Where the metadata rests, below the log's prefix. */
        public String metadataPath() {
            return metadataPath(metadataSha256);
        }

        /** Where what was found out or made from an item rests, by its digest. */
        public static String metadataPath(Sha256Digest digest) {
            return "metadata/" + digest.hex();
        }

        @Override
        public void accept(EventVisitor visitor) {
            visitor.described(this);
        }
    }

    /** Metadata could not be extracted. The item goes on without it. */
    @JsonTypeName("descriptionFailed")
    record DescriptionFailed(EventContext context, String reason) implements CustodyEvent {
        @Override
        public void accept(EventVisitor visitor) {
            visitor.descriptionFailed(this);
        }
    }

    /**
     * Somebody asked for an item to be described once more; its {@code purpose} says why. What was found out before stays. What the
     * work needs to know of the item stands as its {@code received} event says.
     *
     * @param sender who sent the item
     * @param capture what the sender claimed, or null
     * @param tools the programs and rules that the new description should come from
     */
    @JsonTypeName("descriptionRequested")
    record DescriptionRequested(
            EventContext context,
            StoredObject object,
            long sizeBytes,
            FileName fileName,
            Actor sender,
            @Nullable CaptureClaims capture,
            List<EventContext.Instrument> tools)
            implements CustodyEvent {
        public DescriptionRequested {
            ItemSize.require(sizeBytes);
            tools = List.copyOf(tools);
        }

        @Override
        public void accept(EventVisitor visitor) {
            visitor.descriptionRequested(this);
        }
    }

    /**
     * The item was linked to a case, and on which basis.
     *
     * @param kind what sort of case that is, or null where nobody said
     * @param rule why, where a rule did it, or null
     */
    @JsonTypeName("linkedToCase")
    record LinkedToCase(
            EventContext context,
            CaseId caseId,
            Basis basis,
            @Nullable CaseKind kind,
            @Nullable LinkRule rule) implements CustodyEvent {
        public LinkedToCase {
            if (caseId == null) {
                throw new IllegalArgumentException("caseId is missing");
            }
        }

        /** A link of which nobody said what sort of case it is to. */
        public LinkedToCase(EventContext context, CaseId caseId, Basis basis) {
            this(context, caseId, basis, null, null);
        }

        @Override
        public String key() {
            return caseId.value();
        }

        @Override
        public void accept(EventVisitor visitor) {
            visitor.linkedToCase(this);
        }
    }

    /** Why an item belongs to a case. */
    enum Basis {
        DECLARED,
        RULE,
        OFFICER
    }

    /** A link was taken back; its {@code purpose} says why. Both stay in the record. */
    @JsonTypeName("unlinkedFromCase")
    record UnlinkedFromCase(EventContext context, CaseId caseId) implements CustodyEvent {
        @Override
        public String key() {
            return caseId.value();
        }

        @Override
        public void accept(EventVisitor visitor) {
            visitor.unlinkedFromCase(this);
        }
    }

    /**
     * Retention was set on the object and read back. {@code sha256} is what was read back from that object, so a receipt
     * for this event says by itself which bytes are safe; {@code enforcement} says who enforces the lock.
     */
    @JsonTypeName("sealed")
    record Sealed(
            EventContext context,
            StoredObject object,
            long sizeBytes,
            Sha256Digest sha256,
            Instant retainUntil,
            String enforcement)
            implements CustodyEvent {
        @Override
        public void accept(EventVisitor visitor) {
            visitor.sealed(this);
        }
    }

    /** Somebody looked at the item's record. */
    @JsonTypeName("viewed")
    record Viewed(EventContext context) implements CustodyEvent {
        @Override
        public void accept(EventVisitor visitor) {
            visitor.viewed(this);
        }
    }

    /** Somebody was given bytes of the item, from the first to before the last of this range. */
    @JsonTypeName("downloaded")
    record Downloaded(EventContext context, long fromByte, long toByte) implements CustodyEvent {
        @Override
        public void accept(EventVisitor visitor) {
            visitor.downloaded(this);
        }
    }

    /** Overwriting, deleting and shortening the lock of a canary were tried; what the store did. */
    @JsonTypeName("lockProbed")
    record LockProbed(EventContext context, String store, boolean enforced, List<String> findings)
            implements CustodyEvent {
        public LockProbed {
            findings = List.copyOf(findings);
        }

        @Override
        public void accept(EventVisitor visitor) {
            visitor.lockProbed(this);
        }
    }

    /**
     * An act that was not allowed: its digest stands here instead of the act.
     *
     * @param refusedEventId the ID of the event that was refused, whose turn it was; null where the event did not use up its ID, because it could
     *     not be read or not the right part made it, and in entries of versions before this member
     */
    @JsonTypeName("refused")
    record Refused(
            EventContext context,
            String refusedType,
            Sha256Digest refusedSha256,
            @Nullable String refusedEventId,
            String code,
            String reason)
            implements CustodyEvent {
        @Override
        public void accept(EventVisitor visitor) {
            visitor.refused(this);
        }
    }

    /**
     * A step failed for a reason that will not pass by itself, and the item was put aside so that the others go on. What is stored of it
     * stays as it is; a request to describe the item ({@code descriptionRequested}) runs the missing steps again.
     *
     * @param step the step that failed: {@code verify}, {@code attach}, {@code seal}, {@code link}, {@code gaps} or {@code retention}
     * @param code a stable code, which docs/errors.md explains
     * @param reason what went wrong and what to do
     */
    @JsonTypeName("stepFailed")
    record StepFailed(EventContext context, String step, String code, String reason) implements CustodyEvent {
        /** The longest reason that one of our jobs gives, in UTF-16 code units. */
        public static final int REASON_MAX = 500;

        @Override
        public void accept(EventVisitor visitor) {
            visitor.stepFailed(this);
        }
    }
}
