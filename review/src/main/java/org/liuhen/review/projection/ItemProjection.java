package org.liuhen.review.projection;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.liuhen.custody.event.AccessEvent;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.DescriptionFailed;
import org.liuhen.custody.event.CustodyEvent.DescriptionRequested;
import org.liuhen.custody.event.CustodyEvent.Downloaded;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Refused;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.StepFailed;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent;
import org.liuhen.custody.event.DispatchEvent;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext.Instrument;
import org.liuhen.custody.event.EventVisitor;
import org.liuhen.custody.event.ExportEvent;
import org.liuhen.custody.event.GapEvent;
import org.liuhen.custody.event.LogEvent;
import org.liuhen.custody.event.PeopleEvent;
import org.liuhen.custody.event.PlayEvent;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.SupervisionEvent;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.event.UnitEvent;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.Place;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.projection.ItemParts.Captured;
import org.liuhen.review.projection.ItemView.State;

/**
 * Computes an item, as people search it, from its entries. The follower of the log computes it and stores it. The audit computes
 * it again and compares. A method without a body is for a kind of event that changes nothing in an item but its chain.
 */
public final class ItemProjection implements EventVisitor {
    /** The purposes of looks at something that was made from the item, or at a whole case: they show no notes. */
    private static final Set<String> LOOKS_WITHOUT_NOTES = Set.of("preview", "positions", "case graph");

    private final ItemView item;
    private final CaseFile file;

    private ItemProjection(ItemView item, CaseFile file) {
        this.item = item;
        this.file = file;
    }

    /**
     * Adds the next entry of the chain of the item.
     *
     * @param leaf the leaf hash of the entry, in hexadecimal
     * @param file the case that the entry is about, as it was before; not read where it is about no case
     */
    static void add(ItemView item, Entry entry, String leaf, CaseFile file) {
        item.entries = entry.itemSequence() + 1;
        item.lastLeaf = leaf;
        entry.event().accept(new ItemProjection(item, file));
    }

    @Override
    public void declared(Declared event) {
        item.state = State.DECLARED;
        item.fileName = event.fileName().value();
        item.mediaType = event.mediaType();
        item.sizeBytes = event.sizeBytes();
        item.sha256 = event.sha256();
        item.declaredAt = event.context().occurredAt();
        item.sender = event.context().actor().id();
        item.unitCode = event.context().actor().unitCode();
        item.onBehalfOf = event.context().onBehalfOf();
        item.cases = new TreeSet<>();
        Senders.add(item, event.context(), event.capture());
        CaptureClaims claims = event.capture();
        if (claims != null) {
            item.officerNo = claims.officerNo();
            item.incidentNo = claims.incidentNo();
            item.deviceSerial = claims.deviceSerial();
            item.captureStart = claims.captureStart();
            item.captureEnd = claims.captureEnd();
            item.recordingId = claims.recordingId();
            item.claimedSegment(claims.segment());
            item.segmentCount = claims.segmentCount();
            item.marked = claims.marked();
        }
    }

    @Override
    public void withdrawn(Withdrawn event) {
        item.state = State.WITHDRAWN;
    }

    @Override
    public void received(Received event) {
        item.state = State.RECEIVED;
        item.receivedAt = event.context().occurredAt();
        item.object = event.object();
    }

    @Override
    public void verified(Verified event) {
        item.state = State.VERIFIED;
    }

    @Override
    public void rejected(Rejected event) {
        item.state = State.REJECTED;
        item.rejectedFor = event.reason();
        if (event.sha256() != null) {
            item.sha256 = event.sha256();
        }
    }

    @Override
    public void described(Described event) {
        item.mediaType = event.mediaType();
        item.metadataSha256 = event.metadataSha256();
        Place place = event.place();
        item.place = place == null ? null : List.of(place.west(), place.south(), place.east(), place.north());
        item.captureTime = captured(event.captureTime());
        DeviceClock.recorded(item);
        item.describedBy = event.context().eventId();
        item.describedWith = versions(event.tools());
        item.descriptionRequestedWith = null;
        item.descriptionFailure = null; // an earlier description failed
    }

    @Override
    public void descriptionFailed(DescriptionFailed event) {
        item.descriptionFailure = event.reason();
    }

    @Override
    public void descriptionRequested(DescriptionRequested event) {
        item.descriptionRequestedWith = versions(event.tools());
    }

