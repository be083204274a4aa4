/**
 * The vault port: where the bytes of evidence rest, one version per item, written once.
 *
 * <p>In: a declaration, then bytes from an offset on. Out: one stored object, readable by range, and sealed. After a crash
 * at any point {@link org.liuhen.storage.Vault#find} says how many bytes are durable, and every act can be repeated.
 */
package org.liuhen.storage;
