package org.liuhen.describe;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.Place;

/**
 * What all tools together found out.
 *
 * @param mediaType the type that the bytes show
 * @param values the facts about the file
 * @param members what is packed in an archive, each with its digest; empty for other files
 * @param failures what a tool could not do, in words; empty when all of them could
 * @param isolation what kept the tools from the rest of the machine
 * @param tika Tika's whole output, or null
 * @param ffprobe ffprobe's whole output, or null
 * @param make between processes only: what can be made of the file in a second step; else empty
 * @param wanted between processes only: the parts of the file that are needed for it, each {@code from, to}; else empty
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Description(
        String mediaType,
        List<Value> values,
        List<Member> members,
        List<String> failures,
        String isolation,
        JsonNode tika,
        JsonNode ffprobe,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Make> make,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<long[]> wanted) {
    /** What can be made of a file once the parts of it that are needed are there. */
    public enum Make {
        /** The values in the Exif of a picture, in a part that the skeleton does not have. */
        EXIF,
        /** The track of its positions. */
        POSITIONS,
        /** How much of a recording can be played. */
        PLAYABLE,
        /** A picture of its first key frame. */
        STILL,
        /** A picture of its loudness. */
        WAVEFORM,
        /** The picture, smaller. */
        PICTURE,
        /** A picture of its first page. */
        PAGE;

        /** Whether it is something to look at. */
        boolean isPreview() {
            return compareTo(STILL) >= 0;
        }
    }

    /**
     * One file in an archive.
     *
     * @param name its path as the archive has it
     * @param sizeBytes its length when unpacked
     * @param sha256 the digest of its bytes, or null where they cannot be had
     * @param reason why there is no digest, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Member(String name, long sizeBytes, String sha256, String reason) {}

    public Description {
        if (mediaType == null) {
            throw new IllegalArgumentException("A description has a media type");
        }
        values = List.copyOf(values);
        members = members == null ? List.of() : List.copyOf(members);
        failures = List.copyOf(failures);
        make = make == null ? List.of() : List.copyOf(make);
        wanted = wanted == null ? List.of() : List.copyOf(wanted);
        boolean whole = wanted.stream().allMatch(part -> part.length == 2)
                && values.stream()
                        .allMatch(value -> value.name() != null && value.value() != null && value.source() != null);
        if (!whole) { // it may come from a process that has read hostile bytes
            throw new IllegalArgumentException("A value has a name, a value and a source; a part two ends");
        }
    }

    /** Roughly where the file was recorded by its own values: the box of its track, or else its position. */
    @JsonIgnore
    public Optional<Place> place() {
        double[] box = numbers(Track.BOX, 4)
                .or(() -> numbers("latitude", 1).flatMap(north -> numbers("longitude", 1)
                        .map(east -> new double[] {east[0], north[0], east[0], north[0]})))
                .orElse(null);
        try {
            return box == null ? Optional.empty() : Optional.of(Place.around(box[0], box[1], box[2], box[3]));
        } catch (IllegalArgumentException nowhere) { // a position in a file may be impossible
            return Optional.empty();
        }
    }

    /** When it was recorded, by all that the file, its name and its sender say. */
    public Optional<CaptureTime> captureTime(Item item) {
        return CaptureTimes.of(values, mediaType, item);
    }

    private Optional<double[]> numbers(String name, int count) {
        try {
            return values.stream()
                    .filter(value -> value.name().equals(name))
                    .map(value -> Arrays.stream(value.value().split(" ", -1))
                            .mapToDouble(Double::parseDouble)
                            .toArray())
                    .filter(numbers -> numbers.length == count)
                    .findFirst();
        } catch (NumberFormatException other) {
            return Optional.empty();
        }
    }
}
