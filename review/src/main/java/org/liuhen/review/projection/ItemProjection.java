package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.TreeSet;
import org.liuhen.access.Units;
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
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.SupervisionEvent;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.Place;
import org.liuhen.custody.evidence.StoredObject;

/**
 * Computes an item, as people search it, from its entries: a JSON object. The follower of the log computes it and stores it. The audit computes
 * it again and compares. A method without a body is for a kind of event that changes nothing in an item but its chain.
 */
public final class ItemProjection implements EventVisitor {
    private final ObjectNode item;
    private final CaseFile file;

    private ItemProjection(ObjectNode item, CaseFile file) {
        this.item = item;
        this.file = file;
    }

    /**
     * Adds the next entry of the chain of the item.
     *
     * @param leaf the leaf hash of the entry, in hexadecimal
     * @param file the case that the entry is about, as it was before; not read where it is about no case
     */
    static void add(ObjectNode item, Entry entry, String leaf, CaseFile file) {
        item.put("entries", entry.itemSequence() + 1);
        item.put("lastLeaf", leaf);
        entry.event().accept(new ItemProjection(item, file));
    }

    @Override
    public void declared(Declared event) {
        item.put("state", "declared");
        item.put("fileName", event.fileName().value());
        ItemFields.put(item, "mediaType", event.mediaType());
        item.put("sizeBytes", event.sizeBytes());
        item.put("sha256", event.sha256().hex());
        item.put("declaredAt", event.context().occurredAt().toString());
        item.put("sender", event.context().actor().id());
        ItemFields.put(item, "unitCode", event.context().actor().unitCode());
        ItemFields.put(item, "onBehalfOf", event.context().onBehalfOf());
        Senders.add(item, event.context(), event.capture());
        if (event.capture() != null) {
            ItemFields.put(item, "officerNo", event.capture().officerNo());
            ItemFields.put(item, "incidentNo", event.capture().incidentNo());
            ItemFields.put(item, "deviceSerial", event.capture().deviceSerial());
            ItemFields.put(item, "captureStart", event.capture().captureStart());
            ItemFields.put(item, "captureEnd", event.capture().captureEnd());
            ItemFields.put(item, "recordingId", event.capture().recordingId());
            item.put("segment", event.capture().segment());
            item.put("segmentCount", event.capture().segmentCount());
            item.put("marked", event.capture().marked());
        }
        item.putArray("cases");
    }

    @Override
    public void withdrawn(Withdrawn event) {
        item.put("state", "withdrawn");
    }

    @Override
    public void received(Received event) {
        item.put("state", "received");
        item.put("receivedAt", event.context().occurredAt().toString());
        ObjectNode object = item.putObject("object");
        object.put("bucket", event.object().bucket());
        object.put("key", event.object().key());
        ItemFields.put(object, "versionId", event.object().versionId());
    }

    @Override
    public void verified(Verified event) {
        item.put("state", "verified");
    }

    @Override
    public void rejected(Rejected event) {
        item.put("state", "rejected");
        item.put("rejectedFor", event.reason());
        if (event.sha256() != null) {
            item.put("sha256", event.sha256().hex());
        }
    }

    @Override
    public void described(Described event) {
        item.put("mediaType", event.mediaType());
        item.put("metadataSha256", event.metadataSha256().hex());
        item.remove("place");
        if (event.place() != null) {
            Place place = event.place();
            item.putArray("place")
                    .add(place.west())
                    .add(place.south())
                    .add(place.east())
                    .add(place.north());
        }
        captureTime(item, event.captureTime());
        item.put("describedBy", event.context().eventId());
        item.set("describedWith", tools(event.tools()));
        item.remove("descriptionRequestedWith");
        item.remove("descriptionFailure"); // an earlier description failed
    }

    @Override
    public void descriptionFailed(DescriptionFailed event) {
        item.put("descriptionFailure", event.reason());
    }

    @Override
    public void descriptionRequested(DescriptionRequested event) {
        item.set("descriptionRequestedWith", tools(event.tools()));
    }

