package org.liuhen.custody.feed;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.event.AccessEvent;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.DeviceEvent;
import org.liuhen.custody.event.DispatchEvent;
import org.liuhen.custody.event.EventKinds;
import org.liuhen.custody.event.ExportEvent;
import org.liuhen.custody.event.GapEvent;
import org.liuhen.custody.event.LogEvent;
import org.liuhen.custody.event.PeopleEvent;
import org.liuhen.custody.event.PlayEvent;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.SupervisionEvent;
import org.liuhen.custody.event.UnitEvent;
import org.liuhen.custody.evidence.Actor;

/** A part of Liuhen that brings events into the feed, and the kinds of event that count only from it. */
public enum Part {
    /** The intake: what devices and officers sent, and what the intake itself observed. */
    INTAKE(
            "intake",
            CustodyEvent.Declared.class,
            CustodyEvent.Withdrawn.class,
            CustodyEvent.Received.class,
            CustodyEvent.LinkedToCase.class,
            CustodyEvent.LockProbed.class,
            SupervisionEvent.AccessDenied.class,
            DeviceEvent.class),

    /**
     * The page and its API: what people did. It may feed {@code received} again, with which an item's way begins once more; the record drops the
     * repeat.
     */
    REVIEW(
            "review",
            CustodyEvent.Received.class,
            CustodyEvent.DescriptionRequested.class,
            CustodyEvent.LinkedToCase.class,
            CustodyEvent.UnlinkedFromCase.class,
            CustodyEvent.Viewed.class,
            CustodyEvent.Downloaded.class,
            PlayEvent.class,
            SupervisionEvent.class,
            ExportEvent.class,
            CaseEvent.class,
            AccessEvent.class,
            PeopleEvent.class,
            UnitEvent.class,
            DispatchEvent.DispatchRecorded.class,
            GapEvent.GapExplained.class,
            GapEvent.GapReopened.class,
            RetentionEvent.Categorised.class,
            RetentionEvent.HoldPlaced.class,
            RetentionEvent.HoldReleased.class,
            RetentionEvent.FixityChecked.class,
            RetentionEvent.DisposalProposed.class,
            RetentionEvent.DisposalApproved.class,
            RetentionEvent.DisposalRefused.class,
            RetentionEvent.RetentionRuleProposed.class,
            RetentionEvent.RetentionRuleApproved.class,
            RetentionEvent.RetentionRuleRefused.class),

    /** The ingest job: what rules led to, never in a person's name. */
    INGEST_JOB(
            "ingest-job",
            CustodyEvent.Verified.class,
            CustodyEvent.Rejected.class,
            CustodyEvent.Described.class,
            CustodyEvent.DescriptionFailed.class,
            CustodyEvent.LinkedToCase.class,
            CustodyEvent.UnlinkedFromCase.class,
            CustodyEvent.Sealed.class,
            CustodyEvent.Refused.class,
            CustodyEvent.StepFailed.class,
            DispatchEvent.class,
            GapEvent.GapFound.class,
            GapEvent.GapClosed.class,
            GapEvent.TimePassed.class,
            RetentionEvent.RetentionExtended.class,
            RetentionEvent.DisposalRefused.class,
            RetentionEvent.Disposed.class),

    /** Who holds the logs' keys: which of them count. */
    RECORD_JOB("record-job", LogEvent.class);

    private final String id;

    @SuppressWarnings("ImmutableEnumChecker") // List.of gives one that nobody changes
    private final List<Class<?>> kinds;

    Part(String id, Class<?>... kinds) {
        this.id = id;
        this.kinds = List.of(kinds);
    }

    /** Its name in the list of parts' keys, and of its key. */
    public String id() {
        return id;
    }

    /** The part of this name. */
    public static Optional<Part> of(String id) {
        return Arrays.stream(values()).filter(part -> part.id.equals(id)).findFirst();
    }

    /** The names of the kinds of event that it may make, in their order. */
    public List<String> kinds() {
        return EventKinds.all().stream()
                .filter(this::makes)
                .map(CustodyEvent::typeName)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private boolean makes(Class<?> kind) {
        return kinds.stream().anyMatch(known -> known.isAssignableFrom(kind));
    }

    /** Whether this event counts from this part. A link counts by its basis, and what the ingest job does is done by no person. */
    public boolean makes(CustodyEvent event) {
        if (!makes(event.getClass())) {
            return false;
        }
        if (event instanceof LinkedToCase link && !bases().contains(link.basis())) {
            return false;
        }
        return this != INGEST_JOB || event.context().actor().kind() == Actor.Kind.COMPONENT;
    }

    /**
     * This event, if it counts from this part.
     *
     * @throws IllegalStateException if it does not, so that the part fails at once, and not the record's readers
     */
    public <E extends CustodyEvent> E requireMakes(E event) {
        if (!makes(event)) {
            throw new IllegalStateException("The part " + id + " makes no such event: " + event.typeName());
        }
        return event;
    }

    private Set<Basis> bases() {
        return switch (this) {
            case INTAKE -> Set.of(Basis.DECLARED);
            case REVIEW -> Set.of(Basis.OFFICER);
            case INGEST_JOB -> Set.of(Basis.DECLARED, Basis.RULE);
            case RECORD_JOB -> Set.of();
        };
    }
}
