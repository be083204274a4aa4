/**
 * What people see and do: a read model in PostgreSQL that follows the published log, an API, and one page.
 *
 * <p>In: the published log, and requests. Out: answers, and events such as {@code viewed}, {@code downloaded} and {@code
 * linkedToCase}. Each event is durable in Kafka before the first byte of the answer. The read model keeps its position in the
 * log in the same transaction as its rows, so it goes on there after a crash. To drop it and to follow again gives the same.
 *
 * <p>A package may use those before it: {@code projection}, {@code model}, then {@code follow}, {@code audit} and {@code
 * http}, which do not know each other, then {@code export} and {@code api}, which do not know each other either.
 */
package org.liuhen.review;
