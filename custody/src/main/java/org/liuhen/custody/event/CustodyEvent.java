package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import java.util.List;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * One thing that happened to one item of evidence, or to the store that keeps it. The list is closed: what is not an
 * event here did not happen. Events are in the past tense and only ever appended; a correction is a new event.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "eventType")
@JsonSubTypes({
    @JsonSubTypes.Type(CustodyEvent.Declared.class),
    @JsonSubTypes.Type(CustodyEvent.Withdrawn.class),
    @JsonSubTypes.Type(CustodyEvent.Received.class),
    @JsonSubTypes.Type(CustodyEvent.Verified.class),
    @JsonSubTypes.Type(CustodyEvent.Rejected.class),
    @JsonSubTypes.Type(CustodyEvent.Described.class),
    @JsonSubTypes.Type(CustodyEvent.DescriptionFailed.class),
    @JsonSubTypes.Type(CustodyEvent.LinkedToCase.class),
    @JsonSubTypes.Type(CustodyEvent.UnlinkedFromCase.class),
    @JsonSubTypes.Type(CustodyEvent.Sealed.class),
    @JsonSubTypes.Type(CustodyEvent.Viewed.class),
    @JsonSubTypes.Type(CustodyEvent.Downloaded.class),
    @JsonSubTypes.Type(CustodyEvent.LockProbed.class),
    @JsonSubTypes.Type(CustodyEvent.Refused.class),
})
public sealed interface CustodyEvent {
    /** The Kafka topic that is the only way into the record, keyed by log name. One log lives in one partition. */
    String TOPIC = "custody.events";

    /** Who, when, why and with what. */
    EventContext context();

    /** The same question to every event, answered by the kind of event: may it happen to an item in this state? */
    Decision decide(ItemState state);

    /** The name of a kind of event as the record writes it, such as {@code linkedToCase}. */
    static String typeName(Class<? extends CustodyEvent> type) {
        return type.getAnnotation(JsonTypeName.class).value();
    }

    /** The name of this event's kind as the record writes it. */
    default String typeName() {
        return typeName(getClass());
    }

    /** Where bytes rest: one version of one object. {@code versionId} is null where the store has no versions. */
    record StoredObject(String bucket, String key, String versionId) {}

    /** An upload exists: this file, of this size and digest, is announced. {@code capture} is null where nothing was claimed. */
    @JsonTypeName("declared")
    record Declared(
            EventContext context,
            FileName fileName,
            String mediaType,
            Sha256Digest sha256,
            long sizeBytes,
            List<CaseId> cases,
            CaptureClaims capture)
            implements CustodyEvent {
        public Declared {
            requireSize(sizeBytes);
            cases = List.copyOf(cases);
        }

        @Override
        public Decision decide(ItemState state) {
            return state.phase() == ItemState.Phase.NONE
                    ? Decision.accept(state.in(ItemState.Phase.DECLARED))
                    : Decision.refuse("ST-101", "the item was declared before");
        }
    }

    /** An upload ended before all its bytes were there: its sender took it back, or its time was over. */
    @JsonTypeName("withdrawn")
    record Withdrawn(EventContext context, long receivedBytes) implements CustodyEvent {
        @Override
        public Decision decide(ItemState state) {
            return state.phase() == ItemState.Phase.DECLARED
                    ? Decision.accept(state.in(ItemState.Phase.WITHDRAWN))
                    : Decision.refuse("ST-111", "only an upload that is not complete can be withdrawn");
        }
    }

    /** All bytes are durable in the vault as one object. {@code sha256} is what the door computed, or null. */
    @JsonTypeName("received")
    record Received(
            EventContext context,
            StoredObject object,
            long sizeBytes,
            Sha256Digest declaredSha256,
            Sha256Digest sha256,
            FileName fileName,
            List<CaseId> cases)
            implements CustodyEvent {
        public Received {
            requireSize(sizeBytes);
            cases = List.copyOf(cases);
        }

        @Override
        public Decision decide(ItemState state) {
            return state.phase() == ItemState.Phase.DECLARED
                    ? Decision.accept(state.in(ItemState.Phase.RECEIVED))
                    : Decision.refuse("ST-102", "only a declared item can be received, and only once");
        }
    }

