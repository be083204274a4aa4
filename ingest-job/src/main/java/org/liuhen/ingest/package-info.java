/**
 * The two Flink jobs. The ingest job takes each received item on its way: verify, describe, attach, seal. The record job
 * turns the feed of events into the site logs.
 *
 * <p>In: {@code custody.events} in Kafka and the vault. Out: more events for {@code custody.events}; published logs. After
 * a crash both go on from Flink's last checkpoint and do again what they did since, with the same event IDs.
 */
package org.liuhen.ingest;
