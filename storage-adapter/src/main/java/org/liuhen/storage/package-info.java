/**
 * The ports to the store of evidence: {@link org.liuhen.storage.Uploads} while bytes arrive, {@link org.liuhen.storage.EvidenceStore} for complete objects, and
 * {@link org.liuhen.custody.log.LogStore} for published logs and notes. {@link org.liuhen.storage.Vault} holds those of one store.
 *
 * <p>In: a declaration, then bytes from an offset on. Out: one stored object, readable by range, and locked. After a crash
 * at any point {@link org.liuhen.storage.Uploads#find} says how many bytes are durable, and every act can be repeated.
 */
package org.liuhen.storage;
