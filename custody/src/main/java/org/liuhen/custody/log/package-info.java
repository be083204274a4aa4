/**
 * A site's log: an append-only Merkle tree (RFC 6962 §2.1) published as C2SP tlog-tiles with signed checkpoints.
 *
 * <p>In: entry bytes in order. Out: tiles, entry bundles, a checkpoint, and proofs read back from them. After a crash in
 * the middle of a publication the checkpoint still names the old size; publishing the same entries again writes the same
 * bytes, and {@link org.liuhen.custody.log.LogPublisher} refuses entries that differ from what is published.
 */
package org.liuhen.custody.log;
