package org.liuhen.describe;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.liuhen.custody.event.EventContext;
import org.liuhen.describe.Value.Confidence;

/**
 * How long a recording lasts. A complete one lasts as long as its container states. Of one that lacks bytes, what its index or header declares
 * and what can be played of it are two facts, and neither is its duration.
 */
final class Durations {
    /** What the index or a header declares. */
    static final String DECLARED = "durationDeclared";

    /** What can be played of the bytes that are there. */
    static final String PLAYABLE = "durationPlayable";

    /** Containers of which ffprobe gives the duration that their header declares; of others it gives the duration that it measured. */
    private static final Set<String> WITH_HEADER = Set.of("matroska,webm", "flv", "asf", "flac", "aiff", "caf");

    /** Containers without a header that declares the duration. */
    private static final Set<String> WITHOUT =
            Set.of("mpegts", "mpeg", "ogg", "aac", "amr", "h264", "hevc", "dv", "m4v", "mpegvideo");

    /** Containers of which ffprobe estimates the duration from the bit rate where no header declares it. */
    private static final Set<String> ESTIMATED = Set.of("mp3", "aac", "amr");

    private static final double ESTIMATED_WRONG = 0.05; // in MP3, the header is nearer to the real duration
    private static final double SAME_SECONDS = 0.02; // sound is packed in pieces of that length

    private Durations() {}

    /** Whether it is a stream without a container: how long its pictures last, it does not say. */
    static boolean isRaw(Facts facts) {
        return List.of("h264", "hevc", "m4v", "mpegvideo").stream().anyMatch(name -> facts.has("container", name));
    }

    static Value value(String name, double seconds, String source) {
        return new Value(
                name,
                String.format(Locale.ROOT, "%.6f", seconds),
                "seconds",
                source,
                "liuhen",
                EventContext.VERSION,
                name.equals(DECLARED) ? Confidence.STATED : Confidence.COMPUTED);
    }

    /** Calls the durations that ffprobe gave by what they are, now that it is known whether anything is missing. */
    static void settle(List<Value> values) {
        Value format = first(values, "container");
        String container = format == null ? "" : format.value();
        if (values.stream().noneMatch(value -> value.name().equals("damage"))) {
            whole(values, container);
            return;
        }
        String means = WITH_HEADER.contains(container) ? DECLARED : WITHOUT.contains(container) ? PLAYABLE : "";
        boolean known = means.isEmpty() || first(values, means) != null;
        if (!known) {
            Value value = first(values, "duration");
            if (value != null) {
                values.add(new Value(
                        means,
                        value.value(),
                        value.unit(),
                        value.source(),
                        value.tool(),
                        value.version(),
                        means.equals(DECLARED) ? Confidence.STATED : Confidence.COMPUTED));
            }
        }
        values.removeIf(value -> value.tool().equals("ffprobe")
                && Set.of("duration", "streamDuration", "bitRate").contains(value.name()));
    }

    /** Of a complete recording, both durations are given only where they differ. */
    private static void whole(List<Value> values, String container) {
        Value stated = first(values, "duration");
        Value played = first(values, PLAYABLE);
        if (played == null) {
            return;
        }
        double seconds = Double.parseDouble(played.value());
        double apart = stated == null ? seconds : Math.abs(Double.parseDouble(stated.value()) - seconds);
        if (apart <= SAME_SECONDS) {
            values.remove(played);
        } else if (ESTIMATED.contains(container) && apart > (container.equals("mp3") ? ESTIMATED_WRONG * seconds : 0)) {
            values.removeIf(value -> value.tool().equals("ffprobe")
                    && Set.of("duration", "streamDuration", "bitRate").contains(value.name()));
            values.set(
                    values.indexOf(played),
                    new Value(
                            "duration",
                            played.value(),
                            played.unit(),
                            played.source(),
                            played.tool(),
                            played.version(),
                            played.confidence()));
        }
    }

    private static Value first(List<Value> values, String name) {
        return values.stream()
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
