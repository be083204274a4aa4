/**
 * What people see and do: a read model in PostgreSQL that follows the published log, an API, and one page.
 *
 * <p>In: the published log, requests. Out: answers; {@code viewed}, {@code downloaded}, {@code linkedToCase} and {@code
 * unlinkedFromCase} events, each durable in Kafka before the answer's first byte. The read model keeps its place in the log
 * in the same transaction as its rows, so after a crash it goes on there; dropping it and following again gives the same.
 */
package org.liuhen.review;