    @Override
    public void linkedToCase(LinkedToCase event) {
        String caseId = event.caseId().value();
        boolean foreign = event.basis() == CustodyEvent.Basis.DECLARED && !kin(file.unit());
        cases().add(caseId);
        item.failedSteps.remove("link");
        links().put(caseId, new ItemParts.Link(event.basis(), event.kind(), foreign ? true : null));
        if (foreign) {
            item.foreignCases.add(caseId);
        }
        if (event.basis() == CustodyEvent.Basis.RULE || item.isCandidate(event.caseId())) {
            item.candidates = List.of(); // an incident was chosen
        }
    }

    @Override
    public void unlinkedFromCase(UnlinkedFromCase event) {
        String caseId = event.caseId().value();
        cases().remove(caseId);
        links().remove(caseId);
        item.foreignCases.removeIf(caseId::equals);
    }

    @Override
    public void sealed(Sealed event) {
        item.sealedUntil = event.retainUntil();
        item.enforcement = event.enforcement();
        item.failedSteps.remove("verify");
        item.failedSteps.remove("seal");
    }

    /** Whether who did this has seen what was said of the item before: he opened it, wrote a note or offered it again. */
    public static boolean showsNotes(CustodyEvent event) {
        return event instanceof NoteAdded
                || event instanceof HandoverOffered
                || event instanceof HandoverOfferedToUnit
                || (event instanceof Viewed
                        && !LOOKS_WITHOUT_NOTES.contains(
                                String.valueOf(event.context().purpose())));
    }

    /** Who opens the item reads the notes that name him. */
    @Override
    public void viewed(Viewed event) {
        if (showsNotes(event)) {
            item.named.remove(event.context().actor().id());
        }
    }

    @Override
    public void downloaded(Downloaded event) {}

    @Override
    public void lockProbed(LockProbed event) {}

    @Override
    public void refused(Refused event) {}

    @Override
    public void stepFailed(StepFailed event) {
        item.failedSteps.put(
                event.step(),
                new ItemParts.FailedStep(
                        event.code(), event.reason(), event.context().occurredAt()));
    }

    @Override
    public void retention(RetentionEvent event) {
        event.accept(new RetentionProjection(item));
    }

    @Override
    public void play(PlayEvent event) {}

    @Override
    public void supervision(SupervisionEvent event) {
        event.accept(new SupervisionProjection(item));
    }

    @Override
    public void export(ExportEvent event) {
        event.accept(new ExportProjection(item));
    }

    @Override
    public void device(DeviceEvent event) {
        event.accept(new DeviceProjection(item));
    }

    @Override
    public void dispatch(DispatchEvent event) {
        event.accept(new DispatchProjection(item));
    }

    @Override
    public void gap(GapEvent event) {
        event.accept(new GapProjection(item));
    }

    @Override
    public void access(AccessEvent event) {} // in the log's own chain

    @Override
    public void people(PeopleEvent event) {} // in the log's own chain

    @Override
    public void unit(UnitEvent event) {} // in the log's own chain

    @Override
    public void ofCase(CaseEvent event) {} // in the log's own chain

    @Override
    public void log(LogEvent event) {} // in the log's own chain

    /** Whether the unit of a case is above, below or the same as a unit of the item. A case without a unit is. */
    private boolean kin(String unit) {
        return unit == null || item.units.stream().anyMatch(own -> Units.kin(own, unit));
    }

    private Set<String> cases() {
        if (item.cases == null) {
            item.cases = new TreeSet<>();
        }
        return item.cases;
    }

    private Map<String, ItemParts.Link> links() {
        if (item.links == null) {
            item.links = new LinkedHashMap<>();
        }
        return item.links;
    }

    /** The programs and rules that made a description: the version of each, by its name. */
    public static Map<String, String> versions(List<Instrument> tools) {
        Map<String, String> versions = new LinkedHashMap<>();
        if (tools != null) {
            tools.forEach(tool -> versions.put(tool.tool(), tool.version()));
        }
        return versions;
    }

    private static Captured captured(CaptureTime time) {
        return time == null
                ? null
                : new Captured(
                        time.earliest(),
                        time.latest(),
                        time.lengthMillis(),
                        time.clock(),
                        time.source(),
                        time.rule(),
                        time.isUsable(),
                        null);
    }
}
