package org.liuhen.review.model;

import java.time.Instant;

/**
 * What a person is told: that something waits, and where. It says nothing of an item but its ID, which is in the address.
 *
 * @param id the same for the same cause, kind and person, so that a receiver knows what it was told before
 * @param kind what waits, such as {@code handover.offered}
 * @param person the number of the person
 * @param unit the code of the person's unit; empty for the whole site
 * @param at when it was recorded
 * @param place where it is on the page, such as {@code #/item/ID}
 */
public record Notification(String id, String kind, String person, String unit, Instant at, String place) {}
