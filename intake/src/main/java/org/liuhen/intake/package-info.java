/**
 * The door: uploads come in through tus 1.0, bytes go straight into the vault, and the sender is told "received" only
 * after the record's feed has acknowledged it.
 *
 * <p>In: HTTP requests of devices and officers. Out: objects in the vault; {@code declared}, {@code received} and {@code
 * withdrawn} events in Kafka. The vault holds all state of an upload, so after a crash at any point {@link
 * org.liuhen.intake.UploadService#sweep} or the sender's next request finishes what was begun, with the same event IDs.
 */
package org.liuhen.intake;
