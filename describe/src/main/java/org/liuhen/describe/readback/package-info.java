/**
 * Verify: the stored bytes are read back once, from the vault and not from the sender.
 *
 * <p>In: a {@code received} event. Out: {@code verified} or {@code rejected}, and beside it a sparse skeleton of the file
 * for the describe step, so that no file is read twice. Nothing is kept; after a crash the read is repeated.
 */
package org.liuhen.describe.readback;
