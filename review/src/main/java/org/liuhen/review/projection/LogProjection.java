package org.liuhen.review.projection;

import java.util.Map;
import org.liuhen.custody.event.CaseEvent;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.Entry;

/**
 * Items and cases as the entries of a log add up to, in the order of the log. The follower and the audit both use it, so they compute the same.
 *
 * @param items the items, by ID
 * @param cases the cases about which something was decided, by ID
 * @param clocks the last clock measurement of each device, by serial number
 */
public record LogProjection(
        Map<String, ItemView> items, Map<String, CaseFile> cases, Map<String, ClockMeasured> clocks) {
    /** Adds the next entry. */
    public void add(Entry entry, EntryRow row) {
        if (entry.chain().equals(Entry.LOG_CHAIN)) {
            if (entry.event() instanceof CaseEvent decided) {
                put(decided.caseId().value(), file(decided.caseId().value()).after(decided));
            } else if (entry.event() instanceof ClockMeasured measured
                    && clocks.put(measured.deviceSerial(), measured) == null) {
                DeviceClock.measured(items, measured);
            }
            return;
        }
        ItemView item = items.computeIfAbsent(row.chain(), id -> new ItemView());
        if (entry.event() instanceof LinkedToCase linked) {
            String caseId = linked.caseId().value();
            put(caseId, file(caseId).with(item.unitCode));
            ItemProjection.add(item, entry, row.leaf(), file(caseId));
        } else {
            ItemProjection.add(item, entry, row.leaf(), CaseFile.NOTHING);
            if (entry.event() instanceof Received received) {
                DeviceClock.received(item, received, clocks);
            }
        }
    }

    private CaseFile file(String caseId) {
        return cases.getOrDefault(caseId, CaseFile.NOTHING);
    }

    private void put(String caseId, CaseFile file) {
        if (!file.equals(file(caseId))) {
            cases.put(caseId, file);
        }
    }
}
