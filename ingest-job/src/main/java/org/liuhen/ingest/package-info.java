/**
 * The ingest job: each received item is verified, described, attached to its cases and sealed. Beside it: links to incidents, what is
 * missing, and how long items are kept.
 *
 * <p>In: {@code custody.events} in Kafka and the vault. Out: more events for {@code custody.events}. After
 * a crash it goes on from Flink's last checkpoint and does again what it did since, with the same event IDs.
 */
package org.liuhen.ingest;
