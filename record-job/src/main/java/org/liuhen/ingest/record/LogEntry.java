package org.liuhen.ingest.record;

/**
 * One entry at its place in a log.
 *
 * @param log the log's name
 * @param index the place, from 0
 * @param bytes the canonical entry
 */
@SuppressWarnings("ArrayRecordComponent") // Flink carries it; nothing compares it
public record LogEntry(String log, long index, byte[] bytes) {}
