package org.liuhen.review.projection;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.review.projection.ItemParts.Captured;
import org.liuhen.review.projection.ItemParts.ClockOffset;
import org.liuhen.review.projection.ItemParts.Span;

/**
 * The clock offset of the device that made an item, and the recording time that follows from it. As in the rule that links recordings to
 * incidents, the last measurement before the item was received counts, else the first one after it.
 */
public final class DeviceClock {
    /** The first measurement of a clock corrects at most so many items that were received before it, the newest ones. */
    public static final int EARLIER_ITEMS_MAX = 1_000;

    private DeviceClock() {}

    /** The serial number of the device that made an item: the one that the sender names, else the sender. Empty where the sender is no device. */
    public static Optional<String> device(Received received) {
        CaptureClaims claims = received.capture();
        Actor sender = received.context().actor();
        if (claims != null && claims.deviceSerial() != null) {
            return Optional.of(claims.deviceSerial());
        }
        return sender.kind() == Actor.Kind.DEVICE ? Optional.of(sender.id()) : Optional.empty();
    }

    /**
     * Sets the device of an item, and corrects its time by the last measurement before it was received.
     *
     * @param clocks the last measurement of each clock, by serial number
     */
    static void received(ItemView item, Received received, Map<String, ClockMeasured> clocks) {
        Optional<String> device = device(received);
        device.ifPresent(serial -> item.device = serial);
        device.map(clocks::get).ifPresent(measured -> correct(item, measured));
    }

    /** Corrects the times of items that were received before the first measurement of the clock. */
    static void measured(Map<String, ItemView> items, ClockMeasured measured) {
        items.entrySet().stream()
                .filter(item ->
                        measured.deviceSerial().equals(item.getValue().device) && item.getValue().deviceClock == null)
                .sorted(Map.Entry.<String, ItemView>comparingByKey(Comparator.reverseOrder()))
                .limit(EARLIER_ITEMS_MAX)
                .forEach(item -> correct(item.getValue(), measured));
    }

    private static void correct(ItemView item, ClockMeasured measured) {
        item.deviceClock = new ItemParts.ClockOffset(
                measured.offsetMillis(),
                measured.uncertaintyMillis(),
                measured.context().occurredAt(),
                measured.context().actor().id());
        recorded(item);
    }

    /**
     * Sets {@code captureTime.corrected} to the capture time without the offset of the clock, and {@code recordedFrom} to its beginning
     * where it is exact enough to be used.
     */
    static void recorded(ItemView item) {
        item.recordedFrom = null;
        Captured time = item.captureTime;
        if (time == null) {
            return;
        }
        Span corrected = corrected(time, item.deviceClock);
        item.captureTime = new Captured(
                time.earliest(),
                time.latest(),
                time.lengthMillis(),
                time.clock(),
                time.source(),
                time.rule(),
                time.usable(),
                corrected);
        if (time.usable()) {
            item.recordedFrom = corrected == null ? time.earliest() : corrected.earliest();
        }
    }

    /** The capture time without the offset of the clock; null where it was not measured or is another clock's. */
    private static Span corrected(Captured time, ClockOffset clock) {
        if (time.clock() != Clock.DEVICE || clock == null) {
            return null;
        }
        long ahead = clock.offsetMillis();
        return RecordTime.holds(time.earliest().toEpochMilli() - ahead)
                        && RecordTime.holds(time.latest().toEpochMilli() - ahead)
                ? new Span(time.earliest().minusMillis(ahead), time.latest().minusMillis(ahead))
                : null;
    }
}
