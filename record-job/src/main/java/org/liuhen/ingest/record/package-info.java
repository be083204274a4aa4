/**
 * The record job: each event once, the state machine, a chain for each item, a log for each site.
 *
 * <p>In: events in the order of their Kafka partition. Out: entries published as tlog-tiles with a signed checkpoint. The
 * log is a pure function of the topic: after a crash, or without any Flink state, the same entries come out and the
 * publisher finds them published.
 *
 * <p>The package has the name that it had inside the ingest job: savepoints of running sites name {@code ChainHead} by it.
 */
package org.liuhen.ingest.record;
