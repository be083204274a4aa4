package org.liuhen.describe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.describe.Value.Confidence;

/** Contradictions among the values of a file, or between them and the sender's claims. Each is a value of its own; no other value is removed for it. */
final class Conflicts {
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
    private static final Duration ZONES_DIFFER_MAX = Duration.ofHours(26); // -12:00 and +14:00
    private static final long QUARTER_SECONDS = 900;

    private Conflicts() {}

    /** The conflicts among these values of a file, and with what its sender is and claimed. */
    static List<Value> among(List<Value> values, String mediaType, Item item) {
        Actor sender = item.sender();
        List<Value> found = new ArrayList<>();
        if (mediaType.matches("(video|audio|image)/.*|application/mp4")) { // a document's times may be years apart
            times(values).ifPresent(found::add);
        }
        String claimed = item.capture() == null ? null : item.capture().officerNo();
        String officer = claimed != null ? claimed : sender.kind() == Actor.Kind.OFFICER ? sender.id() : null;
        if (officer != null) {
            values.stream()
                    .filter(value ->
                            value.name().equals("officer") && !value.value().equals(officer))
                    .findFirst()
                    .ifPresent(value -> found.add(finding(
                            "officerConflict",
                            "the file name says " + value.value()
                                    + (claimed != null ? ", the sender claimed " : ", it was sent by ") + officer,
                            value.source())));
        }
        if (item.capture() != null) {
            claims(values, item.capture(), found);
        }
        return found;
    }

    /** Compares the sender's claims with the values of the file. */
    private static void claims(List<Value> values, CaptureClaims capture, List<Value> found) {
        for (Value value : values) {
            boolean device = value.name().equals("device") || value.name().equals("serial");
            if (device && capture.deviceSerial() != null && !value.value().equals(capture.deviceSerial())) {
                found.add(finding(
                        "deviceConflict",
                        "the file says " + value.value() + ", the sender claimed " + capture.deviceSerial(),
                        value.source()));
                break;
            }
        }
        if (capture.captureStart() == null) {
            return;
        }
        Instant from = capture.captureStart().minus(CLOCKS_DIFFER);
        Instant to = (capture.captureEnd() == null ? capture.captureStart() : capture.captureEnd()).plus(CLOCKS_DIFFER);
        for (Value value : values) {
            Optional<Instant> time = value.name().equals("timeClaim") ? instant(value) : Optional.empty();
            if (time.isPresent() && (time.get().isBefore(from) || time.get().isAfter(to))) {
                found.add(finding(
                        "captureConflict",
                        "the file says " + value.value() + ", the sender claimed " + capture.captureStart()
                                + (capture.captureEnd() == null ? "" : " to " + capture.captureEnd()),
                        value.source()));
                break;
            }
        }
    }

    private static Optional<Value> times(List<Value> values) {
        Value first = null;
        Value last = null;
        for (Value value : values) {
            boolean counts = value.name().equals("timeClaim")
                    && !value.source().toLowerCase(Locale.ROOT).contains("modif")
                    && instant(value).isPresent();
            if (counts) {
                first = first == null
                                || instant(value).get().isBefore(instant(first).get())
                        ? value
                        : first;
                last = last == null
                                || instant(value).get().isAfter(instant(last).get())
                        ? value
                        : last;
            }
        }
        if (first == null) {
            return Optional.empty();
        }
        Duration apart = Duration.between(instant(first).get(), instant(last).get());
        if (apart.compareTo(CLOCKS_DIFFER) <= 0) {
            return Optional.empty();
        }
        long beyondQuarters =
                Math.abs(Math.floorMod(apart.toSeconds() + QUARTER_SECONDS / 2, QUARTER_SECONDS) - QUARTER_SECONDS / 2);
        boolean zone = beyondQuarters <= 60 && apart.compareTo(ZONES_DIFFER_MAX) <= 0;
        return Optional.of(finding(
                "timeConflict",
                first.value() + " (" + first.source() + ") and " + last.value() + " (" + last.source() + ") are "
                        + apart.toSeconds() + " s apart"
                        + (zone ? ", nearly a multiple of 15 minutes: perhaps a local time written as UTC" : ""),
                "time claims"));
    }

    /** The instant of a claim whose zone is known or assumed. */
    private static Optional<Instant> instant(Value claim) {
        boolean known = claim.unit() != null && claim.unit().matches("utc|offset|assumed");
        return known ? Times.instant(claim.value()) : Optional.empty();
    }

    private static Value finding(String name, String words, String source) {
        return new Value(name, words, null, source, "liuhen", EventContext.VERSION, Confidence.COMPUTED);
    }
}
