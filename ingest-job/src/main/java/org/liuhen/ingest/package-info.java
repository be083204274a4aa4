/**
 * The ingest job: each received item is verified, described, attached to its cases and sealed. Beside it: links to incidents, gaps,
 * and retention.
 *
 * <p>In: {@code custody.events} in Kafka and the vault. Out: more events for {@code custody.events}. After
 * a crash it continues from Flink's last checkpoint and repeats what came after that, with the same event IDs.
 */
package org.liuhen.ingest;
