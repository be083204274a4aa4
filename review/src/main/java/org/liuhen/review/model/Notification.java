package org.liuhen.review.model;

import java.net.URI;
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
 * @param cause the ID of the event, the export or the review that it follows from; empty where it was kept by a version that did not note it
 */
public record Notification(String id, String kind, String person, String unit, Instant at, String place, String cause) {
    /** The place of all that waits for somebody. */
    public static final String TO_DO = "#/";

    /** The address of its place on this page; that of {@link #TO_DO} where it is no place of the page, as in a row that somebody altered. */
    public URI link(URI page) {
        try {
            return page.resolve(place.startsWith(TO_DO) ? place : TO_DO);
        } catch (IllegalArgumentException noAddress) {
            return page.resolve(TO_DO);
        }
    }
}
