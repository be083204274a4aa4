package org.liuhen.review.projection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.RecordTime;

/**
 * The clock offset of the device that made an item, and the recording time that follows from it. As in the rule that links recordings to
 * incidents, the last measurement before the item was received counts, else the first one after it.
 */
public final class DeviceClock {
    /** The first measurement of a clock corrects at most so many items that were received before it, the newest ones. */
    public static final int EARLIER_ITEMS_MAX = 1_000;

    private static final String DEVICE = "device";
    private static final String CLOCK = "deviceClock";

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
    static void received(ObjectNode item, Received received, Map<String, ClockMeasured> clocks) {
        Optional<String> device = device(received);
        device.ifPresent(serial -> item.put(DEVICE, serial));
        device.map(clocks::get).ifPresent(measured -> correct(item, measured));
    }

    /** Corrects the times of items that were received before the first measurement of the clock. */
    static void measured(Map<String, ObjectNode> items, ClockMeasured measured) {
        items.entrySet().stream()
                .filter(item -> item.getValue().path(DEVICE).asText().equals(measured.deviceSerial())
                        && !item.getValue().has(CLOCK))
                .sorted(Map.Entry.<String, ObjectNode>comparingByKey(Comparator.reverseOrder()))
                .limit(EARLIER_ITEMS_MAX)
                .forEach(item -> correct(item.getValue(), measured));
    }

    private static void correct(ObjectNode item, ClockMeasured measured) {
        ObjectNode clock = item.putObject(CLOCK);
        clock.put("offsetMillis", measured.offsetMillis());
        if (measured.uncertaintyMillis() != null) {
            clock.put("uncertaintyMillis", measured.uncertaintyMillis());
        }
        clock.put("measuredAt", measured.context().occurredAt().toString());
        clock.put("measuredBy", measured.context().actor().id());
        recorded(item);
    }

    /**
     * Sets {@code captureTime.corrected} to the capture time without the offset of the clock, and {@code recordedFrom} to its beginning
     * where it is exact enough to be used.
     */
    static void recorded(ObjectNode item) {
        item.remove("recordedFrom");
        if (!(item.get("captureTime") instanceof ObjectNode time)) {
            return;
        }
        time.remove("corrected");
        Instant earliest = Instant.parse(time.get("earliest").asText());
        Instant latest = Instant.parse(time.get("latest").asText());
        if (time.get("clock").asText().equals(Clock.DEVICE.name()) && item.has(CLOCK)) {
            long ahead = item.get(CLOCK).get("offsetMillis").asLong();
            if (RecordTime.holds(earliest.toEpochMilli() - ahead) && RecordTime.holds(latest.toEpochMilli() - ahead)) {
                earliest = earliest.minusMillis(ahead);
                latest = latest.minusMillis(ahead);
                time.putObject("corrected").put("earliest", earliest.toString()).put("latest", latest.toString());
            }
        }
        if (time.get("usable").asBoolean()) {
            item.put("recordedFrom", earliest.toString());
        }
    }
}
