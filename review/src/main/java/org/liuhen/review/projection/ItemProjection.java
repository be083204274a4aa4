package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.TreeSet;
import org.liuhen.access.Units;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.DescriptionFailed;
import org.liuhen.custody.event.CustodyEvent.DescriptionRequested;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.StepFailed;
import org.liuhen.custody.event.CustodyEvent.UnlinkedFromCase;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.CustodyEvent.Withdrawn;
import org.liuhen.custody.event.DeviceEvent.CopyErased;
import org.liuhen.custody.event.DeviceEvent.ReceivedAgain;
import org.liuhen.custody.event.DispatchEvent.LinkProposed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.EventContext.Instrument;
import org.liuhen.custody.event.ExportEvent;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.GapEvent.GapClosed;
import org.liuhen.custody.event.GapEvent.GapFound;
import org.liuhen.custody.event.LinkRule;
import org.liuhen.custody.event.RetentionEvent;
import org.liuhen.custody.event.SupervisionEvent;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.Place;
import org.liuhen.custody.evidence.StoredObject;

/**
 * Computes an item, as people search it, from its entries: a JSON object. The follower of the log computes it and stores it. The audit computes
 * it again and compares.
 */
public final class ItemProjection {
    private ItemProjection() {}

    /**
     * Adds the next entry of the chain of the item.
     *
     * @param leaf the leaf hash of the entry, in hexadecimal
     * @param file the case that the entry is about, as it was before; not read where it is about no case
     */
    static void add(ObjectNode item, Entry entry, String leaf, CaseFile file) {
        CustodyEvent event = entry.event();
        item.put("entries", entry.itemSequence() + 1);
        item.put("lastLeaf", leaf);
        if (event instanceof Declared declared) {
            item.put("state", "declared");
            item.put("fileName", declared.fileName().value());
            ItemFields.put(item, "mediaType", declared.mediaType());
            item.put("sizeBytes", declared.sizeBytes());
            item.put("sha256", declared.sha256().hex());
            item.put("declaredAt", declared.context().occurredAt().toString());
            item.put("sender", declared.context().actor().id());
            ItemFields.put(item, "unitCode", declared.context().actor().unitCode());
            ItemFields.put(item, "onBehalfOf", declared.context().onBehalfOf());
            sent(item, declared.context(), declared.capture());
            if (declared.capture() != null) {
                ItemFields.put(item, "officerNo", declared.capture().officerNo());
                ItemFields.put(item, "incidentNo", declared.capture().incidentNo());
                ItemFields.put(item, "deviceSerial", declared.capture().deviceSerial());
                ItemFields.put(item, "captureStart", declared.capture().captureStart());
                ItemFields.put(item, "captureEnd", declared.capture().captureEnd());
                ItemFields.put(item, "recordingId", declared.capture().recordingId());
                item.put("segment", declared.capture().segment());
                item.put("segmentCount", declared.capture().segmentCount());
                item.put("marked", declared.capture().marked());
            }
            item.putArray("cases");
        } else if (event instanceof Withdrawn) {
            item.put("state", "withdrawn");
        } else if (event instanceof Received received) {
            item.put("state", "received");
            item.put("receivedAt", received.context().occurredAt().toString());
            ObjectNode object = item.putObject("object");
            object.put("bucket", received.object().bucket());
            object.put("key", received.object().key());
            ItemFields.put(object, "versionId", received.object().versionId());
        } else if (event instanceof Verified) {
            item.put("state", "verified");
        } else if (event instanceof Rejected rejected) {
            item.put("state", "rejected");
            item.put("rejectedFor", rejected.reason());
            if (rejected.sha256() != null) {
                item.put("sha256", rejected.sha256().hex());
            }
        } else if (event instanceof Described described) {
            item.put("mediaType", described.mediaType());
            item.put("metadataSha256", described.metadataSha256().hex());
            item.remove("place");
            if (described.place() != null) {
                Place place = described.place();
                item.putArray("place")
                        .add(place.west())
                        .add(place.south())
                        .add(place.east())
                        .add(place.north());
            }
            captureTime(item, described.captureTime());
            item.put("describedBy", described.context().eventId());
            item.set("describedWith", tools(described.tools()));
            item.remove("descriptionRequestedWith");
            item.remove("descriptionFailure"); // an earlier description failed
        } else if (event instanceof DescriptionRequested requested) {
            item.set("descriptionRequestedWith", tools(requested.tools()));
        } else if (event instanceof DescriptionFailed failed) {
            item.put("descriptionFailure", failed.reason());
        } else if (event instanceof LinkedToCase linked) {
            cases(item, linked.caseId().value(), true);
            ItemFields.remove(item, "failedSteps", "link");
            ObjectNode link = item.withObject("links").putObject(linked.caseId().value());
            ItemFields.put(link, "basis", linked.basis());
            ItemFields.put(link, "kind", linked.kind());
            if (linked.basis() == CustodyEvent.Basis.DECLARED && !kin(item, file.unit())) {
                link.put("foreign", true);
                item.withArray("foreignCases").add(linked.caseId().value());
            }
            if (linked.basis() == CustodyEvent.Basis.RULE || isCandidate(item, linked.caseId())) {
                item.remove("candidates"); // an incident was chosen
            }
        } else if (event instanceof UnlinkedFromCase unlinked) {
            cases(item, unlinked.caseId().value(), false);
            item.withObject("links").remove(unlinked.caseId().value());
            ItemFields.remove(item, "foreignCases", unlinked.caseId().value());
        } else if (event instanceof LinkProposed proposed) {
            item.remove("candidates");
            for (LinkRule.Candidate candidate : proposed.rule().candidates()) {
                ObjectNode incident = item.withArray("candidates").addObject();
                incident.put("incidentNo", candidate.incidentNo().value());
                ItemFields.put(incident, "dispatchedAt", candidate.dispatchedAt());
                ItemFields.put(incident, "clearedAt", candidate.clearedAt());
                ItemFields.put(incident, "matchedBy", candidate.matchedBy());
            }
        } else if (event instanceof Sealed sealed) {
            item.put("sealedUntil", sealed.retainUntil().toString());
            ItemFields.remove(item, "failedSteps", "verify");
            ItemFields.remove(item, "failedSteps", "seal");
            item.put("enforcement", sealed.enforcement());
        } else if (event instanceof GapFound gap) {
            ItemFields.put(item.withObject("gaps"), gap.gapKind().name(), gap.finding());
        } else if (event instanceof GapClosed closed) {
            item.withObject("gaps").remove(closed.gapId().replaceFirst(" .*", ""));
        } else if (event instanceof RetentionEvent retention) {
            RetentionProjection.add(item, retention);
        } else if (event instanceof SupervisionEvent supervised) {
            SupervisionProjection.add(item, supervised);
        } else if (event instanceof ReceivedAgain again) {
            item.withArray("receivedAgainAs").add(again.declaredAs().value());
            sent(item, again.context(), again.capture());
        } else if (event instanceof CopyErased erased) {
            item.withArray("copiesErased").add(erased.copy());
        } else if (event instanceof ExportEvent export) {
            item.withObject("exports")
                    .put(
                            export.key(),
                            export instanceof ExportRequested
                                    ? "requested"
                                    : export instanceof ExportApproved ? "approved" : "exported");
        } else if (event instanceof StepFailed failed) {
            ObjectNode step = item.withObject("failedSteps").putObject(failed.step());
            step.put("code", failed.code()).put("reason", failed.reason());
            step.put("at", failed.context().occurredAt().toString());
        } // viewed, downloaded, lockProbed and other refusals change nothing but the chain
    }

    /**
     * Adds a sender. The item belongs to the sender, to the officer for whom it was sent, and to the unit of the sender. Claims that
     * contradict what was proved are kept in {@code claims}. At a station without sign-in nothing is proved, so the claims count.
     */
    private static void sent(ObjectNode item, EventContext context, CaptureClaims claims) {
        Actor sender = context.actor();
        boolean proved = !sender.credential().equals("claimed");
        String officer = context.onBehalfOf();
        if (officer == null) {
            officer = proved || claims == null || claims.officerNo() == null ? sender.id() : claims.officerNo();
        }
        ItemFields.add(item, "owners", sender.id());
        ItemFields.add(item, "owners", officer);
        if (sender.unitCode() != null) {
            ItemFields.add(item, "units", sender.unitCode());
        }
        if (proved && claims != null) {
            claimed(item, "unitCode", claims.unitCode(), sender.unitCode());
            claimed(item, "officerNo", claims.officerNo(), officer);
        }
    }

    private static void claimed(ObjectNode item, String name, String claim, String proved) {
        if (claim != null && !claim.equals(proved)) {
            item.withArray("claims")
                    .addObject()
                    .put("name", name)
                    .put("claimed", claim)
                    .put("proved", proved);
        }
    }

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
