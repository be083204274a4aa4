package org.liuhen.describe;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One thing that a file says of itself.
 *
 * @param name from the vocabulary in docs/metadata.md
 * @param value as the source gave it
 * @param unit the unit; for a time claim its zone: {@code utc}, {@code offset} or {@code unknown}; or null
 * @param source the tool's own field
 * @param tool which tool read it
 * @param version the tool's version
 * @param confidence how the tool knows it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Value(
        String name, String value, String unit, String source, String tool, String version, Confidence confidence) {
    /** How a tool knows what it says. */
    public enum Confidence {
        /** A field of the file that is made for it says so. */
        STATED,
        /** It was worked out from the bytes, and whoever does it again gets the same. */
        COMPUTED,
        /** It is likely from statistics or from the file's name. */
        GUESSED
    }
}