    @Override
    public void linkedToCase(LinkedToCase event) {
        cases(item, event.caseId().value(), true);
        ItemFields.remove(item, "failedSteps", "link");
        ObjectNode link = item.withObject("links").putObject(event.caseId().value());
        ItemFields.put(link, "basis", event.basis());
        ItemFields.put(link, "kind", event.kind());
        if (event.basis() == CustodyEvent.Basis.DECLARED && !kin(item, file.unit())) {
            link.put("foreign", true);
            item.withArray("foreignCases").add(event.caseId().value());
        }
        if (event.basis() == CustodyEvent.Basis.RULE || isCandidate(item, event.caseId())) {
            item.remove("candidates"); // an incident was chosen
        }
    }

    @Override
    public void unlinkedFromCase(UnlinkedFromCase event) {
        cases(item, event.caseId().value(), false);
        item.withObject("links").remove(event.caseId().value());
        ItemFields.remove(item, "foreignCases", event.caseId().value());
    }

    @Override
    public void sealed(Sealed event) {
        item.put("sealedUntil", event.retainUntil().toString());
        ItemFields.remove(item, "failedSteps", "verify");
        ItemFields.remove(item, "failedSteps", "seal");
        item.put("enforcement", event.enforcement());
    }

    @Override
    public void viewed(Viewed event) {}

    @Override
    public void downloaded(Downloaded event) {}

    @Override
    public void lockProbed(LockProbed event) {}

    @Override
    public void refused(Refused event) {}

    @Override
    public void stepFailed(StepFailed event) {
        ObjectNode step = item.withObject("failedSteps").putObject(event.step());
        step.put("code", event.code()).put("reason", event.reason());
        step.put("at", event.context().occurredAt().toString());
    }

    @Override
    public void retention(RetentionEvent event) {
        event.accept(new RetentionProjection(item));
    }

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
    public void ofCase(CaseEvent event) {} // in the log's own chain

    @Override
    public void log(LogEvent event) {} // in the log's own chain

    /** Whether the unit of a case is above, below or the same as a unit of the item. A case without a unit is. */
    private static boolean kin(ObjectNode item, String unit) {
        boolean kin = unit == null;
        for (JsonNode itemUnit : item.path("units")) {
            kin |= !kin && Units.kin(itemUnit.asText(), unit);
        }
        return kin;
    }

    /** The programs and rules that made a description: the version of each, by its name. */
    public static ObjectNode tools(List<Instrument> tools) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (Instrument tool : tools == null ? List.<Instrument>of() : tools) {
            node.put(tool.tool(), tool.version());
        }
        return node;
    }

    /** Where the bytes of an item are stored. The item must have been received. */
    public static StoredObject storedObject(JsonNode item) {
        JsonNode object = item.get("object");
        return new StoredObject(
                object.get("bucket").asText(),
                object.get("key").asText(),
                object.has("versionId") ? object.get("versionId").asText() : null);
    }

    /** Whether this case is one of the incidents that were proposed for the item. */
    public static boolean isCandidate(ObjectNode item, CaseId caseId) {
        for (JsonNode candidate : item.path("candidates")) {
            if (candidate.path("incidentNo").asText().equals(caseId.value())) {
                return true;
            }
        }
        return false;
    }

    private static void cases(ObjectNode item, String caseId, boolean linked) {
        TreeSet<String> cases = new TreeSet<>();
        item.withArray("cases").forEach(before -> cases.add(before.asText()));
        if (linked) {
            cases.add(caseId);
        } else {
            cases.remove(caseId);
        }
        ArrayNode after = item.putArray("cases");
        cases.forEach(after::add);
    }

    /** Sets when the item was recorded, by its description; removes it where that is not known. */
    private static void captureTime(ObjectNode item, CaptureTime time) {
        item.remove("captureTime");
        if (time != null) {
            ObjectNode node = item.putObject("captureTime");
            ItemFields.put(node, "earliest", time.earliest());
            ItemFields.put(node, "latest", time.latest());
            if (time.lengthMillis() != null) {
                node.put("lengthMillis", time.lengthMillis());
            }
            ItemFields.put(node, "clock", time.clock());
            ItemFields.put(node, "source", time.source());
            ItemFields.put(node, "rule", time.rule());
            node.put("usable", time.isUsable());
        }
        DeviceClock.recorded(item);
    }
}
