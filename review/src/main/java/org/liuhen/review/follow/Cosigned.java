package org.liuhen.review.follow;

import java.time.Instant;

/**
 * A cosignature of a witness below a published head.
 *
 * @param size how many entries the head has
 * @param at when the witness saw it first, by the witness's own clock
 */
public record Cosigned(long size, Instant at) {}