    /** The bytes were read back from storage and hash to the declared digest. */
    @JsonTypeName("verified")
    record Verified(EventContext context, StoredObject object, long sizeBytes, Sha256Digest sha256)
            implements CustodyEvent {
        @Override
        public Decision decide(ItemState state) {
            return state.phase() == ItemState.Phase.RECEIVED
                    ? Decision.accept(state.in(ItemState.Phase.VERIFIED))
                    : Decision.refuse("ST-103", "only a received item can be verified, and only once");
        }
    }

    /** The bytes read back do not hash to the declared digest. They are kept, flagged and shown. */
    @JsonTypeName("rejected")
    record Rejected(
            EventContext context,
            StoredObject object,
            long sizeBytes,
            Sha256Digest declaredSha256,
            Sha256Digest sha256,
            String reason)
            implements CustodyEvent {
        @Override
        public Decision decide(ItemState state) {
            return state.phase() == ItemState.Phase.RECEIVED
                    ? Decision.accept(state.in(ItemState.Phase.REJECTED))
                    : Decision.refuse("ST-104", "only a received item can be rejected, and only once");
        }
    }

    /** Metadata was extracted; the whole of it is the log's file {@code metadata/<metadataSha256>}. */
    @JsonTypeName("described")
    record Described(EventContext context, Sha256Digest metadataSha256, String mediaType) implements CustodyEvent {
        /** Where the metadata rests, below the log's prefix. */
        public String metadataPath() {
            return "metadata/" + metadataSha256.hex();
        }

        @Override
        public Decision decide(ItemState state) {
            return state.ifReceived(state, "ST-105", "only a received item can be described");
        }
    }

    /** Metadata could not be extracted. The item goes on without it. */
    @JsonTypeName("descriptionFailed")
    record DescriptionFailed(EventContext context, String reason) implements CustodyEvent {
        @Override
        public Decision decide(ItemState state) {
            return state.ifReceived(state, "ST-105", "only a received item can be described");
        }
    }

    /** The item was linked to a case, and on which basis. */
    @JsonTypeName("linkedToCase")
    record LinkedToCase(EventContext context, CaseId caseId, Basis basis) implements CustodyEvent {
        @Override
        public Decision decide(ItemState state) {
            if (state.cases().contains(caseId)) {
                return Decision.refuse("ST-107", "the item is linked to this case already");
            }
            return state.ifReceived(state.linkedTo(caseId), "ST-106", "only a received item can be linked");
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
        public Decision decide(ItemState state) {
            return state.cases().contains(caseId)
                    ? Decision.accept(state.unlinkedFrom(caseId))
                    : Decision.refuse("ST-108", "the item is not linked to this case");
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
        public Decision decide(ItemState state) {
            return state.phase() == ItemState.Phase.VERIFIED || state.phase() == ItemState.Phase.REJECTED
                    ? Decision.accept(state.withSeal())
                    : Decision.refuse("ST-109", "only an item whose bytes were read back can be sealed");
        }
    }

    /** Somebody looked at the item's record. */
    @JsonTypeName("viewed")
    record Viewed(EventContext context) implements CustodyEvent {
        @Override
        public Decision decide(ItemState state) {
            return state.ifReceived(state, "ST-110", "there is nothing to view before the item is received");
        }
    }

    /** Somebody was given bytes of the item, from the first to before the last of this range. */
    @JsonTypeName("downloaded")
    record Downloaded(EventContext context, long fromByte, long toByte) implements CustodyEvent {
        @Override
        public Decision decide(ItemState state) {
            return state.ifReceived(state, "ST-110", "there is nothing to download before the item is received");
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
        public Decision decide(ItemState state) {
            return Decision.accept(state);
        }
    }

    /** An act that was not allowed: its digest stands here instead of the act. */
    @JsonTypeName("refused")
    record Refused(EventContext context, String refusedType, Sha256Digest refusedSha256, String code, String reason)
            implements CustodyEvent {
        @Override
        public Decision decide(ItemState state) {
            return Decision.accept(state);
        }
    }

    private static void requireSize(long sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > SIZE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "An item has 0 to " + SIZE_BYTES_MAX + " bytes (5 TiB); got " + sizeBytes);
        }
    }

    /** The largest item: 5 TiB, the largest object of S3. */
    long SIZE_BYTES_MAX = 5L << 40;
}
