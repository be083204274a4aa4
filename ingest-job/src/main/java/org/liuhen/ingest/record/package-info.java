/**
 * Record: once-only, state machine, chain per item, log per site.
 *
 * <p>In: events in the order of their Kafka partition. Out: entries published as tlog-tiles with a signed checkpoint. The
 * log is a pure function of the topic: after a crash, or without any Flink state, the same entries come out and the
 * publisher finds them published.
 */
package org.liuhen.ingest.record;
