package org.liuhen.describe;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One fact about a file.
 *
 * @param name from the vocabulary in docs/metadata.md
 * @param value as the source gave it
 * @param unit the unit; for a time claim its zone: {@code utc}, {@code offset} or {@code unknown}; or null
 * @param source the tool's own field
 * @param tool which tool read it
 * @param version the tool's version
 * @param confidence what the value rests on
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Value(
        String name, String value, String unit, String source, String tool, String version, Confidence confidence) {
    /** What the value rests on. */
    public enum Confidence {
        /** A field of the file that is made for this value. */
        STATED,
        /** Computed from the bytes, with the same result each time. */
        COMPUTED,
        /** Likely by statistics or by the file's name. */
        GUESSED
    }
}
