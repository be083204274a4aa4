package org.liuhen.ingest.describe;

/**
 * One thing that a file says of itself.
 *
 * @param name from the vocabulary in docs/formats/metadata.md
 * @param value as the source gave it
 * @param unit the unit; for a time claim its zone: {@code utc}, {@code offset} or {@code unknown}; or null
 * @param source the tool's own field
 * @param tool which tool read it
 * @param version the tool's version
 */
public record Value(String name, String value, String unit, String source, String tool, String version) {}
