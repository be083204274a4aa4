/**
 * Takes uploads (tus 1.0, the IETF's resumable uploads): bytes go straight into the vault, and a client gets the answer "received" only after the
 * feed has acknowledged the event.
 *
 * <p>In: HTTP requests of devices and officers. Out: objects in the vault; {@code declared}, {@code received} and {@code withdrawn}
 * events in Kafka. The vault holds all state of an upload, so after a crash at any point {@link org.liuhen.intake.UploadService#sweep} or
 * the client's next request finishes what was begun, with the same event IDs.
 *
 * <p>Read first: {@link org.liuhen.intake.UploadService}, which the protocols call. Below it, each class uses only those before it here:
 * {@code Admission} (limits), {@code UploadEvents}, {@code Duplicates}, {@code UploadCompletion}, {@code UploadSession}, {@code
 * ActiveSessions}, {@code UploadLookup}, {@code SessionFactory}, {@code UploadTermination}, {@code Declarations}, {@code Concatenation},
 * {@code Sweeper}. {@code ArchitectureTest} holds the order.
 */
package org.liuhen.intake;
