/**
 * The program on a docking station: it finds cameras, measures their clocks before anything sets them, uploads what they
 * recorded, and finds which copies may be erased because a receipt for them verifies offline.
 *
 * <p>In: mounted cameras, and the dock's own folder. Out: uploads and reports to the intake; receipts; the journal, in which each
 * step is durable before the next one begins, so that a power cut repeats at most one step, and no file becomes two items.
 */
package org.liuhen.dock;
