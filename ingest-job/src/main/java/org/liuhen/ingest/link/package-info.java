/**
 * Which recordings belong to which incident: joins dispatch records and recordings of one officer or device whose times fit.
 *
 * <p>In: the feed of a site, which also holds the dispatch records. Out: {@code linkedToCase}, {@code unlinkedFromCase} and
 * {@code linkProposed} events for the same feed. They follow from the feed alone: read again from its beginning, it leads to the same
 * events with the same IDs.
 */
package org.liuhen.ingest.link;
