package org.liuhen.ingest.describe;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What all tools together found out.
 *
 * @param mediaType the type that the bytes show
 * @param values what the file says of itself
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
        /** The track of its positions. */
        POSITIONS,
        /** A picture of its first key frame. */
        STILL,
        /** A picture of its loudness. */
        WAVEFORM,
        /** The picture, smaller. */
        PICTURE,
        /** A picture of its first page. */
        PAGE
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
}
